/* What a node looks like: its box and its ink from style, state and theme. Private to ui and its lint test.
 */
#ifndef YIZHAN_UI_LOOK_H
#define YIZHAN_UI_LOOK_H

#include "ui/canvas.h"
#include "ui/tree.h"

/* The finger and the keypad, which a tree does not know. */
struct ui_attention {
    const struct ui_node *pressed, *focused; /* NULL for none */
};

struct ui_look {
    bool has_box;
    struct ui_round_box box;
    uint32_t ink;     /* colour of a text or icon */
    uint32_t surface; /* colour behind it */
    int ring_px;      /* width of the focus ring outside the box, 0 for none */
};

struct ui_look ui_look_of(const struct ui_node *node, const struct ui_attention *attention);

#endif
