#include "app/form/xpath_fn.h"
#include "app/form/xpath_machine.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- Errors and the budget ---- */

bool run_fail(struct run *run, int at, enum err_class class, const char *format, ...)
{
    char text[190];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    run->err = xpath_error(run->source, at, class, "%s", text);
    return false;
}

bool run_no_memory(struct run *run)
{
    run->err = err_make(ERR_REFUSED, "xpath", 0, "the expression needs more working memory than it may have");
    return false;
}

/* The budget is the machine's: evaluations that a host starts in between draw on it too. */
bool run_spend(struct run *run, size_t steps)
{
    uint64_t *left = &run->machine->steps_left;
    if (*left >= steps) {
        *left -= steps;
        return true;
    }
    *left = 0;
    run->err = err_make(ERR_REFUSED, "xpath", 0,
                        "the expression takes more steps than it may; make its paths shorter");
    return false;
}

/* ---- Operators ---- */

static bool run_logic(struct run *run, const struct expr *e, const struct scope *scope, struct value *out)
{
    bool decides = e->op == EXPR_OR;
    bool boolean;
    if (!run_boolean(run, e->left, scope, &boolean))
        return false;
    if (boolean != decides && !run_boolean(run, e->right, scope, &boolean))
        return false;
    *out = value_boolean(boolean);
    return true;
}

static bool run_comparison(struct run *run, const struct expr *e, const struct scope *scope,
                           struct value *out)
{
    struct value left;
    struct value right;
    bool holds;
    if (!run_value(run, e->left, scope, &left) || !run_value(run, e->right, scope, &right) ||
        !compare_values(run, e->op, &left, &right, &holds))
        return false;
    *out = value_boolean(holds);
    return true;
}

/* Dates are days with a fraction; between two of them whole milliseconds are exact, so 7305.000000000002 is
 * 7305. */
static double difference(double left, double right)
{
    static const double day_ms = 86400000.0;
    double days = left - right;
    bool are_dates = fabs(left) > 1000 && fabs(right) > 1000 && left != floor(left) && right != floor(right);
    double exact = round(days * day_ms) / day_ms;
    return are_dates && fabs(days - exact) < 1e-11 ? exact : days;
}

double number_calculate(enum expr_op op, double left, double right)
{
    switch (op) {
    case EXPR_ADD:
        return left + right;
    case EXPR_SUB:
        return difference(left, right);
    case EXPR_MUL:
        return left * right;
    case EXPR_DIV:
        return left / right;
    default:
        return fmod(left, right);
    }
}

static bool run_arithmetic(struct run *run, const struct expr *e, const struct scope *scope,
                           struct value *out)
{
    double left;
    double right;
    if (!run_number(run, e->left, scope, &left) || !run_number(run, e->right, scope, &right))
        return false;
    *out = value_number(number_calculate(e->op, left, right));
    return true;
}

static bool run_union(struct run *run, const struct expr *e, const struct scope *scope, struct value *out)
{
    struct nodes left;
    struct nodes right;
    if (!run_nodes(run, e->left, scope, &left) || !run_nodes(run, e->right, scope, &right))
        return false;
    for (size_t i = 0; i < right.count; i++)
        if (!nodes_add(run, &left, right.items[i]))
            return false;
    left.is_flat = false;
    *out = value_nodes(left);
    return nodes_sort(run, &out->nodes);
}

static bool run_call(struct run *run, const struct expr *e, const struct scope *scope, struct value *out)
{
    struct call call = {run, scope, e};
    if (!e->function) {
        run->err = err_make(ERR_DATA, "xpath", xpath_character(run->source, e->at), "%s", e->wrong);
        return false;
    }
    return run_spend(run, 1) && e->function->call(&call, out);
}

/* ---- Expressions ---- */

bool run_value(struct run *run, const struct expr *e, const struct scope *scope, struct value *out)
{
    double number;
    switch (e->op) {
    case EXPR_NUMBER:
        *out = value_number(e->number);
        return true;
    case EXPR_TEXT:
        *out = value_text(text_of(e->text));
        return true;
    case EXPR_BOOLEAN:
        *out = value_boolean(e->boolean);
        return true;
    case EXPR_OR:
    case EXPR_AND:
        return run_logic(run, e, scope, out);
    case EXPR_NEG:
        if (!run_number(run, e->left, scope, &number))
            return false;
        *out = value_number(-number);
        return true;
    case EXPR_UNION:
        return run_union(run, e, scope, out);
    case EXPR_PATH:
        *out = value_nodes((struct nodes){0});
        return run_path(run, e->path, scope, &out->nodes);
    case EXPR_CALL:
        return run_call(run, e, scope, out);
    default:
        return e->op <= EXPR_GE ? run_comparison(run, e, scope, out) : run_arithmetic(run, e, scope, out);
    }
}

bool run_boolean(struct run *run, const struct expr *expr, const struct scope *scope, bool *out)
{
    struct value value;
    if (!run_value(run, expr, scope, &value))
        return false;
    *out = to_boolean(&value);
    return true;
}

bool run_number(struct run *run, const struct expr *expr, const struct scope *scope, double *out)
{
    struct value value;
    return run_value(run, expr, scope, &value) && to_number(run, &value, out);
}

bool run_text(struct run *run, const struct expr *expr, const struct scope *scope, struct text *out)
{
    struct value value;
    return run_value(run, expr, scope, &value) && to_text(run, &value, out);
}

bool run_nodes(struct run *run, const struct expr *expr, const struct scope *scope, struct nodes *out)
{
    struct value value;
    if (!run_value(run, expr, scope, &value))
        return false;
    if (value.kind != XPATH_NODES)
        return run_fail(run, expr->at, ERR_DATA, "a path to nodes is needed here, not a text or number");
    *out = value.nodes;
    return true;
}

bool arg_texts(struct call *call, size_t i, struct text **out_texts, size_t *out_count)
{
    struct value value;
    if (!arg_value(call, i, &value))
        return false;
    bool is_nodes = value.kind == XPATH_NODES;
    size_t count = is_nodes ? value.nodes.count : 1;
    struct text *texts = pool_alloc(call->run->pool, (count + 1) * sizeof *texts);
    if (!texts)
        return run_no_memory(call->run);
    for (size_t j = 0; j < count; j++)
        if (!(is_nodes ? node_text(call->run, value.nodes.items[j], &texts[j])
                       : to_text(call->run, &value, &texts[j])))
            return false;
    *out_texts = texts;
    *out_count = count;
    return run_spend(call->run, count);
}
