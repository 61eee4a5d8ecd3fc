#include "app/ctl/form_json.h"
#include "app/form/xpath.h"
#include <math.h>
#include <string.h>

#define MODULE "form"

json_t *form_json_strings(const char *const *items, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_string(items[i]));
    return list;
}

json_t *form_json_languages(const struct xform *form)
{
    const struct xform_language *languages;
    size_t count = xform_languages(form, &languages);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_string(languages[i].name));
    return list;
}

json_t *form_json_submission(const struct xform *form)
{
    const struct xform_submission *submission = xform_submission(form);
    return json_pack("{s:s?, s:s?, s:s?}", "action", submission->action, "method", submission->method,
                     "base64RsaPublicKey", submission->base64_rsa_public_key);
}

static const char *violation_name(enum session_violation_kind kind)
{
    return kind == SESSION_REQUIRED ? "required" : "constraint";
}

/* A message the form does not give is null: what to say then is the screen's business. */
static const char *or_null(const char *message)
{
    return *message == '\0' ? NULL : message;
}

json_t *form_json_violations(struct xform_session *session)
{
    const struct session_violation *violations = NULL;
    size_t count = session_validate(session, &violations);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        const struct session_violation *v = &violations[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:s?}", "ref", v->ref, "kind",
                                              violation_name(v->kind), "message", or_null(v->message)));
    }
    return list;
}

json_t *form_json_position(struct session_position position)
{
    static const char *const names[] = {"start", "question", "group", "repeat", "prompt-repeat", "end"};
    json_t *answer = json_pack("{s:b, s:s}", "ok", 1, "at", names[position.step]);
    if (*position.ref != '\0')
        json_object_set_new(answer, "ref", json_string(position.ref));
    return answer;
}

/* ---- XPath values ---- */

static json_t *json_number(double number)
{
    if (isnan(number))
        return json_string("NaN");
    if (isinf(number))
        return json_string(number > 0 ? "Infinity" : "-Infinity");
    if (number == trunc(number) && fabs(number) < 9007199254740992.0 && !(number == 0 && signbit(number)))
        return json_integer((json_int_t)number);
    return json_real(number);
}

static json_t *json_nodes(const struct xpath_value *value,
                          const char *(*path)(void *context, const struct node *node), void *context)
{
    json_t *list = json_array();
    struct buf text;
    buf_init_private(&text);
    for (size_t i = 0; i < value->node_count; i++) {
        const char *ref = path(context, value->nodes[i]);
        buf_clear(&text);
        node_string(value->nodes[i], &text);
        json_array_append_new(list, json_pack("{s:s, s:s}", "ref", ref ? ref : "", "value", buf_text(&text)));
    }
    buf_finish(&text);
    return list;
}

json_t *form_json_value(const struct xpath_value *value,
                        const char *(*path)(void *context, const struct node *node), void *context)
{
    switch (value->kind) {
    case XPATH_NUMBER:
        return json_pack("{s:b, s:s, s:o}", "ok", 1, "type", "number", "value", json_number(value->number));
    case XPATH_BOOLEAN:
        return json_pack("{s:b, s:s, s:b}", "ok", 1, "type", "boolean", "value", value->boolean);
    case XPATH_NODES:
        return json_pack("{s:b, s:s, s:o}", "ok", 1, "type", "nodeset", "value",
                         json_nodes(value, path, context));
    default:
        return json_pack("{s:b, s:s, s:s%}", "ok", 1, "type", "string", "value", value->string,
                         value->string_length);
    }
}

/* ---- Nodes ---- */

static json_t *json_media(const struct session_text *text)
{
    json_t *media = json_object();
    const char *const names[] = {"image", "big-image", "audio", "video"};
    const char *const values[] = {text->image, text->big_image, text->audio, text->video};
    for (size_t i = 0; i < 4; i++)
        if (values[i])
            json_object_set_new(media, names[i], json_string(values[i]));
    return media;
}

static json_t *json_text(const struct session_text *text)
{
    return text->given ? json_string(text->text) : json_null();
}

/* All that a list says of a choice, by column: what filters look at. */
static json_t *json_properties(const struct node *item)
{
    json_t *properties = json_object();
    for (const struct node *n = item ? item->first : NULL; n; n = n->next)
        if (n->kind == NODE_ELEMENT)
            json_object_set_new(properties, n->name->local, json_string(n->text));
    return properties;
}

static json_t *json_choices(const struct session_node *node)
{
    json_t *list = json_array();
    for (size_t i = 0; i < node->choice_count; i++) {
        const struct session_choice *c = &node->choices[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:o}", "value", c->value, "label",
                                              c->label.text, "media", json_media(&c->label), "properties",
                                              json_properties(c->item)));
    }
    return list;
}

static json_t *json_attributes(const struct session_node *node)
{
    json_t *object = json_object();
    for (size_t i = 0; i < node->attribute_count; i++)
        json_object_set_new(object, node->attributes[i].name, json_string(node->attributes[i].value));
    return object;
}

static json_t *json_violation(const struct session_violation *violation)
{
    if (violation->kind == SESSION_VALID)
        return json_null();
    return json_pack("{s:s, s:s?}", "kind", violation_name(violation->kind), "message",
                     or_null(violation->message));
}

static json_t *json_node(const struct session_node *n)
{
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:b, s:b, s:b, s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:b, s:b, s:o}", "ref",
        n->ref, "kind", xform_kind_name(n->kind), "type", xform_type_name(n->type), "value", n->value,
        "relevant", n->relevant, "readonly", n->readonly, "required", n->required, "violation",
        json_violation(&n->violation), "label", json_text(&n->label), "hint", json_text(&n->hint), "guidance",
        n->guidance, "label_media", json_media(&n->label), "appearance",
        form_json_strings(n->appearance, n->appearance_count), "choices", json_choices(n), "count_controlled",
        n->count_controlled, "from_intent", n->from_intent, "attributes", json_attributes(n));
}

struct err form_json_node(struct xform_session *session, const char *ref, json_t **out_node)
{
    struct session_node view;
    TRY(session_look(session, ref, &view));
    json_t *node = json_node(&view);
    json_t *children = json_array();
    struct err e = !node || !children ? err_no_memory(MODULE) : err_ok();
    for (size_t i = 0; i < view.child_count && !err_is(&e); i++) {
        json_t *child = NULL;
        e = form_json_node(session, view.children[i], &child);
        if (!err_is(&e))
            json_array_append_new(children, child);
    }
    if (err_is(&e)) {
        json_decref(node);
        json_decref(children);
        return e;
    }
    json_object_set_new(node, "children", children);
    *out_node = node;
    return e;
}
