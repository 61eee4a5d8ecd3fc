/*
 * Characters by the order of their strokes, for who learnt to write but not pinyin: what was typed so far
 * finds the characters written so, then those that begin so, the commonest first.
 *
 * The table is a file of lines "hhsh 王" in order of commonness (assets/strokes/table.py), read once; nothing
 * is learnt. UI thread.
 */
#ifndef YIZHAN_UI_STROKES_H
#define YIZHAN_UI_STROKES_H

#include "board/base/err.h"
#include "ui/pinyin.h"

struct strokes;

/* ERR_SYSTEM when the file cannot be read, ERR_DATA when it is not such a table. */
MUST_USE struct err strokes_create(const char *path, struct strokes **out_strokes);
void strokes_destroy(struct strokes **strokes);

/* typed: letters of STROKES_LETTERS, STROKES_ANY for one that the person is not sure of. Returns how many
 * words were found, at most max; each is one character as UTF-8. */
#define STROKES_LETTERS "hspnz" /* 横 竖 撇 点(捺) 折 */
enum { STROKES_ANY = '?' };
size_t strokes_find(const struct strokes *strokes, const char *typed,
                    char (*out_words)[PINYIN_WORD_BYTES_MAX], size_t max);

#endif
