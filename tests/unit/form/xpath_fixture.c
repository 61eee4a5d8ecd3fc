#include "tests/unit/form/xpath_fixture.h"
#include "tests/unit/cmocka.h"
#include <math.h>
#include <string.h>

/* A different byte each time, and the same ones in every run. */
static void fill_random(void *user, void *out_bytes, size_t size)
{
    struct fixture *f = user;
    for (size_t i = 0; i < size; i++) {
        f->random_state = f->random_state * 6364136223846793005U + 1442695040888963407U;
        ((uint8_t *)out_bytes)[i] = (uint8_t)(f->random_state >> 33);
    }
}

void fixture_init(struct fixture *f, const char *xml)
{
    *f = (struct fixture){.arena = arena_create(ARENA_PLAIN, 0), .random_state = 7};
    f->names = name_table_create(f->arena, NULL);
    assert_ok(xml_parse(xml, strlen(xml), NULL, f->arena, f->names, &f->tree));
    assert_ok(xpath_machine_create(NULL, &f->machine));
    assert_ok(tz_create_fixed(8 * 3600, &f->tz));
    f->host = (struct xpath_host){.user = f, .random = fill_random, .tz = f->tz, .now_ms = 1795312800000};
}

void fixture_finish(struct fixture *f)
{
    xpath_machine_destroy(&f->machine);
    tz_destroy(&f->tz);
    arena_destroy(&f->arena);
}

static struct err compile(struct fixture *f, const char *text, struct xpath **out)
{
    return xpath_compile(f->arena, f->names, text, &f->namespaces, out);
}

static struct xpath *compiled(struct fixture *f, const char *text)
{
    struct xpath *expr = NULL;
    assert_ok(compile(f, text, &expr));
    return expr;
}

static struct xpath_context context_of(const struct fixture *f)
{
    return (struct xpath_context){
        .host = &f->host, .node = f->context == NULL ? &f->tree->root : f->context, .root = &f->tree->root};
}

struct node *fixture_node(struct fixture *f, const char *path)
{
    struct xpath_context context = context_of(f);
    const struct node *const *nodes;
    size_t count = 0;
    assert_ok(xpath_eval_nodes(f->machine, compiled(f, path), &context, &nodes, &count));
    if (count == 0)
        fail_msg("%s leads to no node", path);
    return (struct node *)nodes[0];
}

void fixture_stand(struct fixture *f, const char *path)
{
    f->context = NULL;
    f->context = fixture_node(f, path);
}

void assert_text(struct fixture *f, const char *expr, const char *expected)
{
    struct xpath_context context = context_of(f);
    const char *text = NULL;
    assert_ok(xpath_eval_string(f->machine, compiled(f, expr), &context, &text));
    if (strcmp(text, expected) != 0)
        fail_msg("%s is \"%s\", not \"%s\"", expr, text, expected);
}

void assert_near(struct fixture *f, const char *expr, double expected, double within)
{
    struct xpath_context context = context_of(f);
    double number = 0;
    assert_ok(xpath_eval_number(f->machine, compiled(f, expr), &context, &number));
    bool same = number == expected || (isnan(number) && isnan(expected)) || fabs(number - expected) <= within;
    if (!same)
        fail_msg("%s is %.17g, not %.17g", expr, number, expected);
}

void assert_number(struct fixture *f, const char *expr, double expected)
{
    assert_near(f, expr, expected, 0);
}

void assert_boolean(struct fixture *f, const char *expr, bool expected)
{
    struct xpath_context context = context_of(f);
    bool boolean = !expected;
    assert_ok(xpath_eval_boolean(f->machine, compiled(f, expr), &context, &boolean));
    if (boolean != expected)
        fail_msg("%s is not %s", expr, expected ? "true" : "false");
}

void assert_nodes(struct fixture *f, const char *expr, const char *expected)
{
    struct xpath_context context = context_of(f);
    const struct node *const *nodes;
    size_t count = 0;
    struct buf paths = {0};
    assert_ok(xpath_eval_nodes(f->machine, compiled(f, expr), &context, &nodes, &count));
    for (size_t i = 0; i < count; i++) {
        buf_append_text(&paths, i == 0 ? "" : " ");
        node_path(nodes[i], true, &paths);
    }
    if (strcmp(buf_text(&paths), expected) != 0)
        fail_msg("%s gives \"%s\", not \"%s\"", expr, buf_text(&paths), expected);
    buf_finish(&paths);
}

void assert_refused(struct fixture *f, const char *expr, const char *part)
{
    struct xpath_context context = context_of(f);
    struct xpath *compiled_expr = NULL;
    struct xpath_value value;
    struct err err = compile(f, expr, &compiled_expr);
    if (!err_is(&err))
        err = xpath_eval(f->machine, compiled_expr, &context, &value);
    if (!err_is(&err))
        fail_msg("%s is not refused", expr);
    if (strstr(err.text, part) == NULL)
        fail_msg("%s: \"%s\" does not say \"%s\"", expr, err.text, part);
}
