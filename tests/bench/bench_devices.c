/*
 * What our drivers add to the devices themselves: a card read and a receipt printed through the driver frame,
 * beside the bare exchanges of the same bytes by libusb, in turns, on the same model. Runs under
 * umockdev-wrapper.
 *
 *   bench_devices card | print
 */
#include "drivers/idcard/idcard.h"
#include "drivers/idcard/model/sam_model.h"
#include "drivers/idcard/sam.h"
#include "drivers/printer/escpos.h"
#include "drivers/printer/model/printer_model.h"
#include "tests/bench/measure.h"
#include "tests/deck/deck.h"
#include "tests/device/desk.h"
#include "tests/unit/cmocka.h"
#include <libusb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 15, WIDTH = 576, HEIGHT = 2000, TIMEOUT_MS = 20000 };

/* --- bare libusb ------------------------------------------------------------------------------------------
 */

static libusb_device_handle *bare_open(libusb_context **context, uint16_t vendor, uint16_t product)
{
    libusb_device_handle *handle = NULL;
    if (libusb_init(context) == 0)
        handle = libusb_open_device_with_vid_pid(*context, vendor, product);
    assert_non_null(handle);
    assert_int_equal(libusb_claim_interface(handle, 0), 0);
    return handle;
}

static void bare_close(libusb_context *context, libusb_device_handle *handle)
{
    libusb_release_interface(handle, 0);
    libusb_close(handle);
    libusb_exit(context);
}

static void move(libusb_device_handle *handle, uint8_t endpoint, uint8_t *bytes, int size)
{
    int moved;
    assert_int_equal(libusb_bulk_transfer(handle, endpoint, bytes, size, &moved, TIMEOUT_MS), 0);
}

/* --- a card -----------------------------------------------------------------------------------------------
 */

static void place_card(void *model)
{
    static struct deck deck;
    struct sam_card card;
    assert_ok(deck_load(YIZHAN_ROOT "/tests/deck/people.ini", &deck));
    deck_card(deck_find(&deck, "wang-xiulan"), &card);
    sam_model_place(model, &card);
}

static double read_by_driver(struct desk *desk)
{
    uint32_t ticket;
    double begin = measure_now_ms();
    assert_ok(idcard_read(desk_device(desk), 0, &ticket));
    struct device_message message = desk_result(desk, ticket);
    double took = measure_now_ms() - begin;
    assert_int_equal(idcard_event(&message)->stage, IDCARD_READ);
    return took;
}

/* The four exchanges a read needs: find, select, read, appended address. */
static double read_bare(libusb_device_handle *handle)
{
    static const enum sam_command commands[] = {SAM_FIND, SAM_SELECT, SAM_READ, SAM_READ_ADDRESS};
    uint8_t bytes[4096];
    double begin = measure_now_ms();
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        sam_encode(commands[i], bytes);
        move(handle, 0x02, bytes, SAM_HEADER_SIZE);
        move(handle, 0x06, bytes + SAM_HEADER_SIZE, SAM_COMMAND_SIZE - SAM_HEADER_SIZE);
        move(handle, 0x81, bytes, 64);
        move(handle, 0x85, bytes, sizeof bytes);
    }
    return measure_now_ms() - begin;
}

static void bench_card(void)
{
    struct sam_model *model;
    double ours[ROUNDS], bare[ROUNDS];
    assert_ok(sam_model_create(SAM_WIRED_FOUR_PIPES, &model));
    struct desk *desk = desk_create(DEVICE_IDCARD, sam_model_device(model));
    desk_await_service(desk, true);
    libusb_context *context = NULL;
    libusb_device_handle *handle = bare_open(&context, 0x0400, 0xc35a);
    for (int i = 0; i < ROUNDS; i++) {
        desk_hands(desk, place_card, model);
        ours[i] = read_by_driver(desk);
        desk_hands(desk, place_card, model);
        bare[i] = read_bare(handle);
    }
    bare_close(context, handle);
    desk_destroy(&desk);
    sam_model_destroy(&model);
    double a = measure_median(ours, ROUNDS), b = measure_median(bare, ROUNDS);
    printf("{\"name\":\"card.overhead\",\"value\":%.3f,\"unit\":\"ms\",\"peer\":\"bare libusb, the same "
           "exchanges\","
           "\"peer_value\":%.3f,\"ratio\":%.3f,\"runs\":%d,\"how\":\"./dev bench card.overhead\"}\n",
           a, b, a / b, ROUNDS);
}

/* --- a receipt --------------------------------------------------------------------------------------------
 */

static double print_by_driver(struct desk *desk, const struct printer_bitmap *bitmap)
{
    uint32_t ticket;
    double begin = measure_now_ms();
    assert_ok(printer_print(desk_device(desk), 1, bitmap, 0, &ticket));
    struct device_message message = desk_result(desk, ticket);
    double took = measure_now_ms() - begin;
    assert_int_equal(printer_event(&message)->outcome, PRINTER_PROVED);
    return took;
}

static double print_bare(libusb_device_handle *handle, const struct buf *bytes)
{
    uint8_t answer[64];
    double begin = measure_now_ms();
    for (size_t at = 0; at < bytes->length; at += 16384) {
        size_t left = bytes->length - at;
        move(handle, 0x01, (uint8_t *)bytes->data + at, left < 16384 ? (int)left : 16384);
    }
    move(handle, 0x82, answer, sizeof answer);
    return measure_now_ms() - begin;
}

static void encode(const struct printer_bitmap *bitmap, struct buf *bytes)
{
    escpos_raster(bitmap, 0, HEIGHT, WIDTH, bytes);
    escpos_cut(32, bytes);
    escpos_ask_proof(bytes);
    assert_ok(buf_check(bytes, "bench"));
}

static void measure_driver(struct printer_model *model, const struct printer_bitmap *bitmap,
                           double out_ms[ROUNDS])
{
    struct desk *desk = desk_create(DEVICE_PRINTER, printer_model_device(model));
    desk_await_service(desk, true);
    for (int i = 0; i < ROUNDS; i++)
        out_ms[i] = print_by_driver(desk, bitmap);
    desk_destroy(&desk);
}

/* The driver listens to its printer all the time: a second hand at the same pipe would take its answers. So
 * this desk's devices are scanners, and nobody but us opens the printer. */
static void measure_bare(struct printer_model *model, const struct buf *bytes, double out_ms[ROUNDS])
{
    struct desk *desk = desk_create(DEVICE_SCANNER, printer_model_device(model));
    libusb_context *context = NULL;
    libusb_device_handle *handle = bare_open(&context, 0x0483, 0x5743);
    for (int i = 0; i < ROUNDS; i++)
        out_ms[i] = print_bare(handle, bytes);
    bare_close(context, handle);
    desk_destroy(&desk);
}

static void bench_print(void)
{
    static uint8_t bits[WIDTH / 8 * HEIGHT];
    const struct printer_bitmap bitmap = {WIDTH, HEIGHT, WIDTH / 8, bits};
    const struct printer_setup setup = {.width_dots = WIDTH};
    struct printer_model *model;
    struct buf bytes = {0};
    double ours[ROUNDS], bare[ROUNDS];
    memset(bits, 0x5A, sizeof bits);
    encode(&bitmap, &bytes);
    assert_ok(printer_model_create(&setup, &model));
    measure_driver(model, &bitmap, ours);
    measure_bare(model, &bytes, bare);
    printer_model_destroy(&model);
    double our_ms = measure_median(ours, ROUNDS), bare_ms = measure_median(bare, ROUNDS);
    double kilobytes = (double)bytes.length / 1e3, a = kilobytes / our_ms, b = kilobytes / bare_ms;
    buf_finish(&bytes);
    printf("{\"name\":\"print.throughput\",\"value\":%.3f,\"unit\":\"MB/s\",\"peer\":\"bare libusb, the same "
           "bytes\","
           "\"peer_value\":%.3f,\"ratio\":%.3f,\"runs\":%d,\"how\":\"./dev bench print.throughput\"}\n",
           a, b, a / b, ROUNDS);
    /* This bus has no speed of its own: on a printer's 12 Mbit/s the bytes alone take 120 ms. */
    printf("{\"name\":\"print.overhead\",\"value\":%.3f,\"unit\":\"ms\",\"peer\":null,\"peer_value\":null,"
           "\"ratio\":null,\"runs\":%d,\"how\":\"./dev bench print.overhead\"}\n",
           our_ms - bare_ms, ROUNDS);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "card") == 0)
        bench_card();
    else if (argc == 2 && strcmp(argv[1], "print") == 0)
        bench_print();
    else
        return 64;
    return 0;
}
