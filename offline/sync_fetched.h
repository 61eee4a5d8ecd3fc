/*
 * Media that came whole in a pull that did not: the next pull does not fetch them again. Kept in memory,
 * until a pull has put everything in its place.
 */
#ifndef YIZHAN_OFFLINE_SYNC_FETCHED_H
#define YIZHAN_OFFLINE_SYNC_FETCHED_H

#include "board/base/arena.h"
#include "offline/formstore.h"

/* All zero is empty; end with sync_fetched_clear. */
struct sync_fetched {
    struct arena *arena;
    struct sync_fetched_medium *newest;
    size_t count;
};

/* out_sha256 of a medium with this name and the platform's hash, while the form store still holds it. */
MUST_USE struct err sync_fetched_find(const struct sync_fetched *fetched, struct formstore *forms,
                                      const char *name, const char *hash,
                                      char out_sha256[FORMSTORE_SHA256_SIZE], bool *out_found);
MUST_USE struct err sync_fetched_add(struct sync_fetched *fetched, const char *name, const char *hash,
                                     const char *sha256);
void sync_fetched_clear(struct sync_fetched *fetched);

#endif
