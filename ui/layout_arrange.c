/* Rectangles for columns, rows, grids and labels. */
#include "ui/layout_parts.h"

/* A grid that grows makes its rows at most this much higher than they need to be. */
enum { GRID_STRETCH_PERCENT = 140 };

static bool is_rtl(const struct ui_node *node)
{
    return lang_direction(ui_tree_lang(node->tree)) == LANG_RTL;
}

static struct ui_rect mirrored(struct ui_rect r, struct ui_rect inner)
{
    r.x = inner.x + inner.w - (r.x - inner.x) - r.w;
    return r;
}

static int align_offset(enum ui_align align, int spare)
{
    return spare <= 0 || align == UI_ALIGN_START ? 0 : align == UI_ALIGN_CENTER ? spare / 2 : spare;
}

/* ---- rows ---- */

struct row_sums {
    int fixed, grow, count;
    int words; /* what those that grow need to keep their words on one line */
};

static bool grows(const struct ui_node *child)
{
    return child->grow > 0 && child->width == 0;
}

/* Words on a button are never broken while there is room in its row. */
static int words_width(struct ui_text *text, const struct ui_node *child)
{
    return grows(child) && child->action != UI_ACTION_NONE ? ui_natural_width(text, child) : 0;
}

static struct row_sums sum_row(struct ui_text *text, const struct ui_node *row)
{
    struct row_sums sums = {0};
    for (struct ui_node *child = ui_next_shown(row->first); child; child = ui_next_shown(child->next)) {
        sums.count++;
        sums.words += words_width(text, child);
        if (grows(child))
            sums.grow += child->grow;
        else
            sums.fixed += ui_natural_width(text, child);
    }
    return sums;
}

void ui_row_spare_icons(struct ui_text *text, struct ui_node *row, int width)
{
    struct row_sums sums = sum_row(text, row);
    if (sums.words <= width - sums.fixed - row->gap * (sums.count - 1))
        return;
    for (struct ui_node *child = row->first; child; child = child->next)
        for (struct ui_node *part = child->first; words_width(text, child) > 0 && part; part = part->next)
            part->is_hidden = part->is_hidden || part->kind == UI_ICON;
}

/* What is shared, and among how many parts. */
struct shares {
    int room, parts;
};

/* What is left when all get their words that would not fit into their share. */
static struct shares after_words(struct ui_text *text, const struct ui_node *row, struct shares now,
                                 struct shares all)
{
    for (const struct ui_node *n = ui_next_shown(row->first); n; n = ui_next_shown(n->next)) {
        int words = words_width(text, n);
        if (words > 0 && words > now.room * n->grow / now.parts) {
            all.room -= words;
            all.parts -= n->grow;
        }
    }
    return all;
}

static int share_of(struct ui_text *text, const struct ui_node *row, const struct ui_node *child, int left,
                    const struct row_sums *sums)
{
    const struct shares all = {left, sums->grow};
    struct shares now = all, next = all;
    int words = words_width(text, child);
    if (sums->words > left) /* each the same part of what it needs */
        return words > 0 ? left * words / sums->words : 0;
    do {
        now = next;
        next = after_words(text, row, now, all);
    } while (next.parts > 0 && next.parts != now.parts);
    int share = now.room * child->grow / now.parts;
    return share > words ? share : words;
}

int ui_row_child_width(struct ui_text *text, const struct ui_node *row, const struct ui_node *child,
                       int width)
{
    if (child->width > 0)
        return child->width;
    struct row_sums sums = sum_row(text, row);
    int left = width - sums.fixed - row->gap * (sums.count - 1);
    if (child->grow > 0)
        return left > 0 ? share_of(text, row, child, left, &sums) : 0;
    int natural = ui_natural_width(text, child);
    if (left >= 0 || child->kind != UI_LABEL)
        return natural < width ? natural : width;
    return natural + left > 0 ? natural + left : 0; /* words give way: they can wrap */
}

static struct ui_rect row_child_rect(struct ui_text *text, const struct ui_node *row, struct ui_node *child,
                                     struct ui_rect inner, int x)
{
    int width = ui_row_child_width(text, row, child, inner.w);
    int height = ui_natural_height(text, child, width);
    bool stretches =
        child->box != UI_BOX_NONE || child->kind == UI_PAGES || child->kind == UI_PAD || child->grow > 1;
    if (stretches || height > inner.h)
        return (struct ui_rect){x, inner.y, width, inner.h};
    return (struct ui_rect){x, inner.y + align_offset(row->align, inner.h - height), width, height};
}

/* Where the next character comes: behind the last one, which of several lines is not at their right edge. */
static void put_behind(struct ui_text *text, const struct ui_node *label, struct ui_node *caret)
{
    struct ui_text_line lines[UI_TEXT_LINES_MAX];
    size_t count = ui_label_wrap(text, label, label->rect.w, lines, NULL);
    int line_height = ui_tree_theme(label->tree)->line_height_px[label->type];
    if (count < 2)
        return;
    int behind = lines[count - 1].width_px + label->parent->gap;
    caret->rect.x = is_rtl(label->parent) ? label->rect.x + label->rect.w - behind - caret->rect.w
                                          : label->rect.x + behind;
    caret->rect.y = label->rect.y + (int)(count - 1) * line_height + (line_height - caret->rect.h) / 2;
}

static void arrange_row(struct ui_text *text, struct ui_node *row, struct ui_rect inner)
{
    struct row_sums sums = sum_row(text, row);
    int spare = inner.w - sums.fixed - row->gap * (sums.count - 1);
    int x = inner.x + (sums.grow == 0 ? align_offset(row->main_align, spare) : 0);
    const struct ui_node *before = NULL;
    for (struct ui_node *child = ui_next_shown(row->first); child; child = ui_next_shown(child->next)) {
        struct ui_rect r = row_child_rect(text, row, child, inner, x);
        x += r.w + row->gap;
        ui_arrange(text, child, is_rtl(row) ? mirrored(r, inner) : r);
        if (child->kind == UI_CARET && before && before->kind == UI_LABEL)
            put_behind(text, before, child);
        before = child;
    }
    row->has_overflow |= row->first && x - row->gap > inner.x + inner.w;
}

/* ---- columns ---- */

static void sum_column(struct ui_text *text, const struct ui_node *column, int width, int *out_height,
                       int *out_grow)
{
    int height = -column->gap, grow = 0;
    for (struct ui_node *child = ui_next_shown(column->first); child; child = ui_next_shown(child->next)) {
        height += column->gap + ui_natural_height(text, child, child->width > 0 ? child->width : width);
        grow += child->grow;
    }
    *out_height = height;
    *out_grow = grow;
}

bool ui_column_fits(struct ui_text *text, const struct ui_node *column, struct ui_rect inner)
{
    int natural, grow;
    sum_column(text, column, inner.w, &natural, &grow);
    return natural <= inner.h;
}

void ui_arrange_column(struct ui_text *text, struct ui_node *column, struct ui_rect inner)
{
    int natural, grow;
    sum_column(text, column, inner.w, &natural, &grow);
    int spare = inner.h - natural;
    column->has_overflow |= spare < 0 && column->first;
    int y = inner.y + (grow == 0 ? align_offset(column->main_align, spare) : 0);
    for (struct ui_node *child = ui_next_shown(column->first); child; child = ui_next_shown(child->next)) {
        int width = child->width > 0 ? child->width : inner.w;
        int height = ui_natural_height(text, child, width);
        if (grow > 0 && spare > 0)
            height += spare * child->grow / grow;
        struct ui_rect r = {inner.x + align_offset(column->align, inner.w - width), y, width, height};
        y += height + column->gap;
        ui_arrange(text, child, is_rtl(column) ? mirrored(r, inner) : r);
    }
}

/* ---- grids ---- */

void ui_arrange_grid(struct ui_text *text, struct ui_node *grid, struct ui_rect inner, int first, int count)
{
    int width = ui_grid_cell_width(grid, inner.w), height = ui_grid_row_height(text, grid, inner.w);
    int room = count > 0 ? (inner.h - grid->gap * (count - 1)) / count : 0;
    int most = height * GRID_STRETCH_PERCENT / 100;
    if (grid->grow > 0 && room > height)
        height = room < most ? room : most;
    grid->has_overflow |= room < height && grid->first;
    int index = 0;
    for (struct ui_node *cell = grid->first; cell; cell = cell->next, index++) {
        int row = index / ui_most(grid->columns, 1) - first, column = index % ui_most(grid->columns, 1);
        cell->is_hidden = row < 0 || row >= count;
        struct ui_rect r = {inner.x + column * (width + grid->gap), inner.y + row * (height + grid->gap),
                            width, height};
        if (!cell->is_hidden)
            ui_arrange(text, cell, is_rtl(grid) && !grid->is_keypad ? mirrored(r, inner) : r);
    }
}

/* ---- leaves ---- */

static void check_label(struct ui_text *text, struct ui_node *label)
{
    struct ui_text_line lines[UI_TEXT_LINES_MAX];
    bool is_cut = false,
         is_typed = label->parent && label->parent->role == UI_ROLE_FIELD; /* breaks anywhere */
    size_t count = ui_label_wrap(text, label, label->rect.w, lines, is_typed ? NULL : &is_cut);
    int height = (int)count * ui_tree_theme(label->tree)->line_height_px[label->type];
    for (size_t i = 0; i < count; i++)
        is_cut |= lines[i].width_px > label->rect.w;
    label->has_overflow |=
        is_cut || height > label->rect.h || (label->max_lines > 0 && (int)count > label->max_lines);
}

void ui_arrange(struct ui_text *text, struct ui_node *node, struct ui_rect rect)
{
    node->rect = rect;
    struct ui_rect inner = {rect.x + node->padding_x, rect.y + node->padding_y, rect.w - 2 * node->padding_x,
                            rect.h - 2 * node->padding_y};
    switch (node->kind) {
    case UI_COLUMN:
        ui_arrange_column(text, node, inner);
        break;
    case UI_ROW:
        arrange_row(text, node, inner);
        break;
    case UI_GRID:
        ui_arrange_grid(text, node, inner, 0, ui_grid_rows(node));
        break;
    case UI_PAGES:
        ui_arrange_pages(text, node, inner);
        break;
    case UI_LABEL:
        check_label(text, node);
        break;
    default:
        if (node->first) /* a pad with its key in the corner */
            ui_arrange_column(text, node, inner);
        break;
    }
}
