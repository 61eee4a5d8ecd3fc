/*
 * ESC/POS, as far as a receipt needs it: encoding of raster, feed, cut and queries; reading of what comes
 * back. Pure. Source: Epson's public ESC/POS command reference (DLE EOT, GS a, GS r, GS v 0, GS V, ESC @).
 *
 * What a printer sends carries no tag, only fixed bits tell its kinds apart:
 *   DLE EOT answer          0xx1xx10
 *   automatic status        0xx1xx00, then three of 0xx0xxxx
 *   GS r answer             0xx0xxxx on its own
 */
#ifndef YIZHAN_PRINTER_ESCPOS_H
#define YIZHAN_PRINTER_ESCPOS_H

#include "board/base/buf.h"
#include "drivers/printer/printer.h"

/* ESC @: forgets everything set before. */
void escpos_init(struct buf *out);
/* GS a n: automatic status on for on-line, error and paper; 0 turns it off. */
void escpos_auto_status(bool on, struct buf *out);
/* Rows first..first+count-1 of the bitmap as one GS v 0 block, centred on head_dots. count 1..65535. */
void escpos_raster(const struct printer_bitmap *bitmap, int first, int count, int head_dots, struct buf *out);
/* GS V 66 n: feeds to the knife and cuts; feed in the printer's vertical units. */
void escpos_cut(int feed, struct buf *out);
/* DLE EOT 1..4 in one go. */
void escpos_ask_all(struct buf *out);
/* GS r 1: answered only after everything before it is printed. */
void escpos_ask_proof(struct buf *out);

/* Conditions of four DLE EOT answers, in the order of the questions. */
uint32_t escpos_conditions(const uint8_t answers[4]);

/* Sorts what comes back. */
struct escpos_reader {
    uint8_t automatic[4]; /* an automatic status being gathered */
    int gathered;
};

enum escpos_heard {
    ESCPOS_NOTHING,   /* part of something, or noise */
    ESCPOS_ANSWER,    /* a DLE EOT answer: the byte itself */
    ESCPOS_AUTOMATIC, /* a whole automatic status: *out_conditions */
    ESCPOS_PROOF      /* an answer to GS r */
};

enum escpos_heard escpos_reader_push(struct escpos_reader *reader, uint8_t byte, uint32_t *out_conditions);

/* GET_PORT_STATUS byte of the USB printer class 1.1: what even clones that answer nothing else know. */
uint32_t escpos_port_conditions(uint8_t status);

/* "paper out, cover open": for errors and the technician; "ready" for none. */
void escpos_describe(uint32_t conditions, char *out_text, size_t size);

#endif
