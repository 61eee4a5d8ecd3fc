/* What the layout files share: natural sizes in layout.c, rectangles in layout_arrange.c, pages in
 * layout_pages.c. */
#ifndef YIZHAN_UI_LAYOUT_PARTS_H
#define YIZHAN_UI_LAYOUT_PARTS_H

#include "ui/layout.h"

/* The node that turns the page; shown only when there is more than one. */
#define UI_PAGER_ID "more"

int ui_most(int a, int b);
struct ui_text_style ui_label_style(const struct ui_node *label);
/* Lines of a label at this width; headings and names of things are set evenly. */
size_t ui_label_wrap(struct ui_text *text, const struct ui_node *label, int width,
                     struct ui_text_line *out_lines, bool *out_is_cut);
/* This node or the next sibling that is not hidden. */
struct ui_node *ui_next_shown(struct ui_node *node);

int ui_natural_width(struct ui_text *text, const struct ui_node *node);
int ui_natural_height(struct ui_text *text, struct ui_node *node, int width);
/* What a child of a row gets of the row's inner width. */
int ui_row_child_width(struct ui_text *text, const struct ui_node *row, const struct ui_node *child,
                       int width);

/* Where the words of a row of buttons do not fit on a line beside their icons, the icons go. */
void ui_row_spare_icons(struct ui_text *text, struct ui_node *row, int width);

int ui_grid_cell_width(const struct ui_node *grid, int width);
/* Settles the number of columns: fewer than wished for where a word would not fit. */
int ui_grid_row_height(struct ui_text *text, struct ui_node *grid, int width);
int ui_grid_rows(const struct ui_node *grid);

/* Gives the node this rectangle and its children theirs. */
void ui_arrange(struct ui_text *text, struct ui_node *node, struct ui_rect rect);
/* Puts children below each other from the top of inner, sharing what is left. */
void ui_arrange_column(struct ui_text *text, struct ui_node *node, struct ui_rect inner);
bool ui_column_fits(struct ui_text *text, const struct ui_node *column, struct ui_rect inner);
/* The rows [first, first + count) of a grid. */
void ui_arrange_grid(struct ui_text *text, struct ui_node *grid, struct ui_rect inner, int first, int count);
void ui_arrange_pages(struct ui_text *text, struct ui_node *pages, struct ui_rect inner);

#endif
