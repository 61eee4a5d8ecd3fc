/*
 * The order of the rules: what a rule reads has a lower rank and is settled before it. A cycle that could
 * never settle is refused with the names of its nodes; one through a jr:count is a repeat that grows by what
 * it holds.
 */
#include "app/form/xform_private.h"
#include <stdlib.h>
#include <string.h>

/* ---- Cycles ---- */

const char *const xform_rule_names[RULE_KINDS] = {"relevant",   "calculate", "readonly", "required",
                                                  "constraint", "jr:count",  "itemset"};

struct err xform_cycle_error(struct xform *form, const struct rule *rule, const char *chain)
{
    struct node where = xform_place(rule->line, rule->column);
    if (form->is_studied) {
        xform_find(form, XFORM_ERROR, &where, "leave one of them out of the other's rule",
                   "%s of %s waits for itself: %s", xform_rule_names[rule->kind], rule->field->path, chain);
        return err_ok();
    }
    return xform_error(rule->line, "Cycle detected in form's relevant and calculation logic! %s", chain);
}

/* ---- What comes after a rule ---- */

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
            if (s->form->fields[s->field_id]->rules[RULE_CALCULATE])
                return s->form->fields[s->field_id]->rules[RULE_CALCULATE];
        }
        if (s->edge) {
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

/* ---- Sorting ---- */

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
    struct err e = harmless ? err_ok() : xform_cycle_error(sorter->form, rule, buf_text(&chain));
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
        if (!next) {
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

struct err xform_rank(struct xform *form)
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
    if (sorter.visits && sorter.stack && sorter.sorted)
        e = count == 0 ? err_ok() : sort_rules(&sorter);
    free(sorter.visits);
    free(sorter.stack);
    free(sorter.sorted);
    return e;
}
