/*
 * The portrait on the card, for sites that hold a decoder for it.
 *
 * It is WLT-compressed and no open decoder exists. A site that is licensed for one names, in the reader's row
 * of models.ini (portrait_decoder = /absolute/path.so), a shared library with
 *
 *     int yizhan_wlt_decode(const uint8_t wlt[1024], uint8_t out_rgb[126 * 102 * 3]);
 *
 * which returns 0 when the picture is filled: rows from above, 102 wide, 126 high, red green blue. Without
 * one the bytes travel to the office as they are.
 *
 * Such a library is nobody's we know: it is loaded and run in a process of its own, a fork for each picture,
 * that can crash, hang or write where it likes and costs the kiosk nothing but the picture.
 */
#ifndef YIZHAN_IDCARD_PHOTO_H
#define YIZHAN_IDCARD_PHOTO_H

#include "drivers/idcard/idcard.h"

#define IDCARD_PORTRAIT_WIDTH  102
#define IDCARD_PORTRAIT_HEIGHT 126
#define IDCARD_PORTRAIT_SIZE   (IDCARD_PORTRAIT_WIDTH * IDCARD_PORTRAIT_HEIGHT * 3)

#define IDCARD_DECODE_MS 2000 /* longer is too slow */

struct idcard_decoder;

/* path: absolute. Tries the library; ERR_DATA when it is none. Blocks at most IDCARD_DECODE_MS. */
MUST_USE struct err idcard_decoder_create(const char *path, struct idcard_decoder **out_decoder);
/* Takes NULL. */
void idcard_decoder_destroy(struct idcard_decoder **decoder);

/* The portrait is personal: wipe it. ERR_DATA, out_rgb untouched, when the card has none, or the decoder
 * refuses it, crashes or is too slow. Blocks at most IDCARD_DECODE_MS: not for the UI thread. */
MUST_USE struct err idcard_decode_portrait(const struct idcard_decoder *decoder, const struct idcard *card,
                                           uint8_t out_rgb[IDCARD_PORTRAIT_SIZE]);

/* The same, put into card->portrait as a JPEG; what fails leaves the card as it was. */
MUST_USE struct err idcard_add_portrait(const struct idcard_decoder *decoder, struct idcard *card);

#endif
