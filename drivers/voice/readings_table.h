/* How characters beyond the basic plane are read, in their order; made at build time by
 * assets/pinyin/readings.py. Private to drivers/voice/readings.c. */
#ifndef YIZHAN_VOICE_READINGS_TABLE_H
#define YIZHAN_VOICE_READINGS_TABLE_H

#include <stddef.h>
#include <stdint.h>

enum { READINGS_SYLLABLE_BITS = 11 };
/* Each a character, and behind it the index of its syllable. */
extern const size_t readings_count;
extern const uint32_t readings[];
/* Pinyin with its tone mark: "ǒu". */
extern const char *const readings_syllables[];

#endif
