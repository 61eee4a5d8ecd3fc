/*
 * Entering words without a keyboard: handwriting, pinyin and strokes for Chinese, letters and digits for the
 * rest; each way is a row of one table.
 *
 * What it offers is made for ui_writing(); nothing is committed by itself, nothing is learnt, and
 * text_input_forget() wipes what was composed. One exists per program, because libgooglepinyin has one
 * decoder. UI thread only.
 */
#ifndef YIZHAN_UI_TEXT_INPUT_H
#define YIZHAN_UI_TEXT_INPUT_H

#include "board/base/err.h"
#include "ui/tree.h"
#include <stddef.h>

struct text_input;

enum { TEXT_INPUT_CANDIDATES_MAX = 48, TEXT_INPUT_BYTES_MAX = 64 };

/* pinyin_dictionary: libgooglepinyin's dict_pinyin.dat. ERR_SYSTEM when it cannot be opened.
 * assets: folder with hand/templates.bin and strokes/strokes.txt; a way whose file cannot be used (logged) is
 * not on offer. */
MUST_USE struct err text_input_create(const char *pinyin_dictionary, const char *assets,
                                      struct text_input **out_input);
void text_input_destroy(struct text_input **input);

/* Starts a new answer with the way that suits a language: handwriting, else pinyin, for zh; letters for
 * others. */
void text_input_start(struct text_input *input, const char *lang);

/* The ways on offer, counted from 0. */
size_t text_input_way_count(const struct text_input *input);
size_t text_input_way(const struct text_input *input);
/* Text id of a way: what its key says. */
const char *text_input_way_id(const struct text_input *input, size_t way);
void text_input_set_way(struct text_input *input, size_t way);

/* Handwriting: a pad instead of keys. Strokes as in UI_EVENT_STROKE; what is too much is left out. */
bool text_input_has_pad(const struct text_input *input);
void text_input_stroke(struct text_input *input, const struct ui_pad_point *points, size_t count);
void text_input_clear_strokes(struct text_input *input);
/* Borrowed until the next call that is not const. */
struct ui_strokes text_input_strokes(const struct text_input *input);
/* Whether this way makes candidates. */
bool text_input_has_candidates(const struct text_input *input);

/* All borrowed until the next call that is not const. */
struct text_input_keys {
    const char *const *labels;
    size_t count;
};
struct text_input_keys text_input_keys(const struct text_input *input);
struct text_input_keys text_input_candidates(const struct text_input *input);
/* What was typed and is not yet text, as it is shown; "" for nothing. */
const char *text_input_composing(const struct text_input *input);
/* Of that, what may be first letters of a name: of pinyin alone. */
const char *text_input_initials(const struct text_input *input);

/* Where not all candidates, or not all keys, stand on the screen at once: the candidate that stands first,
 * and the group of keys that is open (-1 for none). Both go back with the next key. */
size_t text_input_first_candidate(const struct text_input *input);
void text_input_show_from(struct text_input *input, size_t candidate);
int text_input_open_group(const struct text_input *input);
void text_input_set_group(struct text_input *input, int group);

/* Each appends what became text to out_text (NUL-terminated, "" when nothing did). An index out of range does
 * nothing. */
void text_input_key(struct text_input *input, int index, char out_text[TEXT_INPUT_BYTES_MAX]);
void text_input_candidate(struct text_input *input, int index, char out_text[TEXT_INPUT_BYTES_MAX]);
/* True when something being composed was taken back; false: the erase is for the text itself. */
bool text_input_erase(struct text_input *input);
/* Wipes what is being composed. */
void text_input_forget(struct text_input *input);

#endif
