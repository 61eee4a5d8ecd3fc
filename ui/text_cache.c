#include "ui/text_cache.h"
#include "board/base/hash.h"
#include "board/base/wipe.h"
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 512 }; /* power of two; some hundred strings make a screen */

struct entry {
    struct ui_text_key key; /* key.text points behind the entry */
    uint32_t hash;
    SDL_Surface *surface;
    size_t bytes;
    struct entry *next_in_bucket;
    struct entry *newer, *older;
};

struct ui_text_cache {
    size_t limit_bytes;
    struct entry *buckets[BUCKETS];
    struct entry *newest, *oldest;
    struct ui_text_stats stats;
};

static uint32_t hash_of(const struct ui_text_key *key)
{
    uint32_t numbers[3] = {(uint32_t)key->face << 16 | (uint32_t)key->size_px, key->colour, key->is_rtl};
    return (uint32_t)hash_bytes(hash_bytes(HASH_START, numbers, sizeof numbers), key->text, key->length);
}

static bool same_script(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_key(const struct ui_text_key *a, const struct ui_text_key *b)
{
    return a->face == b->face && a->size_px == b->size_px && a->colour == b->colour &&
           a->is_rtl == b->is_rtl && a->length == b->length && memcmp(a->text, b->text, a->length) == 0 &&
           same_script(a->script, b->script);
}

struct ui_text_cache *ui_text_cache_create(size_t limit_bytes)
{
    struct ui_text_cache *cache = calloc(1, sizeof *cache);
    if (cache)
        cache->limit_bytes = limit_bytes;
    return cache;
}

static void unlink_age(struct ui_text_cache *cache, struct entry *e)
{
    *(e->newer ? &e->newer->older : &cache->newest) = e->older;
    *(e->older ? &e->older->newer : &cache->oldest) = e->newer;
}

static void link_newest(struct ui_text_cache *cache, struct entry *e)
{
    e->newer = NULL;
    e->older = cache->newest;
    *(cache->newest ? &cache->newest->newer : &cache->oldest) = e;
    cache->newest = e;
}

static void drop(struct ui_text_cache *cache, struct entry *e)
{
    struct entry **link = &cache->buckets[e->hash % BUCKETS];
    while (*link != e)
        link = &(*link)->next_in_bucket;
    *link = e->next_in_bucket;
    unlink_age(cache, e);
    cache->stats.cached_bytes -= e->bytes;
    cache->stats.cached_strings--;
    if (e->surface->pixels)
        wipe(e->surface->pixels, (size_t)e->surface->pitch * (size_t)e->surface->h);
    SDL_FreeSurface(e->surface);
    wipe((char *)(e + 1), e->key.length);
    free(e);
}

void ui_text_cache_forget(struct ui_text_cache *cache)
{
    while (cache->oldest)
        drop(cache, cache->oldest);
}

void ui_text_cache_destroy(struct ui_text_cache **cache)
{
    if (!*cache)
        return;
    ui_text_cache_forget(*cache);
    free(*cache);
    *cache = NULL;
}

SDL_Surface *ui_text_cache_get(struct ui_text_cache *cache, const struct ui_text_key *key)
{
    for (struct entry *e = cache->buckets[hash_of(key) % BUCKETS]; e; e = e->next_in_bucket) {
        if (!same_key(&e->key, key))
            continue;
        unlink_age(cache, e);
        link_newest(cache, e);
        cache->stats.hits++;
        return e->surface;
    }
    cache->stats.misses++;
    return NULL;
}

bool ui_text_cache_put(struct ui_text_cache *cache, const struct ui_text_key *key, SDL_Surface *surface)
{
    struct entry *e = malloc(sizeof *e + key->length);
    if (!e)
        return false;
    memcpy(e + 1, key->text, key->length);
    *e = (struct entry){.key = *key, .hash = hash_of(key), .surface = surface};
    e->key.text = (char *)(e + 1);
    e->bytes = sizeof *e + key->length + (size_t)surface->pitch * (size_t)surface->h;
    while (cache->oldest && cache->stats.cached_bytes + e->bytes > cache->limit_bytes)
        drop(cache, cache->oldest);
    e->next_in_bucket = cache->buckets[e->hash % BUCKETS];
    cache->buckets[e->hash % BUCKETS] = e;
    link_newest(cache, e);
    cache->stats.cached_bytes += e->bytes;
    cache->stats.cached_strings++;
    return true;
}

struct ui_text_stats ui_text_cache_stats(const struct ui_text_cache *cache)
{
    return cache->stats;
}
