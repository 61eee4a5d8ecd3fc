/*
 * The 256-byte text block of a card, UTF-16LE and space padded, to struct idcard. Pure.
 *
 * Three layouts by the letter at byte 248: blank (resident), 'J', 'I'; offsets stand in text.c as tables. 'Y'
 * (foreigner 2023) has no published byte layout and is refused.
 */
#ifndef YIZHAN_IDCARD_TEXT_H
#define YIZHAN_IDCARD_TEXT_H

#include "drivers/idcard/idcard.h"

#define IDCARD_TEXT_SIZE    256
#define IDCARD_ADDRESS_SIZE 70 /* appended address, command 30 03, at most */

/* Fills all text fields, type and doubts; leaves the photo alone. ERR_USER IDCARD_UNSUPPORTED for a layout we
 * do not know. Fields that make no sense are kept as they stand and raise a doubt: the form decides. */
MUST_USE struct err idcard_text_decode(const uint8_t text[IDCARD_TEXT_SIZE], struct idcard *out_card);

/* The inverse for models, tests and tapes: whatever is too long is cut as the issuing office cuts it. */
void idcard_text_encode(const struct idcard *card, uint8_t out_text[IDCARD_TEXT_SIZE]);

/* Replaces the address when the appended one is not empty. size: bytes of UTF-16LE. */
void idcard_text_set_address(struct idcard *card, const uint8_t *text, size_t size);

/* GB 3304: 1..56, 97, 98 -> name; NULL for anything else. */
const char *idcard_nation_name(int code);

#endif
