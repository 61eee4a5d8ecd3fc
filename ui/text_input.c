#include "ui/text_input.h"

#include "board/base/log.h"
#include "board/base/utf8.h"
#include "board/base/wipe.h"
#include "ui/input_hand.h"
#include "ui/pinyin.h"
#include "ui/strokes.h"

#include <stdio.h>
#include <string.h>

enum way { WAY_HAND, WAY_PINYIN, WAY_STROKES, WAY_LETTERS, WAY_DIGITS, WAY_COUNT };
enum { LETTERS_MAX = 40, STROKES_MAX = 40, POINTS_MAX = 4096, GLYPH_BYTES = 3, NO_GROUP = -1 };

static const char *const letters[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m",
                                      "n", "o", "p", "q", "r", "s", "t", "u", "v", "w", "x", "y", "z"};
static const char *const capitals[] = {"A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N",
                                       "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y", "Z", " "};

/* In the order of STROKES_LETTERS; the last for one she is not sure of. */
static const char *const stroke_keys[] = {"一 横", "丨 竖", "丿 撇", "丶 点", "乛 折", "？"};
static const char stroke_letters[] = STROKES_LETTERS "?";
static const char *const stroke_glyphs[] = {"一", "丨", "丿", "丶", "乛", "？"};

/* What addresses, numbers on certificates and sums are written with. */
static const char *const digits[] = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "-", "."};

#define KEYS(list) list, sizeof list / sizeof *list

static const struct {
    const char *name_id; /* what its key says */
    const char *const *keys;
    size_t key_count;
    bool has_candidates; /* ink or letters become candidates before they become text */
} ways[WAY_COUNT] = {
    [WAY_HAND] = {"input.hand", NULL, 0, true},
    [WAY_PINYIN] = {"input.pinyin", KEYS(letters), true},
    [WAY_STROKES] = {"input.strokes", KEYS(stroke_keys), true},
    [WAY_LETTERS] = {"input.letters", KEYS(capitals), false},
    [WAY_DIGITS] = {"input.digits", KEYS(digits), false},
};

struct text_input {
    struct input_hand *hand; /* NULL: no handwriting */
    struct strokes *strokes; /* NULL: no strokes */
    enum way offered[WAY_COUNT];
    size_t offered_count;
    enum way way;
    char composing[LETTERS_MAX + 1];           /* letters, of strokes those of STROKES_LETTERS */
    char shown[LETTERS_MAX * GLYPH_BYTES + 1]; /* of strokes what they look like */
    char words[TEXT_INPUT_CANDIDATES_MAX][PINYIN_WORD_BYTES_MAX];
    const char *candidates[TEXT_INPUT_CANDIDATES_MAX];
    size_t candidate_count, first_candidate;
    int group;
    size_t counts[STROKES_MAX], stroke_count, point_count;
    struct ui_pad_point points[POINTS_MAX];
};

/* A way that cannot be used is worth a line in the log, not the loss of all others. */
static void open_tables(struct text_input *input, const char *assets)
{
    char path[512];
    snprintf(path, sizeof path, "%s/hand/templates.bin", assets);
    struct err e = input_hand_create(path, &input->hand);
    if (err_is(&e))
        log_err("input", &e);
    snprintf(path, sizeof path, "%s/strokes/strokes.txt", assets);
    e = strokes_create(path, &input->strokes);
    if (err_is(&e))
        log_err("input", &e);
}

static void list_ways(struct text_input *input)
{
    for (enum way way = 0; way < WAY_COUNT; way++)
        if ((way != WAY_HAND || input->hand) && (way != WAY_STROKES || input->strokes))
            input->offered[input->offered_count++] = way;
}

struct err text_input_create(const char *pinyin_dictionary, const char *assets, struct text_input **out_input)
{
    struct text_input *input = private_alloc(sizeof *input);
    if (!input)
        return err_no_memory("input");
    struct err e = pinyin_open(pinyin_dictionary);
    if (err_is(&e)) {
        private_free(input, sizeof *input);
        return e;
    }
    open_tables(input, assets);
    list_ways(input);
    input->group = NO_GROUP;
    for (size_t i = 0; i < TEXT_INPUT_CANDIDATES_MAX; i++)
        input->candidates[i] = input->words[i];
    *out_input = input;
    return err_ok();
}

void text_input_destroy(struct text_input **input)
{
    if (!input || !*input)
        return;
    pinyin_close();
    input_hand_destroy(&(*input)->hand);
    strokes_destroy(&(*input)->strokes);
    private_free(*input, sizeof **input);
    *input = NULL;
}

/* What is new stands at its beginning. */
static void show_from_start(struct text_input *input)
{
    input->first_candidate = 0;
    input->group = NO_GROUP;
}

void text_input_clear_strokes(struct text_input *input)
{
    show_from_start(input);
    wipe(input->points, input->point_count * sizeof input->points[0]);
    input->stroke_count = input->point_count = 0;
    if (input->way == WAY_HAND)
        input->candidate_count = 0;
}

void text_input_forget(struct text_input *input)
{
    pinyin_forget();
    text_input_clear_strokes(input);
    wipe(input->composing, sizeof input->composing);
    wipe(input->shown, sizeof input->shown);
    wipe(input->words, sizeof input->words);
    input->candidate_count = 0;
}

/* ---- ways ---- */

void text_input_start(struct text_input *input, const char *lang)
{
    text_input_forget(input);
    bool is_chinese = strncmp(lang, "zh", 2) == 0;
    input->way = !is_chinese ? WAY_LETTERS : input->hand ? WAY_HAND : WAY_PINYIN;
}

size_t text_input_way_count(const struct text_input *input)
{
    return input->offered_count;
}

size_t text_input_way(const struct text_input *input)
{
    size_t way = 0;
    while (input->offered[way] != input->way)
        way++;
    return way;
}

const char *text_input_way_id(const struct text_input *input, size_t way)
{
    return ways[input->offered[way]].name_id;
}

void text_input_set_way(struct text_input *input, size_t way)
{
    if (way >= input->offered_count)
        return;
    text_input_forget(input);
    input->way = input->offered[way];
}

struct text_input_keys text_input_keys(const struct text_input *input)
{
    return (struct text_input_keys){ways[input->way].keys, ways[input->way].key_count};
}

bool text_input_has_candidates(const struct text_input *input)
{
    return ways[input->way].has_candidates;
}

struct text_input_keys text_input_candidates(const struct text_input *input)
{
    return (struct text_input_keys){input->candidates, input->candidate_count};
}

const char *text_input_composing(const struct text_input *input)
{
    return input->way == WAY_STROKES ? input->shown : input->composing;
}

const char *text_input_initials(const struct text_input *input)
{
    return input->way == WAY_PINYIN ? input->composing : "";
}

size_t text_input_first_candidate(const struct text_input *input)
{
    return input->first_candidate;
}

void text_input_show_from(struct text_input *input, size_t candidate)
{
    if (candidate < input->candidate_count)
        input->first_candidate = candidate;
}

int text_input_open_group(const struct text_input *input)
{
    return input->group;
}

/* The one that is open closes. */
void text_input_set_group(struct text_input *input, int group)
{
    input->group = group == input->group ? NO_GROUP : group;
}

/* ---- handwriting ---- */

bool text_input_has_pad(const struct text_input *input)
{
    return input->way == WAY_HAND;
}

struct ui_strokes text_input_strokes(const struct text_input *input)
{
    return (struct ui_strokes){input->stroke_count, input->counts, input->points};
}

void text_input_stroke(struct text_input *input, const struct ui_pad_point *points, size_t count)
{
    if (!text_input_has_pad(input) || input->stroke_count == STROKES_MAX ||
        count > POINTS_MAX - input->point_count)
        return;
    memcpy(input->points + input->point_count, points, count * sizeof *points);
    input->counts[input->stroke_count++] = count;
    input->point_count += count;
    show_from_start(input);
    uint32_t found[TEXT_INPUT_CANDIDATES_MAX];
    struct ui_strokes strokes = text_input_strokes(input);
    input->candidate_count = input_hand_recognise(input->hand, &strokes, found, TEXT_INPUT_CANDIDATES_MAX);
    for (size_t i = 0; i < input->candidate_count; i++) {
        size_t length = utf8_put(found[i], input->words[i]);
        input->words[i][length] = '\0';
    }
}

/* ---- keys and candidates ---- */

static void look_up(struct text_input *input)
{
    wipe(input->words, sizeof input->words);
    show_from_start(input);
    if (input->way == WAY_PINYIN)
        input->candidate_count = pinyin_find(input->composing, input->words, TEXT_INPUT_CANDIDATES_MAX);
    else if (input->way == WAY_STROKES)
        input->candidate_count =
            strokes_find(input->strokes, input->composing, input->words, TEXT_INPUT_CANDIDATES_MAX);
}

static size_t stroke_of(char letter)
{
    return (size_t)(strchr(stroke_letters, letter) - stroke_letters);
}

/* A stroke is shown as what it looks like. */
static void show_strokes(struct text_input *input)
{
    wipe(input->shown, sizeof input->shown);
    for (size_t i = 0; input->way == WAY_STROKES && input->composing[i]; i++)
        memcpy(input->shown + i * GLYPH_BYTES, stroke_glyphs[stroke_of(input->composing[i])], GLYPH_BYTES);
}

static void set_composing(struct text_input *input, size_t length)
{
    wipe(input->composing + length, sizeof input->composing - length);
    show_strokes(input);
    look_up(input);
}

void text_input_key(struct text_input *input, int index, char out_text[TEXT_INPUT_BYTES_MAX])
{
    out_text[0] = '\0';
    if (index < 0 || (size_t)index >= ways[input->way].key_count)
        return;
    const char *key = ways[input->way].keys[index];
    size_t length = strlen(input->composing);
    show_from_start(input);
    if (!ways[input->way].has_candidates) {
        snprintf(out_text, TEXT_INPUT_BYTES_MAX, "%s", key);
    } else if (length < LETTERS_MAX) {
        bool is_letter = input->way != WAY_STROKES;
        input->composing[length] = is_letter ? *key : stroke_letters[index];
        set_composing(input, length + 1);
    }
}

void text_input_candidate(struct text_input *input, int index, char out_text[TEXT_INPUT_BYTES_MAX])
{
    out_text[0] = '\0';
    if (index < 0 || (size_t)index >= input->candidate_count)
        return;
    snprintf(out_text, TEXT_INPUT_BYTES_MAX, "%s", input->words[index]);
    if (text_input_has_pad(input)) {
        text_input_clear_strokes(input);
        return;
    }
    size_t length = strlen(input->composing), used = length;
    if (input->way == WAY_PINYIN)
        used = pinyin_letters_of((size_t)index);
    if (used == 0 || used > length)
        used = length;
    memmove(input->composing, input->composing + used, length - used);
    set_composing(input, length - used);
}

bool text_input_erase(struct text_input *input)
{
    if (input->stroke_count > 0) {
        text_input_clear_strokes(input);
        return true;
    }
    size_t length = strlen(input->composing);
    if (length == 0)
        return false;
    set_composing(input, length - 1);
    return true;
}
