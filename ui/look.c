#include "ui/look.h"

/* One row for each kind of box: plain, then what changes when it is selected. */
struct box_style {
    enum ui_colour fill, border, ink;
    enum ui_colour selected_fill, selected_border, selected_ink;
    enum ui_space radius;
    int line_halves; /* border in halves of UI_SPACE_LINE */
    bool is_dashed;
    bool own_ink; /* everything inside takes the box's ink */
};

static const struct box_style styles[] = {
    [UI_BOX_CARD] = {UI_COLOUR_CARD, UI_COLOUR_RULE, UI_COLOUR_INK, UI_COLOUR_CARD, UI_COLOUR_RULE,
                     UI_COLOUR_INK, UI_SPACE_RADIUS, 2, false, false},
    [UI_BOX_OPTION] = {UI_COLOUR_CARD, UI_COLOUR_BORDER, UI_COLOUR_INK, UI_COLOUR_SELECTED, UI_COLOUR_ACCENT,
                       UI_COLOUR_ON_SELECTED, UI_SPACE_RADIUS, 2, false, false},
    [UI_BOX_PRIMARY] = {UI_COLOUR_ACCENT, UI_COLOUR_ACCENT, UI_COLOUR_ON_ACCENT, UI_COLOUR_ACCENT,
                        UI_COLOUR_ACCENT, UI_COLOUR_ON_ACCENT, UI_SPACE_BUTTON_RADIUS, 4, false, true},
    [UI_BOX_SECONDARY] = {UI_COLOUR_CARD, UI_COLOUR_INK, UI_COLOUR_INK, UI_COLOUR_ACCENT, UI_COLOUR_ACCENT,
                          UI_COLOUR_ON_ACCENT, UI_SPACE_BUTTON_RADIUS, 4, false, true},
    [UI_BOX_DANGER] = {UI_COLOUR_CARD, UI_COLOUR_DANGER, UI_COLOUR_DANGER, UI_COLOUR_CARD, UI_COLOUR_DANGER,
                       UI_COLOUR_DANGER, UI_SPACE_BUTTON_RADIUS, 4, false, true},
    [UI_BOX_CAUTION] = {UI_COLOUR_CAUTION_CARD, UI_COLOUR_CAUTION, UI_COLOUR_INK, UI_COLOUR_CAUTION_CARD,
                        UI_COLOUR_CAUTION, UI_COLOUR_INK, UI_SPACE_RADIUS, 4, false, false},
    [UI_BOX_KEY] = {UI_COLOUR_CARD, UI_COLOUR_BORDER, UI_COLOUR_INK, UI_COLOUR_ACCENT, UI_COLOUR_ACCENT,
                    UI_COLOUR_ON_ACCENT, UI_SPACE_BUTTON_RADIUS, 2, false, true},
    [UI_BOX_FIELD] = {UI_COLOUR_CARD, UI_COLOUR_ACCENT, UI_COLOUR_INK, UI_COLOUR_CARD, UI_COLOUR_ACCENT,
                      UI_COLOUR_INK, UI_SPACE_BUTTON_RADIUS, 4, false, false},
    [UI_BOX_PAD] = {UI_COLOUR_CARD, UI_COLOUR_QUIET, UI_COLOUR_INK, UI_COLOUR_CARD, UI_COLOUR_QUIET,
                    UI_COLOUR_INK, UI_SPACE_RADIUS, 3, true, false},
    [UI_BOX_HELP_KEY] = {UI_COLOUR_BAR, UI_COLOUR_BAR, UI_COLOUR_INK, UI_COLOUR_BAR, UI_COLOUR_BAR,
                         UI_COLOUR_INK, UI_SPACE_BUTTON_RADIUS, 0, false, false},
    [UI_BOX_TOP_BAR] = {.fill = UI_COLOUR_PAPER, .selected_fill = UI_COLOUR_PAPER, .ink = UI_COLOUR_INK},
    [UI_BOX_BAR] = {.fill = UI_COLOUR_BAR, .selected_fill = UI_COLOUR_BAR, .ink = UI_COLOUR_INK},
};

static const enum ui_colour tone_colours[] = {
    [UI_TONE_INK] = UI_COLOUR_INK,       [UI_TONE_QUIET] = UI_COLOUR_QUIET,
    [UI_TONE_ACCENT] = UI_COLOUR_ACCENT, [UI_TONE_CAUTION] = UI_COLOUR_CAUTION,
    [UI_TONE_DANGER] = UI_COLOUR_DANGER,
};

static bool is_bar(enum ui_box box)
{
    return box == UI_BOX_TOP_BAR || box == UI_BOX_BAR;
}

/* The nearest box around a node, itself included; NULL on the bare page. */
static const struct ui_node *box_around(const struct ui_node *node)
{
    while (node && node->box == UI_BOX_NONE)
        node = node->parent;
    return node;
}

struct fill_and_ink {
    uint32_t fill, border, ink;
    bool owns_ink;
};

static struct fill_and_ink colours_of(const struct ui_node *boxed, bool is_pressed)
{
    const struct ui_theme *theme = ui_tree_theme(boxed->tree);
    const struct box_style *style = &styles[boxed->box];
    bool is_selected = boxed->is_selected;
    enum ui_colour fill = is_selected ? style->selected_fill : style->fill;
    enum ui_colour border = is_selected ? style->selected_border : style->border;
    enum ui_colour ink = is_selected ? style->selected_ink : style->ink;
    bool owns_ink = style->own_ink || (boxed->box == UI_BOX_OPTION && is_selected);
    if (boxed->is_disabled && !is_bar(boxed->box)) {
        fill = UI_COLOUR_PAPER;
        border = UI_COLOUR_RULE;
        ink = UI_COLOUR_DISABLED;
        owns_ink = true;
    } else if (is_pressed) {
        bool is_filled = fill == UI_COLOUR_ACCENT;
        fill = is_filled ? UI_COLOUR_QUIET : UI_COLOUR_SELECTED;
        ink = is_filled ? UI_COLOUR_PAPER : UI_COLOUR_ON_SELECTED;
        border = is_filled ? UI_COLOUR_QUIET : UI_COLOUR_ACCENT;
        owns_ink = true;
    }
    return (struct fill_and_ink){theme->colour[fill], theme->colour[border], theme->colour[ink], owns_ink};
}

static struct ui_round_box round_box(const struct ui_node *node, struct fill_and_ink colours)
{
    const struct ui_theme *theme = ui_tree_theme(node->tree);
    const struct box_style *style = &styles[node->box];
    int line = (theme->space_px[UI_SPACE_LINE] * style->line_halves + 1) / 2;
    if (node->box == UI_BOX_OPTION && node->is_selected)
        line = theme->space_px[UI_SPACE_THICK_LINE];
    return (struct ui_round_box){.radius = is_bar(node->box) ? 0 : theme->space_px[style->radius],
                                 .border = line,
                                 .fill_colour = colours.fill,
                                 .border_colour = colours.border,
                                 .is_dashed = style->is_dashed};
}

struct ui_look ui_look_of(const struct ui_node *node, const struct ui_attention *attention)
{
    const struct ui_theme *theme = ui_tree_theme(node->tree);
    struct ui_look look = {.ink = theme->colour[tone_colours[node->tone]],
                           .surface = theme->colour[UI_COLOUR_PAPER]};
    const struct ui_node *boxed = box_around(node);
    if (boxed) {
        struct fill_and_ink colours = colours_of(boxed, attention->pressed == boxed);
        look.surface = colours.fill;
        if (colours.owns_ink)
            look.ink = colours.ink;
        look.has_box = boxed == node;
        if (look.has_box)
            look.box = round_box(node, colours);
    }
    if (attention->focused == node)
        look.ring_px = theme->space_px[UI_SPACE_THICK_LINE];
    return look;
}
