/*
 * A card that does not exist in place of one that does, for tapes: kind, lengths, kinds of characters, sex,
 * unlimited validity and doubts stay, so that it asks the same of a program; nothing else does. Pure.
 */
#ifndef YIZHAN_IDCARD_MADE_UP_H
#define YIZHAN_IDCARD_MADE_UP_H

#include "drivers/idcard/text.h"

/* In place. A layout nobody knows keeps its letter and which places are filled. */
void idcard_make_up(uint8_t text[IDCARD_TEXT_SIZE]);

/* The same for an address appended to the card's chip; size: bytes of UTF-16LE. */
void idcard_make_up_address(uint8_t *text, size_t size);

#endif
