/*
 * Pictures in memory: 8-bit luma or RGB24, rows without padding, first row on top.
 *
 * Pure: no device, no file, no clock. A picture may show a person's papers, so its pixels live in private
 * pages and are zeroed by picture_finish(). Not thread-safe; one owner at a time.
 */
#ifndef YIZHAN_PICTURE_H
#define YIZHAN_PICTURE_H

#include "board/base/err.h"
#include <stddef.h>
#include <stdint.h>

#define PICTURE_SIDE_MAX_PX 8192

enum picture_format { PICTURE_LUMA = 1, PICTURE_RGB = 3 }; /* the value is bytes a pixel */

struct picture {
    uint8_t *pixels; /* owned; width * height * format bytes */
    int width;       /* pixels */
    int height;      /* pixels */
    enum picture_format format;
};

/* All black. ERR_DATA for sides outside 1..PICTURE_SIDE_MAX_PX, ERR_SPACE. */
MUST_USE struct err picture_init(struct picture *out_picture, int width, int height,
                                 enum picture_format format);
/* Wipes, frees and clears; a zeroed struct picture may be finished too. */
void picture_finish(struct picture *picture);
/* Makes it this size and format, keeping the memory when it already is; the pixels are undefined afterwards.
 */
MUST_USE struct err picture_reshape(struct picture *picture, int width, int height,
                                    enum picture_format format);

static inline size_t picture_size(const struct picture *picture)
{
    return (size_t)picture->width * (size_t)picture->height * (size_t)picture->format;
}

/* The functions below reshape *out as they need; in and out are different pictures. */

/* Packed YUYV (V4L2 YUYV, BT.601 limited range), stride_bytes >= 2 * width, width even. */
MUST_USE struct err picture_from_yuyv(const uint8_t *yuyv, size_t stride_bytes, int width, int height,
                                      enum picture_format format, struct picture *out);
MUST_USE struct err picture_to_luma(const struct picture *in, struct picture *out);
/* Half each side, four pixels averaged into one; luma only. */
MUST_USE struct err picture_halve(const struct picture *in, struct picture *out);
/* 3x3 binomial blur (1 2 1), border rows and columns repeated. */
MUST_USE struct err picture_blur(const struct picture *in, struct picture *out);
/* Any size, through a triangle filter as wide as the shrinking asks: smooth when growing, no moire when
 * shrinking. */
MUST_USE struct err picture_scale(const struct picture *in, int width, int height, struct picture *out);

#endif
