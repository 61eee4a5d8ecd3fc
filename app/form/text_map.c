#include "app/form/text_map.h"
#include <string.h>

enum { FIRST_CAPACITY = 32 };

/* FNV-1a by words, as keys are long paths; no enemy chooses them to hurt more than their own form. */
static size_t hash(const char *key, size_t length)
{
    uint64_t h = 14695981039346656037u;
    for (; length >= sizeof h; key += sizeof h, length -= sizeof h) {
        uint64_t word;
        memcpy(&word, key, sizeof word);
        h = (h ^ word) * 1099511628211u;
        h ^= h >> 32;
    }
    for (size_t i = 0; i < length; i++)
        h = (h ^ (unsigned char)key[i]) * 1099511628211u;
    return (size_t)(h ^ (h >> 32));
}

/* The entry of the key, or the free one where it belongs. */
static struct text_map_entry *find(struct text_map_entry *entries, size_t capacity, const char *key,
                                   size_t length)
{
    size_t at = hash(key, length) & (capacity - 1);
    while (entries[at].key && (entries[at].length != length || memcmp(entries[at].key, key, length) != 0))
        at = (at + 1) & (capacity - 1);
    return &entries[at];
}

static bool grow(struct text_map *map)
{
    size_t capacity = map->capacity == 0 ? FIRST_CAPACITY : map->capacity * 4;
    struct text_map_entry *entries = arena_array(map->arena, capacity, sizeof *entries);
    if (!entries)
        return false;
    for (size_t i = 0; i < map->capacity; i++)
        if (map->entries[i].key)
            *find(entries, capacity, map->entries[i].key, map->entries[i].length) = map->entries[i];
    map->entries = entries;
    map->capacity = capacity;
    return true;
}

bool text_map_put(struct text_map *map, const char *key, void *value)
{
    if (map->count * 4 >= map->capacity * 3 && !grow(map))
        return false;
    size_t length = strlen(key);
    struct text_map_entry *entry = find(map->entries, map->capacity, key, length);
    if (!entry->key)
        map->count++;
    *entry = (struct text_map_entry){.key = key, .length = length, .value = value};
    return true;
}

void *text_map_get_n(const struct text_map *map, const char *key, size_t length)
{
    return map->capacity == 0 ? NULL : find(map->entries, map->capacity, key, length)->value;
}

void *text_map_get(const struct text_map *map, const char *key)
{
    return text_map_get_n(map, key, strlen(key));
}

const char *text_map_next(const struct text_map *map, size_t *at)
{
    while (*at < map->capacity)
        if (map->entries[(*at)++].key)
            return map->entries[*at - 1].key;
    return NULL;
}
