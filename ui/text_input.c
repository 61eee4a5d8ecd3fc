#include "ui/text_input.h"

#include "board/base/log.h"
#include "board/base/utf8.h"
#include "board/base/wipe.h"
#include "ui/input_hand.h"
#include "ui/pinyin.h"

#include <stdio.h>
#include <string.h>

enum way { WAY_HAND, WAY_PINYIN, WAY_LETTERS, WAY_DIGITS, WAY_COUNT };
enum { LETTERS_MAX = 40, STROKES_MAX = 40, POINTS_MAX = 4096 };

static const char *const letters[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m",
                                      "n", "o", "p", "q", "r", "s", "t", "u", "v", "w", "x", "y", "z"};
static const char *const capitals[] = {"A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N",
                                       "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y", "Z", " "};

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
    [WAY_LETTERS] = {"input.letters", KEYS(capitals), false},
    [WAY_DIGITS] = {"input.digits", KEYS(digits), false},
};

struct text_input {
    struct input_hand *hand; /* NULL: no handwriting */
    enum way way;
    char composing[LETTERS_MAX + 1];
    char words[TEXT_INPUT_CANDIDATES_MAX][PINYIN_WORD_BYTES_MAX];
    const char *candidates[TEXT_INPUT_CANDIDATES_MAX];
    size_t candidate_count;
    size_t counts[STROKES_MAX], stroke_count, point_count;
    struct ui_pad_point points[POINTS_MAX];
};

/* Handwriting is worth a line in the log, not the loss of all else. */
static void open_hand(struct text_input *input, const char *templates)
{
    struct err e = templates ? input_hand_create(templates, &input->hand) : err_ok();
    if (err_is(&e))
        log_err("input", &e);
}

struct err text_input_create(const char *pinyin_dictionary, const char *hand_templates,
                             struct text_input **out_input)
{
    struct text_input *input = private_alloc(sizeof *input);
    if (!input)
        return err_no_memory("input");
    struct err e = pinyin_open(pinyin_dictionary);
    if (err_is(&e)) {
        private_free(input, sizeof *input);
        return e;
    }
    open_hand(input, hand_templates);
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
    private_free(*input, sizeof **input);
    *input = NULL;
}

void text_input_clear_strokes(struct text_input *input)
{
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
    wipe(input->words, sizeof input->words);
    input->candidate_count = 0;
}

/* ---- ways ---- */

/* Without templates the first way is missing and the others move up. */
static size_t missing_ways(const struct text_input *input)
{
    return input->hand ? 0 : 1;
}

void text_input_start(struct text_input *input, const char *lang)
{
    text_input_forget(input);
    bool is_chinese = strncmp(lang, "zh", 2) == 0;
    input->way = !is_chinese ? WAY_LETTERS : input->hand ? WAY_HAND : WAY_PINYIN;
}

size_t text_input_way_count(const struct text_input *input)
{
    return WAY_COUNT - missing_ways(input);
}

size_t text_input_way(const struct text_input *input)
{
    return (size_t)input->way - missing_ways(input);
}

const char *text_input_way_id(const struct text_input *input, size_t way)
{
    return ways[way + missing_ways(input)].name_id;
}

void text_input_set_way(struct text_input *input, size_t way)
{
    if (way >= text_input_way_count(input))
        return;
    text_input_forget(input);
    input->way = (enum way)(way + missing_ways(input));
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
    return input->composing;
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
    input->candidate_count = pinyin_find(input->composing, input->words, TEXT_INPUT_CANDIDATES_MAX);
}

void text_input_key(struct text_input *input, int index, char out_text[TEXT_INPUT_BYTES_MAX])
{
    out_text[0] = '\0';
    if (index < 0 || (size_t)index >= ways[input->way].key_count)
        return;
    const char *key = ways[input->way].keys[index];
    size_t length = strlen(input->composing);
    if (!ways[input->way].has_candidates) {
        snprintf(out_text, TEXT_INPUT_BYTES_MAX, "%s", key);
    } else if (length < LETTERS_MAX) {
        input->composing[length] = *key;
        input->composing[length + 1] = '\0';
        look_up(input);
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
    size_t length = strlen(input->composing), used = pinyin_letters_of((size_t)index);
    if (used == 0 || used > length)
        used = length;
    memmove(input->composing, input->composing + used, length - used + 1);
    look_up(input);
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
    input->composing[length - 1] = '\0';
    look_up(input);
    return true;
}
