/* Cutting a column that is too long into pages: between children, within plain columns, between the rows of a
 * grid, and between the lines of a text that flows. */
#include "ui/layout_parts.h"

enum { UNITS_MAX = 1024, CHOICES_PER_PAGE_MAX = 6 };

/* What cannot be cut: one node, one row of a grid, or one line of a text. */
struct unit {
    struct ui_node *node;
    int row; /* of a grid, or line of a text; -1: the whole node */
    int height, gap /* to the unit before */, choices, page;
    bool keep_with_next;
    bool ends_part; /* kept only because its column is: where nothing else gives way, a page ends here */
};

struct cut {
    struct unit units[UNITS_MAX];
    int count;
    int pages;
    int room; /* height of a page */
};

static bool is_choice(const struct ui_node *node)
{
    return node->box == UI_BOX_OPTION && node->action != UI_ACTION_NONE;
}

static void add_unit(struct cut *cut, const struct unit *unit)
{
    if (cut->count < UNITS_MAX)
        cut->units[cut->count++] = *unit;
}

static void add_grid(struct ui_text *text, struct cut *cut, struct ui_node *grid, int width, int gap)
{
    int height = ui_grid_row_height(text, grid, width); /* settles the columns, too */
    int choices = grid->first && is_choice(grid->first) ? grid->columns : 0;
    for (int row = 0; row < ui_grid_rows(grid); row++)
        add_unit(cut, &(struct unit){.node = grid,
                                     .row = row,
                                     .height = height,
                                     .gap = row > 0 ? grid->gap : gap,
                                     .choices = choices});
}

/* The label whose lines may go over to the next page. */
static struct ui_node *flowing_label(struct ui_node *node)
{
    return !node->flows ? NULL : node->kind == UI_LABEL ? node : node->last;
}

/* What was added last and stays with what comes now. */
static int kept_height(const struct cut *cut)
{
    int height = 0;
    for (int i = cut->count - 1; i >= 0 && cut->units[i].keep_with_next; i--)
        height += cut->units[i].height + cut->units[i].gap;
    return height;
}

/* Torn is only what has no room on a page, together with its heading; false where it has, or where something
 * beside the lines is higher than they are. */
static bool add_lines(struct ui_text *text, struct cut *cut, struct ui_node *node, int width, int gap,
                      bool keeps)
{
    const struct ui_node *label = flowing_label(node);
    int line = label ? ui_tree_theme(node->tree)->line_height_px[label->type] : 0;
    int height = ui_natural_height(text, node, width);
    bool fits = kept_height(cut) + gap + height <= cut->room;
    if (fits || line == 0 || height % line != 0)
        return false;
    for (int row = 0; row < height / line; row++)
        add_unit(cut, &(struct unit){.node = node,
                                     .row = row,
                                     .height = line,
                                     .gap = row > 0 ? 0 : gap,
                                     .keep_with_next = keeps && row + 1 == height / line});
    return true;
}

static bool is_plain_column(const struct ui_node *node)
{
    return node->kind == UI_COLUMN && node->box == UI_BOX_NONE && node->role == UI_ROLE_NONE &&
           node->grow == 0;
}

/* `last_keeps`: the last of these stays with what follows its parent. */
static void collect(struct ui_text *text, struct cut *cut, struct ui_node *column, int width, int gap,
                    bool last_keeps)
{
    for (struct ui_node *child = ui_next_shown(column->first); child;) {
        struct ui_node *next = ui_next_shown(child->next);
        bool keeps = child->keep_with_next || (last_keeps && !next);
        if (child->kind == UI_GRID && child->padding_y == 0)
            add_grid(text, cut, child, width, gap);
        else if (is_plain_column(child))
            collect(text, cut, child, width, gap, keeps);
        else if (!add_lines(text, cut, child, width, gap, keeps))
            add_unit(cut, &(struct unit){.node = child,
                                         .row = -1,
                                         .height = ui_natural_height(text, child, width),
                                         .gap = gap,
                                         .choices = is_choice(child),
                                         .keep_with_next = keeps,
                                         .ends_part = last_keeps && !next});
        gap = column->gap;
        child = next;
    }
}

/* The first unit of the page after a page that is full at unit `full`: what must stay with the next one moves
 * on with it. Where that would leave a heading alone, the page ends after what belongs to the heading. */
static int start_of_next(const struct cut *cut, int first, int full)
{
    int start = full;
    while (start - 1 > first && cut->units[start - 1].keep_with_next)
        start--;
    if (start > first + 1 || !cut->units[first].keep_with_next)
        return start;
    for (int i = full; i > first + 1; i--)
        if (cut->units[i - 1].ends_part)
            return i;
    return full; /* all of it belongs together, and is too much for a page */
}

static bool can_be_touched(const struct ui_node *node)
{
    if (node->action != UI_ACTION_NONE || node->kind == UI_PAD)
        return true;
    for (const struct ui_node *child = node->first; child; child = child->next)
        if (can_be_touched(child))
            return true;
    return false;
}

/* On a small panel only what can be touched keeps its distance, and the rows of a grid theirs. */
static void tighten(struct cut *cut, const struct ui_theme *theme)
{
    int least = theme->space_px[UI_SPACE_SMALL];
    bool touched = false;
    for (int i = 0; i < cut->count; i++) {
        bool can = can_be_touched(cut->units[i].node);
        if (cut->units[i].row <= 0 && i > 0 && !(can && touched) && cut->units[i].gap > least)
            cut->units[i].gap = least;
        touched = can;
    }
}

/* Fills pages one after the other. */
static void assign(struct cut *cut)
{
    int page = 0, used = 0, choices = 0, first_on_page = 0;
    for (int i = 0; i < cut->count; i++) {
        struct unit *unit = &cut->units[i];
        int needed = (i > first_on_page ? unit->gap : 0) + unit->height;
        bool is_full = used + needed > cut->room || choices + unit->choices > CHOICES_PER_PAGE_MAX;
        if (is_full && i > first_on_page) {
            page++;
            first_on_page = i = start_of_next(cut, first_on_page, i);
            unit = &cut->units[i];
            used = choices = 0;
            needed = unit->height;
        }
        unit->page = page;
        used += needed;
        choices += unit->choices;
    }
    cut->pages = page + 1;
}

/* Rows of a grid, or lines, that are on one page are arranged together. */
static int rows_together(const struct cut *cut, int at)
{
    int count = 1;
    while (at + count < cut->count && cut->units[at + count].node == cut->units[at].node &&
           cut->units[at + count].page == cut->units[at].page)
        count++;
    return count;
}

static void show_lines(struct ui_node *node, int first, int count)
{
    struct ui_node *label = flowing_label(node);
    label->part = first;
    label->whole = count;
    label->memo_width_px = node->memo_width_px = 0;
}

static void arrange_unit(struct ui_text *text, const struct unit *unit, struct ui_rect r, int rows)
{
    for (struct ui_node *n = unit->node; n && n->kind != UI_PAGES; n = n->parent)
        n->is_hidden = false;
    unit->node->rect = r;
    if (unit->row >= 0 && unit->node->kind == UI_GRID) {
        ui_arrange_grid(text, unit->node, r, unit->row, rows);
        return;
    }
    if (unit->row >= 0)
        show_lines(unit->node, unit->row, rows);
    ui_arrange(text, unit->node, r);
}

/* What is left of a page goes to the first thing on it that can grow. */
static int spare_for(const struct cut *cut, int at)
{
    const struct unit *unit = &cut->units[at];
    int used = 0;
    for (int i = 0; i < cut->count; i++) {
        const struct unit *other = &cut->units[i];
        if (other->page != unit->page)
            continue;
        if (i < at && other->node->grow > 0 && other->height > 0)
            return 0; /* the first of them takes it */
        used += other->height + (used > 0 ? other->gap : 0);
    }
    bool can_grow = unit->row < 0 && unit->node->grow > 0 && unit->height > 0; /* not a spacer */
    return can_grow && cut->room > used ? cut->room - used : 0;
}

static void place(struct ui_text *text, const struct cut *cut, struct ui_node *pages, struct ui_rect inner)
{
    int y = inner.y;
    for (int i = 0; i < cut->count; i++) {
        const struct unit *unit = &cut->units[i];
        if (unit->page != pages->part)
            continue;
        int rows = unit->row >= 0 ? rows_together(cut, i) : 1, height = unit->height;
        for (int row = 1; row < rows; row++)
            height += unit[row].gap + unit[row].height;
        height += spare_for(cut, i);
        y += y > inner.y ? unit->gap : 0;
        arrange_unit(text, unit, (struct ui_rect){inner.x, y, inner.w, height}, rows);
        y += height;
        pages->has_overflow |= y > inner.y + inner.h;
        i += rows - 1;
    }
}

static void hide_units(struct ui_node *column)
{
    for (struct ui_node *child = column->first; child; child = child->next) {
        child->is_hidden = true;
        if (is_plain_column(child))
            hide_units(child);
    }
}

/* Whichever page is shown: what is wrong with one of them is wrong with all. */
static bool is_any_too_high(const struct cut *cut)
{
    for (int i = 0; i < cut->count; i++)
        if (cut->units[i].height > cut->room)
            return true;
    return false;
}

/* A page that ends in what is to stay with the next thing, which is not on it. */
static bool is_torn(const struct cut *cut)
{
    for (int i = 0; i + 1 < cut->count; i++)
        if (cut->units[i].keep_with_next && cut->units[i].page != cut->units[i + 1].page)
            return true;
    return false;
}

void ui_arrange_pages(struct ui_text *text, struct ui_node *pages, struct ui_rect inner)
{
    struct cut cut = {.room = inner.h};
    collect(text, &cut, pages, inner.w, 0, false);
    if (ui_tree_theme(pages->tree)->compact)
        tighten(&cut, ui_tree_theme(pages->tree));
    assign(&cut);
    pages->whole = cut.pages;
    pages->has_overflow = is_any_too_high(&cut);
    pages->is_torn = is_torn(&cut);
    if (pages->part >= cut.pages)
        pages->part = cut.pages - 1;
    if (pages->part < 0)
        pages->part = 0;
    if (cut.pages == 1 && ui_column_fits(text, pages, inner)) {
        ui_arrange_column(text, pages, inner);
        return;
    }
    hide_units(pages);
    place(text, &cut, pages, inner);
}
