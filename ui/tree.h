/*
 * The retained tree of one screen: what is drawn, touched, focused, spoken, tested and linted are the same
 * nodes.
 *
 * The journey builds a tree for a view model with the widgets of ui/widgets.h inside a page of ui/frame.h and
 * gives it to ui_show(). A tree is never changed after that; the next state of the screen is the next tree,
 * and only what differs is drawn. All strings are copied into the tree's private arena, which is wiped with
 * it. Building never fails half way: without memory the tree is marked failed and ui_show() refuses it.
 *
 * UI thread only.
 */
#ifndef YIZHAN_UI_TREE_H
#define YIZHAN_UI_TREE_H

#include "board/base/arena.h"
#include "board/base/buf.h"
#include "ui/event.h"
#include "ui/geometry.h"
#include "ui/lang.h"
#include "ui/theme.h"

/* What a node is for the one who listens, and for tests. */
enum ui_role {
    UI_ROLE_NONE, /* layout only, or part of the node above */
    UI_ROLE_HEADING,
    UI_ROLE_TEXT,
    UI_ROLE_BUTTON,
    UI_ROLE_OPTION, /* one of several */
    UI_ROLE_TICK,   /* any of several */
    UI_ROLE_FIELD,
    UI_ROLE_PAD,
    UI_ROLE_IMAGE,
    UI_ROLE_PROGRESS,
    UI_ROLE_STATUS /* a fact about the machine: link, printer, notice */
};

/* Actions of the ui's own bars; a journey numbers its own from UI_ACTION_APP. */
enum ui_action {
    UI_ACTION_NONE,
    UI_ACTION_BACK,
    UI_ACTION_REPEAT,
    UI_ACTION_STOP,
    UI_ACTION_TEXT_SIZE,
    UI_ACTION_CONTRAST,
    UI_ACTION_VOICE,
    UI_ACTION_LANGUAGE,
    UI_ACTION_LOW_REACH,
    UI_ACTION_HELP,
    UI_ACTION_PAGE, /* arg: page of the body to show */
    UI_ACTION_APP = 100
};

/* How a node arranges its children or what it draws. */
enum ui_kind {
    UI_COLUMN,
    UI_ROW,
    UI_GRID,     /* equal cells, `columns` wide */
    UI_PAGES,    /* a column that shows only what fits, from page `part` on */
    UI_LABEL,    /* text, wrapped */
    UI_ICON,     /* one-colour icon */
    UI_PICTURE,  /* illustration from assets/icons in the theme's colours */
    UI_IMAGE,    /* pixels: photo, camera, signature preview */
    UI_MARK,     /* the ring or square of an option; follows its parent's state */
    UI_BADGE,    /* filled or dashed circle with an icon: steps, verdicts */
    UI_SEGMENTS, /* progress bar: `part` of `whole` */
    UI_PAD,      /* strokes of a finger */
    UI_CARET     /* where the next character comes */
};

/* The box around a node; its colours depend on the node's state too. */
enum ui_box {
    UI_BOX_NONE,
    UI_BOX_TOP_BAR,
    UI_BOX_BAR,    /* the help bar */
    UI_BOX_CARD,   /* can be read, not tapped: hairline */
    UI_BOX_OPTION, /* can be tapped: answer, tile, row of the review */
    UI_BOX_PRIMARY,
    UI_BOX_SECONDARY,
    UI_BOX_DANGER,
    UI_BOX_CAUTION,
    UI_BOX_KEY,      /* keys of keypads and candidates */
    UI_BOX_HELP_KEY, /* keys of the help bar: no border */
    UI_BOX_FIELD,
    UI_BOX_PAD
};

enum ui_tone { UI_TONE_INK, UI_TONE_QUIET, UI_TONE_ACCENT, UI_TONE_CAUTION, UI_TONE_DANGER };
enum ui_align { UI_ALIGN_START, UI_ALIGN_CENTER, UI_ALIGN_END };

/* How far a thing has come, for steps and verdicts. */
enum ui_state { UI_STATE_DONE, UI_STATE_WAITING, UI_STATE_LATER, UI_STATE_FAILED };

/* What a screen that does not fit on its page does without, or takes instead: one after the other, and no
 * more than saves a page. */
enum ui_thrift {
    UI_THRIFT_NONE,
    UI_THRIFT_DECORATION, /* pictures that only explain leave, and second rows of candidates */
    UI_THRIFT_HINTS,      /* lines of help leave; the voice still says them */
    UI_THRIFT_KEYS,       /* keyboards take their smallest shape */
    UI_THRIFTS
};

/* Pixels of others, borrowed until the next ui_show() returns. */
struct ui_image {
    enum { UI_IMAGE_GRAY8, UI_IMAGE_RGB24 } format;
    int width, height, stride; /* stride in bytes */
    const uint8_t *pixels;
    uint32_t generation; /* changes when the pixels do */
    bool is_mirrored;    /* a person expects a mirror when looking at herself */
};

/* What was drawn on a pad so far, borrowed until the next ui_show() returns. counts[i] points belong to
 * stroke i. */
struct ui_strokes {
    size_t stroke_count;
    const size_t *counts;
    const struct ui_pad_point *points;
};

struct ui_node {
    /* who it is */
    const char *id; /* unique in the tree: "next", "choice:2"; NULL for parts */
    enum ui_role role;
    const char *label; /* what is spoken and what tests tap; NULL: the text of the node or of its children */
    int action, arg;   /* action 0: cannot be activated */
    enum ui_key key;   /* the key that activates it from anywhere on the screen, or UI_KEY_NONE */

    /* state */
    bool is_disabled, is_selected;
    int part, whole;     /* SEGMENTS; PAGES: page shown and, after layout, number of pages; LABEL, after
                            layout: first line and number of lines on this page, 0 for all */
    enum ui_state state; /* BADGE */

    /* looks */
    enum ui_kind kind;
    enum ui_box box;
    enum ui_type type;
    enum ui_tone tone;
    enum ui_align align;       /* of text, and across the main direction of a row or column */
    enum ui_align main_align;  /* along the main direction when nothing grows */
    const char *text;          /* LABEL */
    const char *icon;          /* ICON PICTURE BADGE: name of the file in assets/icons */
    struct ui_image image;     /* IMAGE */
    struct ui_strokes strokes; /* PAD */

    /* wishes for layout, in pixels */
    int width, height; /* 0: natural */
    int min_height;
    int padding_x, padding_y, gap;
    int columns;         /* GRID */
    bool is_keypad;      /* GRID: letters and digits, from the left in every language */
    int max_lines;       /* LABEL: 0 for no limit; more than that is an overflow, never an ellipsis */
    int grow;            /* share of what is left over */
    bool keep_with_next; /* PAGES never break after it */
    bool flows;      /* PAGES may break it, if it is longer than one, between the lines of this label or of
                        this row's last one */
    bool stays_last; /* children added to the parent later come before it */
    enum ui_thrift leaves_at, comes_at; /* 0: it is always there */
    bool waits_for_last; /* turns the page until the last one of them is shown, and only then is what it is */

    /* filled by layout */
    struct ui_rect rect;
    int64_t since_ms;  /* monotonic: since when this control has stood here as it is */
    uint64_t like;     /* private to settling */
    int focus;         /* index in reading order, -1 when it cannot have the focus */
    bool is_hidden;    /* on another page, or not there at all for thrift */
    bool has_overflow; /* did not get the room it needs: a defect that the lint test reports */
    bool is_torn;      /* PAGES: one of them only begins what the next one holds */
    int memo_width_px, memo_height_px; /* private to layout: the last height asked for */

    struct ui_tree *tree;
    struct ui_node *parent, *first, *last, *next;
};

/* NULL without memory. theme is copied; lang is borrowed for the life of the tree. */
struct ui_tree *ui_tree_create(const struct ui_theme *theme, const struct lang *lang);
/* Wipes. Takes NULL. */
void ui_tree_destroy(struct ui_tree **tree);

struct ui_node *ui_tree_root(struct ui_tree *tree);
const struct ui_theme *ui_tree_theme(const struct ui_tree *tree);
const struct lang *ui_tree_lang(const struct ui_tree *tree);
/* For strings and arrays that must live as long as the tree. */
struct arena *ui_tree_arena(struct ui_tree *tree);
bool ui_tree_has_failed(const struct ui_tree *tree);

/* A name for logs, goldens and `wait`: "home", "question". Copied. */
void ui_tree_set_name(struct ui_tree *tree, const char *name);
const char *ui_tree_name(const struct ui_tree *tree);
/* Counts screens, pages and settings: where it differs from the last tree's, what was to be tapped is gone,
 * even where something just like it has come. */
void ui_tree_set_turn(struct ui_tree *tree, unsigned turn);
unsigned ui_tree_turn(const struct ui_tree *tree);
/* After layout: nothing of the body comes on a later page. */
bool ui_tree_is_last_page(struct ui_tree *tree);

/* Adds a zeroed node as the last child; never NULL (a scratch node when memory is out). */
struct ui_node *ui_node_add(struct ui_node *parent, enum ui_kind kind);
/* Copies a string into the node's tree; NULL stays NULL. */
const char *ui_node_copy(struct ui_node *node, const char *text);
/* The text of an id in the tree's language. */
const char *ui_node_say(const struct ui_node *node, const char *text_id);
/* The icon of that name as it stands in the tree's language: what points along the line ("next", "erase")
 * points the other way where lines run from the right. */
const char *ui_node_icon(const struct ui_node *node, const char *name);

/* The next node in reading order (parents before children), NULL at the end: for (n = root; n; n =
 * ui_node_walk(n)). */
struct ui_node *ui_node_walk(const struct ui_node *node);
/* The spoken label, composed from the children's texts when the node has none of its own; appended to
 * out_label. */
void ui_node_spoken(const struct ui_node *node, struct buf *out_label);
bool ui_node_can_activate(const struct ui_node *node);

/* After layout. By id, else by spoken label (visible, enabled nodes that can be activated first). NULL when
 * none. */
struct ui_node *ui_tree_find(struct ui_tree *tree, const char *id_or_label);
/* The topmost node there that can be activated or drawn on; NULL when none. */
struct ui_node *ui_tree_hit(struct ui_tree *tree, int x, int y);
struct ui_node *ui_tree_focus_at(struct ui_tree *tree, int focus);
int ui_tree_focus_count(const struct ui_tree *tree);

/* For tests and their control program: one JSON object:
 * {"screen","lang","nodes":[{"id","role","label","rect":[x,y,w,h],"focus","enabled","selected"}]}, visible
 * nodes with a role, in reading order. */
void ui_tree_dump(struct ui_tree *tree, struct buf *out_json);

#endif
