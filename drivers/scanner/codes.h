/*
 * QR codes and barcodes in a picture: zbar behind one function, with the filters that make it read what cheap
 * cameras see.
 *
 * Raw frames with blur, noise or low contrast decode at 0-70 %. So each frame climbs two rungs of a ladder of
 * filters (drivers/scanner/ladder.h), over four frames all of them; it stops at the first that reads
 * something.
 *
 * Pure but for the memory it keeps between frames; one struct codes belongs to one thread.
 */
#ifndef YIZHAN_SCANNER_CODES_H
#define YIZHAN_SCANNER_CODES_H

#include "board/base/err.h"
#include "drivers/picture/picture.h"

/* A code travels in a device message. The largest QR codes hold more (ISO/IEC 18004 table 7: 2,953 bytes),
 * but no 720p camera resolves them and no form asks for them: their is_text is false. */
#define CODE_TEXT_MAX 2048
/* Most codes reported from one frame; further ones are not looked at. */
#define CODES_MAX 4

enum code_symbology { CODE_QR, CODE_EAN13, CODE_CODE128, CODE_CODE39 };

struct code_point {
    int x;
    int y;
};

/* One code as read. A payload may be personal (a health code, an insurance card): wipe it after use. */
struct code {
    enum code_symbology symbology;
    struct code_point corners[4]; /* around the symbol in the frame's pixels, in order; QR only, else all 0 */
    bool is_text;                 /* false: neither UTF-8 nor GB18030, or too long; text is empty */
    size_t length;                /* bytes of text */
    char text[CODE_TEXT_MAX];     /* UTF-8, NUL-terminated; may hold further NUL bytes */
};

struct codes;

MUST_USE struct err codes_create(struct codes **out_codes);
void codes_destroy(struct codes **codes);

/* Reads one luma frame. Nothing found is no error: *out_count is 0. Each payload is reported once a frame.
 * out_codes is scratch space until it returns. */
MUST_USE struct err codes_read(struct codes *codes, const struct picture *frame,
                               struct code out_codes[CODES_MAX], int *out_count);

/* Payload bytes as a scanner or zbar gives them -> out_code's text, length and is_text. UTF-8 when the bytes
 * are valid UTF-8, else GB18030. Used for hand scanners too. */
MUST_USE struct err code_set_payload(struct code *out_code, const void *bytes, size_t size);

/* "qr", "ean13", "code128", "code39". */
const char *code_symbology_name(enum code_symbology symbology);

#endif
