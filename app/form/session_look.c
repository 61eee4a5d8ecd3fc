/* Looking at nodes: everything a screen needs of one, in one struct. */
#include "app/form/session_private.h"
#include <string.h>

/* ---- Violations ---- */

static enum session_violation_kind violation_kind(const struct node *node)
{
    const struct state *state = state_of(node);
    bool is_blank = *node->text == '\0';
    if (!is_relevant(node) || !state->field->is_leaf)
        return SESSION_VALID;
    if (!is_blank && !state->constraint_holds)
        return SESSION_CONSTRAINT;
    return is_blank && state->required ? SESSION_REQUIRED : SESSION_VALID;
}

struct session_violation session_violation_of(struct xform_session *session, struct node *node)
{
    struct session_violation violation = {.ref = "", .kind = violation_kind(node), .message = ""};
    if (violation.kind == SESSION_VALID)
        return violation;
    const struct field *field = state_of(node)->field;
    const struct text *message =
        violation.kind == SESSION_CONSTRAINT ? field->constraint_message : field->required_message;
    struct session_text text;
    struct err e = session_text(session, node, message, &text, NULL);
    const char *ref = session_ref(session, node);
    violation.message = err_is(&e) ? "" : session_plain(session, text.text);
    violation.ref = ref ? ref : "";
    return violation;
}

struct violation_list {
    struct session_violation *items;
    size_t count;
};

static void collect(struct xform_session *session, struct node *node, struct violation_list *list)
{
    if (violation_kind(node) != SESSION_VALID) {
        if (list->items)
            list->items[list->count] = session_violation_of(session, node);
        list->count++;
    }
    for (struct node *n = node->first; n; n = n->next)
        if (n->kind == NODE_ELEMENT)
            collect(session, n, list);
}

size_t session_validate(struct xform_session *session, const struct session_violation **out_violations)
{
    struct violation_list list = {.count = 0};
    collect(session, session->root, &list); /* first to count */
    list.items = session_view_alloc(session, list.count + 1, sizeof *list.items);
    if (!list.items)
        return 0;
    list.count = 0;
    collect(session, session->root, &list);
    *out_violations = list.items;
    return list.count;
}

/* ---- Parts of a view ---- */

static struct err look_choices(struct xform_session *session, struct node *node, struct session_node *out)
{
    const struct control *control = state_of(node)->field->control;
    if (!control ||
        (control->kind != XFORM_SELECT1 && control->kind != XFORM_SELECT && control->kind != XFORM_RANK))
        return err_ok();
    const struct choice *choices;
    size_t count;
    TRY(session_choices(session, node, &choices, &count));
    struct session_choice *views = session_view_alloc(session, count + 1, sizeof *views);
    if (!views)
        return err_no_memory(SESSION_MODULE);
    for (size_t i = 0; i < count; i++) {
        views[i].value = choices[i].value;
        views[i].item = choices[i].source;
        TRY(session_choice_label(session, node, &choices[i], &views[i].label));
        views[i].label.text = session_plain(session, views[i].label.text);
        views[i].selected = session_is_selected(control, node->text, choices[i].value);
    }
    out->choices = views;
    out->choice_count = count;
    return err_ok();
}

struct attribute_list {
    struct session_attribute *items;
    size_t count;
};

static void add_attribute(struct attribute_list *list, const char *name, const char *value)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].name, name) == 0)
            return;
    list->items[list->count++] = (struct session_attribute){name, value};
}

static const char *const read_elsewhere[] = {
    "nodeset",  "ref",           "type",        "relevant", "calculate", "required",     "constraint",
    "readonly", "constraintMsg", "requiredMsg", "id",       "preload",   "preloadParams"};

static bool is_read_elsewhere(const char *local)
{
    for (size_t i = 0; i < sizeof read_elsewhere / sizeof read_elsewhere[0]; i++)
        if (strcmp(read_elsewhere[i], local) == 0)
            return true;
    return false;
}

static const char *prefixed(struct xform_session *session, const struct name *name)
{
    if (*name->prefix == '\0')
        return name->local;
    buf_clear(&session->scratch);
    buf_printf(&session->scratch, "%s:%s", name->prefix, name->local);
    return session_keep(session, buf_text(&session->scratch));
}

static size_t count_attributes(const struct node *first)
{
    size_t count = 0;
    for (; first; first = first->next)
        count++;
    return count;
}

/* skip: those of a bind that are read elsewhere. */
static struct err add_attributes(struct xform_session *session, const struct node *first, bool skip,
                                 struct attribute_list *list)
{
    for (const struct node *a = first; a; a = a->next) {
        if (a->kind != NODE_ATTRIBUTE || (skip && is_read_elsewhere(a->name->local)))
            continue;
        const char *name = prefixed(session, a->name);
        const char *value = session_keep(session, a->text);
        if (!name || !value)
            return err_no_memory(SESSION_MODULE);
        add_attribute(list, name, value);
    }
    return err_ok();
}

/* Those of the instance's node (NULL: a series), of the control, and of the bind that say how to ask. */
static struct err look_attributes(struct xform_session *session, const struct field *field,
                                  const struct node *node, struct session_node *out)
{
    const struct control *control = field->control;
    const struct node *own = node ? node->attributes : NULL;
    const struct node *bind = field->bind ? field->bind->attributes : NULL;
    size_t most = count_attributes(own) + count_attributes(bind) + (control ? control->attribute_count : 0);
    struct attribute_list list = {.items = session_view_alloc(session, most + 1, sizeof *list.items)};
    if (!list.items)
        return err_no_memory(SESSION_MODULE);
    TRY(add_attributes(session, own, false, &list));
    for (const struct attribute *a = control ? control->attributes : NULL; a; a = a->next)
        add_attribute(&list, a->name, a->value);
    TRY(add_attributes(session, bind, true, &list));
    out->attributes = list.items;
    out->attribute_count = list.count;
    return err_ok();
}

static struct err look_texts(struct xform_session *session, struct node *node, const struct control *control,
                             struct session_node *out)
{
    struct session_text hint;
    out->guidance = "";
    TRY(session_text(session, node, control ? control->label : NULL, &out->label, NULL));
    TRY(session_text(session, node, control ? control->hint : NULL, &hint, &out->guidance));
    out->hint = hint;
    out->label.text = session_plain(session, out->label.text);
    out->hint.text = session_plain(session, out->hint.text);
    out->guidance = session_plain(session, out->guidance);
    return err_ok();
}

/* ---- Children ---- */

struct ref_list {
    const char **items;
    size_t count;
};

static struct err add_ref(struct ref_list *list, const char *ref)
{
    if (!ref)
        return err_no_memory(SESSION_MODULE);
    list->items[list->count++] = ref;
    return err_ok();
}

/* Children of a node in instance order; a series of repeat instances is one child, empty or not. */
static struct err look_children(struct xform_session *session, struct node *node, struct session_node *out)
{
    const struct field *field = state_of(node)->field;
    size_t most = 1;
    for (const struct node *n = node->first; n; n = n->next)
        most++;
    struct ref_list list = {.items = session_view_alloc(session, most + field->child_count, sizeof(char *))};
    if (!list.items)
        return err_no_memory(SESSION_MODULE);
    for (const struct field *f = field->first; f; f = f->next) {
        if (f->is_repeat)
            TRY(add_ref(&list, session_series_ref(session, node, f)));
        else if (!f->is_attribute)
            for (struct node *n = session_child(node, f); n; n = session_next_instance(n))
                TRY(add_ref(&list, session_ref(session, n)));
    }
    out->children = list.items;
    out->child_count = list.count;
    return err_ok();
}

static struct err look_instances(struct xform_session *session, const struct place *series,
                                 struct session_node *out)
{
    size_t count = session_instance_count(series->parent, series->field);
    struct ref_list list = {.items = session_view_alloc(session, count + 1, sizeof(char *))};
    if (!list.items)
        return err_no_memory(SESSION_MODULE);
    for (struct node *n = session_child(series->parent, series->field); n; n = session_next_instance(n))
        TRY(add_ref(&list, session_ref(session, n)));
    out->children = list.items;
    out->child_count = list.count;
    return err_ok();
}

/* ---- Views ---- */

static enum xform_kind kind_of(const struct xform_session *session, const struct node *node)
{
    const struct field *field = state_of(node)->field;
    if (node == session->root)
        return XFORM_ROOT;
    if (field->is_repeat)
        return XFORM_INSTANCE;
    if (!field->is_leaf)
        return XFORM_GROUP;
    return field->control ? field->control->kind : XFORM_MODEL;
}

/* The root shows the body's classes as its appearance. */
static void look_control(const struct xform_session *session, const struct field *field,
                         struct session_node *out)
{
    const struct control *control = field->parent ? field->control : session->form->controls;
    out->name = field->name->local;
    out->type = field->type;
    out->intent_arguments = "";
    if (!control)
        return;
    out->appearance = control->appearance;
    out->appearance_count = control->appearance_count;
    out->intent = control->intent;
    out->intent_arguments = control->intent_arguments ? control->intent_arguments : "";
}

static struct err look_series(struct xform_session *session, const struct place *series,
                              struct session_node *out)
{
    const struct field *field = series->field;
    out->ref = session_series_ref(session, series->parent, field);
    out->kind = XFORM_REPEAT;
    out->value = "";
    out->count_controlled = !session_repeat_is_free(field);
    out->readonly = is_readonly(series->parent) || field->always_readonly;
    out->violation = (struct session_violation){.ref = out->ref, .message = ""};
    look_control(session, field, out);
    TRY(session_series_relevant(session, series->parent, field, &out->relevant));
    TRY(look_texts(session, series->parent, field->control, out));
    TRY(look_attributes(session, field, NULL, out));
    return look_instances(session, series, out);
}

static struct err look_node(struct xform_session *session, struct node *node, struct session_node *out)
{
    const struct state *state = state_of(node);
    out->ref = session_ref(session, node);
    out->kind = kind_of(session, node);
    out->value = state->field->is_leaf ? session_keep(session, node->text) : "";
    out->relevant = is_relevant(node);
    out->readonly = is_readonly(node);
    out->required = state->required;
    out->from_intent = state->from_intent;
    if (!out->ref || !out->value)
        return err_no_memory(SESSION_MODULE);
    out->violation = session_violation_of(session, node);
    look_control(session, state->field, out);
    bool is_instance = out->kind == XFORM_INSTANCE;
    TRY(look_texts(session, node, is_instance ? NULL : state->field->control, out));
    TRY(look_choices(session, node, out));
    TRY(look_attributes(session, state->field, node, out));
    return node->kind == NODE_ELEMENT ? look_children(session, node, out) : err_ok();
}

struct err session_look(struct xform_session *session, const char *ref, struct session_node *out_node)
{
    struct place place;
    struct session_node view = {.ref = NULL};
    TRY(session_find(session, ref, &place));
    if (place.node)
        TRY(look_node(session, place.node, &view));
    else
        TRY(look_series(session, &place, &view));
    *out_node = view;
    return err_ok();
}

/* ---- Smaller looks ---- */

struct err session_messages(struct xform_session *session, const char *ref, const char **out_constraint,
                            const char **out_required)
{
    struct place place;
    struct session_text constraint, required;
    TRY(session_find(session, ref, &place));
    TRY(session_text(session, place.node, place.field->constraint_message, &constraint, NULL));
    TRY(session_text(session, place.node, place.field->required_message, &required, NULL));
    *out_constraint = session_plain(session, constraint.text);
    *out_required = session_plain(session, required.text);
    return err_ok();
}

struct err session_path(struct xform_session *session, const char *ref, const char *const **out_refs,
                        size_t *out_count)
{
    struct place place;
    TRY(session_find(session, ref, &place));
    size_t depth = place.field->depth + 1u;
    const char **refs = session_view_alloc(session, depth + 1, sizeof *refs);
    if (!refs)
        return err_no_memory(SESSION_MODULE);
    size_t count = 0;
    struct node *node = place.node ? place.node->parent : place.parent;
    for (; node && node != session->root && node->slot; node = node->parent)
        if (!(refs[count++] = session_ref(session, node)))
            return err_no_memory(SESSION_MODULE);
    for (size_t i = 0; i < count / 2; i++) {
        const char *swapped = refs[i];
        refs[i] = refs[count - 1 - i];
        refs[count - 1 - i] = swapped;
    }
    *out_refs = refs;
    *out_count = count;
    return err_ok();
}

const char *session_value(struct xform_session *session, const char *ref)
{
    struct place place;
    struct err e = session_find(session, ref, &place);
    return err_is(&e) || !place.node ? NULL : place.node->text;
}

static const char *selected_labels(struct xform_session *session, struct node *node)
{
    struct session_node view = {.choice_count = 0};
    struct err e = look_choices(session, node, &view);
    struct buf text;
    buf_init_private(&text);
    for (size_t i = 0; i < view.choice_count && !err_is(&e); i++) {
        if (!view.choices[i].selected)
            continue;
        if (text.length > 0)
            buf_append_text(&text, ", ");
        buf_append_text(&text, view.choices[i].label.text);
    }
    const char *kept = session_keep(session, text.length > 0 ? text.data : node->text);
    buf_finish(&text);
    return kept;
}

/* What the record spells "1200.0" was typed as 1200. */
static const char *plain_decimal(struct xform_session *session, const char *text)
{
    size_t length = strlen(text);
    bool is_whole = length > 2 && strcmp(text + length - 2, ".0") == 0;
    char *kept = (char *)session_keep(session, text);
    if (kept && is_whole)
        kept[length - 2] = '\0';
    return kept;
}

static const char *display_of(struct xform_session *session, struct node *node)
{
    const struct field *field = state_of(node)->field;
    const struct control *control = field->control;
    bool has_choices = control && (control->items || control->itemset);
    if (has_choices && *node->text != '\0')
        return selected_labels(session, node);
    return field->type == XFORM_DECIMAL ? plain_decimal(session, node->text)
                                        : session_keep(session, node->text);
}

const char *session_display_value(struct xform_session *session, const char *ref)
{
    struct place place;
    struct err e = session_find(session, ref, &place);
    return err_is(&e) || !place.node ? NULL : display_of(session, place.node);
}

bool session_has_appearance(const struct session_node *node, const char *word)
{
    for (size_t i = 0; i < node->appearance_count; i++)
        if (strcmp(node->appearance[i], word) == 0)
            return true;
    return false;
}

const char *session_attribute(const struct session_node *node, const char *name)
{
    for (size_t i = 0; i < node->attribute_count; i++)
        if (strcmp(node->attributes[i].name, name) == 0)
            return node->attributes[i].value;
    return NULL;
}

/* ---- The review screen ---- */

static bool is_answer(const struct walk *walk)
{
    return walk->step == SESSION_QUESTION && walk->control->kind != XFORM_NOTE && *walk->node->text != '\0';
}

static size_t count_answers(struct xform_session *session)
{
    struct err error = err_ok();
    size_t count = 0;
    for (struct walk at = {.step = SESSION_START}; at.step != SESSION_END;
         at = session_walk_next(session, at, &error))
        count += is_answer(&at);
    return count;
}

size_t session_answers(struct xform_session *session, const struct session_answer_line **out_lines)
{
    struct err error = err_ok();
    size_t count = 0, most = count_answers(session);
    struct session_answer_line *lines = session_view_alloc(session, most + 1, sizeof *lines);
    for (struct walk at = {.step = SESSION_START}; at.step != SESSION_END && lines;
         at = session_walk_next(session, at, &error)) {
        struct session_text label;
        if (!is_answer(&at))
            continue;
        struct err e = session_text(session, at.node, at.control->label, &label, NULL);
        lines[count] =
            (struct session_answer_line){.ref = session_ref(session, at.node),
                                         .label = err_is(&e) ? "" : session_plain(session, label.text),
                                         .display = display_of(session, at.node),
                                         .kind = at.control->kind,
                                         .type = state_of(at.node)->field->type,
                                         .from_intent = state_of(at.node)->from_intent};
        if (!lines[count].ref || !lines[count].display)
            break;
        count++;
    }
    *out_lines = lines;
    return count;
}
