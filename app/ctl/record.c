/*
 * yizhanctl devices record DIR: uses every device that is plugged in once, with the technician's help, and
 * keeps what passed as DIR/CLASS.tape (drivers/tape/tape.h), for tests to play back and for whoever mends a
 * driver.
 *
 * Nothing personal leaves this program: the drivers mask their tapes before they are saved. The camera's
 * pictures are not recorded at all.
 */
#include "app/ctl/command.h"
#include "app/ctl/devices.h"
#include "board/base/wipe.h"
#include "drivers/idcard/idcard.h"
#include "drivers/scanner/scanner.h"
#include "drivers/tape/tape.h"
#include "drivers/touch/touch.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_ROWS 240
#define PAGE_TILE 3 /* 1 << 3 dots */

/* --- what is done with each class ------------------------------------------------------------------------
 */

static struct err read_a_card(struct device *reader, const struct devices_options *options,
                              uint32_t *out_ticket)
{
    return idcard_read(reader, options->timeout_s * 1000, out_ticket);
}

static struct err await_removal(struct device *reader, const struct devices_options *options,
                                uint32_t *out_ticket)
{
    return idcard_await_removal(reader, options->timeout_s * 1000, out_ticket);
}

/* Black and white tiles: the mask whitens them, so any page does. */
static struct err print_tiles(struct device *printer, const struct devices_options *options,
                              uint32_t *out_ticket)
{
    size_t stride = (size_t)options->width_dots / 8;
    uint8_t *bits = malloc(stride * PAGE_ROWS);
    if (!bits)
        return err_no_memory("record");
    for (size_t i = 0; i < stride * PAGE_ROWS; i++)
        bits[i] = (i / stride >> PAGE_TILE ^ i % stride) & 1 ? 0xff : 0;
    const struct printer_bitmap page = {(int)stride * 8, PAGE_ROWS, stride, bits};
    struct err e = printer_print(printer, 1, &page, options->timeout_s * 1000, out_ticket);
    free(bits);
    return e;
}

static struct err scan_a_code(struct device *scanner, const struct devices_options *options,
                              uint32_t *out_ticket)
{
    return scanner_read(scanner, options->timeout_s * 1000, out_ticket);
}

static struct err listen_to_panel(struct device *panel, const struct devices_options *options,
                                  uint32_t *out_ticket)
{
    (void)options;
    return touch_listen(panel, out_ticket);
}

static struct err listen_to_keypad(struct device *keypad, const struct devices_options *options,
                                   uint32_t *out_ticket)
{
    (void)options;
    return keypad_listen(keypad, out_ticket);
}

static const struct step {
    enum device_class class;
    const char *ask;
    struct err (*start)(struct device *device, const struct devices_options *options, uint32_t *out_ticket);
    int enough; /* progress messages; 0: goes on until the command's result */
} steps[] = {
    {DEVICE_IDCARD, "lay a card on the reader and leave it there", read_a_card, 0},
    {DEVICE_IDCARD, "take the card away", await_removal, 0},
    {DEVICE_PRINTER, "nothing to do: a page is printed", print_tiles, 0},
    {DEVICE_SCANNER, "scan any code", scan_a_code, 0},
    {DEVICE_TOUCH, "draw a line from corner to corner", listen_to_panel, 30},
    {DEVICE_KEYPAD, "press all eight keys, one after the other", listen_to_keypad, 8},
};

/* --- one step --------------------------------------------------------------------------------------------
 */

/* Until the result, which comes soon after `enough` or the deadline. */
static struct err follow(struct devices *devices, struct device *device, const struct step *step,
                         uint32_t ticket, int64_t deadline_ms)
{
    struct device_message message;
    int heard = 0;
    for (;;) {
        if (!devices_next(devices, deadline_ms, &message)) {
            device_cancel(device, ticket);
            deadline_ms = INT64_MAX;
            continue;
        }
        struct err e = message.err;
        bool ours = message.class == step->class && message.ticket == ticket;
        bool ended = ours && message.kind == DEVICE_RESULT;
        wipe(&message, sizeof message);
        if (ended)
            return step->enough && device_was_cancelled(&e) ? err_ok() : e;
        if (ours && step->enough && ++heard == step->enough)
            device_cancel(device, ticket);
    }
}

static void tell(const struct devices_options *options, const struct step *step, const struct err *e)
{
    json_t *line = json_pack("{s:s, s:s, s:b}", "class", device_class_name(step->class), "step", step->ask,
                             "ok", !err_is(e));
    if (err_is(e))
        json_object_set_new(line, "error", json_string(e->text));
    devices_say(options, line);
}

static void run_step(struct devices *devices, const struct devices_options *options, const struct step *step)
{
    struct device *device = devices_get(devices, step->class);
    struct device_status status;
    uint32_t ticket;
    device_get_status(device, &status);
    if (!status.in_service)
        return;
    devices_say(options, json_pack("{s:s, s:s}", "class", device_class_name(step->class), "ask", step->ask));
    struct err e = step->start(device, options, &ticket);
    if (!err_is(&e))
        e = follow(devices, device, step, ticket, devices_deadline(options->timeout_s * 1000));
    tell(options, step, &e);
}

/* --- the recording ---------------------------------------------------------------------------------------
 */

struct recording {
    struct tape *tapes[DEVICE_CLASS_COUNT];
    int kept;
};

static struct err begin(struct recording *recording, const struct devices_options *options,
                        struct devices **out_devices)
{
    for (int i = 0; i < DEVICE_CLASS_COUNT; i++)
        TRY(tape_create(&recording->tapes[i]));
    return devices_create_recorded(options->models, DEVICES_ALL, recording->tapes, out_devices);
}

static struct err keep(struct recording *recording, const struct devices_options *options)
{
    for (int i = 0; i < DEVICE_CLASS_COUNT; i++) {
        char path[512];
        const char *name = device_class_name((enum device_class)i);
        if (tape_count(recording->tapes[i]) == 0)
            continue;
        if ((size_t)snprintf(path, sizeof path, "%s/%s.tape", options->file, name) >= sizeof path)
            return err_make(ERR_DATA, "record", 0, "the folder's name is too long");
        TRY(tape_save(recording->tapes[i], path));
        recording->kept++;
        devices_say(options, json_pack("{s:s, s:s, s:i}", "class", name, "tape", path, "transfers",
                                       (int)tape_count(recording->tapes[i])));
    }
    return err_ok();
}

static struct err record(struct recording *recording, const struct devices_options *options)
{
    struct devices *devices = NULL;
    struct device_message message;
    TRY(begin(recording, options, &devices));
    int64_t settled_ms = devices_deadline(DEVICES_SETTLE_MS);
    while (devices_next(devices, settled_ms, &message))
        wipe(&message, sizeof message);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        run_step(devices, options, &steps[i]);
    devices_destroy(&devices); /* which masks what is on the tapes */
    return keep(recording, options);
}

int command_devices_record(int argc, char **argv)
{
    struct devices_options options;
    if (!devices_options_parse(argc, argv, &options) || !options.file)
        return COMMAND_USAGE;
    struct recording recording = {.kept = 0};
    struct err e = record(&recording, &options);
    for (int i = 0; i < DEVICE_CLASS_COUNT; i++)
        tape_destroy(&recording.tapes[i]);
    if (err_is(&e))
        return devices_fail(&options, &e);
    return recording.kept > 0 ? 0 : 1;
}
