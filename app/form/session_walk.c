/* Walking through a form in the order of its body, one question a step. */
#include "app/form/session_private.h"

/* ---- From step to step ---- */

/* The walk is a small machine: it looks into controls and past them until it stands on a step. `around` is
 * the repeat instance, or the root element, in which a control's nodes are found. */
enum move_kind { MOVE_INTO, MOVE_PAST, MOVE_STOP };
struct move {
    enum move_kind kind;
    const struct control *control;
    struct node *around;
    struct walk walk; /* MOVE_STOP */
};

static struct move into(const struct control *control, struct node *around)
{
    return (struct move){.kind = MOVE_INTO, .control = control, .around = around};
}

static struct move past(const struct control *control, struct node *around)
{
    return (struct move){.kind = MOVE_PAST, .control = control, .around = around};
}

static struct move stop(enum session_step step, const struct control *control, struct node *node)
{
    return (struct move){.kind = MOVE_STOP, .walk = {.step = step, .control = control, .node = node}};
}

static bool is_frame(const struct xform_session *session, const struct node *node)
{
    return node == session->root || (node->flags & NODE_REPEAT) != 0;
}

/* The repeat instance (or root) that a node lies in; itself when it is one. */
static struct node *frame_of(const struct xform_session *session, struct node *node)
{
    while (!is_frame(session, node) && node->parent)
        node = node->parent;
    return node;
}

static bool offers_more(struct xform_session *session, const struct control *control, struct node *parent,
                        struct err *error)
{
    bool relevant = false;
    if (!session_repeat_is_free(control->field))
        return false;
    struct err e = session_series_relevant(session, parent, control->field, &relevant);
    if (err_is(&e) && !err_is(error))
        *error = e;
    return relevant;
}

/* From one instance of a repeat (NULL: none is left) to the next, the prompt for one more, or what comes
 * after. */
static struct move at_instance(struct xform_session *session, const struct control *control,
                               struct node *instance, struct node *parent, struct err *error)
{
    while (instance && !is_relevant(instance))
        instance = session_next_instance(instance);
    if (instance)
        return stop(SESSION_REPEAT, control, instance);
    if (offers_more(session, control, parent, error))
        return stop(SESSION_PROMPT_REPEAT, control, parent);
    return past(control, frame_of(session, parent));
}

static struct move into_children(const struct control *control, struct node *around)
{
    return control->first ? into(control->first, around) : past(control, around);
}

static struct move move_past(struct xform_session *session, const struct move *move, struct err *error)
{
    const struct control *control = move->control;
    if (control->next)
        return into(control->next, move->around);
    const struct control *parent = control->parent;
    if (!parent || !parent->parent)
        return stop(SESSION_END, NULL, NULL);
    if (parent->kind != XFORM_REPEAT)
        return past(parent, move->around);
    struct node *instance = session_anchor(session, move->around, parent->field);
    if (!instance) /* a question about something outside: nobody knows for which instance it was asked */
        return past(parent, move->around);
    return at_instance(session, parent, session_next_instance(instance), instance->parent, error);
}

static struct move move_into(struct xform_session *session, const struct move *move, struct err *error)
{
    const struct control *control = move->control;
    if (!control->field) /* a group of words only */
        return into_children(control, move->around);
    if (control->kind == XFORM_REPEAT) {
        struct node *parent = session_near(session, move->around, control->field->parent);
        if (!parent || !is_relevant(parent))
            return past(control, move->around);
        return at_instance(session, control, session_child(parent, control->field), parent, error);
    }
    struct node *node = session_near(session, move->around, control->field);
    if (!node || !is_relevant(node))
        return past(control, move->around);
    return stop(control->kind == XFORM_GROUP ? SESSION_GROUP : SESSION_QUESTION, control, node);
}

static struct walk run(struct xform_session *session, struct move move, struct err *error)
{
    while (move.kind != MOVE_STOP)
        move = move.kind == MOVE_INTO ? move_into(session, &move, error) : move_past(session, &move, error);
    return move.walk;
}

struct walk session_walk_next(struct xform_session *session, struct walk walk, struct err *error)
{
    switch (walk.step) {
    case SESSION_START:
        if (!session->form->controls->first)
            return (struct walk){.step = SESSION_END};
        return run(session, into(session->form->controls->first, session->root), error);
    case SESSION_END:
        return walk;
    case SESSION_GROUP:
    case SESSION_REPEAT:
        return run(session, into_children(walk.control, frame_of(session, walk.node)), error);
    default:
        return run(session, past(walk.control, frame_of(session, walk.node)), error);
    }
}

/* ---- The session's place ---- */

static struct session_position position_of(struct xform_session *session, const struct walk *walk)
{
    const char *ref = "";
    if (walk->step == SESSION_PROMPT_REPEAT)
        ref = session_series_ref(session, walk->node, walk->control->field);
    else if (walk->node)
        ref = session_ref(session, walk->node);
    return (struct session_position){.step = walk->step, .ref = ref ? ref : ""};
}

static bool same_walk(const struct walk *a, const struct walk *b)
{
    return a->step == b->step && a->control == b->control && a->node == b->node;
}

struct session_position session_here(struct xform_session *session)
{
    return position_of(session, &session->walk);
}

struct session_position session_first(struct xform_session *session)
{
    session->walk = (struct walk){.step = SESSION_START};
    session_audit_moved(session);
    return session_here(session);
}

struct session_position session_next(struct xform_session *session)
{
    struct err error = err_ok();
    session->walk = session_walk_next(session, session->walk, &error);
    session_audit_moved(session);
    return session_here(session);
}

struct session_position session_next_after(struct xform_session *session)
{
    struct err error = err_ok();
    const struct walk walk = session->walk;
    if (walk.step == SESSION_GROUP)
        session->walk = run(session, past(walk.control, frame_of(session, walk.node)), &error);
    else if (walk.step == SESSION_REPEAT)
        session->walk = run(
            session,
            at_instance(session, walk.control, session_next_instance(walk.node), walk.node->parent, &error),
            &error);
    else
        return session_next(session);
    session_audit_moved(session);
    return session_here(session);
}

struct session_position session_prev(struct xform_session *session)
{
    struct err error = err_ok();
    struct walk before = {.step = SESSION_START};
    struct walk at = before;
    while (!same_walk(&at, &session->walk) && at.step != SESSION_END) {
        before = at;
        at = session_walk_next(session, at, &error);
    }
    session->walk = before;
    session_audit_moved(session);
    return session_here(session);
}

struct err session_jump(struct xform_session *session, const char *ref)
{
    struct place place;
    TRY(session_find(session, ref, &place));
    struct err error = err_ok();
    struct walk at = {.step = SESSION_START};
    const struct node *wanted = place.node ? place.node : place.parent;
    for (at = session_walk_next(session, at, &error); at.step != SESSION_END;
         at = session_walk_next(session, at, &error)) {
        bool is_series = at.step == SESSION_PROMPT_REPEAT;
        if (at.node == wanted && is_series == (!place.node) && at.control->field == place.field) {
            session->walk = at;
            session_audit_event(session, "jump", NULL);
            session_audit_moved(session);
            return error;
        }
    }
    if (place.node && !is_relevant(place.node))
        return err_make(ERR_REFUSED, SESSION_MODULE, 0, "%.120s is not relevant", ref);
    return err_make(ERR_DATA, SESSION_MODULE, 0, "%.120s is not asked in this form", ref);
}

/* ---- Progress ---- */

static bool asks(const struct walk *walk)
{
    if (walk->step == SESSION_GROUP)
        return walk->control->intent != NULL;
    return walk->step == SESSION_QUESTION &&
           (walk->control->kind == XFORM_NOTE || !state_of(walk->node)->readonly);
}

static bool in_intent_group(const struct walk *walk)
{
    for (const struct control *c = walk->control->parent; c; c = c->parent)
        if (c->intent)
            return true;
    return false;
}

struct session_progress session_progress(struct xform_session *session)
{
    struct session_progress progress = {.here = 0};
    struct err error = err_ok();
    struct walk at = {.step = SESSION_START};
    bool passed = session->walk.step == SESSION_START;
    while (at.step != SESSION_END) {
        if (at.step != SESSION_START && asks(&at) && !in_intent_group(&at))
            progress.total++;
        if (!passed)
            progress.here = progress.total;
        passed = passed || same_walk(&at, &session->walk);
        at = session_walk_next(session, at, &error);
    }
    return progress;
}
