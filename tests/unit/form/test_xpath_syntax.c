#include "tests/unit/cmocka.h"
#include "tests/unit/form/xpath_fixture.h"
#include <math.h>
#include <string.h>

/* XPath 1.0 section 3 and spec "XPath Operators". */

static struct fixture f;

static int setup(void **state)
{
    (void)state;
    fixture_init(&f, "<data xmlns:x='urn:x'><div>7</div><and>8</and><a-b>9</a-b><x:y>1</x:y><n/></data>");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_finish(&f);
    return 0;
}

static void operators_bind_as_xpath_says(void **state)
{
    (void)state;
    assert_number(&f, "1 + 2 * 3 - 4 div 2", 5);
    assert_number(&f, "- - 3", 3);
    assert_number(&f, "-3 mod 2", -1);
    assert_number(&f, "2 - -2", 4);
    assert_number(&f, "7 mod 4 * 2", 6);
    assert_boolean(&f, "1 < 2 = true()", true);
    assert_boolean(&f, "true() or false() and false()", true);
    assert_boolean(&f, "(true() or false()) and false()", false);
    assert_boolean(&f, "3 > 2 > 1", false); /* true > 1 is 1 > 1 */
    assert_boolean(&f, "1 != 2 and not(1 = 2)", true);
    assert_boolean(&f, "0.1 + 0.2 = 0.3", true); /* people count in tens */
    assert_boolean(&f, "0.1 + 0.2 != 0.3", false);
    assert_boolean(&f, "1 div 0 = 1 div 0", true);
    assert_boolean(&f, "0.1 = 0.10000001", false);
}

static void operator_words_are_names_where_a_name_can_stand(void **state)
{
    (void)state;
    assert_number(&f, "/data/div div 7", 1);
    assert_number(&f, "/data/and * /data/div", 56);
    assert_number(&f, "/data/a-b - 1", 8);
    assert_number(&f, "/data/*[1]*2", 14);
    assert_number(&f, "8div 2", 4);
    assert_boolean(&f, "'1'and'1'", true);
}

static void numbers_are_read_and_written_without_exponent(void **state)
{
    (void)state;
    assert_text(&f, "234.0", "234");
    assert_text(&f, ".5", "0.5");
    assert_text(&f, "1.", "1");
    assert_text(&f, "0.1 + 0.2", "0.30000000000000004");
    assert_text(&f, "1 div 3", "0.3333333333333333");
    assert_text(&f, "0.000001", "0.000001");
    assert_text(&f, "-0.00000012", "-0.00000012");
    assert_text(&f, "100000000000000000000 * 10", "1000000000000000000000");
    assert_text(&f, "123456789.125", "123456789.125");
    assert_text(&f, "1 div 0", "Infinity");
    assert_text(&f, "-1 div 0", "-Infinity");
    assert_text(&f, "0 div 0", "");
    assert_refused(&f, "1e5", "character 2");
}

static void conversions_follow_xpath_with_blank_for_no_number(void **state)
{
    (void)state;
    assert_number(&f, "number(' 12.5 ')", 12.5);
    assert_number(&f, "number('-.5')", -0.5);
    assert_number(&f, "number('7.9e-2')", 0.079);
    assert_number(&f, "number('')", NAN);
    assert_number(&f, "number('+5')", NAN);
    assert_number(&f, "number('0x10')", NAN);
    assert_number(&f, "number('1 2')", NAN);
    assert_number(&f, "number(/data/n)", NAN);
    assert_number(&f, "true() + true()", 2);
    assert_text(&f, "/data/n * 10", "");
    assert_boolean(&f, "boolean('false')", true);
    assert_boolean(&f, "boolean('')", false);
    assert_boolean(&f, "boolean(/data/n)", true); /* a node is there */
    assert_boolean(&f, "boolean(/data/none)", false);
    assert_boolean(&f, "/data/n = ''", true);
    assert_boolean(&f, "/data/none = ''", false);
    assert_boolean(&f, "/data/none != ''", false);
}

static void comparison_asks_any_node(void **state)
{
    (void)state;
    assert_boolean(&f, "/data/* = 8", true);
    assert_boolean(&f, "/data/* != 8", true);
    assert_boolean(&f, "/data/* > 8.5", true);
    assert_boolean(&f, "8.5 < /data/*", true);
    assert_boolean(&f, "9.5 < /data/*", false);
    assert_boolean(&f, "/data/div = /data/and", false);
    assert_boolean(&f, "/data/div < /data/and", true);
    assert_boolean(&f, "/data/* = true()", true);
    assert_boolean(&f, "/data/none = false()", true);
    assert_boolean(&f, "'7.0' = /data/div", false); /* texts are compared as texts */
    assert_boolean(&f, "7.0 = /data/div", true);
}

static void errors_name_the_character_and_help(void **state)
{
    (void)state;
    assert_refused(&f, "", "empty");
    assert_refused(&f, "1 +", "the path ends where a name was expected");
    assert_refused(&f, "concat('a'", "character 11: \",\" or \")\" was expected");
    assert_refused(&f, "'a", "character 1: the text that begins here has no closing '");
    assert_refused(&f, "/data/div 7", "character 11: an operator was expected before \"7\"");
    assert_refused(&f, "subst('a', 1)", "did you mean substr()?");
    assert_refused(&f, "'村' = foo('a')", "character 7: there is no function foo()");
    assert_refused(&f, "round(1, 2, 3)", "round() takes 1 to 2 arguments, 3 given");
    assert_refused(&f, "contains('a')", "contains() takes 2 arguments, 1 given");
    assert_refused(&f, "/q:a", "prefix \"q\" is not declared");
    assert_refused(&f, "$a", "variables");
    assert_refused(&f, "sibling::a", "no axis \"sibling\"");
    assert_refused(&f, "a[", "a name was expected");
    assert_refused(&f, "a[1", "\"]\" was expected");
    assert_refused(&f, "1 | 2", "a path to nodes is needed");
    assert_refused(&f, "#", "\"#\" has no meaning here");
    assert_refused(&f, "count(1)", "a path to nodes is needed");
}

static void depth_and_length_are_bounded(void **state)
{
    (void)state;
    char deep[2001];
    memset(deep, '(', 2000);
    deep[2000] = '\0';
    assert_refused(&f, deep, "levels deep");
    memset(deep, '-', 2000);
    assert_refused(&f, deep, "levels deep");
    char *text = arena_alloc(f.arena, 300000);
    memset(text, '1', 299999);
    assert_refused(&f, text, "longer than");
}

static void late_calls_fail_only_when_called(void **state)
{
    (void)state;
    f.namespaces.calls_checked_late = true;
    assert_boolean(&f, "true() or nosuch(1)", true);
    assert_boolean(&f, "false() and substring()", false);
    assert_refused(&f, "false() or nosuch(1)", "there is no function nosuch()");
    assert_text(&f, "if(true(), 'a', nosuch())", "a");
}

static struct xpath *compiled(const char *text)
{
    struct xpath *expr = NULL;
    assert_ok(xpath_compile(f.arena, f.names, text, NULL, &expr));
    return expr;
}

static void constants_are_folded_and_traits_known(void **state)
{
    (void)state;
    assert_true(xpath_is_constant(compiled("true()")));
    assert_true(xpath_is_constant(compiled("-(1 + 2) * 3")));
    assert_true(xpath_is_constant(compiled("2 > 1")));
    assert_true(xpath_is_constant(compiled("'text'")));
    assert_false(xpath_is_constant(compiled("'2020-01-01' + 1"))); /* depends on the time zone */
    assert_false(xpath_is_constant(compiled("/data/div")));
    assert_true(xpath_uses_language(compiled("if(1, jr:itext('a'), '')")));
    assert_false(xpath_uses_language(compiled("concat('jr:itext', '')")));
}

/* What the dependency graph sees: origin and steps of each path, one per line. */
static void describe(struct xpath *expr, struct buf *out)
{
    static const char *const ORIGINS[] = {"/", "", "current()/", "instance()/", "path/", "value/"};
    struct xpath_path *const *paths;
    size_t count = xpath_paths(expr, &paths);
    for (size_t i = 0; i < count; i++) {
        buf_printf(out, "%s%s", i == 0 ? "" : " ", ORIGINS[paths[i]->origin]);
        for (size_t s = 0; s < paths[i]->step_count; s++) {
            enum xpath_axis axis = xpath_step_axis(paths[i], s);
            const struct name *name = xpath_step_name(paths[i], s);
            const char *text = axis == XPATH_PARENT ? ".." : name == NULL ? "?" : name->local;
            buf_printf(out, "%s%s%s", s == 0 ? "" : "/", axis == XPATH_DESCENDANT ? "/" : "", text);
        }
        if (paths[i]->outer != NULL)
            buf_printf(out, "@%lld", (long long)paths[i]->outer_step);
    }
}

static void assert_paths(const char *text, const char *expected)
{
    struct buf out = {0};
    describe(compiled(text), &out);
    assert_string_equal(buf_text(&out), expected);
    buf_finish(&out);
}

static void paths_are_listed_for_the_graph(void **state)
{
    (void)state;
    assert_paths("/data/a + ../b", "/data/a ../b");
    assert_paths("./a", "a");
    assert_paths(".", "");
    assert_paths("instance('x')/root/item[k = current()/../c][v = /data/d]/label",
                 "instance()/root/item/label k@1 current()/../c@1 v@1 /data/d@1");
    assert_paths("//r[x = 1]/y", "//r/y x@0");
    assert_paths("sum(/data/r/x) > count(../r[@id])", "/data/r/x ../r id@1");
    assert_paths("jr:choice-name(/data/s, '/data/s')", "/data/s /data/s");
    assert_paths("randomize(/data/r)/x", "/data/r path/x");
    assert_paths("(a | b)[c]/d", "a b value/d c@-1");
    assert_paths("indexed-repeat(/data/r/n, /data/r, 2)", "/data/r/n /data/r");
}

static void quoted_paths_of_choice_name_must_be_paths(void **state)
{
    (void)state;
    assert_refused(&f, "jr:choice-name(., '1 + 1')", "path in quotes");
    assert_refused(&f, "jr:choice-name(., '/data/')", "expected");
}

static void namespaces_are_told_apart(void **state)
{
    (void)state;
    static const struct xpath_namespace LIST[] = {{"p", "urn:x"}};
    assert_refused(&f, "/data/x:y", "prefix \"x\"");
    f.namespaces = (struct xpath_namespaces){.list = LIST, .count = 1};
    assert_number(&f, "/data/p:y", 1);
    assert_number(&f, "count(/data/p:*)", 1);
    assert_number(&f, "count(/data/y)", 0);
    assert_number(&f, "count(/data/*)", 5);
}

static void unprefixed_names_can_mean_what_is_written(void **state)
{
    (void)state;
    struct fixture g;
    fixture_init(&g, "<data xmlns='urn:form' xmlns:x='urn:x'><a>1</a><x:a>2</x:a><b xmlns=''>3</b></data>");
    static const struct xpath_namespace DEFAULT[] = {{"", "urn:form"}};
    assert_number(&g, "count(/data)", 0);
    g.namespaces = (struct xpath_namespaces){.list = DEFAULT, .count = 1};
    assert_text(&g, "/data/a", "1");
    assert_number(&g, "count(/data/b)", 0);
    g.namespaces = (struct xpath_namespaces){.unprefixed_as_written = true};
    assert_text(&g, "/data/a", "1");
    assert_text(&g, "/data/b", "3");
    assert_number(&g, "count(/data/a)", 1);
    fixture_finish(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(operators_bind_as_xpath_says, setup, teardown),
        cmocka_unit_test_setup_teardown(operator_words_are_names_where_a_name_can_stand, setup, teardown),
        cmocka_unit_test_setup_teardown(numbers_are_read_and_written_without_exponent, setup, teardown),
        cmocka_unit_test_setup_teardown(conversions_follow_xpath_with_blank_for_no_number, setup, teardown),
        cmocka_unit_test_setup_teardown(comparison_asks_any_node, setup, teardown),
        cmocka_unit_test_setup_teardown(errors_name_the_character_and_help, setup, teardown),
        cmocka_unit_test_setup_teardown(depth_and_length_are_bounded, setup, teardown),
        cmocka_unit_test_setup_teardown(late_calls_fail_only_when_called, setup, teardown),
        cmocka_unit_test_setup_teardown(constants_are_folded_and_traits_known, setup, teardown),
        cmocka_unit_test_setup_teardown(paths_are_listed_for_the_graph, setup, teardown),
        cmocka_unit_test_setup_teardown(quoted_paths_of_choice_name_must_be_paths, setup, teardown),
        cmocka_unit_test_setup_teardown(namespaces_are_told_apart, setup, teardown),
        cmocka_unit_test_setup_teardown(unprefixed_names_can_mean_what_is_written, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
