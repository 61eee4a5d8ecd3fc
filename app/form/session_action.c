/* Events, the actions they set off, and preloads (spec "Events and Actions", "Preload Attributes"). */
#include "app/form/datetime.h"
#include "app/form/session_private.h"
#include <stdio.h>
#include <string.h>

/* ---- Randomness: a function of the seed ---- */

static uint64_t next_random(struct xform_session *session)
{
    uint64_t z = session->random_state += 0x9e3779b97f4a7c15u; /* splitmix64 */
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

void session_random(void *user, void *out_bytes, size_t size)
{
    unsigned char *out = out_bytes;
    while (size > 0) {
        uint64_t bits = next_random(user);
        size_t part = size < sizeof bits ? size : sizeof bits;
        memcpy(out, &bits, part);
        out += part;
        size -= part;
    }
}

static void make_uuid(struct xform_session *session, char out_text[48])
{
    unsigned char b[16];
    session_random(session, b, sizeof b);
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
    snprintf(out_text, 48, "uuid:%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0],
             b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

/* ---- Actions ---- */

static struct err set_target(struct xform_session *session, const struct action *action, struct node *target)
{
    if (action->is_geopoint)
        return session_write(session, target, session->place ? session->place : "");
    struct buf *value = &session->calculated;
    if (action->value) {
        const struct node *outer = session->context;
        session->context = target;
        struct err e = session_calculate(session, action->target, action->value, target, value);
        session->context = outer;
        if (err_is(&e))
            return err_context(e, "line %u: setvalue of %s", action->line, action->target->path);
        return session_write(session, target, buf_text(value));
    }
    buf_clear(value);
    if (!session_cast_calculated(action->target, action->literal, value))
        buf_clear(value);
    TRY(buf_check(value, SESSION_MODULE));
    return session_write(session, target, buf_text(value));
}

struct targets {
    struct xform_session *session;
    const struct action *action;
    struct node *only; /* the one found when they are counted first */
    size_t count;
};

static struct err set_if_relevant(void *context, struct node *target)
{
    const struct targets *targets = context;
    return is_relevant(target) ? set_target(targets->session, targets->action, target) : err_ok();
}

static struct err count_target(void *context, struct node *target)
{
    struct targets *targets = context;
    targets->only = target;
    targets->count++;
    return err_ok();
}

/* A ref with predicates says itself which node it means, seen from the source. */
static struct err find_by_ref(struct xform_session *session, const struct action *action, struct node *source,
                              struct targets *targets)
{
    struct xpath_context context = session_context(session, source);
    const struct node *const *nodes;
    TRY(xpath_eval_nodes(session->machine, action->target_expr, &context, &nodes, &targets->count));
    targets->only = targets->count == 0 ? NULL : (struct node *)nodes[0];
    return err_ok();
}

/* The one node an action means when its source is a certain node. */
static struct err find_target(struct xform_session *session, const struct action *action, struct node *source,
                              struct node **out_target)
{
    struct targets targets = {.session = session, .action = action};
    if (action->target_expr)
        TRY(find_by_ref(session, action, source, &targets));
    else if (!(targets.only = session_near(session, source, action->target)))
        TRY(session_each(session->root, action->target, count_target, &targets));
    if (targets.count > 1)
        return xform_error(
            action->line,
            "You are trying to target a repeated field. Currently you may only target a field in a "
            "specific repeat instance. XPath nodeset has more than one node.");
    *out_target = targets.only;
    return err_ok();
}

static struct err run_for(struct xform_session *session, const struct action *action, struct node *source)
{
    struct node *target = NULL;
    TRY(find_target(session, action, source, &target));
    return target ? set_target(session, action, target) : err_ok();
}

static struct err fire_load(struct xform_session *session, enum event event)
{
    for (const struct action *a = session->form->actions; a; a = a->next) {
        struct targets targets = {.session = session, .action = a};
        if ((a->events & event) == 0)
            continue;
        if (a->target_expr)
            TRY(run_for(session, a, session->root));
        else
            TRY(session_each(session->root, a->target, set_if_relevant, &targets));
    }
    return err_ok();
}

static struct err fire_new_repeat(struct xform_session *session, struct node *instance)
{
    const struct field *repeat = state_of(instance)->field;
    for (const struct action *a = session->form->actions; a; a = a->next)
        if ((a->events & EVENT_NEW_REPEAT) != 0 && a->source && a->source->repeat == repeat)
            TRY(run_for(session, a, instance));
    return err_ok();
}

struct err session_fire(struct xform_session *session, enum event event, struct node *source)
{
    if (event == EVENT_NEW_REPEAT)
        return fire_new_repeat(session, source);
    if (event != EVENT_VALUE_CHANGED)
        return fire_load(session, event);
    for (const struct action *a = state_of(source)->field->on_change; a; a = a->next_on_source)
        TRY(run_for(session, a, source));
    return err_ok();
}

/* ---- Preloads ---- */

static void preload_text(struct xform_session *session, const struct field *field,
                         char out_text[DATETIME_TEXT])
{
    *out_text = '\0';
    if (field->preload == PRELOAD_UID || field->preload == PRELOAD_UID_IF_BLANK)
        make_uuid(session, out_text);
    else if (field->preload == PRELOAD_TODAY)
        date_write(session->host.now_ms, session->host.tz, out_text);
    else if (field->preload == PRELOAD_START || field->preload == PRELOAD_END)
        datetime_write(session->host.now_ms, session->host.tz, out_text);
}

/* "" when nothing is known: a kiosk has no SIM card, and mostly no user with an e-mail address. */
static const char *property_of(const struct xform_session *session, const char *name)
{
    const struct {
        const char *name;
        const char *value;
    } known[] = {
        {"deviceid", session->device_id},
        {"username", session->user_name},
        {"email", session->email},
        {"phonenumber", session->phone_number},
        {"phone number", session->phone_number}, /* as the specification has it */
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(known[i].name, name) == 0 && known[i].value)
            return known[i].value;
    return "";
}

static struct err preload_node(void *context, struct node *node)
{
    struct xform_session *session = context;
    const struct field *field = state_of(node)->field;
    char made[DATETIME_TEXT];
    preload_text(session, field, made);
    const char *text = made;
    if (field->preload == PRELOAD_UID_IF_BLANK && *node->text != '\0')
        return err_ok();
    if (field == session->form->instance_id && session->instance_id)
        text = session->instance_id;
    else if (field->preload == PRELOAD_PROPERTY)
        text = property_of(session, field->property);
    return *text == '\0' ? err_ok() : session_write(session, node, text);
}

static struct err preload_field(struct xform_session *session, const struct field *field)
{
    return session_each(session->root, field, preload_node, session);
}

struct err session_preload(struct xform_session *session, bool edit)
{
    if (edit)
        return session->form->instance_id ? preload_field(session, session->form->instance_id) : err_ok();
    for (size_t i = 0; i < session->form->field_count; i++) {
        const struct field *field = session->form->fields[i];
        if (field->preload != PRELOAD_NONE && field->preload != PRELOAD_END)
            TRY(preload_field(session, field));
    }
    return err_ok();
}

struct err session_preload_end(struct xform_session *session)
{
    for (size_t i = 0; i < session->form->field_count; i++)
        if (session->form->fields[i]->preload == PRELOAD_END)
            TRY(preload_field(session, session->form->fields[i]));
    return err_ok();
}
