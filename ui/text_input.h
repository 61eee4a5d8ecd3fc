/*
 * Entering words without a keyboard: pinyin for Chinese, letters for the rest, digits for both; further
 * methods are rows of one table.
 *
 * Keys and candidates are plain strings for ui_keys(); nothing is committed by itself, nothing is learnt, and
 * text_input_forget() wipes what was composed. One exists per program, because libgooglepinyin has one
 * decoder. UI thread only.
 */
#ifndef YIZHAN_UI_TEXT_INPUT_H
#define YIZHAN_UI_TEXT_INPUT_H

#include "board/base/err.h"
#include <stddef.h>

struct text_input;

enum { TEXT_INPUT_CANDIDATES_MAX = 8, TEXT_INPUT_BYTES_MAX = 64 };

/* pinyin_dictionary: libgooglepinyin's dict_pinyin.dat. ERR_SYSTEM when it cannot be opened. */
MUST_USE struct err text_input_create(const char *pinyin_dictionary, struct text_input **out_input);
void text_input_destroy(struct text_input **input);

/* Starts a new answer with the method that suits a language: pinyin for zh, letters for others. */
void text_input_start(struct text_input *input, const char *lang);
void text_input_next_method(struct text_input *input);
/* Text id of the method that text_input_next_method() would bring: what its key says. */
const char *text_input_next_method_id(const struct text_input *input);

/* All borrowed until the next call that is not const. */
struct text_input_keys {
    const char *const *labels;
    size_t count;
};
struct text_input_keys text_input_keys(const struct text_input *input);
struct text_input_keys text_input_candidates(const struct text_input *input);
/* What was typed and is not yet text; "" for nothing. */
const char *text_input_composing(const struct text_input *input);

/* Each appends what became text to out_text (NUL-terminated, "" when nothing did). An index out of range does
 * nothing. */
void text_input_key(struct text_input *input, int index, char out_text[TEXT_INPUT_BYTES_MAX]);
void text_input_candidate(struct text_input *input, int index, char out_text[TEXT_INPUT_BYTES_MAX]);
/* True when something being composed was taken back; false: the erase is for the text itself. */
bool text_input_erase(struct text_input *input);
/* Wipes what is being composed. */
void text_input_forget(struct text_input *input);

#endif
