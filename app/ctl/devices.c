/*
 * yizhanctl devices: what is plugged in, read a card, print a bitmap; for the technician and for tests.
 *
 * One JSON object a line with --json, else text. A card's fields are shown only with --show; without it only
 * their lengths, because a technician's terminal is no place for a citizen's data.
 */
#include "app/ctl/devices.h"
#include "app/ctl/command.h"
#include "app/ctl/options.h"
#include "board/base/clock.h"
#include "board/base/file.h"
#include "board/base/log.h"
#include "board/base/wipe.h"
#include "drivers/device.h"
#include "drivers/idcard/idcard.h"
#include "drivers/printer/printer.h"
#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PBM_MAX (4u << 20)
enum { TIMEOUT_MAX_S = 24 * 3600, WIDTH_MAX = 4096 };

bool devices_options_parse(int argc, char **argv, struct devices_options *out_options)
{
    struct devices_options o = {
        .models = options_models(), .assets = options_assets(), .timeout_s = 30, .width_dots = 576};
    const char *timeout = NULL, *width = NULL;
    const struct option_place places[] = {{"models", .value = &o.models},
                                          {"assets", .value = &o.assets},
                                          {"timeout", .value = &timeout},
                                          {"width", .value = &width},
                                          {"show", .given = &o.show},
                                          {"json", .given = &o.json},
                                          {.name = NULL}};
    bool is_good = options_read(argc, argv, places, &o.file, 1) &&
                   options_number(timeout, 0, TIMEOUT_MAX_S, &o.timeout_s) &&
                   options_number(width, 8, WIDTH_MAX, &o.width_dots);
    if (is_good)
        *out_options = o;
    return is_good;
}

static void say_text(json_t *line)
{
    const char *key;
    json_t *value;
    const char *gap = "";
    json_object_foreach(line, key, value)
    {
        char *text =
            json_is_string(value) ? strdup(json_string_value(value)) : json_dumps(value, JSON_ENCODE_ANY);
        printf("%s%s %s", gap, key, text);
        free(text);
        gap = "  ";
    }
}

void devices_say(const struct devices_options *options, json_t *line)
{
    if (options->json)
        json_dumpf(line, stdout, JSON_COMPACT);
    else
        say_text(line);
    putchar('\n');
    fflush(stdout);
    json_decref(line);
}

bool devices_next(struct devices *devices, int64_t deadline_ms, struct device_message *out_message)
{
    while (!devices_take(devices, out_message)) {
        struct pollfd fd = {.fd = devices_fd(devices), .events = POLLIN};
        int left = deadline_ms == INT64_MAX ? -1 : clock_left_ms(clock_system(), deadline_ms);
        if (left == 0 || (poll(&fd, 1, left) < 0 && errno != EINTR))
            return false;
    }
    return true;
}

int64_t devices_deadline(int ms)
{
    return clock_system()->monotonic_ms(clock_system()) + ms;
}

static json_t *describe_status(enum device_class class, const struct device_status *status)
{
    return json_pack("{s:s, s:b, s:s, s:i, s:s}", "device", device_class_name(class), "in_service",
                     status->in_service, "model", status->model, "conditions", (int)status->conditions,
                     "cause", status->cause.text);
}

/* --- list ----------------------------------------------------------------------------------------------- */

static int list(struct devices *devices, const struct devices_options *options, void *context)
{
    (void)context;
    struct device_message message;
    int64_t deadline_ms = devices_deadline(DEVICES_SETTLE_MS);
    while (devices_next(devices, deadline_ms, &message)) {
    }
    for (int i = 0; i < DEVICE_CLASS_COUNT; i++) {
        struct device_status status;
        device_get_status(devices_get(devices, (enum device_class)i), &status);
        devices_say(options, describe_status((enum device_class)i, &status));
    }
    return 0;
}

/* --- watch ---------------------------------------------------------------------------------------------- */

static int watch(struct devices *devices, const struct devices_options *options, void *context)
{
    (void)context;
    struct device_message message;
    int64_t deadline_ms = options->timeout_s > 0 ? devices_deadline(options->timeout_s * 1000) : INT64_MAX;
    while (devices_next(devices, deadline_ms, &message))
        if (message.kind == DEVICE_STATUS)
            devices_say(options, describe_status(message.class, &message.status));
    return 0;
}

/* --- one command, its messages told until its result ------------------------------------------------------
 */

/* Waits as long as finding and opening it may take. */
static void await_service(struct devices *devices, struct device *device)
{
    struct device_status status;
    struct device_message message;
    int64_t deadline_ms = devices_deadline(DEVICES_SETTLE_MS);
    do {
        device_get_status(device, &status);
    } while (!status.in_service && devices_next(devices, deadline_ms, &message));
}

static int tell_result(const struct devices_options *options, const struct err *e, json_t *line)
{
    json_object_set_new(line, "ok", json_boolean(!err_is(e)));
    if (err_is(e)) {
        json_object_set_new(line, "class", json_string(err_class_name(e->class)));
        json_object_set_new(line, "code", json_integer(e->code));
        json_object_set_new(line, "error", json_string(e->text));
    }
    devices_say(options, line);
    return err_is(e) ? 1 : 0;
}

static int follow(struct devices *devices, const struct devices_options *options, uint32_t ticket,
                  json_t *(*describe)(const struct device_message *message,
                                      const struct devices_options *options))
{
    struct device_message message;
    while (devices_next(devices, INT64_MAX, &message)) {
        if (message.kind == DEVICE_STATUS)
            devices_say(options, describe_status(message.class, &message.status));
        if (message.ticket != ticket)
            continue;
        struct err e = message.err;
        bool is_result = message.kind == DEVICE_RESULT;
        json_t *line = describe(&message, options);
        json_object_set_new(line, "message", json_string(is_result ? "result" : "progress"));
        wipe(&message, sizeof message);
        int status = tell_result(options, &e, line);
        if (is_result)
            return status;
    }
    return 1;
}

/* --- read ----------------------------------------------------------------------------------------------- */

static json_t *describe_card(const struct device_message *message, const struct devices_options *options)
{
    static const char *const stages[] = {"waiting", "found", "notice",    "read",
                                         "removed", "left",  "identified"};
    const struct idcard_event *event = idcard_event(message);
    json_t *line = json_pack("{s:s}", "stage", stages[event->stage]);
    if (event->stage != IDCARD_READ || err_is(&message->err))
        return line;
    for (size_t i = 0; i < IDCARD_FIELDS; i++) {
        const char *text = idcard_field(&event->card, idcard_fields[i]);
        struct log_redacted redacted = log_redacted(text);
        json_object_set_new(line, idcard_fields[i], json_string(options->show ? text : redacted.text));
    }
    json_object_set_new(line, "doubts", json_integer(event->card.doubts));
    json_object_set_new(line, "photo_bytes", json_integer((json_int_t)event->card.photo_size));
    json_object_set_new(line, "reader_ms", json_integer(event->reader_ms));
    return line;
}

static int read_card(struct devices *devices, const struct devices_options *options, void *context)
{
    (void)context;
    struct device *reader = devices_get(devices, DEVICE_IDCARD);
    uint32_t ticket;
    await_service(devices, reader);
    struct err e = idcard_read(reader, options->timeout_s * 1000, &ticket);
    if (err_is(&e))
        return tell_result(options, &e, json_object());
    return follow(devices, options, ticket, describe_card);
}

/* --- print ---------------------------------------------------------------------------------------------- */

/* Raw PBM (P4): 1 is black, rows of whole bytes, as printers have it. */
static struct err parse_pbm(const struct buf *file, struct printer_bitmap *out_bitmap)
{
    int width, height, used = 0;
    if (sscanf(buf_text(file), "P4 %d %d%n", &width, &height, &used) != 2 || width <= 0 || height <= 0)
        return err_make(ERR_DATA, "devices", 0, "not a raw PBM picture (P4)");
    size_t stride = ((size_t)width + 7) / 8, start = (size_t)used + 1;
    if (file->length < start || (file->length - start) / stride < (size_t)height)
        return err_make(ERR_DATA, "devices", 0, "the PBM picture is cut short");
    *out_bitmap = (struct printer_bitmap){.width_dots = width,
                                          .height_dots = height,
                                          .stride = stride,
                                          .bits = (const uint8_t *)file->data + start};
    return err_ok();
}

static json_t *describe_print(const struct device_message *message, const struct devices_options *options)
{
    static const char *const outcomes[] = {"not-printed", "proved", "unproved", "partly"};
    const struct printer_event *event = printer_event(message);
    (void)options;
    if (message->kind == DEVICE_PROGRESS)
        return json_pack("{s:i}", "percent", event->done_percent);
    return json_pack("{s:s, s:i}", "outcome", outcomes[event->outcome], "conditions", (int)event->conditions);
}

int devices_print(struct devices *devices, const struct devices_options *options,
                  const struct printer_bitmap *bitmap)
{
    struct device *printer = devices_get(devices, DEVICE_PRINTER);
    uint32_t ticket;
    await_service(devices, printer);
    struct err e = printer_print(printer, 1, bitmap, options->timeout_s * 1000, &ticket);
    if (err_is(&e))
        return tell_result(options, &e, json_object());
    return follow(devices, options, ticket, describe_print);
}

static int print_file(struct devices *devices, const struct devices_options *options, void *context)
{
    struct printer_bitmap bitmap;
    struct buf file = {0};
    (void)context;
    struct err e = file_read(options->file, PBM_MAX, &file);
    if (!err_is(&e))
        e = parse_pbm(&file, &bitmap);
    int status =
        err_is(&e) ? tell_result(options, &e, json_object()) : devices_print(devices, options, &bitmap);
    buf_finish(&file);
    return status;
}

/* --- the subcommands ---------------------------------------------------------------------------------------
 */

int devices_fail(const struct devices_options *options, const struct err *e)
{
    if (options->json)
        devices_say(options, json_pack("{s:b, s:s}", "ok", 0, "error", e->text));
    else
        fprintf(stderr, "yizhanctl: %s\n", e->text);
    return 2;
}

int devices_run(const struct devices_options *options, uint32_t class_mask,
                int (*act)(struct devices *devices, const struct devices_options *options, void *context),
                void *context)
{
    struct devices *devices = NULL;
    struct err e = devices_create(options->models, class_mask, &devices);
    if (err_is(&e))
        return devices_fail(options, &e);
    int status = act(devices, options, context);
    devices_destroy(&devices);
    return status;
}

static int run(int argc, char **argv, bool needs_file, uint32_t class_mask,
               int (*act)(struct devices *devices, const struct devices_options *options, void *context))
{
    struct devices_options options;
    if (devices_options_parse(argc, argv, &options) && (!needs_file || options.file))
        return devices_run(&options, class_mask, act, NULL);
    return COMMAND_USAGE;
}

int command_devices_list(int argc, char **argv)
{
    return run(argc, argv, false, DEVICES_ALL, list);
}

int command_devices_watch(int argc, char **argv)
{
    return run(argc, argv, false, DEVICES_ALL, watch);
}

int command_devices_read(int argc, char **argv)
{
    return run(argc, argv, false, 1u << DEVICE_IDCARD, read_card);
}

int command_devices_print(int argc, char **argv)
{
    return run(argc, argv, true, 1u << DEVICE_PRINTER, print_file);
}
