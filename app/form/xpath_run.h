/*
 * Inside of the evaluator: one run of an expression, values while they are worked on, and what the functions
 * use.
 *
 * Functions here return false when something went wrong; the reason is then in run->err. Values live in the
 * machine's pool.
 */
#ifndef YIZHAN_FORM_XPATH_RUN_H
#define YIZHAN_FORM_XPATH_RUN_H

#include "app/form/tz.h"
#include "app/form/xpath_ast.h"
#include "app/form/xpath_pool.h"

struct text {
    const char *bytes; /* NUL-terminated */
    size_t length;
};

struct nodes {
    const struct node **items;
    size_t count;
    size_t capacity;
    bool is_flat;   /* none stands below another */
    bool is_hidden; /* empty, but only because nothing in it is relevant: compared, it reads as blank */
};

struct value {
    enum xpath_kind kind;
    bool is_date; /* see struct xpath_value */
    double number;
    bool boolean;
    struct text text; /* strings; dates: how they are written */
    struct nodes nodes;
};

/* Where an expression stands. */
struct scope {
    const struct node *node;
    const struct node *current;
    size_t position;
    size_t size;
    bool all_instances; /* absolute paths are not narrowed to the repeat instances around current */
};

struct run {
    struct xpath_machine *machine;
    struct pool *pool;
    const struct xpath_host *host;
    const struct node *root;
    const char *source; /* for the positions in errors */
    struct err err;
};

struct call {
    struct run *run;
    const struct scope *scope;
    const struct expr *expr;
};

/* ---- Evaluating (xpath_eval.c) ---- */

bool run_value(struct run *run, const struct expr *expr, const struct scope *scope, struct value *out);
bool run_boolean(struct run *run, const struct expr *expr, const struct scope *scope, bool *out);
bool run_number(struct run *run, const struct expr *expr, const struct scope *scope, double *out);
bool run_text(struct run *run, const struct expr *expr, const struct scope *scope, struct text *out);
/* An error unless the expression gives a nodeset. */
bool run_nodes(struct run *run, const struct expr *expr, const struct scope *scope, struct nodes *out);
/* A path (xpath_step.c). An absolute one means the repeat instances around the current node where it leads
 * through them, unless the scope says otherwise. */
bool run_path(struct run *run, const struct path *path, const struct scope *scope, struct nodes *out);

/* Appends what an axis reaches from a node and the step's test accepts, without predicates: reverse axes
 * nearest first (xpath_axis.c). */
bool axis_walk(struct run *run, const struct xpath_step *step, const struct node *from, struct nodes *out);
bool axis_is_reverse(enum xpath_axis axis);

/* Takes steps from the budget. */
bool run_spend(struct run *run, size_t steps);
/* Sets run->err; always false. at is a byte offset of the source. */
bool run_fail(struct run *run, int at, enum err_class class, const char *format, ...) PRINTF_LIKE(4, 5);
bool run_no_memory(struct run *run);

/* ---- Values (xpath_value.c) ---- */

struct value value_number(double number);
struct value value_boolean(bool boolean);
struct value value_text(struct text text);
struct value value_nodes(struct nodes nodes);
struct text text_of(const char *bytes);
/* Copies into the pool. */
bool text_copy(struct run *run, const char *bytes, size_t length, struct text *out);

bool to_boolean(const struct value *value);
bool to_number(struct run *run, const struct value *value, double *out);
bool to_text(struct run *run, const struct value *value, struct text *out);
bool node_text(struct run *run, const struct node *node, struct text *out);
bool node_number(struct run *run, const struct node *node, double *out);
bool compare_values(struct run *run, enum expr_op op, const struct value *left, const struct value *right,
                    bool *out);

/* ---- Nodesets (xpath_nodes.c) ---- */

bool nodes_add(struct run *run, struct nodes *nodes, const struct node *node);
/* Document order, each once. */
bool nodes_sort(struct run *run, struct nodes *nodes);

/* ---- Arguments of a call ---- */

static inline size_t arg_count(const struct call *call)
{
    return call->expr->arg_count;
}
static inline bool arg_value(struct call *call, size_t i, struct value *out)
{
    return run_value(call->run, call->expr->args[i], call->scope, out);
}
static inline bool arg_single(struct call *call, size_t i, struct value *out)
{
    return run_value(call->run, call->expr->args[i], call->scope, out);
}
static inline bool arg_text(struct call *call, size_t i, struct text *out)
{
    return run_text(call->run, call->expr->args[i], call->scope, out);
}
static inline bool arg_number(struct call *call, size_t i, double *out)
{
    return run_number(call->run, call->expr->args[i], call->scope, out);
}
static inline bool arg_boolean(struct call *call, size_t i, bool *out)
{
    return run_boolean(call->run, call->expr->args[i], call->scope, out);
}
static inline bool arg_nodes(struct call *call, size_t i, struct nodes *out)
{
    return run_nodes(call->run, call->expr->args[i], call->scope, out);
}
/* The texts of an argument: one per node of a nodeset, else the one. */
bool arg_texts(struct call *call, size_t i, struct text **out_texts, size_t *out_count);
/* An error about an argument. */
#define arg_fail(call, ...) run_fail((call)->run, (call)->expr->at, ERR_DATA, __VA_ARGS__)

#endif
