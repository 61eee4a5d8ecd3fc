/* UTF-8, and the one other encoding that a Chinese spreadsheet or scanner hands us. */
#ifndef YIZHAN_BASE_UTF8_H
#define YIZHAN_BASE_UTF8_H

#include "board/base/buf.h"

/* RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. NUL bytes are valid here. */
bool utf8_valid(const char *text, size_t length);

/* Reads one code point at *text and moves past it; U+FFFD and one byte for malformed input. text < end. */
uint32_t utf8_next(const char **text, const char *end);

/* Writes the 1-4 bytes of a code point, returns how many. */
size_t utf8_put(uint32_t code_point, char out_bytes[4]);

/* Takes out what is not UTF-8, in place: half a character where a text was cut to a size. */
void utf8_clean(char *text);

bool utf8_ends_with(const char *text, const char *end);

/* Number of code points of a NUL-terminated text. */
size_t utf8_count(const char *text);

/* Appends the bytes as UTF-8: unchanged (less a byte order mark) when they are valid UTF-8, else read as
 * GB18030; ERR_DATA when they are neither. */
MUST_USE struct err utf8_from_any(const char *bytes, size_t length, struct buf *out_text);

#endif
