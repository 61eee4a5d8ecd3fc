/* Tapes: recorded from a device, masked, and played back to the unmodified driver; the committed ones, too.
 */
#include "drivers/idcard/idcard.h"
#include "drivers/idcard/model/sam_model.h"
#include "drivers/printer/model/printer_model.h"
#include "drivers/printer/printer.h"
#include "drivers/tape/model/tape_model.h"
#include "tests/deck/deck.h"
#include "tests/device/desk.h"
#include "tests/unit/cmocka.h"
#include <stdlib.h>
#include <string.h>

#define TAPES     YIZHAN_ROOT "/tests/device/tapes/"
#define WIDTH     576
#define PAGE_ROWS 240

static struct deck deck;

/* --- what is done with a device, then and now ----------------------------------------------------------- */

static struct idcard read_card(struct desk *desk)
{
    uint32_t ticket;
    assert_ok(idcard_read(desk_device(desk), 0, &ticket));
    struct device_message message = desk_result(desk, ticket);
    assert_ok(message.err);
    return idcard_event(&message)->card;
}

static void await_removal(struct desk *desk)
{
    uint32_t ticket;
    assert_ok(idcard_await_removal(desk_device(desk), 0, &ticket));
    struct device_message message = desk_result(desk, ticket);
    assert_ok(message.err);
}

/* shade: what every byte of the page is. */
static struct printer_event print_page(struct desk *desk, uint8_t shade)
{
    static uint8_t bits[WIDTH / 8 * PAGE_ROWS];
    const struct printer_bitmap page = {WIDTH, PAGE_ROWS, WIDTH / 8, bits};
    uint32_t ticket;
    memset(bits, shade, sizeof bits);
    assert_ok(printer_print(desk_device(desk), 1, &page, 30000, &ticket));
    struct device_message message = desk_result(desk, ticket);
    assert_ok(message.err);
    return *printer_event(&message);
}

/* --- playing back --------------------------------------------------------------------------------------- */

struct playback {
    struct tape_model *model;
    struct desk *desk;
};

static struct playback play(enum device_class class, const struct tape *tape)
{
    struct playback playback;
    assert_ok(tape_model_create(tape, &playback.model));
    playback.desk = desk_create(class, tape_model_device(playback.model));
    desk_await_service(playback.desk, true);
    return playback;
}

static void end(struct playback *playback)
{
    desk_destroy(&playback->desk);
    assert_string_equal(tape_model_complaint(playback->model), "");
    assert_true(tape_model_is_over(playback->model));
    tape_model_destroy(&playback->model);
}

static void assert_made_up(const struct idcard *played, const struct idcard *real)
{
    assert_string_not_equal(played->name, real->name);
    assert_string_not_equal(played->id_number, real->id_number);
    assert_int_equal(played->doubts, real->doubts);
    assert_int_equal(strlen(played->name), strlen(real->name));
    assert_int_equal(played->photo_size, real->photo_size);
}

/* --- recording ------------------------------------------------------------------------------------------ */

static void place_li_mei(void *model)
{
    struct sam_card card;
    deck_card(deck_find(&deck, "li-mei"), &card);
    sam_model_place(model, &card);
}

static void take_card(void *model)
{
    sam_model_place(model, NULL);
}

/* Does this tape hold these bytes anywhere, however they were cut? */
static bool holds(struct tape *tape, enum tape_kind kind, const uint8_t *bytes, size_t size)
{
    struct buf places = {0};
    bool found = false;
    assert_true(tape_stream(tape, kind, &places));
    uint8_t **at = (uint8_t **)(void *)places.data;
    for (size_t i = 0; i + size <= places.length / sizeof *at && !found; i++) {
        size_t same = 0;
        while (same < size && *at[i + same] == bytes[same])
            same++;
        found = same == size;
    }
    buf_finish(&places);
    return found;
}

static struct tape *record_reader(enum sam_wiring wiring, struct idcard *out_real)
{
    struct sam_model *model;
    struct tape *tape;
    assert_ok(sam_model_create(wiring, &model));
    assert_ok(tape_create(&tape));
    struct desk *desk = desk_create_recorded(DEVICE_IDCARD, sam_model_device(model), tape);
    desk_await_service(desk, true);
    desk_hands(desk, place_li_mei, model);
    *out_real = read_card(desk);
    desk_hands(desk, take_card, model);
    await_removal(desk);
    desk_destroy(&desk);
    sam_model_destroy(&model);
    return tape;
}

static void a_card_is_recorded_without_its_owner(enum sam_wiring wiring)
{
    static const uint8_t li_mei[] = {0x4E, 0x67, 0x85, 0x68}; /* 李梅 */
    static const uint8_t number[] = {'1', 0, '9', 0, '7', 0, '0', 0, '0', 0, '8', 0, '0', 0, '2', 0};
    struct idcard real;
    struct tape *tape = record_reader(wiring, &real);
    assert_false(holds(tape, TAPE_CAME, li_mei, sizeof li_mei));
    assert_false(holds(tape, TAPE_CAME, number, sizeof number));
    struct playback playback = play(DEVICE_IDCARD, tape);
    struct idcard played = read_card(playback.desk);
    assert_made_up(&played, &real);
    await_removal(playback.desk);
    end(&playback);
    tape_destroy(&tape);
}

static void through_four_pipes(void **state)
{
    (void)state;
    a_card_is_recorded_without_its_owner(SAM_WIRED_FOUR_PIPES);
}

static void through_one_pair(void **state)
{
    (void)state;
    a_card_is_recorded_without_its_owner(SAM_WIRED_BULK);
}

static void through_hid_reports(void **state)
{
    (void)state;
    a_card_is_recorded_without_its_owner(SAM_WIRED_HID);
}

static void what_was_printed_is_white_on_the_tape(void **state)
{
    static const uint8_t ink[] = {0xA7, 0xA7};
    const struct printer_setup setup = {.width_dots = WIDTH};
    struct printer_model *model;
    struct tape *tape;
    (void)state;
    assert_ok(printer_model_create(&setup, &model));
    assert_ok(tape_create(&tape));
    struct desk *desk = desk_create_recorded(DEVICE_PRINTER, printer_model_device(model), tape);
    desk_await_service(desk, true);
    print_page(desk, ink[0]);
    desk_destroy(&desk);
    printer_model_destroy(&model);
    assert_false(holds(tape, TAPE_SENT, ink, sizeof ink));
    struct playback playback = play(DEVICE_PRINTER, tape);
    assert_int_equal(print_page(playback.desk, 0).outcome, PRINTER_PROVED);
    end(&playback);
    tape_destroy(&tape);
}

/* --- the committed ones --------------------------------------------------------------------------------- */

static struct tape *load(const char *path)
{
    struct tape *tape;
    assert_ok(tape_load(path, &tape));
    return tape;
}

static void the_readers_tape(void **state)
{
    (void)state;
    struct tape *tape = load(TAPES "idcard-four-pipes.tape");
    struct playback playback = play(DEVICE_IDCARD, tape);
    struct idcard card = read_card(playback.desk);
    assert_string_equal(card.name, "王秀兰");
    assert_string_equal(card.id_number, "990123194001010022");
    assert_string_equal(card.valid_to, "长期");
    assert_int_equal(card.doubts, 0);
    await_removal(playback.desk);
    end(&playback);
    tape_destroy(&tape);
}

static void the_printers_tape(void **state)
{
    (void)state;
    struct tape *tape = load(TAPES "printer.tape");
    struct playback playback = play(DEVICE_PRINTER, tape);
    assert_int_equal(print_page(playback.desk, 0).outcome, PRINTER_PROVED);
    end(&playback);
    tape_destroy(&tape);
}

/* A driver that says something else than then is found out. */
static void another_page_is_complained_about(void **state)
{
    (void)state;
    uint32_t ticket;
    static uint8_t bits[WIDTH / 8];
    const struct printer_bitmap line = {WIDTH, 1, WIDTH / 8, bits};
    struct tape *tape = load(TAPES "printer.tape");
    struct playback playback = play(DEVICE_PRINTER, tape);
    assert_ok(printer_print(desk_device(playback.desk), 1, &line, 5000, &ticket));
    struct device_message message = desk_result(playback.desk, ticket);
    assert_int_not_equal(printer_event(&message)->outcome, PRINTER_PROVED);
    desk_destroy(&playback.desk);
    assert_string_not_equal(tape_model_complaint(playback.model), "");
    tape_model_destroy(&playback.model);
    tape_destroy(&tape);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(through_four_pipes),
        cmocka_unit_test(through_one_pair),
        cmocka_unit_test(through_hid_reports),
        cmocka_unit_test(what_was_printed_is_white_on_the_tape),
        cmocka_unit_test(the_readers_tape),
        cmocka_unit_test(the_printers_tape),
        cmocka_unit_test(another_page_is_complained_about),
    };
    assert_ok(deck_load(YIZHAN_ROOT "/tests/deck/people.ini", &deck));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
