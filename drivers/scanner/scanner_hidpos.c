/* Scanners of the USB HID point-of-sale class, through hidraw. */
#include "board/base/log.h"
#include "board/base/wipe.h"
#include "drivers/node/node.h"
#include "drivers/scanner/driver.h"
#include "drivers/scanner/typed.h"
#include "drivers/scanner/verbs.h"
#include "drivers/tape/tape.h"
#include <errno.h>
#include <linux/hidraw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#define REPORT_MAX 512

enum { SET_REPORT_ID, SET_LENGTH_AT, SET_AIM_AT, SET_DATA_AT, SET_CONTINUED_AT };

/* Where makers put things could not be verified without their scanners: rows of models.ini. */
static const struct setting settings[] = {
    [SET_REPORT_ID] = {.key = "report_id", .min = 0, .max = 255, .fallback = 2},
    [SET_LENGTH_AT] = {.key = "length_at", .min = 1, .max = 63, .fallback = 1},
    [SET_AIM_AT] = {.key = "aim_at", .min = -1, .max = 63, .fallback = 2},
    [SET_DATA_AT] = {.key = "data_at", .min = 2, .max = 63, .fallback = 5},
    [SET_CONTINUED_AT] = {.key = "continued_at", .min = -1, .max = 511, .fallback = 63},
    {0},
};

struct hidpos {
    struct node *node;
    struct hidpos_layout layout;
    struct typed typed;
};

static struct hidpos_layout layout_of(const struct model *model)
{
    return (struct hidpos_layout){.report_id = model->values[SET_REPORT_ID],
                                  .length_at = model->values[SET_LENGTH_AT],
                                  .aim_at = model->values[SET_AIM_AT],
                                  .data_at = model->values[SET_DATA_AT],
                                  .continued_at = model->values[SET_CONTINUED_AT]};
}

static bool hidpos_probe(const struct arrival *arrival, const struct model *model)
{
    (void)model;
    return strcmp(arrival->subsystem, "hidraw") == 0;
}

static void hidpos_close(void *handle)
{
    struct hidpos *hidpos = handle;

    node_close(&hidpos->node);
    typed_clear(&hidpos->typed);
    free(hidpos);
}

/* A scanner in keyboard mode has hidraw nodes too; they are not for us. */
static struct err check_descriptor(int fd)
{
    struct hidraw_report_descriptor descriptor = {0};
    int size = 0;

    if (ioctl(fd, HIDIOCGRDESCSIZE, &size) < 0 || size < 0 || size > HID_MAX_DESCRIPTOR_SIZE)
        return err_make(ERR_DEVICE, "scanner", errno, "no report descriptor");
    descriptor.size = (unsigned)size;
    if (ioctl(fd, HIDIOCGRDESC, &descriptor) < 0)
        return err_make(ERR_DEVICE, "scanner", errno, "no report descriptor");
    if (!hidpos_describes_scanner(descriptor.value, (size_t)size))
        return err_make(ERR_DEVICE, "scanner", 0, "not a bar code scanner by its descriptor");
    return err_ok();
}

static struct err open_scanner(struct worker *worker, const struct arrival *arrival, struct hidpos *hidpos)
{
    TRY(node_open(worker, arrival->node, &hidpos->node));
    return check_descriptor(node_fd(hidpos->node));
}

static struct err hidpos_open(struct worker *worker, const struct arrival *arrival, const struct model *model,
                              int left_ms, void **out_handle)
{
    struct hidpos *hidpos = calloc(1, sizeof *hidpos);
    struct err e;

    (void)left_ms;
    if (!hidpos)
        return err_no_memory("scanner");
    hidpos->layout = layout_of(model);
    e = open_scanner(worker, arrival, hidpos);
    if (err_is(&e))
        hidpos_close(hidpos);
    else
        *out_handle = hidpos;
    return e;
}

static struct err hidpos_sense(struct worker *worker, void *handle, int left_ms, uint32_t *out_conditions)
{
    const struct hidpos *hidpos = handle;

    (void)worker;
    (void)left_ms;
    *out_conditions = 0;
    return node_alive(hidpos->node);
}

/* One report; out_event NULL: nobody asked. What lies about itself may have been part of a code. */
static struct err hear(struct hidpos *hidpos, const uint8_t *report, size_t size,
                       struct scanner_event *out_event, bool *has_come)
{
    struct hidpos_end end;
    struct err e = typed_report(&hidpos->typed, &hidpos->layout, report, size, &end);

    if (err_is(&e)) {
        log_err("scanner", &e);
        typed_lost(&hidpos->typed);
        return err_ok();
    }
    if (!end.complete)
        return err_ok();
    if (out_event && !*has_come) {
        out_event->has_symbology = end.has_symbology;
        out_event->code.symbology = end.symbology;
    }
    return typed_deliver(&hidpos->typed, out_event ? &out_event->code : NULL, has_come);
}

/* What was scanned before anybody asked; of a code whose end is still to come, that end too. */
static struct err pass_over(struct hidpos *hidpos)
{
    uint8_t report[REPORT_MAX];
    struct err e = err_ok();
    bool complete = false;
    size_t size;

    while (!err_is(&e) && node_take(hidpos->node, report, sizeof report, &size))
        e = hear(hidpos, report, size, NULL, &complete);
    wipe(report, sizeof report);
    typed_spoil(&hidpos->typed);
    return e;
}

static struct err hidpos_execute(struct worker *worker, void *handle, const struct device_command *command,
                                 union device_payload *out_payload)
{
    struct hidpos *hidpos = handle;
    struct scanner_event *event = (struct scanner_event *)(void *)out_payload->bytes;
    uint8_t report[REPORT_MAX];
    struct err e = pass_over(hidpos);
    bool complete = false;
    size_t size;

    (void)worker;
    (void)command;
    while (!err_is(&e) && !complete) {
        e = node_read(hidpos->node, report, sizeof report, &size); /* one report a read */
        if (!err_is(&e))
            e = hear(hidpos, report, size, event, &complete);
    }
    wipe(report, sizeof report);
    typed_spoil(&hidpos->typed); /* what began already is not waited for */
    return e;
}

static void hidpos_cancel(void *handle)
{
    node_wake(((struct hidpos *)handle)->node);
}

/* What the report's head says stays: id, length, kind of code, whether more comes. */
static bool stays(const struct hidpos_layout *layout, int at)
{
    bool is_aim = layout->aim_at >= 0 && at >= layout->aim_at && at < layout->aim_at + 3;
    return at == 0 || at == layout->length_at || at == layout->continued_at || is_aim;
}

static void hidpos_mask(const struct model *model, struct tape *tape)
{
    const struct hidpos_layout layout = layout_of(model);
    for (size_t i = 0; i < tape_count(tape); i++) {
        uint8_t *report = tape_bytes(tape, i);
        for (int at = 0; at < (int)tape_entry(tape, i)->size; at++)
            if (report[at] && !stays(&layout, at))
                report[at] = '1';
    }
}

const struct driver scanner_hidpos_driver = {
    .name = "scanner-hidpos",
    .class = DEVICE_SCANNER,
    .settings = settings,
    .probe = hidpos_probe,
    .open = hidpos_open,
    .sense = hidpos_sense,
    .sense_ms = 60000,
    .execute = hidpos_execute,
    .cancel = hidpos_cancel,
    .close = hidpos_close,
    .mask = hidpos_mask,
};
