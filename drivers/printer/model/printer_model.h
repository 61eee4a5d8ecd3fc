/*
 * Model of an ESC/POS receipt printer on USB, for tests, the demo and development: prints onto paper one can
 * look at.
 *
 * Fault events: byte=N (N bytes taken since the last cut), raster, cut, proof, status (a DLE EOT question).
 * Kinds: paper-out, cover-open, cutter-jam, offline (until it is plugged in again), silent (no answer to
 * this), late (the answer comes after the next question), garbage (five bytes that are no answer), stall,
 * unplug.
 */
#ifndef YIZHAN_PRINTER_PRINTER_MODEL_H
#define YIZHAN_PRINTER_PRINTER_MODEL_H

#include "board/base/err.h"
#include "drivers/model/device_model.h"

struct printer_model;

enum printer_paper { PRINTER_PAPER_PLENTY, PRINTER_PAPER_LOW, PRINTER_PAPER_NONE };

struct printer_setup {
    int width_dots; /* 576 */
    bool clone;     /* answers no status, only the port status */
};

MUST_USE struct err printer_model_create(const struct printer_setup *setup, struct printer_model **out_model);
void printer_model_destroy(struct printer_model **model);
/* Its four ops; borrowed. */
const struct device_model *printer_model_device(const struct printer_model *model);

void printer_model_paper(struct printer_model *model, enum printer_paper paper);
void printer_model_cover(struct printer_model *model, bool open);
/* Frees a jammed knife. */
void printer_model_clear_jam(struct printer_model *model);
MUST_USE struct err printer_model_script(struct printer_model *model, const char *script);

/* Receipts cut off so far. */
int printer_model_receipts(const struct printer_model *model);
/* Rows on paper that hang in the printer, not cut yet. */
int printer_model_hanging_rows(const struct printer_model *model);

/* The last receipt cut off, rows of width_dots / 8 bytes, 1 is black; 0 rows before the first. Borrowed until
 * the next cut. */
struct printer_paper_image {
    const uint8_t *bits;
    int width_dots, height_dots;
};
struct printer_paper_image printer_model_receipt(const struct printer_model *model);

#endif
