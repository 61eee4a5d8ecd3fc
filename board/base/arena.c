#include "board/base/arena.h"

#include "board/base/wipe.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES_MIN = 16 * 1024, BLOCK_BYTES_MAX = 1024 * 1024 };

struct block {
    struct block *next;
    size_t size; /* of the whole block, header included */
    size_t used;
    alignas(max_align_t) unsigned char data[];
};

struct arena {
    struct block *newest;
    enum arena_kind kind;
    size_t limit;
    size_t used;
    size_t next_block_bytes;
};

struct arena *arena_create(enum arena_kind kind, size_t limit_bytes)
{
    struct arena *arena = calloc(1, sizeof *arena);
    if (!arena)
        return NULL;
    arena->kind = kind;
    arena->limit = limit_bytes;
    arena->next_block_bytes = BLOCK_BYTES_MIN;
    return arena;
}

static void free_blocks(const struct arena *arena, struct block *block)
{
    while (block) {
        struct block *next = block->next;
        if (arena->kind == ARENA_PRIVATE)
            private_free(block, block->size);
        else
            free(block);
        block = next;
    }
}

void arena_destroy(struct arena **arena)
{
    if (!arena || !*arena)
        return;
    free_blocks(*arena, (*arena)->newest);
    free(*arena);
    *arena = NULL;
}

void arena_reset(struct arena *arena)
{
    struct block *kept = arena->newest; /* the latest, and as a rule the largest */
    arena->used = 0;
    if (!kept)
        return;
    free_blocks(arena, kept->next);
    if (arena->kind == ARENA_PRIVATE)
        wipe(kept->data, kept->used);
    else
        memset(kept->data, 0, kept->used);
    kept->next = NULL;
    kept->used = 0;
}

/* Blocks double up to a megabyte: few system calls for a big form, little waste for a small one. */
static struct block *add_block(struct arena *arena, size_t need)
{
    size_t size = arena->next_block_bytes;
    if (size < need + sizeof(struct block))
        size = need + sizeof(struct block);
    struct block *block = arena->kind == ARENA_PRIVATE ? private_alloc(size) : calloc(1, size);
    if (!block)
        return NULL;
    block->next = arena->newest;
    block->size = size;
    block->used = 0;
    arena->newest = block;
    if (arena->next_block_bytes < BLOCK_BYTES_MAX)
        arena->next_block_bytes *= 2;
    return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    const size_t alignment = alignof(max_align_t);
    if (size > SIZE_MAX / 4)
        return NULL;
    size_t need = (size + alignment - 1) / alignment * alignment;
    if (arena->limit && need > arena->limit - arena->used)
        return NULL;
    struct block *block = arena->newest;
    if (!block || block->size - sizeof *block - block->used < need)
        block = add_block(arena, need);
    if (!block)
        return NULL;
    void *memory = block->data + block->used;
    block->used += need;
    arena->used += need;
    return memory; /* blocks are zero where they have not been used */
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total))
        return NULL;
    return arena_alloc(arena, total);
}

char *arena_strndup(struct arena *arena, const char *text, size_t length)
{
    char *copy = arena_alloc(arena, length + 1);
    if (copy)
        memcpy(copy, text, length);
    return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return arena_strndup(arena, text, strlen(text));
}

size_t arena_used(const struct arena *arena)
{
    return arena->used;
}
