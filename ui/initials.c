#include "ui/initials.h"

#include "board/base/utf8.h"
#include "ui/initials_table.h"

#include <ctype.h>
#include <string.h>

/* Blanks and ASCII or Chinese punctuation: 0 for these, else the character, letters small. */
static uint32_t letter_of(uint32_t c)
{
    if (c < 0x80)
        return isalnum((int)c) ? (uint32_t)tolower((int)c) : 0;
    bool is_mark = (c >= 0x2000 && c <= 0x206F) || (c >= 0x3000 && c <= 0x303F) ||
                   (c >= 0xFF00 && c <= 0xFF0F) || c == 0xFF1A || c == 0xFF1B || c == 0xFF1F || c == 0xB7;
    return is_mark ? 0 : c;
}

/* The next character that counts; 0 at the end. */
static uint32_t next_letter(const char **p)
{
    const char *end = *p + strlen(*p);
    while (*p < end) {
        uint32_t letter = letter_of(utf8_next(p, end));
        if (letter)
            return letter;
    }
    return 0;
}

static bool stands_for(uint32_t typed, uint32_t character)
{
    if (typed == character)
        return true;
    return typed >= 'a' && typed <= 'z' && character >= INITIALS_FIRST && character <= INITIALS_LAST &&
           (initials_table[character - INITIALS_FIRST] >> (typed - 'a') & 1u);
}

bool initials_begin(const char *name, const char *typed)
{
    for (;;) {
        uint32_t wanted = next_letter(&typed);
        if (!wanted)
            return true;
        uint32_t character = next_letter(&name);
        if (!character || !stands_for(wanted, character))
            return false;
    }
}

bool initials_match(const char *name, const char *typed)
{
    do {
        if (initials_begin(name, typed))
            return true;
    } while (next_letter(&name));
    return false;
}
