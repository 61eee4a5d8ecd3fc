/* Functions that only forms have: selects, repeats' memory, texts, lists, places on Earth. */
#include "app/form/geo.h"
#include "app/form/xpath_fn.h"
#include "app/form/xpath_index.h"
#include <math.h>
#include <string.h>

/* ---- Selects: words separated by white space ---- */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The next word at *at, moving past it; false after the last. */
static bool next_word(const char **at, struct text *out)
{
    while (is_space(**at))
        (*at)++;
    out->bytes = *at;
    while (**at != '\0' && !is_space(**at))
        (*at)++;
    out->length = (size_t)(*at - out->bytes);
    return out->length > 0;
}

static struct text trimmed(struct text text)
{
    while (text.length > 0 && is_space(text.bytes[0])) {
        text.bytes++;
        text.length--;
    }
    while (text.length > 0 && is_space(text.bytes[text.length - 1]))
        text.length--;
    return text;
}

static bool fn_selected(struct call *c, struct value *out)
{
    struct text list;
    struct text wanted;
    struct text word;
    bool found = false;
    if (!arg_text(c, 0, &list) || !arg_text(c, 1, &wanted))
        return false;
    wanted = trimmed(wanted);
    const char *at = list.bytes;
    if (wanted.length == 0)
        found = trimmed(list).length == 0;
    while (!found && next_word(&at, &word))
        found = word.length == wanted.length && memcmp(word.bytes, wanted.bytes, word.length) == 0;
    *out = value_boolean(found);
    return true;
}

static bool fn_count_selected(struct call *c, struct value *out)
{
    struct text list;
    struct text word;
    double count = 0;
    if (!arg_text(c, 0, &list))
        return false;
    for (const char *at = list.bytes; next_word(&at, &word);)
        count++;
    *out = value_number(count);
    return true;
}

static bool fn_selected_at(struct call *c, struct value *out)
{
    struct text list;
    struct text word;
    double index;
    if (!arg_text(c, 0, &list) || !arg_number(c, 1, &index))
        return false;
    *out = value_text(text_of(""));
    const char *at = list.bytes;
    for (double i = 0; next_word(&at, &word); i++)
        if (i == trunc(index))
            return text_copy(c->run, word.bytes, word.length, &out->text);
    return true;
}

/* ---- Texts and choices ---- */

static bool fn_itext(struct call *c, struct value *out)
{
    struct text id;
    const struct xpath_host *host = c->run->host;
    if (!arg_text(c, 0, &id))
        return false;
    const char *text = host->itext ? host->itext(host->user, id.bytes) : NULL;
    if (!text)
        return arg_fail(c, "there is no text \"%.60s\" in this form's itext", id.bytes);
    *out = value_text(text_of(text));
    const struct node *values = host->itext_values ? host->itext_values(host->user, id.bytes) : NULL;
    for (const struct node *v = values; v; v = node_next_same(v)) {
        out->kind = XPATH_NODES; /* whose text is still the one without a form, see to_text() */
        if (!nodes_add(c->run, &out->nodes, v))
            return false;
    }
    return true;
}

static bool fn_choice_name(struct call *c, struct value *out)
{
    struct text value;
    struct nodes questions;
    const struct xpath_host *host = c->run->host;
    if (!arg_text(c, 0, &value) || !run_nodes(c->run, c->expr->args[1], c->scope, &questions))
        return false;
    if (!host->choice_label)
        return arg_fail(c, "jr:choice-name() needs a form with choices");
    const char *label =
        questions.count == 0 ? NULL : host->choice_label(host->user, questions.items[0], value.bytes);
    *out = value_text(text_of(label ? label : ""));
    return true;
}

/* ---- property('deviceid'): what the device says of itself; it says no more than that ---- */

static bool fn_property(struct call *c, struct value *out)
{
    struct text name;
    if (!arg_text(c, 0, &name))
        return false;
    bool known = strcmp(name.bytes, "deviceid") == 0 && c->run->host->device_id;
    *out = value_text(text_of(known ? c->run->host->device_id : ""));
    return true;
}

/* ---- once(): the value that is there, or else what is calculated ---- */

static bool fn_once(struct call *c, struct value *out)
{
    struct text text = text_of("");
    if (c->scope->node && !node_text(c->run, c->scope->node, &text))
        return false;
    if (text.length == 0 && !arg_text(c, 0, &text))
        return false;
    *out = value_text(text);
    return true;
}

/* ---- pulldata(instance, wanted, key, value): instance(i)/root/item[key = value]/wanted ---- */

static const struct node *named(const struct node *parent, const char *name, size_t length)
{
    bool is_attribute = length > 0 && *name == '@';
    const struct node *n = is_attribute ? parent->attributes : parent->first;
    name += is_attribute;
    length -= is_attribute;
    for (; n; n = n->next)
        if (n->kind == (is_attribute ? NODE_ATTRIBUTE : NODE_ELEMENT) &&
            strncmp(n->name->local, name, length) == 0 && n->name->local[length] == '\0')
            return n;
    return NULL;
}

/* A field by its name, "@name" or "group/name". */
static const struct node *field_of(const struct node *item, const char *path)
{
    while (item && *path != '\0') {
        size_t length = strcspn(path, "/");
        item = named(item, path, length);
        path += length + (path[length] == '/');
    }
    return item;
}

/* Lists have a name as plain as a CSV's column, and are looked up by an index of that column. out_known
 * false: walk. */
static bool find_by_index(struct call *c, const struct node *list, const char *key, const char *value,
                          const struct node **out, bool *out_known)
{
    const struct node_tree *tree = node_tree_of(list);
    const struct node *field = NULL;
    *out_known = false;
    if (!tree || !tree->frozen || strpbrk(key, "@/"))
        return true;
    for (const struct node *item = list->first; item && !field; item = item->next)
        field = item->kind == NODE_ELEMENT ? named(item, key, strlen(key)) : NULL;
    if (!field)
        return true;
    struct xpath_step item_step = {.axis = XPATH_CHILD, .test = XPATH_TEST_ANY};
    struct xpath_step field_step = {.axis = XPATH_CHILD, .test = XPATH_TEST_NAME, .name = field->name};
    struct value wanted = value_text(text_of(value));
    struct index_query query = {list, &item_step, &field_step, &wanted};
    struct nodes items = {0};
    if (!index_find(c->run, &query, &items, out_known))
        return false;
    *out = items.count > 0 ? items.items[0] : NULL;
    return true;
}

/* The item whose key field has the value. */
static bool find_item(struct call *c, const struct node *list, const char *key, const char *value,
                      const struct node **out)
{
    bool is_known = false;
    *out = NULL;
    if (!list)
        return true;
    if (!find_by_index(c, list, key, value, out, &is_known))
        return false;
    for (const struct node *item = is_known ? NULL : list->first; item; item = item->next) {
        const struct node *field = item->kind == NODE_ELEMENT ? field_of(item, key) : NULL;
        struct text text;
        if (!run_spend(c->run, 1) || (field && !node_text(c->run, field, &text)))
            return false;
        if (field && strcmp(text.bytes, value) == 0) {
            *out = item;
            return true;
        }
    }
    return true;
}

static bool fn_pulldata(struct call *c, struct value *out)
{
    struct text args[4];
    const struct xpath_host *host = c->run->host;
    for (size_t i = 0; i < 4; i++)
        if (!arg_text(c, i, &args[i]))
            return false;
    const struct node *instance = host->instance ? host->instance(host->user, args[0].bytes) : NULL;
    if (!instance)
        return arg_fail(c, "there is no instance \"%.60s\" in this form", args[0].bytes);
    const struct node *item;
    if (!find_item(c, field_of(instance, "root"), args[2].bytes, args[3].bytes, &item))
        return false;
    const struct node *wanted = field_of(item, args[1].bytes);
    *out = value_text(text_of(""));
    return !wanted || node_text(c->run, wanted, &out->text);
}

/* ---- Places on Earth ---- */

/* One argument that is a trace or shape, or points in a nodeset or in several arguments. out_points NULL: no
 * points. */
static bool arg_points(struct call *c, struct geo_point **out_points, size_t *out_count)
{
    struct text *all = NULL;
    size_t total = 0;
    size_t room = 1;
    for (size_t i = 0; i < arg_count(c); i++) {
        struct text *texts;
        size_t count;
        if (!arg_texts(c, i, &texts, &count))
            return false;
        struct text *grown = pool_alloc(c->run->pool, (total + count + 1) * sizeof *grown);
        if (!grown)
            return run_no_memory(c->run);
        if (total > 0)
            memcpy(grown, all, total * sizeof *grown);
        for (size_t j = 0; j < count; j++) {
            grown[total++] = texts[j];
            room += texts[j].length / 2 + 1;
        }
        all = grown;
    }
    struct geo_point *points = pool_alloc(c->run->pool, room * sizeof *points);
    if (!points)
        return run_no_memory(c->run);
    bool ok = total > 0;
    *out_count = 0;
    if (total == 1)
        ok = geo_points_parse(all[0].bytes, points, room, out_count);
    for (size_t i = 0; total > 1 && ok && i < total; i++)
        ok = geo_point_parse(all[i].bytes, all[i].length, &points[(*out_count)++]);
    *out_points = ok && *out_count > 0 ? points : NULL;
    return true;
}

static bool fn_area(struct call *c, struct value *out)
{
    struct geo_point *points;
    size_t count;
    if (!arg_points(c, &points, &count))
        return false;
    *out = value_number(points ? geo_area(points, count) : 0);
    return true;
}

static bool fn_distance(struct call *c, struct value *out)
{
    struct geo_point *points;
    size_t count;
    if (!arg_points(c, &points, &count))
        return false;
    if (!points)
        return arg_fail(c,
                        "The function 'distance' received a value that does not represent GPS coordinates; "
                        "it needs points, each \"latitude longitude\"");
    *out = value_number(geo_distance(points, count));
    return true;
}

static bool fn_geofence(struct call *c, struct value *out)
{
    struct text point_text;
    struct text shape_text;
    struct geo_point point;
    size_t count;
    if (!arg_text(c, 0, &point_text) || !arg_text(c, 1, &shape_text))
        return false;
    size_t room = shape_text.length / 2 + 1;
    struct geo_point *shape = pool_alloc(c->run->pool, room * sizeof *shape);
    if (!shape)
        return run_no_memory(c->run);
    bool ok = geo_point_parse(point_text.bytes, point_text.length, &point) &&
              geo_points_parse(shape_text.bytes, shape, room, &count) && geo_is_closed(shape, count);
    *out = value_boolean(ok && geo_inside(point, shape, count));
    return true;
}

const struct function xpath_fn_form[] = {
    {"selected", NULL, 2, 2, FN_BOOLEAN, 0, 0, fn_selected},
    {"is-selected", NULL, 2, 2, FN_BOOLEAN, 0, 0, fn_selected},
    {"selected-at", NULL, 2, 2, FN_STRING, 0, 0, fn_selected_at},
    {"count-selected", NULL, 1, 1, FN_NUMBER, 0, 0, fn_count_selected},
    {"itext", FN_URI_JAVAROSA, 1, 1, FN_STRING, TRAIT_LANGUAGE, 0, fn_itext},
    {"choice-name", FN_URI_JAVAROSA, 2, 2, FN_STRING, TRAIT_LANGUAGE, 0, fn_choice_name},
    {"property", NULL, 1, 1, FN_STRING, 0, 0, fn_property},
    {"once", NULL, 1, 1, FN_STRING, TRAIT_CONTEXT, 0, fn_once},
    {"pulldata", NULL, 4, 4, FN_STRING, 0, 0, fn_pulldata},
    {"area", NULL, 1, FN_MANY, FN_NUMBER, 0, 0, fn_area},
    {"enclosed-area", NULL, 1, FN_MANY, FN_NUMBER, 0, 0, fn_area},
    {"distance", NULL, 1, FN_MANY, FN_NUMBER, 0, 0, fn_distance},
    {"geofence", NULL, 2, 2, FN_BOOLEAN, 0, 0, fn_geofence},
    {0},
};
