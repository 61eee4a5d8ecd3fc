/*
 * Driver of ESC/POS receipt printers on USB.
 *
 * A receipt goes out in bands, so that trouble is noticed between them; proof of print is the answer to a GS
 * r that stands behind the cut. After trouble in mid-job the printer is reset, so that the rest of the old
 * receipt never comes out onto new paper.
 */
#include "board/base/buf.h"
#include "drivers/printer/driver.h"
#include "drivers/printer/escpos_talk.h"
#include "drivers/printer/mask.h"
#include "drivers/printer/verbs.h"
#include "drivers/sequence.h"
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define CLASS_PRINTER   7
#define TYPE_BULK       2
#define LISTEN_EVERY_MS 50   /* while bytes move */
#define STALL_MS        1000 /* a write that moves nothing for so long: ask what is wrong */

enum { SET_WIDTH, SET_BAND_ROWS, SET_FEED, SET_STATUS, SET_PROOF };
enum { STATUS_AUTO };
enum { PROOF_AUTO, PROOF_NONE };
static const struct setting settings[] = {
    [SET_WIDTH] = {.key = "width_dots", .min = 192, .max = 832, .fallback = 576},
    [SET_BAND_ROWS] = {.key = "band_rows", .min = 8, .max = 1024, .fallback = 224},
    [SET_FEED] = {.key = "feed", .min = 0, .max = 255, .fallback = 32},
    [SET_STATUS] = {.key = "status", .words = "auto none"},
    [SET_PROOF] = {.key = "proof", .words = "auto none"},
    {.key = NULL},
};

/* --- one receipt ---------------------------------------------------------------------------------------- */

struct job {
    struct printer *printer;
    const struct printer_order *order;
    struct printer_event *event;
    int rows_done;
    bool begun;    /* something may be on paper */
    bool finished; /* all of it was taken, and proved if this printer can */
};

static struct err trouble(uint32_t conditions)
{
    char text[96];
    escpos_describe(conditions & PRINTER_CANNOT_PRINT, text, sizeof text);
    return err_make(ERR_USER, "printer", (int)conditions, "%s", text);
}

static struct err must_print(const struct printer *printer)
{
    return printer->conditions & PRINTER_CANNOT_PRINT ? trouble(printer->conditions) : err_ok();
}

/* What the printer says of itself meanwhile: at once when it takes no bytes, else now and then. */
static struct err look_after(struct printer *printer, bool stuck)
{
    const struct clock *clock = worker_clock(printer->worker);
    int64_t now_ms = clock->monotonic_ms(clock);
    if (!stuck && now_ms - printer->listened_ms < LISTEN_EVERY_MS)
        return err_ok();
    struct heard heard = {0};
    printer->listened_ms = now_ms;
    struct err e = printer_listen(printer, PRINTER_PEEK_MS, &heard);
    if (err_is(&e) && e.class != ERR_RETRY)
        return e;
    if (stuck && printer->silent)
        TRY(printer_port_status(printer));
    return must_print(printer);
}

/* Sends bytes; when they do not move, asks why, and goes on while nothing is wrong. */
static struct err push(struct job *job, const struct buf *bytes)
{
    struct printer *printer = job->printer;
    TRY(buf_check(bytes, "printer"));
    for (size_t at = 0; at < bytes->length;) {
        size_t sent = 0;
        struct err e = usb_write(printer->usb, printer->out_pipe, bytes->data + at, bytes->length - at,
                                 printer_left_ms(printer, printer_deadline(printer, STALL_MS)), &sent);
        at += sent;
        if (e.class != ERR_RETRY && err_is(&e))
            return e;
        if (worker_stopped(printer->worker))
            return worker_stop_error(printer->worker);
        TRY(look_after(printer, at < bytes->length));
    }
    return err_ok();
}

static struct err step_ready(void *context)
{
    struct job *job = context;
    struct printer *printer = job->printer;
    if (printer->unclear)
        TRY(printer_reset(printer));
    TRY(printer_ask_silent(printer));
    TRY(printer_refresh(printer));
    printer->listened_ms = worker_clock(printer->worker)->monotonic_ms(worker_clock(printer->worker));
    worker_conditions(printer->worker, printer->conditions);
    return must_print(printer);
}

static void append_prologue(const struct printer *printer, struct buf *out)
{
    escpos_init(out);
    if (printer->can_be_asked)
        escpos_auto_status(true, out);
}

static struct err print_band(struct job *job, int rows)
{
    const struct model *model = job->printer->model;
    struct buf band = {0};
    buf_init_private(&band);
    if (job->rows_done == 0)
        append_prologue(job->printer, &band);
    escpos_raster(&job->order->bitmap, job->rows_done, rows, model->values[SET_WIDTH] & ~7, &band);
    job->begun = true;
    struct err e = push(job, &band);
    buf_finish(&band);
    return e;
}

static struct err step_raster(void *context)
{
    struct job *job = context;
    int height = job->order->bitmap.height_dots;
    while (job->rows_done < height) {
        int rows = height - job->rows_done;
        int most = job->printer->model->values[SET_BAND_ROWS];
        rows = rows < most ? rows : most;
        TRY(print_band(job, rows));
        job->rows_done += rows;
        struct printer_event progress = *job->event;
        progress.done_percent = (int)((int64_t)job->rows_done * 100 / height);
        worker_progress(job->printer->worker, err_ok(), &progress, sizeof progress);
    }
    return err_ok();
}

static struct err step_cut(void *context)
{
    struct job *job = context;
    struct buf bytes = {0};
    escpos_cut(job->printer->model->values[SET_FEED], &bytes);
    struct err e = push(job, &bytes);
    buf_finish(&bytes);
    return e;
}

/* Waits for the printer's own word, watching what it says meanwhile. */
static struct err await_proof(struct printer *printer)
{
    struct heard heard = {0};
    while (printer->proofs_owed > 0) {
        struct err e = printer_listen(printer, STALL_MS, &heard);
        if (err_is(&e) && e.class != ERR_RETRY)
            return e;
        if (worker_stopped(printer->worker))
            return worker_stop_error(printer->worker);
        TRY(must_print(printer));
    }
    return err_ok();
}

static struct err step_proof(void *context)
{
    struct job *job = context;
    struct printer *printer = job->printer;
    job->event->outcome = PRINTER_UNPROVED;
    if (!printer->silent && printer->model->values[SET_PROOF] == PROOF_AUTO) {
        struct buf bytes = {0};
        escpos_ask_proof(&bytes);
        printer->proofs_owed++;
        struct err e = push(job, &bytes);
        buf_finish(&bytes);
        if (!err_is(&e))
            e = await_proof(printer);
        if (err_is(&e))
            return e;
        job->event->outcome = PRINTER_PROVED;
    }
    job->finished = true;
    return err_ok();
}

/* Whatever stopped the job in its middle: nothing of it may come out later. */
static struct err step_leave_clean(void *context)
{
    struct job *job = context;
    if (job->finished)
        return err_ok();
    job->event->outcome = job->begun ? PRINTER_PARTLY : PRINTER_NOT_PRINTED;
    job->printer->unclear = job->begun;
    return err_ok();
}

static struct err print(struct printer *printer, const struct printer_order *order,
                        struct printer_event *event)
{
    static const struct sequence_step steps[] = {
        {.name = "before printing", .run = step_ready},
        {.name = "printing", .run = step_raster},
        {.name = "cutting", .run = step_cut},
        {.name = "proof of print", .run = step_proof},
        {.name = "after", .run = step_leave_clean, .cleanup = true},
    };
    struct job job = {.printer = printer, .order = order, .event = event};
    if (order->bitmap.width_dots > (printer->model->values[SET_WIDTH] & ~7))
        return err_make(ERR_REFUSED, "printer", EINVAL, "%d dots are wider than the paper",
                        order->bitmap.width_dots);
    return sequence_run(printer->worker, steps, sizeof steps / sizeof steps[0], &job);
}

/* --- ops ------------------------------------------------------------------------------------------------ */

static void escpos_close(void *handle)
{
    struct printer *printer = handle;
    usb_close(&printer->usb);
    free(printer);
}

static struct err begin(struct printer *printer)
{
    const struct usb_endpoint *out = usb_find_endpoint(printer->usb, TYPE_BULK, false);
    const struct usb_endpoint *in = usb_find_endpoint(printer->usb, TYPE_BULK, true);
    if (!out)
        return err_make(ERR_DEVICE, "printer", ENXIO, "has no pipe to print through");
    printer->out_pipe = out->address;
    printer->in_pipe = in ? in->address : 0;
    printer->can_be_asked = in && printer->model->values[SET_STATUS] == STATUS_AUTO;
    printer->silent = !printer->can_be_asked;
    return printer_reset(printer);
}

static struct err escpos_open(struct worker *worker, const struct arrival *arrival, const struct model *model,
                              int left_ms, void **out_handle)
{
    (void)left_ms;
    struct printer *printer = calloc(1, sizeof *printer);
    if (!printer)
        return err_no_memory("printer");
    printer->worker = worker;
    printer->model = model;
    struct err e = usb_open(worker, arrival, CLASS_PRINTER, &printer->usb);
    if (!err_is(&e))
        e = begin(printer);
    if (err_is(&e))
        escpos_close(printer);
    else
        *out_handle = printer;
    return e;
}

/* A printer that answers no question at all is a clone: from then on only the port status is asked. */
static struct err escpos_sense(struct worker *worker, void *handle, int left_ms, uint32_t *out_conditions)
{
    (void)worker;
    (void)left_ms;
    struct printer *printer = handle;
    struct err e = printer_refresh(printer);
    if (e.class == ERR_RETRY && !worker_stopped(worker)) {
        printer->silent = true;
        e = printer_port_status(printer);
    }
    *out_conditions = printer->conditions;
    return e;
}

static struct err escpos_attend(struct worker *worker, void *handle)
{
    struct printer *printer = handle;
    struct heard heard = {0};
    (void)worker;
    if (!printer->automatic)
        return err_make(ERR_REFUSED, "printer", ENOTSUP, "says nothing by itself");
    for (;;)
        TRY(printer_listen(printer, INT_MAX, &heard));
}

static struct err escpos_execute(struct worker *worker, void *handle, const struct device_command *command,
                                 union device_payload *out_payload)
{
    (void)worker;
    struct printer *printer = handle;
    const struct printer_order *order = (const void *)command->payload.bytes;
    struct printer_event *event = (void *)out_payload->bytes;
    event->job = order->job;
    event->width_dots = printer->model->values[SET_WIDTH] & ~7;
    struct err e = print(printer, order, event);
    event->conditions = printer->conditions;
    return e;
}

static void escpos_cancel(void *handle)
{
    usb_wake(((struct printer *)handle)->usb);
}

const struct driver escpos_driver = {
    .name = "escpos",
    .class = DEVICE_PRINTER,
    .settings = settings,
    .open = escpos_open,
    .sense = escpos_sense,
    .sense_ms = 5000,
    .attend = escpos_attend,
    .execute = escpos_execute,
    .cancel = escpos_cancel,
    .close = escpos_close,
    .mask = escpos_mask,
};
