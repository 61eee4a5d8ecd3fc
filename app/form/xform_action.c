/* Actions: setvalue and odk:setgeopoint, in the model or in a control (spec "Events and Actions"). */
#include "app/form/xform_private.h"
#include <string.h>

static const struct {
    const char *name;
    enum event event;
} event_names[] = {
    {"odk-instance-first-load", EVENT_FIRST_LOAD},
    {"xforms-ready", EVENT_FIRST_LOAD}, /* its deprecated name */
    {"odk-instance-load", EVENT_LOAD},
    {"odk-new-repeat", EVENT_NEW_REPEAT},
    {"xforms-value-changed", EVENT_VALUE_CHANGED},
};

static unsigned event_bit(const char *name)
{
    for (size_t i = 0; i < sizeof event_names / sizeof event_names[0]; i++)
        if (strcmp(event_names[i].name, name) == 0)
            return event_names[i].event;
    return 0;
}

static struct err read_events(struct xform *form, const struct node *element, unsigned *out_events)
{
    const char *list = node_attribute(element, NULL, "event");
    if (!list)
        list = node_attribute(element, NS_EVENTS, "event");
    const char *const *names = NULL;
    size_t count = 0;
    if (list && !xform_split(form->arena, list, &names, &count))
        return err_no_memory(XFORM_MODULE);
    if (count == 0)
        return xform_error(element->line, "<%s> without an event", element->name->local);
    unsigned events = 0;
    struct buf unknown = {0};
    for (size_t i = 0; i < count; i++) {
        events |= event_bit(names[i]);
        if (event_bit(names[i]) != 0)
            continue;
        buf_append_text(&unknown, unknown.length > 0 ? ", " : "");
        buf_append_text(&unknown, names[i]);
    }
    struct err e = err_ok();
    if (unknown.length > 0)
        e = xform_error(element->line, "An action was registered for unsupported events: %s",
                        buf_text(&unknown));
    buf_finish(&unknown);
    *out_events = events;
    return e;
}

/* The path without what stands in brackets. */
static char *without_predicates(struct arena *arena, const char *path)
{
    char *copy = arena_strdup(arena, path);
    char *write = copy;
    int depth = 0;
    for (const char *read = path; copy && *read != '\0'; read++) {
        depth += *read == '[';
        if (depth == 0)
            *write++ = *read;
        depth -= *read == ']';
    }
    if (copy)
        *write = '\0';
    return copy;
}

static struct err read_target(struct xform *form, const struct node *element, const struct field *context,
                              struct action *action)
{
    const char *ref = xform_reference(form, element);
    if (!ref)
        return xform_error(element->line, "<%s> without a ref", element->name->local);
    const char *plain = ref;
    if (strchr(ref, '[') != NULL) {
        TRY(xform_compile(form, ref, element, "ref of an action", &action->target_expr));
        plain = without_predicates(form->arena, ref);
        if (!plain)
            return err_no_memory(XFORM_MODULE);
    }
    action->target = xform_field_at(form, context, plain);
    if (action->target)
        return err_ok();
    const char *near = xform_nearest_field(form, plain);
    return xform_error(element->line, "<%s ref=\"%s\">: there is no such node in the instance%s%s%s",
                       element->name->local, ref, near ? "; did you mean " : "", near ? near : "",
                       near ? "?" : "");
}

static void link_action(struct xform *form, struct action *action)
{
    if (!form->last_action)
        form->actions = action;
    else
        form->last_action->next = action;
    form->last_action = action;
    if (!action->source || (action->events & EVENT_VALUE_CHANGED) == 0)
        return;
    struct action **tail = &form->fields[action->source->id]->on_change;
    while (*tail)
        tail = &(*tail)->next_on_source;
    *tail = action;
}

static struct err read_action(struct xform *form, const struct node *element, const struct field *source)
{
    struct action *action = arena_alloc(form->arena, sizeof *action);
    if (!action)
        return err_no_memory(XFORM_MODULE);
    action->is_geopoint = strcmp(element->name->local, "setgeopoint") == 0;
    action->source = source;
    action->line = element->line;
    action->literal = element->text;
    TRY(read_events(form, element, &action->events));
    if (!source && (action->events & EVENT_NEW_REPEAT) != 0)
        return xform_error(element->line,
                           "odk-new-repeat: the action must stand in the repeat, not in the model");
    TRY(read_target(form, element, source, action));
    const char *value = node_attribute(element, NULL, "value");
    if (value && *value == '\0')
        action->literal = ""; /* clears, whatever the element holds */
    else if (value && !action->is_geopoint)
        TRY(xform_compile(form, value, element, "value of <setvalue>", &action->value));
    link_action(form, action);
    return err_ok();
}

/* setgeopoint is ODK's own: without its namespace it is a word that happens to be the same. */
static bool is_action(const struct node *n)
{
    if (n->kind != NODE_ELEMENT)
        return false;
    bool is_odk = strcmp(n->name->uri, NS_ODK) == 0;
    return strcmp(n->name->local, "setvalue") == 0 || (is_odk && strcmp(n->name->local, "setgeopoint") == 0);
}

/* The node that the control an action stands in is for; NULL in the model. Asked for where there is an action
 * only: few elements hold one. */
static const struct field *source_of(const struct xform *form, const struct node *element)
{
    if (element == form->body || element == form->model)
        return NULL;
    const struct field *around = source_of(form, element->parent);
    const char *ref = xform_reference(form, element);
    const struct field *own = ref ? xform_field_at(form, around, ref) : NULL;
    return own ? own : around;
}

static struct err read_actions_in(struct xform *form, const struct node *parent)
{
    for (const struct node *n = parent->first; n; n = n->next) {
        if (is_action(n))
            TRY(xform_forgive(form, n, read_action(form, n, source_of(form, parent))));
        else if (n->first && parent != form->model)
            TRY(read_actions_in(form, n));
    }
    return err_ok();
}

struct err xform_read_actions(struct xform *form)
{
    TRY(read_actions_in(form, form->model));
    return read_actions_in(form, form->body);
}
