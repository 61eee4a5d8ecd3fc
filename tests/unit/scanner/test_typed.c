#include "drivers/scanner/model/scanner_model.h"
#include "drivers/scanner/typed.h"
#include "tests/unit/cmocka.h"

#include <linux/input-event-codes.h>
#include <string.h>

static const struct hidpos_layout usual = {
    .report_id = 2, .length_at = 1, .aim_at = 2, .data_at = 5, .continued_at = 63};

static void press(struct typed *typed, unsigned key)
{
    assert_false(typed_key(typed, key, 1));
    assert_false(typed_key(typed, key, 0));
}

static void keystrokes_become_text(void **state)
{
    struct typed typed = {0};
    struct code code;

    (void)state;
    assert_false(typed_key(&typed, KEY_ENTER, 1)); /* nothing typed yet */
    press(&typed, KEY_Y);
    assert_false(typed_key(&typed, KEY_LEFTSHIFT, 1));
    press(&typed, KEY_Z);
    press(&typed, KEY_SEMICOLON);
    assert_false(typed_key(&typed, KEY_LEFTSHIFT, 0));
    press(&typed, KEY_0);
    press(&typed, KEY_F1);  /* no character */
    press(&typed, KEY_MAX); /* far beyond the table */
    assert_false(typed_key(&typed, KEY_7, 2));
    assert_true(typed_key(&typed, KEY_ENTER, 1));
    assert_ok(typed_finish(&typed, &code));
    assert_string_equal(code.text, "yZ:0");
    assert_int_equal(typed.length, 0);
}

static void serial_lines_are_cut_at_their_ends(void **state)
{
    static const char bytes[] = "\r\nfirst\r\nsecond\x03third";
    struct typed typed = {0};
    struct code code;
    bool complete;
    size_t used;

    (void)state;
    used = typed_bytes(&typed, (const uint8_t *)bytes, strlen(bytes), &complete);
    assert_true(complete);
    assert_ok(typed_finish(&typed, &code));
    assert_string_equal(code.text, "first");
    used += typed_bytes(&typed, (const uint8_t *)bytes + used, strlen(bytes) - used, &complete);
    assert_true(complete);
    assert_ok(typed_finish(&typed, &code));
    assert_string_equal(code.text, "second");
    used += typed_bytes(&typed, (const uint8_t *)bytes + used, strlen(bytes) - used, &complete);
    assert_false(complete);
    assert_int_equal(used, strlen(bytes));
    assert_int_equal(typed.length, 5);
}

static void a_long_code_comes_in_two_reports(void **state)
{
    uint8_t report[64] = {2, 3, ']', 'Q', '1', 'a', 'b', 'c', [63] = 1};
    struct typed typed = {0};
    struct hidpos_end end;
    struct code code;

    (void)state;
    assert_ok(typed_report(&typed, &usual, report, sizeof report, &end));
    assert_false(end.complete);
    report[63] = 0;
    report[5] = 'd';
    report[1] = 1;
    assert_ok(typed_report(&typed, &usual, report, sizeof report, &end));
    assert_true(end.complete);
    assert_true(end.has_symbology);
    assert_int_equal(end.symbology, CODE_QR);
    assert_ok(typed_finish(&typed, &code));
    assert_string_equal(code.text, "abcd");
}

static void reports_that_lie_are_refused_and_others_ignored(void **state)
{
    uint8_t report[64] = {2, 60, ']', 'z', '9'};
    struct typed typed = {0};
    struct hidpos_end end;

    (void)state;
    assert_err_class(typed_report(&typed, &usual, report, sizeof report, &end), ERR_DATA);
    assert_err_class(typed_report(&typed, &usual, report, 3, &end), ERR_DATA);
    assert_int_equal(typed.length, 0);
    report[0] = 3;
    assert_ok(typed_report(&typed, &usual, report, sizeof report, &end));
    assert_false(end.complete);
}

static void an_endless_code_is_no_text(void **state)
{
    struct typed typed = {0};
    struct code code;
    uint8_t byte = '9';
    bool complete;

    (void)state;
    for (int i = 0; i < CODE_TEXT_MAX + 10; i++)
        typed_bytes(&typed, &byte, 1, &complete);
    byte = '\r';
    typed_bytes(&typed, &byte, 1, &complete);
    assert_true(complete);
    assert_ok(typed_finish(&typed, &code));
    assert_false(code.is_text);
    assert_string_equal(code.text, "");
}

/* Half of it came before anybody asked, or was lost: the other half is no code. The next one is. */
static void the_tail_of_a_code_is_never_one(void **state)
{
    static const unsigned keys[] = {KEY_4, KEY_5, KEY_ENTER, KEY_7};
    struct typed typed = {0};
    struct code code = {0};
    uint8_t report[64] = {2, 1, ']', 'Q', '1', 'x'};
    struct hidpos_end end;
    bool complete, has_come = false;

    (void)state;
    typed_spoil(&typed); /* between codes: nothing is missing */
    assert_int_equal(typed_bytes(&typed, (const uint8_t *)"12\r", 3, &complete), 3);
    assert_true(complete);
    assert_ok(typed_deliver(&typed, &code, &has_come));
    assert_string_equal(code.text, "12");
    typed_bytes(&typed, (const uint8_t *)"12", 2, &complete);
    typed_spoil(&typed);
    assert_int_equal(typed_bytes(&typed, (const uint8_t *)"34\r\n56\r", 7, &complete), 7);
    assert_true(complete);
    has_come = false;
    assert_ok(typed_deliver(&typed, &code, &has_come));
    assert_string_equal(code.text, "56");
    typed_lost(&typed);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        assert_false(typed_key(&typed, keys[i], 1));
    assert_true(typed_key(&typed, KEY_ENTER, 1));
    assert_ok(typed_finish(&typed, &code));
    assert_string_equal(code.text, "7");
    typed_lost(&typed);
    assert_ok(typed_report(&typed, &usual, report, sizeof report, &end));
    assert_false(end.complete);
    assert_ok(typed_report(&typed, &usual, report, sizeof report, &end));
    assert_true(end.complete);
}

/* What comes after the first code of a batch was not asked for. */
static void one_code_is_delivered(void **state)
{
    struct typed typed = {.length = 1, .bytes = "a"};
    struct code code = {0};
    bool has_come = false;

    (void)state;
    assert_ok(typed_deliver(&typed, NULL, &has_come));
    assert_false(has_come);
    assert_int_equal(typed.length, 0);
    typed = (struct typed){.length = 1, .bytes = "b"};
    assert_ok(typed_deliver(&typed, &code, &has_come));
    typed = (struct typed){.length = 1, .bytes = "c"};
    assert_ok(typed_deliver(&typed, &code, &has_come));
    assert_true(has_come);
    assert_string_equal(code.text, "b");
}

static void a_scanner_is_known_by_its_usage_page(void **state)
{
    static const uint8_t scanner[] = {0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01, 0xC0};
    static const uint8_t wide[] = {0x06, 0x8C, 0x00, 0xA1, 0x01, 0xC0};
    static const uint8_t vendor[] = {0x06, 0x8C, 0xFF, 0xA1, 0x01, 0xC0};
    static const uint8_t keyboard[] = {0x05, 0x01, 0x09, 0x06, 0xA1, 0x01, 0x26, 0x05, 0x8C, 0xC0};

    (void)state;
    assert_true(hidpos_describes_scanner(scanner, sizeof scanner));
    assert_true(hidpos_describes_scanner(wide, sizeof wide));
    assert_false(hidpos_describes_scanner(vendor, sizeof vendor));
    assert_false(
        hidpos_describes_scanner(keyboard, sizeof keyboard)); /* 05 8C there is data of another item */
    assert_false(hidpos_describes_scanner(scanner, 1));
}

/* Report by report, as a hidraw node gives them; pulled out in the middle, the rest is gone. */
static void the_models_long_code_is_understood(void **state)
{
    static const char payload[] =
        "https://fuwu.example.cn/r/0000000001?m=abcdefghijklmnopqrstuvwxyz0123456789";
    static struct typed typed;
    static struct code code;
    struct scanner_model *scanner;
    struct hidpos_end end = {0};
    uint8_t report[64];
    (void)state;
    assert_ok(scanner_model_create(SCANNER_HIDPOS, &scanner));
    const struct device_model *model = scanner_model_device(scanner);
    assert_ok(scanner_model_scan(scanner, payload));
    for (int reports = 0; !end.complete; reports++) {
        assert_true(reports < 2);
        assert_int_equal(model->in(model->self, 0, report, sizeof report), (int)sizeof report);
        assert_ok(typed_report(&typed, &usual, report, sizeof report, &end));
    }
    assert_ok(typed_finish(&typed, &code));
    assert_string_equal(code.text, payload);
    assert_ok(scanner_model_scan(scanner, payload));
    model->unplug(model->self);
    assert_int_equal(model->in(model->self, 0, report, sizeof report), MODEL_NAK);
    scanner_model_destroy(&scanner);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keystrokes_become_text),
        cmocka_unit_test(serial_lines_are_cut_at_their_ends),
        cmocka_unit_test(the_models_long_code_is_understood),
        cmocka_unit_test(a_long_code_comes_in_two_reports),
        cmocka_unit_test(reports_that_lie_are_refused_and_others_ignored),
        cmocka_unit_test(an_endless_code_is_no_text),
        cmocka_unit_test(the_tail_of_a_code_is_never_one),
        cmocka_unit_test(one_code_is_delivered),
        cmocka_unit_test(a_scanner_is_known_by_its_usage_page),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
