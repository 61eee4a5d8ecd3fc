#include "app/service/guide.h"

#include "tests/unit/cmocka.h"

#include <string.h>

static const char TEXT[] = "key,lang,value\n"
                           "title,zh-CN,养老金\n"
                           "title,en,Pension\n"
                           "material,zh-CN,身份证|original|1|idcard.png|放一下\n"
                           "material,zh-CN,签名\n"
                           "material,en,ID card\n"
                           "devices,,idcard\n"
                           "devices,,printer\n"
                           "\"phone\",,\"0000-1234567\"\n";

static struct guide *parse(const char *text)
{
    struct guide *guide = NULL;
    assert_ok(guide_parse(text, strlen(text), &guide));
    return guide;
}

static void speaks_the_language_that_fits_best(void **state)
{
    (void)state;
    struct guide *guide = parse(TEXT);
    assert_string_equal(guide_text(guide, "title", "zh-CN"), "养老金");
    assert_string_equal(guide_text(guide, "title", "en"), "Pension");
    assert_string_equal(guide_text(guide, "title", "en-GB"), "Pension");
    assert_string_equal(guide_text(guide, "title", "ug"), "养老金");
    assert_string_equal(guide_text(guide, "phone", "en"), "0000-1234567");
    assert_string_equal(guide_text(guide, "fee", "en"), "");
    guide_destroy(&guide);
    assert_string_equal(guide_text(NULL, "title", "en"), "");
}

static void lists_what_a_language_has_and_no_other(void **state)
{
    (void)state;
    struct guide *guide = parse(TEXT);
    assert_string_equal(guide_item(guide, "material", "zh-CN", 1), "签名");
    assert_null(guide_item(guide, "material", "zh-CN", 2));
    assert_null(guide_item(guide, "material", "en", 1));
    assert_string_equal(guide_item(guide, "devices", "en", 1), "printer");
    guide_destroy(&guide);
}

static void cuts_values_into_parts(void **state)
{
    (void)state;
    char part[8];
    guide_part("a|bc|d", 1, part, sizeof part);
    assert_string_equal(part, "bc");
    guide_part("a|bc|d", 3, part, sizeof part);
    assert_string_equal(part, "");
    guide_part("0123456789", 0, part, sizeof part);
    assert_string_equal(part, "0123456");
}

static void refuses_a_file_without_its_columns(void **state)
{
    (void)state;
    struct guide *guide = NULL;
    struct err e = guide_parse("key,value\na,b\n", 14, &guide);
    assert_int_equal(e.class, ERR_DATA);
    assert_non_null(strstr(e.text, "lang"));
    assert_null(guide);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(speaks_the_language_that_fits_best),
        cmocka_unit_test(lists_what_a_language_has_and_no_other),
        cmocka_unit_test(cuts_values_into_parts),
        cmocka_unit_test(refuses_a_file_without_its_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
