/* The first letters that each Chinese character's pinyin may begin with, one bit each; made at build time by
 * assets/pinyin/initials.py. Private to ui/initials.c. */
#ifndef YIZHAN_UI_INITIALS_TABLE_H
#define YIZHAN_UI_INITIALS_TABLE_H

#include <stdint.h>

enum { INITIALS_FIRST = 0x4e00, INITIALS_LAST = 0x9fff };
extern const uint32_t initials_table[INITIALS_LAST - INITIALS_FIRST + 1];

#endif
