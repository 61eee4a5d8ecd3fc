/* What others see of a compiled expression: its paths, for the dependency graph, and its traits. */
#include "app/form/xpath_ast.h"

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

const struct xpath_path *xpath_as_path(const struct xpath *expr)
{
    return expr->top->op == EXPR_PATH ? &expr->top->path->seen : NULL;
}

const char *xpath_source(const struct xpath *expr)
{
    return expr->source;
}

bool xpath_is_constant(const struct xpath *expr)
{
    return expr->top->op <= EXPR_BOOLEAN;
}

bool xpath_is_volatile(const struct xpath *expr)
{
    return (expr->top->traits & (TRAIT_VOLATILE | TRAIT_POSITION)) != 0;
}

bool xpath_uses_language(const struct xpath *expr)
{
    return (expr->top->traits & TRAIT_LANGUAGE) != 0;
}
