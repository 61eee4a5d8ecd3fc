#include "app/form/xpath_fn.h"
#include "app/form/xpath_parse.h"
#include <string.h>

/* Texts are left alone: whether one is a date, and how many days that is, depends on the session's time zone.
 */
static bool is_number(const struct expr *e, double *out)
{
    if (e->op != EXPR_NUMBER && e->op != EXPR_BOOLEAN)
        return false;
    *out = e->op == EXPR_NUMBER ? e->number : e->boolean;
    return true;
}

static void become_number(struct expr *e, double number)
{
    e->op = EXPR_NUMBER;
    e->number = number;
}

static void become_boolean(struct expr *e, bool boolean)
{
    e->op = EXPR_BOOLEAN;
    e->boolean = boolean;
}

static void fold_binary(struct expr *e)
{
    double left;
    double right;
    if (!is_number(e->left, &left) || !is_number(e->right, &right))
        return;
    if (e->op >= EXPR_ADD && e->op <= EXPR_MOD)
        become_number(e, number_calculate(e->op, left, right));
    else if (e->left->op == e->right->op)
        become_boolean(e, number_compare(e->op, left, right));
}

void parser_fold(struct expr *expr)
{
    double number;
    if (expr->op == EXPR_CALL && expr->arg_count == 0 && !expr->function->uri) {
        if (strcmp(expr->function->name, "true") == 0)
            become_boolean(expr, true);
        else if (strcmp(expr->function->name, "false") == 0)
            become_boolean(expr, false);
    } else if (expr->op == EXPR_NEG && is_number(expr->left, &number)) {
        become_number(expr, -number);
    } else if (expr->op >= EXPR_EQ && expr->op <= EXPR_MOD) {
        fold_binary(expr);
    }
}
