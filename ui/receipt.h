/*
 * The receipt: a view model drawn with our own fonts to a one-bit bitmap, QR code included, because printers
 * disagree about character sets. drivers/printer sends the bitmap and knows nothing of text.
 */
#ifndef YIZHAN_UI_RECEIPT_H
#define YIZHAN_UI_RECEIPT_H

#include "ui/lang.h"
#include "ui/text.h"
#include "ui/tree.h"

/* Dots across at 203 dpi: what 58 mm and 80 mm paper take. */
enum { RECEIPT_58_MM_DOTS = 384, RECEIPT_80_MM_DOTS = 576 };
enum { RECEIPT_TRUTHS_MAX = 4, RECEIPT_PAPERS_MAX = 12 };

/* One step and what is known of it: "存在本机", "2026-11-22 10:26 存好,已封好". */
struct receipt_truth {
    enum ui_state state;
    const char *title, *detail;
};

/* Fields left NULL are left out. All borrowed during the call. */
struct receipt {
    const char *place, *service;
    const char *person;  /* masked by the journey: "王**" */
    const char *helper;  /* who acted for her */
    const char *number;  /* grouped for reading */
    const char *verdict; /* "已经存好,还没送到" */
    const char *printed_at;
    struct receipt_truth truths[RECEIPT_TRUTHS_MAX];
    size_t truth_count;
    const char *papers[RECEIPT_PAPERS_MAX]; /* still to bring */
    size_t paper_count;
    const char *time_limit, *phone;
    const char *qr;     /* text of the code: any phone shows it */
    bool finds_by_card; /* her card shows how far it is, as this paper does */
    bool is_copy;       /* a reprint whose first outcome is unknown says so */
};

/* Rows of (width + 7) / 8 bytes, most significant bit left, 1 is black, as GS v 0 wants them. */
struct receipt_bitmap {
    int width, height;
    size_t stride;
    uint8_t *bits; /* owned; free with receipt_bitmap_finish() */
};

/* width_dots: 200..832. ERR_DATA when the QR text is too long, ERR_SPACE. */
MUST_USE struct err receipt_draw(struct ui_text *text, const struct lang *lang, const struct receipt *receipt,
                                 int width_dots, struct receipt_bitmap *out_bitmap);
/* The list of papers a service wants, printed from its guide. */
struct receipt_slip {
    const char *place, *service, *heading;
    const char *const *lines; /* one paper each */
    size_t line_count;
    bool is_report; /* lines to read, not things to tick off */
    const char *time_limit, *phone;
};
MUST_USE struct err receipt_draw_slip(struct ui_text *text, const struct lang *lang,
                                      const struct receipt_slip *slip, int width_dots,
                                      struct receipt_bitmap *out_bitmap);
/* Wipes and frees. */
void receipt_bitmap_finish(struct receipt_bitmap *bitmap);

#endif
