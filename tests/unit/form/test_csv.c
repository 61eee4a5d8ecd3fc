#include "app/form/csv.h"
#include "tests/unit/cmocka.h"
#include <string.h>

static struct csv *parse(const char *text)
{
    struct csv *csv = NULL;
    struct err e = csv_parse(text, strlen(text), &csv);
    assert_false(err_is(&e));
    return csv;
}

static void quotes_and_line_breaks_stay_in_their_cell(void **state)
{
    (void)state;
    struct csv *csv = parse("a,b\r\n\"x, \"\"y\"\"\n z\",2\r\n");
    assert_int_equal(csv_rows(csv), 1);
    assert_string_equal(csv_cell(csv, 0, 0), "x, \"y\"\n z");
    assert_string_equal(csv_cell(csv, 0, 1), "2");
    csv_destroy(&csv);
    assert_null(csv);
}

static void short_rows_are_blank_and_trailing_separators_do_no_harm(void **state)
{
    (void)state;
    struct csv *csv = parse("a,b,c\n1\n\n1,2,3,,\n");
    assert_int_equal(csv_rows(csv), 2);
    assert_string_equal(csv_cell(csv, 0, 2), "");
    assert_string_equal(csv_cell(csv, 1, 2), "3");
    assert_int_equal(csv_column(csv, "c"), 2);
    assert_int_equal(csv_column(csv, "d"), -1);
    csv_destroy(&csv);
}

static void the_header_says_the_separator(void **state)
{
    (void)state;
    const char *const texts[] = {"a;b\n1,5;2\n", "a\tb\n1,5\t2\n", "a|b\n1,5|2\n"};
    for (size_t i = 0; i < 3; i++) {
        struct csv *csv = parse(texts[i]);
        assert_string_equal(csv_cell(csv, 0, 0), "1,5");
        assert_string_equal(csv_cell(csv, 0, 1), "2");
        csv_destroy(&csv);
    }
}

static void a_clerks_gb18030_is_read(void **state)
{
    (void)state;
    struct csv *csv = parse("name\n\xC7\xE5\xCE\xF7\n"); /* 清西 */
    assert_string_equal(csv_cell(csv, 0, 0), "清西");
    csv_destroy(&csv);
    csv = parse("\xEF\xBB\xBFname\n青溪\n"); /* a byte order mark is no part of the first name */
    assert_int_equal(csv_column(csv, "name"), 0);
    csv_destroy(&csv);
}

static void what_is_wrong_is_named_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *line;
    } cases[] = {{"a\n\"x\n", "line 2"}, {"a,b\n1,2\n1,2,3\n", "line 3"}, {"a\n\"x\"y\n", "line 2"}};
    for (size_t i = 0; i < 3; i++) {
        struct csv *csv = NULL;
        struct err e = csv_parse(cases[i].text, strlen(cases[i].text), &csv);
        assert_int_equal(e.class, ERR_DATA);
        assert_non_null(strstr(e.text, cases[i].line));
        assert_null(csv);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quotes_and_line_breaks_stay_in_their_cell),
        cmocka_unit_test(short_rows_are_blank_and_trailing_separators_do_no_harm),
        cmocka_unit_test(the_header_says_the_separator),
        cmocka_unit_test(a_clerks_gb18030_is_read),
        cmocka_unit_test(what_is_wrong_is_named_with_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
