#include "ui/layout_parts.h"
#include <stdio.h>
#include <string.h>

int ui_most(int a, int b)
{
    return a > b ? a : b;
}

static int inner_width(const struct ui_node *node, int width)
{
    return ui_most(width - 2 * node->padding_x, 0);
}

struct ui_text_style ui_label_style(const struct ui_node *label)
{
    const struct ui_theme *theme = ui_tree_theme(label->tree);
    return (struct ui_text_style){.size_px = theme->type_px[label->type],
                                  .is_bold = ui_type_is_bold(label->type),
                                  .is_rtl = lang_direction(ui_tree_lang(label->tree)) == LANG_RTL};
}

/* A container with nothing to show takes no room and no gap. */
static bool is_empty(const struct ui_node *node)
{
    bool is_container = node->kind == UI_COLUMN || node->kind == UI_ROW || node->kind == UI_GRID;
    if (!is_container || node->height > 0 || node->min_height > 0 || node->grow > 0 ||
        node->box != UI_BOX_NONE)
        return false;
    for (const struct ui_node *child = node->first; child; child = child->next)
        if (!child->is_hidden && !is_empty(child))
            return false;
    return true;
}

struct ui_node *ui_next_shown(struct ui_node *node)
{
    while (node && (node->is_hidden || is_empty(node)))
        node = node->next;
    return node;
}

/* ---- natural sizes ---- */

size_t ui_label_wrap(struct ui_text *text, const struct ui_node *label, int width,
                     struct ui_text_line *out_lines, bool *out_is_cut)
{
    struct ui_text_style style = ui_label_style(label);
    const char *words = label->text ? label->text : "";
    bool is_even =
        label->type == UI_TYPE_HEADING || label->type == UI_TYPE_TITLE || label->type == UI_TYPE_ACTION;
    size_t count = is_even ? 0 : ui_text_wrap(text, &style, words, width, out_lines, out_is_cut);
    bool ends_alone = count > 1 && out_lines[count - 1].width_px <= 2 * style.size_px;
    if (is_even || ends_alone)
        count = ui_text_wrap_even(text, &style, words, width, out_lines, out_is_cut);
    return count;
}

static int label_width(struct ui_text *text, const struct ui_node *label)
{
    struct ui_text_line lines[UI_TEXT_LINES_MAX];
    size_t count = ui_label_wrap(text, label, 1 << 20, lines, NULL);
    int width = 0;
    for (size_t i = 0; i < count; i++)
        width = ui_most(width, lines[i].width_px);
    return width;
}

int ui_natural_width(struct ui_text *text, const struct ui_node *node)
{
    if (node->width > 0)
        return node->width;
    if (node->kind == UI_LABEL)
        return label_width(text, node);
    int width = 0, count = 0;
    for (struct ui_node *child = ui_next_shown(node->first); child;
         child = ui_next_shown(child->next), count++) {
        int own = ui_natural_width(text, child);
        width = node->kind == UI_ROW ? width + own : ui_most(width, own);
    }
    if (node->kind == UI_ROW && count > 1)
        width += node->gap * (count - 1);
    return width + 2 * node->padding_x;
}

static int label_height(struct ui_text *text, const struct ui_node *label, int width)
{
    struct ui_text_line lines[UI_TEXT_LINES_MAX];
    size_t count = ui_label_wrap(text, label, width, lines, NULL);
    return (int)count * ui_tree_theme(label->tree)->line_height_px[label->type];
}

static int column_height(struct ui_text *text, const struct ui_node *node, int width)
{
    int height = 0, count = 0;
    for (struct ui_node *child = ui_next_shown(node->first); child;
         child = ui_next_shown(child->next), count++)
        height += ui_natural_height(text, child, child->width > 0 ? child->width : width);
    return height + (count > 1 ? node->gap * (count - 1) : 0);
}

static int row_height(struct ui_text *text, struct ui_node *node, int width)
{
    int height = 0;
    ui_row_spare_icons(text, node, width);
    for (struct ui_node *child = ui_next_shown(node->first); child; child = ui_next_shown(child->next))
        height =
            ui_most(height, ui_natural_height(text, child, ui_row_child_width(text, node, child, width)));
    return height;
}

static int narrowest_of_children(struct ui_text *text, const struct ui_node *node)
{
    int width = 0, count = 0;
    for (struct ui_node *child = ui_next_shown(node->first); child;
         child = ui_next_shown(child->next), count++) {
        int own = ui_narrowest_width(text, child);
        width = node->kind == UI_ROW ? width + own : ui_most(width, own);
    }
    return width + (node->kind == UI_ROW && count > 1 ? node->gap * (count - 1) : 0);
}

int ui_narrowest_width(struct ui_text *text, const struct ui_node *node)
{
    if (node->width > 0)
        return node->width;
    if (node->kind == UI_LABEL) {
        struct ui_text_style style = ui_label_style(node);
        return ui_text_widest_piece(text, &style, node->text ? node->text : "");
    }
    return narrowest_of_children(text, node) + 2 * node->padding_x;
}

/* A word is never broken for the sake of a column. */
static void fit_columns(struct ui_text *text, struct ui_node *grid, int width)
{
    int narrowest = 0;
    for (struct ui_node *cell = grid->first; cell; cell = cell->next)
        narrowest = ui_most(narrowest, ui_narrowest_width(text, cell));
    while (grid->columns > 1 && narrowest > ui_grid_cell_width(grid, width))
        grid->columns--;
}

int ui_grid_cell_width(const struct ui_node *grid, int width)
{
    int columns = ui_most(grid->columns, 1);
    return (width - grid->gap * (columns - 1)) / columns;
}

int ui_grid_row_height(struct ui_text *text, struct ui_node *grid, int width)
{
    int height = 0;
    fit_columns(text, grid, width);
    for (struct ui_node *cell = grid->first; cell; cell = cell->next)
        height = ui_most(height, ui_natural_height(text, cell, ui_grid_cell_width(grid, width)));
    return height;
}

int ui_grid_rows(const struct ui_node *grid)
{
    int cells = 0, columns = ui_most(grid->columns, 1);
    for (struct ui_node *cell = grid->first; cell; cell = cell->next)
        cells++;
    return (cells + columns - 1) / columns;
}

static int grid_height(struct ui_text *text, struct ui_node *grid, int width)
{
    int height = ui_grid_row_height(text, grid, width), rows = ui_grid_rows(grid);
    return rows * height + (rows > 1 ? grid->gap * (rows - 1) : 0);
}

static int content_height(struct ui_text *text, struct ui_node *node, int width)
{
    switch (node->kind) {
    case UI_LABEL:
        return label_height(text, node, width);
    case UI_COLUMN:
        return column_height(text, node, width);
    case UI_ROW:
        return row_height(text, node, width);
    case UI_GRID:
        return grid_height(text, node, width);
    default: /* pages take what is left; the others say their size themselves */
        return 0;
    }
}

int ui_natural_height(struct ui_text *text, struct ui_node *node, int width)
{
    if (node->height > 0)
        return node->height;
    if (node->memo_width_px != width + 1) { /* 0 stands for never asked */
        node->memo_width_px = width + 1;
        int content = content_height(text, node, inner_width(node, width)) + 2 * node->padding_y;
        node->memo_height_px = ui_most(content, node->min_height);
    }
    return node->memo_height_px;
}

/* ---- the whole tree ---- */

static void reset(struct ui_tree *tree)
{
    for (struct ui_node *n = ui_tree_root(tree); n; n = ui_node_walk(n)) {
        n->is_hidden = n->has_overflow = false;
        n->focus = -1;
        n->memo_width_px = 0;
    }
}

/* Hidden parts of the tree stay hidden as a whole. */
static void hide_below(struct ui_tree *tree)
{
    for (struct ui_node *n = ui_tree_root(tree); n; n = ui_node_walk(n))
        if (n->parent && n->parent->is_hidden)
            n->is_hidden = true;
}

static struct ui_node *find_pages(struct ui_tree *tree)
{
    for (struct ui_node *n = ui_tree_root(tree); n; n = ui_node_walk(n))
        if (n->kind == UI_PAGES)
            return n;
    return NULL;
}

static struct ui_node *find_pager(struct ui_tree *tree)
{
    for (struct ui_node *n = ui_tree_root(tree); n; n = ui_node_walk(n))
        if (n->id && strcmp(n->id, UI_PAGER_ID) == 0)
            return n;
    return NULL;
}

/* The pager's words depend on the number of pages, which only layout knows. */
static void word_pager(struct ui_node *pager, const struct ui_node *pages)
{
    struct ui_tree *tree = pager->tree;
    bool is_last = pages->part + 1 >= pages->whole;
    pager->arg = is_last ? 0 : pages->part + 1;
    if (ui_tree_theme(tree)->compact) /* no room for the count */
        return;
    char page[16], count[16];
    snprintf(page, sizeof page, "%d", pages->part + 1);
    snprintf(count, sizeof count, "%d", pages->whole);
    const char *words =
        lang_format(ui_tree_lang(tree), ui_tree_arena(tree), is_last ? "frame.first_page" : "frame.more", 2,
                    (const char *const[]){page, count});
    for (struct ui_node *n = pager->first; n; n = n->next)
        if (n->kind == UI_LABEL)
            n->text = words ? words : "";
}

static void arrange_all(struct ui_tree *tree, struct ui_text *text, struct ui_node *pager, bool shows_pager)
{
    const struct ui_panel *panel = &ui_tree_theme(tree)->panel;
    reset(tree);
    if (pager)
        pager->is_hidden = !shows_pager;
    ui_arrange(text, ui_tree_root(tree), (struct ui_rect){0, 0, panel->width_px, panel->height_px});
    hide_below(tree);
}

static void number_focus(struct ui_tree *tree)
{
    int next = 0;
    for (struct ui_node *n = ui_tree_root(tree); n; n = ui_node_walk(n))
        if (ui_node_can_activate(n))
            n->focus = next++;
}

void ui_layout(struct ui_tree *tree, struct ui_text *text)
{
    struct ui_node *pages = find_pages(tree), *pager = find_pager(tree);
    int wanted = pages ? pages->part : 0;
    arrange_all(tree, text, pager, false);
    enum {
        ROUNDS_MAX = 3
    }; /* with its own row there may be more pages than just now, and then other words */
    int whole = 1;
    for (int i = 0; i < ROUNDS_MAX && pages && pager && pages->whole > whole; i++) {
        whole = pages->whole;
        pages->part = wanted;
        word_pager(pager, pages);
        arrange_all(tree, text, pager, true);
        word_pager(pager, pages);
    }
    number_focus(tree);
}
