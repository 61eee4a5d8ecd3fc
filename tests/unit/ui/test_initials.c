#include "tests/unit/cmocka.h"
#include "ui/initials.h"

static void letters_stand_for_pinyin(void **state)
{
    (void)state;
    assert_true(initials_match("养老金领取资格认证", "ylj"));
    assert_true(initials_match("养老金领取资格认证", "养LJ"));
    assert_true(initials_match("养老金领取资格认证", "资格"));
    assert_true(initials_match("青溪镇", "xz"));
    assert_false(initials_match("青溪镇", "qz"));
    assert_false(initials_match("青溪镇", "青溪镇东"));
}

static void a_character_with_two_readings_is_found_by_both(void **state)
{
    (void)state;
    assert_true(initials_match("重阳补贴", "cy"));
    assert_true(initials_match("重点帮扶", "zd"));
}

static void blanks_marks_and_case_do_not_count(void **state)
{
    (void)state;
    assert_true(initials_match("居住证（办理）", "jzzbl"));
    assert_true(initials_match("Pension check", "N C"));
    assert_true(initials_match("养老金", ""));
    assert_true(initials_match("", ""));
    assert_false(initials_match("", "a"));
}

static void the_beginning_is_told_from_the_middle(void **state)
{
    (void)state;
    assert_true(initials_begin("青溪镇", "qx"));
    assert_false(initials_begin("青溪镇", "xz"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_stand_for_pinyin),
        cmocka_unit_test(a_character_with_two_readings_is_found_by_both),
        cmocka_unit_test(blanks_marks_and_case_do_not_count),
        cmocka_unit_test(the_beginning_is_told_from_the_middle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
