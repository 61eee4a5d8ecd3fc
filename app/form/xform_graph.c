/*
 * The dependency graph: which rules must be looked at when a field changes.
 *
 * Every path of every rule is followed over the tree of fields, without values. That gives edges (field ->
 * rule).
 */
#include "app/form/xform_private.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Where a path leads ---- */

/* Fields a path may mean at one of its steps. */
struct reach {
    struct field **fields; /* NULL stands for the document above the root element */
    size_t count;
    size_t capacity;
    bool elsewhere; /* in a secondary instance, or not known before evaluation */
    bool has_predicates;
    /* The innermost repeat around the rule's own node in whose one instance the path has stayed; NULL: none.
     */
    const struct field *kept;
    bool failed;
};

static void reach_add(struct reach *reach, struct field *field)
{
    for (size_t i = 0; i < reach->count; i++)
        if (reach->fields[i] == field)
            return;
    if (reach->count == reach->capacity) {
        size_t capacity = reach->capacity == 0 ? 8 : reach->capacity * 2;
        struct field **fields = realloc(reach->fields, capacity * sizeof(struct field *));
        if (!fields) {
            reach->failed = true;
            return;
        }
        reach->fields = fields;
        reach->capacity = capacity;
    }
    reach->fields[reach->count++] = field;
}

struct follower {
    struct xform *form;
    const struct rule *rule;
    bool any_instance; /* indexed-repeat() and the like mean other instances than the rule's own */
};

static struct field *first_child(const struct follower *follower, const struct field *field)
{
    return field ? field->first : follower->form->root;
}

static bool accepts(const struct xpath_path *path, size_t step, const struct field *field, bool attribute)
{
    return field && field->is_attribute == attribute && xpath_step_accepts(path, step, field->name);
}

/* The child that a step without prefix names, found by its path: families may be large. NULL when it is to be
 * looked for among all. */
static struct field *named_child(const struct follower *follower, const struct xpath_path *path, size_t step,
                                 const struct field *field, bool attribute)
{
    char child[XFORM_REF_SIZE];
    const struct name *name = xpath_step_name(path, step);
    if (!field || attribute || xpath_step_test(path, step) != XPATH_TEST_NAME)
        return NULL;
    size_t above = strlen(field->path), length = strlen(name->local);
    if (above + 1 + length > sizeof child)
        return NULL;
    memcpy(child, field->path, above);
    child[above] = '/';
    memcpy(child + above + 1, name->local, length);
    struct field *found = text_map_get_n(&follower->form->field_by_path, child, above + 1 + length);
    return accepts(path, step, found, attribute) ? found : NULL;
}

static void add_children(const struct follower *follower, const struct xpath_path *path, size_t step,
                         const struct field *field, bool attribute, struct reach *to)
{
    struct field *named = named_child(follower, path, step, field, attribute);
    if (named) {
        reach_add(to, named);
        return;
    }
    for (struct field *f = first_child(follower, field); f; f = f->next)
        if (accepts(path, step, f, attribute))
            reach_add(to, f);
}

static void add_descendants(const struct follower *follower, const struct xpath_path *path, size_t step,
                            const struct field *field, struct reach *to)
{
    uint32_t from = field ? field->id + 1 : 0;
    uint32_t last = field ? field->last_id : (uint32_t)follower->form->field_count - 1;
    for (uint32_t id = from; id <= last; id++)
        if (accepts(path, step, follower->form->fields[id], false))
            reach_add(to, follower->form->fields[id]);
}

static void add_step(const struct follower *follower, const struct xpath_path *path, size_t step,
                     struct field *field, struct reach *to)
{
    switch (xpath_step_axis(path, step)) {
    case XPATH_CHILD:
        add_children(follower, path, step, field, false, to);
        break;
    case XPATH_ATTRIBUTE:
        add_children(follower, path, step, field, true, to);
        break;
    case XPATH_SELF:
        reach_add(to, field);
        break;
    case XPATH_PARENT:
        if (field)
            reach_add(to, field->parent);
        break;
    case XPATH_DESCENDANT_OR_SELF:
        reach_add(to, field);
        add_descendants(follower, path, step, field, to);
        break;
    case XPATH_DESCENDANT:
        add_descendants(follower, path, step, field, to);
        break;
    case XPATH_ANCESTOR:
    case XPATH_ANCESTOR_OR_SELF:
        for (struct field *f = field; f; f = f->parent)
            reach_add(to, f);
        break;
    case XPATH_FOLLOWING_SIBLING:
    case XPATH_PRECEDING_SIBLING:
        if (field)
            add_children(follower, path, step, field->parent, false, to);
        break;
    default: /* following, preceding, namespace: anywhere */
        add_descendants(follower, path, step, NULL, to);
    }
}

static bool is_around(const struct field *outer, const struct field *inner)
{
    return outer->id <= inner->id && inner->last_id <= outer->last_id;
}

/* Which one instance the path is still in after a step. */
static const struct field *kept_after(const struct follower *follower, const struct xpath_path *path,
                                      size_t step, const struct reach *from, const struct reach *to)
{
    if (to->count != 1 || from->count != 1 || follower->any_instance)
        return NULL;
    const struct field *was = from->fields[0], *is = to->fields[0];
    if (!is)
        return NULL;
    switch (xpath_step_axis(path, step)) {
    case XPATH_PARENT:
        return was && was->is_repeat && from->kept == was ? is->repeat : from->kept;
    case XPATH_CHILD:
        /* An absolute path that goes on below a repeat means the instance the rule itself stands in. */
        if (is->is_repeat && is_around(is, follower->rule->field) && path->origin == XPATH_FROM_ROOT &&
            !xpath_step_has_predicates(path, step) && !path->outer && step + 1 < path->step_count)
            return is;
        return from->kept;
    case XPATH_ATTRIBUTE:
    case XPATH_SELF:
        return from->kept;
    default:
        return NULL;
    }
}

static void follow(const struct follower *follower, const struct xpath_path *path, size_t steps,
                   struct reach *out);

/* Where a path starts. */
static void start(const struct follower *follower, const struct xpath_path *path, struct reach *out)
{
    struct field *own = follower->rule->field;
    /* A count is asked where the instances stand, before any of them. */
    const struct field *around = follower->rule->kind == RULE_COUNT ? own->parent->repeat : own->repeat;
    if (follower->rule->kind == RULE_COUNT && own->count_from_parent)
        own = own->parent;
    switch (path->origin) {
    case XPATH_FROM_ROOT:
        reach_add(out, NULL);
        break;
    case XPATH_FROM_CONTEXT:
        if (path->outer) {
            follow(follower, path->outer, path->outer_step + 1, out);
            out->kept = NULL;
            out->has_predicates = true;
            break;
        }
        /* fall through */
    case XPATH_FROM_CURRENT:
        reach_add(out, own);
        out->kept = follower->any_instance ? NULL : around;
        out->has_predicates = path->outer != NULL;
        break;
    case XPATH_FROM_PATH:
        follow(follower, path->base, path->base->step_count, out);
        out->kept = NULL;
        break;
    case XPATH_FROM_INSTANCE:
    case XPATH_FROM_VALUE:
        out->elsewhere = true;
    }
}

static void follow(const struct follower *follower, const struct xpath_path *path, size_t steps,
                   struct reach *out)
{
    start(follower, path, out);
    for (size_t step = 0; step < steps && !out->elsewhere && !out->failed; step++) {
        struct reach to = {.has_predicates = out->has_predicates || xpath_step_has_predicates(path, step)};
        for (size_t i = 0; i < out->count; i++)
            add_step(follower, path, step, out->fields[i], &to);
        to.kept = kept_after(follower, path, step, out, &to);
        to.failed |= out->failed;
        free(out->fields);
        *out = to;
    }
}

/* ---- Edges ---- */

static struct err add_edge(struct xform *form, struct field *field, struct rule *rule,
                           const struct field *scope)
{
    for (struct edge *e = field->dependents; e && e->rule == rule; e = e->next) {
        if (e->scope == scope || !e->scope)
            return err_ok();
    }
    struct edge *edge = arena_alloc(form->arena, sizeof *edge);
    if (!edge)
        return err_no_memory(XFORM_MODULE);
    *edge = (struct edge){.rule = rule, .scope = scope, .next = field->dependents};
    field->dependents = edge;
    return err_ok();
}

/* Only a constraint may look at its own node. */
static bool is_self_reference(const struct rule *rule, const struct field *field, const struct reach *reach)
{
    return field == rule->field && !reach->has_predicates && rule->kind != RULE_CONSTRAINT &&
           rule->kind != RULE_CHOICES && rule->kind != RULE_COUNT && field->is_leaf;
}

static struct err link_field(struct xform *form, struct rule *rule, const struct reach *reach,
                             struct field *field)
{
    if (is_self_reference(rule, field, reach)) {
        char chain[160];
        if (form->is_studied)
            snprintf(chain, sizeof chain, "%s -> %s", field->path, field->path);
        else
            snprintf(chain, sizeof chain, "%s (%s) refers to itself", field->path,
                     xform_rule_names[rule->kind]);
        return xform_cycle_error(form, rule, chain);
    }
    return add_edge(form, field, rule, reach->kept);
}

static const struct field *field_called(const struct xform *form, const char *local)
{
    for (size_t i = 0; i < form->field_count; i++)
        if (strcmp(form->fields[i]->name->local, local) == 0)
            return form->fields[i];
    return NULL;
}

/* What looks like a path and is a word: yes, town, ‘town’. NULL: it is a path. */
static const char *word_hint(const char *text)
{
    static const char *const truths[] = {"yes", "no", "true", "false", "TRUE", "FALSE", "Yes", "No"};
    const char *slip = xpath_slip(text);
    size_t length = strcspn(text, " )=!<>,'\"");
    if (*slip == '\0')
        slip = xpath_slip_in_name(text, length);
    if (*slip != '\0')
        return slip + 2;
    for (size_t i = 0; i < sizeof truths / sizeof *truths; i++)
        if (strlen(truths[i]) == length && strncmp(text, truths[i], length) == 0)
            return "write true() or false(); a value stands in quotes, 'yes'";
    return !memchr(text, '/', length) && *text != '.' && *text != '@'
               ? "a value stands in quotes, 'like this'; a question is named by its path"
               : NULL;
}

/* The name that was meant by the first that the form does not have; or where the last one stands. */
static const char *nothing_hint(struct xform *form, const struct xpath_path *path, const char *source)
{
    static const char otherwise[] = "check the path for a misspelled or moved node";
    const struct field *moved = NULL;
    const char *slip = word_hint(source);
    if (slip)
        return slip;
    for (size_t i = 0; i < path->step_count; i++) {
        const struct name *name = xpath_step_name(path, i);
        if (!name)
            continue;
        moved = field_called(form, name->local);
        if (!moved)
            return xform_did_you_mean(form, xform_nearest_field(form, name->local), otherwise);
    }
    return xform_did_you_mean(form, moved ? moved->path : NULL, otherwise);
}

static void report_nothing(struct xform *form, const struct rule *rule, const struct xpath_path *path)
{
    struct node where = xform_place(rule->line, rule->column);
    const char *source = xpath_source(rule->expr);
    const char *begin = source + path->at;
    xform_narrow(form, source, xpath_position(rule->expr, path->at), &where);
    xform_find(form, XFORM_WARNING, &where, nothing_hint(form, path, begin),
               "%s of %s: the path %.*s leads to no node", xform_rule_names[rule->kind], rule->field->path,
               (int)strcspn(begin, " \t\r\n,)=<>+*!|'\""), begin);
}

static struct err link_path(const struct follower *follower, struct rule *rule, struct xpath_path *path)
{
    struct xform *form = follower->form;
    struct reach reach = {0};
    struct err e = err_ok();
    follow(follower, path, path->step_count, &reach);
    if (reach.failed)
        e = err_no_memory(XFORM_MODULE);
    if (form->is_studied && reach.count == 0 && !reach.elsewhere && !reach.failed && !reach.has_predicates)
        report_nothing(form, rule, path);
    for (size_t i = 0; i < reach.count && !err_is(&e); i++)
        if (reach.fields[i])
            e = link_field(form, rule, &reach, reach.fields[i]);
    /* A path that surely means one node is found without walking. */
    struct field *only = reach.count == 1 ? reach.fields[0] : NULL;
    if (!err_is(&e) && only && !path->outer && !reach.has_predicates && !follower->any_instance &&
        !only->is_repeat && only->repeat == reach.kept && path->origin != XPATH_FROM_PATH)
        path->direct = (int32_t)only->id;
    free(reach.fields);
    return e;
}

/* jr:choice-name(value, '/data/q') must mean a question that has choices. */
static struct err check_choice_name(struct xform *form, const struct rule *rule)
{
    const char *call = strstr(xpath_source(rule->expr), "jr:choice-name(");
    const char *quote = call ? strchr(call, ',') : NULL;
    if (!quote)
        return err_ok();
    quote += 1 + strspn(quote + 1, " ");
    const char *end = *quote == '\'' || *quote == '"' ? strchr(quote + 1, *quote) : NULL;
    char *path = end ? arena_strndup(form->arena, quote + 1, (size_t)(end - quote - 1)) : NULL;
    bool is_path = path && strchr("/.", path[strspn(path, " ")]);
    if (!is_path || *path == '\0' || strchr(path, '[') != NULL)
        return err_ok();
    const struct field *question = xform_field_at(form, rule->field, path);
    if (!question)
        return xform_error(rule->line, "No element found by evaluating '%s'", path);
    bool has_choices = question->control && (question->control->items || question->control->itemset);
    return has_choices
               ? err_ok()
               : xform_error(rule->line,
                             "Evaluating 'jr:choice-name' on element '%s' which has no possible choices.",
                             path);
}

static struct err link_rule(struct xform *form, struct rule *rule)
{
    TRY(check_choice_name(form, rule));
    struct follower follower = {.form = form,
                                .rule = rule,
                                .any_instance = strstr(xpath_source(rule->expr), "indexed-repeat") != NULL};
    struct xpath_path *const *paths;
    size_t count = xpath_paths(rule->expr, &paths);
    for (size_t i = 0; i < count; i++)
        TRY(link_path(&follower, rule, paths[i]));
    return err_ok();
}

struct err xform_link(struct xform *form)
{
    for (size_t i = 0; i < form->rule_count; i++)
        TRY(xform_forgive(form, NULL, link_rule(form, form->rules[i])));
    return err_ok();
}
