/* What a hand scanner sends, put together to whole payloads: keystrokes, HID-POS reports, lines of bytes.
 * Pure. */
#ifndef YIZHAN_SCANNER_TYPED_H
#define YIZHAN_SCANNER_TYPED_H

#include "drivers/scanner/codes.h"

/* Bytes of the code being received. Zeroed is empty. Personal: wipe it. */
struct typed {
    size_t length;
    bool too_long;  /* the rest was thrown away; the code will not be text */
    bool is_spoilt; /* a part is missing: what comes until the code's end is thrown away, too */
    bool shift;
    uint8_t bytes[CODE_TEXT_MAX];
};

void typed_clear(struct typed *typed);
/* A part of the code being received was lost, or nobody wanted it: the rest alone must never be taken for a
 * whole code. Nothing happens between two codes. */
void typed_spoil(struct typed *typed);
/* The same where nobody knows whether a code was being received. */
void typed_lost(struct typed *typed);
/* What has come so far becomes the code's payload; symbology and corners are left alone. Empties *typed. */
MUST_USE struct err typed_finish(struct typed *typed, struct code *out_code);
/* A code is complete: finished when one is wanted (out_code) and none came yet (*has_come, set by this), else
 * thrown away. */
MUST_USE struct err typed_deliver(struct typed *typed, struct code *out_code, bool *has_come);

/* One evdev key event (linux/input-event-codes.h; value 1 down, 0 up, 2 repeat) of a scanner that types as a
 * US keyboard. True when the code is complete: it ended with Enter, keypad Enter or Tab. */
bool typed_key(struct typed *typed, unsigned key, int value);

/* Bytes of a serial scanner. Returns how many were used; *out_complete when a code ended with CR, LF or ETX.
 * The rest belongs to the next one. */
size_t typed_bytes(struct typed *typed, const uint8_t *bytes, size_t size, bool *out_complete);

/* Where things are in a HID-POS scanned-data report: makers differ, so models.ini may say. */
struct hidpos_layout {
    int report_id;    /* 2 */
    int length_at;    /* 1 */
    int aim_at;       /* 2: three bytes "]Q1", AIM symbology identifier (ISO/IEC 15424); -1: none */
    int data_at;      /* 5 */
    int continued_at; /* 63: not 0 when the code goes on in the next report; -1: never */
};

struct hidpos_end {
    bool complete;
    bool has_symbology; /* the AIM identifier is one we know */
    enum code_symbology symbology;
};

/* One input report. ERR_DATA when it is not what the layout says; other reports (status) are ignored. */
MUST_USE struct err typed_report(struct typed *typed, const struct hidpos_layout *layout,
                                 const uint8_t *report, size_t size, struct hidpos_end *out_end);

/* Does this HID report descriptor have a collection of usage page 8C (bar code scanner)? USB HID POS usage
 * tables. */
bool hidpos_describes_scanner(const uint8_t *descriptor, size_t size);

#endif
