/*
 * Finding a name by what somebody can write of it: some of its characters, or the first letters of their
 * pinyin. Pure functions; any thread.
 */
#ifndef YIZHAN_UI_INITIALS_H
#define YIZHAN_UI_INITIALS_H

#include <stdbool.h>

/* Whether typed stands somewhere in name, UTF-8 both: a Chinese character is itself, a letter also stands for
 * a character whose pinyin begins with it ("ylj" and "养lj" find 养老金). Case, blanks and punctuation do not
 * count. "" is found in everything. */
bool initials_match(const char *name, const char *typed);
/* The same from the name's beginning: better hits, for putting them first. */
bool initials_begin(const char *name, const char *typed);

#endif
