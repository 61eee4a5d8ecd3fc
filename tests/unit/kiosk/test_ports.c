/* Whose results come to the journey: a worker may have finished in the moment in which it was cancelled. */
#include "app/kiosk/internal.h"
#include "tests/unit/cmocka.h"

#include <stdlib.h>

enum { NOW = 7, BEFORE = 6 };

static struct device_message result(enum device_class class, uint32_t ticket)
{
    return (struct device_message){.class = class, .kind = DEVICE_RESULT, .ticket = ticket};
}

static bool hears(struct kiosk *kiosk, struct device_message message)
{
    return kiosk_ports_note(kiosk, &message);
}

static void what_was_cancelled_is_nobodys(void **state)
{
    struct kiosk *kiosk = calloc(1, sizeof *kiosk);
    (void)state;
    assert_non_null(kiosk);
    kiosk->camera_ticket = kiosk->scanner_ticket = NOW;
    assert_false(hears(kiosk, result(DEVICE_CAMERA, BEFORE)));
    assert_false(hears(kiosk, result(DEVICE_SCANNER, BEFORE)));
    assert_true(hears(kiosk, result(DEVICE_CAMERA, NOW)));
    assert_true(hears(kiosk, result(DEVICE_SCANNER, NOW)));
    assert_false(hears(kiosk, result(DEVICE_CAMERA, NOW))); /* once */
    free(kiosk);
}

static void what_lies_there_and_what_came_out_is_told_always(void **state)
{
    struct kiosk *kiosk = calloc(1, sizeof *kiosk);
    (void)state;
    assert_non_null(kiosk);
    kiosk->card_ticket = NOW;
    assert_true(hears(kiosk, result(DEVICE_IDCARD, BEFORE)));
    assert_int_equal(kiosk->card_ticket, NOW);
    assert_true(hears(kiosk, result(DEVICE_PRINTER, BEFORE)));
    assert_true(hears(kiosk, (struct device_message){.class = DEVICE_CAMERA, .kind = DEVICE_STATUS}));
    free(kiosk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_cancelled_is_nobodys),
        cmocka_unit_test(what_lies_there_and_what_came_out_is_told_always),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
