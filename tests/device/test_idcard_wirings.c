/* The same reader behind its three USB wirings: four pipes, one bulk pair, HID reports. */
#include "drivers/idcard/idcard.h"
#include "drivers/idcard/model/sam_model.h"
#include "tests/deck/deck.h"
#include "tests/device/desk.h"
#include "tests/unit/cmocka.h"
#include <string.h>

static struct deck deck;

static void place_card(void *context)
{
    struct sam_card card;
    deck_card(deck_find(&deck, "wang-xiulan"), &card);
    sam_model_place(context, &card);
}

static void reads_through(enum sam_wiring wiring)
{
    struct sam_model *model;
    uint32_t ticket;
    assert_ok(sam_model_create(wiring, &model));
    struct desk *desk = desk_create(DEVICE_IDCARD, sam_model_device(model));
    desk_await_service(desk, true);
    assert_ok(idcard_read(desk_device(desk), 0, &ticket));
    desk_hands(desk, place_card, model);
    struct device_message message = desk_result(desk, ticket);
    assert_false(err_is(&message.err));
    assert_string_equal(idcard_event(&message)->card.name, "王秀兰");
    assert_int_equal(idcard_event(&message)->card.photo_size, IDCARD_PHOTO_SIZE);
    desk_destroy(&desk);
    sam_model_destroy(&model);
}

static void four_pipes(void **state)
{
    (void)state;
    reads_through(SAM_WIRED_FOUR_PIPES);
}

static void one_bulk_pair(void **state)
{
    (void)state;
    reads_through(SAM_WIRED_BULK);
}

static void hid_reports(void **state)
{
    (void)state;
    reads_through(SAM_WIRED_HID);
}

static void hang_at_find(void *context)
{
    assert_ok(sam_model_script(context, "find:hang"));
    place_card(context);
}

/* As after the kiosk slept through an answer (a suspended machine): its header was fetched, its body was not
 * and still lies there. The questions that follow find the reader's step again; nobody replugs it. */
static void a_body_left_in_its_pipe_costs_one_question(void **state)
{
    struct sam_model *model;
    uint32_t ticket;
    (void)state;
    assert_ok(sam_model_create(SAM_WIRED_FOUR_PIPES, &model));
    struct desk *desk = desk_create(DEVICE_IDCARD, sam_model_device(model));
    desk_await_service(desk, true);
    assert_ok(idcard_read(desk_device(desk), 0, &ticket));
    desk_hands(desk, hang_at_find, model);
    struct device_message message = desk_result(desk, ticket);
    assert_ok(message.err);
    assert_string_equal(idcard_event(&message)->card.name, "王秀兰");
    desk_destroy(&desk);
    sam_model_destroy(&model);
}

static void flood_at_find(void *context)
{
    assert_ok(sam_model_script(context, "find:flood"));
}

static void end_of_flood(void *context)
{
    assert_ok(sam_model_script(context, ""));
}

/* Noise without end stops at the deadline like silence: out of service, and back when it is over. */
static void who_never_stops_talking_does_not_answer(void **state)
{
    struct sam_model *model;
    uint32_t ticket;
    (void)state;
    assert_ok(sam_model_create(SAM_WIRED_BULK, &model));
    struct desk *desk = desk_create(DEVICE_IDCARD, sam_model_device(model));
    desk_await_service(desk, true);
    desk_hands(desk, flood_at_find, model);
    assert_ok(idcard_read(desk_device(desk), 0, &ticket));
    struct device_message message = desk_result(desk, ticket);
    assert_int_equal(message.err.class, ERR_DEVICE);
    assert_int_equal(message.err.code, IDCARD_NOT_ANSWERING);
    desk_hands(desk, end_of_flood, model);
    desk_await_service(desk, true);
    desk_destroy(&desk);
    sam_model_destroy(&model);
}

static void three_times_silent(void *context)
{
    assert_ok(sam_model_script(context, "find:silent,find:silent,find:silent,address:sw=0x91,address:pull"));
}

/* Opened anew, the driver does not know that this card was read, and its card still answers no FIND. */
static void a_reader_that_had_to_be_opened_anew_still_sees_the_card(void **state)
{
    struct sam_model *model;
    uint32_t ticket;
    (void)state;
    assert_ok(sam_model_create(SAM_WIRED_FOUR_PIPES, &model));
    struct desk *desk = desk_create(DEVICE_IDCARD, sam_model_device(model));
    desk_await_service(desk, true);
    assert_ok(idcard_read(desk_device(desk), 0, &ticket));
    desk_hands(desk, place_card, model);
    struct device_message message = desk_result(desk, ticket);
    assert_ok(message.err);
    desk_hands(desk, three_times_silent, model);
    assert_ok(idcard_read(desk_device(desk), 0, &ticket));
    message = desk_result(desk, ticket);
    assert_int_equal(message.err.class, ERR_DEVICE);
    desk_await_service(desk, true);
    int commands = sam_model_commands(model);
    assert_ok(idcard_await_removal(desk_device(desk), 0, &ticket));
    message = desk_result(desk, ticket);
    assert_int_equal(idcard_event(&message)->stage, IDCARD_REMOVED);
    assert_int_equal(sam_model_commands(model) - commands, 4); /* there, and gone: two questions each */
    desk_destroy(&desk);
    sam_model_destroy(&model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_pipes),
        cmocka_unit_test(one_bulk_pair),
        cmocka_unit_test(hid_reports),
        cmocka_unit_test(who_never_stops_talking_does_not_answer),
        cmocka_unit_test(a_body_left_in_its_pipe_costs_one_question),
        cmocka_unit_test(a_reader_that_had_to_be_opened_anew_still_sees_the_card),
    };
    assert_ok(deck_load(YIZHAN_ROOT "/tests/deck/people.ini", &deck));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
