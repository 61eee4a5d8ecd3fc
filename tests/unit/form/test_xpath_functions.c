#include "tests/unit/cmocka.h"
#include "tests/unit/form/xpath_fixture.h"
#include <math.h>
#include <string.h>

/* Spec "XPath Functions": strings, booleans, numbers, nodesets, selects. */

static struct fixture f;

static int setup(void **state)
{
    (void)state;
    fixture_init(
        &f, "<data xml:lang='zh-CN'><name>王秀兰</name><empty/><list>a bb ccc</list><space>  x   y </space>"
            "<n>1</n><n>5</n><n>3</n><yes>true</yes><q id='q1'/><q id='q2'/></data>");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_finish(&f);
    return 0;
}

static void strings_are_cut_and_joined_by_character(void **state)
{
    (void)state;
    assert_number(&f, "string-length(/data/name)", 3);
    assert_text(&f, "substr(/data/name, 1)", "秀兰");
    assert_text(&f, "substr(/data/name, 0, 1)", "王");
    assert_text(&f, "substr(/data/name, -1)", "兰");
    assert_text(&f, "substr(/data/name, -9, -1)", "王秀");
    assert_text(&f, "substr(/data/name, 2, 1)", "");
    assert_text(&f, "substring(/data/name, 2, 1)", "秀");
    assert_text(&f, "substring('12345', 1.5, 2.6)", "234");
    assert_text(&f, "substring('12345', 0, 3)", "12");
    assert_text(&f, "substring('12345', 0 div 0)", "");
    assert_text(&f, "concat('a', 1, true(), /data/n)", "a1true153");
    assert_text(&f, "concat()", "");
    assert_text(&f, "join('-', /data/n, 'z')", "1-5-3-z");
    assert_text(&f, "join('-')", "");
    assert_text(&f, "substring-before('2026-11-22', '-')", "2026");
    assert_text(&f, "substring-after('2026-11-22', '-')", "11-22");
    assert_text(&f, "substring-after('abc', 'bc')", "");
    assert_text(&f, "substring-after('abc', 'x')", "");
    assert_text(&f, "translate('山水画', '水画', '火')", "山火");
    assert_text(&f, "normalize-space(/data/space)", "x y");
    assert_boolean(&f, "contains(/data/name, '秀')", true);
    assert_boolean(&f, "starts-with('abc', 'abcd')", false);
    assert_boolean(&f, "ends-with('abc', 'bc')", true);
    assert_boolean(&f, "ends-with('c', 'abc')", false);
    assert_text(&f, "coalesce(/data/empty, 'b')", "b");
    assert_text(&f, "coalesce(/data/empty * 2, 'b')", "b");
    assert_text(&f, "coalesce('a', 'b')", "a");
}

static void functions_without_argument_ask_the_context_node(void **state)
{
    (void)state;
    fixture_stand(&f, "/data/name");
    assert_number(&f, "string-length()", 3);
    assert_text(&f, "string()", "王秀兰");
    assert_text(&f, "name()", "name");
    assert_text(&f, "local-name(..)", "data");
    fixture_stand(&f, "/data/n");
    assert_number(&f, "number()", 1);
}

static void digests_and_encodings(void **state)
{
    (void)state;
    assert_text(&f, "digest('abc', 'MD5', 'hex')", "900150983cd24fb0d6963f7d28e17f72");
    assert_text(&f, "digest('abc', 'SHA-1')", "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=");
    assert_text(&f, "digest('abc', 'SHA-256', 'hex')",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_number(&f, "string-length(digest('', 'SHA-384', 'hex'))", 96);
    assert_number(&f, "string-length(digest('', 'SHA-512'))", 88);
    assert_refused(&f, "digest('a', 'CRC')", "not \"CRC\"");
    assert_refused(&f, "digest('a', 'MD5', 'octal')", "not \"octal\"");
    assert_text(&f, "base64-decode('546L56eA5YWw')", "王秀兰");
    assert_text(&f, "base64-decode(' YWI= ')", "ab");
    assert_text(&f, "base64-decode('YW!')", "");
    assert_text(&f, "base64-decode('/w==')", ""); /* no UTF-8 */
}

/* "王秀兰 1942" behind its signature, made with openssl. */
static void signed_messages_are_believed_only_with_the_right_key(void **state)
{
    (void)state;
#define SIGNATURE                                                                                            \
    "m0q6/l+YGM2LhXzL9dlWg4S53/i0QErG8NmkgBnWMCae18c3t9voWi+vlbzd4XBA7gLThPIufpCFt8G5zSArDOeOi+engOWFs"
#define KEY "3leEJ7DUqn0Qn2wjbi0bbX6kgYBPtQbaYWUoGMXbS/Y="
    assert_text(&f, "extract-signed('" SIGNATURE "CAxOTQy', '" KEY "')", "王秀兰 1942");
    assert_text(&f, "extract-signed('" SIGNATURE "CAxOTQz', '" KEY "')", "");
    assert_text(&f, "extract-signed('" SIGNATURE "CAxOTQy', 'YmxhaA==')", "");
    assert_text(&f, "extract-signed('blah', '" KEY "')", "");
    assert_refused(&f, "extract-signed()", "takes 2 arguments");
}

static void uuid_and_random_come_from_the_host(void **state)
{
    (void)state;
    assert_boolean(
        &f, "regex(uuid(), '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$')", true);
    assert_boolean(&f, "uuid() = uuid()", false);
    assert_number(&f, "string-length(uuid(50))", 50);
    assert_number(&f, "string-length(uuid(0))", 0);
    assert_refused(&f, "uuid(-1)", "between 0 and");
    assert_refused(&f, "uuid('x')", "between 0 and");
    assert_boolean(&f, "random() >= 0 and random() < 1", true);
    f.host.random = NULL;
    assert_refused(&f, "random()", "no source of randomness");
    assert_refused(&f, "uuid()", "no source of randomness");
}

static void booleans_and_conditions(void **state)
{
    (void)state;
    assert_boolean(&f, "boolean-from-string(/data/yes)", true);
    assert_boolean(&f, "boolean-from-string('1')", true);
    assert_boolean(&f, "boolean-from-string('TRUE')", false);
    assert_boolean(&f, "boolean-from-string('0')", false);
    assert_text(&f, "if(/data/empty = '', 'none', /data/name)", "none");
    assert_number(&f, "count(if(true(), /data/n, 1))", 3);
    assert_boolean(&f, "not(/data/none)", true);
    fixture_stand(&f, "/data/name");
    assert_boolean(&f, "lang('zh')", true);
    assert_boolean(&f, "lang('ZH-cn')", true);
    assert_boolean(&f, "lang('en')", false);
}

static void checklists_count_what_is_answered(void **state)
{
    (void)state;
    assert_boolean(&f, "checklist(1, 2, true(), false(), true())", true);
    assert_boolean(&f, "checklist(1, 1, true(), false(), true())", false);
    assert_boolean(&f, "checklist(-1, -1)", true);
    assert_boolean(&f, "checklist(3, -1, /data/n)", true);
    assert_boolean(&f, "weighted-checklist(5, 7, true(), 4, true(), 3, false(), 10)", true);
    assert_boolean(&f, "weighted-checklist(8, 9, true(), 4, true(), 3)", false);
    assert_refused(&f, "weighted-checklist(1, 2, true())", "weight for every answer");
}

static void regex_is_pcre_with_limits(void **state)
{
    (void)state;
    assert_boolean(&f, "regex('110101194912310022', '^\\d{17}[\\dXx]$')", true);
    assert_boolean(&f, "regex('11010119491231002', '^\\d{17}[\\dXx]$')", false);
    assert_boolean(&f, "regex('xabcx', 'abc')", true); /* finds anywhere */
    assert_boolean(&f, "regex(/data/name, '^.{3}$')", true);
    assert_boolean(&f, "regex('', '^$')", true);
    assert_refused(&f, "regex('a', '(')", "the pattern is wrong");
    assert_refused(&f, "regex('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', '^(a+)+$')", "takes too long");
}

static void numbers_are_rounded_and_computed(void **state)
{
    (void)state;
    assert_number(&f, "round(2.5)", 3);
    assert_number(&f, "round(-2.5)", -3);
    assert_number(&f, "round(2.345, 2)", 2.35);
    assert_number(&f, "round(1234, -2)", 1200);
    assert_number(&f, "round('x')", NAN);
    assert_number(&f, "round(1, 'x')", NAN);
    assert_number(&f, "round(1.5, 400)", 1.5);
    assert_number(&f, "int(-2.9)", -2);
    assert_number(&f, "floor(-2.1)", -3);
    assert_number(&f, "ceiling(2.1)", 3);
    assert_number(&f, "abs(-3)", 3);
    assert_number(&f, "pow(2, 10)", 1024);
    assert_number(&f, "pow(1, 'x')", NAN);
    assert_near(&f, "sqrt(2)", 1.4142135623730951, 1e-15);
    assert_near(&f, "sin(pi() div 2)", 1, 1e-15);
    assert_near(&f, "atan2(1, 1) * 4", 3.141592653589793, 1e-15);
    assert_near(&f, "exp10(2) + log10(1000) + log(exp(1))", 104, 1e-12);
    assert_number(&f, "5 mod 0", NAN);
}

static void sums_and_extremes_over_nodes(void **state)
{
    (void)state;
    assert_number(&f, "sum(/data/n)", 9);
    assert_number(&f, "sum(/data/none)", 0);
    assert_number(&f, "sum(/data/n | /data/empty)", NAN);
    assert_number(&f, "max(/data/n)", 5);
    assert_number(&f, "min(/data/n, 0.5)", 0.5);
    assert_number(&f, "max(/data/none)", NAN);
    assert_number(&f, "max(1, 'x')", NAN);
    assert_number(&f, "count(/data/n)", 3);
    assert_number(&f, "count-non-empty(/data/n | /data/empty)", 3);
    assert_number(&f, "count(id('q2 q1 q9'))", 2);
}

static void selects_are_words(void **state)
{
    (void)state;
    assert_boolean(&f, "selected(/data/list, 'bb')", true);
    assert_boolean(&f, "selected(/data/list, 'b')", false);
    assert_boolean(&f, "selected(/data/empty, '')", true);
    assert_boolean(&f, "selected(/data/list, '')", false);
    assert_number(&f, "count-selected(/data/list)", 3);
    assert_number(&f, "count-selected(/data/empty)", 0);
    assert_text(&f, "selected-at(/data/list, 2)", "ccc");
    assert_text(&f, "selected-at(/data/list, 3)", "");
    assert_text(&f, "selected-at(/data/list, -1)", "");
}

static void positions_among_equals(void **state)
{
    (void)state;
    fixture_stand(&f, "/data/n[3]");
    assert_number(&f, "position(.)", 3);
    assert_number(&f, "position(..)", 1);
    assert_number(&f, "position(/data/none)", NAN);
    assert_refused(&f, "position(/data/n)", "one node, this one leads to 3");
}

/* Park and Miller's generator and the inside-out shuffle are fixed by the specification, so the order is too.
 */
static void randomize_shuffles_as_the_specification_says(void **state)
{
    (void)state;
    struct fixture g;
    fixture_init(&g, "<r><i>A</i><i>B</i><i>C</i><i>D</i><i>E</i><i>F</i></r>");
    assert_text(&g, "join('', randomize(/r/i, 42))", "AFCBDE");
    assert_text(&g, "join('', randomize(/r/i, -42))", "EDAFBC");
    assert_text(&g, "join('', randomize(/r/i, 1.1))", "BFEACD");
    assert_text(&g, "join('', randomize(/r/i, ''))", "CBEAFD");
    assert_number(&g, "count(randomize(/r/i))", 6);
    assert_boolean(&g, "join('', randomize(/r/i, 'abc')) = join('', randomize(/r/i, 'abc'))", true);
    assert_boolean(&g, "join('', randomize(/r/i, 'abc')) = join('', randomize(/r/i, 'abd'))", false);
    fixture_finish(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(strings_are_cut_and_joined_by_character, setup, teardown),
        cmocka_unit_test_setup_teardown(functions_without_argument_ask_the_context_node, setup, teardown),
        cmocka_unit_test_setup_teardown(digests_and_encodings, setup, teardown),
        cmocka_unit_test_setup_teardown(signed_messages_are_believed_only_with_the_right_key, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(uuid_and_random_come_from_the_host, setup, teardown),
        cmocka_unit_test_setup_teardown(booleans_and_conditions, setup, teardown),
        cmocka_unit_test_setup_teardown(checklists_count_what_is_answered, setup, teardown),
        cmocka_unit_test_setup_teardown(regex_is_pcre_with_limits, setup, teardown),
        cmocka_unit_test_setup_teardown(numbers_are_rounded_and_computed, setup, teardown),
        cmocka_unit_test_setup_teardown(sums_and_extremes_over_nodes, setup, teardown),
        cmocka_unit_test_setup_teardown(selects_are_words, setup, teardown),
        cmocka_unit_test_setup_teardown(positions_among_equals, setup, teardown),
        cmocka_unit_test_setup_teardown(randomize_shuffles_as_the_specification_says, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
