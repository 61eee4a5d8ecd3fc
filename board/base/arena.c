#include "board/base/arena.h"

#include "board/base/wipe.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
    BLOCK_BYTES_MIN = 16 * 1024,
    BLOCK_BYTES_MAX = 1024 * 1024,
    MAPPED_BYTES_MIN = 64 * 1024, /* from here on a block is pages of its own */
    TOUCHED_BYTES = 64 * 1024,
};

struct block {
    struct block *next;
    size_t size; /* of the whole block, header included */
    size_t used;
    size_t touched; /* of the whole block: the kernel has given these pages */
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

/* ---- Blocks ---- */

static bool is_mapped(const struct arena *arena, size_t size)
{
    return arena->kind == ARENA_PLAIN && size >= MAPPED_BYTES_MIN;
}

static struct block *map_block(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

/* Zeroed. */
static struct block *take_block(const struct arena *arena, size_t size)
{
    bool mapped = is_mapped(arena, size);
    struct block *block = mapped                         ? map_block(size)
                          : arena->kind == ARENA_PRIVATE ? private_alloc(size)
                                                         : calloc(1, size);
    if (!block)
        return NULL;
    block->size = size;
    block->touched = mapped ? 0 : size;
    return block;
}

static void free_block(const struct arena *arena, struct block *block)
{
    if (arena->kind == ARENA_PRIVATE)
        private_free(block, block->size);
    else if (is_mapped(arena, block->size))
        munmap(block, block->size);
    else
        free(block);
}

static void free_blocks(const struct arena *arena, struct block *block)
{
    while (block) {
        struct block *next = block->next;
        free_block(arena, block);
        block = next;
    }
}

/* A page that is written for the first time costs an interrupt; several asked for ahead cost half of that
 * each. Best effort: a kernel that does not know the wish gives them one by one. */
static void touch_ahead(struct block *block, size_t end)
{
    size_t size = (end - block->touched + TOUCHED_BYTES - 1) / TOUCHED_BYTES * TOUCHED_BYTES;
    if (size > block->size - block->touched)
        size = block->size - block->touched;
#ifdef MADV_POPULATE_WRITE
    madvise((unsigned char *)block + block->touched, size, MADV_POPULATE_WRITE);
#endif
    block->touched += size;
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
    struct block *block = take_block(arena, size);
    if (!block)
        return NULL;
    block->next = arena->newest;
    arena->newest = block;
    if (arena->next_block_bytes < BLOCK_BYTES_MAX)
        arena->next_block_bytes *= 2;
    return block;
}

static size_t aligned(size_t size)
{
    const size_t alignment = alignof(max_align_t);
    return (size + alignment - 1) / alignment * alignment;
}

static bool has_room(const struct block *block, size_t need)
{
    return block && block->size - sizeof *block - block->used >= need;
}

static void *take(struct arena *arena, size_t need)
{
    struct block *block = arena->newest;
    void *memory = block->data + block->used;
    block->used += need;
    arena->used += need;
    if (sizeof *block + block->used > block->touched)
        touch_ahead(block, sizeof *block + block->used);
    return memory; /* blocks are zero where they have not been used */
}

void *arena_alloc(struct arena *arena, size_t size)
{
    if (size > SIZE_MAX / 4)
        return NULL;
    size_t need = aligned(size);
    if (arena->limit && need > arena->limit - arena->used)
        return NULL;
    if (!has_room(arena->newest, need) && !add_block(arena, need))
        return NULL;
    return take(arena, need);
}

bool arena_extend(struct arena *arena, const void *memory, size_t size, size_t new_size)
{
    const struct block *block = arena->newest;
    if (!block || new_size < size || new_size > SIZE_MAX / 4)
        return false;
    size_t more = aligned(new_size) - aligned(size);
    bool is_newest = (const unsigned char *)memory + aligned(size) == block->data + block->used;
    if (!is_newest || !has_room(block, more) || (arena->limit && more > arena->limit - arena->used))
        return false;
    take(arena, more);
    return true;
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

bool arena_is_private(const struct arena *arena)
{
    return arena->kind == ARENA_PRIVATE;
}

size_t arena_used(const struct arena *arena)
{
    return arena->used;
}
