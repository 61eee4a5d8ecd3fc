/* The body: groups, repeats and questions in the order in which they are asked (spec "Body", "Groups",
 * "Repeats"). */
#include "app/form/xform_private.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CONTROLS_MAX 100000

struct body_reader {
    struct xform *form;
    struct control *parent;      /* what is being read belongs to it */
    const struct field *context; /* relative refs start here; NULL: the root element */
};

/* Body elements that are controls. `secret` and such are not in the specification. */
static const struct {
    const char *element;
    enum xform_kind kind;
} control_elements[] = {
    {"input", XFORM_INPUT},     {"select1", XFORM_SELECT1}, {"select", XFORM_SELECT},
    {"rank", XFORM_RANK},       {"range", XFORM_RANGE},     {"upload", XFORM_UPLOAD},
    {"trigger", XFORM_TRIGGER}, {"group", XFORM_GROUP},     {"repeat", XFORM_REPEAT},
};

static bool find_kind(const char *element, enum xform_kind *out_kind)
{
    for (size_t i = 0; i < sizeof control_elements / sizeof control_elements[0]; i++) {
        if (strcmp(control_elements[i].element, element) == 0) {
            *out_kind = control_elements[i].kind;
            return true;
        }
    }
    return false;
}

static bool is_element(const struct node *n, const char *local)
{
    return n->kind == NODE_ELEMENT && strcmp(n->name->local, local) == 0;
}

static struct control *control_create(struct xform *form, struct control *parent, enum xform_kind kind,
                                      const struct node *element)
{
    struct control *control = arena_alloc(form->arena, sizeof *control);
    if (!control)
        return NULL;
    control->kind = kind;
    control->line = element->line;
    control->column = element->column;
    form->control_count++;
    xform_append_control(parent, control);
    return control;
}

/* ---- Attributes ---- */

static bool add_attribute(struct xform *form, struct control *control, const char *name, const char *value)
{
    struct attribute *attribute = arena_alloc(form->arena, sizeof *attribute);
    if (!attribute)
        return false;
    *attribute = (struct attribute){.name = name, .value = value, .next = control->attributes};
    control->attributes = attribute;
    control->attribute_count++;
    return true;
}

/* The prefixes everybody knows stand for their namespaces, whatever the form writes. */
static const char *usual_prefix(const struct name *name)
{
    if (strcmp(name->uri, NS_JAVAROSA) == 0)
        return "jr";
    if (strcmp(name->uri, NS_OPENROSA) == 0)
        return "orx";
    return strcmp(name->uri, NS_ODK) == 0 ? "odk" : name->prefix;
}

static const char *attribute_name(struct xform *form, const struct node *a)
{
    const char *prefix = usual_prefix(a->name);
    if (*prefix == '\0')
        return a->name->local;
    struct buf text = {0};
    buf_printf(&text, "%s:%s", prefix, a->name->local);
    const char *name = text.failed ? NULL : arena_strdup(form->arena, text.data);
    buf_finish(&text);
    return name;
}

/* Spec "External applications": ex:NAME(ARGUMENTS). */
static struct err read_intent(struct xform *form, struct control *control, const char *value)
{
    value += strspn(value, " ");
    if (strncmp(value, "ex:", 3) == 0)
        value += 3;
    size_t length = strcspn(value, "( ");
    const char *open = strchr(value, '(');
    const char *close = open ? strrchr(value, ')') : NULL;
    if (open && (!close || close < open))
        return xform_error(control->line, "intent \"%s\": a parenthesis is open", value);
    control->intent = arena_strndup(form->arena, value, length);
    control->intent_arguments = open ? arena_strndup(form->arena, open + 1, (size_t)(close - open - 1)) : "";
    return !control->intent || !control->intent_arguments ? err_no_memory(XFORM_MODULE) : err_ok();
}

static bool has_word(const struct control *control, const char *word)
{
    for (size_t i = 0; i < control->appearance_count; i++)
        if (strcmp(control->appearance[i], word) == 0)
            return true;
    return false;
}

/* "search" is the old name of "autocomplete"; who looks for either finds it. */
static struct err read_appearance(struct xform *form, struct control *control, const char *list)
{
    struct buf words = {0};
    buf_append_text(&words, list);
    bool is_select = control->kind == XFORM_SELECT1 || control->kind == XFORM_SELECT;
    bool ok = xform_split(form->arena, list, &control->appearance, &control->appearance_count);
    if (ok && is_select && has_word(control, "search") && !has_word(control, "autocomplete")) {
        buf_append_text(&words, " autocomplete");
        ok = !words.failed &&
             xform_split(form->arena, words.data, &control->appearance, &control->appearance_count);
    }
    buf_finish(&words);
    return ok ? err_ok() : err_no_memory(XFORM_MODULE);
}

static struct err read_attribute(struct xform *form, struct control *control, const struct node *a)
{
    const char *local = a->name->local;
    if (strcmp(local, "ref") == 0 || strcmp(local, "nodeset") == 0 || strcmp(local, "bind") == 0)
        return err_ok();
    if (strcmp(local, "appearance") == 0 && control->appearance_count == 0)
        return read_appearance(form, control, a->text);
    if (strcmp(local, "intent") == 0)
        TRY(read_intent(form, control, a->text));
    const char *name = attribute_name(form, a);
    return name && add_attribute(form, control, name, a->text) ? err_ok() : err_no_memory(XFORM_MODULE);
}

static struct err read_attributes(struct xform *form, struct control *control, const struct node *element)
{
    for (const struct node *a = element->attributes; a; a = a->next)
        if (a->kind == NODE_ATTRIBUTE)
            TRY(read_attribute(form, control, a));
    return err_ok();
}

/* ---- Choices ---- */

static struct err read_item(struct xform *form, struct control *control, const struct node *element,
                            struct item ***tail)
{
    struct item *item = arena_alloc(form->arena, sizeof *item);
    if (!item)
        return err_no_memory(XFORM_MODULE);
    for (const struct node *n = element->first; n; n = n->next) {
        if (is_element(n, "value"))
            item->value = n->text;
        else if (is_element(n, "label"))
            TRY(xform_read_text(form, n, &item->label));
    }
    if (!item->value)
        return xform_error(element->line, "<item> without a <value>");
    if (!item->label)
        xform_find(form, XFORM_WARNING, element, "give it a label", "choice \"%s\" has no label",
                   item->value);
    **tail = item;
    *tail = &item->next;
    control->item_count++;
    return err_ok();
}

/* The label of an itemset is most often a child of the item, or jr:itext() of one: known by name, read
 * directly. */
static void recognise_label(struct xform *form, struct itemset *itemset, const char *ref)
{
    itemset->label_child = xform_plain_name(form, ref);
    static const char call[] = "jr:itext(";
    ref += strspn(ref, " ");
    const char *close = strrchr(ref, ')');
    if (itemset->label_child || strncmp(ref, call, sizeof call - 1) != 0 || !close)
        return;
    const char *inner = ref + sizeof call - 1;
    char *name = arena_strndup(form->arena, inner, (size_t)(close - inner));
    itemset->label_child = name ? xform_plain_name(form, name) : NULL;
    itemset->label_is_itext = itemset->label_child != NULL;
}

static struct err read_itemset(struct xform *form, struct control *control, const struct node *element)
{
    struct itemset *itemset = arena_alloc(form->arena, sizeof *itemset);
    const char *nodes = xform_reference(form, element);
    if (!itemset)
        return err_no_memory(XFORM_MODULE);
    if (!nodes)
        return xform_error(element->line, "<itemset> without a nodeset");
    itemset->line = element->line;
    itemset->column = element->column;
    TRY(xform_compile(form, nodes, element, "nodeset of <itemset>", &itemset->nodes));
    for (const struct node *n = element->first; n; n = n->next) {
        const char *ref = n->kind == NODE_ELEMENT ? node_attribute(n, NULL, "ref") : NULL;
        if (ref && is_element(n, "value")) {
            itemset->value_child = xform_plain_name(form, ref);
            TRY(xform_compile(form, ref, n, "value of <itemset>", &itemset->value));
        } else if (ref && is_element(n, "label")) {
            recognise_label(form, itemset, ref);
            TRY(xform_compile(form, ref, n, "label of <itemset>", &itemset->label));
        }
    }
    if (!itemset->value)
        return xform_error(element->line, "<itemset> without <value ref=\"..\"/>");
    control->itemset = itemset;
    return err_ok();
}

/* ---- Ranges ---- */

static struct err read_number(const struct node *element, const char *name, double *out_number)
{
    const char *text = node_attribute(element, NULL, name);
    char *end = NULL;
    double number = text ? strtod(text, &end) : NAN;
    if (!text || end == text || *end != '\0' || !isfinite(number))
        return xform_error(element->line, "cannot parse <range>: %s is missing or no number", name);
    *out_number = number;
    return err_ok();
}

static struct err read_range(struct control *control, const struct node *element)
{
    TRY(read_number(element, "start", &control->range_start));
    TRY(read_number(element, "end", &control->range_end));
    TRY(read_number(element, "step", &control->range_step));
    if (control->range_step == 0)
        return xform_error(element->line, "<range>: a step of 0 leads nowhere");
    return err_ok();
}

/* ---- Uploads ---- */

/* "image/" and what kind of it. A file's ending, ".jpg", belongs into accept. */
static struct err check_media_type(const struct node *element)
{
    const char *type = node_attribute(element, NULL, "mediatype");
    if (!type || node_attribute(element, NULL, "accept"))
        return err_ok();
    type += strspn(type, " \t\r\n");
    const char *slash = strchr(type, '/');
    bool has_both = slash && slash > type && slash[1] != '\0' && !strchr(slash + 1, '/');
    if (has_both || *type == '\0')
        return err_ok();
    return xform_error(element->line, "<upload mediatype=\"%.60s\">: a media type is written like image/png",
                       type);
}

/* ---- Elements ---- */

static struct err read_elements(const struct body_reader *reader, const struct node *parent);

/* Which node of the instance a control is for; groups may have none. */
static struct err find_field(const struct body_reader *reader, const struct node *element,
                             struct control *control)
{
    const char *ref = xform_reference(reader->form, element);
    if (!ref || *ref == '\0') {
        if (control->kind == XFORM_GROUP)
            return err_ok();
        return xform_error(element->line, "<%s> without a ref", element->name->local);
    }
    control->field = xform_field_at(reader->form, reader->context, ref);
    if (control->field)
        return err_ok();
    const char *near = xform_nearest_field(reader->form, ref);
    xform_find(reader->form, XFORM_UNSUPPORTED, element,
               xform_did_you_mean(reader->form, near, "add the node to the instance or correct the ref"),
               "<%s ref=\"%s\">: there is no such node in the instance", element->name->local, ref);
    return err_ok();
}

/* <group ref="/data/r"><label/><repeat nodeset="/data/r">: the group is there to give the repeat its label.
 */
static bool is_wrapper_of(const struct body_reader *reader, const struct node *group,
                          const struct field *field)
{
    for (const struct node *n = group->first; n && field; n = n->next) {
        const char *ref = is_element(n, "repeat") ? xform_reference(reader->form, n) : NULL;
        if (ref && xform_field_at(reader->form, field, ref) == field)
            return true;
    }
    return false;
}

static struct err take_from_wrapper(struct xform *form, struct control *repeat, const struct control *wrapper)
{
    if (!repeat->label)
        repeat->label = wrapper->label;
    if (repeat->appearance_count == 0) {
        repeat->appearance = wrapper->appearance;
        repeat->appearance_count = wrapper->appearance_count;
    }
    for (const struct attribute *a = wrapper->attributes; a; a = a->next)
        if (!add_attribute(form, repeat, a->name, a->value))
            return err_no_memory(XFORM_MODULE);
    return err_ok();
}

static struct err read_repeat(const struct body_reader *reader, const struct node *element,
                              struct control *control)
{
    struct field *field = control->field;
    if (field->is_repeat)
        return xform_error(element->line, "a second <repeat> for %s", field->path);
    if (!field->parent || field->is_attribute)
        return xform_error(element->line, "%s cannot be repeated", field->path);
    field->is_repeat = true;
    field->repeat_index = field->parent->repeat_count++;
    const char *fixed = node_attribute(element, NS_JAVAROSA, "noAddRemove");
    field->no_add_remove = fixed && strncmp(fixed, "true", 4) == 0;
    if (reader->parent->field == field) {
        TRY(take_from_wrapper(reader->form, control, reader->parent));
        reader->parent->field = NULL;
        reader->parent->label = NULL;
    }
    return err_ok();
}

static struct err read_group_or_repeat(const struct body_reader *reader, const struct node *element,
                                       struct control *control)
{
    if (control->kind == XFORM_REPEAT)
        TRY(read_repeat(reader, element, control));
    struct body_reader inner = {.form = reader->form,
                                .parent = control,
                                .context = control->field ? control->field : reader->context};
    return read_elements(&inner, element);
}

/* A field shows through the first control that refers to it. */
static void attach(struct xform *form, const struct body_reader *reader, struct control *control,
                   const struct node *element)
{
    struct field *field = control->field;
    if (!field || (control->kind == XFORM_GROUP && is_wrapper_of(reader, element, field)))
        return;
    if (field->control && control->kind != XFORM_REPEAT)
        xform_find(form, XFORM_WARNING, element, "leave one of them out", "%s has two controls in the body",
                   field->path);
    else
        field->control = control;
}

static struct err read_part(struct xform *form, const struct node *n, struct control *control,
                            struct item ***tail)
{
    if (is_element(n, "label"))
        return xform_read_text(form, n, &control->label);
    if (is_element(n, "hint"))
        return xform_read_text(form, n, &control->hint);
    if (is_element(n, "item"))
        return read_item(form, control, n, tail);
    return is_element(n, "itemset") ? read_itemset(form, control, n) : err_ok();
}

/* What belongs to the control itself: the bounds of a range, texts, choices. */
static struct err read_parts(struct xform *form, const struct node *element, struct control *control)
{
    struct err e = control->kind == XFORM_RANGE    ? read_range(control, element)
                   : control->kind == XFORM_UPLOAD ? check_media_type(element)
                                                   : err_ok();
    control->is_broken = err_is(&e);
    TRY(xform_forgive(form, element, e));
    struct item **tail = &control->items;
    for (const struct node *n = element->first; n; n = n->next) {
        e = read_part(form, n, control, &tail);
        control->is_broken |= err_is(&e);
        TRY(xform_forgive(form, n, e));
    }
    return err_ok();
}

static struct err read_control(const struct body_reader *reader, const struct node *element,
                               enum xform_kind kind)
{
    struct xform *form = reader->form;
    if (form->control_count >= CONTROLS_MAX)
        return err_make(ERR_REFUSED, XFORM_MODULE, 0, "more than %d controls", CONTROLS_MAX);
    struct control *control = control_create(form, reader->parent, kind, element);
    if (!control)
        return err_no_memory(XFORM_MODULE);
    struct err e = read_attributes(form, control, element);
    if (!err_is(&e))
        e = find_field(reader, element, control);
    if (!control->field && kind != XFORM_GROUP) {
        control->kind = XFORM_GROUP; /* nothing that could be asked */
        return e;
    }
    TRY(e);
    attach(form, reader, control, element);
    TRY(read_parts(form, element, control));
    if (kind == XFORM_GROUP || kind == XFORM_REPEAT)
        TRY(read_group_or_repeat(reader, element, control));
    return err_ok();
}

static bool is_passed_over(const char *local)
{
    static const char *const known[] = {"label",       "hint",        "item", "itemset", "setvalue",
                                        "setgeopoint", "recordaudio", "help", "alert",   "extra"};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(known[i], local) == 0)
            return true;
    return false;
}

static struct err read_elements(const struct body_reader *reader, const struct node *parent)
{
    for (const struct node *n = parent->first; n; n = n->next) {
        enum xform_kind kind;
        if (n->kind != NODE_ELEMENT || is_passed_over(n->name->local))
            continue;
        if (find_kind(n->name->local, &kind))
            TRY(xform_forgive(reader->form, n, read_control(reader, n, kind)));
        else
            xform_find(reader->form, XFORM_UNSUPPORTED, n, "use a control of the ODK XForms specification",
                       "<%s> is not a control this kiosk knows", n->name->local);
    }
    return err_ok();
}

struct err xform_read_body(struct xform *form)
{
    form->controls = arena_alloc(form->arena, sizeof *form->controls);
    if (!form->controls)
        return err_no_memory(XFORM_MODULE);
    form->controls->kind = XFORM_GROUP;
    const char *classes = node_attribute(form->body, NULL, "class");
    if (classes &&
        !xform_split(form->arena, classes, &form->controls->appearance, &form->controls->appearance_count))
        return err_no_memory(XFORM_MODULE);
    struct body_reader reader = {.form = form, .parent = form->controls};
    TRY(read_elements(&reader, form->body));
    return err_ok();
}
