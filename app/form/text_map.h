/* A table from texts to pointers, in an arena. Keys are borrowed and must outlive the table. */
#ifndef YIZHAN_FORM_TEXT_MAP_H
#define YIZHAN_FORM_TEXT_MAP_H

#include "board/base/arena.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text_map_entry {
    const char *key; /* NULL: free */
    size_t length;
    void *value;
};

/* Zeroed is an empty map without an arena: set arena before the first text_map_put(). */
struct text_map {
    struct arena *arena;
    struct text_map_entry *entries;
    size_t capacity; /* a power of two, 0 while empty */
    size_t count;
};

/* Replaces what stood under the key. False when there is no memory. */
bool text_map_put(struct text_map *map, const char *key, void *value);
/* NULL when there is no such key. */
void *text_map_get(const struct text_map *map, const char *key);
void *text_map_get_n(const struct text_map *map, const char *key, size_t length);
/* Entries in no order: begin with *at 0, NULL after the last. */
const char *text_map_next(const struct text_map *map, size_t *at);

#endif
