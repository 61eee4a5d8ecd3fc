#include "offline/case_number.h"
#include "tests/unit/cmocka.h"
#include <string.h>

static void carries_kiosk_sequence_and_check_digit(void **state)
{
    (void)state;
    char number[CASE_NUMBER_SIZE], grouped[CASE_NUMBER_GROUPED_SIZE];
    assert_ok(case_number_make(42, 17, number));
    assert_int_equal(strncmp(number, "004200017", 9), 0);
    case_number_group(number, grouped);
    assert_int_equal(strncmp(grouped, "0042 00017 ", 11), 0);
    assert_int_equal(grouped[11], number[9]);
}

/* Damm's own example: 572 has the check digit 4. */
static void has_damms_check_digit(void **state)
{
    (void)state;
    char number[CASE_NUMBER_SIZE];
    assert_ok(case_number_read("0000005724", number));
    assert_err_class(case_number_read("0000005720", number), ERR_USER);
}

static void finds_every_wrong_digit_and_every_swap(void **state)
{
    (void)state;
    char number[CASE_NUMBER_SIZE], broken[CASE_NUMBER_SIZE], out[CASE_NUMBER_SIZE];
    assert_ok(case_number_make(4827, 12345, number));
    for (size_t i = 0; i < 10; i++) {
        for (char digit = '0'; digit <= '9'; digit++) {
            memcpy(broken, number, sizeof broken);
            broken[i] = digit;
            if (digit != number[i])
                assert_err_class(case_number_read(broken, out), ERR_USER);
        }
        memcpy(broken, number, sizeof broken);
        if (i < 9 && number[i] != number[i + 1]) {
            broken[i] = number[i + 1];
            broken[i + 1] = number[i];
            assert_err_class(case_number_read(broken, out), ERR_USER);
        }
    }
}

static void reads_what_people_type(void **state)
{
    (void)state;
    char number[CASE_NUMBER_SIZE], out[CASE_NUMBER_SIZE], typed[64];
    assert_ok(case_number_make(42, 17, number));
    case_number_group(number, typed);
    assert_ok(case_number_read(typed, out));
    assert_string_equal(out, number);
    assert_ok(case_number_read("００００-００５７２-４", out));
    assert_string_equal(out, "0000005724");
    assert_err_class(case_number_read("", out), ERR_USER);
    assert_err_class(case_number_read("42", out), ERR_USER);
    assert_err_class(case_number_read("00000057244", out), ERR_USER);
    assert_err_class(case_number_read("000000572x", out), ERR_USER);
    assert_string_equal(out, "0000005724"); /* untouched by failures */
}

static void refuses_what_does_not_fit(void **state)
{
    (void)state;
    char number[CASE_NUMBER_SIZE];
    assert_err_class(case_number_make(0, 1, number), ERR_REFUSED);
    assert_err_class(case_number_make(10000, 1, number), ERR_REFUSED);
    assert_err_class(case_number_make(1, 0, number), ERR_REFUSED);
    assert_err_class(case_number_make(1, 100000, number), ERR_REFUSED);
    assert_ok(case_number_make(9999, 99999, number));
}

/* A record of the kiosk's own is never taken for somebody's application, nor typed as one. */
static void what_the_kiosk_writes_of_itself_has_no_number(void **state)
{
    (void)state;
    char own[CASE_NUMBER_SIZE], out[CASE_NUMBER_SIZE], text[CASE_NUMBER_GROUPED_SIZE];
    case_number_own("uuid:9af3b1b2-acb1-4cdf-862b-012345678901", own);
    assert_string_equal(own, "x345678901");
    assert_err_class(case_number_read(own, out), ERR_USER);
    case_number_group(own, text);
    assert_string_equal(text, own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(carries_kiosk_sequence_and_check_digit),
        cmocka_unit_test(has_damms_check_digit),
        cmocka_unit_test(finds_every_wrong_digit_and_every_swap),
        cmocka_unit_test(reads_what_people_type),
        cmocka_unit_test(refuses_what_does_not_fit),
        cmocka_unit_test(what_the_kiosk_writes_of_itself_has_no_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
