#include "ui/widgets_parts.h"

struct ui_node *ui_part_label(struct ui_node *parent, enum ui_type type, enum ui_tone tone, const char *text)
{
    struct ui_node *label = ui_node_add(parent, UI_LABEL);
    label->type = type;
    label->tone = tone;
    label->text = ui_node_copy(label, text);
    return label;
}

struct ui_node *ui_part_icon(struct ui_node *parent, const char *icon, int side_px, enum ui_tone tone)
{
    struct ui_node *node = ui_node_add(parent, UI_ICON);
    node->icon = ui_node_copy(node, ui_node_icon(node, icon));
    node->width = node->height = side_px;
    node->tone = tone;
    return node;
}

struct ui_node *ui_part_badge(struct ui_node *parent, enum ui_state state, const char *icon, int side_px)
{
    struct ui_node *node = ui_node_add(parent, UI_BADGE);
    node->state = state;
    node->icon = ui_node_copy(node, icon);
    node->width = node->height = side_px;
    return node;
}

struct ui_node *ui_part_spacer(struct ui_node *parent)
{
    struct ui_node *node = ui_node_add(parent, UI_COLUMN);
    node->grow = 1;
    return node;
}

struct ui_node *ui_part_boxed_row(struct ui_node *parent, enum ui_box box, int min_height)
{
    struct ui_node *row = ui_node_add(parent, UI_ROW);
    row->box = box;
    row->align = UI_ALIGN_CENTER;
    row->min_height = min_height;
    row->padding_x = ui_space(row, UI_SPACE_PADDING);
    row->padding_y = ui_space(row, UI_SPACE_SMALL);
    row->gap = ui_item_gap(ui_tree_theme(row->tree));
    return row;
}

struct ui_node *ui_part_two_lines(struct ui_node *row, enum ui_type type, const char *title,
                                  const char *detail)
{
    struct ui_node *column = ui_node_add(row, UI_COLUMN);
    column->grow = 1;
    ui_part_label(column, type, UI_TONE_INK, title);
    if (detail)
        ui_part_label(column, UI_TYPE_CAPTION, UI_TONE_QUIET, detail);
    return column;
}

void ui_part_identify(struct ui_node *node, enum ui_role role, const struct ui_choice *choice)
{
    node->role = role;
    node->id = ui_node_copy(node, choice->id);
    node->action = choice->action;
    node->arg = choice->arg;
    node->is_selected = choice->is_selected;
    node->is_disabled = choice->is_disabled;
    node->key = choice->key;
}

struct ui_node *ui_part_button(struct ui_node *parent, enum ui_button_kind kind, enum ui_type type,
                               const struct ui_choice *choice)
{
    static const enum ui_box boxes[] = {UI_BOX_PRIMARY, UI_BOX_SECONDARY, UI_BOX_DANGER};
    struct ui_node *row = ui_part_boxed_row(parent, boxes[kind], ui_space(parent, UI_SPACE_BUTTON));
    ui_part_identify(row, UI_ROLE_BUTTON, choice);
    row->main_align = UI_ALIGN_CENTER;
    row->padding_x = row->gap = ui_space(row, UI_SPACE_SMALL);
    int side = ui_space(row, UI_SPACE_ICON) * 4 / 5;
    bool is_icon_last = kind == UI_BUTTON_PRIMARY; /* forward points forward */
    if (choice->icon && !is_icon_last)
        ui_part_icon(row, choice->icon, side, UI_TONE_INK);
    if (choice->label && *choice->label)
        ui_part_label(row, type, UI_TONE_INK, choice->label)->align = UI_ALIGN_CENTER;
    if (choice->icon && is_icon_last)
        ui_part_icon(row, choice->icon, side, UI_TONE_INK);
    return row;
}
