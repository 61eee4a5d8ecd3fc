/*
 * libgooglepinyin as a function: letters in, candidates out. Its header is C++, so the plain C prototypes of
 * pinyinime.h stand in pinyin.c. The decoder is one per process; it gets no user dictionary, so nothing is
 * learnt.
 */
#ifndef YIZHAN_UI_PINYIN_H
#define YIZHAN_UI_PINYIN_H

#include "board/base/err.h"
#include <stddef.h>

enum { PINYIN_WORD_BYTES_MAX = 64 };

/* ERR_SYSTEM when the dictionary cannot be opened. */
MUST_USE struct err pinyin_open(const char *dictionary);
void pinyin_close(void);

/* Finds words for the letters (a-z); returns how many, at most max. Each is UTF-8; the first is the best. */
size_t pinyin_find(const char *letters, char (*out_words)[PINYIN_WORD_BYTES_MAX], size_t max);
/* Takes the index-th candidate: returns how many of the letters it used up; what is left is looked up anew.
 */
size_t pinyin_letters_of(size_t index);
/* Forgets the letters. */
void pinyin_forget(void);

#endif
