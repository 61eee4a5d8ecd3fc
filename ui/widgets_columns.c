/* Options beside each other, with pictures or in an order. */
#include "ui/widgets_parts.h"
#include <stdio.h>

/* Words of more characters than that go on two lines. */
enum { LINE_CHARACTERS = 4, FREE_COLUMNS = 2, FREE_WIDE_COLUMNS = 3 };

static int cell_padding(const struct ui_node *node)
{
    return ui_space(node, UI_SPACE_SMALL);
}

/* Where the page stands question beside answers, the answers have about this share of the width. */
static int body_width(const struct ui_theme *theme)
{
    int width = ui_page_width(theme);
    return theme->landscape && !theme->short_page ? width * 55 / 100 : width;
}

struct ui_node *ui_option_columns(struct ui_node *parent, size_t count, int wanted, int longest)
{
    const struct ui_theme *theme = ui_tree_theme(parent->tree);
    struct ui_node *grid = ui_node_add(parent, UI_GRID);
    grid->gap = ui_space(grid, UI_SPACE_GAP);
    int characters = longest < LINE_CHARACTERS ? longest : LINE_CHARACTERS;
    int cell = characters * theme->type_px[UI_TYPE_TITLE] + 2 * cell_padding(grid);
    int fitting = ui_columns_fitting(body_width(theme), cell, grid->gap);
    int columns = wanted > 0 ? wanted : theme->compact ? FREE_WIDE_COLUMNS : FREE_COLUMNS;
    if (columns > (int)count)
        columns = (int)count;
    grid->columns = columns >= 1 && columns <= fitting ? columns : 1;
    return grid;
}

/* Little height: everything beside each other. */
static void lay_flat(struct ui_node *cell)
{
    cell->kind = UI_ROW;
    cell->padding_y = ui_space(cell, UI_SPACE_THICK_LINE); /* of one that is chosen */
    cell->main_align = UI_ALIGN_START;
}

static void add_mark(struct ui_node *cell)
{
    struct ui_node *mark = ui_node_add(cell, UI_MARK);
    mark->width = mark->height = ui_space(cell, UI_SPACE_ICON);
    mark->tone = UI_TONE_QUIET;
}

static void add_image(struct ui_node *cell, const struct ui_image *image)
{
    bool is_flat = cell->kind == UI_ROW;
    int target = ui_space(cell, UI_SPACE_TARGET);
    struct ui_node *node = ui_node_add(cell, UI_IMAGE);
    node->image = *image;
    node->min_height = is_flat ? target : target * 5 / 2;
    node->width = is_flat ? target * 3 / 2 : 0;
}

struct ui_node *ui_pictured(struct ui_node *parent, enum ui_role role, const struct ui_choice *choice)
{
    struct ui_node *cell = ui_node_add(parent, UI_COLUMN);
    ui_part_identify(cell, role, choice);
    cell->box = UI_BOX_OPTION;
    cell->min_height = ui_space(cell, UI_SPACE_OPTION);
    cell->padding_x = cell_padding(cell);
    cell->padding_y = cell->gap = ui_space(cell, UI_SPACE_SMALL);
    cell->align = cell->main_align = UI_ALIGN_CENTER;
    if (choice->image ? ui_tree_theme(cell->tree)->short_page : parent->columns <= 1)
        lay_flat(cell);
    if (choice->image)
        add_image(cell, choice->image);
    add_mark(cell);
    struct ui_node *label = ui_part_label(cell, UI_TYPE_TITLE, UI_TONE_INK, choice->label);
    label->align = cell->kind == UI_ROW ? UI_ALIGN_START : UI_ALIGN_CENTER;
    label->grow = cell->kind == UI_ROW;
    return cell;
}

struct ui_node *ui_ranked(struct ui_node *parent, const struct ui_choice *choice)
{
    struct ui_node *row = ui_part_boxed_row(parent, UI_BOX_OPTION, ui_space(parent, UI_SPACE_OPTION));
    struct ui_choice shown = *choice;
    shown.is_selected = choice->place > 0;
    ui_part_identify(row, UI_ROLE_TICK, &shown);
    char place[12];
    snprintf(place, sizeof place, "%d", choice->place);
    struct ui_node *mark = choice->place > 0 ? ui_part_label(row, UI_TYPE_KEY, UI_TONE_ACCENT, place)
                                             : ui_node_add(row, UI_MARK);
    mark->width = ui_space(row, UI_SPACE_ICON) * 6 / 5;
    if (choice->place == 0)
        mark->height = mark->width;
    mark->align = UI_ALIGN_CENTER;
    mark->tone = choice->place > 0 ? UI_TONE_ACCENT : UI_TONE_QUIET;
    ui_part_two_lines(row, UI_TYPE_TITLE, choice->label, choice->detail);
    const char *values[] = {place, choice->label};
    if (choice->place > 0)
        row->label =
            lang_format(ui_tree_lang(row->tree), ui_tree_arena(row->tree), "choice.ranked", 2, values);
    return row;
}
