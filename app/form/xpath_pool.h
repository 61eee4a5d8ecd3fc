/*
 * Working memory of the evaluator: a stack of allocations that is taken back to a mark, block by block
 * reused, and wiped as it is taken back because citizens' answers pass through it.
 */
#ifndef YIZHAN_FORM_XPATH_POOL_H
#define YIZHAN_FORM_XPATH_POOL_H

#include <stdbool.h>
#include <stddef.h>

struct pool_block;

struct pool {
    struct pool_block *first;
    struct pool_block *at; /* blocks after it are empty */
    size_t used;           /* in `at` */
    size_t total;          /* bytes of all blocks */
    size_t limit;
};

struct pool_mark {
    struct pool_block *at;
    size_t used;
};

void pool_init(struct pool *pool, size_t limit);
void pool_finish(struct pool *pool);
/* Not zeroed, aligned for any type; NULL when the limit or the memory is reached. */
void *pool_alloc(struct pool *pool, size_t size);
struct pool_mark pool_mark(const struct pool *pool);
/* Takes back everything allocated since; large allocations are kept for the next time. */
void pool_release(struct pool *pool, struct pool_mark mark);

#endif
