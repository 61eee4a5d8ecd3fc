#include "drivers/printer/escpos_talk.h"
#include <errno.h>

#define IN_CHUNK     64
#define ANSWER_MS    500 /* for status questions: a printer answers in a few */
#define QUIET_MS     30  /* without a byte: nothing more is on its way */
#define STATUS_TRIES 3
#define FLUSH_MAX    64

/* USB printer class 1.1 requests */
#define GET_PORT_STATUS 1
#define SOFT_RESET      2

int64_t printer_deadline(const struct printer *printer, int ms)
{
    const struct clock *clock = worker_clock(printer->worker);
    int left = worker_left_ms(printer->worker);
    return clock->monotonic_ms(clock) + (ms < left ? ms : left);
}

int printer_left_ms(const struct printer *printer, int64_t deadline_ms)
{
    return clock_left_ms(worker_clock(printer->worker), deadline_ms);
}

/* --- listening ------------------------------------------------------------------------------------------ */

static void hear(struct printer *printer, uint8_t byte, struct heard *heard)
{
    uint32_t conditions;
    switch (escpos_reader_push(&printer->reader, byte, &conditions)) {
    case ESCPOS_ANSWER:
        if (heard->answer_count < (int)sizeof heard->answers)
            heard->answers[heard->answer_count++] = byte;
        break;
    case ESCPOS_AUTOMATIC:
        printer->automatic = true;
        printer->conditions = conditions;
        worker_conditions(printer->worker, conditions);
        break;
    case ESCPOS_PROOF:
        if (printer->proofs_owed > 0)
            printer->proofs_owed--;
        break;
    case ESCPOS_NOTHING:
        break;
    }
}

struct err printer_listen(struct printer *printer, int ms, struct heard *heard)
{
    uint8_t bytes[IN_CHUNK];
    size_t size = 0;
    if (!printer->in_pipe)
        return err_make(ERR_RETRY, "printer", ETIMEDOUT, "has no way to answer");
    TRY(usb_read(printer->usb, printer->in_pipe, bytes, sizeof bytes, ms, &size));
    for (size_t i = 0; i < size; i++)
        hear(printer, bytes[i], heard);
    return size ? err_ok() : err_make(ERR_RETRY, "printer", ETIMEDOUT, "nothing came");
}

/* Until the line is quiet. Only after a question that was given up can something still be on its way. */
static struct err drain(struct printer *printer, struct heard *heard)
{
    for (int i = 0; i < FLUSH_MAX; i++) {
        struct err e = printer_listen(printer, printer->late ? QUIET_MS : PRINTER_PEEK_MS, heard);
        if (e.class == ERR_RETRY)
            return err_ok();
        if (err_is(&e))
            return e;
    }
    return err_ok();
}

/* --- asking --------------------------------------------------------------------------------------------- */

static struct err send(struct printer *printer, const struct buf *bytes, int left_ms, size_t *out_sent)
{
    TRY(buf_check(bytes, "printer"));
    return usb_write(printer->usb, printer->out_pipe, bytes->data, bytes->length, left_ms, out_sent);
}

/* The four questions at once, after a silence when one was given up before: four answers and no more, or it
 * does not count. A late answer to an older question makes five. */
static struct err ask_all(struct printer *printer, struct heard *out_heard)
{
    struct heard old = {0};
    if (printer->late)
        TRY(drain(printer, &old));
    struct buf question = {0};
    escpos_ask_all(&question);
    int64_t deadline_ms = printer_deadline(printer, ANSWER_MS);
    struct err e = send(printer, &question, printer_left_ms(printer, deadline_ms), NULL);
    buf_finish(&question);
    *out_heard = (struct heard){0};
    while (!err_is(&e) && out_heard->answer_count < 4)
        e = printer_listen(printer, printer_left_ms(printer, deadline_ms), out_heard);
    if (!err_is(&e))
        e = drain(printer, out_heard);
    printer->late = err_is(&e) || out_heard->answer_count != 4;
    return e;
}

struct err printer_port_status(struct printer *printer)
{
    uint8_t status = 0;
    size_t size = 0;
    struct err e = usb_control(printer->usb, 0xA1, GET_PORT_STATUS, 0, usb_interface(printer->usb)->number,
                               &status, 1, ANSWER_MS, &size);
    if (e.class == ERR_DEVICE)
        return e;
    bool answered = !err_is(&e) && size == 1;
    printer->conditions = PRINTER_SILENT | (answered ? escpos_port_conditions(status) : 0);
    return err_ok();
}

struct err printer_refresh(struct printer *printer)
{
    if (printer->silent)
        return printer_port_status(printer);
    for (int i = 0; i < STATUS_TRIES; i++) {
        struct heard heard;
        struct err e = ask_all(printer, &heard);
        if (!err_is(&e) && heard.answer_count == 4) {
            printer->conditions = escpos_conditions(heard.answers);
            return err_ok();
        }
        if (err_is(&e) && e.class != ERR_RETRY)
            return e;
        if (worker_stopped(printer->worker))
            return worker_stop_error(printer->worker);
    }
    return err_make(ERR_RETRY, "printer", ETIMEDOUT, "gives no clear status");
}

/* The answer to this is an automatic status, from every printer that knows it. */
static struct err enable_automatic(struct printer *printer)
{
    if (printer->silent)
        return err_ok();
    struct buf bytes = {0};
    escpos_auto_status(true, &bytes);
    struct err e = send(printer, &bytes, ANSWER_MS, NULL);
    buf_finish(&bytes);
    return e.class == ERR_DEVICE ? e : err_ok();
}

struct err printer_reset(struct printer *printer)
{
    struct err e = usb_control(printer->usb, 0x21, SOFT_RESET, 0, usb_interface(printer->usb)->number, NULL,
                               0, ANSWER_MS, NULL);
    if (e.class == ERR_DEVICE)
        return e;
    struct heard old = {0};
    printer->late = true;
    TRY(drain(printer, &old));
    printer->late = false;
    printer->unclear = false;
    printer->proofs_owed = 0;
    return enable_automatic(printer);
}

struct err printer_ask_silent(struct printer *printer)
{
    if (!printer->silent || !printer->can_be_asked)
        return err_ok();
    struct heard heard;
    struct err e = ask_all(printer, &heard);
    if (err_is(&e) && e.class != ERR_RETRY)
        return e;
    printer->silent = err_is(&e) || heard.answer_count != 4;
    return enable_automatic(printer);
}
