#include "drivers/scanner/busy.h"

#include <stdlib.h>
#include <string.h>

/* Blocks of the half-size frame: as large as a finder pattern's dark square, smaller than any code. */
#define BLOCK_PX 8
/* Of the busiest block. The noise of a cheap sensor in bad light comes to a quarter. */
#define BUSY_PERCENT 35
/* Quiet zone, and modules that lie half in the next block. */
#define MARGIN_BLOCKS 2

#define FRAME_BLOCK_PX (2 * BLOCK_PX)

void busy_finish(struct busy *busy)
{
    picture_finish(&busy->half);
    picture_finish(&busy->steps);
}

/* Steps from pixel to pixel within a block, to the right and down; 1.5 times their mean. */
static uint8_t steps_in(const uint8_t *block, size_t stride)
{
    int sum = 0;

    for (int y = 0; y < BLOCK_PX - 1; y++, block += stride)
        for (int x = 0; x < BLOCK_PX - 1; x++)
            sum += abs(block[x + 1] - block[x]) + abs(block[(size_t)x + stride] - block[x]);
    int mean = sum / 64;
    return (uint8_t)(mean < 255 ? mean : 255);
}

/* One pixel of busy->steps for each block. */
static struct err count_steps(struct busy *busy)
{
    const struct picture *half = &busy->half;
    size_t stride = (size_t)half->width;
    int columns = half->width / BLOCK_PX, rows = half->height / BLOCK_PX;

    TRY(picture_reshape(&busy->steps, columns, rows, PICTURE_LUMA));
    for (int y = 0; y < rows; y++)
        for (int x = 0; x < columns; x++)
            busy->steps.pixels[y * columns + x] =
                steps_in(half->pixels + (size_t)(y * BLOCK_PX) * stride + (size_t)(x * BLOCK_PX), stride);
    return err_ok();
}

static int busy_level(const struct picture *steps)
{
    int most = 0;

    for (size_t i = 0; i < picture_size(steps); i++)
        most = steps->pixels[i] > most ? steps->pixels[i] : most;
    return most * BUSY_PERCENT / 100;
}

/* From the first to the last busy block, with a margin, within 0 and most. */
static void set_side(int first, int last, int most, int *out_at, int *out_length)
{
    int from = (first - MARGIN_BLOCKS) * FRAME_BLOCK_PX, to = (last + 1 + MARGIN_BLOCKS) * FRAME_BLOCK_PX;

    *out_at = from > 0 ? from : 0;
    *out_length = (to < most ? to : most) - *out_at;
}

static void set_box(struct busy *busy, const struct picture *frame)
{
    const struct picture *steps = &busy->steps;
    int level = busy_level(steps), left = steps->width, right = 0, top = steps->height, bottom = 0;

    for (int y = 0; y < steps->height; y++)
        for (int x = 0; x < steps->width; x++) {
            if (steps->pixels[y * steps->width + x] < level)
                continue;
            left = x < left ? x : left;
            right = x > right ? x : right;
            top = y < top ? y : top;
            bottom = y;
        }
    set_side(left, right, frame->width, &busy->x, &busy->width);
    set_side(top, bottom, frame->height, &busy->y, &busy->height);
}

struct err busy_find(struct busy *busy, const struct picture *frame)
{
    if (frame->width < FRAME_BLOCK_PX || frame->height < FRAME_BLOCK_PX) {
        busy->x = busy->y = 0;
        busy->width = frame->width;
        busy->height = frame->height;
        return err_ok();
    }
    TRY(picture_halve(frame, &busy->half));
    TRY(count_steps(busy));
    set_box(busy, frame);
    return err_ok();
}

struct err busy_cut_out(const struct busy *busy, const struct picture *frame, struct picture *out)
{
    size_t width = (size_t)busy->width;
    const uint8_t *from = frame->pixels + (size_t)busy->y * (size_t)frame->width + (size_t)busy->x;

    TRY(picture_reshape(out, busy->width, busy->height, PICTURE_LUMA));
    for (int y = 0; y < busy->height; y++, from += frame->width)
        memcpy(out->pixels + (size_t)y * width, from, width);
    return err_ok();
}
