#include "app/form/geojson.h"
#include "board/base/buf.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define MODULE "geojson"

struct reader {
    struct node_tree *tree;
    struct name_table *names;
    struct buf text; /* of the value being written */
};

static struct err bad(const char *what)
{
    return err_make(ERR_DATA, MODULE, 0, "%s", what);
}

static struct node *append(struct reader *reader, struct node *parent, const char *local, const char *text)
{
    const struct name *name = name_intern(reader->names, NULL, local, NULL);
    return name ? node_append(reader->tree, parent, NODE_ELEMENT, name, text, strlen(text)) : NULL;
}

/* Numbers in the shortest form that reads back the same, as JSON writers give them. */
static void write_number(struct buf *out, const json_t *number)
{
    char *text = json_dumps(number, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
    if (!text) {
        out->failed = true;
        return;
    }
    size_t length = strlen(text);
    if (length > 2 && strcmp(text + length - 2, ".0") == 0)
        text[length - 2] = '\0';
    buf_append_text(out, text);
    free(text);
}

static void write_value(struct buf *out, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        buf_append_text(out, json_string_value(value));
        break;
    case JSON_TRUE:
        buf_append_text(out, "true");
        break;
    case JSON_FALSE:
        buf_append_text(out, "false");
        break;
    case JSON_NULL:
        break;
    case JSON_INTEGER:
    case JSON_REAL:
        write_number(out, value);
        break;
    default: {
        char *text = json_dumps(value, JSON_COMPACT);
        buf_append_text(out, text ? text : "");
        free(text);
    }
    }
}

static struct err write_point(struct buf *out, const json_t *pair)
{
    const json_t *longitude = json_array_get(pair, 0), *latitude = json_array_get(pair, 1);
    if (json_array_size(pair) != 2 || !json_is_number(longitude) || !json_is_number(latitude))
        return bad("a point is not [longitude, latitude]");
    write_number(out, latitude);
    buf_append_byte(out, ' ');
    write_number(out, longitude);
    buf_append_text(out, " 0 0");
    return err_ok();
}

static struct err write_points(struct buf *out, const json_t *pairs)
{
    if (!json_is_array(pairs))
        return bad("coordinates are no list");
    for (size_t i = 0; i < json_array_size(pairs); i++) {
        if (i > 0)
            buf_append_text(out, "; ");
        TRY(write_point(out, json_array_get(pairs, i)));
    }
    return err_ok();
}

static struct err write_geometry(struct buf *out, const json_t *geometry)
{
    const char *type = json_string_value(json_object_get(geometry, "type"));
    const json_t *coordinates = json_object_get(geometry, "coordinates");
    if (!type || !coordinates)
        return bad("a feature without geometry");
    if (strcmp(type, "Point") == 0)
        return write_point(out, coordinates);
    if (strcmp(type, "LineString") == 0)
        return write_points(out, coordinates);
    if (strcmp(type, "Polygon") != 0)
        return bad("only Points, LineStrings and Polygons can be read");
    if (json_array_size(coordinates) > 1)
        return bad("a Polygon with holes cannot be read");
    return json_array_size(coordinates) == 0 ? err_ok() : write_points(out, json_array_get(coordinates, 0));
}

static struct err add_property(struct reader *reader, struct node *item, const char *name,
                               const json_t *value)
{
    buf_clear(&reader->text);
    write_value(&reader->text, value);
    struct node *node = append(reader, item, name, buf_text(&reader->text));
    return !node || reader->text.failed ? err_no_memory(MODULE) : err_ok();
}

static struct err add_feature(struct reader *reader, struct node *root, const json_t *feature)
{
    const char *type = json_string_value(json_object_get(feature, "type"));
    if (!type || strcmp(type, "Feature") != 0)
        return bad("something in features is no Feature");
    buf_clear(&reader->text);
    TRY(write_geometry(&reader->text, json_object_get(feature, "geometry")));
    struct node *item = append(reader, root, "item", "");
    if (!item || !append(reader, item, "geometry", buf_text(&reader->text)))
        return err_no_memory(MODULE);
    json_t *properties = json_object_get(feature, "properties");
    const json_t *id = json_object_get(feature, "id");
    if (!id)
        id = json_object_get(properties, "id");
    if (id)
        TRY(add_property(reader, item, "id", id));
    const char *name;
    json_t *value;
    json_object_foreach(properties, name, value) if (strcmp(name, "id") != 0)
        TRY(add_property(reader, item, name, value));
    return err_ok();
}

static struct err add_collection(struct reader *reader, const json_t *collection)
{
    const char *type = json_string_value(json_object_get(collection, "type"));
    const json_t *features = json_object_get(collection, "features");
    if (!type || strcmp(type, "FeatureCollection") != 0 || !json_is_array(features))
        return bad("not a FeatureCollection");
    struct node *root = append(reader, &reader->tree->root, "root", "");
    if (!root)
        return err_no_memory(MODULE);
    for (size_t i = 0; i < json_array_size(features); i++)
        TRY(add_feature(reader, root, json_array_get(features, i)));
    return err_ok();
}

struct err geojson_parse(const char *bytes, size_t length, struct arena *arena, struct name_table *names,
                         struct node_tree **out_tree)
{
    json_error_t where;
    json_t *json = json_loadb(bytes ? bytes : "", length, JSON_REJECT_DUPLICATES, &where);
    if (!json)
        return err_make(ERR_DATA, MODULE, where.line, "line %d: %.100s", where.line, where.text);
    struct reader reader = {.tree = node_tree_create(arena, names), .names = names};
    struct err e = reader.tree ? add_collection(&reader, json) : err_no_memory(MODULE);
    if (!err_is(&e))
        *out_tree = reader.tree;
    buf_finish(&reader.text);
    json_decref(json);
    return e;
}
