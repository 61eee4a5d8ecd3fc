/*
 * What a pull fetches: one GET, whose bytes go to memory or to a file, and whether they are those that the
 * platform listed.
 */
#ifndef YIZHAN_OFFLINE_SYNC_DOWNLOAD_H
#define YIZHAN_OFFLINE_SYNC_DOWNLOAD_H

#include "offline/sync_internal.h"

enum { SYNC_MD5_SIZE = 37 }; /* "md5:" and 32 digits, as form lists and manifests write it */

/* One GET, noted in outcome: its last answer tells what came. The response is the caller's to finish. */
MUST_USE struct err sync_get(struct sync *sync, struct sync_outcome *outcome,
                             const struct openrosa_fetch *fetch, struct http_response *response);

/* The same into the file path, replacing it; out_md5 is of what was FETCHED. The fetch's own sink is not
 * used. */
MUST_USE struct err sync_download(struct sync *sync, struct sync_outcome *outcome,
                                  const struct openrosa_fetch *fetch, const char *path,
                                  char out_md5[SYNC_MD5_SIZE]);

/* "" in out_md5, which fits no hash, where there is no memory for it. */
void sync_md5(const char *bytes, size_t size, char out_md5[SYNC_MD5_SIZE]);

/* What is not an md5 cannot be checked, and fits. */
bool sync_hash_fits(const char *hash, const char *md5);

#endif
