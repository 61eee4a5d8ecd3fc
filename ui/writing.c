#include "ui/writing.h"
#include "ui/widgets_parts.h"
#include <stdio.h>
#include <string.h>

enum { LETTER_COLUMNS = 7, STROKE_KINDS = 5 };

static struct ui_node *add_key(struct ui_node *grid, const char *label, int action, int arg,
                               const char *prefix)
{
    char id[UI_ID_MAX];
    snprintf(id, sizeof id, "%s:%s", prefix, label);
    struct ui_node *key = ui_node_add(grid, UI_COLUMN);
    ui_part_identify(key, UI_ROLE_BUTTON, &(struct ui_choice){.id = id, .action = action, .arg = arg});
    key->box = UI_BOX_KEY;
    key->align = key->main_align = UI_ALIGN_CENTER;
    key->min_height = ui_space(key, UI_SPACE_TARGET);
    ui_part_label(key, UI_TYPE_KEY, UI_TONE_INK, label)->align = UI_ALIGN_CENTER;
    return key;
}

static struct ui_node *add_grid(struct ui_node *body, int columns)
{
    struct ui_node *grid = ui_node_add(body, UI_GRID);
    grid->columns = columns;
    grid->gap = ui_space(grid, UI_SPACE_GAP);
    return grid;
}

/* Eight places always, so that nothing moves when candidates come. */
static struct ui_node *add_candidates(struct ui_node *body, const struct ui_writing *writing, int columns)
{
    const char *labels[UI_CANDIDATES];
    for (size_t i = 0; i < UI_CANDIDATES; i++)
        labels[i] = i < writing->candidate_count ? writing->candidates[i] : NULL;
    struct ui_node *grid = ui_keys(body, &(struct ui_keys){.id_prefix = "candidate",
                                                           .labels = labels,
                                                           .count = UI_CANDIDATES,
                                                           .columns = columns,
                                                           .action = writing->candidate_action,
                                                           .selected = -1,
                                                           .is_large = true});
    int height = ui_space(grid, UI_SPACE_BUTTON), least = ui_space(grid, UI_SPACE_TARGET);
    for (struct ui_node *key = grid->first; key; key = key->next)
        key->min_height = height > least ? height : least;
    return grid;
}

static void add_pad(struct ui_node *body, const struct ui_writing *writing)
{
    struct ui_choice clear = {
        .id = "clear", .label = ui_node_say(body, "writing.clear"), .action = writing->clear_action};
    ui_pad(body, &(struct ui_pad){.id = "writing",
                                  .label = ui_node_say(body, "writing.pad"),
                                  .hint = ui_node_say(body, "writing.hint"),
                                  .strokes = writing->strokes,
                                  .clear = &clear});
}

/* Candidates above the pad, or beside it where there is little height. */
static void add_hand(struct ui_node *body, const struct ui_writing *writing)
{
    if (!ui_tree_theme(body->tree)->flat) {
        add_candidates(body, writing, 4);
        add_pad(body, writing);
        return;
    }
    struct ui_node *row = ui_node_add(body, UI_ROW);
    row->gap = ui_space(row, UI_SPACE_GAP);
    row->grow = 1;
    add_pad(row, writing);
    struct ui_node *grid = add_candidates(row, writing, 2);
    grid->width = 2 * ui_space(grid, UI_SPACE_TARGET) * 5 / 4 + grid->gap;
}

/* Where only width is left, one row of candidates. */
static int wide_columns(const struct ui_node *body)
{
    return ui_tree_theme(body->tree)->flat ? UI_CANDIDATES : 4;
}

static void add_letters(struct ui_node *body, const struct ui_writing *writing)
{
    struct ui_node *grid = add_grid(body, LETTER_COLUMNS);
    bool is_upper = writing->method == UI_METHOD_LETTERS && writing->is_upper;
    for (char letter = 'a'; letter <= 'z'; letter++) {
        char label[2] = {is_upper ? (char)(letter - 'a' + 'A') : letter, 0};
        add_key(grid, label, writing->key_action, label[0], "key");
    }
    if (writing->method != UI_METHOD_LETTERS)
        return;
    add_key(grid, is_upper ? "abc" : "ABC", writing->shift_action, 0, "shift");
    add_key(grid, ui_node_say(grid, "writing.space"), writing->key_action, ' ', "key");
}

static void add_stroke_keys(struct ui_node *body, const struct ui_writing *writing)
{
    static const char *const strokes[STROKE_KINDS] = {"一", "丨", "丿", "丶", "乛"};
    struct ui_node *grid = add_grid(body, STROKE_KINDS);
    for (int i = 0; i < STROKE_KINDS; i++)
        add_key(grid, strokes[i], writing->key_action, '1' + i, "stroke");
}

static void add_method_keys(struct ui_node *body, const struct ui_writing *writing)
{
    static const char *const words[UI_METHODS] = {"writing.hand", "writing.pinyin", "writing.strokes",
                                                  "writing.letters", "writing.digits"};
    const char *labels[UI_METHODS];
    for (int i = 0; i < UI_METHODS; i++)
        labels[i] = ui_node_say(body, words[i]);
    struct ui_node *grid = ui_keys(body, &(struct ui_keys){.id_prefix = "method",
                                                           .labels = labels,
                                                           .count = UI_METHODS,
                                                           .columns = UI_METHODS,
                                                           .action = writing->switch_action,
                                                           .selected = (int)writing->method});
    int height = ui_space(grid, UI_SPACE_BUTTON) * 3 / 4, least = ui_space(grid, UI_SPACE_TARGET);
    for (struct ui_node *key = grid->first; key; key = key->next)
        key->min_height = height > least ? height : least;
}

static void add_typed(struct ui_node *body, const struct ui_writing *writing)
{
    ui_section(body, writing->typed && *writing->typed ? writing->typed : " ");
}

void ui_writing(struct ui_node *body, const struct ui_writing *writing)
{
    ui_field(body, &writing->field);
    switch (writing->method) {
    case UI_METHOD_HAND:
        add_hand(body, writing);
        break;
    case UI_METHOD_PINYIN:
        add_typed(body, writing);
        add_candidates(body, writing, wide_columns(body));
        add_letters(body, writing);
        ui_part_spacer(body);
        break;
    case UI_METHOD_STROKES:
        add_typed(body, writing);
        add_candidates(body, writing, wide_columns(body));
        add_stroke_keys(body, writing);
        ui_part_spacer(body);
        break;
    case UI_METHOD_LETTERS:
        add_letters(body, writing);
        ui_part_spacer(body);
        break;
    default:
        ui_keypad(body, writing->key_action, "");
        ui_part_spacer(body);
        break;
    }
    add_method_keys(body, writing);
}
