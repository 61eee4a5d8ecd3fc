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

/* What of these lines stands on the page that is shown. */
static size_t lines_of_page(const struct ui_node *label, struct ui_text_line *lines, size_t count)
{
    size_t first = (size_t)label->part, shown = (size_t)label->whole;
    if (shown == 0 || first + shown > count)
        return count;
    memmove(lines, lines + first, shown * sizeof *lines);
    return shown;
}

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
    return lines_of_page(label, out_lines, count);
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

static int narrowest_width(struct ui_text *text, const struct ui_node *node);

static int narrowest_of_children(struct ui_text *text, const struct ui_node *node)
{
    int width = 0, count = 0;
    for (struct ui_node *child = ui_next_shown(node->first); child;
         child = ui_next_shown(child->next), count++) {
        int own = narrowest_width(text, child);
        width = node->kind == UI_ROW ? width + own : ui_most(width, own);
    }
    return width + (node->kind == UI_ROW && count > 1 ? node->gap * (count - 1) : 0);
}

/* So that no word is broken. */
static int narrowest_width(struct ui_text *text, const struct ui_node *node)
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
        narrowest = ui_most(narrowest, narrowest_width(text, cell));
    while (grid->columns > 1 && narrowest > ui_grid_cell_width(grid, width))
        grid->columns--;
}

int ui_column_width(int width_px, int columns, int gap_px)
{
    return (width_px - gap_px * (columns - 1)) / columns;
}

int ui_columns_fitting(int width_px, int column_px, int gap_px)
{
    return (width_px + gap_px) / (column_px + gap_px);
}

int ui_grid_cell_width(const struct ui_node *grid, int width)
{
    return ui_column_width(width, ui_most(grid->columns, 1), grid->gap);
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

static bool is_absent(const struct ui_node *node, enum ui_thrift thrift)
{
    return thrift < node->comes_at || (node->leaves_at != UI_THRIFT_NONE && thrift >= node->leaves_at);
}

static void reset(struct ui_tree *tree, enum ui_thrift thrift)
{
    for (struct ui_node *n = ui_tree_root(tree); n; n = ui_node_walk(n)) {
        n->is_hidden = is_absent(n, thrift);
        n->has_overflow = n->is_torn = false;
        n->focus = -1;
        n->memo_width_px = 0;
        if (n->kind == UI_LABEL)
            n->part = n->whole = 0;
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

static struct ui_node *find_waiting(struct ui_tree *tree)
{
    struct ui_node *n = ui_tree_root(tree);
    while (n && !n->waits_for_last)
        n = ui_node_walk(n);
    return n;
}

/* The pager's words depend on the number of pages, which only layout knows. */
static void word_pager(struct ui_node *pager, const struct ui_node *pages, bool has_room)
{
    struct ui_tree *tree = pager->tree;
    bool is_last = pages->part + 1 >= pages->whole;
    pager->arg = is_last ? 0 : pages->part + 1;
    static const char *const ids[2][2] = {{"frame.more", "frame.first_page"},
                                          {"frame.more_short", "frame.first_short"}};
    char page[16], count[16];
    snprintf(page, sizeof page, "%d", pages->part + 1);
    snprintf(count, sizeof count, "%d", pages->whole);
    bool is_short = !has_room || ui_tree_theme(tree)->compact; /* no room for the count */
    const char *words = lang_format(ui_tree_lang(tree), ui_tree_arena(tree), ids[is_short][is_last], 2,
                                    (const char *const[]){page, count});
    for (struct ui_node *n = pager->first; n; n = n->next)
        if (n->kind == UI_LABEL)
            n->text = words ? words : "";
    pager->label = lang_format(ui_tree_lang(tree), ui_tree_arena(tree),
                               is_last ? "frame.first_page_said" : "frame.more_said", 2,
                               (const char *const[]){page, count});
}

/* What the whole of a layout works with. */
struct plan {
    struct ui_tree *tree;
    struct ui_text *text;
    struct ui_node *pages, *pager; /* or NULL */
    int wanted_page;
};

static void arrange_all(const struct plan *plan, enum ui_thrift thrift, bool shows_pager)
{
    const struct ui_panel *panel = &ui_tree_theme(plan->tree)->panel;
    reset(plan->tree, thrift);
    if (plan->pager)
        plan->pager->is_hidden = !shows_pager;
    if (plan->pages)
        plan->pages->part = plan->wanted_page;
    ui_arrange(plan->text, ui_tree_root(plan->tree),
               (struct ui_rect){0, 0, panel->width_px, panel->height_px});
    hide_below(plan->tree);
}

static void arrange_thrifty(const struct plan *plan, enum ui_thrift thrift)
{
    enum {
        ROUNDS_MAX = 3
    }; /* with its own row there may be more pages than just now, and then other words */
    int whole = 1;
    arrange_all(plan, thrift, false);
    for (int i = 0; i < ROUNDS_MAX && plan->pages && plan->pager && plan->pages->whole > whole; i++) {
        whole = plan->pages->whole;
        plan->pages->part = plan->wanted_page;
        word_pager(plan->pager, plan->pages, true);
        arrange_all(plan, thrift, true);
        word_pager(plan->pager, plan->pages, true);
    }
}

static bool is_within(const struct ui_node *node, const struct ui_node *ancestor)
{
    while (node && node != ancestor)
        node = node->parent;
    return node != NULL;
}

/* Pages; a question without any of its answers counts as one more; more than there can be when something does
 * not fit. What is on one page only does not count: it must be the same for all. */
static int cost_of(const struct plan *plan)
{
    enum { TOO_LARGE = 1000 };
    int cost = plan->pages ? plan->pages->whole + plan->pages->is_torn : 1;
    for (const struct ui_node *n = ui_tree_root(plan->tree); n; n = ui_node_walk(n))
        if (n->has_overflow && !n->is_hidden && (n == plan->pages || !is_within(n, plan->pages)))
            return cost + TOO_LARGE;
    return cost;
}

static bool changes_at(struct ui_tree *tree, enum ui_thrift thrift)
{
    for (const struct ui_node *n = ui_tree_root(tree); n; n = ui_node_walk(n))
        if (n->leaves_at == thrift || n->comes_at == thrift)
            return true;
    return false;
}

/* Where pages follow that were not shown, what waits for them is the pager; that one's room stays as it is.
 */
static void lead_on(const struct plan *plan, enum ui_thrift thrift)
{
    struct ui_node *primary = find_waiting(plan->tree), *pages = plan->pages, *pager = plan->pager;
    if (!primary || !pages || !pager || pages->part + 1 >= pages->whole)
        return;
    primary->id = UI_PAGER_ID;
    primary->action = UI_ACTION_PAGE;
    primary->arg = pages->part + 1;
    word_pager(primary, pages, false);
    for (struct ui_node *n = primary->first; n; n = n->next)
        n->icon = n->kind == UI_ICON ? ui_node_icon(n, "next") : n->icon;
    arrange_all(plan, thrift, pager->parent->kind != UI_ROW);
    pager->is_hidden = true;
    hide_below(plan->tree);
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
    struct plan plan = {.tree = tree, .text = text, .pages = find_pages(tree), .pager = find_pager(tree)};
    plan.wanted_page = plan.pages ? plan.pages->part : 0;
    enum ui_thrift best = UI_THRIFT_NONE, last = UI_THRIFT_NONE;
    arrange_thrifty(&plan, best);
    int least = cost_of(&plan);
    for (enum ui_thrift thrift = best + 1; thrift < UI_THRIFTS && least > 1; thrift++) {
        if (!changes_at(tree, thrift))
            continue;
        arrange_thrifty(&plan, thrift);
        last = thrift;
        int cost = cost_of(&plan);
        best = cost < least ? thrift : best;
        least = cost < least ? cost : least;
    }
    if (best != last)
        arrange_thrifty(&plan, best);
    lead_on(&plan, best);
    number_focus(tree);
}
