#include "drivers/picture/picture.h"

#include "board/base/wipe.h"
#include <string.h>

static const char module[] = "picture";

struct err picture_init(struct picture *out_picture, int width, int height, enum picture_format format)
{
    struct picture made = {.width = width, .height = height, .format = format};

    if (width < 1 || height < 1 || width > PICTURE_SIDE_MAX_PX || height > PICTURE_SIDE_MAX_PX)
        return err_make(ERR_DATA, module, 0, "a picture of %d x %d pixels", width, height);
    made.pixels = private_alloc(picture_size(&made));
    if (!made.pixels)
        return err_no_memory(module);
    *out_picture = made;
    return err_ok();
}

void picture_finish(struct picture *picture)
{
    if (picture->pixels)
        private_free(picture->pixels, picture_size(picture));
    *picture = (struct picture){0};
}

struct err picture_reshape(struct picture *picture, int width, int height, enum picture_format format)
{
    struct picture made;

    if (picture->pixels && picture->width == width && picture->height == height && picture->format == format)
        return err_ok();
    TRY(picture_init(&made, width, height, format));
    picture_finish(picture);
    *picture = made;
    return err_ok();
}

static uint8_t clamp_byte(int value)
{
    return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

/* BT.601 limited range, coefficients times 256. */
static void yuv_to_rgb(int y, int u, int v, uint8_t *rgb)
{
    int luma = 298 * (y - 16) + 128;

    rgb[0] = clamp_byte((luma + 409 * (v - 128)) >> 8);
    rgb[1] = clamp_byte((luma - 100 * (u - 128) - 208 * (v - 128)) >> 8);
    rgb[2] = clamp_byte((luma + 516 * (u - 128)) >> 8);
}

static void yuyv_row_to_rgb(const uint8_t *yuyv, int width, uint8_t *rgb)
{
    for (int x = 0; x < width; x += 2, yuyv += 4, rgb += 6) {
        yuv_to_rgb(yuyv[0], yuyv[1], yuyv[3], rgb);
        yuv_to_rgb(yuyv[2], yuyv[1], yuyv[3], rgb + 3);
    }
}

static void yuyv_row_to_luma(const uint8_t *yuyv, int width, uint8_t *luma)
{
    for (int x = 0; x < width; x++)
        luma[x] = yuyv[2 * x];
}

struct err picture_from_yuyv(const uint8_t *yuyv, size_t stride_bytes, int width, int height,
                             enum picture_format format, struct picture *out)
{
    if (width % 2 || stride_bytes < 2 * (size_t)width)
        return err_make(ERR_DATA, module, 0, "YUYV rows of %zu bytes for %d pixels", stride_bytes, width);
    TRY(picture_reshape(out, width, height, format));
    for (int y = 0; y < height; y++) {
        const uint8_t *in_row = yuyv + (size_t)y * stride_bytes;
        uint8_t *out_row = out->pixels + (size_t)y * (size_t)width * format;

        if (format == PICTURE_RGB)
            yuyv_row_to_rgb(in_row, width, out_row);
        else
            yuyv_row_to_luma(in_row, width, out_row);
    }
    return err_ok();
}

struct err picture_to_luma(const struct picture *in, struct picture *out)
{
    size_t count = (size_t)in->width * (size_t)in->height;
    const uint8_t *rgb = in->pixels;

    TRY(picture_reshape(out, in->width, in->height, PICTURE_LUMA));
    if (in->format == PICTURE_LUMA) {
        memcpy(out->pixels, in->pixels, count);
        return err_ok();
    }
    for (size_t i = 0; i < count; i++, rgb += 3)
        out->pixels[i] = (uint8_t)((77 * rgb[0] + 150 * rgb[1] + 29 * rgb[2] + 128) >> 8);
    return err_ok();
}

struct err picture_halve(const struct picture *in, struct picture *out)
{
    int width = in->width / 2, height = in->height / 2;

    TRY(picture_reshape(out, width, height, PICTURE_LUMA));
    for (int y = 0; y < height; y++) {
        const uint8_t *above = in->pixels + (size_t)(2 * y) * (size_t)in->width;
        const uint8_t *below = above + in->width;
        uint8_t *row = out->pixels + (size_t)y * (size_t)width;

        for (int x = 0; x < width; x++)
            row[x] = (uint8_t)((above[2 * x] + above[2 * x + 1] + below[2 * x] + below[2 * x + 1] + 2) >> 2);
    }
    return err_ok();
}

/* 1 2 1 down the columns of three rows of size samples, into sums of at most 4 * 255. */
static void blur_columns(const uint8_t *above, const uint8_t *row, const uint8_t *below, size_t size,
                         uint16_t *sums)
{
    for (size_t i = 0; i < size; i++)
        sums[i] = (uint16_t)(above[i] + 2 * row[i] + below[i]);
}

/* 1 2 1 along the row of sums; neighbours of one channel lie step samples apart. */
static void blur_row(const uint16_t *sums, size_t size, size_t step, uint8_t *out)
{
    size_t last = size - step;

    for (size_t i = 0; i < step; i++) {
        out[i] = (uint8_t)((3 * sums[i] + sums[i + (last ? step : 0)] + 8) >> 4);
        out[last + i] = (uint8_t)((sums[last + i - (last ? step : 0)] + 3 * sums[last + i] + 8) >> 4);
    }
    for (size_t i = step; i < last; i++)
        out[i] = (uint8_t)((sums[i - step] + 2 * sums[i] + sums[i + step] + 8) >> 4);
}

struct err picture_blur(const struct picture *in, struct picture *out)
{
    uint16_t sums[PICTURE_SIDE_MAX_PX * PICTURE_RGB];
    size_t row_bytes = (size_t)in->width * (size_t)in->format;

    TRY(picture_reshape(out, in->width, in->height, in->format));
    for (int y = 0; y < in->height; y++) {
        const uint8_t *row = in->pixels + (size_t)y * row_bytes;
        const uint8_t *above = y > 0 ? row - row_bytes : row;
        const uint8_t *below = y < in->height - 1 ? row + row_bytes : row;

        blur_columns(above, row, below, row_bytes, sums);
        blur_row(sums, row_bytes, (size_t)in->format, out->pixels + (size_t)y * row_bytes);
    }
    wipe(sums, row_bytes * sizeof sums[0]);
    return err_ok();
}
