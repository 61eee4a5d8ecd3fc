#include "app/form/xpath_index.h"

/* ---- Predicates ---- */

/* A number picks a position, anything else says yes or no. */
static bool holds(struct run *run, const struct expr *predicate, const struct scope *scope, bool *out)
{
    struct value value;
    struct pool_mark mark = pool_mark(run->pool);
    if (!run_value(run, predicate, scope, &value))
        return false;
    if (value.kind == XPATH_NUMBER && !value.is_date)
        *out = value.number == (double)scope->position;
    else
        *out = to_boolean(&value);
    pool_release(run->pool, mark);
    return true;
}

/* Keeps of the nodes from `first` on those for which the predicate holds. */
static bool filter(struct run *run, const struct expr *predicate, const struct scope *outer, size_t first,
                   struct nodes *nodes)
{
    size_t kept = first;
    struct scope scope = {.current = outer->current, .size = nodes->count - first};
    for (size_t i = first; i < nodes->count; i++) {
        bool keep;
        scope.node = nodes->items[i];
        scope.position = i - first + 1;
        if (!run_spend(run, 1) || !holds(run, predicate, &scope, &keep))
            return false;
        if (keep)
            nodes->items[kept++] = nodes->items[i];
    }
    nodes->count = kept;
    return true;
}

static bool filter_all(struct run *run, const struct expr *const *predicates, size_t count,
                       const struct scope *outer, size_t first, struct nodes *nodes)
{
    for (size_t i = 0; i < count; i++)
        if (!filter(run, predicates[i], outer, first, nodes))
            return false;
    return true;
}

/* ---- Steps answered by an index ---- */

static bool is_indexed(const struct xpath_step *step, const struct node *from)
{
    const struct node *root = from;
    if (step->key_count == 0 || step->axis != XPATH_CHILD)
        return false;
    while (root->parent)
        root = root->parent;
    return root->kind == NODE_ROOT && ((const struct node_tree *)root)->frozen;
}

/* One value after the other: nodes of a nodeset are equal to what any of them is equal to. */
static bool find_equal(struct run *run, struct index_query *query, struct nodes *out, bool *out_known)
{
    const struct value *value = query->value;
    if (value->kind != XPATH_NODES)
        return index_find(run, query, out, out_known);
    *out_known = true; /* nothing equals nothing */
    for (size_t i = 0; i < value->nodes.count && *out_known; i++) {
        struct value one = {.kind = XPATH_STRING};
        query->value = &one;
        if (!node_text(run, value->nodes.items[i], &one.text) || !index_find(run, query, out, out_known))
            return false;
    }
    return value->nodes.count < 2 || nodes_sort(run, out);
}

/* The candidates of the key that leaves fewest, and whether its predicate has still to be looked at. */
static bool find_by_key(struct run *run, const struct xpath_step *step, const struct node *from,
                        const struct scope *scope, struct nodes *out, bool *out_known, bool *out_exact)
{
    *out_known = false;
    for (size_t i = 0; i < step->key_count; i++) {
        struct value value;
        struct nodes found = {0};
        bool known;
        if (!run_value(run, step->keys[i].value, scope, &value))
            return false;
        if (value.kind == XPATH_BOOLEAN)
            continue;
        struct index_query query = {from, step, step->keys[i].child, &value};
        if (!find_equal(run, &query, &found, &known))
            return false;
        if (!known || (*out_known && found.count >= out->count))
            continue;
        *out = found;
        *out_known = true;
        *out_exact = step->keys[i].is_whole;
    }
    return true;
}

static bool take_indexed(struct run *run, const struct xpath_step *step, const struct node *from,
                         const struct scope *scope, struct nodes *out, bool *out_done)
{
    struct nodes found = {0};
    bool exact;
    if (!find_by_key(run, step, from, scope, &found, out_done, &exact))
        return false;
    if (!*out_done)
        return true;
    size_t skip = exact ? 1 : 0;
    if (!filter_all(run, step->predicates + skip, step->predicate_count - skip, scope, 0, &found))
        return false;
    for (size_t i = 0; i < found.count; i++)
        if (!nodes_add(run, out, found.items[i]))
            return false;
    return true;
}

/* ---- Steps ---- */

static void reverse(struct nodes *nodes, size_t first)
{
    for (size_t i = first, j = nodes->count; i + 1 < j; i++) {
        const struct node *node = nodes->items[--j];
        nodes->items[j] = nodes->items[i];
        nodes->items[i] = node;
    }
}

static bool take_from(struct run *run, const struct xpath_step *step, const struct node *from,
                      const struct scope *scope, struct nodes *out)
{
    bool done = false;
    if (is_indexed(step, from) && !take_indexed(run, step, from, scope, out, &done))
        return false;
    if (done)
        return true;
    size_t first = out->count;
    if (!axis_walk(run, step, from, out) ||
        !filter_all(run, step->predicates, step->predicate_count, scope, first, out))
        return false;
    if (axis_is_reverse(step->axis))
        reverse(out, first);
    return true;
}

/* Whether a step from nodes in document order gives its results in that order and each once, by itself. */
static bool keeps_order(enum xpath_axis axis, const struct nodes *from)
{
    if (from->count < 2)
        return true;
    return axis == XPATH_SELF || axis == XPATH_ATTRIBUTE ||
           (from->is_flat &&
            (axis == XPATH_CHILD || axis == XPATH_DESCENDANT || axis == XPATH_DESCENDANT_OR_SELF));
}

static bool keeps_flat(enum xpath_axis axis, const struct nodes *from)
{
    bool flat = from->is_flat || from->count < 2;
    return flat &&
           (axis == XPATH_CHILD || axis == XPATH_SELF || axis == XPATH_ATTRIBUTE || axis == XPATH_PARENT);
}

static bool take_step(struct run *run, const struct xpath_step *step, const struct scope *scope,
                      struct nodes *nodes)
{
    struct nodes next = {.is_flat = keeps_flat(step->axis, nodes)};
    for (size_t i = 0; i < nodes->count; i++)
        if (!take_from(run, step, nodes->items[i], scope, &next))
            return false;
    if (!keeps_order(step->axis, nodes) && !nodes_sort(run, &next))
        return false;
    *nodes = next;
    return true;
}

/* ---- Paths ---- */

/* The repeat instance directly below `parent` in which the current node stands, if the step names it and no
 * more. */
static const struct node *surrounding_repeat(const struct xpath_step *step, const struct node *parent,
                                             const struct node *current)
{
    if (step->axis != XPATH_CHILD || step->test != XPATH_TEST_NAME || step->predicate_count > 0)
        return NULL;
    while (current && current->parent != parent)
        current = current->parent;
    bool fits = current && (current->flags & NODE_REPEAT) != 0 && step_accepts(step, current->name);
    return fits ? current : NULL;
}

static bool take_steps(struct run *run, const struct xpath_path *path, const struct scope *scope,
                       struct nodes *nodes)
{
    bool narrow = path->origin == XPATH_FROM_ROOT && !scope->all_instances;
    for (size_t i = 0; i < path->step_count && nodes->count > 0; i++) {
        const struct xpath_step *step = &path->steps[i];
        const struct node *near = NULL;
        if (narrow && nodes->count == 1 && i + 1 < path->step_count)
            near = surrounding_repeat(step, nodes->items[0], scope->current);
        if (near)
            nodes->items[0] = near;
        else if (!take_step(run, step, scope, nodes))
            return false;
    }
    return true;
}

static bool begin(struct run *run, const struct path *path, const struct scope *scope, struct nodes *out)
{
    out->is_flat = true;
    switch (path->seen.origin) {
    case XPATH_FROM_ROOT:
        return nodes_add(run, out, run->root);
    case XPATH_FROM_CONTEXT:
        return !scope->node || nodes_add(run, out, scope->node);
    case XPATH_FROM_CURRENT:
        return !scope->current || nodes_add(run, out, scope->current);
    default:
        return run_nodes(run, path->start, scope, out);
    }
}

/* What is not relevant is not there, except for the context node itself and what is around it. */
static void drop_irrelevant(const struct scope *scope, struct nodes *nodes)
{
    size_t kept = 0;
    for (size_t i = 0; i < nodes->count; i++) {
        const struct node *node = nodes->items[i];
        if ((node->flags & NODE_IRRELEVANT) == 0 || node_is_ancestor(node, scope->current))
            nodes->items[kept++] = node;
    }
    nodes->is_hidden = kept == 0 && nodes->count > 0;
    nodes->count = kept;
}

bool run_path(struct run *run, const struct path *path, const struct scope *scope, struct nodes *out)
{
    struct nodes nodes = {0};
    const struct node *direct = NULL;
    if (path->seen.direct >= 0 && run->host->direct)
        direct = run->host->direct(run->host->user, (uint32_t)path->seen.direct);
    if (direct) {
        if (!nodes_add(run, &nodes, direct))
            return false;
    } else if (!begin(run, path, scope, &nodes) ||
               !filter_all(run, path->start_predicates, path->start_predicate_count, scope, 0, &nodes) ||
               !take_steps(run, &path->seen, scope, &nodes)) {
        return false;
    }
    drop_irrelevant(scope, &nodes);
    *out = nodes;
    return true;
}
