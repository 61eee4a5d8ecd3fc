/* Secondary instances: lists within the form, and XML, CSV or GeoJSON media (spec "Secondary Instances"). */
#include "app/form/csv.h"
#include "app/form/geojson.h"
#include "app/form/xform_private.h"
#include <string.h>
#include <strings.h>

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), end_length = strlen(end);
    return length >= end_length && strcasecmp(text + length - end_length, end) == 0;
}

/* ---- CSV: /root/item/COLUMN ---- */

/* A column's name as an element name: characters XML does not allow become "_". */
static const struct name *column_name(struct xform *form, const char *title)
{
    static const char space[] = " \t\r\n";
    title += strspn(title, space);
    size_t length = strlen(title);
    while (length > 0 && strchr(space, title[length - 1]))
        length--;
    char *local = length == 0 ? arena_strdup(form->arena, "_") : arena_strndup(form->arena, title, length);
    if (!local)
        return NULL;
    for (char *c = local; *c != '\0'; c++)
        if (strchr(" \t\r\n/[]()<>&'\"@=,;|", *c))
            *c = '_';
    return name_intern(form->names, NULL, local, NULL);
}

static struct err append_row(struct node_tree *tree, struct node *root, const struct csv *csv, size_t row,
                             const struct name *const *columns, const struct name *item_name)
{
    struct node *item = node_append(tree, root, NODE_ELEMENT, item_name, "", 0);
    for (size_t c = 0; item && c < csv_columns(csv); c++) {
        const char *cell = csv_cell(csv, row, c);
        if (!node_append(tree, item, NODE_ELEMENT, columns[c], cell, strlen(cell)))
            item = NULL;
    }
    return item ? err_ok() : err_no_memory(XFORM_MODULE);
}

static struct err csv_to_tree(struct xform *form, const struct csv *csv, struct node_tree *tree)
{
    const struct name *root_name = name_intern(form->names, NULL, "root", NULL);
    const struct name *item_name = name_intern(form->names, NULL, "item", NULL);
    const struct name **columns = arena_array(form->arena, csv_columns(csv) + 1, sizeof *columns);
    if (!root_name || !item_name || !columns)
        return err_no_memory(XFORM_MODULE);
    for (size_t c = 0; c < csv_columns(csv); c++)
        if (!(columns[c] = column_name(form, csv_name(csv, c))))
            return err_no_memory(XFORM_MODULE);
    struct node *root = node_append(tree, &tree->root, NODE_ELEMENT, root_name, "", 0);
    if (!root)
        return err_no_memory(XFORM_MODULE);
    for (size_t row = 0; row < csv_rows(csv); row++)
        TRY(append_row(tree, root, csv, row, columns, item_name));
    return err_ok();
}

static struct err read_csv(struct xform *form, const struct buf *bytes, struct node_tree **out_tree)
{
    struct node_tree *tree = node_tree_create(form->arena, form->names);
    if (!tree)
        return err_no_memory(XFORM_MODULE);
    struct csv *csv = NULL;
    TRY(csv_parse(bytes->data ? bytes->data : "", bytes->length, &csv));
    struct err e = csv_to_tree(form, csv, tree);
    csv_destroy(&csv);
    *out_tree = tree;
    return e;
}

/* ---- By kind of media ---- */

static struct err read_tree(struct xform *form, const char *name, const struct buf *bytes,
                            struct node_tree **out_tree)
{
    if (ends_with(name, ".csv"))
        return read_csv(form, bytes, out_tree);
    if (ends_with(name, ".geojson"))
        return geojson_parse(bytes->data, bytes->length, form->arena, form->names, out_tree);
    return xml_parse(bytes->data, bytes->length, NULL, form->arena, form->names, out_tree);
}

static struct err read_external(struct xform *form, struct instance *instance)
{
    const char *name = xform_media_name(form, instance->src);
    if (!name)
        return err_no_memory(XFORM_MODULE);
    if (!form->media || !form->media->read)
        return xform_error(instance->line, "instance \"%s\": no media to read %s from", instance->id, name);
    struct buf bytes = {0};
    struct node_tree *tree = NULL;
    struct err e = form->media->read(form->media->context, instance->src, name, &bytes);
    if (!err_is(&e))
        e = buf_check(&bytes, XFORM_MODULE);
    if (!err_is(&e))
        e = read_tree(form, name, &bytes, &tree);
    buf_finish(&bytes);
    if (err_is(&e))
        return err_context(e, "line %u: instance \"%s\" from %s", instance->line, instance->id, name);
    node_freeze(tree);
    instance->above_root = &tree->root;
    return err_ok();
}

/* The next citizen must not see what the last one entered, so last-saved is there and always blank. */
static bool is_last_saved(const char *src)
{
    return strcmp(src, "jr://instance/last-saved") == 0;
}

static struct err read_instance(struct xform *form, const struct node *element)
{
    struct instance *instance = arena_alloc(form->arena, sizeof *instance);
    if (!instance)
        return err_no_memory(XFORM_MODULE);
    instance->id = node_attribute(element, NULL, "id");
    instance->src = node_attribute(element, NULL, "src");
    instance->line = element->line;
    if (!instance->id)
        return xform_error(element->line, "a secondary <instance> without an id");
    if (text_map_get(&form->instance_by_id, instance->id))
        return xform_error(element->line, "a second <instance id=\"%s\">", instance->id);
    instance->next = form->instances;
    form->instances = instance;
    if (!text_map_put(&form->instance_by_id, instance->id, instance))
        return err_no_memory(XFORM_MODULE);
    if (!instance->src)
        instance->above_root = element;
    else if (!is_last_saved(instance->src))
        TRY(read_external(form, instance));
    return err_ok();
}

struct err xform_read_instances(struct xform *form)
{
    form->instance_by_id.arena = form->arena;
    form->nothing = node_tree_create(form->arena, form->names);
    if (!form->nothing)
        return err_no_memory(XFORM_MODULE);
    node_freeze(form->nothing);
    bool primary_seen = false;
    for (const struct node *n = form->model->first; n; n = n->next) {
        if (n->kind != NODE_ELEMENT || strcmp(n->name->local, "instance") != 0)
            continue;
        if (primary_seen)
            TRY(xform_forgive(form, n, read_instance(form, n)));
        primary_seen = true;
    }
    return err_ok();
}
