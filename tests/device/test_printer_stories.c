/* Printers over more than one receipt: clones that answer nothing, trouble mended, a whole new receipt after
 * it. */
#include "drivers/printer/model/printer_model.h"
#include "drivers/printer/printer.h"
#include "tests/device/desk.h"
#include "tests/unit/cmocka.h"
#include <stdlib.h>
#include <string.h>

#define WIDTH  576
#define HEIGHT 800

struct shop {
    struct printer_model *model;
    struct desk *desk;
    uint8_t bits[WIDTH / 8 * HEIGHT];
    struct printer_bitmap bitmap;
    const char *script;
};

static struct shop *open_shop(bool clone)
{
    struct shop *shop = calloc(1, sizeof *shop);
    const struct printer_setup setup = {.width_dots = WIDTH, .clone = clone};
    for (size_t i = 0; i < sizeof shop->bits; i++)
        shop->bits[i] = (uint8_t)(i * 7 | 1);
    shop->bitmap = (struct printer_bitmap){WIDTH, HEIGHT, WIDTH / 8, shop->bits};
    assert_ok(printer_model_create(&setup, &shop->model));
    shop->desk = desk_create(DEVICE_PRINTER, printer_model_device(shop->model));
    return shop;
}

static void close_shop(struct shop *shop)
{
    desk_destroy(&shop->desk);
    printer_model_destroy(&shop->model);
    free(shop);
}

static void load_script(void *context)
{
    struct shop *shop = context;
    assert_ok(printer_model_script(shop->model, shop->script));
}

static void new_paper(void *context)
{
    printer_model_paper(((struct shop *)context)->model, PRINTER_PAPER_PLENTY);
}

static void no_paper(void *context)
{
    printer_model_paper(((struct shop *)context)->model, PRINTER_PAPER_NONE);
}

static struct device_message print(struct shop *shop, uint32_t job, int timeout_ms)
{
    uint32_t ticket;
    assert_ok(printer_print(desk_device(shop->desk), job, &shop->bitmap, timeout_ms, &ticket));
    struct device_message message = desk_result(shop->desk, ticket);
    assert_int_equal(printer_event(&message)->job, job);
    return message;
}

static void assert_paper_shows_the_bitmap(struct shop *shop)
{
    struct printer_paper_image paper = printer_model_receipt(shop->model);
    assert_true(paper.height_dots >= HEIGHT);
    assert_memory_equal(paper.bits, shop->bits, sizeof shop->bits);
}

static void what_is_on_paper_is_the_bitmap(void **state)
{
    struct shop *shop = open_shop(false);
    (void)state;
    desk_await_service(shop->desk, true);
    struct device_message message = print(shop, 1, 0);
    assert_int_equal(printer_event(&message)->outcome, PRINTER_PROVED);
    assert_paper_shows_the_bitmap(shop);
    close_shop(shop);
}

/* It prints, but it never says so: neither do we. */
static void a_clone_is_never_believed(void **state)
{
    struct shop *shop = open_shop(true);
    (void)state;
    struct device_status status = desk_await_service(shop->desk, true);
    assert_int_equal(status.conditions, PRINTER_SILENT);
    struct device_message message = print(shop, 1, 0);
    assert_false(err_is(&message.err));
    assert_int_equal(printer_event(&message)->outcome, PRINTER_UNPROVED);
    assert_paper_shows_the_bitmap(shop);
    close_shop(shop);
}

/* Not awake yet when it was plugged in, so it seemed a clone; at its first receipt it answers and is
 * believed. */
static void a_printer_that_wakes_late_is_no_clone(void **state)
{
    struct shop *shop = calloc(1, sizeof *shop);
    (void)state;
    shop->bitmap = (struct printer_bitmap){WIDTH, HEIGHT, WIDTH / 8, shop->bits};
    shop->script = "status:silent*";
    assert_ok(printer_model_create(&(struct printer_setup){.width_dots = WIDTH}, &shop->model));
    load_script(shop);
    shop->desk = desk_create(DEVICE_PRINTER, printer_model_device(shop->model));
    assert_int_equal(desk_await_service(shop->desk, true).conditions, PRINTER_SILENT);
    shop->script = "";
    desk_hands(shop->desk, load_script, shop);
    struct device_message message = print(shop, 1, 0);
    assert_int_equal(printer_event(&message)->outcome, PRINTER_PROVED);
    assert_int_equal(printer_event(&message)->conditions, 0);
    close_shop(shop);
}

static void even_a_clone_knows_that_its_paper_is_out(void **state)
{
    struct shop *shop = open_shop(true);
    (void)state;
    desk_await_service(shop->desk, true);
    desk_hands(shop->desk, no_paper, shop);
    struct device_message message = print(shop, 1, 0);
    assert_int_equal(message.err.class, ERR_USER);
    assert_int_equal(printer_event(&message)->outcome, PRINTER_NOT_PRINTED);
    assert_int_equal(printer_event(&message)->conditions, PRINTER_SILENT | PRINTER_PAPER_OUT);
    close_shop(shop);
}

/* Paper out in the middle, new paper, printed again: one whole receipt, nothing of the old one on it. */
static void after_new_paper_a_whole_new_receipt(void **state)
{
    struct shop *shop = open_shop(false);
    (void)state;
    desk_await_service(shop->desk, true);
    shop->script = "byte=30000:paper-out";
    desk_hands(shop->desk, load_script, shop);
    struct device_message message = print(shop, 1, 0);
    assert_int_equal(printer_event(&message)->outcome, PRINTER_PARTLY);
    assert_int_equal(message.err.code & PRINTER_PAPER_OUT, PRINTER_PAPER_OUT);
    desk_hands(shop->desk, new_paper, shop);
    message = print(shop, 2, 0);
    assert_int_equal(printer_event(&message)->outcome, PRINTER_PROVED);
    assert_int_equal(printer_model_receipts(shop->model), 1);
    assert_paper_shows_the_bitmap(shop);
    close_shop(shop);
}

/* The proof of a job that was given up comes while the next is printed: it proves nothing. */
static void a_late_proof_proves_nothing(void **state)
{
    struct shop *shop = open_shop(false);
    (void)state;
    desk_await_service(shop->desk, true);
    shop->script = "proof:late,proof:silent";
    desk_hands(shop->desk, load_script, shop);
    struct device_message message = print(shop, 1, 1500);
    assert_true(device_timed_out(&message.err));
    assert_int_equal(printer_event(&message)->outcome, PRINTER_PARTLY);
    message = print(shop, 2, 1500);
    assert_int_not_equal(printer_event(&message)->outcome, PRINTER_PROVED);
    close_shop(shop);
}

static void too_wide_for_the_paper_is_refused(void **state)
{
    struct shop *shop = open_shop(false);
    uint32_t ticket;
    (void)state;
    desk_await_service(shop->desk, true);
    const struct printer_bitmap wide = {2000, 1, 250, shop->bits};
    assert_err_class(printer_print(desk_device(shop->desk), 1, &wide, 0, &ticket), ERR_REFUSED);
    const struct printer_bitmap wider_than_this_one = {832, 8, 104, shop->bits};
    assert_ok(printer_print(desk_device(shop->desk), 1, &wider_than_this_one, 0, &ticket));
    struct device_message message = desk_result(shop->desk, ticket);
    assert_int_equal(message.err.class, ERR_REFUSED);
    assert_int_equal(printer_event(&message)->outcome, PRINTER_NOT_PRINTED);
    close_shop(shop);
}

static void unplugged_and_plugged_in_again_it_prints(void **state)
{
    struct shop *shop = open_shop(false);
    (void)state;
    desk_await_service(shop->desk, true);
    desk_unplug(shop->desk);
    struct device_status status = desk_await_service(shop->desk, false);
    assert_int_equal(status.cause.class,
                     ERR_DEVICE); /* a read that failed and hotplug race to say it first */
    desk_plug(shop->desk);
    desk_await_service(shop->desk, true);
    struct device_message message = print(shop, 7, 0);
    assert_int_equal(printer_event(&message)->outcome, PRINTER_PROVED);
    close_shop(shop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_on_paper_is_the_bitmap),
        cmocka_unit_test(a_clone_is_never_believed),
        cmocka_unit_test(a_printer_that_wakes_late_is_no_clone),
        cmocka_unit_test(even_a_clone_knows_that_its_paper_is_out),
        cmocka_unit_test(after_new_paper_a_whole_new_receipt),
        cmocka_unit_test(a_late_proof_proves_nothing),
        cmocka_unit_test(too_wide_for_the_paper_is_refused),
        cmocka_unit_test(unplugged_and_plugged_in_again_it_prints),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
