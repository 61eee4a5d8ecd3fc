#include "app/form/xpath_run.h"
#include <stdlib.h>
#include <string.h>

bool nodes_add(struct run *run, struct nodes *nodes, const struct node *node)
{
    if (nodes->count == nodes->capacity) {
        size_t capacity = nodes->capacity == 0 ? 4 : nodes->capacity * 2;
        const struct node **items = pool_alloc(run->pool, capacity * sizeof(struct node *));
        if (!items)
            return run_no_memory(run);
        if (nodes->count > 0)
            memcpy(items, nodes->items, nodes->count * sizeof(struct node *));
        nodes->items = items;
        nodes->capacity = capacity;
    }
    nodes->items[nodes->count++] = node;
    return true;
}

/* Nodes of several trees are kept together tree by tree. The texts that a step makes for elements' own text
 * (see xpath_step.c) share their element's number and come after it. */
struct ranked {
    const struct node *node;
    const struct node *root;
};

static int compare_ranked(const void *a, const void *b)
{
    const struct ranked *left = a;
    const struct ranked *right = b;
    if (left->root != right->root)
        return (uintptr_t)left->root < (uintptr_t)right->root ? -1 : 1;
    if (left->node->order != right->node->order)
        return left->node->order < right->node->order ? -1 : 1;
    return (int)left->node->kind - (int)right->node->kind;
}

static const struct node *root_of(const struct node *node)
{
    while (node->parent)
        node = node->parent;
    return node;
}

static bool is_sorted(const struct ranked *ranked, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (compare_ranked(&ranked[i - 1], &ranked[i]) >= 0)
            return false;
    return true;
}

bool nodes_sort(struct run *run, struct nodes *nodes)
{
    if (nodes->count < 2)
        return true;
    struct ranked *ranked = pool_alloc(run->pool, nodes->count * sizeof *ranked);
    if (!ranked)
        return run_no_memory(run);
    for (size_t i = 0; i < nodes->count; i++) {
        ranked[i] = (struct ranked){nodes->items[i], root_of(nodes->items[i])};
        if (ranked[i].root->kind == NODE_ROOT)
            node_renumber((struct node_tree *)ranked[i].root); /* numbers are not what const protects */
    }
    if (is_sorted(ranked, nodes->count))
        return true;
    qsort(ranked, nodes->count, sizeof *ranked, compare_ranked);
    size_t kept = 0;
    for (size_t i = 0; i < nodes->count; i++)
        if (i == 0 || compare_ranked(&ranked[i - 1], &ranked[i]) != 0)
            nodes->items[kept++] = ranked[i].node;
    nodes->count = kept;
    return run_spend(run, nodes->count);
}
