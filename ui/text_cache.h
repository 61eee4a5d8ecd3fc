/* Bounded cache of drawn strings, least recently used out first. What leaves it is wiped: it may be a name.
 * Private to the text files. */
#ifndef YIZHAN_UI_TEXT_CACHE_H
#define YIZHAN_UI_TEXT_CACHE_H

#include "ui/text.h"
#include <SDL2/SDL_surface.h>

struct ui_text_cache;

/* What makes a drawn string. text is borrowed for a look-up and copied for an entry. */
struct ui_text_key {
    int face, size_px;
    uint32_t colour;
    const char *script;
    bool is_rtl;
    const char *text;
    size_t length;
};

struct ui_text_cache *ui_text_cache_create(size_t limit_bytes); /* NULL without memory */
void ui_text_cache_destroy(struct ui_text_cache **cache);
/* NULL when it is not there. Owned by the cache; valid until the next put. */
SDL_Surface *ui_text_cache_get(struct ui_text_cache *cache, const struct ui_text_key *key);
/* Takes the surface and always keeps it until the next put, however small the limit. False without memory:
 * then the surface stays the caller's. */
bool ui_text_cache_put(struct ui_text_cache *cache, const struct ui_text_key *key, SDL_Surface *surface);
void ui_text_cache_forget(struct ui_text_cache *cache);
struct ui_text_stats ui_text_cache_stats(const struct ui_text_cache *cache);

#endif
