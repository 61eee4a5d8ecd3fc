/*
 * FNV-1a of 64 bits (draft-eastlake-fnv): for telling whether something was there before. Not for secrets,
 * and not for tables that a stranger fills.
 */
#ifndef YIZHAN_BASE_HASH_H
#define YIZHAN_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define HASH_START UINT64_C(14695981039346656037)

/* The hash of what came before and these bytes. */
static inline uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ at[i]) * UINT64_C(1099511628211);
    return hash;
}

static inline uint64_t hash_text(uint64_t hash, const char *text)
{
    return hash_bytes(hash, text, strlen(text));
}

#endif
