/*
 * The first of two passes over a text to be said: marks that are words or pauses where they stand, and digits
 * and signs as voice_words.c looks for them. Pure.
 */
#ifndef YIZHAN_VOICE_MARKS_H
#define YIZHAN_VOICE_MARKS_H

#include "drivers/voice/voice_words.h"

/* Appends text to out: full-width digits and signs that belong to numbers as ASCII, without thousands commas
 * and the blanks of typesetting; "1-3" is "1到3", " · " a pause. */
void voice_marks_expand(enum voice_tongue tongue, const char *text, struct buf *out);

#endif
