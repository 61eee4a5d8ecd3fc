/*
 * The least that writing takes. On a 10.1" panel two rows of keys of 20 mm are all there is: what was written
 * stands above them, what one writes with on the left, what one chooses from and the erase key on the right;
 * larger panels take that shape for thrift, upright ones with the choices above the keys.
 *
 * Letters stand in groups, much as on a telephone: the group is tapped first, then its letter takes the place
 * of a candidate.
 */
#include "board/base/utf8.h"
#include "ui/writing_parts.h"
#include <stdio.h>
#include <string.h>

enum { GROUPS = 8, GROUP_COLUMNS = 4, CHOICE_PLACES = 5, CHOICE_COLUMNS = 3 };
enum { HAND_PLACES = 7, HAND_COLUMNS = 4, FEW_COLUMNS = 3, FLAT_COLUMNS = 7, LONGEST = 2 };

/* abc def ghij klm nop qrst uvw xyz: a telephone's wxyz is too wide for a key of 20 mm. What comes after the
 * letters has a key of its own. */
static const size_t group_starts[GROUPS + 1] = {0, 3, 6, 10, 13, 16, 20, 23, 26};
enum { LETTERS = 26 };

/* Wide enough for two characters of the smallest type. */
static int choice_width(const struct ui_node *node, int columns)
{
    int gap = ui_space(node, UI_SPACE_GAP), key = ui_space(node, UI_SPACE_TARGET) * 5 / 4;
    return columns * (key + gap) - gap;
}

static void set_heights(struct ui_node *grid)
{
    for (struct ui_node *key = grid->first; key; key = key->next)
        key->min_height = ui_space(grid, UI_SPACE_TARGET);
}

static void add_erase(struct ui_node *grid, const struct ui_writing *writing)
{
    ui_part_key(grid,
                &(struct ui_choice){.id = UI_ERASE_ID,
                                    .label = ui_node_say(grid, "writing.erase"),
                                    .action = writing->field.erase_action},
                UI_TYPE_BAR);
}

/* ---- keys ---- */

static bool is_grouped(const struct ui_writing *writing)
{
    return writing->key_count >= LETTERS;
}

static void add_groups(struct ui_node *row, const struct ui_writing *writing)
{
    char words[GROUPS][32];
    const char *labels[GROUPS];
    for (size_t g = 0; g < GROUPS; g++) {
        char *end = words[g];
        for (size_t i = group_starts[g]; i < group_starts[g + 1]; i++)
            end = stpcpy(end, writing->keys[i]);
        for (char *c = words[g]; *c; c++) /* capitals would be too wide */
            *c = (char)(*c | 0x20);
        labels[g] = words[g];
    }
    struct ui_node *grid = ui_part_grid(row, GROUP_COLUMNS);
    grid->is_keypad = true;
    for (int g = 0; g < GROUPS; g++) {
        char id[UI_ID_MAX];
        snprintf(id, sizeof id, "key-group:%d", g);
        ui_part_key(grid,
                    &(struct ui_choice){.id = id,
                                        .label = labels[g],
                                        .action = writing->group_action,
                                        .arg = g,
                                        .is_selected = g == writing->group},
                    UI_TYPE_BAR);
    }
    grid->grow = 1;
    set_heights(grid);
}

static void add_key(struct ui_node *grid, const struct ui_writing *writing, size_t index)
{
    const char *key = index < writing->key_count ? writing->keys[index] : NULL;
    char id[UI_ID_MAX];
    snprintf(id, sizeof id, "text-key:%zu", index);
    bool is_space = key && strcmp(key, " ") == 0;
    grid->is_keypad = true;
    ui_part_key(grid,
                &(struct ui_choice){.id = id,
                                    .label = is_space ? ui_node_say(grid, "writing.space") : key,
                                    .action = writing->key_action,
                                    .arg = (int)index},
                UI_TYPE_KEY);
}

/* The letters of the open group, else the candidates, else what is neither. */
static void fill_choices(struct ui_node *grid, const struct ui_writing *writing, size_t places)
{
    bool is_open = is_grouped(writing) && writing->group >= 0 && writing->group < GROUPS;
    size_t first = is_open ? group_starts[writing->group] : LETTERS;
    size_t end = is_open ? group_starts[writing->group + 1] : LETTERS + 1;
    if (!is_open && writing->has_candidates)
        ui_writing_candidates(grid, writing, places, LONGEST);
    else
        for (size_t i = 0; i < places; i++)
            add_key(grid, writing, first + i < end ? first + i : writing->key_count);
    set_heights(grid);
}

static void add_choices(struct ui_node *row, const struct ui_writing *writing)
{
    struct ui_node *grid = ui_part_grid(row, CHOICE_COLUMNS);
    fill_choices(grid, writing, CHOICE_PLACES);
    add_erase(grid, writing);
    grid->width = choice_width(grid, CHOICE_COLUMNS);
    set_heights(grid);
}

static void add_keys(struct ui_node *surface, const struct ui_writing *writing)
{
    if (!writing->has_candidates && !is_grouped(writing)) {
        struct ui_node *grid = ui_writing_keys(surface, writing, 0, writing->key_count, FLAT_COLUMNS);
        add_erase(grid, writing);
        set_heights(grid);
        return;
    }
    struct ui_node *row = ui_node_add(surface, UI_ROW);
    row->gap = ui_space(row, UI_SPACE_GAP);
    if (is_grouped(writing)) {
        add_groups(row, writing);
    } else {
        struct ui_node *keys = ui_writing_keys(row, writing, 0, writing->key_count, FEW_COLUMNS);
        keys->grow = 1;
        set_heights(keys);
    }
    add_choices(row, writing);
}

/* ---- the page ---- */

static void add_hand(struct ui_node *row, const struct ui_writing *writing)
{
    ui_writing_pad(row, writing);
    struct ui_node *column = ui_node_add(row, UI_COLUMN);
    column->gap = ui_space(column, UI_SPACE_SMALL);
    column->width = choice_width(column, HAND_COLUMNS);
    ui_part_written(column, &writing->field, column->width);
    struct ui_node *grid = ui_part_grid(column, HAND_COLUMNS);
    ui_writing_candidates(grid, writing, HAND_PLACES, LONGEST);
    add_erase(grid, writing);
    set_heights(grid);
}

static void add_row(struct ui_node *parent, const struct ui_writing *writing)
{
    struct ui_node *row = ui_node_add(parent, UI_ROW); /* pages do not cut it */
    row->gap = ui_space(row, UI_SPACE_GAP);
    row->grow = 1;
    if (writing->has_pad) {
        add_hand(row, writing);
        return;
    }
    struct ui_node *surface = ui_node_add(row, UI_COLUMN);
    surface->grow = 1;
    surface->gap = ui_space(surface, UI_SPACE_SMALL);
    ui_part_written(surface, &writing->field, ui_page_width(ui_tree_theme(row->tree)));
    add_keys(surface, writing);
}

/* What was written, as much of it as goes on one line, and the key that erases. */
static void add_line(struct ui_node *piece, const struct ui_writing *writing)
{
    struct ui_node *row = ui_node_add(piece, UI_ROW);
    int erase = ui_space(row, UI_SPACE_TARGET) * 3 / 2, margins = 2 * ui_space(row, UI_SPACE_MARGIN);
    row->gap = ui_space(row, UI_SPACE_GAP);
    row->align = UI_ALIGN_CENTER;
    int width = ui_tree_theme(row->tree)->panel.width_px - margins - row->gap - erase;
    ui_part_written(row, &writing->field, width)->grow = 1;
    add_erase(row, writing);
    row->last->width = erase;
}

/* Choices above the keys. */
static void add_stack(struct ui_node *piece, const struct ui_writing *writing)
{
    bool has_choices = writing->has_candidates || is_grouped(writing);
    add_line(piece, writing);
    if (has_choices) {
        struct ui_node *choices = ui_part_grid(piece, GROUP_COLUMNS);
        choices->grow = 0;
        fill_choices(choices, writing, GROUP_COLUMNS);
    }
    if (writing->has_pad)
        ui_writing_pad(piece, writing);
    else if (is_grouped(writing))
        add_groups(piece, writing);
    else
        set_heights(ui_writing_keys(piece, writing, 0, writing->key_count, GROUP_COLUMNS));
}

void ui_writing_least(struct ui_node *piece, const struct ui_writing *writing)
{
    ui_writing_ways(piece, writing);
    if (ui_tree_theme(piece->tree)->landscape)
        add_row(piece, writing);
    else
        add_stack(piece, writing);
}

/* Where the question has a page of its own the ways stand with it; else a key of the action row turns them.
 */
void ui_writing_compact(struct ui_node *body, const struct ui_writing *writing)
{
    struct ui_node *ways = ui_writing_ways(body, writing);
    if (ways)
        ways->leaves_at = UI_THRIFT_KEYS;
    add_row(body, writing);
}
