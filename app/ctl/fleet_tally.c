#include "app/ctl/fleet_tally.h"

#include "board/base/arena.h"

#include <stdlib.h>
#include <string.h>

void tally_init(struct tally *tally, struct arena *arena)
{
    *tally = (struct tally){.arena = arena};
}

void tally_finish(struct tally *tally)
{
    free(tally->lines);
    *tally = (struct tally){0};
}

/* A fleet has a few dozen versions, never thousands: looking through them is quick. */
static struct tally_line *find(struct tally *tally, const char *text, size_t length)
{
    for (size_t i = 0; i < tally->count; i++)
        if (strlen(tally->lines[i].text) == length && memcmp(tally->lines[i].text, text, length) == 0)
            return &tally->lines[i];
    return NULL;
}

void tally_add(struct tally *tally, const char *text, size_t length)
{
    struct tally_line *line = find(tally, text, length);
    if (line) {
        line->count++;
        return;
    }
    if (tally->count == tally->capacity) {
        size_t capacity = tally->capacity ? 2 * tally->capacity : 32;
        struct tally_line *lines = realloc(tally->lines, capacity * sizeof *lines);
        tally->failed |= !lines;
        if (!lines)
            return;
        tally->lines = lines;
        tally->capacity = capacity;
    }
    const char *copy = arena_strndup(tally->arena, text, length);
    tally->failed |= !copy;
    if (copy)
        tally->lines[tally->count++] = (struct tally_line){copy, 1};
}

static int by_count(const void *a, const void *b)
{
    const struct tally_line *one = a, *other = b;
    return one->count != other->count ? other->count - one->count : strcmp(one->text, other->text);
}

struct err tally_sort(struct tally *tally)
{
    if (tally->count > 1)
        qsort(tally->lines, tally->count, sizeof *tally->lines, by_count);
    return tally->failed ? err_no_memory("fleet") : err_ok();
}
