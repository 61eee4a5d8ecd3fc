/* Repeat instances: added, removed, counted (spec "Repeats"). Only what depends on them is looked at again.
 */
#include "app/form/session_private.h"
#include <math.h>

size_t session_instance_count(const struct node *parent, const struct field *repeat)
{
    const struct node *last = session_last_instance(parent, repeat);
    return last ? last->place : 0;
}

bool session_repeat_is_free(const struct field *repeat)
{
    return !repeat->rules[RULE_COUNT] && !repeat->no_add_remove;
}

/* Queues what depends on a node or on anything below it. */
static struct err touch_subtree(struct xform_session *session, struct node *node)
{
    TRY(session_touch(session, node));
    for (struct node *a = node->attributes; a; a = a->next)
        if (a->slot)
            TRY(session_touch(session, a));
    for (struct node *n = node->first; n; n = n->next)
        if (n->kind == NODE_ELEMENT)
            TRY(touch_subtree(session, n));
    return err_ok();
}

static void mark_subtree(struct xform_session *session, struct node *node)
{
    session_mark_changed(session, node);
    for (struct node *n = node->first; n; n = n->next)
        if (n->kind == NODE_ELEMENT)
            mark_subtree(session, n);
}

/* Instances from this one on have moved: their refs are new ones, and what asks for their position is queued.
 */
static struct err touch_moved(struct xform_session *session, struct node *instance)
{
    for (; instance; instance = session_next_instance(instance)) {
        mark_subtree(session, instance);
        TRY(session_touch(session, instance));
    }
    return err_ok();
}

/* Where the first instance of a series goes: before the first node of a later field, after those of earlier
 * ones. */
static struct node *place_of_first(const struct node *parent, const struct field *repeat)
{
    for (const struct field *f = repeat->next; f; f = f->next) {
        struct node *node = f->is_attribute ? NULL : session_child(parent, f);
        if (node)
            return node;
    }
    return NULL;
}

/* Where the form decides how many there are, the instances it gives itself come first; else the template. */
static const struct node *source_of_new(const struct node *parent, const struct field *repeat)
{
    const struct node *given = repeat->rules[RULE_COUNT] ? repeat->defaults : NULL;
    for (size_t left = session_instance_count(parent, repeat); left > 0 && given; left--)
        given = given->next && given->next->slot == repeat ? given->next : NULL;
    return given ? given : repeat->blank;
}

struct err session_place_instance(struct xform_session *session, struct node *parent,
                                  const struct field *repeat, struct node *before, struct node **out_node)
{
    if (session_instance_count(parent, repeat) >= SESSION_INSTANCES_MAX)
        return err_make(ERR_REFUSED, SESSION_MODULE, 0, "%s: more than %d instances", repeat->path,
                        SESSION_INSTANCES_MAX);
    const struct node *last = session_last_instance(parent, repeat);
    if (!before)
        before = last ? last->next : place_of_first(parent, repeat);
    struct node *node = node_clone(session->tree, source_of_new(parent, repeat));
    if (!node)
        return err_make(ERR_REFUSED, SESSION_MODULE, 0,
                        "%s: the record would grow beyond %d nodes or the memory of one record", repeat->path,
                        SESSION_NODES_MAX);
    node_insert(session->tree, parent, before, node);
    TRY(session_adopt(session, node));
    if (session_next_instance(node))
        session_number_instances(node);
    *out_node = node;
    return err_ok();
}

struct err session_insert_instance(struct xform_session *session, struct node *parent,
                                   const struct field *repeat, struct node *before, struct node **out_node)
{
    struct node *node;
    TRY(session_place_instance(session, parent, repeat, before, &node));
    state_of(node)->born = session->round;
    mark_subtree(session, node);
    TRY(session_fire(session, EVENT_NEW_REPEAT, node));
    TRY(session_queue_subtree(session, node));
    TRY(touch_subtree(session, node));
    TRY(touch_moved(session, session_next_instance(node)));
    *out_node = node;
    return err_ok();
}

static void forget_subtree(struct xform_session *session, struct node *node)
{
    struct state *state = state_of(node);
    state->gone = true;
    for (struct node *a = node->attributes; a; a = a->next)
        if (a->slot)
            state_of(a)->gone = true;
    for (struct node *n = node->first; n; n = n->next)
        if (n->kind == NODE_ELEMENT)
            forget_subtree(session, n);
}

/* What has gone is no longer among what has changed. */
static void drop_gone_changes(struct xform_session *session)
{
    size_t kept = 0;
    for (size_t i = 0; i < session->changed_count; i++)
        if (!state_of(session->changed[i])->gone)
            session->changed[kept++] = session->changed[i];
    session->changed_count = kept;
}

struct err session_take_instance(struct xform_session *session, struct node *instance)
{
    struct node *parent = instance->parent;
    struct node *next = session_next_instance(instance);
    TRY(touch_subtree(session, instance));
    forget_subtree(session, instance);
    drop_gone_changes(session);
    if (session->walk.node &&
        (session->walk.node == instance || node_is_ancestor(instance, session->walk.node)))
        session->walk = (struct walk){
            .step = SESSION_PROMPT_REPEAT, .control = state_of(instance)->field->control, .node = parent};
    session_unlink_instance(session->tree, instance);
    session_mark_changed(session, parent);
    return touch_moved(session, next);
}

static bool has_answers(const struct node *node)
{
    const struct field *field = state_of(node)->field;
    if (field->control && *node->text != '\0' && !field->rules[RULE_CALCULATE] && is_relevant(node))
        return true;
    for (const struct node *n = node->first; n; n = n->next)
        if (n->kind == NODE_ELEMENT && has_answers(n))
            return true;
    return false;
}

static bool is_answered_in(const struct xform_session *session, const struct node *parent,
                           const struct field *repeat)
{
    const struct node *node = session->answered;
    while (node && node->parent != parent)
        node = node->parent;
    return node && state_of(node)->field == repeat;
}

/* A count may say "one more, until the last says that it is the last". ODK Collect asks it when a person
 * leaves the last instance; here it waits until something has been answered there, and then gives one for
 * each answer. Without that it would never have enough. */
static bool waits_for_answers(const struct xform_session *session, const struct node *parent,
                              const struct field *repeat, size_t missing)
{
    const struct node *last = session_last_instance(parent, repeat);
    if (!repeat->rules[RULE_COUNT]->feeds_itself || !repeat->asks || !last)
        return false;
    if (state_of(last)->born == session->round)
        return true;
    bool is_touched = has_answers(last) && !session->loading;
    return missing == 1 && !is_touched && !is_answered_in(session, parent, repeat);
}

struct err session_set_count(struct xform_session *session, struct node *parent, const struct field *repeat,
                             double count)
{
    if (isnan(count)) /* a blank count decides nothing */
        return err_ok();
    if (count > SESSION_INSTANCES_MAX)
        return err_make(ERR_REFUSED, SESSION_MODULE, 0, "jr:count asks for more than %d instances",
                        SESSION_INSTANCES_MAX);
    size_t wanted = count < 1 ? 0 : (size_t)count;
    size_t is = session_instance_count(parent, repeat);
    if (is < wanted && waits_for_answers(session, parent, repeat, wanted - is))
        return err_ok();
    for (; is < wanted; is++) {
        struct node *node;
        TRY(session_insert_instance(session, parent, repeat, NULL, &node));
    }
    if (is > wanted && session->going_on)
        session_remark_excess(session, repeat, is - wanted);
    for (; is > wanted; is--)
        TRY(session_take_instance(session, session_last_instance(parent, repeat)));
    return err_ok();
}

struct xpath_context session_enter_series(struct xform_session *session, struct node *parent,
                                          const struct field *repeat)
{
    struct node *first = session_child(parent, repeat);
    node_insert(session->tree, parent, first ? first : place_of_first(parent, repeat), session->placeholder);
    return session_context(session, session->placeholder);
}

void session_leave_series(struct xform_session *session)
{
    node_detach(session->tree, session->placeholder);
}

static struct err ask_series(struct xform_session *session, struct node *parent, const struct field *repeat,
                             bool *out_relevant)
{
    struct xpath_context context = session_enter_series(session, parent, repeat);
    const struct node *outer = session->context;
    session->context = parent;
    struct err e =
        xpath_eval_boolean(session->machine, repeat->rules[RULE_RELEVANT]->expr, &context, out_relevant);
    session->context = outer;
    session_leave_series(session);
    return e;
}

struct err session_series_relevant(struct xform_session *session, struct node *parent,
                                   const struct field *repeat, bool *out_relevant)
{
    bool relevant = is_relevant(parent);
    struct node *first = session_child(parent, repeat);
    if (relevant && first) {
        relevant = false;
        for (struct node *n = first; n && !relevant; n = session_next_instance(n))
            relevant = is_relevant(n);
    } else if (relevant && repeat->rules[RULE_RELEVANT]) {
        TRY(ask_series(session, parent, repeat, &relevant));
    }
    *out_relevant = relevant;
    return err_ok();
}
