/* Cutting a column that is too long into pages: between children, within plain columns, and between the rows
 * of a grid. */
#include "ui/layout_parts.h"

enum { UNITS_MAX = 256, CHOICES_PER_PAGE_MAX = 6 };

/* What cannot be cut: one node, or one row of a grid. */
struct unit {
    struct ui_node *node;
    int row; /* of a grid; -1: the whole node */
    int height, gap /* to the unit before */, choices, page;
    bool keep_with_next;
};

struct cut {
    struct unit units[UNITS_MAX];
    int count;
    int pages;
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
    int height = ui_grid_row_height(text, grid, width);
    int choices = grid->first && is_choice(grid->first) ? grid->columns : 0;
    for (int row = 0; row < ui_grid_rows(grid); row++)
        add_unit(cut, &(struct unit){grid, row, height, row > 0 ? grid->gap : gap, choices, 0, false});
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
        else
            add_unit(cut, &(struct unit){child, -1, ui_natural_height(text, child, width), gap,
                                         is_choice(child), 0, keeps});
        gap = column->gap;
        child = next;
    }
}

/* Fills pages one after the other; a unit that must stay with the next one moves on with it. */
static void assign(struct cut *cut, int room)
{
    int page = 0, used = 0, choices = 0, first_on_page = 0;
    for (int i = 0; i < cut->count; i++) {
        struct unit *unit = &cut->units[i];
        int needed = (i > first_on_page ? unit->gap : 0) + unit->height;
        bool is_full = used + needed > room || choices + unit->choices > CHOICES_PER_PAGE_MAX;
        if (is_full && i > first_on_page) {
            int start = i;
            while (start - 1 > first_on_page && cut->units[start - 1].keep_with_next)
                start--;
            page++;
            first_on_page = i = start;
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

/* Rows of a grid that are on one page are arranged together. */
static int rows_together(const struct cut *cut, int at)
{
    int count = 1;
    while (at + count < cut->count && cut->units[at + count].node == cut->units[at].node &&
           cut->units[at + count].page == cut->units[at].page)
        count++;
    return count;
}

static void arrange_unit(struct ui_text *text, const struct unit *unit, struct ui_rect r, int rows)
{
    for (struct ui_node *n = unit->node; n && n->kind != UI_PAGES; n = n->parent)
        n->is_hidden = false;
    if (unit->row < 0) {
        ui_arrange(text, unit->node, r);
        return;
    }
    unit->node->rect = r;
    ui_arrange_grid(text, unit->node, r, unit->row, rows);
}

static void place(struct ui_text *text, const struct cut *cut, struct ui_node *pages, struct ui_rect inner)
{
    int y = inner.y;
    for (int i = 0; i < cut->count; i++) {
        const struct unit *unit = &cut->units[i];
        if (unit->page != pages->part)
            continue;
        int rows = unit->row >= 0 ? rows_together(cut, i) : 1;
        int height = rows * unit->height + (rows > 1 ? unit->node->gap * (rows - 1) : 0);
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

void ui_arrange_pages(struct ui_text *text, struct ui_node *pages, struct ui_rect inner)
{
    struct cut cut = {0};
    collect(text, &cut, pages, inner.w, 0, false);
    assign(&cut, inner.h);
    pages->whole = cut.pages;
    if (pages->part >= cut.pages)
        pages->part = cut.pages - 1;
    if (pages->part < 0)
        pages->part = 0;
    if (cut.pages == 1) {
        ui_arrange_column(text, pages, inner);
        return;
    }
    hide_units(pages);
    place(text, &cut, pages, inner);
}
