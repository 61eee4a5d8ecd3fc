/* What stands behind a subcommand is taken as it is meant or not at all. */
#include "app/ctl/options.h"
#include "tests/unit/cmocka.h"

static void a_number_is_one_or_is_refused(void **state)
{
    static const struct {
        const char *text;
        bool is_good;
        int number;
    } rows[] = {{"8", true, 8},     {"100", true, 100},        {NULL, true, 30},
                {"7", false, 30},   {"101", false, 30},        {"12x", false, 30},
                {"", false, 30},    {"abc", false, 30},        {"-8", false, 30},
                {"9 9", false, 30}, {"4294967304", false, 30}, {"9999999999999999999", false, 30},
                {"0x10", false, 30}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int number = 30;
        assert_int_equal(options_number(rows[i].text, 8, 100, &number), rows[i].is_good);
        assert_int_equal(number, rows[i].number);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_number_is_one_or_is_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
