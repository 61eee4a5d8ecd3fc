/*
 * What passes between an ESC/POS printer and its driver: what it says, what it is asked. Private to the
 * driver.
 *
 * Answers carry no tag: after a question that was given up the line must be quiet before the next one. All
 * calls are for the worker; errors are the transport's.
 */
#ifndef YIZHAN_PRINTER_ESCPOS_TALK_H
#define YIZHAN_PRINTER_ESCPOS_TALK_H

#include "board/base/buf.h"
#include "drivers/printer/escpos.h"
#include "drivers/usb/usb.h"

#define PRINTER_PEEK_MS 1 /* a glance at what it may have said */

struct printer {
    struct worker *worker;
    const struct model *model;
    struct usb *usb;
    uint8_t out_pipe, in_pipe; /* in_pipe 0: a printer that only listens */
    struct escpos_reader reader;
    uint32_t conditions;
    bool automatic;    /* says by itself what changes */
    bool can_be_asked; /* it has a way to answer, and its row of models.ini does not say that it is no use */
    bool silent;       /* answered no status question since it was opened */
    bool unclear;      /* a job broke off: reset before the next */
    int proofs_owed;   /* GS r asked and not answered */
    bool late;         /* a question was given up: its answers may still come */
    int64_t listened_ms; /* when it was last listened to while printing */
};

struct heard {
    uint8_t answers[8]; /* DLE EOT answers in order */
    int answer_count;
};

/* So many milliseconds from now, but no later than the running command's deadline; and what is left of it. */
int64_t printer_deadline(const struct printer *printer, int ms);
int printer_left_ms(const struct printer *printer, int64_t deadline_ms);

/* Reads once; ERR_RETRY ETIMEDOUT when nothing came. What came is in the conditions, the proofs or *heard. */
MUST_USE struct err printer_listen(struct printer *printer, int ms, struct heard *heard);

/* Makes the conditions those of now: by the four questions, of a silent printer by its port. ERR_RETRY: it
 * gives no clear status. */
MUST_USE struct err printer_refresh(struct printer *printer);
/* The port alone: paper and whether it can print. */
MUST_USE struct err printer_port_status(struct printer *printer);
/* Many a printer is not awake yet when it is found: who was silent then is asked once more. Before each
 * receipt and not more often, for a clone that knows no such question may print it. */
MUST_USE struct err printer_ask_silent(struct printer *printer);
/* Nothing of what it was given before comes out any more, and nothing it said is still on its way. */
MUST_USE struct err printer_reset(struct printer *printer);

#endif
