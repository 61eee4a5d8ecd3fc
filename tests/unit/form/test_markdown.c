#include "app/form/markdown.h"
#include "tests/unit/cmocka.h"
#include <string.h>

static void assert_plain(const char *markdown, const char *expected)
{
    struct buf plain = {0};
    markdown_strip(markdown, &plain);
    assert_string_equal(buf_text(&plain), expected);
    buf_finish(&plain);
}

static void emphasis_goes(void **state)
{
    (void)state;
    assert_plain("**请带身份证**原件", "请带身份证原件");
    assert_plain("*a* and _b_ and __c__ and ***d***", "a and b and c and d");
    assert_plain("normal *italic __both__ again* back", "normal italic both again back");
    assert_plain("**two\nlines**", "two\nlines");
    assert_plain("**Dear Wang _née_ Li!** Welcome.", "Dear Wang née Li! Welcome.");
    assert_plain("**** Welcome.", " Welcome.");
}

static void what_only_looks_like_it_stays(void **state)
{
    (void)state;
    assert_plain("2 * 3 * 4", "2 * 3 * 4");
    assert_plain("card_number_of_helper", "card_number_of_helper");
    assert_plain("Fill in: ____", "Fill in: ____");
    assert_plain("a < b and c > d", "a < b and c > d");
    assert_plain("[1] see below", "[1] see below");
    assert_plain("#1 of 3", "#1 of 3");
    assert_plain("3. third question", "3. third question");
    assert_plain("**open", "**open");
    assert_plain("**one\n\ntwo**", "**one\n\ntwo**");
    assert_plain("\\# nothing \\*to\\* see \\", "# nothing *to* see \\");
}

static void headings_lists_links_and_tags_go(void **state)
{
    (void)state;
    assert_plain("## Materials\n- ID card\n- photo", "Materials\n• ID card\n• photo");
    assert_plain("####### no heading", "####### no heading");
    assert_plain("[our site](http://example.org/a_b_c)", "our site (http://example.org/a_b_c)");
    assert_plain("[http://e.org](http://e.org)", "http://e.org");
    assert_plain("can <span style=\"color:red\">be</span > <strong>red</strong\t>", "can be red");
}

static void endless_marks_cost_little(void **state)
{
    (void)state;
    enum { SIZE = 1 << 17 };
    static char text[SIZE + 1];
    static const char *const marks[] = {"*a", "_*", "[", "<b ", "**a _b "};
    for (size_t m = 0; m < sizeof(marks) / sizeof(marks[0]); m++) {
        size_t length = strlen(marks[m]);
        for (size_t i = 0; i < SIZE; i++)
            text[i] = marks[m][i % length];
        struct buf plain = {0};
        markdown_strip(text, &plain);
        assert_true(plain.length <= SIZE);
        buf_finish(&plain);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(emphasis_goes),
        cmocka_unit_test(what_only_looks_like_it_stays),
        cmocka_unit_test(headings_lists_links_and_tags_go),
        cmocka_unit_test(endless_marks_cost_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
