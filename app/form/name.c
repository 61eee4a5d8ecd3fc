#include "app/form/name.h"
#include <stdint.h>
#include <string.h>

/* Open addressing, power-of-two capacity, at most half full. */
struct slots {
    void **items;
    uint32_t *hashes;
    size_t capacity;
    size_t count;
};

struct name_table {
    struct arena *arena;
    const struct name_table *below;
    struct slots texts; /* const char * */
    struct slots names; /* const struct name * */
};

static uint32_t hash_bytes(uint32_t hash, struct name_part part)
{
    for (size_t i = 0; i < part.length; i++)
        hash = (hash ^ (uint8_t)part.text[i]) * 16777619U;
    return (hash ^ 0xffU) * 16777619U; /* "ab","c" is not "a","bc" */
}

static bool part_is(const char *text, struct name_part part)
{
    if (part.length == 0) /* most names have no prefix */
        return *text == '\0';
    return strncmp(text, part.text, part.length) == 0 && text[part.length] == '\0';
}

static const char *find_text(const struct name_table *table, struct name_part part, uint32_t hash)
{
    for (; table; table = table->below) {
        const struct slots *s = &table->texts;
        for (size_t i = hash & (s->capacity - 1); s->items[i]; i = (i + 1) & (s->capacity - 1))
            if (s->hashes[i] == hash && part_is(s->items[i], part))
                return s->items[i];
    }
    return NULL;
}

static const struct name *find_name(const struct name_table *table, const struct name_part parts[3],
                                    uint32_t hash)
{
    for (; table; table = table->below) {
        const struct slots *s = &table->names;
        for (size_t i = hash & (s->capacity - 1); s->items[i]; i = (i + 1) & (s->capacity - 1)) {
            const struct name *name = s->items[i];
            if (s->hashes[i] == hash && part_is(name->local, parts[1]) && part_is(name->uri, parts[0]) &&
                part_is(name->prefix, parts[2]))
                return name;
        }
    }
    return NULL;
}

static void put(struct slots *slots, void *item, uint32_t hash)
{
    size_t i = hash & (slots->capacity - 1);
    while (slots->items[i])
        i = (i + 1) & (slots->capacity - 1);
    slots->items[i] = item;
    slots->hashes[i] = hash;
    slots->count++;
}

/* Makes room for one more; the arrays left behind stay in the arena, which is at most what the new ones take.
 */
static bool reserve(struct arena *arena, struct slots *slots)
{
    if (slots->count * 2 < slots->capacity)
        return true;
    struct slots grown = {.capacity = slots->capacity == 0 ? 64 : slots->capacity * 2};
    grown.items = arena_array(arena, grown.capacity, sizeof(void *));
    grown.hashes = arena_array(arena, grown.capacity, sizeof(uint32_t));
    if (!grown.items || !grown.hashes)
        return false;
    for (size_t i = 0; i < slots->capacity; i++)
        if (slots->items[i])
            put(&grown, slots->items[i], slots->hashes[i]);
    *slots = grown;
    return true;
}

struct name_table *name_table_create(struct arena *arena, const struct name_table *below)
{
    struct name_table *table = arena_alloc(arena, sizeof *table);
    if (!table)
        return NULL;
    table->arena = arena;
    table->below = below;
    if (!reserve(arena, &table->texts) || !reserve(arena, &table->names))
        return NULL;
    return table;
}

const char *name_intern_text(struct name_table *table, const char *text, size_t length)
{
    struct name_part part = {text, length};
    uint32_t hash = hash_bytes(2166136261U, part);
    const char *found = find_text(table, part, hash);
    if (found)
        return found;
    char *copy = arena_strndup(table->arena, text, length);
    if (!copy || !reserve(table->arena, &table->texts))
        return NULL;
    put(&table->texts, copy, hash);
    return copy;
}

const struct name *name_intern_parts(struct name_table *table, struct name_part uri, struct name_part local,
                                     struct name_part prefix)
{
    const struct name_part parts[3] = {uri, local, prefix};
    /* Local names tell most names apart; hashing long URIs for every tag would cost more than it brings. */
    uint32_t hash = hash_bytes(2166136261U, local) ^ (uint32_t)(uri.length * 31 + prefix.length);
    const struct name *found = find_name(table, parts, hash);
    if (found)
        return found;
    struct name *name = arena_alloc(table->arena, sizeof *name);
    if (!name || !reserve(table->arena, &table->names))
        return NULL;
    name->uri = name_intern_text(table, uri.text, uri.length);
    name->local = name_intern_text(table, local.text, local.length);
    name->prefix = name_intern_text(table, prefix.text, prefix.length);
    if (!name->uri || !name->local || !name->prefix)
        return NULL;
    put(&table->names, name, hash);
    return name;
}

static struct name_part whole(const char *text)
{
    return (struct name_part){text ? text : "", text ? strlen(text) : 0};
}

const struct name *name_intern(struct name_table *table, const char *uri, const char *local,
                               const char *prefix)
{
    return name_intern_parts(table, whole(uri), whole(local), whole(prefix));
}
