/* Answering: values in, judged or not. */
#include "app/form/session_private.h"
#include <string.h>

static struct err not_a_value(const char *ref)
{
    return err_make(ERR_DATA, SESSION_MODULE, 0, "%.120s is a group or a repeat, it holds no value", ref);
}

static bool has_choices(const struct node *node)
{
    const struct control *control = state_of(node)->field->control;
    return control &&
           (control->kind == XFORM_SELECT1 || control->kind == XFORM_SELECT || control->kind == XFORM_RANK);
}

static struct err refuse_partial_rank(struct xform_session *session, struct node *node, const char *value)
{
    if (state_of(node)->field->control->kind != XFORM_RANK)
        return err_ok();
    const struct choice *choices = NULL;
    size_t count = 0;
    TRY(session_choices(session, node, &choices, &count));
    return session_ranks_all(choices, count, value)
               ? err_ok()
               : err_make(ERR_USER, SESSION_MODULE, 0,
                          "There are missing options. Rank should have all options.");
}

/* The answer in the form in which it is kept; out_fits is false when the text is no value of the type. */
static struct err bring_into_form(struct xform_session *session, struct node *node, const char *value,
                                  struct buf *out_value, bool *out_fits)
{
    *out_fits = true;
    if (*value == '\0')
        return err_ok();
    if (has_choices(node)) {
        TRY(refuse_partial_rank(session, node, value));
        TRY(session_allowed_choices(session, node, value, out_value));
        *out_fits = out_value->length > 0;
        return err_ok();
    }
    *out_fits = session_cast(state_of(node)->field, value, out_value);
    return buf_check(out_value, SESSION_MODULE);
}

static struct err find_value_node(struct xform_session *session, const char *ref, struct node **out_node)
{
    struct place place;
    TRY(session_find(session, ref, &place));
    if (!place.node || !state_of(place.node)->field->is_leaf)
        return not_a_value(ref);
    *out_node = place.node;
    return err_ok();
}

static struct err write_and_settle(struct xform_session *session, struct node *node, const char *value)
{
    TRY(session_write(session, node, value));
    session->answered = node;
    struct err e = session_settle(session);
    session->answered = NULL;
    return e;
}

/* A person's word against a calculation's: see session_submission(). */
static void mark_overwritten(struct node *node)
{
    state_of(node)->overwritten = state_of(node)->field->rules[RULE_CALCULATE] != NULL;
}

/* What an audit log with values calls the old value. */
static const char *value_before(struct xform_session *session, const struct node *node)
{
    const char *kept = session->form->audit.has_values ? session_keep(session, node->text) : "";
    return kept ? kept : "";
}

struct err session_set(struct xform_session *session, const char *ref, const char *value)
{
    struct node *node;
    bool fits;
    session_begin_change(session);
    TRY(find_value_node(session, ref, &node));
    if (is_readonly(node))
        return err_make(ERR_REFUSED, SESSION_MODULE, 0, "%.120s is readonly", ref);
    buf_clear(&session->answer);
    TRY(bring_into_form(session, node, value, &session->answer, &fits));
    const char *before = value_before(session, node);
    TRY(write_and_settle(session, node, buf_text(&session->answer)));
    mark_overwritten(node);
    session_audit_answer(session, node, before);
    return err_ok();
}

/* ---- Judged answers ---- */

static struct err refuse(struct xform_session *session, struct node *node, const char **out_message)
{
    struct session_violation violation = session_violation_of(session, node);
    if (violation.kind == SESSION_VALID)
        return err_ok();
    if (out_message)
        *out_message = violation.message;
    return err_make(ERR_USER, SESSION_MODULE, 0, "%.120s: %s", violation.ref,
                    violation.kind == SESSION_REQUIRED ? "an answer is required"
                                                       : "the constraint does not hold");
}

/* Writes, judges, and takes it back when it does not hold. */
static struct err try_value(struct xform_session *session, struct node *node, const char *value,
                            const char **out_message)
{
    struct buf before;
    buf_init_private(&before);
    buf_append_text(&before, node->text);
    struct err e = buf_check(&before, SESSION_MODULE);
    if (!err_is(&e))
        e = write_and_settle(session, node, value);
    struct err verdict = err_is(&e) ? e : refuse(session, node, out_message);
    if (err_is(&verdict)) {
        struct err undone = write_and_settle(session, node, buf_text(&before));
        if (err_is(&undone))
            verdict = undone;
    }
    buf_finish(&before);
    return verdict;
}

static struct err judge(struct xform_session *session, struct node *node, const char *ref, const char *value,
                        const char **out_message)
{
    bool fits;
    struct buf kept;
    buf_init_private(&kept);
    struct err e = bring_into_form(session, node, value, &kept, &fits);
    if (!err_is(&e) && !fits)
        e = err_make(ERR_USER, SESSION_MODULE, 0, "%.120s: this is no %s", ref,
                     has_choices(node) ? "choice" : xform_type_name(state_of(node)->field->type));
    if (!err_is(&e))
        e = try_value(session, node, buf_text(&kept), out_message);
    buf_finish(&kept);
    return e;
}

struct err session_answer(struct xform_session *session, const char *ref, const char *value,
                          const char **out_message)
{
    struct node *node;
    if (out_message)
        *out_message = "";
    session_begin_change(session);
    TRY(find_value_node(session, ref, &node));
    if (is_readonly(node) || !is_relevant(node))
        return err_make(ERR_REFUSED, SESSION_MODULE, 0, "%.120s is %s", ref,
                        is_relevant(node) ? "readonly" : "not relevant");
    const char *before = value_before(session, node);
    TRY(judge(session, node, ref, value, out_message));
    mark_overwritten(node);
    session_audit_answer(session, node, before);
    return err_ok();
}

/* ---- Intents ---- */

/* The values that were there before, so that filling is all or nothing. */
struct filled {
    struct node *node;
    const char *before; /* in the views' arena */
};

static struct node *child_called(const struct node *group, const char *name)
{
    for (struct node *n = group->first; n; n = n->next)
        if (n->kind == NODE_ELEMENT && n->slot && strcmp(n->name->local, name) == 0)
            return n;
    return NULL;
}

static struct err fill_one(struct xform_session *session, struct node *node, const char *value,
                           const char **out_message)
{
    bool fits;
    struct buf kept;
    buf_init_private(&kept);
    struct err e = bring_into_form(session, node, value, &kept, &fits);
    if (!err_is(&e))
        e = write_and_settle(session, node, buf_text(&kept));
    if (!err_is(&e) && *node->text != '\0')
        e = refuse(session, node, out_message);
    buf_finish(&kept);
    if (!err_is(&e))
        state_of(node)->from_intent = *node->text != '\0';
    return e;
}

static struct err take_back(struct xform_session *session, const struct filled *filled, size_t count)
{
    struct err first = err_ok();
    for (size_t i = count; i > 0; i--) {
        struct err e = write_and_settle(session, filled[i - 1].node, filled[i - 1].before);
        if (err_is(&e) && !err_is(&first))
            first = e;
    }
    return first;
}

static struct err fill_children(struct xform_session *session, struct node *group, const char *const *names,
                                const char *const *values, size_t count, const char **out_message)
{
    struct filled *filled = session_view_alloc(session, count + 1, sizeof *filled);
    size_t done = 0;
    struct err e = filled ? err_ok() : err_no_memory(SESSION_MODULE);
    for (size_t i = 0; i < count && !err_is(&e); i++) {
        struct node *node = child_called(group, names[i]);
        if (!node || !state_of(node)->field->is_leaf)
            continue;
        filled[done] = (struct filled){.node = node, .before = session_keep(session, node->text)};
        if (!filled[done].before)
            return err_no_memory(SESSION_MODULE);
        done++;
        e = fill_one(session, node, values[i], out_message);
    }
    for (size_t i = 0; i < done && !err_is(&e); i++)
        session_audit_answer(session, filled[i].node, filled[i].before);
    if (!err_is(&e) || !filled)
        return e;
    struct err undone = take_back(session, filled, done);
    return err_is(&undone) ? undone : e;
}

struct err session_fill_group(struct xform_session *session, const char *ref, const char *const *names,
                              const char *const *values, size_t count, const char **out_message)
{
    struct place place;
    if (out_message)
        *out_message = "";
    session_begin_change(session);
    TRY(session_find(session, ref, &place));
    if (!place.node || state_of(place.node)->field->is_leaf)
        return err_make(ERR_DATA, SESSION_MODULE, 0, "%.120s is no group", ref);
    return fill_children(session, place.node, names, values, count, out_message);
}

struct err session_set_field(struct xform_session *session, const char *name, const char *value)
{
    session_begin_change(session);
    for (size_t i = 0; i < session->form->field_count; i++) {
        const struct field *field = session->form->fields[i];
        bool is_it = field->is_leaf && !field->is_attribute && !field->repeat && !field->control &&
                     strcmp(field->name->local, name) == 0;
        if (is_it && session->by_field[i])
            return write_and_settle(session, session->by_field[i], value);
    }
    return err_make(ERR_DATA, SESSION_MODULE, 0, "the form has no field %.80s for the kiosk", name);
}

/* ---- Repeats ---- */

static struct err find_series(struct xform_session *session, const char *ref, struct place *out_place)
{
    TRY(session_find(session, ref, out_place));
    if (!out_place->field->is_repeat)
        return err_make(ERR_DATA, SESSION_MODULE, 0, "%.120s is no repeat", ref);
    if (!session_repeat_is_free(out_place->field))
        return err_make(ERR_REFUSED, SESSION_MODULE, 0, "%.120s: the form itself decides how many there are",
                        ref);
    return err_ok();
}

struct err session_add_repeat(struct xform_session *session, const char *repeat_ref, size_t at)
{
    struct place place;
    struct node *added;
    session_begin_change(session);
    TRY(find_series(session, repeat_ref, &place));
    struct node *parent = place.node ? place.node->parent : place.parent;
    size_t count = session_instance_count(parent, place.field);
    if (at > count + 1)
        return err_make(ERR_DATA, SESSION_MODULE, 0, "%.120s has %zu instances, %zu is no place among them",
                        repeat_ref, count, at);
    struct node *before = at == 0 ? NULL : session_child(parent, place.field);
    for (size_t i = 1; i < at && before; i++)
        before = session_next_instance(before);
    TRY(session_insert_instance(session, parent, place.field, before, &added));
    session_audit_event(session, "add repeat", added);
    return session_settle(session);
}

struct err session_remove_repeat(struct xform_session *session, const char *instance_ref)
{
    struct place place;
    session_begin_change(session);
    TRY(find_series(session, instance_ref, &place));
    if (!place.node)
        return err_make(ERR_DATA, SESSION_MODULE, 0, "%.120s: say which instance, [1] or [2] ..",
                        instance_ref);
    session_audit_event(session, "delete repeat", place.node);
    TRY(session_take_instance(session, place.node));
    return session_settle(session);
}
