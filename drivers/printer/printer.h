/*
 * Receipt printers as the app sees them: a 1-bit picture goes in, what became of it comes out.
 *
 * The printer knows nothing of text; ui/receipt renders. Source: the ESC/POS command tables named in
 * drivers/printer/escpos.h.
 */
#ifndef YIZHAN_DRIVERS_PRINTER_H
#define YIZHAN_DRIVERS_PRINTER_H

#include "drivers/device.h"

/* device_status.conditions */
enum printer_condition {
    PRINTER_PAPER_NEAR = 1 << 0, /* near its end: still prints */
    PRINTER_PAPER_OUT = 1 << 1,
    PRINTER_COVER_OPEN = 1 << 2,
    PRINTER_CUTTER_JAM = 1 << 3,
    PRINTER_OFFLINE = 1 << 4, /* switched off line, or waits for its button */
    PRINTER_FAULT = 1 << 5,   /* a fault the printer cannot mend itself */
    PRINTER_SILENT = 1 << 6   /* answers no status: nothing it prints can be proved */
};
/* Any of these: do not start a receipt. */
#define PRINTER_CANNOT_PRINT                                                                                 \
    (PRINTER_PAPER_OUT | PRINTER_COVER_OPEN | PRINTER_CUTTER_JAM | PRINTER_OFFLINE | PRINTER_FAULT)

/* 1 bit a dot, 1 is black, most significant bit left, rows of stride bytes. */
struct printer_bitmap {
    int width_dots; /* 384 for 58 mm paper, 576 for 80 mm; wider is refused, narrower is centred */
    int height_dots;
    size_t stride;
    const uint8_t *bits; /* borrowed */
};

enum printer_outcome {
    PRINTER_NOT_PRINTED, /* nothing reached the paper: printing it again makes no copy */
    PRINTER_PROVED,      /* the printer itself said that all of it is printed */
    PRINTER_UNPROVED,    /* all bytes were taken, but this printer never says: do not claim it was printed */
    PRINTER_PARTLY       /* some of it may be on paper: a whole new one says "copy" */
};

struct printer_event {
    uint32_t job;
    enum printer_outcome outcome; /* of a result */
    uint32_t conditions;
    int done_percent; /* of a progress */
    int width_dots;   /* what this printer prints across */
};
_Static_assert(sizeof(struct printer_event) <= DEVICE_PAYLOAD_SIZE, "raise DEVICE_PAYLOAD_SIZE");

/* Prints the bitmap, feeds and cuts. The bits are copied. job: the caller's number, comes back in every
 * message. One result: err_ok() goes with PRINTER_PROVED and PRINTER_UNPROVED; ERR_USER (code: the
 * conditions) with paper out, cover open, cutter jam; ERR_DEVICE with a printer that is gone or silent in
 * mid-job. timeout_ms bounds the whole job. ERR_REFUSED when the bitmap is wider than any paper or larger
 * than 4 MiB. */
MUST_USE struct err printer_print(struct device *printer, uint32_t job, const struct printer_bitmap *bitmap,
                                  int timeout_ms, uint32_t *out_ticket);

/* The event of a message of class DEVICE_PRINTER. */
const struct printer_event *printer_event(const struct device_message *message);

#endif
