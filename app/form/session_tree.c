/* The instance's nodes and how they are found again: by field, by repeat instance, never by searching. */
#include "app/form/session_private.h"

static struct node **last_place(const struct node *parent, const struct field *repeat)
{
    return &state_of(parent)->children[repeat->parent->child_count + repeat->repeat_index];
}

/* Remembers the first node of each field; instances of repeats follow it as siblings, each is the last as it
 * comes. */
static void register_child(struct node *child)
{
    const struct field *field = state_of(child)->field;
    struct node **place = &state_of(child->parent)->children[field->index];
    if (!*place || *place == child->next)
        *place = child;
    if (field->is_repeat) {
        struct node **last = last_place(child->parent, field);
        child->place = *last ? (*last)->place + 1 : 1;
        *last = child;
    }
}

static struct err state_create(struct xform_session *session, struct node *node)
{
    const struct field *field = node->slot; /* the blank instance's nodes carry their fields */
    struct state *state = arena_alloc(session->arena, sizeof *state);
    if (!state)
        return err_no_memory(SESSION_MODULE);
    *state = (struct state){.field = field,
                            .node = node,
                            .relevant = true,
                            .readonly = field->always_readonly,
                            .required = field->always_required,
                            .constraint_holds = true};
    if (field->child_count > 0) {
        state->children =
            arena_array(session->arena, field->child_count + field->repeat_count, sizeof(struct node *));
        if (!state->children)
            return err_no_memory(SESSION_MODULE);
    }
    node->slot = state;
    if (!field->repeat)
        session->by_field[field->id] = node;
    return err_ok();
}

struct err session_adopt(struct xform_session *session, struct node *element)
{
    TRY(state_create(session, element));
    if (state_of(element)->field->parent)
        register_child(element);
    if (element->parent && !is_relevant(element->parent))
        element->flags |= NODE_IRRELEVANT;
    for (struct node *a = element->attributes; a; a = a->next) {
        if (a->kind != NODE_ATTRIBUTE || !a->slot)
            continue;
        TRY(state_create(session, a));
        register_child(a);
    }
    for (struct node *n = element->first; n; n = n->next)
        if (n->kind == NODE_ELEMENT)
            TRY(session_adopt(session, n));
    return err_ok();
}

struct node *session_child(const struct node *parent, const struct field *field)
{
    return state_of(parent)->children ? state_of(parent)->children[field->index] : NULL;
}

struct node *session_next_instance(const struct node *node)
{
    const struct field *field = state_of(node)->field;
    for (struct node *n = node->next; n; n = n->next) {
        if (n->slot && state_of(n)->field == field)
            return n;
        if (!field->is_multiple) /* instances stand together */
            break;
    }
    return NULL;
}

struct node *session_instance_before(const struct node *instance)
{
    const struct field *field = state_of(instance)->field;
    for (struct node *n = instance->prev; n; n = n->prev) {
        if (n->slot && state_of(n)->field == field)
            return n;
        if (!field->is_multiple)
            break;
    }
    return NULL;
}

struct node *session_last_instance(const struct node *parent, const struct field *repeat)
{
    return state_of(parent)->children ? *last_place(parent, repeat) : NULL;
}

/* Instances from this one on, which stands behind `before`, are numbered anew. */
static void number_from(struct node *instance, struct node *before, struct node **out_last)
{
    *out_last = before;
    for (struct node *n = instance; n; n = session_next_instance(n)) {
        n->place = *out_last ? (*out_last)->place + 1 : 1;
        *out_last = n;
    }
}

void session_number_instances(struct node *instance)
{
    number_from(instance, session_instance_before(instance),
                last_place(instance->parent, state_of(instance)->field));
}

void session_unlink_instance(struct node_tree *tree, struct node *instance)
{
    const struct field *field = state_of(instance)->field;
    struct node **first = &state_of(instance->parent)->children[field->index];
    struct node *next = session_next_instance(instance);
    if (*first == instance)
        *first = next;
    number_from(next, session_instance_before(instance), last_place(instance->parent, field));
    node_detach(tree, instance);
}

void session_clear_series(struct node *parent, const struct field *repeat)
{
    state_of(parent)->children[repeat->index] = NULL;
    *last_place(parent, repeat) = NULL;
}

struct node *session_anchor(const struct xform_session *session, struct node *node,
                            const struct field *repeat)
{
    if (!repeat)
        return session->root;
    while (node && (!node->slot || state_of(node)->field != repeat))
        node = node->parent;
    return node;
}

/* One level further down towards the field. path: the fields from the anchor's child down to it. */
static struct err each_below(struct node *parent, const struct field *const *path, size_t left,
                             struct err (*visit)(void *context, struct node *node), void *context)
{
    if (left == 0)
        return visit(context, parent);
    struct node *next;
    for (struct node *n = session_child(parent, path[0]); n; n = next) {
        next = path[0]->is_repeat || path[0]->is_multiple ? session_next_instance(n) : NULL;
        TRY(each_below(n, path + 1, left - 1, visit, context));
    }
    return err_ok();
}

enum { DEPTH_MAX = 256 };

struct err session_each(struct node *anchor, const struct field *field,
                        struct err (*visit)(void *context, struct node *node), void *context)
{
    const struct field *path[DEPTH_MAX];
    size_t steps = field->depth - state_of(anchor)->field->depth;
    const struct field *f = field;
    for (size_t i = steps; i > 0; i--, f = f->parent)
        path[i - 1] = f;
    return each_below(anchor, path, steps, visit, context);
}

struct node *session_near(const struct xform_session *session, struct node *node, const struct field *field)
{
    if (!field->repeat)
        return session->by_field[field->id];
    struct node *at = session_anchor(session, node, field->repeat);
    if (!at)
        return NULL;
    const struct field *path[DEPTH_MAX];
    size_t steps = field->depth - field->repeat->depth;
    const struct field *f = field;
    for (size_t i = steps; i > 0; i--, f = f->parent)
        path[i - 1] = f;
    for (size_t i = 0; i < steps && at; i++)
        at = session_child(at, path[i]);
    return at;
}
