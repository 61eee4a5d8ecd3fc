#include "board/base/utf8.h"
#include "ui/writing_parts.h"
#include <stdio.h>
#include <string.h>

enum { KEYS_MAX = 32, LETTER_COLUMNS = 7, FLAT_LETTER_COLUMNS = 9, DIGIT_KEYS = 12, DIGIT_COLUMNS = 4 };
enum {
    FEW_KEYS = 6,
    FEW_COLUMNS = 3,
    CANDIDATE_COLUMNS = 4,
    BESIDE_COLUMNS = 3,
    FLAT_LONGEST = 3,
    ROOMY_HEIGHT_MM = 400
};

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

/* Fills at most `most` with the candidates from the first that is shown on, leaving out words too long for a
 * key. */
static size_t pick(const struct ui_writing *writing, size_t longest, size_t most, size_t *out_picked)
{
    size_t count = 0;
    for (size_t i = writing->first_candidate; i < writing->candidate_count && count < most; i++)
        if (utf8_count(writing->candidates[i]) <= longest)
            out_picked[count++] = i;
    return count;
}

static void add_candidate(struct ui_node *grid, const struct ui_writing *writing, size_t index)
{
    char id[UI_ID_MAX];
    const char *word = writing->candidates[index];
    snprintf(id, sizeof id, "candidate:%zu", index);
    bool is_small = ui_tree_theme(grid->tree)->compact && utf8_count(word) > 1;
    ui_part_key(
        grid,
        &(struct ui_choice){.id = id, .label = word, .action = writing->candidate_action, .arg = (int)index},
        is_small ? UI_TYPE_BAR : UI_TYPE_KEY);
}

/* The candidates that stand in these places; when there are others, the last place leads to them. Where none
 * is, a hole stays. */
void ui_writing_candidates(struct ui_node *grid, const struct ui_writing *writing, size_t places,
                           size_t longest)
{
    size_t picked[UI_CANDIDATES_MAX + 1], found = pick(writing, longest, places + 1, picked);
    bool has_more = writing->first_candidate > 0 || found > places;
    size_t shown = has_more ? places - 1 : places;
    for (size_t i = 0; i < shown; i++)
        if (i < found)
            add_candidate(grid, writing, picked[i]);
        else
            ui_part_key(grid, &(struct ui_choice){0}, UI_TYPE_KEY);
    if (has_more)
        ui_part_key(grid,
                    &(struct ui_choice){.id = "more-candidates",
                                        .label = ui_node_say(grid, "writing.more"),
                                        .action = writing->more_action,
                                        .arg = found > shown ? (int)picked[shown] : 0},
                    UI_TYPE_BAR);
}

/* Characters of a word that stands on one line of a key. */
static size_t longest_word(const struct ui_node *grid)
{
    const struct ui_theme *theme = ui_tree_theme(grid->tree);
    int key = ui_column_width(ui_page_width(theme), grid->columns, grid->gap);
    return theme->flat ? FLAT_LONGEST : (size_t)(key / theme->type_px[UI_TYPE_KEY]);
}

static struct ui_node *add_candidates(struct ui_node *parent, const struct ui_writing *writing, int columns,
                                      size_t places)
{
    struct ui_node *grid = ui_part_grid(parent, columns);
    grid->grow = 0; /* the pad takes the room */
    ui_writing_candidates(grid, writing, places, longest_word(grid));
    set_heights(grid, 100);
    return grid;
}

void ui_writing_pad(struct ui_node *parent, const struct ui_writing *writing)
{
    struct ui_choice clear = {
        .id = "clear", .label = ui_node_say(parent, "writing.clear"), .action = writing->clear_action};
    ui_pad(parent, &(struct ui_pad){.id = "writing",
                                    .label = ui_node_say(parent, "writing.pad"),
                                    .hint = ui_node_say(parent, "writing.hint"),
                                    .strokes = writing->strokes,
                                    .clear = &clear});
}

/* One row of candidates where two would make the pad a slit, or press keys to another page. */
static void add_candidate_rows(struct ui_node *parent, const struct ui_writing *writing, int percent)
{
    const struct ui_theme *theme = ui_tree_theme(parent->tree);
    bool has_room = theme->panel.height_mm >= ROOMY_HEIGHT_MM && theme->prefs.text_size == UI_TEXT_NORMAL;
    struct ui_node *two = NULL;
    if (has_room && !theme->flat) {
        two = add_candidates(parent, writing, CANDIDATE_COLUMNS, UI_CANDIDATES_MAX);
        two->leaves_at = UI_THRIFT_DECORATION;
        set_heights(two, percent);
    }
    struct ui_node *one = add_candidates(parent, writing, CANDIDATE_COLUMNS, CANDIDATE_COLUMNS);
    one->comes_at = two ? UI_THRIFT_DECORATION : UI_THRIFT_NONE;
    set_heights(one, percent);
}

/* Candidates above the pad, or beside it where there is little height. */
static void add_hand(struct ui_node *body, const struct ui_writing *writing)
{
    if (!is_flat(body)) {
        add_candidate_rows(body, writing, 100);
        ui_writing_pad(body, writing);
        return;
    }
    struct ui_node *row = ui_node_add(body, UI_ROW);
    row->gap = ui_space(row, UI_SPACE_GAP);
    row->grow = 1;
    ui_writing_pad(row, writing);
    struct ui_node *grid = add_candidates(row, writing, BESIDE_COLUMNS, UI_CANDIDATES_MAX);
    set_heights(grid, 75);
    grid->width = BESIDE_COLUMNS * ui_space(grid, UI_SPACE_TARGET) * 5 / 4 + (BESIDE_COLUMNS - 1) * grid->gap;
}

/* As many as keep every key a target. */
static int letter_columns(const struct ui_node *body)
{
    const struct ui_theme *theme = ui_tree_theme(body->tree);
    int fitting = ui_columns_fitting(ui_page_width(theme), theme->space_px[UI_SPACE_TARGET],
                                     theme->space_px[UI_SPACE_GAP]);
    int wanted = theme->flat ? FLAT_LETTER_COLUMNS : LETTER_COLUMNS;
    return fitting < wanted ? fitting : wanted;
}

static int columns_of(const struct ui_node *body, size_t count)
{
    if (count <= FEW_KEYS)
        return FEW_COLUMNS;
    return count <= DIGIT_KEYS ? DIGIT_COLUMNS : letter_columns(body);
}

struct ui_node *ui_writing_keys(struct ui_node *parent, const struct ui_writing *writing, size_t first,
                                size_t count, int columns)
{
    const char *labels[KEYS_MAX];
    count = count < KEYS_MAX ? count : KEYS_MAX;
    for (size_t i = 0; i < count; i++) {
        const char *key = writing->keys[first + i];
        labels[i] = strcmp(key, " ") == 0 ? ui_node_say(parent, "writing.space") : key;
    }
    struct ui_node *grid = ui_keys(parent, &(struct ui_keys){.id_prefix = "text-key",
                                                             .labels = labels,
                                                             .count = count,
                                                             .first = first,
                                                             .columns = columns,
                                                             .action = writing->key_action,
                                                             .selected = -1,
                                                             .is_large = true});
    grid->is_keypad = true;
    return grid;
}

static void add_keys(struct ui_node *body, const struct ui_writing *writing)
{
    size_t count = writing->key_count;
    set_heights(ui_writing_keys(body, writing, 0, count, columns_of(body, count)), 75);
}

struct ui_node *ui_writing_ways(struct ui_node *body, const struct ui_writing *writing)
{
    size_t count = writing->way_count < UI_WAYS_MAX ? writing->way_count : UI_WAYS_MAX;
    if (count < 2)
        return NULL;
    struct ui_node *grid = ui_keys(body, &(struct ui_keys){.id_prefix = "way",
                                                           .labels = writing->ways,
                                                           .count = count,
                                                           .columns = (int)count,
                                                           .action = writing->way_action,
                                                           .selected = (int)writing->way});
    for (struct ui_node *key = grid->first; key; key = key->next)
        if (ui_tree_theme(grid->tree)->compact) /* words in letters are long: they stay on one row */
            key->first->type = UI_TYPE_BAR;
    set_heights(grid, 75);
    return grid;
}

/* Everything at once: the letters each on its key. */
static void add_roomy(struct ui_node *piece, const struct ui_writing *writing)
{
    ui_field(piece, &writing->field);
    if (writing->has_pad) {
        add_hand(piece, writing);
    } else {
        if (writing->has_candidates)
            add_candidate_rows(piece, writing, 75); /* as flat as the keys: below help there is little room */
        add_keys(piece, writing);
        ui_part_spacer(piece);
    }
    ui_writing_ways(piece, writing);
}

void ui_writing(struct ui_node *body, const struct ui_writing *writing)
{
    if (ui_tree_theme(body->tree)->compact) {
        ui_writing_compact(body, writing);
        return;
    }
    struct ui_node *roomy = ui_part_piece(body, UI_COLUMN), *least = ui_part_piece(body, UI_COLUMN);
    roomy->leaves_at = least->comes_at = UI_THRIFT_KEYS;
    add_roomy(roomy, writing);
    ui_writing_least(least, writing);
}
