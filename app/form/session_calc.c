/* Recalculation: a change queues the rules it affects, in the order of their ranks, and the queue is run dry.
 */
#include "app/form/session_private.h"
#include <stdlib.h>
#include <string.h>

/* ---- What has changed ---- */

void session_begin_change(struct xform_session *session)
{
    for (size_t i = 0; i < session->changed_count; i++)
        state_of(session->changed[i])->changed = false;
    session->changed_count = 0;
    session->round++;
    session->steps_begun = xpath_steps_taken(session->machine);
    session_let_go(session);
}

void session_let_go(struct xform_session *session)
{
    if (!session->views || arena_used(session->views) == 0)
        return;
    struct arena *spare = session->old_views;
    session->old_views = session->views;
    session->views = spare;
    if (spare)
        arena_reset(spare);
}

void session_mark_changed(struct xform_session *session, struct node *node)
{
    struct state *state = state_of(node);
    if (state->changed || session->loading)
        return;
    if (session->changed_count == session->changed_capacity) {
        size_t capacity = session->changed_capacity == 0 ? 64 : session->changed_capacity * 2;
        struct node **changed = realloc(session->changed, capacity * sizeof(struct node *));
        if (!changed) /* a list for the onlooker only: the session itself is right without it */
            return;
        session->changed = changed;
        session->changed_capacity = capacity;
    }
    state->changed = true;
    session->changed[session->changed_count++] = node;
}

/* ---- The queue ---- */

static bool queue_push(struct task_queue *queue, const struct rule *rule, struct node *node)
{
    if (queue->count == queue->capacity) {
        size_t capacity = queue->capacity == 0 ? 256 : queue->capacity * 2;
        struct task *items = realloc(queue->items, capacity * sizeof *items);
        if (!items)
            return false;
        queue->items = items;
        queue->capacity = capacity;
    }
    struct task task = {.key = (uint64_t)rule->rank << 32 | queue->sequence++, .rule = rule, .node = node};
    size_t at = queue->count++;
    for (; at > 0 && queue->items[(at - 1) / 2].key > task.key; at = (at - 1) / 2)
        queue->items[at] = queue->items[(at - 1) / 2];
    queue->items[at] = task;
    return true;
}

static struct task queue_pop(struct task_queue *queue)
{
    struct task first = queue->items[0], last = queue->items[--queue->count];
    size_t at = 0;
    for (size_t child = 1; child < queue->count; child = 2 * at + 1) {
        child += child + 1 < queue->count && queue->items[child + 1].key < queue->items[child].key;
        if (queue->items[child].key >= last.key)
            break;
        queue->items[at] = queue->items[child];
        at = child;
    }
    queue->items[at] = last;
    return first;
}

struct err session_queue(struct xform_session *session, const struct rule *rule, struct node *node)
{
    struct state *state = state_of(node);
    /* jr:count is asked at the node its repeat lies in, which may hold several repeats: no bit for it there.
     */
    uint16_t bit = (uint16_t)(rule->kind == RULE_COUNT ? 0 : 1u << rule->kind);
    if (state->gone || (state->queued & bit) != 0)
        return err_ok();
    state->queued |= bit;
    return queue_push(&session->queue, rule, node) ? err_ok() : err_no_memory(SESSION_MODULE);
}

static struct err queue_own_rules(struct xform_session *session, struct node *node)
{
    const struct field *field = state_of(node)->field;
    for (size_t kind = 0; kind < RULE_KINDS; kind++)
        if (field->rules[kind] && kind != RULE_COUNT)
            TRY(session_queue(session, field->rules[kind], node));
    for (const struct field *f = field->first; f; f = f->next)
        if (f->rules[RULE_COUNT])
            TRY(session_queue(session, f->rules[RULE_COUNT], node));
    return err_ok();
}

struct err session_queue_subtree(struct xform_session *session, struct node *node)
{
    TRY(queue_own_rules(session, node));
    for (struct node *a = node->attributes; a; a = a->next)
        if (a->slot)
            TRY(queue_own_rules(session, a));
    for (struct node *n = node->first; n; n = n->next)
        if (n->kind == NODE_ELEMENT)
            TRY(session_queue_subtree(session, n));
    return err_ok();
}

struct enqueue {
    struct xform_session *session;
    const struct rule *rule;
};

static struct err enqueue_node(void *context, struct node *node)
{
    const struct enqueue *enqueue = context;
    return session_queue(enqueue->session, enqueue->rule, node);
}

struct err session_touch(struct xform_session *session, struct node *node)
{
    for (const struct edge *e = state_of(node)->field->dependents; e; e = e->next) {
        struct enqueue enqueue = {.session = session, .rule = e->rule};
        struct node *anchor = session_anchor(session, node, e->scope);
        const struct field *target = e->rule->kind == RULE_COUNT ? e->rule->field->parent : e->rule->field;
        if (anchor)
            TRY(session_each(anchor, target, enqueue_node, &enqueue));
    }
    return err_ok();
}

/* ---- Values ---- */

static struct err queue_kind(struct xform_session *session, struct node *node, enum rule_kind kind)
{
    const struct rule *rule = state_of(node)->field->rules[kind];
    return rule ? session_queue(session, rule, node) : err_ok();
}

static bool remember_wanted(struct xform_session *session, struct state *state, const char *value)
{
    size_t size = strlen(value) + 1;
    if (size > state->wanted_capacity) {
        char *wanted = arena_alloc(session->arena, size * 2);
        if (!wanted)
            return false;
        state->wanted = wanted;
        state->wanted_capacity = size * 2;
    }
    memcpy(state->wanted, value, size);
    return true;
}

/* Actions run when the change that set them off has settled, as in ODK Collect. */
static bool add_pending(struct xform_session *session, struct node *node)
{
    if (session->pending_count == session->pending_capacity) {
        size_t capacity = session->pending_capacity == 0 ? 16 : session->pending_capacity * 2;
        struct node **pending = realloc(session->pending, capacity * sizeof(struct node *));
        if (!pending)
            return false;
        session->pending = pending;
        session->pending_capacity = capacity;
    }
    session->pending[session->pending_count++] = node;
    return true;
}

struct err session_write(struct xform_session *session, struct node *node, const char *value)
{
    if (state_of(node)->field->rules[RULE_CHOICES] && !remember_wanted(session, state_of(node), value))
        return err_no_memory(SESSION_MODULE);
    return session_write_allowed(session, node, value);
}

struct err session_write_allowed(struct xform_session *session, struct node *node, const char *value)
{
    if (strcmp(node->text, value) == 0)
        return err_ok();
    if (!node_set_text(session->tree, node, value))
        return err_no_memory(SESSION_MODULE);
    state_of(node)->from_intent = false;
    session_mark_changed(session, node);
    TRY(queue_kind(session, node, RULE_CONSTRAINT));
    TRY(session_touch(session, node));
    bool has_actions = state_of(node)->field->on_change && !session->loading;
    return has_actions && !add_pending(session, node) ? err_no_memory(SESSION_MODULE) : err_ok();
}

/* ---- Relevance ---- */

static bool is_relevant_itself(const struct node *node)
{
    return !node->slot || state_of(node)->relevant;
}

static struct err set_effective(struct xform_session *session, struct node *node, bool relevant);

static struct err set_effective_below(struct xform_session *session, struct node *first, bool relevant)
{
    for (struct node *n = first; n; n = n->next)
        if (n->slot)
            TRY(set_effective(session, n, relevant && is_relevant_itself(n)));
    return err_ok();
}

/* The relevance of a node with all around it has been decided: tells it, and those below. */
static struct err set_effective(struct xform_session *session, struct node *node, bool relevant)
{
    if (is_relevant(node) == relevant)
        return err_ok();
    node->flags ^= NODE_IRRELEVANT;
    session_mark_changed(session, node);
    TRY(session_touch(session, node));
    if (relevant) {
        TRY(queue_kind(session, node, RULE_CALCULATE));
        TRY(queue_kind(session, node, RULE_CONSTRAINT));
    }
    TRY(set_effective_below(session, node->attributes, relevant));
    return set_effective_below(session, node->first, relevant);
}

/* ---- Rules ---- */

struct xpath_context session_context(struct xform_session *session, struct node *node)
{
    struct node *instance = node;
    while (instance->parent && (instance->flags & NODE_REPEAT) == 0)
        instance = instance->parent;
    bool in_repeat = (instance->flags & NODE_REPEAT) != 0;
    return (struct xpath_context){.host = &session->host,
                                  .node = node,
                                  .current = node,
                                  .root = &session->tree->root,
                                  .position = in_repeat ? node_position(instance) : 1};
}

struct err session_calculate(struct xform_session *session, const struct field *field,
                             const struct xpath *expr, struct node *node, struct buf *out_text)
{
    struct xpath_context context = session_context(session, node);
    const char *text;
    TRY(xpath_eval_string(session->machine, expr, &context, &text));
    buf_clear(out_text);
    if (session_cast_calculated(field, text, out_text))
        return buf_check(out_text, SESSION_MODULE);
    buf_clear(out_text);
    if (field->type == XFORM_DATE || field->type == XFORM_DATETIME) {
        struct xpath_value
            value; /* "2026" is no date, the number is a day of 1975: only now its kind counts */
        TRY(xpath_eval(session->machine, expr, &context, &value));
        if (value.kind == XPATH_NUMBER)
            session_cast_days(field, value.number, session->host.tz, out_text);
    }
    return buf_check(out_text, SESSION_MODULE);
}

static struct err run_calculate(struct xform_session *session, const struct rule *rule, struct node *node)
{
    if (!is_relevant(node))
        return err_ok();
    struct buf *value = &session->calculated;
    TRY(session_calculate(session, rule->field, rule->expr, node, value));
    bool same = strcmp(node->text, buf_text(value)) == 0;
    return same && rule->feeds_itself ? session_touch(session, node)
                                      : session_write(session, node, buf_text(value));
}

static struct err run_relevant(struct xform_session *session, struct node *node, bool relevant)
{
    state_of(node)->relevant = relevant;
    return set_effective(session, node, relevant && (!node->parent || is_relevant(node->parent)));
}

static void mark_readonly(struct xform_session *session, struct node *node)
{
    session_mark_changed(session, node);
    for (struct node *n = node->first; n; n = n->next)
        if (n->slot && !state_of(n)->readonly)
            mark_readonly(session, n);
}

static struct err run_condition(struct xform_session *session, const struct rule *rule, struct node *node)
{
    struct state *state = state_of(node);
    struct xpath_context context = session_context(session, node);
    bool holds = true;
    /* A blank answer breaks no constraint (spec "Bind Attributes"). */
    if (rule->kind != RULE_CONSTRAINT || *node->text != '\0')
        TRY(xpath_eval_boolean(session->machine, rule->expr, &context, &holds));
    if (rule->kind == RULE_RELEVANT)
        return run_relevant(session, node, holds);
    bool *flag = rule->kind == RULE_READONLY   ? &state->readonly
                 : rule->kind == RULE_REQUIRED ? &state->required
                                               : &state->constraint_holds;
    if (*flag == holds)
        return err_ok();
    *flag = holds;
    if (rule->kind == RULE_READONLY)
        mark_readonly(session, node);
    session_mark_changed(session, node);
    return err_ok();
}

static struct err run_count(struct xform_session *session, const struct rule *rule, struct node *parent)
{
    struct xpath_context context = session_enter_series(session, parent, rule->field);
    if (rule->field->count_from_parent)
        context = session_context(session, parent);
    double count;
    struct err e = xpath_eval_number(session->machine, rule->expr, &context, &count);
    session_leave_series(session);
    if (err_is(&e))
        return e;
    return session_set_count(session, parent, rule->field, count);
}

static struct err run_as_sent(struct xform_session *session, const struct task *task)
{
    switch (task->rule->kind) {
    case RULE_RELEVANT:
        return run_relevant(session, task->node, !state_of(task->node)->unsent);
    case RULE_CHOICES:
    case RULE_CALCULATE:
    case RULE_COUNT:
        return err_ok();
    default:
        return run_condition(session, task->rule, task->node);
    }
}

static struct err run_task(struct xform_session *session, const struct task *task)
{
    if (session->as_sent)
        return run_as_sent(session, task);
    switch (task->rule->kind) {
    case RULE_CALCULATE:
        return run_calculate(session, task->rule, task->node);
    case RULE_COUNT:
        return run_count(session, task->rule, task->node);
    case RULE_CHOICES:
        return session_filter_choices(session, task->node);
    default:
        return run_condition(session, task->rule, task->node);
    }
}

/* False when the rules of a node have been looked at too often since the change began. */
static bool count_round(const struct xform_session *session, struct state *state)
{
    if (state->round != session->round) {
        state->round = session->round;
        state->rounds = 0;
    }
    return ++state->rounds <= SESSION_ROUNDS_MAX * RULE_KINDS;
}

static struct err run_in_context(struct xform_session *session, const struct task *task)
{
    const struct node *outer = session->context;
    session->context = task->node;
    struct err e = run_task(session, task);
    session->context = outer;
    return err_is(&e) ? err_context(e, "line %u: %s", task->rule->line, task->rule->field->path) : e;
}

static struct err never_settles(const struct field *field)
{
    return err_make(ERR_REFUSED, SESSION_MODULE, 0,
                    "the rules of the form never settle, an infinite loop, at %.120s", field->path);
}

/* Each rule has its own budget; this one is that of all rules that one answer sets off. */
static bool has_steps(const struct xform_session *session)
{
    return xpath_steps_taken(session->machine) - session->steps_begun <= session->steps_max;
}

static struct err run_rule(struct xform_session *session, const struct task *task)
{
    const struct field *field = task->rule->field;
    if (!has_steps(session))
        return err_make(ERR_REFUSED, SESSION_MODULE, 0,
                        "the rules of the form take more than %llu steps, at %.120s",
                        (unsigned long long)session->steps_max, field->path);
    return count_round(session, state_of(task->node)) ? run_in_context(session, task) : never_settles(field);
}

static struct err run_queue(struct xform_session *session)
{
    struct err first = err_ok();
    while (session->queue.count > 0) {
        struct task task = queue_pop(&session->queue);
        struct state *state = state_of(task.node);
        state->queued &= (uint16_t) ~(1u << task.rule->kind);
        if (state->gone)
            continue;
        struct err e = run_rule(session, &task);
        if (err_is(&e) && !err_is(&first)) /* the rest is still brought up to date */
            first = e;
    }
    session->queue.sequence = 0;
    return first;
}

struct err session_settle(struct xform_session *session)
{
    struct err first = run_queue(session);
    for (size_t i = 0; i < session->pending_count; i++) {
        struct node *node = session->pending[i];
        if (state_of(node)->gone || !has_steps(session) || !count_round(session, state_of(node)))
            continue;
        struct err e = session_fire(session, EVENT_VALUE_CHANGED, node);
        struct err settled = run_queue(session);
        if (!err_is(&first))
            first = err_is(&e) ? e : settled;
    }
    session->pending_count = 0;
    return first;
}
