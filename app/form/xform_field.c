/* Fields: one for each distinct node of the primary instance, however often it is there (spec "Primary
 * Instance"). */
#include "app/form/xform_private.h"
#include <string.h>

#define XML_SPACE  " \t\r\n"
#define FIELDS_MAX 200000

/* ---- From the instance ---- */

/* The path of a child, in the reader's buffer. */
static const char *child_path(struct buf *path, const struct field *parent, const struct node *node)
{
    const char *prefix = node->name->prefix;
    buf_clear(path);
    buf_append_text(path, parent ? parent->path : "");
    buf_append_text(path, node->kind == NODE_ATTRIBUTE ? "/@" : "/");
    buf_append_text(path, prefix);
    buf_append_text(path, *prefix == '\0' ? "" : ":");
    buf_append_text(path, node->name->local);
    return buf_text(path);
}

struct field_reader {
    struct xform *form;
    struct buf path;
};

static void link_child(struct field *parent, struct field *field)
{
    field->parent = parent;
    field->depth = parent->depth + 1;
    field->index = parent->child_count++;
    if (!parent->last)
        parent->first = field;
    else
        parent->last->next = field;
    parent->last = field;
}

/* The reader's buffer holds the path. */
static struct field *field_create(struct field_reader *reader, struct field *parent, const struct node *node)
{
    struct xform *form = reader->form;
    struct field *field = arena_alloc(form->arena, sizeof *field);
    if (!field)
        return NULL;
    field->name = node->name;
    field->line = node->line;
    field->column = node->column;
    field->is_attribute = node->kind == NODE_ATTRIBUTE;
    field->is_leaf = true;
    if (parent)
        link_child(parent, field);
    field->path = reader->path.failed ? NULL : arena_strdup(form->arena, buf_text(&reader->path));
    if (!field->path || !text_map_put(&form->field_by_path, field->path, field))
        return NULL;
    form->field_count++;
    return field;
}

static bool is_template_mark(const struct node *attribute)
{
    return strcmp(attribute->name->local, "template") == 0 && strcmp(attribute->name->uri, NS_JAVAROSA) == 0;
}

static struct err read_children(struct field_reader *reader, struct field *field, const struct node *element);

static struct err read_child(struct field_reader *reader, struct field *parent, const struct node *node)
{
    const char *path = child_path(&reader->path, parent, node);
    struct field *field = text_map_get(&reader->form->field_by_path, path);
    if (!field)
        field = field_create(reader, parent, node);
    else if (field->seen_in == node->parent)
        field->is_multiple = true;
    if (!field)
        return err_no_memory(XFORM_MODULE);
    if (reader->form->field_count > FIELDS_MAX)
        return err_make(ERR_REFUSED, XFORM_MODULE, 0, "more than %d nodes in the instance", FIELDS_MAX);
    field->seen_in = node->parent;
    if (node->kind != NODE_ELEMENT)
        return err_ok();
    parent->is_leaf = false;
    return read_children(reader, field, node);
}

static struct err read_children(struct field_reader *reader, struct field *field, const struct node *element)
{
    for (const struct node *a = element->attributes; a; a = a->next)
        if (a->kind == NODE_ATTRIBUTE && !is_template_mark(a))
            TRY(read_child(reader, field, a));
    for (const struct node *n = element->first; n; n = n->next)
        if (n->kind == NODE_ELEMENT)
            TRY(read_child(reader, field, n));
    return err_ok();
}

/* meta/deprecatedID is a field even of forms that do not have it: an edit will need it. */
static struct err ensure_deprecated_id(struct field_reader *reader)
{
    struct xform *form = reader->form;
    form->instance_id = xform_field_at(form, NULL, "meta/instanceID");
    form->deprecated_id = xform_field_at(form, NULL, "meta/deprecatedID");
    if (form->deprecated_id || !form->instance_id)
        return err_ok();
    const struct name *beside = form->instance_id->name;
    struct node node = {.kind = NODE_ELEMENT,
                        .name = name_intern(form->names, beside->uri, "deprecatedID", beside->prefix)};
    if (!node.name)
        return err_no_memory(XFORM_MODULE);
    child_path(&reader->path, form->instance_id->parent, &node);
    form->deprecated_id = field_create(reader, form->instance_id->parent, &node);
    return form->deprecated_id ? err_ok() : err_no_memory(XFORM_MODULE);
}

static struct err read_tree(struct field_reader *reader)
{
    struct xform *form = reader->form;
    child_path(&reader->path, NULL, form->primary);
    form->root = field_create(reader, NULL, form->primary);
    if (!form->root)
        return err_no_memory(XFORM_MODULE);
    TRY(read_children(reader, form->root, form->primary));
    return ensure_deprecated_id(reader);
}

static void number_fields(struct xform *form, struct field *field)
{
    field->id = (uint32_t)form->field_count;
    form->fields[form->field_count++] = field;
    for (struct field *f = field->first; f; f = f->next)
        number_fields(form, f);
    field->last_id = (uint32_t)form->field_count - 1;
}

struct err xform_read_fields(struct xform *form)
{
    form->field_by_path.arena = form->arena;
    struct field_reader reader = {.form = form};
    struct err e = read_tree(&reader);
    buf_finish(&reader.path);
    if (err_is(&e))
        return e;
    form->fields = arena_array(form->arena, form->field_count, sizeof *form->fields);
    if (!form->fields)
        return err_no_memory(XFORM_MODULE);
    form->field_count = 0;
    number_fields(form, form->root);
    return err_ok();
}

/* ---- As refs ---- */

/* A ref is the path with a position on every repeat, "[5000]" at most. */
struct err xform_measure_refs(struct xform *form)
{
    enum { POSITION_SIZE = 8 };
    for (size_t i = 0; i < form->field_count; i++) {
        const struct field *field = form->fields[i];
        size_t size = strlen(field->path) + 1;
        if (size + field->depth * (size_t)POSITION_SIZE < XFORM_REF_SIZE)
            continue;
        for (const struct field *f = field; f; f = f->parent)
            size += f->is_repeat ? POSITION_SIZE : 0;
        if (size > XFORM_REF_SIZE)
            return err_make(
                ERR_REFUSED, XFORM_MODULE, (int)field->line,
                "line %u: the path of <%.40s> has more than %d letters; give it and the groups around it "
                "shorter names",
                field->line, field->name->local, XFORM_REF_SIZE);
    }
    return err_ok();
}

/* ---- By path ---- */

/* The child that one step of a path names; its prefix only decides between several of the same local name. */
static struct field *field_step(const struct field *parent, const char *step, size_t length)
{
    bool is_attribute = *step == '@';
    if (is_attribute) {
        step++;
        length--;
    }
    const char *colon = memchr(step, ':', length);
    const char *local = colon ? colon + 1 : step;
    size_t local_length = length - (size_t)(local - step);
    struct field *found = NULL;
    for (struct field *f = parent->first; f; f = f->next) {
        if (f->is_attribute != is_attribute || strncmp(f->name->local, local, local_length) != 0 ||
            f->name->local[local_length] != '\0')
            continue;
        size_t prefix_length = colon ? (size_t)(colon - step) : 0;
        if (strlen(f->name->prefix) == prefix_length && strncmp(f->name->prefix, step, prefix_length) == 0)
            return f;
        if (!found)
            found = f;
    }
    return found;
}

/* Follows steps from a field; NULL as the start stands for the document, above the root element. */
static struct field *field_walk(const struct xform *form, struct field *at, bool above_root, const char *path,
                                const char *end)
{
    while (path < end) {
        size_t length = strcspn(path, "/");
        if (path + length > end)
            length = (size_t)(end - path);
        if (length == 2 && strncmp(path, "..", 2) == 0) {
            above_root = !above_root && !at->parent;
            if (above_root || !at->parent)
                return NULL;
            at = at->parent;
        } else if (above_root) {
            struct field document = {.first = form->root};
            at = field_step(&document, path, length);
            above_root = false;
        } else if (length > 0 && !(length == 1 && *path == '.')) {
            at = field_step(at, path, length);
        }
        if (!at)
            return NULL;
        path += length;
        path += path < end && *path == '/';
    }
    return at;
}

struct field *xform_field_at(const struct xform *form, const struct field *context, const char *path)
{
    static const char current[] = "current()/";
    path += strspn(path, XML_SPACE);
    const char *end = path + strlen(path);
    while (end > path && strchr(XML_SPACE, end[-1]))
        end--;
    if (path == end || memchr(path, '[', (size_t)(end - path)) != NULL)
        return NULL;
    struct field *known = text_map_get_n(&form->field_by_path, path, (size_t)(end - path));
    if (known)
        return known;
    if (*path == '/')
        return field_walk(form, NULL, true, path + 1, end);
    if (strncmp(path, current, sizeof current - 1) == 0)
        path += sizeof current - 1;
    struct field *start = context ? form->fields[context->id] : form->root;
    return field_walk(form, start, false, path, end);
}

/* ---- What sessions start from ---- */

static void remove_template_mark(struct node_tree *tree, struct node *element)
{
    for (struct node *a = element->attributes; a; a = a->next) {
        if (a->kind == NODE_ATTRIBUTE && is_template_mark(a)) {
            node_detach(tree, a);
            return;
        }
    }
}

static bool has_template_mark(const struct node *element)
{
    return node_attribute(element, NS_JAVAROSA, "template") != NULL;
}

static uint8_t node_type_of(const struct field *field)
{
    return field->type < XFORM_GEOPOINT ? (uint8_t)field->type : NODE_OTHER;
}

static struct err clear_texts(struct node_tree *tree, struct node *top)
{
    for (struct node *n = top; n; n = node_walk(top, n))
        if ((n->kind == NODE_ELEMENT || n->kind == NODE_TEXT) && !node_set_text(tree, n, ""))
            return err_no_memory(XFORM_MODULE);
    return err_ok();
}

/* By the name as it is written, as paths are: prefixes that stand for different namespaces in different
 * places make no different fields. Nodes mostly come in the order of their fields: the search goes on after
 * the one found before.
 */
static struct field *child_named(const struct field *parent, const struct node *node, struct field *after)
{
    bool is_attribute = node->kind == NODE_ATTRIBUTE;
    struct field *start = !after || !after->next ? parent->first : after->next;
    struct field *f = start;
    do {
        if (f->is_attribute == is_attribute && f->name->local == node->name->local &&
            f->name->prefix == node->name->prefix)
            return f;
        f = f->next ? f->next : parent->first;
    } while (f != start);
    return NULL;
}

static struct err dress(struct xform *form, struct node *element, struct field *field);

static struct err dress_child(struct xform *form, struct node *child, struct field *field)
{
    TRY(dress(form, child, field));
    if (!field->is_repeat)
        return err_ok();
    child->flags |= NODE_REPEAT;
    if (!has_template_mark(child)) {
        if (!field->defaults && !field->parent->repeat)
            field->defaults = child;
        return err_ok();
    }
    remove_template_mark(form->blank, child);
    if (!field->blank && !(field->blank = node_clone(form->blank, child)))
        return err_no_memory(XFORM_MODULE);
    bool is_only_one = field->no_add_remove && !field->is_multiple;
    if (!is_only_one) /* a repeat that nobody can add to keeps its template as its one instance */
        node_detach(form->blank, child);
    return err_ok();
}

/* A repeat without a template is copied from its first instance, without its values. */
static struct err make_templates(struct xform *form, struct node *element)
{
    for (struct node *n = element->first; n; n = n->next) {
        struct field *field = n->kind == NODE_ELEMENT ? n->slot : NULL;
        if (!field || !field->is_repeat || field->blank)
            continue;
        struct node *blank = node_clone(form->blank, n);
        if (!blank)
            return err_no_memory(XFORM_MODULE);
        TRY(clear_texts(form->blank, blank));
        field->blank = blank;
    }
    return err_ok();
}

/* The default namespace that an instance merely inherits from the form's own markup is none of the record's.
 */
static struct err drop_inherited_namespace(struct xform *form, struct node *element)
{
    if (strcmp(element->name->uri, NS_XFORMS) != 0 || *element->name->prefix != '\0' ||
        form->declares_namespace)
        return err_ok();
    element->name = name_intern(form->names, NULL, element->name->local, NULL);
    return element->name ? err_ok() : err_no_memory(XFORM_MODULE);
}

/* Gives an element of the blank instance and all below it their fields, and takes templates out. */
static struct err dress(struct xform *form, struct node *element, struct field *field)
{
    TRY(drop_inherited_namespace(form, element));
    element->slot = field;
    element->type = node_type_of(field);
    struct field *found = NULL;
    for (struct node *a = element->attributes; a; a = a->next) {
        if (a->kind != NODE_ATTRIBUTE || is_template_mark(a))
            continue;
        found = child_named(field, a, found);
        a->slot = found;
        a->type = node_type_of(found);
    }
    for (struct node *n = element->first, *next; n; n = next) {
        next = n->next;
        if (n->kind != NODE_ELEMENT)
            continue;
        found = child_named(field, n, found);
        TRY(dress_child(form, n, found));
    }
    return make_templates(form, element);
}

static bool declares_default_namespace(const struct node *element)
{
    for (const struct node *a = element->attributes; a; a = a->next)
        if (a->kind == NODE_NAMESPACE && *a->name->local == '\0')
            return true;
    return false;
}

static bool is_declared(const struct node *root, const char *prefix)
{
    for (const struct node *a = root->attributes; a; a = a->next)
        if (a->kind == NODE_NAMESPACE && strcmp(a->name->local, prefix) == 0)
            return true;
    return false;
}

static struct err declare(struct xform *form, struct node *root, const struct name *name)
{
    if (*name->prefix == '\0' || strcmp(name->prefix, "xml") == 0 || is_declared(root, name->prefix))
        return err_ok();
    const struct name *prefix = name_intern(form->names, NULL, name->prefix, NULL);
    if (!prefix || !node_append(form->blank, root, NODE_NAMESPACE, prefix, name->uri, strlen(name->uri)))
        return err_no_memory(XFORM_MODULE);
    return err_ok();
}

/* Records declare the namespaces they use on their root, as ODK's other clients write them. */
static struct err declare_namespaces(struct xform *form, struct node *root)
{
    for (const struct node *n = root; n; n = node_walk(root, n)) {
        if (n->kind != NODE_ELEMENT)
            continue;
        TRY(declare(form, root, n->name));
        for (const struct node *a = n->attributes; a; a = a->next)
            if (a->kind == NODE_ATTRIBUTE)
                TRY(declare(form, root, a->name));
    }
    return err_ok();
}

struct err xform_make_blank(struct xform *form)
{
    form->declares_namespace = declares_default_namespace(form->primary);
    form->blank = node_tree_create(form->arena, form->names);
    struct node *root = form->blank ? node_clone(form->blank, form->primary) : NULL;
    if (!root)
        return err_no_memory(XFORM_MODULE);
    node_insert(form->blank, &form->blank->root, NULL, root);
    TRY(dress(form, root, form->root));
    return declare_namespaces(form, root);
}
