/* How often each text occurs: "0.3.1 on 480 kiosks". One thread. */
#ifndef YIZHAN_CTL_FLEET_TALLY_H
#define YIZHAN_CTL_FLEET_TALLY_H

#include "board/base/err.h"
#include <stdbool.h>
#include <stddef.h>

struct arena;

struct tally {
    struct arena *arena; /* borrowed; keeps the texts */
    struct tally_line {
        const char *text;
        int count;
    } * lines; /* owned */
    size_t count, capacity;
    bool failed;
};

void tally_init(struct tally *tally, struct arena *arena);
void tally_finish(struct tally *tally);
void tally_add(struct tally *tally, const char *text, size_t length);
/* The most frequent first, then by text. ERR_SPACE when an add had no memory. */
MUST_USE struct err tally_sort(struct tally *tally);

#endif
