#include "app/form/xpath_index.h"
#include <math.h>
#include <string.h>

/* ---- Tests ---- */

static bool test_name(const struct xpath_step *step, const struct node *node)
{
    if (step->axis == XPATH_ATTRIBUTE)
        return node->kind == NODE_ATTRIBUTE && step_accepts(step, node->name);
    if (step->axis == XPATH_NAMESPACE)
        return node->kind == NODE_NAMESPACE &&
               (step->test == XPATH_TEST_ANY || node->name->local == step->name->local);
    return node->kind == NODE_ELEMENT && step_accepts(step, node->name);
}

static bool passes(const struct xpath_step *step, const struct node *node)
{
    switch (step->test) {
    case XPATH_TEST_NODE:
        return true;
    case XPATH_TEST_TEXT:
        return node->kind == NODE_TEXT;
    case XPATH_TEST_COMMENT:
        return node->kind == NODE_COMMENT;
    case XPATH_TEST_INSTRUCTION:
        return node->kind == NODE_INSTRUCTION &&
               (step->name == NULL || step->name->local == node->name->local);
    default:
        return test_name(step, node);
    }
}

static bool offer(struct run *run, const struct xpath_step *step, const struct node *node, struct nodes *out)
{
    if (!run_spend(run, 1))
        return false;
    return !passes(step, node) || nodes_add(run, out, node);
}

/* ---- Text that an element holds itself: a node for as long as the evaluation lasts ---- */

static bool holds_text(const struct xpath_step *step, const struct node *node)
{
    return (step->test == XPATH_TEST_TEXT || step->test == XPATH_TEST_NODE) && node->kind == NODE_ELEMENT &&
           node->first == NULL && node->text[0] != '\0';
}

static bool offer_own_text(struct run *run, const struct node *element, struct nodes *out)
{
    struct node *text = pool_alloc(run->pool, sizeof *text);
    if (text == NULL)
        return run_no_memory(run);
    *text = (struct node){.kind = NODE_TEXT,
                          .parent = (struct node *)element, /* read only, as all nodes here are */
                          .text = element->text,
                          .order = element->order,
                          .line = element->line,
                          .column = element->column,
                          .flags = element->flags & NODE_IRRELEVANT};
    return nodes_add(run, out, text);
}

/* ---- Axes: each offers its nodes in its own order, reverse axes nearest first ---- */

static bool walk_children(struct run *run, const struct xpath_step *step, const struct node *from,
                          struct nodes *out)
{
    if (from->kind != NODE_ELEMENT && from->kind != NODE_ROOT)
        return true;
    if (holds_text(step, from))
        return offer_own_text(run, from, out);
    size_t enough = step->stop_after == 0 ? SIZE_MAX : out->count + step->stop_after;
    for (const struct node *n = from->first; n != NULL && out->count < enough; n = n->next)
        if (!offer(run, step, n, out))
            return false;
    return true;
}

static bool walk_below(struct run *run, const struct xpath_step *step, const struct node *from,
                       struct nodes *out)
{
    if (from->kind != NODE_ELEMENT && from->kind != NODE_ROOT)
        return true;
    if (holds_text(step, from) && !offer_own_text(run, from, out))
        return false;
    for (const struct node *n = from->first; n != NULL; n = node_walk(from, n)) {
        if (!offer(run, step, n, out))
            return false;
        if (holds_text(step, n) && !offer_own_text(run, n, out))
            return false;
    }
    return true;
}

static const struct node *parent_of(const struct run *run, const struct node *node)
{
    return node == run->root ? NULL : node->parent;
}

static bool walk_above(struct run *run, const struct xpath_step *step, const struct node *from,
                       struct nodes *out)
{
    for (const struct node *n = parent_of(run, from); n != NULL; n = parent_of(run, n))
        if (!offer(run, step, n, out))
            return false;
    return true;
}

static bool is_attribute(const struct node *node)
{
    return node->kind == NODE_ATTRIBUTE || node->kind == NODE_NAMESPACE;
}

static bool walk_siblings(struct run *run, const struct xpath_step *step, const struct node *from,
                          struct nodes *out)
{
    bool forward = step->axis == XPATH_FOLLOWING_SIBLING;
    if (is_attribute(from) || from == run->root)
        return true;
    for (const struct node *n = forward ? from->next : from->prev; n != NULL; n = forward ? n->next : n->prev)
        if (!offer(run, step, n, out))
            return false;
    return true;
}

/* Attributes and namespaces come after their element and before its children; neither axis counts those out.
 */
static bool walk_following(struct run *run, const struct xpath_step *step, const struct node *from,
                           struct nodes *out)
{
    if (is_attribute(from)) {
        from = from->parent;
        if (!walk_below(run, step, from, out))
            return false;
    }
    for (const struct node *up = from; up != NULL && up != run->root; up = up->parent)
        for (const struct node *n = up->next; n != NULL; n = n->next)
            if (!offer(run, step, n, out) || !walk_below(run, step, n, out))
                return false;
    return true;
}

static const struct node *last_below(const struct node *node)
{
    while (node->last != NULL)
        node = node->last;
    return node;
}

static bool walk_preceding(struct run *run, const struct xpath_step *step, const struct node *from,
                           struct nodes *out)
{
    if (is_attribute(from))
        from = from->parent;
    for (const struct node *up = from; up != NULL && up != run->root; up = up->parent)
        for (const struct node *sibling = up->prev; sibling != NULL; sibling = sibling->prev)
            for (const struct node *n = last_below(sibling);;
                 n = n->prev != NULL ? last_below(n->prev) : n->parent) {
                if (holds_text(step, n) && !offer_own_text(run, n, out))
                    return false;
                if (!offer(run, step, n, out))
                    return false;
                if (n == sibling)
                    break;
            }
    return true;
}

static bool walk_attributes(struct run *run, const struct xpath_step *step, const struct node *from,
                            struct nodes *out)
{
    for (const struct node *a = from->attributes; a != NULL; a = a->next)
        if (a->kind == NODE_ATTRIBUTE && !offer(run, step, a, out))
            return false;
    return true;
}

static bool has_prefix(const struct nodes *namespaces, const struct name *prefix)
{
    for (size_t i = 0; i < namespaces->count; i++)
        if (namespaces->items[i]->name->local == prefix->local)
            return true;
    return false;
}

/* A prefix counts as its innermost declaration has it; an empty one takes the default namespace away. */
static bool walk_namespaces(struct run *run, const struct xpath_step *step, const struct node *from,
                            struct nodes *out)
{
    struct nodes in_scope = {0};
    for (const struct node *n = from; n != NULL && from->kind == NODE_ELEMENT; n = n->parent)
        for (const struct node *a = n->attributes; a != NULL; a = a->next)
            if (a->kind == NODE_NAMESPACE && !has_prefix(&in_scope, a->name) && !nodes_add(run, &in_scope, a))
                return false;
    if (!nodes_sort(run, &in_scope))
        return false;
    for (size_t i = 0; i < in_scope.count; i++)
        if (in_scope.items[i]->text[0] != '\0' && !offer(run, step, in_scope.items[i], out))
            return false;
    return true;
}

static bool walk_axis(struct run *run, const struct xpath_step *step, const struct node *from,
                      struct nodes *out)
{
    switch (step->axis) {
    case XPATH_CHILD:
        return walk_children(run, step, from, out);
    case XPATH_PARENT:
        return parent_of(run, from) == NULL || offer(run, step, parent_of(run, from), out);
    case XPATH_SELF:
        return offer(run, step, from, out);
    case XPATH_ATTRIBUTE:
        return walk_attributes(run, step, from, out);
    case XPATH_DESCENDANT:
        return walk_below(run, step, from, out);
    case XPATH_DESCENDANT_OR_SELF:
        return offer(run, step, from, out) && walk_below(run, step, from, out);
    case XPATH_ANCESTOR:
        return walk_above(run, step, from, out);
    case XPATH_ANCESTOR_OR_SELF:
        return offer(run, step, from, out) && walk_above(run, step, from, out);
    case XPATH_FOLLOWING:
        return walk_following(run, step, from, out);
    case XPATH_FOLLOWING_SIBLING:
    case XPATH_PRECEDING_SIBLING:
        return walk_siblings(run, step, from, out);
    case XPATH_PRECEDING:
        return walk_preceding(run, step, from, out);
    default:
        return walk_namespaces(run, step, from, out);
    }
}

static bool is_reverse(enum xpath_axis axis)
{
    return axis == XPATH_ANCESTOR || axis == XPATH_ANCESTOR_OR_SELF || axis == XPATH_PRECEDING ||
           axis == XPATH_PRECEDING_SIBLING;
}

/* ---- Predicates ---- */

/* A number picks a position, anything else says yes or no. */
static bool holds(struct run *run, const struct expr *predicate, const struct scope *scope, bool *out)
{
    struct value value;
    struct pool_mark mark = pool_mark(run->pool);
    if (!run_single(run, predicate, scope, &value))
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
    while (root->parent != NULL)
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
        if (!run_single(run, step->keys[i].value, scope, &value))
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
    if (!walk_axis(run, step, from, out) ||
        !filter_all(run, step->predicates, step->predicate_count, scope, first, out))
        return false;
    if (is_reverse(step->axis))
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
    while (current != NULL && current->parent != parent)
        current = current->parent;
    bool fits = current != NULL && (current->flags & NODE_REPEAT) != 0 && step_accepts(step, current->name);
    return fits ? current : NULL;
}

static bool take_steps(struct run *run, const struct xpath_path *path, const struct scope *scope, bool narrow,
                       struct nodes *nodes)
{
    narrow = narrow && path->origin == XPATH_FROM_ROOT;
    for (size_t i = 0; i < path->step_count && nodes->count > 0; i++) {
        const struct xpath_step *step = &path->steps[i];
        const struct node *near = NULL;
        if (narrow && nodes->count == 1 && i + 1 < path->step_count)
            near = surrounding_repeat(step, nodes->items[0], scope->current);
        if (near != NULL)
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
        return scope->node == NULL || nodes_add(run, out, scope->node);
    case XPATH_FROM_CURRENT:
        return scope->current == NULL || nodes_add(run, out, scope->current);
    default:
        return run_nodes(run, path->start, scope, false, out);
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
    nodes->count = kept;
}

bool run_path(struct run *run, const struct path *path, const struct scope *scope, bool narrow,
              struct nodes *out)
{
    struct nodes nodes = {0};
    const struct node *direct = NULL;
    if (path->seen.direct >= 0 && run->host->direct != NULL)
        direct = run->host->direct(run->host->user, (uint32_t)path->seen.direct);
    if (direct != NULL) {
        if (!nodes_add(run, &nodes, direct))
            return false;
    } else if (!begin(run, path, scope, &nodes) ||
               !filter_all(run, path->start_predicates, path->start_predicate_count, scope, 0, &nodes) ||
               !take_steps(run, &path->seen, scope, narrow, &nodes)) {
        return false;
    }
    drop_irrelevant(scope, &nodes);
    *out = nodes;
    return true;
}
