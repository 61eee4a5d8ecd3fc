/*
 * Names with rare characters for a voice that does not know them: espeak-ng says the code point of a
 * character beyond the basic plane, digit by digit. Pure.
 */
#ifndef YIZHAN_VOICE_READINGS_H
#define YIZHAN_VOICE_READINGS_H

#include "board/base/buf.h"

/* Appends text to out_words, each Chinese character beyond the basic plane as its pinyin between blanks ("王
 * ǒu "); one whose reading Unihan does not know is left out, for its code point says nothing to anybody. */
void readings_spell(const char *text, struct buf *out_words);

#endif
