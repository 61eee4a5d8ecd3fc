#include "ui/text_input.h"

#include "board/base/wipe.h"
#include "ui/pinyin.h"

#include <stdio.h>
#include <string.h>

enum method { METHOD_PINYIN, METHOD_DIGITS, METHOD_LETTERS, METHOD_COUNT };
enum { LETTERS_MAX = 40 };

static const char *const letters[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m",
                                      "n", "o", "p", "q", "r", "s", "t", "u", "v", "w", "x", "y", "z"};
static const char *const capitals[] = {"A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N",
                                       "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y", "Z", " "};

/* What addresses, numbers on certificates and sums are written with. */
static const char *const digits[] = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "-", "."};

#define KEYS(list) list, sizeof list / sizeof *list

static const struct {
    const char *name_id; /* what the key that leads here says */
    const char *const *keys;
    size_t key_count;
    bool composes; /* letters become candidates before they become text */
} methods[METHOD_COUNT] = {
    [METHOD_PINYIN] = {"input.pinyin", KEYS(letters), true},
    [METHOD_DIGITS] = {"input.digits", KEYS(digits), false},
    [METHOD_LETTERS] = {"input.letters", KEYS(capitals), false},
};

struct text_input {
    enum method method;
    char composing[LETTERS_MAX + 1];
    char words[TEXT_INPUT_CANDIDATES_MAX][PINYIN_WORD_BYTES_MAX];
    const char *candidates[TEXT_INPUT_CANDIDATES_MAX];
    size_t candidate_count;
};

struct err text_input_create(const char *pinyin_dictionary, struct text_input **out_input)
{
    struct text_input *input = private_alloc(sizeof *input);
    if (!input)
        return err_no_memory("input");
    struct err e = pinyin_open(pinyin_dictionary);
    if (err_is(&e)) {
        private_free(input, sizeof *input);
        return e;
    }
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
    private_free(*input, sizeof **input);
    *input = NULL;
}

void text_input_forget(struct text_input *input)
{
    pinyin_forget();
    wipe(input->composing, sizeof input->composing);
    wipe(input->words, sizeof input->words);
    input->candidate_count = 0;
}

void text_input_start(struct text_input *input, const char *lang)
{
    text_input_forget(input);
    input->method = strncmp(lang, "zh", 2) == 0 ? METHOD_PINYIN : METHOD_LETTERS;
}

static enum method next_method(const struct text_input *input)
{
    return (input->method + 1) % METHOD_COUNT;
}

void text_input_next_method(struct text_input *input)
{
    text_input_forget(input);
    input->method = next_method(input);
}

const char *text_input_next_method_id(const struct text_input *input)
{
    return methods[next_method(input)].name_id;
}

struct text_input_keys text_input_keys(const struct text_input *input)
{
    return (struct text_input_keys){methods[input->method].keys, methods[input->method].key_count};
}

struct text_input_keys text_input_candidates(const struct text_input *input)
{
    return (struct text_input_keys){input->candidates, input->candidate_count};
}

const char *text_input_composing(const struct text_input *input)
{
    return input->composing;
}

static void look_up(struct text_input *input)
{
    wipe(input->words, sizeof input->words);
    input->candidate_count = pinyin_find(input->composing, input->words, TEXT_INPUT_CANDIDATES_MAX);
}

void text_input_key(struct text_input *input, int index, char out_text[TEXT_INPUT_BYTES_MAX])
{
    out_text[0] = '\0';
    if (index < 0 || (size_t)index >= methods[input->method].key_count)
        return;
    const char *key = methods[input->method].keys[index];
    size_t length = strlen(input->composing);
    if (!methods[input->method].composes) {
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
    size_t length = strlen(input->composing), used = pinyin_letters_of((size_t)index);
    if (used == 0 || used > length)
        used = length;
    memmove(input->composing, input->composing + used, length - used + 1);
    look_up(input);
}

bool text_input_erase(struct text_input *input)
{
    size_t length = strlen(input->composing);
    if (length == 0)
        return false;
    input->composing[length - 1] = '\0';
    look_up(input);
    return true;
}
