/*
 * The dependency graph: which rules must be looked at when a field changes, and in which order.
 *
 * Every path of every rule is followed over the tree of fields, without values. That gives edges (field ->
 * rule). Ranks order the rules so that what a rule reads is settled before it; a cycle that could never
 * settle is refused with the names of its nodes.
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
        if (fields == NULL) {
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
    return field == NULL ? follower->form->root : field->first;
}

static bool accepts(const struct xpath_path *path, size_t step, const struct field *field, bool attribute)
{
    return field != NULL && field->is_attribute == attribute && xpath_step_accepts(path, step, field->name);
}

static void add_children(const struct follower *follower, const struct xpath_path *path, size_t step,
                         const struct field *field, bool attribute, struct reach *to)
{
    for (struct field *f = first_child(follower, field); f != NULL; f = f->next)
        if (accepts(path, step, f, attribute))
            reach_add(to, f);
}

static void add_descendants(const struct follower *follower, const struct xpath_path *path, size_t step,
                            const struct field *field, struct reach *to)
{
    uint32_t from = field == NULL ? 0 : field->id + 1;
    uint32_t last = field == NULL ? (uint32_t)follower->form->field_count - 1 : field->last_id;
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
        if (field != NULL)
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
        for (struct field *f = field; f != NULL; f = f->parent)
            reach_add(to, f);
        break;
    case XPATH_FOLLOWING_SIBLING:
    case XPATH_PRECEDING_SIBLING:
        if (field != NULL)
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
    if (is == NULL)
        return NULL;
    switch (xpath_step_axis(path, step)) {
    case XPATH_PARENT:
        return was != NULL && was->is_repeat && from->kept == was ? is->repeat : from->kept;
    case XPATH_CHILD:
        /* An absolute path that goes on below a repeat means the instance the rule itself stands in. */
        if (is->is_repeat && is_around(is, follower->rule->field) && path->origin == XPATH_FROM_ROOT &&
            !xpath_step_has_predicates(path, step) && path->outer == NULL && step + 1 < path->step_count)
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
        if (path->outer != NULL) {
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
    for (struct edge *e = field->dependents; e != NULL && e->rule == rule; e = e->next) {
        if (e->scope == scope || e->scope == NULL)
            return err_ok();
    }
    struct edge *edge = arena_alloc(form->arena, sizeof(*edge));
    if (edge == NULL)
        return err_no_memory(XFORM_MODULE);
    *edge = (struct edge){.rule = rule, .scope = scope, .next = field->dependents};
    field->dependents = edge;
    return err_ok();
}

static const char *const rule_names[RULE_KINDS] = {"relevant",   "calculate", "readonly", "required",
                                                   "constraint", "jr:count",  "itemset"};

static struct err cycle_error(struct xform *form, const struct rule *rule, const char *chain)
{
    struct node where = xform_place(rule->line, rule->column);
    if (form->is_studied) {
        xform_find(form, XFORM_ERROR, &where, "leave one of them out of the other's rule",
                   "%s of %s waits for itself: %s", rule_names[rule->kind], rule->field->path, chain);
        return err_ok();
    }
    return xform_error(rule->line, "Cycle detected in form's relevant and calculation logic! %s", chain);
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
            snprintf(chain, sizeof(chain), "%s -> %s", field->path, field->path);
        else
            snprintf(chain, sizeof(chain), "%s (%s) refers to itself", field->path, rule_names[rule->kind]);
        return cycle_error(form, rule, chain);
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

/* The name that was meant by the first that the form does not have; or where the last one stands. */
static const char *nothing_hint(struct xform *form, const struct xpath_path *path)
{
    static const char otherwise[] = "check the path for a misspelled or moved node";
    const struct field *moved = NULL;
    for (size_t i = 0; i < path->step_count; i++) {
        const struct name *name = xpath_step_name(path, i);
        if (name == NULL)
            continue;
        moved = field_called(form, name->local);
        if (moved == NULL)
            return xform_did_you_mean(form, xform_nearest_field(form, name->local, strlen(name->local)),
                                      otherwise);
    }
    return xform_did_you_mean(form, moved == NULL ? NULL : moved->path, otherwise);
}

static void report_nothing(struct xform *form, const struct rule *rule, const struct xpath_path *path)
{
    struct node where = xform_place(rule->line, rule->column);
    const char *source = xpath_source(rule->expr);
    const char *begin = source + path->at;
    xform_narrow(form, source, xpath_position(rule->expr, path->at), &where);
    xform_find(form, XFORM_WARNING, &where, nothing_hint(form, path),
               "%s of %s: the path %.*s leads to no node", rule_names[rule->kind], rule->field->path,
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
        if (reach.fields[i] != NULL)
            e = link_field(form, rule, &reach, reach.fields[i]);
    /* A path that surely means one node is found without walking. */
    struct field *only = reach.count == 1 ? reach.fields[0] : NULL;
    if (!err_is(&e) && only != NULL && path->outer == NULL && !reach.has_predicates &&
        !follower->any_instance && !only->is_repeat && only->repeat == reach.kept &&
        path->origin != XPATH_FROM_PATH)
        path->direct = (int32_t)only->id;
    free(reach.fields);
    return e;
}

/* jr:choice-name(value, '/data/q') must mean a question that has choices. */
static struct err check_choice_name(struct xform *form, const struct rule *rule)
{
    const char *call = strstr(xpath_source(rule->expr), "jr:choice-name(");
    const char *quote = call == NULL ? NULL : strchr(call, ',');
    if (quote == NULL)
        return err_ok();
    quote += 1 + strspn(quote + 1, " ");
    const char *end = *quote == '\'' || *quote == '"' ? strchr(quote + 1, *quote) : NULL;
    char *path = end == NULL ? NULL : arena_strndup(form->arena, quote + 1, (size_t)(end - quote - 1));
    bool is_path = path != NULL && strchr("/.", path[strspn(path, " ")]) != NULL;
    if (!is_path || *path == '\0' || strchr(path, '[') != NULL)
        return err_ok();
    const struct field *question = xform_field_at(form, rule->field, path);
    if (question == NULL)
        return xform_error(rule->line, "No element found by evaluating '%s'", path);
    bool has_choices =
        question->control != NULL && (question->control->items != NULL || question->control->itemset != NULL);
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

/* ---- Order ---- */

/* Rules that may have to be looked at again when a rule's result changes, one after the other. */
struct successors {
    const struct xform *form;
    const struct rule *rule;
    uint32_t field_id; /* the field being looked at */
    uint32_t last_id;
    const struct edge *edge;
    bool own_done; /* the field's own calculate has been given */
};

static struct successors successors_of(const struct xform *form, const struct rule *rule)
{
    const struct field *field = rule->field;
    bool below = rule->kind == RULE_RELEVANT || rule->kind == RULE_COUNT;
    return (struct successors){.form = form,
                               .rule = rule,
                               .field_id = field->id,
                               .last_id = below ? field->last_id : field->id,
                               .edge = field->dependents,
                               .own_done = rule->kind == RULE_CALCULATE};
}

static struct rule *next_successor(struct successors *s)
{
    if (s->rule->kind != RULE_CALCULATE && s->rule->kind != RULE_RELEVANT && s->rule->kind != RULE_COUNT)
        return NULL;
    while (s->field_id <= s->last_id) {
        if (!s->own_done) {
            s->own_done = true;
            if (s->form->fields[s->field_id]->rules[RULE_CALCULATE] != NULL)
                return s->form->fields[s->field_id]->rules[RULE_CALCULATE];
        }
        if (s->edge != NULL) {
            struct rule *rule = s->edge->rule;
            s->edge = s->edge->next;
            return rule;
        }
        s->own_done = false;
        if (++s->field_id <= s->last_id)
            s->edge = s->form->fields[s->field_id]->dependents;
    }
    return NULL;
}

enum visit { VISIT_NEW, VISIT_OPEN, VISIT_DONE };

struct sorter {
    struct xform *form;
    uint8_t *visits; /* by rule index (rank holds the index until it is final) */
    struct successors *stack;
    size_t depth;
    struct rule **sorted; /* filled from the end */
    size_t left;
    bool cycle_told; /* one is enough: what else waits most often waits for the same */
};

/* Two relevances that read each other's values are settled by the person who fills those, and a repeat may
 * grow until its own instances say that there are enough: no cycles, only no order. Where rules do hunt each
 * other, recalculation has its own bound. */
static bool is_harmless(const struct rule *from, const struct rule *to)
{
    return (from->kind == RULE_RELEVANT && to->kind == RULE_RELEVANT) || from->kind == RULE_COUNT;
}

/* The open rules from one on are a cycle; with a jr:count in it, a repeat grows by what stands in itself. */
static void mark_growth(const struct sorter *sorter, size_t from)
{
    bool counts = false;
    for (size_t i = from; i < sorter->depth; i++)
        counts |= sorter->stack[i].rule->kind == RULE_COUNT;
    for (size_t i = from; counts && i < sorter->depth; i++)
        sorter->form->rules[sorter->stack[i].rule->rank]->feeds_itself = true;
}

/* The chain of open rules from `rule` to the top of the stack, with its nodes' names. */
static struct err check_cycle(struct sorter *sorter, const struct rule *rule)
{
    size_t from = sorter->depth;
    while (from > 0 && sorter->stack[from - 1].rule != rule)
        from--;
    from -= from > 0;
    struct buf chain = {0};
    bool harmless = false;
    for (size_t i = from; i < sorter->depth; i++) {
        const struct rule *next = i + 1 < sorter->depth ? sorter->stack[i + 1].rule : rule;
        harmless |= is_harmless(sorter->stack[i].rule, next);
        buf_printf(&chain, "%s -> ", sorter->stack[i].rule->field->path);
    }
    buf_append_text(&chain, rule->field->path);
    mark_growth(sorter, from);
    harmless |= sorter->cycle_told;
    sorter->cycle_told |= !harmless;
    struct err e = harmless ? err_ok() : cycle_error(sorter->form, rule, buf_text(&chain));
    buf_finish(&chain);
    return e;
}

static void push(struct sorter *sorter, const struct rule *rule)
{
    sorter->visits[rule->rank] = VISIT_OPEN;
    sorter->stack[sorter->depth++] = successors_of(sorter->form, rule);
}

/* Depth-first from one rule; what is finished goes before all that was finished earlier. */
static struct err visit(struct sorter *sorter, struct rule *rule)
{
    push(sorter, rule);
    while (sorter->depth > 0) {
        struct successors *top = &sorter->stack[sorter->depth - 1];
        struct rule *next = next_successor(top);
        if (next == NULL) {
            sorter->visits[top->rule->rank] = VISIT_DONE;
            sorter->sorted[--sorter->left] = sorter->form->rules[top->rule->rank];
            sorter->depth--;
        } else if (sorter->visits[next->rank] == VISIT_NEW) {
            push(sorter, next);
        } else if (sorter->visits[next->rank] == VISIT_OPEN && next != top->rule) {
            /* A rule that reaches its own field only does so in other instances: see is_self_reference(). */
            TRY(check_cycle(sorter, next));
        }
    }
    return err_ok();
}

static struct err sort_rules(struct sorter *sorter)
{
    struct xform *form = sorter->form;
    for (size_t i = form->rule_count; i > 0; i--)
        if (sorter->visits[i - 1] == VISIT_NEW)
            TRY(visit(sorter, form->rules[i - 1]));
    for (size_t i = 0; i < form->rule_count; i++)
        sorter->sorted[i]->rank = (uint32_t)i;
    memcpy(form->rules, sorter->sorted, form->rule_count * sizeof(struct rule *));
    return err_ok();
}

static struct err rank_rules(struct xform *form)
{
    size_t count = form->rule_count;
    struct sorter sorter = {.form = form,
                            .visits = calloc(count + 1, 1),
                            .stack = calloc(count + 1, sizeof(struct successors)),
                            .sorted = calloc(count + 1, sizeof(struct rule *)),
                            .left = count};
    for (size_t i = 0; i < count; i++)
        form->rules[i]->rank = (uint32_t)i;
    struct err e = err_no_memory(XFORM_MODULE);
    if (sorter.visits != NULL && sorter.stack != NULL && sorter.sorted != NULL)
        e = count == 0 ? err_ok() : sort_rules(&sorter);
    free(sorter.visits);
    free(sorter.stack);
    free(sorter.sorted);
    return e;
}

struct err xform_link(struct xform *form)
{
    for (size_t i = 0; i < form->rule_count; i++)
        TRY(xform_forgive(form, NULL, link_rule(form, form->rules[i])));
    return rank_rules(form);
}
