/* Small parts the widgets are made of. Private to widgets and frame. */
#ifndef YIZHAN_UI_WIDGETS_PARTS_H
#define YIZHAN_UI_WIDGETS_PARTS_H

#include "ui/layout.h"
#include "ui/widgets.h"

static inline int ui_space(const struct ui_node *node, enum ui_space space)
{
    return ui_tree_theme(node->tree)->space_px[space];
}

/* Between the margins of the page. */
static inline int ui_page_width(const struct ui_theme *theme)
{
    return theme->panel.width_px - 2 * theme->space_px[UI_SPACE_MARGIN];
}

/* Between the items of a row. */
static inline int ui_item_gap(const struct ui_theme *theme)
{
    return theme->space_px[UI_SPACE_PADDING] * 3 / 4;
}

/* About how wide words of this type are on one line. */
static inline int ui_words_width(const struct ui_theme *theme, enum ui_type type, const char *words)
{
    return ui_tenths(words) * theme->type_px[type] / 10;
}

struct ui_node *ui_part_label(struct ui_node *parent, enum ui_type type, enum ui_tone tone, const char *text);
struct ui_node *ui_part_icon(struct ui_node *parent, const char *icon, int side_px, enum ui_tone tone);
struct ui_node *ui_part_badge(struct ui_node *parent, enum ui_state state, const char *icon, int side_px);
/* Takes what is left over. */
struct ui_node *ui_part_spacer(struct ui_node *parent);
/* A row inside a box: padded, items centred across. */
struct ui_node *ui_part_boxed_row(struct ui_node *parent, enum ui_box box, int min_height);
/* Title above detail, taking the width that is left; detail may be NULL. */
struct ui_node *ui_part_two_lines(struct ui_node *row, enum ui_type type, const char *title,
                                  const char *detail);
/* Copies id, action, state and key of a choice; its words and icon are nodes. */
void ui_part_identify(struct ui_node *node, enum ui_role role, const struct ui_choice *choice);
/* One key of a grid; a hole without a label. */
struct ui_node *ui_part_key(struct ui_node *grid, const struct ui_choice *choice, enum ui_type type);
struct ui_node *ui_part_grid(struct ui_node *parent, int columns);
/* Columns of keys: `roomy`, or where there is little height as many as fit, `most` at most. */
int ui_part_flat_columns(const struct ui_theme *theme, int roomy, int most);
#define UI_ERASE_ID "erase"
/* A button whose words have this type. */
struct ui_node *ui_part_button(struct ui_node *parent, enum ui_button_kind kind, enum ui_type type,
                               const struct ui_choice *choice);

/* Field and keys in one piece, which no page cuts; it takes the room that is left. */
struct ui_node *ui_part_piece(struct ui_node *parent, enum ui_kind kind);
/* The field as a line without a box, of this width: nothing on it can be tapped. */
struct ui_node *ui_part_written(struct ui_node *parent, const struct ui_field *field, int width);

#endif
