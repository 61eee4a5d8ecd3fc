/* Binds: types, rules, messages and preloads of fields (spec "Bindings"). */
#include "app/form/nearest.h"
#include "app/form/xform_private.h"
#include <stdio.h>
#include <string.h>

/* ---- Types ---- */

static const struct {
    const char *name;
    enum xform_type type;
} type_names[] = {
    {"string", XFORM_STRING},     {"int", XFORM_INT},
    {"integer", XFORM_INT},       {"long", XFORM_INT},
    {"boolean", XFORM_BOOLEAN},   {"decimal", XFORM_DECIMAL},
    {"double", XFORM_DECIMAL},    {"float", XFORM_DECIMAL},
    {"date", XFORM_DATE},         {"time", XFORM_TIME},
    {"dateTime", XFORM_DATETIME}, {"geopoint", XFORM_GEOPOINT},
    {"geotrace", XFORM_GEOTRACE}, {"geoshape", XFORM_GEOSHAPE},
    {"binary", XFORM_BINARY},     {"base64Binary", XFORM_BINARY},
    {"barcode", XFORM_BARCODE},   {"intent", XFORM_INTENT},
    {"select", XFORM_STRING},     {"select1", XFORM_STRING},
    {"rank", XFORM_STRING},
};

static void read_type(struct xform *form, struct field *field, const struct node *bind)
{
    const char *type = node_attribute(bind, NULL, "type");
    if (!type || *type == '\0')
        return;
    const char *colon = strchr(type, ':');
    const char *local = colon ? colon + 1 : type;
    for (size_t i = 0; i < sizeof type_names / sizeof type_names[0]; i++) {
        if (strcmp(type_names[i].name, local) == 0) {
            field->type = type_names[i].type;
            return;
        }
    }
    xform_find(form, XFORM_WARNING, bind, "it is read as text; numbers are int or decimal",
               "%s has the unknown type \"%s\"", field->path, type);
}

/* ---- Rules ---- */

static const struct {
    enum rule_kind kind;
    const char *attribute;
} rule_attributes[] = {
    {RULE_RELEVANT, "relevant"}, {RULE_CALCULATE, "calculate"},   {RULE_READONLY, "readonly"},
    {RULE_REQUIRED, "required"}, {RULE_CONSTRAINT, "constraint"},
};

static bool rule_room(struct xform *form)
{
    if (form->rule_count < form->rule_capacity)
        return true;
    size_t capacity = form->rule_capacity == 0 ? 64 : form->rule_capacity * 2;
    struct rule **rules = arena_array(form->arena, capacity, sizeof(struct rule *));
    if (!rules)
        return false;
    if (form->rule_count > 0)
        memcpy(rules, form->rules, form->rule_count * sizeof(struct rule *));
    form->rules = rules;
    form->rule_capacity = capacity;
    return true;
}

static struct err add_rule(struct xform *form, struct field *field, enum rule_kind kind, struct xpath *expr,
                           struct node where)
{
    struct rule *rule = arena_alloc(form->arena, sizeof *rule);
    if (!rule || !rule_room(form))
        return err_no_memory(XFORM_MODULE);
    *rule =
        (struct rule){.kind = kind, .field = field, .expr = expr, .line = where.line, .column = where.column};
    form->rules[form->rule_count++] = rule;
    field->rules[kind] = rule;
    return err_ok();
}

static bool is_call(const char *text, const char *name)
{
    text += strspn(text, " \t\r\n");
    size_t length = strlen(name);
    return strncmp(text, name, length) == 0 && text[length + strspn(text + length, " \t\r\n")] == '\0';
}

/* true() and false() need no rule. */
static bool is_settled(struct field *field, enum rule_kind kind, const char *text)
{
    if (kind == RULE_CALCULATE || kind == RULE_RELEVANT)
        return kind == RULE_RELEVANT && is_call(text, "true()");
    bool yes = is_call(text, "true()");
    if (!yes && !is_call(text, "false()"))
        return false;
    if (kind == RULE_CONSTRAINT)
        return yes;
    if (kind == RULE_READONLY)
        field->always_readonly = yes;
    if (kind == RULE_REQUIRED)
        field->always_required = yes;
    return true;
}

static struct err read_rule(struct xform *form, struct field *field, const struct node *bind, size_t which)
{
    const char *text = node_attribute(bind, NULL, rule_attributes[which].attribute);
    enum rule_kind kind = rule_attributes[which].kind;
    if (!text || text[strspn(text, " \t\r\n")] == '\0' || is_settled(field, kind, text))
        return err_ok();
    char what[120];
    snprintf(what, sizeof what, "%s of %s", rule_attributes[which].attribute, field->path);
    struct xpath *expr;
    TRY(xform_compile(form, text, bind, what, &expr));
    return add_rule(form, field, kind, expr, *bind);
}

/* ---- Messages and preloads ---- */

static const char *jr_attribute(const struct node *bind, const char *local)
{
    return node_attribute(bind, NS_JAVAROSA, local);
}

static struct err read_messages(struct xform *form, struct field *field, const struct node *bind)
{
    const char *constraint = jr_attribute(bind, "constraintMsg");
    const char *required = jr_attribute(bind, "requiredMsg");
    if (constraint)
        TRY(xform_read_message(form, bind, constraint, &field->constraint_message));
    if (required)
        TRY(xform_read_message(form, bind, required, &field->required_message));
    return err_ok();
}

static const struct {
    const char *preload;
    const char *params; /* NULL: any */
    enum preload what;
} preloads[] = {
    {"uid", NULL, PRELOAD_UID},           {"timestamp", "start", PRELOAD_START},
    {"timestamp", "end", PRELOAD_END},    {"date", "today", PRELOAD_TODAY},
    {"property", NULL, PRELOAD_PROPERTY},
};

/* A kiosk fills the first four as far as it knows them, and leaves the others blank. */
static void check_property(struct xform *form, const struct field *field, const struct node *bind)
{
    static const char *const known[] = {"deviceid",     "username",     "email",           "phonenumber",
                                        "phone number", "subscriberid", "simserial",       "uri:deviceid",
                                        "uri:username", "uri:email",    "uri:phonenumber", "uri:subscriberid",
                                        "uri:simserial"};
    struct nearest nearest = nearest_begin(field->property, strlen(field->property));
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(known[i], field->property) == 0)
            return;
        nearest_offer(&nearest, known[i]);
    }
    xform_find(form, XFORM_WARNING, bind, xform_did_you_mean(form, nearest.best, "it stays blank"),
               "%s: there is no property \"%s\"", field->path, field->property);
}

static void read_preload(struct xform *form, struct field *field, const struct node *bind)
{
    const char *preload = jr_attribute(bind, "preload");
    const char *params = jr_attribute(bind, "preloadParams");
    if (!preload)
        return;
    for (size_t i = 0; i < sizeof preloads / sizeof preloads[0]; i++) {
        if (strcmp(preloads[i].preload, preload) != 0)
            continue;
        if (!preloads[i].params || (params && strcmp(preloads[i].params, params) == 0)) {
            field->preload = preloads[i].what;
            field->property = params ? params : "";
            if (field->preload == PRELOAD_PROPERTY)
                check_property(form, field, bind);
            return;
        }
    }
    xform_find(form, XFORM_WARNING, bind, "it stays blank", "%s: jr:preload \"%s\" \"%s\" is not known",
               field->path, preload, params ? params : "");
}

/* ---- Binds ---- */

static struct err read_bind(struct xform *form, const struct node *bind)
{
    const char *nodeset = node_attribute(bind, NULL, "nodeset");
    if (!nodeset)
        nodeset = node_attribute(bind, NULL, "ref");
    if (!nodeset)
        return xform_error(bind->line, "<bind> without a nodeset");
    struct field *field = xform_field_at(form, NULL, nodeset);
    if (!field) {
        const char *near = xform_nearest_field(form, nodeset);
        xform_find(form, XFORM_WARNING, bind,
                   xform_did_you_mean(form, near, "add the node or leave the bind out"),
                   "<bind nodeset=\"%s\">: there is no such node in the instance", nodeset);
        return err_ok();
    }
    if (field->bind)
        xform_find(form, XFORM_WARNING, bind, "put all attributes into one bind", "%s has a second <bind>",
                   field->path);
    else
        field->bind = bind;
    read_type(form, field, bind);
    read_preload(form, field, bind);
    for (size_t i = 0; i < sizeof rule_attributes / sizeof rule_attributes[0]; i++)
        TRY(read_rule(form, field, bind, i));
    return read_messages(form, field, bind);
}

/* A plain relative jr:count may be meant from the repeat or, as in ODK Collect, from the element around it.
 */
static void find_count_context(const struct xform *form, struct field *repeat, const char *count)
{
    if (*count == '/' || xform_field_at(form, repeat, count))
        return;
    repeat->count_from_parent = xform_field_at(form, repeat->parent, count) != NULL;
}

/* jr:count and itemsets are rules too: they depend on other fields like any bind. */
static struct err read_control_rules(struct xform *form)
{
    for (size_t i = 0; i < form->control_count; i++) {
        struct control *control = form->control_list[i];
        if (!control->field || control->field->control != control)
            continue;
        if (control->itemset)
            TRY(add_rule(form, control->field, RULE_CHOICES, control->itemset->nodes,
                         xform_place(control->itemset->line, control->itemset->column)));
        for (const struct attribute *a = control->attributes; a; a = a->next) {
            if (control->kind != XFORM_REPEAT || strcmp(a->name, "jr:count") != 0)
                continue;
            struct node where = xform_place(control->line, control->column);
            struct xpath *expr;
            TRY(xform_compile(form, a->value, &where, "jr:count", &expr));
            find_count_context(form, control->field, a->value);
            TRY(add_rule(form, control->field, RULE_COUNT, expr, where));
        }
    }
    return err_ok();
}

/* An input that nobody can ever fill and that has words to show is a note. */
static void find_notes(struct xform *form)
{
    for (size_t i = 0; i < form->control_count; i++) {
        struct control *control = form->control_list[i];
        if (control->kind == XFORM_INPUT && control->field->always_readonly &&
            (control->label || control->hint))
            control->kind = XFORM_NOTE;
    }
}

/* A record without instanceID cannot be sent: where the form has no way of its own, a blank one is filled. */
static void ensure_uid(struct xform *form)
{
    if (form->instance_id && form->instance_id->preload == PRELOAD_NONE &&
        !form->instance_id->rules[RULE_CALCULATE])
        form->instance_id->preload = PRELOAD_UID_IF_BLANK;
}

/* The names of the sub-specification "Client audit logs"; all three of a place or none. */
static void read_audit(struct xform *form)
{
    static const char *const places[] = {"location-priority", "location-min-interval", "location-max-age"};
    const struct field *field = xform_field_at(form, NULL, "meta/audit");
    form->audit.field = field;
    if (!field || !field->bind)
        return;
    const char *values = node_attribute(field->bind, NS_ODK, "track-changes");
    form->audit.has_values = values && strcmp(values, "true") == 0;
    form->audit.has_place = true;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        form->audit.has_place = form->audit.has_place && node_attribute(field->bind, NS_ODK, places[i]);
}

struct err xform_read_binds(struct xform *form)
{
    for (const struct node *n = form->model->first; n; n = n->next)
        if (n->kind == NODE_ELEMENT && strcmp(n->name->local, "bind") == 0)
            TRY(xform_forgive(form, n, read_bind(form, n)));
    TRY(read_control_rules(form));
    ensure_uid(form);
    read_audit(form);
    find_notes(form);
    return err_ok();
}
