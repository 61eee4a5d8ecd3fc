/* Cutting a column that is too long into pages: between children, and between the rows of a grid. */
#include "ui/layout_parts.h"

enum { UNITS_MAX = 256, CHOICES_PER_PAGE_MAX = 6 };

/* What cannot be cut: one child, or one row of a grid. */
struct unit {
    struct ui_node *node;
    int row; /* of a grid; -1: the whole node */
    int height, choices, page;
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

static void add_grid(struct ui_text *text, struct cut *cut, struct ui_node *grid, int width)
{
    int rows = ui_grid_rows(grid), height = ui_grid_row_height(text, grid, width);
    int choices = grid->first && is_choice(grid->first) ? grid->columns : 0;
    for (int row = 0; row < rows && cut->count < UNITS_MAX; row++)
        cut->units[cut->count++] = (struct unit){grid, row, height, choices, 0};
}

static void collect(struct ui_text *text, struct cut *cut, struct ui_node *pages, int width)
{
    for (struct ui_node *child = pages->first; child; child = child->next) {
        if (child->kind == UI_GRID && child->padding_y == 0)
            add_grid(text, cut, child, width);
        else if (cut->count < UNITS_MAX)
            cut->units[cut->count++] =
                (struct unit){child, -1, ui_natural_height(text, child, width), is_choice(child), 0};
    }
}

static int gap_before(const struct ui_node *pages, const struct unit *unit)
{
    return unit->row > 0 ? unit->node->gap : pages->gap;
}

/* Fills pages one after the other; a unit that must stay with the next one moves on with it. */
static void assign(struct cut *cut, const struct ui_node *pages, int room)
{
    int page = 0, used = 0, choices = 0, first_on_page = 0;
    for (int i = 0; i < cut->count; i++) {
        struct unit *unit = &cut->units[i];
        int needed = (i > first_on_page ? gap_before(pages, unit) : 0) + unit->height;
        bool is_full = used + needed > room || choices + unit->choices > CHOICES_PER_PAGE_MAX;
        if (is_full && i > first_on_page) {
            int start = i;
            while (start - 1 > first_on_page && cut->units[start - 1].node->keep_with_next)
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

static void place(struct ui_text *text, struct cut *cut, struct ui_node *pages, struct ui_rect inner)
{
    int y = inner.y;
    for (int i = 0; i < cut->count; i++) {
        struct unit *unit = &cut->units[i];
        if (unit->page != pages->part)
            continue;
        int rows = unit->row >= 0 ? rows_together(cut, i) : 1;
        int height = rows * unit->height + (rows > 1 ? unit->node->gap * (rows - 1) : 0);
        struct ui_rect r = {inner.x, y, inner.w, height};
        unit->node->is_hidden = false;
        if (unit->row >= 0) {
            unit->node->rect = r;
            ui_arrange_grid(text, unit->node, r, unit->row, rows);
        } else {
            ui_arrange(text, unit->node, r);
        }
        pages->has_overflow |= y + height > inner.y + inner.h;
        y += height + pages->gap;
        i += rows - 1;
    }
}

void ui_arrange_pages(struct ui_text *text, struct ui_node *pages, struct ui_rect inner)
{
    struct cut cut = {0};
    collect(text, &cut, pages, inner.w);
    assign(&cut, pages, inner.h);
    pages->whole = cut.pages;
    if (pages->part >= cut.pages)
        pages->part = cut.pages - 1;
    if (pages->part < 0)
        pages->part = 0;
    if (cut.pages == 1) {
        ui_arrange_column(text, pages, inner);
        return;
    }
    for (struct ui_node *child = pages->first; child; child = child->next)
        child->is_hidden = true;
    place(text, &cut, pages, inner);
}
