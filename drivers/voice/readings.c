#include "drivers/voice/readings.h"

#include "board/base/utf8.h"
#include "drivers/voice/readings_table.h"
#include <string.h>

enum { HAN_FIRST = 0x20000, HAN_LAST = 0x3FFFD };

/* NULL: not known. */
static const char *reading_of(uint32_t character)
{
    size_t first = 0, end = readings_count;

    while (first < end) {
        size_t middle = first + (end - first) / 2;
        uint32_t found = readings[middle] >> READINGS_SYLLABLE_BITS;

        if (found == character)
            return readings_syllables[readings[middle] & ((1u << READINGS_SYLLABLE_BITS) - 1)];
        if (found < character)
            first = middle + 1;
        else
            end = middle;
    }
    return NULL;
}

void readings_spell(const char *text, struct buf *out_words)
{
    for (const char *p = text, *end = text + strlen(text), *start = p; p < end; start = p) {
        uint32_t character = utf8_next(&p, end);

        if (character < HAN_FIRST || character > HAN_LAST) {
            buf_append(out_words, start, (size_t)(p - start));
            continue;
        }
        const char *reading = reading_of(character);
        buf_append_text(out_words, " ");
        buf_append_text(out_words, reading ? reading : "");
        buf_append_text(out_words, " ");
    }
}
