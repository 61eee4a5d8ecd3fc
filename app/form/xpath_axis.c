#include "app/form/xpath_run.h"

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
        return node->kind == NODE_INSTRUCTION && (!step->name || step->name->local == node->name->local);
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
           !node->first && node->text[0] != '\0';
}

static bool offer_own_text(struct run *run, const struct node *element, struct nodes *out)
{
    struct node *text = pool_alloc(run->pool, sizeof *text);
    if (!text)
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
    for (const struct node *n = from->first; n && out->count < enough; n = n->next)
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
    for (const struct node *n = from->first; n; n = node_walk(from, n)) {
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
    for (const struct node *n = parent_of(run, from); n; n = parent_of(run, n))
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
    for (const struct node *n = forward ? from->next : from->prev; n; n = forward ? n->next : n->prev)
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
    for (const struct node *up = from; up && up != run->root; up = up->parent)
        for (const struct node *n = up->next; n; n = n->next)
            if (!offer(run, step, n, out) || !walk_below(run, step, n, out))
                return false;
    return true;
}

static const struct node *last_below(const struct node *node)
{
    while (node->last)
        node = node->last;
    return node;
}

static bool walk_preceding(struct run *run, const struct xpath_step *step, const struct node *from,
                           struct nodes *out)
{
    if (is_attribute(from))
        from = from->parent;
    for (const struct node *up = from; up && up != run->root; up = up->parent)
        for (const struct node *sibling = up->prev; sibling; sibling = sibling->prev)
            for (const struct node *n = last_below(sibling);; n = n->prev ? last_below(n->prev) : n->parent) {
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
    for (const struct node *a = from->attributes; a; a = a->next)
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
    for (const struct node *n = from; n && from->kind == NODE_ELEMENT; n = n->parent)
        for (const struct node *a = n->attributes; a; a = a->next)
            if (a->kind == NODE_NAMESPACE && !has_prefix(&in_scope, a->name) && !nodes_add(run, &in_scope, a))
                return false;
    if (!nodes_sort(run, &in_scope))
        return false;
    for (size_t i = 0; i < in_scope.count; i++)
        if (in_scope.items[i]->text[0] != '\0' && !offer(run, step, in_scope.items[i], out))
            return false;
    return true;
}

bool axis_walk(struct run *run, const struct xpath_step *step, const struct node *from, struct nodes *out)
{
    switch (step->axis) {
    case XPATH_CHILD:
        return walk_children(run, step, from, out);
    case XPATH_PARENT:
        return !parent_of(run, from) || offer(run, step, parent_of(run, from), out);
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

bool axis_is_reverse(enum xpath_axis axis)
{
    return axis == XPATH_ANCESTOR || axis == XPATH_ANCESTOR_OR_SELF || axis == XPATH_PRECEDING ||
           axis == XPATH_PRECEDING_SIBLING;
}
