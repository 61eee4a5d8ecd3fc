#include "app/form/xpath_fn.h"
#include "app/form/xpath_machine.h"
#include <ctype.h>
#include <math.h>
#include <string.h>
#include <strings.h>

static bool fn_boolean(struct call *c, struct value *out)
{
    bool boolean;
    if (!arg_boolean(c, 0, &boolean))
        return false;
    *out = value_boolean(boolean);
    return true;
}

static bool fn_not(struct call *c, struct value *out)
{
    bool boolean;
    if (!arg_boolean(c, 0, &boolean))
        return false;
    *out = value_boolean(!boolean);
    return true;
}

static bool fn_true(struct call *c, struct value *out)
{
    (void)c;
    *out = value_boolean(true);
    return true;
}

static bool fn_false(struct call *c, struct value *out)
{
    (void)c;
    *out = value_boolean(false);
    return true;
}

static bool fn_boolean_from_string(struct call *c, struct value *out)
{
    struct text text;
    if (!arg_text(c, 0, &text))
        return false;
    *out = value_boolean(strcmp(text.bytes, "1") == 0 || strcmp(text.bytes, "true") == 0);
    return true;
}

/* The innermost xml:lang around the context node is the language or one of its varieties. */
static bool fn_lang(struct call *c, struct value *out)
{
    static const char XML_URI[] = "http://www.w3.org/XML/1998/namespace";
    struct text wanted;
    const char *found = NULL;
    if (!arg_text(c, 0, &wanted))
        return false;
    for (const struct node *n = c->scope->node; n && !found; n = n->parent)
        if (n->kind == NODE_ELEMENT)
            found = node_attribute(n, XML_URI, "lang");
    bool fits = found && wanted.length > 0 && strncasecmp(found, wanted.bytes, wanted.length) == 0 &&
                (found[wanted.length] == '\0' || found[wanted.length] == '-');
    *out = value_boolean(fits);
    return true;
}

static bool fn_if(struct call *c, struct value *out)
{
    bool condition;
    return arg_boolean(c, 0, &condition) && arg_value(c, condition ? 1 : 2, out);
}

static bool fn_regex(struct call *c, struct value *out)
{
    struct text text;
    struct text pattern;
    bool matches;
    if (!arg_text(c, 0, &text) || !arg_text(c, 1, &pattern))
        return false;
    struct err err = regex_match(&c->run->machine->regexes, pattern.bytes, pattern.length, text.bytes,
                                 text.length, &matches);
    if (err_is(&err))
        return run_fail(c->run, c->expr->args[1]->at, err.class, "%s", err.text);
    *out = value_boolean(matches);
    return true;
}

/* ---- Checklists: how many answers are yes, or what they weigh together ---- */

struct bounds {
    double least;
    double most; /* infinite when the form says -1 */
};

static bool read_bounds(struct call *c, struct bounds *out)
{
    if (!arg_number(c, 0, &out->least) || !arg_number(c, 1, &out->most))
        return false;
    if (out->least == -1)
        out->least = -INFINITY;
    if (out->most == -1)
        out->most = INFINITY;
    return true;
}

/* An answer counts when it is there: not blank, not false, not zero by calculation. */
static bool counts(struct run *run, const struct value *value, size_t i, bool *out)
{
    struct text text;
    *out = to_boolean(value);
    if (value->kind != XPATH_NODES)
        return true;
    if (!node_text(run, value->nodes.items[i], &text))
        return false;
    *out = text.bytes[strspn(text.bytes, " \t\r\n")] != '\0';
    return true;
}

static size_t value_count(const struct value *value)
{
    return value->kind == XPATH_NODES ? value->nodes.count : 1;
}

static bool fn_checklist(struct call *c, struct value *out)
{
    struct bounds bounds;
    double total = 0;
    if (!read_bounds(c, &bounds))
        return false;
    for (size_t i = 2; i < arg_count(c); i++) {
        struct value value;
        if (!arg_value(c, i, &value))
            return false;
        for (size_t j = 0; j < value_count(&value); j++) {
            bool yes;
            if (!counts(c->run, &value, j, &yes))
                return false;
            total += yes;
        }
    }
    *out = value_boolean(total >= bounds.least && total <= bounds.most);
    return true;
}

/* Values and weights in pairs; nodesets pair node by node. */
static bool add_weighted(struct call *c, size_t i, double *total)
{
    struct value value;
    struct value weight;
    if (!arg_value(c, i, &value) || !arg_value(c, i + 1, &weight))
        return false;
    for (size_t j = 0; j < value_count(&value) && j < value_count(&weight); j++) {
        bool yes;
        double weighs;
        bool ok = weight.kind == XPATH_NODES ? node_number(c->run, weight.nodes.items[j], &weighs)
                                             : to_number(c->run, &weight, &weighs);
        if (!ok || !counts(c->run, &value, j, &yes))
            return false;
        *total += yes ? weighs : 0;
    }
    return true;
}

static bool fn_weighted_checklist(struct call *c, struct value *out)
{
    struct bounds bounds;
    double total = 0;
    if (arg_count(c) % 2 != 0)
        return arg_fail(c, "weighted-checklist() needs a weight for every answer");
    if (!read_bounds(c, &bounds))
        return false;
    for (size_t i = 2; i < arg_count(c); i += 2)
        if (!add_weighted(c, i, &total))
            return false;
    *out = value_boolean(total >= bounds.least && total <= bounds.most);
    return true;
}

const struct function xpath_fn_booleans[] = {
    {"boolean", NULL, 1, 1, FN_BOOLEAN, 0, 0, fn_boolean},
    {"not", NULL, 1, 1, FN_BOOLEAN, 0, 0, fn_not},
    {"true", NULL, 0, 0, FN_BOOLEAN, 0, 0, fn_true},
    {"false", NULL, 0, 0, FN_BOOLEAN, 0, 0, fn_false},
    {"boolean-from-string", NULL, 1, 1, FN_BOOLEAN, 0, 0, fn_boolean_from_string},
    {"lang", NULL, 1, 1, FN_BOOLEAN, TRAIT_CONTEXT, 0, fn_lang},
    {"if", NULL, 3, 3, FN_ANY, 0, 0, fn_if},
    {"regex", NULL, 2, 2, FN_BOOLEAN, 0, 0, fn_regex},
    {"checklist", NULL, 2, FN_MANY, FN_BOOLEAN, 0, 0, fn_checklist},
    {"weighted-checklist", NULL, 2, FN_MANY, FN_BOOLEAN, 0, 0, fn_weighted_checklist},
    {0},
};
