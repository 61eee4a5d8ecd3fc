#include "app/form/xpath_pool.h"
#include "board/base/wipe.h"
#include <stdalign.h>
#include <stddef.h>

struct pool_block {
    struct pool_block *next;
    size_t size; /* of data */
    size_t used; /* when the pool went on to the next block */
    alignas(max_align_t) unsigned char data[];
};

#define BLOCK_BYTES ((size_t)8 * 1024 - sizeof(struct pool_block)) /* of the first; whole pages */

void pool_init(struct pool *pool, size_t limit)
{
    *pool = (struct pool){.limit = limit};
}

void pool_finish(struct pool *pool)
{
    for (struct pool_block *block = pool->first; block;) {
        struct pool_block *next = block->next;
        private_free(block, sizeof *block + block->size);
        block = next;
    }
    *pool = (struct pool){.limit = pool->limit};
}

/* The next block that has room, or a new one behind the current. */
static struct pool_block *next_block(struct pool *pool, size_t size)
{
    struct pool_block **link = !pool->at ? &pool->first : &pool->at->next;
    if (pool->at)
        pool->at->used = pool->used;
    if (*link && (*link)->size >= size)
        return *link;
    size_t block_size = size > BLOCK_BYTES ? size : BLOCK_BYTES + pool->total;
    if (block_size > pool->limit - pool->total)
        block_size = size;
    if (block_size > pool->limit - pool->total)
        return NULL;
    struct pool_block *block = private_alloc(sizeof *block + block_size);
    if (!block)
        return NULL;
    block->size = block_size;
    block->next = *link;
    *link = block;
    pool->total += block_size;
    return block;
}

void *pool_alloc(struct pool *pool, size_t size)
{
    const size_t alignment = alignof(max_align_t);
    if (size > pool->limit)
        return NULL;
    size = (size + alignment - 1) / alignment * alignment;
    if (!pool->at || pool->at->size - pool->used < size) {
        struct pool_block *block = next_block(pool, size);
        if (!block)
            return NULL;
        pool->at = block;
        pool->used = 0;
    }
    void *memory = pool->at->data + pool->used;
    pool->used += size;
    return memory;
}

struct pool_mark pool_mark(const struct pool *pool)
{
    return (struct pool_mark){pool->at, pool->used};
}

void pool_release(struct pool *pool, struct pool_mark mark)
{
    if (!pool->at)
        return;
    pool->at->used = pool->used;
    struct pool_block *block = mark.at ? mark.at : pool->first;
    wipe(block->data + (mark.at ? mark.used : 0), block->used - (mark.at ? mark.used : 0));
    while (block != pool->at) {
        block = block->next;
        wipe(block->data, block->used);
    }
    pool->at = mark.at;
    pool->used = mark.used;
}
