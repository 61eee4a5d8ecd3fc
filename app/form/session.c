/* A session's life: made from a form and what is handed in, and wiped. */
#include "app/form/geo.h"
#include "app/form/session_private.h"
#include <stdlib.h>
#include <string.h>

/* ---- What XPath asks of a session ---- */

static const struct node *find_instance(void *user, const char *id)
{
    const struct xform_session *session = user;
    const struct instance *instance = text_map_get(&session->form->instance_by_id, id);
    if (!instance)
        return strcmp(id, session->form->id) == 0 ? &session->tree->root : NULL;
    /* last-saved is always blank: an instance with nothing in it. */
    return instance->above_root ? instance->above_root : &session->form->nothing->root;
}

static const struct node *find_direct(void *user, uint32_t direct)
{
    const struct xform_session *session = user;
    return !session->context
               ? NULL
               : session_near(session, (struct node *)session->context, session->form->fields[direct]);
}

static void set_host(struct xform_session *session, const struct session_inputs *inputs)
{
    session->host = (struct xpath_host){
        .user = session,
        .instance = find_instance,
        .itext = session_itext,
        .choice_label = session_choice_name,
        .direct = find_direct,
        .random = session_random,
        .now_ms = inputs->now_ms,
        .tz = inputs->tz,
        .device_id = session->device_id,
    };
}

static void use_language(struct xform_session *session, int language)
{
    session->language = language;
    session->host.language = language < 0 ? NULL : session->form->itext.languages[language].tag;
}

/* ---- Creating ---- */

static struct err copy_text(struct xform_session *session, const char *text, const char **out_copy)
{
    *out_copy = text ? arena_strdup(session->arena, text) : NULL;
    return text && !*out_copy ? err_no_memory(SESSION_MODULE) : err_ok();
}

static struct err copy_inputs(struct xform_session *session, const struct session_inputs *inputs)
{
    TRY(copy_text(session, inputs->instance_id, &session->instance_id));
    TRY(copy_text(session, inputs->device_id, &session->device_id));
    TRY(copy_text(session, inputs->outputs, &session->outputs));
    session->plain_texts = inputs->plain_texts;
    session->as_sent = inputs->as_sent;
    session->steps_max = inputs->steps_max == 0 ? SESSION_STEPS_MAX : inputs->steps_max;
    TRY(copy_text(session, inputs->user_name, &session->user_name));
    TRY(copy_text(session, inputs->email, &session->email));
    TRY(copy_text(session, inputs->phone_number, &session->phone_number));
    TRY(session_set_place(session, inputs->place));
    session->random_state = inputs->seed;
    set_host(session, inputs);
    use_language(session, xform_language_match(session->form, inputs->language));
    return xpath_machine_create(NULL, &session->machine);
}

static struct err make_instance(struct xform_session *session)
{
    const struct xform *form = session->form;
    session->names = name_table_create(session->arena, form->names);
    session->tree = session->names ? node_tree_create(session->arena, session->names) : NULL;
    session->by_field = arena_array(session->arena, form->field_count, sizeof(struct node *));
    if (!session->tree || !session->by_field)
        return err_no_memory(SESSION_MODULE);
    session->tree->node_limit = SESSION_NODES_MAX;
    session->root = node_clone(session->tree, form->blank->root.first);
    if (!session->root)
        return err_no_memory(SESSION_MODULE);
    node_insert(session->tree, &session->tree->root, NULL, session->root);
    session->placeholder = node_append(session->tree, session->root, NODE_COMMENT, NULL, "", 0);
    if (!session->placeholder)
        return err_no_memory(SESSION_MODULE);
    node_detach(session->tree, session->placeholder);
    return session_adopt(session, session->root);
}

/* Values that the form or an instance brings are read as their types read them: an int of 2.5 is 2. */
static struct err cast_texts(struct xform_session *session, struct node *top)
{
    struct buf *text = &session->calculated;
    for (struct node *n = top; n; n = node_walk(top, n)) {
        buf_clear(text);
        bool is_value = n->kind == NODE_ELEMENT && state_of(n)->field->is_leaf && *n->text != '\0';
        if (is_value && session_cast_calculated(state_of(n)->field, n->text, text) &&
            !node_set_text(session->tree, n, buf_text(text)))
            return err_no_memory(SESSION_MODULE);
    }
    return buf_check(text, SESSION_MODULE);
}

/* A revision of a submission gets a new instanceID and names the old one (spec "Metadata", deprecatedID). */
static struct err remember_deprecated_id(struct xform_session *session)
{
    const struct field *field = session->form->deprecated_id;
    struct node *meta = session->by_field[field->parent->id];
    struct node *id = session->by_field[session->form->instance_id->id];
    struct node *node = session->by_field[field->id];
    if (!meta || !id)
        return err_ok();
    if (!node) {
        node = node_append(session->tree, meta, NODE_ELEMENT, field->name, "", 0);
        if (!node)
            return err_no_memory(SESSION_MODULE);
        node->slot = (void *)field;
        TRY(session_adopt(session, node));
    }
    return node_set_text(session->tree, node, id->text) ? err_ok() : err_no_memory(SESSION_MODULE);
}

/* A draft from elsewhere may have none, and without one it could not be sent. */
static bool lacks_id(const struct xform_session *session)
{
    const struct field *field = session->form->instance_id;
    const struct node *node = field ? session->by_field[field->id] : NULL;
    return node && *node->text == '\0';
}

/* Defaults, then preloads, then all calculations, then the actions of loading and what they change. */
static struct err start(struct xform_session *session, const struct session_inputs *inputs)
{
    bool is_new = !inputs->instance_xml;
    if (!is_new)
        TRY(session_restore(session, inputs->instance_xml, inputs->instance_length));
    TRY(cast_texts(session, session->root));
    if (!is_new && inputs->edit)
        TRY(remember_deprecated_id(session));
    if (is_new || inputs->edit || lacks_id(session))
        TRY(session_preload(session, !is_new));
    TRY(session_queue_subtree(session, session->root));
    TRY(session_settle(session));
    if (is_new)
        TRY(session_fire(session, EVENT_FIRST_LOAD, NULL));
    if (inputs->as_sent)
        return err_ok();
    TRY(session_fire(session, EVENT_LOAD, NULL));
    return session_settle(session);
}

static struct err fill(struct xform_session *session, const struct session_inputs *inputs)
{
    buf_init_private(&session->scratch);
    buf_init_private(&session->answer);
    buf_init_private(&session->texts);
    buf_init_private(&session->calculated);
    buf_init_private(&session->allowed);
    buf_init_private(&session->audit.csv);
    buf_init_private(&session->audit.old_value);
    TRY(copy_inputs(session, inputs));
    TRY(make_instance(session));
    session->loading = true;
    session->going_on = inputs->instance_xml != NULL;
    session->round = 1;
    struct err e = start(session, inputs);
    session->loading = session->going_on = false;
    session_audit_resume(session, inputs->audit_csv);
    session_audit_event(session, inputs->instance_xml ? "form resume" : "form start", NULL);
    return e;
}

struct err session_create(const struct xform *form, const struct session_inputs *inputs,
                          struct xform_session **out_session)
{
    struct arena *arena = arena_create(ARENA_PRIVATE, SESSION_BYTES_MAX);
    struct xform_session *session = arena ? arena_alloc(arena, sizeof *session) : NULL;
    if (!session) {
        arena_destroy(&arena);
        return err_no_memory(SESSION_MODULE);
    }
    session->arena = arena;
    session->form = form;
    struct err e = fill(session, inputs);
    if (err_is(&e))
        session_destroy(&session);
    else
        *out_session = session;
    return e;
}

void session_destroy(struct xform_session **session)
{
    struct xform_session *s = *session;
    if (!s)
        return;
    *session = NULL;
    xpath_machine_destroy(&s->machine);
    buf_finish(&s->scratch);
    buf_finish(&s->answer);
    buf_finish(&s->texts);
    buf_finish(&s->calculated);
    buf_finish(&s->allowed);
    buf_finish(&s->audit.csv);
    buf_finish(&s->audit.old_value);
    free(s->queue.items);
    free(s->pending);
    free(s->changed);
    arena_destroy(&s->views);
    arena_destroy(&s->old_views);
    struct arena *arena = s->arena; /* the session itself lies in it */
    arena_destroy(&arena);
}

/* ---- Small things ---- */

const struct xform *session_form(const struct xform_session *session)
{
    return session->form;
}

void session_set_now(struct xform_session *session, int64_t now_ms)
{
    session->host.now_ms = now_ms;
}

struct err session_set_place(struct xform_session *session, const char *place)
{
    struct geo_point point;
    bool is_place = place && geo_point_parse(place, strlen(place), &point);
    return copy_text(session, is_place ? place : NULL, &session->place);
}

size_t session_remarks(const struct xform_session *session, const char *const **out_remarks)
{
    *out_remarks = session->remarks;
    return session->remark_count;
}

const char *session_language(const struct xform_session *session)
{
    return session->language < 0 ? "" : session->form->itext.languages[session->language].name;
}

struct language_change {
    struct xform_session *session;
    const struct rule *rule;
};

static struct err queue_again(void *context, struct node *node)
{
    const struct language_change *change = context;
    return session_queue(change->session, change->rule, node);
}

struct err session_set_language(struct xform_session *session, const char *wish)
{
    session_begin_change(session);
    use_language(session, xform_language_match(session->form, wish));
    for (size_t i = 0; i < session->form->rule_count; i++) {
        const struct rule *rule = session->form->rules[i];
        struct language_change change = {.session = session, .rule = rule};
        const struct field *field = rule->kind == RULE_COUNT ? rule->field->parent : rule->field;
        if (xpath_uses_language(rule->expr))
            TRY(session_each(session->root, field, queue_again, &change));
    }
    return session_settle(session);
}

static int by_document_order(const void *a, const void *b)
{
    const struct node *const *x = a, *const *y = b;
    return node_compare(*x, *y);
}

size_t session_changed(struct xform_session *session, const char *const **out_refs)
{
    size_t count = session->changed_count;
    const char **refs = session_view_alloc(session, count + 1, sizeof *refs);
    if (!refs)
        return 0;
    if (count > 1)
        qsort(session->changed, count, sizeof(struct node *), by_document_order);
    for (size_t i = 0; i < count; i++) {
        refs[i] = session_ref(session, session->changed[i]);
        if (!refs[i])
            return 0;
    }
    *out_refs = refs;
    return count;
}
