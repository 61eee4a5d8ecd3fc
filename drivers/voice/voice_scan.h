/* What both passes over a text to be said look for. Pure. */
#ifndef YIZHAN_VOICE_SCAN_H
#define YIZHAN_VOICE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline size_t digit_run(const char *text)
{
    return strspn(text, "0123456789");
}

static inline bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

#endif
