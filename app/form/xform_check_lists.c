/* What rules say of the form's lists and choices: a list that is not there, a value that is none of a
 * question's choices.
 */
#include "app/form/nearest.h"
#include "app/form/xform_private.h"
#include <string.h>

/* ---- Lists ---- */

/* No session can be opened with it: the rules are evaluated at once. */
static void check_list(struct xform *form, const struct rule *rule, const struct xpath_path *path)
{
    if (path->origin != XPATH_FROM_INSTANCE || !path->instance ||
        text_map_get(&form->instance_by_id, path->instance))
        return;
    struct node where = xform_place(rule->line, rule->column);
    struct nearest nearest = nearest_begin(path->instance, strlen(path->instance));
    for (const struct instance *i = form->instances; i; i = i->next)
        nearest_offer(&nearest, i->id);
    xform_narrow(form, xpath_source(rule->expr), xpath_position(rule->expr, path->at), &where);
    xform_find(form, XFORM_ERROR, &where,
               xform_did_you_mean(form, nearest.best, "add the instance or correct its name"),
               "%s asks for instance('%s'), which the form does not have", rule->field->path, path->instance);
}

/* The element whose children are the items, where it can be known now. */
static const struct node *list_of(const struct xform *form, const struct itemset *itemset,
                                  const struct instance **out_instance)
{
    struct xpath_path *const *paths;
    size_t count = xpath_paths(itemset->nodes, &paths);
    bool is_plain = count > 0 && paths[0]->origin == XPATH_FROM_INSTANCE && paths[0]->instance &&
                    paths[0]->step_count == 2;
    *out_instance = is_plain ? text_map_get(&form->instance_by_id, paths[0]->instance) : NULL;
    const struct node *n =
        !*out_instance || !(*out_instance)->above_root ? NULL : (*out_instance)->above_root->first;
    while (n && n->kind != NODE_ELEMENT)
        n = n->next;
    return n;
}

/* ---- What a select shows of its list ---- */

static bool has_child(const struct node *item, const char *local)
{
    for (const struct node *n = item->first; n; n = n->next)
        if (n->kind == NODE_ELEMENT && n->name->local == local)
            return true;
    return false;
}

static bool any_has_child(const struct node *item, const char *local)
{
    for (; item; item = item->next)
        if (item->kind == NODE_ELEMENT && has_child(item, local))
            return true;
    return false;
}

/* ---- The items themselves ---- */

static const char *text_in(const struct node *item, const char *local)
{
    for (const struct node *n = item->first; n; n = n->next)
        if (n->kind == NODE_ELEMENT && n->name->local == local)
            return n->text;
    return "";
}

/* The first item at fault speaks for the rest: a column that was read wrongly is wrong in all. */
static bool check_item(struct xform *form, const struct control *control, const struct node *item,
                       size_t number, struct text_map *seen)
{
    const struct itemset *itemset = control->itemset;
    struct node where = xform_place(itemset->line, itemset->column);
    const char *value = text_in(item, itemset->value_child);
    const char *path = control->field->path;
    bool is_filtered = strchr(xpath_source(itemset->nodes), '[') != NULL;
    bool has_label =
        !itemset->label_child || itemset->label_is_itext || *text_in(item, itemset->label_child) != '\0';
    if (*value == '\0')
        xform_find(form, XFORM_WARNING, &where, "fill in the column or delete the row",
                   "%s: row %zu of the list has no \"%s\"", path, number, itemset->value_child);
    else if (!has_label)
        xform_find(form, XFORM_WARNING, &where, "fill in the column or delete the row",
                   "%s: row %zu of the list has no \"%s\"", path, number, itemset->label_child);
    else if (strpbrk(value, " \t"))
        xform_find(form, XFORM_WARNING, &where, "write it without blanks, as in north_village",
                   "%s: row %zu of the list has blanks in its value \"%s\"", path, number, value);
    else if (!is_filtered && text_map_get(seen, value))
        xform_find(form, XFORM_WARNING, &where, "give each choice its own value",
                   "%s: row %zu of the list says \"%s\", which another says already", path, number, value);
    else
        return text_map_put(seen, value, (void *)item);
    return false;
}

static void check_items(struct xform *form, const struct control *control, const struct node *list)
{
    struct text_map seen = {.arena = form->arena};
    struct node where = xform_place(control->itemset->line, control->itemset->column);
    size_t number = 0;
    bool is_fine = list && control->itemset->value_child;
    for (const struct node *n = is_fine ? list->first : NULL; n && is_fine; n = n->next)
        if (n->kind == NODE_ELEMENT)
            is_fine = check_item(form, control, n, ++number, &seen);
    if (is_fine && number == 0)
        xform_find(form, XFORM_WARNING, &where, "write its rows, below the line of the columns",
                   "%s: the list is empty", control->field->path);
}

/* Rows of a file have all columns. A form's own list may leave a child out where it is blank, but not
 * everywhere. */
struct err xform_check_itemset(struct xform *form, const struct control *control)
{
    const struct itemset *itemset = control->itemset;
    const struct instance *instance;
    const struct node *list = list_of(form, itemset, &instance);
    const struct node *first = list ? node_child_local(list, "item") : NULL;
    const char *const shown[] = {itemset->value_child, itemset->label_is_itext ? NULL : itemset->label_child};
    bool has_columns = true;
    for (size_t i = 0; i < 2 && first; i++) {
        if (!shown[i] || has_child(first, shown[i]))
            continue;
        has_columns = false;
        if (instance->src)
            return err_make(ERR_DATA, XFORM_MODULE, (int)itemset->line,
                            "line %u, column %u: %s: the items of the list have no \"%s\"", itemset->line,
                            itemset->column, control->field->path, shown[i]);
        struct node where = xform_place(itemset->line, itemset->column);
        if (!any_has_child(first, shown[i]))
            xform_find(form, XFORM_WARNING, &where, "name what the items have",
                       "%s: the items of the list have no \"%s\"", control->field->path, shown[i]);
    }
    if (form->is_studied && has_columns)
        check_items(form, control, list);
    return err_ok();
}

/* ---- Values that a question can never have ---- */

/* The choices of a question as far as they are known before anybody answers: all that its list holds,
 * whatever the predicates leave of it. */
struct known_values {
    const struct item *items;
    const struct node *list; /* whose children are the items */
    const char *value_child;
};

static bool know_values(const struct xform *form, const struct field *field, struct known_values *out_values)
{
    const struct control *control = field->control;
    bool is_select = control && (control->kind == XFORM_SELECT1 || control->kind == XFORM_SELECT);
    if (!is_select)
        return false;
    *out_values = (struct known_values){.items = control->items};
    if (!control->itemset)
        return control->items != NULL;
    const struct instance *instance;
    out_values->list = control->itemset->value_child ? list_of(form, control->itemset, &instance) : NULL;
    out_values->value_child = control->itemset->value_child;
    return out_values->list != NULL;
}

static const char *value_of_item(const struct known_values *values, const struct node *item)
{
    for (const struct node *n = item->first; n; n = n->next)
        if (n->kind == NODE_ELEMENT && n->name->local == values->value_child)
            return n->text;
    return "";
}

static const char *next_value(const struct known_values *values, const struct item **item,
                              const struct node **node)
{
    if (*item) {
        const char *value = (*item)->value;
        *item = (*item)->next;
        return value;
    }
    while (*node && (*node)->kind != NODE_ELEMENT)
        *node = (*node)->next;
    if (!*node)
        return NULL;
    const char *value = value_of_item(values, *node);
    *node = (*node)->next;
    return value;
}

/* "its choices are a, b, c", when they are few. */
static const char *choices_hint(struct xform *form, const struct known_values *values)
{
    enum { FEW = 8 };
    struct buf text = {0};
    const struct item *item = values->items;
    const struct node *node = values->list ? values->list->first : NULL;
    size_t count = 0;
    buf_append_text(&text, "its choices are ");
    for (const char *v; (v = next_value(values, &item, &node)) && count <= FEW; count++)
        buf_printf(&text, "%s%s", count == 0 ? "" : ", ", v);
    const char *hint = count > FEW || text.failed ? NULL : arena_strdup(form->arena, text.data);
    buf_finish(&text);
    return hint ? hint : "write the value of one of its choices";
}

static bool has_value(const struct known_values *values, const char *value)
{
    const struct item *item = values->items;
    const struct node *node = values->list ? values->list->first : NULL;
    for (const char *v; (v = next_value(values, &item, &node));)
        if (strcmp(v, value) == 0)
            return true;
    return false;
}

static const char *nearest_value(const struct xform *form, const struct known_values *values,
                                 const char *value)
{
    struct nearest nearest = nearest_begin(value, strlen(value));
    const struct item *item = values->items;
    const struct node *node = !values->list || !xform_may_guess(form) ? NULL : values->list->first;
    for (const char *v; (v = next_value(values, &item, &node));)
        nearest_offer(&nearest, v);
    return nearest.best;
}

struct comparing {
    struct xform *form;
    const struct rule *rule;
};

static void check_value(void *context, const struct xpath_path *path, const char *literal, int position)
{
    const struct comparing *comparing = context;
    const struct rule *rule = comparing->rule;
    struct known_values values;
    bool is_value = *literal != '\0' && !strchr(literal, ' ') && strcmp(literal, "NaN") != 0;
    if (path->direct < 0 || !is_value)
        return;
    const struct field *field = comparing->form->fields[path->direct];
    if (!know_values(comparing->form, field, &values) || has_value(&values, literal))
        return;
    struct node where = xform_place(rule->line, rule->column);
    xform_narrow(comparing->form, xpath_source(rule->expr), position, &where);
    xform_find(comparing->form, XFORM_WARNING, &where,
               xform_did_you_mean(comparing->form, nearest_value(comparing->form, &values, literal),
                                  choices_hint(comparing->form, &values)),
               "a rule of %s asks whether %s is \"%s\", which is none of its choices", rule->field->path,
               field->path, literal);
}

static void check_patterns(struct xform *form, const struct rule *rule)
{
    int position = 1;
    struct node where = xform_place(rule->line, rule->column);
    struct err e = xpath_check_patterns(rule->expr, &position);
    if (!err_is(&e))
        return;
    xform_narrow(form, xpath_source(rule->expr), position, &where);
    xform_find(form, XFORM_ERROR, &where, "every bracket that opens must close", "%s of %s: %s",
               xform_rule_names[rule->kind], rule->field->path, e.text);
}

void xform_check_rules(struct xform *form, const struct field *field)
{
    for (size_t kind = 0; kind < RULE_KINDS; kind++) {
        const struct rule *rule = field->rules[kind];
        if (rule)
            check_patterns(form, rule);
        struct xpath_path *const *paths;
        size_t count = rule ? xpath_paths(rule->expr, &paths) : 0;
        for (size_t i = 0; i < count; i++)
            check_list(form, rule, paths[i]);
        struct comparing comparing = {form, rule};
        if (rule)
            xpath_each_comparison(rule->expr, check_value, &comparing);
    }
}
