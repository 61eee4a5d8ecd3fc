/* Fault scripts strike where and as often as they say. */
#include "drivers/model/fault.h"
#include "tests/unit/cmocka.h"

#define WORDS "read find byte:silent sw truncate"

static void strikes_once_or_always(void **state)
{
    struct fault_script script;
    (void)state;
    assert_ok(fault_script_parse("read:sw=0x66, find:silent*", WORDS, &script));
    const struct fault *fault = fault_strike(&script, "read", 0);
    assert_string_equal(fault->kind, "sw");
    assert_int_equal(fault->arg, 0x66);
    assert_null(fault_strike(&script, "read", 0));
    for (int i = 0; i < 3; i++)
        assert_non_null(fault_strike(&script, "find", 0));
}

static void waits_for_its_place(void **state)
{
    struct fault_script script;
    (void)state;
    assert_ok(fault_script_parse("byte=100:silent", WORDS, &script));
    assert_null(fault_strike(&script, "byte", 99));
    assert_non_null(fault_strike(&script, "byte", 100));
}

static void the_next_of_a_kind_takes_its_turn(void **state)
{
    struct fault_script script;
    (void)state;
    assert_ok(fault_script_parse("read:silent,read:sw=1", WORDS, &script));
    assert_string_equal(fault_strike(&script, "read", 0)->kind, "silent");
    assert_string_equal(fault_strike(&script, "read", 0)->kind, "sw");
}

static void refuses_what_it_does_not_know(void **state)
{
    static const char *const bad[] = {
        "read", "reed:silent", "read:loud", "read:sw=", "read:sw=x", ":silent", "read:", "silent:read"};
    struct fault_script script;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_err_class(fault_script_parse(bad[i], WORDS, &script), ERR_DATA);
    assert_ok(fault_script_parse("", WORDS, &script));
    assert_int_equal(script.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strikes_once_or_always),
        cmocka_unit_test(waits_for_its_place),
        cmocka_unit_test(the_next_of_a_kind_takes_its_turn),
        cmocka_unit_test(refuses_what_it_does_not_know),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
