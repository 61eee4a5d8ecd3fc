#include "app/form/xpath_fn.h"
#include <math.h>
#include <string.h>

/* ---- number() ---- */

/* A text that is a date becomes its days, and is written without their fraction (spec "number()"). */
static bool give_number_of(struct run *run, struct value *value, struct value *out)
{
    struct text text;
    double number;
    if (!to_number(run, value, &number))
        return false;
    *out = value_number(number);
    if (value->is_date || (value->kind != XPATH_STRING && value->kind != XPATH_NODES))
        return true;
    if (!to_text(run, value, &text))
        return false;
    bool looks_like_date = text.length >= 10 && text.bytes[4] == '-' && !isnan(number);
    if (!looks_like_date)
        return true;
    char days[XPATH_NUMBER_TEXT];
    xpath_number_text(floor(number), days);
    out->is_date = true;
    return text_copy(run, days, strlen(days), &out->text);
}

static bool fn_number(struct call *c, struct value *out)
{
    struct value value;
    if (arg_count(c) > 0) {
        if (!arg_single(c, 0, &value))
            return false;
    } else {
        struct nodes nodes = {0};
        if (c->scope->node && !nodes_add(c->run, &nodes, c->scope->node))
            return false;
        value = value_nodes(nodes);
    }
    return give_number_of(c->run, &value, out);
}

/* ---- Over several values ---- */

/* The numbers of all arguments, one per node of a nodeset. */
static bool arg_numbers(struct call *c, double **out_numbers, size_t *out_count)
{
    double *numbers = NULL;
    size_t total = 0;
    for (size_t i = 0; i < arg_count(c); i++) {
        struct value value;
        if (!arg_value(c, i, &value))
            return false;
        bool is_nodes = value.kind == XPATH_NODES;
        size_t count = is_nodes ? value.nodes.count : 1;
        double *grown = pool_alloc(c->run->pool, (total + count + 1) * sizeof *grown);
        if (!grown)
            return run_no_memory(c->run);
        if (total > 0)
            memcpy(grown, numbers, total * sizeof *grown);
        numbers = grown;
        for (size_t j = 0; j < count; j++, total++)
            if (!(is_nodes ? node_number(c->run, value.nodes.items[j], &numbers[total])
                           : to_number(c->run, &value, &numbers[total])))
                return false;
        if (!run_spend(c->run, count))
            return false;
    }
    *out_numbers = numbers;
    *out_count = total;
    return true;
}

static bool fn_sum(struct call *c, struct value *out)
{
    double *numbers;
    size_t count;
    double sum = 0;
    if (!arg_numbers(c, &numbers, &count))
        return false;
    for (size_t i = 0; i < count; i++)
        sum += numbers[i];
    *out = value_number(sum);
    return true;
}

/* sign 1: the greatest, -1: the least. Nothing or anything that is no number gives NaN. */
static bool give_extreme(struct call *c, double sign, struct value *out)
{
    double *numbers;
    size_t count;
    if (!arg_numbers(c, &numbers, &count))
        return false;
    double best = count == 0 ? NAN : numbers[0];
    for (size_t i = 0; i < count && !isnan(best); i++)
        if (isnan(numbers[i]) || numbers[i] * sign > best * sign)
            best = numbers[i];
    *out = value_number(best);
    return true;
}

static bool fn_max(struct call *c, struct value *out)
{
    return give_extreme(c, 1, out);
}

static bool fn_min(struct call *c, struct value *out)
{
    return give_extreme(c, -1, out);
}

/* ---- Of one number ---- */

static bool give(struct call *c, double (*f)(double), struct value *out)
{
    double number;
    if (!arg_number(c, 0, &number))
        return false;
    *out = value_number(f(number));
    return true;
}

#define OF_ONE(name, f)                                                                                      \
    static bool name(struct call *c, struct value *out)                                                      \
    {                                                                                                        \
        return give(c, f, out);                                                                              \
    }
static double power_of_ten(double number)
{
    return pow(10, number);
}
OF_ONE(fn_floor, floor)
OF_ONE(fn_ceiling, ceil)
OF_ONE(fn_int, trunc)
OF_ONE(fn_abs, fabs)
OF_ONE(fn_sqrt, sqrt)
OF_ONE(fn_exp, exp)
OF_ONE(fn_exp10, power_of_ten)
OF_ONE(fn_log, log)
OF_ONE(fn_log10, log10)
OF_ONE(fn_sin, sin)
OF_ONE(fn_cos, cos)
OF_ONE(fn_tan, tan)
OF_ONE(fn_asin, asin)
OF_ONE(fn_acos, acos)
OF_ONE(fn_atan, atan)

static bool two_numbers(struct call *c, double *out_a, double *out_b)
{
    return arg_number(c, 0, out_a) && arg_number(c, 1, out_b);
}

static bool fn_atan2(struct call *c, struct value *out)
{
    double y;
    double x;
    if (!two_numbers(c, &y, &x))
        return false;
    *out = value_number(atan2(y, x));
    return true;
}

/* C has pow(1, NaN) = 1; a number that is none makes none here. */
static bool fn_pow(struct call *c, struct value *out)
{
    double base;
    double exponent;
    if (!two_numbers(c, &base, &exponent))
        return false;
    *out = value_number(isnan(base) || isnan(exponent) ? NAN : pow(base, exponent));
    return true;
}

/* Halves away from zero, to decimals given (spec "round()"). */
static bool fn_round(struct call *c, struct value *out)
{
    double number;
    double decimals = 0;
    if (!arg_number(c, 0, &number) || (arg_count(c) > 1 && !arg_number(c, 1, &decimals)))
        return false;
    double scale = pow(10, trunc(decimals));
    double rounded = floor(fabs(number) * scale + 0.5) / scale;
    if (isinf(number) || isinf(fabs(number) * scale))
        rounded = fabs(number); /* finer than the number is */
    *out = value_number(isnan(decimals) ? NAN : copysign(rounded, number));
    return true;
}

static bool fn_pi(struct call *c, struct value *out)
{
    (void)c;
    *out = value_number(3.14159265358979323846);
    return true;
}

static bool fn_random(struct call *c, struct value *out)
{
    uint64_t bits;
    if (!c->run->host->random)
        return arg_fail(c, "random() has no source of randomness here");
    c->run->host->random(c->run->host->user, &bits, sizeof bits);
    *out = value_number((double)(bits >> 11) * 0x1p-53);
    return true;
}

const struct function xpath_fn_numbers[] = {
    {"number", NULL, 0, 1, FN_NUMBER, 0, TRAIT_CONTEXT, fn_number},
    {"sum", NULL, 1, 1, FN_NUMBER, 0, 0, fn_sum},
    {"max", NULL, 1, FN_MANY, FN_NUMBER, 0, 0, fn_max},
    {"min", NULL, 1, FN_MANY, FN_NUMBER, 0, 0, fn_min},
    {"floor", NULL, 1, 1, FN_NUMBER, 0, 0, fn_floor},
    {"ceiling", NULL, 1, 1, FN_NUMBER, 0, 0, fn_ceiling},
    {"round", NULL, 1, 2, FN_NUMBER, 0, 0, fn_round},
    {"int", NULL, 1, 1, FN_NUMBER, 0, 0, fn_int},
    {"abs", NULL, 1, 1, FN_NUMBER, 0, 0, fn_abs},
    {"pow", NULL, 2, 2, FN_NUMBER, 0, 0, fn_pow},
    {"sqrt", NULL, 1, 1, FN_NUMBER, 0, 0, fn_sqrt},
    {"exp", NULL, 1, 1, FN_NUMBER, 0, 0, fn_exp},
    {"exp10", NULL, 1, 1, FN_NUMBER, 0, 0, fn_exp10},
    {"log", NULL, 1, 1, FN_NUMBER, 0, 0, fn_log},
    {"log10", NULL, 1, 1, FN_NUMBER, 0, 0, fn_log10},
    {"sin", NULL, 1, 1, FN_NUMBER, 0, 0, fn_sin},
    {"cos", NULL, 1, 1, FN_NUMBER, 0, 0, fn_cos},
    {"tan", NULL, 1, 1, FN_NUMBER, 0, 0, fn_tan},
    {"asin", NULL, 1, 1, FN_NUMBER, 0, 0, fn_asin},
    {"acos", NULL, 1, 1, FN_NUMBER, 0, 0, fn_acos},
    {"atan", NULL, 1, 1, FN_NUMBER, 0, 0, fn_atan},
    {"atan2", NULL, 2, 2, FN_NUMBER, 0, 0, fn_atan2},
    {"pi", NULL, 0, 0, FN_NUMBER, 0, 0, fn_pi},
    {"random", NULL, 0, 0, FN_NUMBER, TRAIT_VOLATILE, 0, fn_random},
    {0},
};
