/* JPEG in and out of memory with libjpeg-turbo. Pure; damaged input is an error, never a crash. */
#ifndef YIZHAN_PICTURE_JPEG_H
#define YIZHAN_PICTURE_JPEG_H

#include "board/base/buf.h"
#include "drivers/picture/picture.h"

/* The size in pixels, by the header alone. ERR_DATA when that is damaged. */
MUST_USE struct err jpeg_measure(const void *bytes, size_t size, int *out_width, int *out_height);

/* Decodes a JPEG or one MJPEG frame (which may leave its Huffman tables out) at 1/shrink size, shrink 1, 2,
 * 4, 8. ERR_DATA when it is damaged or larger than a picture may be; a truncated frame is damaged. */
MUST_USE struct err jpeg_decode(const void *bytes, size_t size, int shrink, enum picture_format format,
                                struct picture *out);

/* Appends a JPEG of quality 1..100 to out_jpeg. */
MUST_USE struct err jpeg_encode(const struct picture *picture, int quality, struct buf *out_jpeg);

/* Appends the best quality between 30 and 90 that takes at most budget_bytes; ERR_REFUSED when even 30 is
 * larger (the caller then scales down). */
MUST_USE struct err jpeg_encode_within(const struct picture *picture, size_t budget_bytes,
                                       struct buf *out_jpeg);

#endif
