/* Loading a form, piece by piece, and what others may ask of it. */
#include "app/form/xform_private.h"
#include <stdlib.h>
#include <string.h>

#define FORM_BYTES_MAX (256u << 20) /* memory of one compiled form with its lists */

/* ---- Names ---- */

static const char *const kind_names[] = {
    [XFORM_ROOT] = "root",         [XFORM_GROUP] = "group",     [XFORM_REPEAT] = "repeat",
    [XFORM_INSTANCE] = "instance", [XFORM_INPUT] = "input",     [XFORM_SELECT1] = "select1",
    [XFORM_SELECT] = "select",     [XFORM_RANK] = "rank",       [XFORM_RANGE] = "range",
    [XFORM_UPLOAD] = "upload",     [XFORM_TRIGGER] = "trigger", [XFORM_NOTE] = "note",
    [XFORM_MODEL] = "model",
};

static const char *const type_names[] = {
    [XFORM_STRING] = "string",     [XFORM_INT] = "int",           [XFORM_BOOLEAN] = "boolean",
    [XFORM_DECIMAL] = "decimal",   [XFORM_DATE] = "date",         [XFORM_TIME] = "time",
    [XFORM_DATETIME] = "dateTime", [XFORM_GEOPOINT] = "geopoint", [XFORM_GEOTRACE] = "geotrace",
    [XFORM_GEOSHAPE] = "geoshape", [XFORM_BINARY] = "binary",     [XFORM_BARCODE] = "barcode",
    [XFORM_INTENT] = "intent",
};

const char *xform_kind_name(enum xform_kind kind)
{
    return kind_names[kind];
}

const char *xform_type_name(enum xform_type type)
{
    return type_names[type];
}

/* ---- The frame of a form ---- */

static bool is_element(const struct node *n, const char *local)
{
    return n->kind == NODE_ELEMENT && strcmp(n->name->local, local) == 0;
}

static const struct node *first_element(const struct node *parent)
{
    const struct node *n = parent->first;
    while (n && n->kind != NODE_ELEMENT)
        n = n->next;
    return n;
}

static struct err find_frame(struct xform *form)
{
    const struct node *html = first_element(&form->source->root);
    if (!html || !is_element(html, "html"))
        return xform_error(html ? html->line : 1, "this is no XForm: its root is not <html>");
    form->head = node_child_local(html, "head");
    form->body = node_child_local(html, "body");
    form->model = form->head ? node_child_local(form->head, "model") : NULL;
    if (!form->model || !form->body)
        return xform_error(html->line, "<head> with <model>, or <body>, is missing");
    const struct node *instance = node_child_local(form->model, "instance");
    form->primary = instance ? first_element(instance) : NULL;
    if (!form->primary)
        return xform_error(form->model->line, "the model has no primary instance");
    return err_ok();
}

static void add_namespaces(struct xpath_namespaces *namespaces, struct xpath_namespace *list,
                           const struct node *element)
{
    for (const struct node *a = element->attributes; a; a = a->next)
        if (a->kind == NODE_NAMESPACE && *a->name->local != '\0')
            list[namespaces->count++] = (struct xpath_namespace){a->name->local, a->text};
}

/* Prefixes that expressions may use are those declared on the instance's root and around it, the nearest
 * first. */
static struct err read_namespaces(struct xform *form)
{
    size_t count = 0;
    for (const struct node *n = form->primary; n->kind == NODE_ELEMENT; n = n->parent)
        for (const struct node *a = n->attributes; a; a = a->next)
            count += a->kind == NODE_NAMESPACE;
    struct xpath_namespace *list = arena_array(form->arena, count + 1, sizeof *list);
    if (!list)
        return err_no_memory(XFORM_MODULE);
    form->namespaces = (struct xpath_namespaces){.list = list, .unprefixed_as_written = true};
    for (const struct node *n = form->primary; n->kind == NODE_ELEMENT; n = n->parent)
        add_namespaces(&form->namespaces, list, n);
    return err_ok();
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

static struct err read_identity(struct xform *form)
{
    const char *version = node_attribute(form->primary, NS_OPENROSA, "version");
    const struct node *title = node_child_local(form->head, "title");
    form->id = node_attribute(form->primary, NULL, "id");
    form->has_id = form->id != NULL;
    if (!form->id)
        form->id = or_empty(node_namespace(form->primary, ""));
    form->version = or_empty(version ? version : node_attribute(form->primary, NULL, "version"));
    form->title = title ? title->text : "";
    if (*form->id == '\0')
        xform_find(form, XFORM_WARNING, form->primary, "give the instance's root an id",
                   "the form has no id");
    const struct node *submission = node_child_local(form->model, "submission");
    if (!submission)
        return err_ok();
    const char *method = node_attribute(submission, NULL, "method");
    if (method && strcmp(method, "post") != 0 && strcmp(method, "form-data-post") != 0)
        return xform_error(submission->line, "<submission method=\"%s\">: only \"post\" is possible", method);
    form->submission = (struct xform_submission){
        .action = node_attribute(submission, NULL, "action"),
        .method = method,
        .base64_rsa_public_key = node_attribute(submission, NULL, "base64RsaPublicKey"),
        .auto_send = node_attribute(submission, NS_OPENROSA, "auto-send"),
        .auto_delete = node_attribute(submission, NS_OPENROSA, "auto-delete"),
    };
    return err_ok();
}

/* A record must have an instanceID (spec "Metadata"): a form that forgot it gets one. */
static struct err ensure_instance_id(struct xform *form)
{
    struct node *root = form->source->root.first;
    while (root && root->kind != NODE_ELEMENT)
        root = root->next;
    struct node *primary = root;
    while (primary && primary != form->primary)
        primary = node_walk(root, primary);
    if (!primary)
        return err_ok();
    struct node *meta = node_child_local(primary, "meta");
    const struct name *name = name_intern(form->names, NS_OPENROSA, "meta", "orx");
    if (!meta && name)
        meta = node_append(form->source, primary, NODE_ELEMENT, name, "", 0);
    if (!meta)
        return err_no_memory(XFORM_MODULE);
    if (node_child_local(meta, "instanceID"))
        return err_ok();
    name = name_intern(form->names, meta->name->uri, "instanceID", meta->name->prefix);
    return name && node_append(form->source, meta, NODE_ELEMENT, name, "", 0) ? err_ok()
                                                                              : err_no_memory(XFORM_MODULE);
}

/* ---- Loading ---- */

static struct err (*const pieces[])(struct xform *form) = {
    find_frame,         read_namespaces,      read_identity,     ensure_instance_id,
    xform_read_itext,   xform_read_instances, xform_read_fields, xform_read_body,
    xform_measure_refs, xform_order_controls, xform_read_binds,  xform_read_actions,
    xform_make_blank,   xform_link,           xform_rank,        xform_check,
};

static struct err read_form(struct xform *form, const char *xml, size_t length)
{
    static const char *const mixed[] = {"label", "hint", "value", NULL};
    struct xml_options options = {.keep = XML_KEEP_DATA, .mixed = mixed};
    TRY(xml_parse(xml, length, &options, form->arena, form->names, &form->source));
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++)
        TRY(pieces[i](form));
    node_freeze(form->source);
    node_freeze(form->blank);
    return err_ok();
}

static struct err load(const char *xml, size_t length, const struct xform_media *media,
                       const struct xform_filler *fillers, struct xform **out_form)
{
    struct arena *arena = arena_create(ARENA_PLAIN, FORM_BYTES_MAX);
    struct xform *form = arena ? arena_alloc(arena, sizeof *form) : NULL;
    if (!form) {
        arena_destroy(&arena);
        return err_no_memory(XFORM_MODULE);
    }
    form->arena = arena;
    form->media_seen.arena = arena;
    form->media = media;
    form->text = xml;
    form->length = length;
    form->fillers = fillers;
    form->is_studied = fillers != NULL;
    form->names = name_table_create(arena, NULL);
    struct err e = form->names ? read_form(form, xml, length) : err_no_memory(XFORM_MODULE);
    if (form->is_studied && e.class == ERR_REFUSED)
        e.class = ERR_DATA; /* a limit: nothing can be read after it, but it is a fault like others */
    e = xform_forgive(form, NULL, e);
    form->media = NULL;
    form->text = NULL;
    form->fillers = NULL;
    if (err_is(&e))
        xform_destroy(&form);
    else
        *out_form = form;
    return e;
}

struct err xform_load(const char *xml, size_t length, const struct xform_media *media,
                      struct xform **out_form)
{
    return load(xml, length, media, NULL, out_form);
}

struct err xform_study(const char *xml, size_t length, const struct xform_media *media,
                       const struct xform_filler *fillers, struct xform **out_form)
{
    static const struct xform_filler nobody[] = {{.intent = NULL}};
    return load(xml, length, media, fillers ? fillers : nobody, out_form);
}

void xform_destroy(struct xform **form)
{
    if (!*form)
        return;
    struct arena *arena = (*form)->arena; /* the form itself lies in it */
    *form = NULL;
    arena_destroy(&arena);
}

/* ---- What others may ask ---- */

const char *xform_id(const struct xform *form)
{
    return form->id;
}

const char *xform_version(const struct xform *form)
{
    return form->version;
}

const char *xform_title(const struct xform *form)
{
    return form->title;
}

const struct xform_submission *xform_submission(const struct xform *form)
{
    return &form->submission;
}

bool xform_has_field(const struct xform *form, const char *name)
{
    for (size_t i = 0; i < form->field_count; i++)
        if (strcmp(form->fields[i]->name->local, name) == 0)
            return true;
    return false;
}

int xform_line_of_intent(const struct xform *form, const char *intent)
{
    for (size_t i = 0; i < form->control_count; i++)
        if (form->control_list[i]->intent && strcmp(form->control_list[i]->intent, intent) == 0)
            return (int)form->control_list[i]->line;
    return 0;
}

bool xform_wants_audit(const struct xform *form)
{
    return form->audit.field != NULL;
}

static bool has_appearance(const struct control *control, const char *word)
{
    for (size_t i = 0; i < control->appearance_count; i++)
        if (strcmp(control->appearance[i], word) == 0)
            return true;
    return false;
}

static bool has_upload(const struct xform *form, bool is_signature)
{
    for (size_t i = 0; i < form->control_count; i++) {
        const struct control *control = form->control_list[i];
        if (control->kind == XFORM_UPLOAD && has_appearance(control, "signature") == is_signature)
            return true;
    }
    return false;
}

bool xform_asks_signature(const struct xform *form)
{
    return has_upload(form, true);
}

bool xform_asks_picture(const struct xform *form)
{
    return has_upload(form, false);
}

size_t xform_findings(const struct xform *form, const struct xform_finding **out_findings)
{
    *out_findings = form->findings.items;
    return form->findings.count;
}

bool xform_can_show(const struct xform *form)
{
    for (size_t i = 0; i < form->findings.count; i++)
        if (form->findings.items[i].severity != XFORM_WARNING)
            return false;
    return true;
}

size_t xform_media_names(const struct xform *form, const char *const **out_names)
{
    *out_names = form->media_names;
    return form->media_count;
}
