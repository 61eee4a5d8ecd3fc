/* The commonest characters of written Chinese, by code point; made at build time by assets/words/common.py.
 */
#ifndef YIZHAN_CTL_COMMON_CHARACTERS_H
#define YIZHAN_CTL_COMMON_CHARACTERS_H

#include <stdint.h>

enum { COMMON_CHARACTERS = 1500 };
extern const uint32_t common_characters[COMMON_CHARACTERS];

#endif
