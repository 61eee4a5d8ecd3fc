/* Amounts: plus and minus, stars, hours. */
#include "ui/widgets_parts.h"
#include <stdio.h>
#include <string.h>

/* ---- plus and minus ---- */

static void add_step(struct ui_node *row, const struct ui_stepper *stepper, int by)
{
    char id[24], label[16];
    snprintf(id, sizeof id, "step:%d", by);
    snprintf(label, sizeof label, "%s %d", by < 0 ? "−" : "+", by < 0 ? -by : by);
    bool is_single = by == 1 || by == -1;
    struct ui_node *key =
        ui_part_button(row, UI_BUTTON_SECONDARY, UI_TYPE_KEY,
                       &(struct ui_choice){.id = id,
                                           .label = is_single ? "" : label,
                                           .icon = is_single ? (by < 0 ? "minus" : "plus") : NULL,
                                           .action = stepper->action,
                                           .arg = by,
                                           .is_disabled = by < 0 ? stepper->is_least : stepper->is_most});
    if (is_single) {
        key->label = ui_node_say(key, by < 0 ? "amount.less" : "amount.more");
        key->width = 2 * ui_space(key, UI_SPACE_TARGET);
    } else {
        const char *values[] = {label + strcspn(label, "0123456789")};
        key->label = lang_format(ui_tree_lang(key->tree), ui_tree_arena(key->tree),
                                 by < 0 ? "amount.less_by" : "amount.more_by", 1, values);
        key->grow = 1;
    }
}

static void add_value(struct ui_node *row, const struct ui_stepper *stepper)
{
    struct ui_node *column = ui_node_add(row, UI_COLUMN);
    column->grow = 1;
    column->role = UI_ROLE_FIELD;
    column->id = ui_node_copy(column, "field");
    column->main_align = UI_ALIGN_CENTER;
    bool is_empty = !*stepper->value;
    bool is_compact = ui_tree_theme(row->tree)->compact;
    enum ui_type large = is_compact ? UI_TYPE_KEY : UI_TYPE_NUMBER,
                 none = is_compact ? UI_TYPE_BAR : UI_TYPE_HELP;
    struct ui_node *value =
        ui_part_label(column, is_empty ? none : large, is_empty ? UI_TONE_QUIET : UI_TONE_INK,
                      is_empty ? ui_node_say(column, "amount.none") : stepper->value);
    value->align = UI_ALIGN_CENTER;
    struct ui_node *bounds =
        ui_part_label(column, is_compact ? UI_TYPE_BAR : UI_TYPE_CAPTION, UI_TONE_QUIET, stepper->bounds);
    bounds->align = UI_ALIGN_CENTER;
}

static struct ui_node *stepper_row(struct ui_node *parent)
{
    struct ui_node *row = ui_node_add(parent, UI_ROW);
    row->gap = ui_space(row, UI_SPACE_GAP);
    row->align = UI_ALIGN_CENTER;
    return row;
}

void ui_stepper(struct ui_node *parent, const struct ui_stepper *stepper)
{
    struct ui_node *row = stepper_row(parent);
    row->min_height = ui_space(row, UI_SPACE_OPTION);
    add_step(row, stepper, -1);
    add_value(row, stepper);
    add_step(row, stepper, 1);
    if (stepper->leap < 2)
        return;
    struct ui_node *leaps = stepper_row(parent);
    add_step(leaps, stepper, -stepper->leap);
    add_step(leaps, stepper, stepper->leap);
}

/* ---- keys ---- */

static struct ui_node *grid_of(struct ui_node *parent, int columns)
{
    struct ui_node *grid = ui_node_add(parent, UI_GRID);
    grid->columns = columns;
    grid->gap = ui_space(grid, UI_SPACE_GAP);
    return grid;
}

struct ui_node *ui_stars(struct ui_node *parent, int action, int count, int selected)
{
    enum { STARS_IN_A_ROW = 5 };
    struct ui_node *stars = grid_of(parent, count < STARS_IN_A_ROW ? count : STARS_IN_A_ROW);
    for (int i = 1; i <= count; i++) {
        char id[16], words[16];
        snprintf(id, sizeof id, "star:%d", i);
        snprintf(words, sizeof words, "%d", i);
        struct ui_node *star = ui_node_add(stars, UI_COLUMN);
        ui_part_identify(
            star, UI_ROLE_OPTION,
            &(struct ui_choice){.id = id, .action = action, .arg = i, .is_selected = i <= selected});
        star->box = UI_BOX_OPTION;
        star->align = star->main_align = UI_ALIGN_CENTER;
        star->padding_x = star->padding_y = star->gap = ui_space(star, UI_SPACE_SMALL);
        star->min_height = ui_space(star, UI_SPACE_OPTION);
        ui_part_icon(star, "star", ui_space(star, UI_SPACE_ICON) * 3 / 2, UI_TONE_ACCENT);
        ui_part_label(star, UI_TYPE_BAR, UI_TONE_INK, words)->align = UI_ALIGN_CENTER;
    }
    return stars;
}

struct ui_node *ui_hour_keys(struct ui_node *parent, int action, int selected)
{
    enum { HOURS = 24, COLUMNS = 4, FLAT_COLUMNS = 6, FLATTEST_COLUMNS = 8 };
    const char *labels[HOURS];
    struct ui_tree *tree = parent->tree;
    for (int hour = 0; hour < HOURS; hour++) {
        char digits[4];
        snprintf(digits, sizeof digits, "%d", hour);
        const char *values[] = {digits};
        labels[hour] = lang_format(ui_tree_lang(tree), ui_tree_arena(tree), "hour.key", 1, values);
    }
    struct ui_keys keys = {.id_prefix = "hour",
                           .labels = labels,
                           .count = HOURS,
                           .columns = ui_part_flat_columns(
                               ui_tree_theme(tree), ui_tree_theme(tree)->landscape ? FLAT_COLUMNS : COLUMNS,
                               ui_tree_theme(tree)->compact ? FLAT_COLUMNS : FLATTEST_COLUMNS),
                           .action = action,
                           .selected = selected};
    struct ui_node *grid = ui_keys(parent, &keys);
    grid->grow = 1;
    return grid;
}
