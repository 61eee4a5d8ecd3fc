/* What others see of a compiled expression: its paths, for the dependency graph, and its traits. */
#include "app/form/xpath_fn.h"
#include "app/form/xpath_regex.h"
#include <string.h>

bool step_accepts(const struct xpath_step *step, const struct name *name)
{
    switch (step->test) {
    case XPATH_TEST_ANY:
    case XPATH_TEST_NODE:
        return true;
    case XPATH_TEST_ANY_IN_NS:
        return name->uri == step->name->uri;
    case XPATH_TEST_NAME:
        return name->local == step->name->local &&
               (name->uri == step->name->uri || (step->as_written && name->prefix[0] == '\0'));
    default:
        return false;
    }
}

size_t xpath_paths(struct xpath *expr, struct xpath_path *const **out_paths)
{
    *out_paths = expr->paths;
    return expr->path_count;
}

enum xpath_axis xpath_step_axis(const struct xpath_path *path, size_t step)
{
    return path->steps[step].axis;
}

enum xpath_test xpath_step_test(const struct xpath_path *path, size_t step)
{
    return path->steps[step].test;
}

const struct name *xpath_step_name(const struct xpath_path *path, size_t step)
{
    return path->steps[step].name;
}

bool xpath_step_has_predicates(const struct xpath_path *path, size_t step)
{
    return path->steps[step].predicate_count > 0;
}

bool xpath_step_accepts(const struct xpath_path *path, size_t step, const struct name *name)
{
    return step_accepts(&path->steps[step], name);
}

const char *xpath_source(const struct xpath *expr)
{
    return expr->source;
}

bool xpath_is_constant(const struct xpath *expr)
{
    return expr->top->op <= EXPR_BOOLEAN;
}

bool xpath_uses_language(const struct xpath *expr)
{
    return (expr->top->traits & TRAIT_LANGUAGE) != 0;
}

int xpath_position(const struct xpath *expr, int at)
{
    return xpath_character(expr->source, at);
}

/* ---- Comparisons ---- */

struct comparisons {
    const char *source;
    void (*visit)(void *context, const struct xpath_path *path, const char *text, int position);
    void *context;
};

static void compare(const struct comparisons *c, const struct expr *path, const struct expr *text)
{
    if (path->op == EXPR_PATH && text->op == EXPR_TEXT)
        c->visit(c->context, &path->path->seen, text->text, xpath_character(c->source, text->at));
}

static void find_comparisons(const struct comparisons *c, const struct expr *expr)
{
    switch (expr->op) {
    case EXPR_NUMBER:
    case EXPR_TEXT:
    case EXPR_BOOLEAN:
    case EXPR_PATH:
        return;
    case EXPR_CALL:
        if (expr->function && strcmp(expr->function->name, "selected") == 0)
            compare(c, expr->args[0], expr->args[1]);
        for (size_t i = 0; i < expr->arg_count; i++)
            find_comparisons(c, expr->args[i]);
        return;
    case EXPR_EQ:
    case EXPR_NE:
        compare(c, expr->left, expr->right);
        compare(c, expr->right, expr->left);
        break;
    default:
        break;
    }
    find_comparisons(c, expr->left);
    if (expr->right)
        find_comparisons(c, expr->right);
}

/* ---- Patterns ---- */

static struct err check_pattern(const struct expr *call, int *out_at)
{
    struct regex_cache cache = {0};
    bool matches;
    const struct expr *pattern = call->arg_count == 2 ? call->args[1] : NULL;
    if (!call->function || strcmp(call->function->name, "regex") != 0 || !pattern || pattern->op != EXPR_TEXT)
        return err_ok();
    struct err e = regex_match(&cache, pattern->text, strlen(pattern->text), "", 0, &matches);
    regex_cache_finish(&cache);
    *out_at = pattern->at;
    return e;
}

static struct err check_patterns(const struct expr *expr, int *out_at)
{
    switch (expr->op) {
    case EXPR_NUMBER:
    case EXPR_TEXT:
    case EXPR_BOOLEAN:
    case EXPR_PATH:
        return err_ok();
    case EXPR_CALL:
        for (size_t i = 0; i < expr->arg_count; i++)
            TRY(check_patterns(expr->args[i], out_at));
        return check_pattern(expr, out_at);
    default:
        TRY(check_patterns(expr->left, out_at));
        return expr->right ? check_patterns(expr->right, out_at) : err_ok();
    }
}

struct err xpath_check_patterns(const struct xpath *expr, int *out_position)
{
    int at = 0;
    struct err e = check_patterns(expr->top, &at);
    if (err_is(&e))
        *out_position = xpath_character(expr->source, at);
    return e;
}

void xpath_each_comparison(const struct xpath *expr,
                           void (*visit)(void *context, const struct xpath_path *path, const char *text,
                                         int position),
                           void *context)
{
    struct comparisons comparisons = {expr->source, visit, context};
    find_comparisons(&comparisons, expr->top);
}
