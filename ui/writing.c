#include "ui/writing.h"
#include "board/base/utf8.h"
#include "ui/widgets_parts.h"
#include <string.h>

enum { KEYS_MAX = 32, LETTER_COLUMNS = 7, FLAT_LETTER_COLUMNS = 9, DIGIT_KEYS = 12, DIGIT_COLUMNS = 4 };
enum { CANDIDATE_COLUMNS = 4, BESIDE_COLUMNS = 3, ROOMY_HEIGHT_MM = 400 };

static bool is_flat(const struct ui_node *node)
{
    return ui_tree_theme(node->tree)->flat;
}

/* Makes the keys as high as the panel's height allows, never below a target. */
static void set_heights(struct ui_node *grid, int percent)
{
    int height = ui_space(grid, UI_SPACE_BUTTON) * percent / 100, least = ui_space(grid, UI_SPACE_TARGET);
    for (struct ui_node *key = grid->first; key; key = key->next)
        key->min_height = height > least ? height : least;
}

static struct ui_node *add_candidates(struct ui_node *parent, const struct ui_writing *writing, int columns,
                                      size_t places)
{
    const char *labels[UI_CANDIDATES_MAX] = {NULL};
    for (size_t i = 0; i < places && i < writing->candidate_count; i++)
        labels[i] = writing->candidates[i];
    struct ui_node *grid = ui_keys(parent, &(struct ui_keys){.id_prefix = "candidate",
                                                             .labels = labels,
                                                             .count = places,
                                                             .columns = columns,
                                                             .action = writing->candidate_action,
                                                             .selected = -1,
                                                             .is_large = true});
    set_heights(grid, 100);
    return grid;
}

static void add_pad(struct ui_node *parent, const struct ui_writing *writing)
{
    struct ui_choice clear = {
        .id = "clear", .label = ui_node_say(parent, "writing.clear"), .action = writing->clear_action};
    ui_pad(parent, &(struct ui_pad){.id = "writing",
                                    .label = ui_node_say(parent, "writing.pad"),
                                    .hint = ui_node_say(parent, "writing.hint"),
                                    .strokes = writing->strokes,
                                    .clear = &clear});
}

/* The end of what was written, as much as goes on one line beside the pad. */
static const char *end_of(const char *text, size_t characters)
{
    for (size_t left = utf8_count(text); left > characters; left--)
        utf8_next(&text, text + strlen(text));
    return text;
}

static void add_written(struct ui_node *parent, const char *text, int width)
{
    int side = ui_tree_theme(parent->tree)->type_px[UI_TYPE_TITLE];
    struct ui_node *line = ui_node_add(parent, UI_ROW);
    line->align = UI_ALIGN_CENTER;
    line->gap = ui_space(line, UI_SPACE_SMALL);
    line->min_height = ui_tree_theme(parent->tree)->line_height_px[UI_TYPE_TITLE];
    if (text && *text)
        ui_part_label(line, UI_TYPE_TITLE, UI_TONE_INK, end_of(text, (size_t)(width / side - 1)));
    struct ui_node *caret = ui_node_add(line, UI_CARET);
    caret->width = ui_space(line, UI_SPACE_THICK_LINE);
    caret->height = side;
}

/* The least panel: pad, and beside it what was written above the candidates, fill a page together. */
static void add_hand_beside(struct ui_node *body, const struct ui_writing *writing)
{
    struct ui_node *row = ui_node_add(body, UI_ROW);
    row->gap = ui_space(row, UI_SPACE_GAP);
    row->grow = 1;
    add_pad(row, writing);
    struct ui_node *column = ui_node_add(row, UI_COLUMN);
    column->gap = ui_space(column, UI_SPACE_SMALL);
    column->width = CANDIDATE_COLUMNS * (ui_space(column, UI_SPACE_TARGET) + row->gap) - row->gap;
    add_written(column, writing->field.text, column->width);
    set_heights(add_candidates(column, writing, CANDIDATE_COLUMNS, UI_CANDIDATES_MAX), 75);
}

/* Candidates above the pad, or beside it where there is little height. */
static void add_hand(struct ui_node *body, const struct ui_writing *writing)
{
    if (ui_tree_theme(body->tree)->compact) {
        add_hand_beside(body, writing);
        return;
    }
    if (!is_flat(body)) {
        add_candidates(body, writing, CANDIDATE_COLUMNS, UI_CANDIDATES_MAX);
        add_pad(body, writing);
        return;
    }
    struct ui_node *row = ui_node_add(body, UI_ROW);
    row->gap = ui_space(row, UI_SPACE_GAP);
    row->grow = 1;
    add_pad(row, writing);
    struct ui_node *grid = add_candidates(row, writing, BESIDE_COLUMNS, UI_CANDIDATES_MAX);
    set_heights(grid, 75);
    grid->width = BESIDE_COLUMNS * ui_space(grid, UI_SPACE_TARGET) * 5 / 4 + (BESIDE_COLUMNS - 1) * grid->gap;
}

/* As many as keep every key a target. */
static int letter_columns(const struct ui_node *body)
{
    const struct ui_theme *theme = ui_tree_theme(body->tree);
    int gap = theme->space_px[UI_SPACE_GAP], margin = theme->space_px[UI_SPACE_MARGIN];
    int fitting = (theme->panel.width_px - 2 * margin + gap) / (theme->space_px[UI_SPACE_TARGET] + gap);
    int wanted = theme->flat ? FLAT_LETTER_COLUMNS : LETTER_COLUMNS;
    return fitting < wanted ? fitting : wanted;
}

/* One row of candidates where two would push keys to another page. */
static size_t candidate_places(const struct ui_node *body)
{
    const struct ui_theme *theme = ui_tree_theme(body->tree);
    bool has_room = theme->panel.height_mm >= ROOMY_HEIGHT_MM && theme->prefs.text_size == UI_TEXT_NORMAL;
    return has_room && !theme->flat ? UI_CANDIDATES_MAX : CANDIDATE_COLUMNS;
}

static void add_keys(struct ui_node *body, const struct ui_writing *writing)
{
    const char *labels[KEYS_MAX];
    size_t count = writing->key_count < KEYS_MAX ? writing->key_count : KEYS_MAX;
    for (size_t i = 0; i < count; i++)
        labels[i] =
            strcmp(writing->keys[i], " ") == 0 ? ui_node_say(body, "writing.space") : writing->keys[i];
    struct ui_node *grid =
        ui_keys(body, &(struct ui_keys){.id_prefix = "text-key",
                                        .labels = labels,
                                        .count = count,
                                        .columns = count <= DIGIT_KEYS ? DIGIT_COLUMNS : letter_columns(body),
                                        .action = writing->key_action,
                                        .selected = -1,
                                        .is_large = true});
    set_heights(grid, 75);
}

static void add_ways(struct ui_node *body, const struct ui_writing *writing)
{
    size_t count = writing->way_count < UI_WAYS_MAX ? writing->way_count : UI_WAYS_MAX;
    if (count < 2)
        return;
    struct ui_node *grid = ui_keys(body, &(struct ui_keys){.id_prefix = "way",
                                                           .labels = writing->ways,
                                                           .count = count,
                                                           .columns = (int)count,
                                                           .action = writing->way_action,
                                                           .selected = (int)writing->way});
    set_heights(grid, 75);
}

void ui_writing(struct ui_node *body, const struct ui_writing *writing)
{
    bool is_compact = ui_tree_theme(body->tree)->compact;
    ui_field(body, &writing->field);
    if (is_compact) /* on the first page, with the question and the field */
        add_ways(body, writing);
    if (writing->has_pad) {
        add_hand(body, writing);
    } else {
        if (writing->has_candidates) /* as flat as the keys: below help there is little room */
            set_heights(add_candidates(body, writing, CANDIDATE_COLUMNS, candidate_places(body)), 75);
        add_keys(body, writing);
        ui_part_spacer(body);
    }
    if (!is_compact)
        add_ways(body, writing);
}
