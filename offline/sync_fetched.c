#include "offline/sync_fetched.h"
#include <string.h>

struct sync_fetched_medium {
    const char *name, *hash, *sha256;
    const struct sync_fetched_medium *older;
};

struct err sync_fetched_find(const struct sync_fetched *fetched, struct formstore *forms, const char *name,
                             const char *hash, char out_sha256[FORMSTORE_SHA256_SIZE], bool *out_found)
{
    const struct sync_fetched_medium *at = fetched->newest;

    while (at && (strcmp(at->name, name) != 0 || strcmp(at->hash, hash) != 0))
        at = at->older;
    *out_found = false;
    if (!at)
        return err_ok();
    memcpy(out_sha256, at->sha256, strlen(at->sha256) + 1);
    return formstore_has_content(forms, at->sha256, out_found);
}

struct err sync_fetched_add(struct sync_fetched *fetched, const char *name, const char *hash,
                            const char *sha256)
{
    if (!fetched->arena)
        fetched->arena = arena_create(ARENA_PLAIN, 0);
    struct sync_fetched_medium *medium = fetched->arena ? arena_alloc(fetched->arena, sizeof *medium) : NULL;
    if (!medium)
        return err_no_memory("sync");
    *medium =
        (struct sync_fetched_medium){arena_strdup(fetched->arena, name), arena_strdup(fetched->arena, hash),
                                     arena_strdup(fetched->arena, sha256), fetched->newest};
    if (!medium->name || !medium->hash || !medium->sha256)
        return err_no_memory("sync");
    fetched->newest = medium;
    fetched->count++;
    return err_ok();
}

void sync_fetched_clear(struct sync_fetched *fetched)
{
    arena_destroy(&fetched->arena);
    *fetched = (struct sync_fetched){0};
}
