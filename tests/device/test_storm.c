/*
 * Storms: reader and printer misbehave at random, several ways at once, in every phase. Whatever happens,
 * what is told is true (a card is its owner's, "proved" is a receipt cut off), and when the storm is over the
 * device works again: by itself, or replugged where it fell off its bus.
 *
 *   test_storm [ROUNDS [SEED]]
 */
#include "drivers/idcard/idcard.h"
#include "drivers/idcard/model/sam_model.h"
#include "drivers/printer/model/printer_model.h"
#include "drivers/printer/printer.h"
#include "tests/deck/deck.h"
#include "tests/device/desk.h"
#include "tests/unit/cmocka.h"
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STORM_MS   1500 /* a command in the storm may take so long */
#define CALM_MS    8000 /* and one after it */
#define CALM_TRIES 4    /* the first may still meet what the storm left */
#define FAULTS     3
#define WIDTH      576
#define HEIGHT     400

static int rounds = 2;
static unsigned seed = 1;
static struct deck deck;

static unsigned dice(unsigned sides)
{
    seed = seed * 1103515245u + 12345u;
    return (seed >> 16) % sides;
}

static const char *pick(const char *const *words, unsigned count)
{
    return words[dice(count)];
}

/* --- readers -------------------------------------------------------------------------------------------- */

struct scene {
    struct desk *desk;
    struct sam_model *reader;
    struct printer_model *printer;
    uint8_t bits[WIDTH / 8 * HEIGHT];
    char script[256];
    int receipts; /* cut off */
};

static void write_script(struct scene *scene, const char *const *events, unsigned event_count,
                         const char *const *kinds, unsigned kind_count)
{
    scene->script[0] = '\0';
    for (unsigned i = 0; i <= dice(FAULTS); i++) {
        size_t used = strlen(scene->script);
        char at[16] = "";
        const char *event = pick(events, event_count);
        if (strcmp(event, "byte") == 0)
            snprintf(at, sizeof at, "=%u", dice(30000));
        snprintf(scene->script + used, sizeof scene->script - used, "%s%s%s:%s=%u%s", used ? "," : "", event,
                 at, pick(kinds, kind_count), dice(80), dice(3) ? "" : "*");
    }
}

static void script_reader(void *context)
{
    struct scene *scene = context;
    struct sam_card card;
    assert_ok(sam_model_script(scene->reader, scene->script));
    deck_card(deck_find(&deck, "wang-xiulan"), &card);
    sam_model_place(scene->reader, &card);
}

/* True when a card was read; then it is hers. */
static bool reads(struct scene *scene, int timeout_ms)
{
    uint32_t ticket;
    struct err e = idcard_read(desk_device(scene->desk), timeout_ms, &ticket);
    if (err_is(&e))
        return false;
    struct device_message message = desk_result(scene->desk, ticket);
    if (err_is(&message.err))
        return false;
    const struct idcard *card = &idcard_event(&message)->card;
    assert_string_equal(card->name, "王秀兰");
    assert_string_equal(card->id_number, "99012319420315004X");
    assert_int_equal(card->photo_size, IDCARD_PHOTO_SIZE);
    return true;
}

static void await_service(struct desk *desk)
{
    struct device_status status;
    device_get_status(desk_device(desk), &status);
    if (!status.in_service)
        desk_await_service(desk, true);
}

/* Not plugged in again before the driver has let go: the testbed ends the program when it tells of a device
 * to a listener (libusb has one, too) that is just going. */
static void replug(struct desk *desk)
{
    struct device_status status;
    desk_unplug(desk);
    do {
        sched_yield();
        device_get_status(desk_device(desk), &status);
    } while (status.model[0]); /* the name goes last */
    desk_plug(desk);
}

static void storm_over_a_reader(struct scene *scene)
{
    static const char *const events[] = {"reset", "status", "id", "find", "select", "read", "address"};
    static const char *const kinds[] = {"silent", "garbage", "checksum", "truncate", "sw",    "late",  "hang",
                                        "stray",  "twice",   "pull",     "stall",    "flood", "unplug"};
    bool falls_off;
    write_script(scene, events, 7, kinds, 13);
    falls_off = strstr(scene->script, "unplug");
    print_message("           %s\n", scene->script);
    desk_hands(scene->desk, script_reader, scene);
    reads(scene, STORM_MS);
    scene->script[0] = '\0';
    desk_hands(scene->desk, script_reader, scene);
    if (falls_off || dice(4) == 0)
        replug(scene->desk);
    for (int tries = 1;; tries++) {
        assert_true(tries <= CALM_TRIES);
        await_service(scene->desk);
        desk_hands(scene->desk, script_reader, scene); /* lifted and placed again */
        if (reads(scene, CALM_MS))
            break;
    }
}

static void storms_over_a_reader(enum sam_wiring wiring)
{
    struct scene *scene = calloc(1, sizeof *scene);
    assert_ok(sam_model_create(wiring, &scene->reader));
    scene->desk = desk_create(DEVICE_IDCARD, sam_model_device(scene->reader));
    desk_await_service(scene->desk, true);
    for (int i = 0; i < rounds; i++)
        storm_over_a_reader(scene);
    desk_destroy(&scene->desk);
    sam_model_destroy(&scene->reader);
    free(scene);
}

static void four_pipes(void **state)
{
    (void)state;
    storms_over_a_reader(SAM_WIRED_FOUR_PIPES);
}

static void one_bulk_pair(void **state)
{
    (void)state;
    storms_over_a_reader(SAM_WIRED_BULK);
}

static void hid_reports(void **state)
{
    (void)state;
    storms_over_a_reader(SAM_WIRED_HID);
}

/* --- printers ------------------------------------------------------------------------------------------- */

static void script_printer(void *context)
{
    struct scene *scene = context;
    assert_ok(printer_model_script(scene->printer, scene->script));
}

static void mend_printer(void *context)
{
    struct scene *scene = context;
    script_printer(scene);
    printer_model_paper(scene->printer, PRINTER_PAPER_PLENTY);
    printer_model_cover(scene->printer, false);
    printer_model_clear_jam(scene->printer);
}

static void count_receipts(void *context)
{
    struct scene *scene = context;
    scene->receipts = printer_model_receipts(scene->printer);
}

/* True when it was printed and proved; then a receipt with these very dots was cut off. */
static bool prints(struct scene *scene, int timeout_ms)
{
    const struct printer_bitmap bitmap = {WIDTH, HEIGHT, WIDTH / 8, scene->bits};
    uint32_t ticket;
    desk_hands(scene->desk, count_receipts, scene);
    int before = scene->receipts;
    struct err e = printer_print(desk_device(scene->desk), 1, &bitmap, timeout_ms, &ticket);
    if (err_is(&e))
        return false;
    struct device_message message = desk_result(scene->desk, ticket);
    bool proved = printer_event(&message)->outcome == PRINTER_PROVED;
    desk_hands(scene->desk, count_receipts, scene);
    assert_true(!proved || scene->receipts == before + 1);
    assert_true(!proved || !err_is(&message.err));
    return proved;
}

static void storm_over_a_printer(struct scene *scene)
{
    static const char *const events[] = {"byte", "raster", "cut", "proof", "status", "byte"};
    static const char *const kinds[] = {"paper-out", "cover-open", "cutter-jam", "offline", "silent",
                                        "late",      "garbage",    "stall",      "unplug"};
    bool needs_power;
    write_script(scene, events, 6, kinds, 9);
    needs_power = strstr(scene->script, "unplug") || strstr(scene->script, "offline");
    print_message("           %s\n", scene->script);
    desk_hands(scene->desk, script_printer, scene);
    prints(scene, STORM_MS);
    scene->script[0] = '\0';
    desk_hands(scene->desk, mend_printer, scene);
    if (needs_power || dice(4) == 0)
        replug(scene->desk);
    for (int tries = 1;; tries++) {
        assert_true(tries <= CALM_TRIES);
        await_service(scene->desk);
        if (prints(scene, CALM_MS))
            break;
    }
    const struct printer_paper_image paper = printer_model_receipt(scene->printer);
    assert_true(paper.height_dots >= HEIGHT);
    assert_memory_equal(paper.bits, scene->bits, sizeof scene->bits);
}

static void storms_over_a_printer(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    (void)state;
    for (size_t i = 0; i < sizeof scene->bits; i++)
        scene->bits[i] = (uint8_t)(i * 7 | 1);
    assert_ok(printer_model_create(&(struct printer_setup){.width_dots = WIDTH}, &scene->printer));
    scene->desk = desk_create(DEVICE_PRINTER, printer_model_device(scene->printer));
    desk_await_service(scene->desk, true);
    for (int i = 0; i < rounds; i++)
        storm_over_a_printer(scene);
    desk_destroy(&scene->desk);
    printer_model_destroy(&scene->printer);
    free(scene);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_pipes),
        cmocka_unit_test(one_bulk_pair),
        cmocka_unit_test(hid_reports),
        cmocka_unit_test(storms_over_a_printer),
    };
    if (argc > 1)
        rounds = (int)strtol(argv[1], NULL, 10);
    if (argc > 2)
        seed = (unsigned)strtoul(argv[2], NULL, 10);
    print_message("%d rounds, seed %u\n", rounds, seed);
    assert_ok(deck_load(YIZHAN_ROOT "/tests/deck/people.ini", &deck));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
