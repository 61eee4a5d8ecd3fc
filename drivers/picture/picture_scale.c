/* Scaling: one triangle filter, run along the rows and then down the columns. */
#include "drivers/picture/picture.h"

#include <math.h>
#include <stdlib.h>

#define WEIGHT_BITS 14

/* Which input samples make one output sample. */
struct tap {
    int start;
    int count;
    const int *weights; /* sum to 1 << WEIGHT_BITS */
};

struct taps {
    struct tap *tap; /* one for each output sample */
    int *weights;
};

static void taps_finish(struct taps *taps)
{
    free(taps->tap);
    free(taps->weights);
}

static void fill_tap(struct tap *tap, int *weights, double centre, double radius, int in_size)
{
    int first = (int)ceil(centre - radius), last = (int)floor(centre + radius);
    double sum = 0;
    int rest = 1 << WEIGHT_BITS;

    first = first < 0 ? 0 : first;
    last = last >= in_size ? in_size - 1 : last;
    for (int i = first; i <= last; i++)
        sum += 1 - fabs(i - centre) / radius;
    for (int i = last; i > first; i--) {
        weights[i - first] = (int)((1 - fabs(i - centre) / radius) / sum * (1 << WEIGHT_BITS));
        rest -= weights[i - first];
    }
    weights[0] = rest;
    *tap = (struct tap){.start = first, .count = last - first + 1, .weights = weights};
}

static struct err taps_init(struct taps *taps, int in_size, int out_size)
{
    double ratio = (double)in_size / out_size;
    double radius = ratio > 1 ? ratio : 1;
    size_t most = (size_t)(2 * ceil(radius)) + 1;

    taps->tap = calloc((size_t)out_size, sizeof *taps->tap);
    taps->weights = calloc((size_t)out_size * most, sizeof *taps->weights);
    if (!taps->tap || !taps->weights) {
        taps_finish(taps);
        return err_no_memory("picture");
    }
    for (int i = 0; i < out_size; i++)
        fill_tap(&taps->tap[i], taps->weights + (size_t)i * most, (i + 0.5) * ratio - 0.5, radius, in_size);
    return err_ok();
}

/* One output sample: count samples that lie step bytes apart. */
static uint8_t weigh(const uint8_t *samples, size_t step, const struct tap *tap)
{
    int sum = 1 << (WEIGHT_BITS - 1);

    for (int i = 0; i < tap->count; i++)
        sum += tap->weights[i] * samples[(size_t)i * step];
    return (uint8_t)(sum >> WEIGHT_BITS);
}

static void scale_rows(const struct picture *in, const struct taps *taps, struct picture *out)
{
    size_t step = in->format;

    for (int y = 0; y < in->height; y++) {
        const uint8_t *in_row = in->pixels + (size_t)y * (size_t)in->width * step;
        uint8_t *out_row = out->pixels + (size_t)y * (size_t)out->width * step;

        for (int x = 0; x < out->width; x++)
            for (size_t c = 0; c < step; c++)
                *out_row++ = weigh(in_row + (size_t)taps->tap[x].start * step + c, step, &taps->tap[x]);
    }
}

static void scale_columns(const struct picture *in, const struct taps *taps, struct picture *out)
{
    size_t row_bytes = (size_t)in->width * in->format;

    for (int y = 0; y < out->height; y++) {
        const uint8_t *first = in->pixels + (size_t)taps->tap[y].start * row_bytes;
        uint8_t *out_row = out->pixels + (size_t)y * row_bytes;

        for (size_t i = 0; i < row_bytes; i++)
            out_row[i] = weigh(first + i, row_bytes, &taps->tap[y]);
    }
}

static struct err scale_axis(const struct picture *in, bool along_rows, struct picture *out)
{
    struct taps taps;

    TRY(along_rows ? taps_init(&taps, in->width, out->width) : taps_init(&taps, in->height, out->height));
    if (along_rows)
        scale_rows(in, &taps, out);
    else
        scale_columns(in, &taps, out);
    taps_finish(&taps);
    return err_ok();
}

struct err picture_scale(const struct picture *in, int width, int height, struct picture *out)
{
    struct picture narrow = {0};
    struct err e;

    TRY(picture_reshape(out, width, height, in->format));
    TRY(picture_init(&narrow, width, in->height, in->format));
    e = scale_axis(in, true, &narrow);
    if (!err_is(&e))
        e = scale_axis(&narrow, false, out);
    picture_finish(&narrow);
    return e;
}
