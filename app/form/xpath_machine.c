#include "app/form/xpath_machine.h"
#include <stdlib.h>
#include <string.h>

#define STEPS_DEFAULT  20000000
#define MEMORY_DEFAULT ((size_t)64 << 20)
#define NESTING_MAX    16

struct err xpath_machine_create(const struct xpath_limits *limits, struct xpath_machine **out_machine)
{
    struct xpath_machine *machine = calloc(1, sizeof *machine);
    if (!machine)
        return err_no_memory("xpath");
    if (limits)
        machine->limits = *limits;
    if (machine->limits.steps == 0)
        machine->limits.steps = STEPS_DEFAULT;
    if (machine->limits.memory == 0)
        machine->limits.memory = MEMORY_DEFAULT;
    pool_init(&machine->pool, machine->limits.memory);
    *out_machine = machine;
    return err_ok();
}

void xpath_machine_destroy(struct xpath_machine **machine)
{
    if (!*machine)
        return;
    pool_finish(&(*machine)->pool);
    index_set_finish(&(*machine)->indexes);
    regex_cache_finish(&(*machine)->regexes);
    free(*machine);
    *machine = NULL;
}

uint64_t xpath_steps_taken(const struct xpath_machine *machine)
{
    return machine->steps_taken;
}

/* ---- One evaluation ---- */

typedef bool runner(struct run *run, const struct expr *expr, const struct scope *scope, void *out);

/* Calls a host makes back into the machine share the budget of the outermost evaluation and its memory. */
static struct err evaluate(struct xpath_machine *machine, const struct xpath *expr,
                           const struct xpath_context *context, runner *call, void *out)
{
    if (machine->depth == 0) {
        pool_release(&machine->pool, (struct pool_mark){0});
        machine->steps_left = machine->limits.steps;
        if (err_is(&machine->cause))
            machine->cause = err_ok();
    }
    if (machine->depth == NESTING_MAX) {
        machine->cause =
            err_make(ERR_REFUSED, "xpath", 0, "labels refer to each other more than %d deep", NESTING_MAX);
        return machine->cause;
    }
    const struct node *root = context->root;
    for (root = root ? root : context->node; !context->root && root->parent;)
        root = root->parent;
    struct run run = {.machine = machine,
                      .pool = &machine->pool,
                      .host = context->host,
                      .root = root,
                      .source = expr->source};
    struct scope scope = {.node = context->node,
                          .current = context->current ? context->current : context->node,
                          .position = context->position == 0 ? 1 : context->position,
                          .size = context->size == 0 ? 1 : context->size};
    machine->depth++;
    bool ok = call(&run, expr->top, &scope, out);
    machine->depth--;
    if (machine->depth == 0)
        machine->steps_taken += machine->limits.steps - machine->steps_left;
    if (ok)
        return err_ok();
    /* The host could only say that there is no such text; why there is none was found out further in. */
    if (!err_is(&machine->cause))
        machine->cause = run.err;
    return machine->cause;
}

static bool call_value(struct run *run, const struct expr *expr, const struct scope *scope, void *out)
{
    return run_value(run, expr, scope, out);
}

static bool call_text(struct run *run, const struct expr *expr, const struct scope *scope, void *out)
{
    return run_text(run, expr, scope, out);
}

static bool call_number(struct run *run, const struct expr *expr, const struct scope *scope, void *out)
{
    return run_number(run, expr, scope, out);
}

static bool call_boolean(struct run *run, const struct expr *expr, const struct scope *scope, void *out)
{
    return run_boolean(run, expr, scope, out);
}

static bool call_nodes(struct run *run, const struct expr *expr, const struct scope *scope, void *out)
{
    return run_nodes(run, expr, scope, out);
}

struct err xpath_eval(struct xpath_machine *machine, const struct xpath *expr,
                      const struct xpath_context *context, struct xpath_value *out_value)
{
    struct value value = {0};
    TRY(evaluate(machine, expr, context, call_value, &value));
    *out_value = (struct xpath_value){.kind = value.kind,
                                      .is_date = value.is_date,
                                      .number = value.number,
                                      .boolean = value.boolean,
                                      .string = value.text.bytes,
                                      .string_length = value.text.length,
                                      .nodes = value.nodes.items,
                                      .node_count = value.nodes.count};
    return err_ok();
}

struct err xpath_eval_string(struct xpath_machine *machine, const struct xpath *expr,
                             const struct xpath_context *context, const char **out_text)
{
    struct text text;
    TRY(evaluate(machine, expr, context, call_text, &text));
    *out_text = text.bytes;
    return err_ok();
}

struct err xpath_eval_number(struct xpath_machine *machine, const struct xpath *expr,
                             const struct xpath_context *context, double *out_number)
{
    return evaluate(machine, expr, context, call_number, out_number);
}

struct err xpath_eval_boolean(struct xpath_machine *machine, const struct xpath *expr,
                              const struct xpath_context *context, bool *out_boolean)
{
    return evaluate(machine, expr, context, call_boolean, out_boolean);
}

struct err xpath_eval_nodes(struct xpath_machine *machine, const struct xpath *expr,
                            const struct xpath_context *context, const struct node *const **out_nodes,
                            size_t *out_count)
{
    struct nodes nodes = {0};
    TRY(evaluate(machine, expr, context, call_nodes, &nodes));
    *out_nodes = nodes.items;
    *out_count = nodes.count;
    return err_ok();
}
