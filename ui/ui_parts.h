/* What the ui files share: drawing in ui.c, fingers and keys in ui_input.c. Private to them. */
#ifndef YIZHAN_UI_UI_PARTS_H
#define YIZHAN_UI_UI_PARTS_H

#include "ui/paint.h"
#include "ui/ui.h"

enum { UI_EVENTS_MAX = 16 };

/* The finger that is down: its target by id, because the tree may be replaced meanwhile. */
struct ui_finger {
    bool is_down, is_drawing;
    char target[UI_ID_MAX];
    int64_t down_ms;
    struct ui_point last;
    size_t point_count;
    struct ui_pad_point points[UI_STROKE_POINTS_MAX];
};

struct ui {
    const struct clock *clock;
    struct ui_presenter *presenter;
    struct ui_canvas *canvas;
    struct ui_text *text;
    struct ui_panel panel;
    struct ui_theme theme;
    struct ui_tree *tree;
    struct ui_display *shown;  /* what is on the surface; its nodes may be gone, only prints count */
    struct ui_display *wanted; /* scratch for the next */
    struct ui_dirty dirty;
    struct ui_dirty inked; /* drawn by the finger, only to be presented */
    bool needs_compare, needs_all, is_dim;
    char focus[UI_ID_MAX];
    struct ui_finger finger;
    struct ui_event events[UI_EVENTS_MAX];
    size_t event_first, event_count;
};

/* Which nodes of the present tree the finger and the keypad are on. */
struct ui_attention ui_attention(struct ui *ui);
/* Draws the line of a finger that is still down, after something below it was drawn anew. */
void ui_redraw_ink(struct ui *ui);

/* ---- settle.c ---- */

/* Notes since when each control of the tree that comes next has stood in its place. After layout. */
void ui_settle(struct ui *ui, struct ui_tree *next);
/* Whether it could be meant by whoever tapped at that time. */
bool ui_is_settled(const struct ui_node *node, int64_t at_ms);

#endif
