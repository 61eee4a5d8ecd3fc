/* Entering things: field, keys, date, pad, pictures. */
#include "board/base/utf8.h"
#include "ui/widgets_parts.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* ---- field ---- */

static void add_erase(struct ui_node *row, int action)
{
    struct ui_node *erase = ui_node_add(row, UI_ROW);
    ui_part_identify(erase, UI_ROLE_BUTTON, &(struct ui_choice){.id = UI_ERASE_ID, .action = action});
    erase->box = UI_BOX_KEY;
    erase->align = erase->main_align = UI_ALIGN_CENTER;
    erase->gap = ui_space(erase, UI_SPACE_SMALL);
    erase->padding_x = ui_space(erase, UI_SPACE_SMALL);
    erase->min_height = ui_space(erase, UI_SPACE_TARGET);
    ui_part_icon(erase, "erase", ui_space(erase, UI_SPACE_ICON) * 3 / 4, UI_TONE_INK);
    ui_part_label(erase, UI_TYPE_BAR, UI_TONE_INK, ui_node_say(erase, "field.erase"));
}

/* kind: whether the erase key stands beside the field or below it. */
static struct ui_node *add_field(struct ui_node *parent, enum ui_kind kind, const struct ui_field *field)
{
    struct ui_node *line = ui_node_add(parent, kind);
    line->gap = ui_space(line, UI_SPACE_GAP);
    struct ui_node *row = ui_part_boxed_row(line, UI_BOX_FIELD, ui_space(line, UI_SPACE_BUTTON));
    row->role = UI_ROLE_FIELD;
    row->grow = 1;
    row->id = ui_node_copy(row, field->id);
    bool is_empty = !field->text || !*field->text;
    const char *spoken = is_empty ? field->placeholder : field->text;
    row->label = ui_node_copy(row, field->spoken ? field->spoken : spoken);
    row->gap = ui_space(row, UI_SPACE_SMALL);
    bool is_narrow = kind == UI_COLUMN && ui_tree_theme(row->tree)->compact; /* a telephone number fits */
    if (is_narrow)
        row->padding_x = row->gap = ui_space(row, UI_SPACE_SMALL) * 2 / 3;
    enum ui_type beside =
        is_narrow ? UI_TYPE_BODY : UI_TYPE_KEY; /* does not grow: 18 digits stand beside keys */
    if (!is_empty)
        ui_part_label(row, kind == UI_COLUMN ? beside : UI_TYPE_TITLE, UI_TONE_INK, field->text);
    if (field->has_caret) {
        struct ui_node *caret = ui_node_add(row, UI_CARET);
        caret->width = ui_space(row, UI_SPACE_THICK_LINE);
        caret->height = ui_tree_theme(row->tree)->type_px[UI_TYPE_TITLE];
    }
    if (is_empty && field->placeholder)
        ui_part_label(row, is_narrow ? UI_TYPE_BAR : UI_TYPE_HELP, UI_TONE_QUIET, field->placeholder);
    if (field->erase_action != UI_ACTION_NONE)
        add_erase(line, field->erase_action);
    return row;
}

struct ui_node *ui_field(struct ui_node *parent, const struct ui_field *field)
{
    return add_field(parent, UI_ROW, field);
}

int ui_tenths(const char *text)
{
    int tenths = 0;
    for (const char *p = text, *end = text + strlen(text); p < end;)
        tenths += utf8_next(&p, end) < 0x2E80 ? 6 : 10;
    return tenths;
}

/* The end of what was written, as much as goes on a line of so many tenths of an em. */
static const char *end_of(const char *text, int tenths)
{
    const char *end = text + strlen(text);
    int used = ui_tenths(text);
    while (used > tenths)
        used -= utf8_next(&text, end) < 0x2E80 ? 6 : 10;
    return text;
}

struct ui_node *ui_part_written(struct ui_node *parent, const struct ui_field *field, int width)
{
    enum ui_type type = UI_TYPE_ACTION; /* grows with no text size: there is no room */
    int side = ui_tree_theme(parent->tree)->type_px[type];
    struct ui_node *line = ui_node_add(parent, UI_ROW);
    bool is_empty = !field->text || !*field->text;
    line->role = UI_ROLE_FIELD;
    line->id = ui_node_copy(line, field->id);
    line->label = ui_node_copy(line, is_empty ? field->placeholder : field->text);
    line->align = UI_ALIGN_CENTER;
    line->gap = ui_space(line, UI_SPACE_SMALL);
    line->min_height = side * 6 / 5;
    if (!is_empty)
        ui_part_label(line, type, UI_TONE_INK, end_of(field->text, 10 * (width / side - 1)));
    struct ui_node *caret = ui_node_add(line, UI_CARET);
    caret->width = ui_space(line, UI_SPACE_THICK_LINE);
    caret->height = side;
    if (is_empty && field->placeholder)
        ui_part_label(line, UI_TYPE_BAR, UI_TONE_QUIET, field->placeholder);
    return line;
}

/* ---- keys ---- */

struct ui_node *ui_part_key(struct ui_node *grid, const struct ui_choice *choice, enum ui_type type)
{
    struct ui_node *key = ui_node_add(grid, UI_COLUMN);
    if (!choice->label || !*choice->label) /* a hole */
        return key;
    ui_part_identify(key, UI_ROLE_BUTTON, choice);
    key->box = UI_BOX_KEY;
    key->align = key->main_align = UI_ALIGN_CENTER;
    key->min_height = ui_space(key, UI_SPACE_TARGET);
    ui_part_label(key, type, UI_TONE_INK, choice->label)->align = UI_ALIGN_CENTER;
    return key;
}

struct ui_node *ui_part_grid(struct ui_node *parent, int columns)
{
    struct ui_node *grid = ui_node_add(parent, UI_GRID);
    grid->columns = columns;
    grid->gap = ui_space(grid, UI_SPACE_GAP);
    grid->grow = 1;
    return grid;
}

static struct ui_node *add_digit(struct ui_node *grid, int action, char digit)
{
    char label[2] = {digit, 0}, id[8];
    snprintf(id, sizeof id, "key:%c", digit);
    grid->is_keypad = true;
    return ui_part_key(grid, &(struct ui_choice){.id = id, .label = label, .action = action, .arg = digit},
                       UI_TYPE_KEY);
}

static void make_roomy(struct ui_node *grid)
{
    int roomy = ui_space(grid, UI_SPACE_BUTTON);
    for (struct ui_node *key = grid->first; key; key = key->next)
        key->min_height = key->min_height > roomy ? key->min_height : roomy;
}

/* Digits in two rows, the extra ones after them. */
static struct ui_node *add_flat_keypad(struct ui_node *parent, int action, const char *extra)
{
    struct ui_node *grid = ui_part_grid(parent, *extra ? 6 : 5);
    for (const char *digit = "1234567890"; *digit; digit++)
        add_digit(grid, action, *digit);
    for (const char *c = extra; *c; c++)
        add_digit(grid, action, *c);
    return grid;
}

/* As on a telephone: 0 below 8. */
static void add_keypad(struct ui_node *parent, int action, const char *extra)
{
    struct ui_node *grid = ui_part_grid(parent, 3);
    for (char digit = '1'; digit <= '9'; digit++)
        add_digit(grid, action, digit);
    if (extra[0] && extra[1])
        add_digit(grid, action, extra[1]);
    else
        ui_part_key(grid, &(struct ui_choice){0}, UI_TYPE_KEY);
    add_digit(grid, action, '0');
    if (extra[0])
        add_digit(grid, action, extra[0]);
    make_roomy(grid);
}

struct ui_node *ui_part_piece(struct ui_node *parent, enum ui_kind kind)
{
    struct ui_node *piece = ui_node_add(parent, kind);
    piece->gap = ui_space(piece, UI_SPACE_GAP);
    piece->grow = 1;
    return piece;
}

static void add_pad_below(struct ui_node *piece, const struct ui_field *field, int action, const char *extra)
{
    bool is_low = ui_tree_theme(piece->tree)->prefs.low_reach; /* which would cut the tall keypad */
    ui_field(piece, field);
    if (is_low)
        make_roomy(add_flat_keypad(piece, action, extra));
    else
        add_keypad(piece, action, extra);
}

static void add_flat_pad_below(struct ui_node *piece, const struct ui_field *field, int action,
                               const char *extra)
{
    ui_field(piece, field);
    add_flat_keypad(piece, action, extra);
}

static void add_pad_beside(struct ui_node *piece, const struct ui_field *field, int action, const char *extra)
{
    struct ui_node *left = ui_node_add(piece, UI_COLUMN);
    left->grow = 1;
    add_field(left, UI_COLUMN, field);
    struct ui_node *keys = add_flat_keypad(piece, action, extra);
    make_roomy(keys);
    keys->width = keys->columns * (ui_space(keys, UI_SPACE_BUTTON) + keys->gap) - keys->gap;
}

/* What was written in a line without a box; the key that erases stands among the others. */
static void add_pad_least(struct ui_node *piece, const struct ui_field *field, int action, const char *extra)
{
    piece->gap = ui_space(piece, UI_SPACE_SMALL);
    ui_part_written(piece, field, ui_page_width(ui_tree_theme(piece->tree)));
    struct ui_node *keys = add_flat_keypad(piece, action, extra);
    ui_part_key(keys,
                &(struct ui_choice){.id = UI_ERASE_ID,
                                    .label = ui_node_say(keys, "writing.erase"),
                                    .action = field->erase_action},
                UI_TYPE_BAR);
    keys->columns = ((int)strlen(extra) + 12) / 2;
}

void ui_number_field(struct ui_node *parent, const struct ui_field *field, int action, const char *extra)
{
    const struct ui_theme *theme = ui_tree_theme(parent->tree);
    bool is_beside = theme->landscape && theme->short_page && (!theme->compact || !*extra);
    struct ui_node *roomy = ui_part_piece(parent, is_beside ? UI_ROW : UI_COLUMN),
                   *least = ui_part_piece(parent, UI_COLUMN);
    roomy->leaves_at = least->comes_at = UI_THRIFT_KEYS;
    if (is_beside)
        add_pad_beside(roomy, field, action, extra);
    else if (theme->compact)
        add_pad_least(roomy, field, action, extra);
    else
        add_pad_below(roomy, field, action, extra);
    if (theme->landscape)
        add_pad_least(least, field, action, extra);
    else
        add_flat_pad_below(least, field, action, extra);
}

/* Words on keys that stand clear of the border. */
static void add_worded_key(struct ui_node *grid, const struct ui_choice *choice, enum ui_type type)
{
    ui_part_key(grid, choice, type)->padding_x = ui_space(grid, UI_SPACE_SMALL) * 2 / 3;
}

struct ui_node *ui_keys(struct ui_node *parent, const struct ui_keys *keys)
{
    struct ui_node *grid = ui_part_grid(parent, keys->columns);
    grid->grow = 0;
    for (size_t i = 0; i < keys->count; i++) {
        char id[UI_ID_MAX];
        size_t number = keys->first + i;
        snprintf(id, sizeof id, "%s:%zu", keys->id_prefix, number);
        add_worded_key(grid,
                       &(struct ui_choice){.id = id,
                                           .label = keys->labels[i],
                                           .action = keys->action,
                                           .arg = (int)number,
                                           .is_selected = (int)number == keys->selected},
                       keys->is_large ? UI_TYPE_KEY : UI_TYPE_ACTION);
    }
    return grid;
}

/* ---- date ---- */

int ui_part_flat_columns(const struct ui_theme *theme, int roomy, int most)
{
    int fitting = ui_columns_fitting(ui_page_width(theme), theme->space_px[UI_SPACE_TARGET],
                                     theme->space_px[UI_SPACE_GAP]);
    if (!theme->landscape || !theme->short_page)
        return roomy;
    return fitting < most ? fitting : most;
}

struct ui_node *ui_month_keys(struct ui_node *parent, int action, int selected)
{
    const struct ui_theme *theme = ui_tree_theme(parent->tree);
    struct ui_node *grid = ui_part_grid(parent, theme->landscape && theme->short_page ? 6 : 3);
    enum ui_type type = theme->compact ? UI_TYPE_ACTION : UI_TYPE_KEY; /* "10 月" stands clear of its key */
    for (int month = 1; month <= 12; month++) {
        char id[16], words[16];
        snprintf(id, sizeof id, "month:%d", month);
        snprintf(words, sizeof words, "month.%d", month);
        add_worded_key(grid,
                       &(struct ui_choice){.id = id,
                                           .label = ui_node_say(grid, words),
                                           .action = action,
                                           .arg = month,
                                           .is_selected = month == selected},
                       type);
    }
    return grid;
}

static int days_of(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (month < 1 || month > 12)
        return 31;
    return month == 2 && is_leap ? 29 : days[month - 1];
}

struct ui_node *ui_day_keys(struct ui_node *parent, int action, int year, int month, int selected)
{
    const struct ui_theme *theme = ui_tree_theme(parent->tree);
    struct ui_node *grid = ui_part_grid(parent, ui_part_flat_columns(theme, 5, 16));
    for (int day = 1; day <= days_of(year, month); day++) {
        char id[16], words[12];
        snprintf(id, sizeof id, "day:%d", day);
        snprintf(words, sizeof words, "%d", day);
        add_worded_key(
            grid,
            &(struct ui_choice){
                .id = id, .label = words, .action = action, .arg = day, .is_selected = day == selected},
            UI_TYPE_KEY);
    }
    return grid;
}

/* ---- pad and image ---- */

static struct ui_strokes copy_strokes(struct ui_node *node, const struct ui_strokes *strokes)
{
    size_t points = 0;
    for (size_t i = 0; i < strokes->stroke_count; i++)
        points += strokes->counts[i];
    struct arena *arena = ui_tree_arena(node->tree);
    size_t *counts = arena_array(arena, strokes->stroke_count, sizeof *counts);
    struct ui_pad_point *copy = arena_array(arena, points, sizeof *copy);
    if (!counts || !copy || points == 0)
        return (struct ui_strokes){0};
    memcpy(counts, strokes->counts, strokes->stroke_count * sizeof *counts);
    memcpy(copy, strokes->points, points * sizeof *copy);
    return (struct ui_strokes){strokes->stroke_count, counts, copy};
}

struct ui_node *ui_pad(struct ui_node *parent, const struct ui_pad *pad)
{
    struct ui_node *node = ui_node_add(parent, UI_PAD);
    node->role = UI_ROLE_PAD;
    node->box = UI_BOX_PAD;
    node->id = ui_node_copy(node, pad->id);
    node->label = ui_node_copy(node, pad->label);
    node->strokes = copy_strokes(node, &pad->strokes);
    node->grow = 1;
    node->min_height = ui_space(node, UI_SPACE_TARGET) * 7 / 4;
    node->padding_x = node->padding_y = ui_space(node, UI_SPACE_GAP);
    node->align = UI_ALIGN_START;
    const struct ui_theme *theme = ui_tree_theme(node->tree);
    bool has_room = !theme->short_page && theme->prefs.text_size < UI_TEXT_LARGEST;
    if (pad->hint && pad->strokes.stroke_count == 0 && has_room)
        ui_part_label(node, UI_TYPE_HELP, UI_TONE_QUIET, pad->hint);
    ui_part_spacer(node);
    if (pad->clear) {
        struct ui_node *row = ui_node_add(node, UI_ROW);
        ui_part_spacer(row);
        struct ui_node *clear = ui_part_button(row, UI_BUTTON_SECONDARY, UI_TYPE_ACTION, pad->clear);
        clear->min_height = ui_space(clear, UI_SPACE_TARGET);
    }
    return node;
}

struct ui_node *ui_image_view(struct ui_node *parent, const char *id, const char *label,
                              const struct ui_image *image)
{
    struct ui_node *node = ui_node_add(parent, UI_IMAGE);
    node->role = UI_ROLE_IMAGE;
    node->id = ui_node_copy(node, id);
    node->label = ui_node_copy(node, label);
    node->image = *image;
    node->min_height = ui_space(node, UI_SPACE_TARGET) * (ui_tree_theme(node->tree)->compact ? 1 : 2);
    node->grow = 1;
    return node;
}

struct ui_node *ui_sample(struct ui_node *parent, const char *words, const struct ui_image *image)
{
    struct ui_node *row = ui_part_boxed_row(parent, UI_BOX_CARD, ui_space(parent, UI_SPACE_TARGET) * 3 / 2);
    row->role = UI_ROLE_IMAGE;
    row->id = ui_node_copy(row, "sample");
    row->label = ui_node_copy(row, words);
    struct ui_node *picture = ui_node_add(row, UI_IMAGE);
    picture->image = *image;
    picture->width = ui_space(row, UI_SPACE_TARGET) * 2;
    picture->height = ui_space(row, UI_SPACE_TARGET) * 5 / 4;
    ui_part_two_lines(row, UI_TYPE_HELP, words, NULL);
    return row;
}

/* ---- grouping ---- */

static bool is_all_digits(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!isdigit((unsigned char)text[i]) && !(text[i] == 'X' && i + 1 == length))
            return false;
    return length > 0;
}

const char *ui_grouped_digits(struct ui_node *node, const char *digits)
{
    static const int citizen[] = {6, 8, 4}, mobile[] = {3, 4, 4}, receipt[] = {4, 5, 1}, fours[] = {4};
    size_t length = strlen(digits);
    if (length <= 4 || length > 64 || !is_all_digits(digits, length))
        return ui_node_copy(node, digits);
    bool is_mobile = length == 11 && digits[0] == '1';
    const int *groups = length == 18 ? citizen : is_mobile ? mobile : length == 10 ? receipt : fours;
    int group_count = groups == fours ? 1 : 3, group = 0, in_group = 0;
    char grouped[128];
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        if (in_group == groups[group]) {
            grouped[used++] = ' ';
            in_group = 0;
            group = group + 1 < group_count ? group + 1 : group;
        }
        grouped[used++] = digits[i];
        in_group++;
    }
    grouped[used] = 0;
    return ui_node_copy(node, grouped);
}
