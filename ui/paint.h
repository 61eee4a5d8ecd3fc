/* Draws a laid-out tree: a display list of what is to be seen, and what of it differs from the one before.
 * Private to ui. */
#ifndef YIZHAN_UI_PAINT_H
#define YIZHAN_UI_PAINT_H

#include "ui/canvas.h"
#include "ui/look.h"
#include "ui/text.h"

/* One drawn node. Two items with the same rectangle and print look the same. */
struct ui_item {
    struct ui_rect rect; /* what it may touch, focus ring included */
    uint64_t print;      /* hash of everything that is seen */
    const struct ui_node *node;
};

enum { UI_ITEMS_MAX = 1024, UI_DIRTY_MAX = 24 };

struct ui_display {
    int count;
    uint32_t paper; /* background; another one makes everything dirty */
    struct ui_item items[UI_ITEMS_MAX];
};

/* Rectangles to draw again; overlapping and close ones are joined. */
struct ui_dirty {
    int count;
    struct ui_rect rects[UI_DIRTY_MAX];
};

void ui_dirty_add(struct ui_dirty *dirty, struct ui_rect rect);

/* Lists what the tree shows, back to front. */
void ui_display_build(struct ui_tree *tree, const struct ui_attention *attention,
                      struct ui_display *out_display);
/* Adds to dirty where the two displays differ. */
void ui_display_compare(const struct ui_display *before, const struct ui_display *after,
                        struct ui_dirty *dirty);

/* Draws what lies inside clip. */
void ui_display_draw(const struct ui_display *display, const struct ui_attention *attention,
                     struct ui_canvas *canvas, struct ui_text *text, struct SDL_Surface *surface,
                     struct ui_rect clip);

/* A finger's line on a pad, from one point to the next, in pixels of the panel. */
void ui_paint_ink(struct ui_canvas *canvas, const struct ui_node *pad, struct ui_point from,
                  struct ui_point to);
/* Width of that line. */
int ui_ink_width_px(const struct ui_node *pad);

#endif
