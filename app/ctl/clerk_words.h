/*
 * What the clerk's tools say, in the clerk's language. A sentence is written in English where it arises, in
 * the form engine as in the desk; here it is put into Chinese as a whole, by the pattern it was written with
 * (clerk_phrases.c). What no pattern fits stays English: an unread sentence helps nobody, a lost one even
 * less.
 */
#ifndef YIZHAN_CTL_CLERK_WORDS_H
#define YIZHAN_CTL_CLERK_WORDS_H

#include "board/base/buf.h"

#include <stddef.h>
#include <stdio.h>

/* One sentence. english: "%" stands for whatever was put in there. chinese: "%1" is the first of them. */
struct clerk_phrase {
    const char *english, *chinese;
};
extern const struct clerk_phrase clerk_phrases[];
extern const size_t clerk_phrase_count;

/* Appends the sentence, in Chinese where $LC_ALL, $LC_MESSAGES or $LANG asks for it. A last "(hint)" and what
 * stands in a sentence's gaps are sentences too. */
void clerk_words(const char *english, struct buf *out);
/* The same as a line. */
void clerk_say(FILE *file, const char *english);

#endif
