/*
 * Turns the wishes of a tree into rectangles.
 *
 * Columns and rows give each child its natural size and share what is left by `grow`; grids give equal cells.
 * A UI_PAGES column shows the children that fit from its page on and hides the others; its pager appears only
 * when there is more than one page. Text wraps by Unicode line breaking (UAX 14). What does not fit is marked
 * has_overflow, never clipped silently. In a right-to-left language rows run from the right.
 */
#ifndef YIZHAN_UI_LAYOUT_H
#define YIZHAN_UI_LAYOUT_H

#include "ui/text.h"
#include "ui/tree.h"

/* Fills rect, focus, is_hidden and has_overflow of every node, and the number of pages. */
void ui_layout(struct ui_tree *tree, struct ui_text *text);

/* Of columns beside each other: what each gets of a width, and how many that wide stand in it. */
int ui_column_width(int width_px, int columns, int gap_px);
int ui_columns_fitting(int width_px, int column_px, int gap_px);

#endif
