#include "drivers/voice/stretch.h"

/* A piece is faded over into the next one within a hop; each is looked for as far as half a wave of the
 * lowest voice on both sides. Every second sample is enough to find it. */
enum { HOPS_A_SECOND = 67, SEARCHES_A_SECOND = 100, STRIDE = 2 };

struct stretch {
    const int16_t *samples;
    size_t count, hop, search;
};

static int64_t likeness(const int16_t *a, const int16_t *b, size_t count)
{
    int64_t sum = 0;
    for (size_t i = 0; i < count; i += STRIDE)
        sum += (int64_t)a[i] * b[i];
    return sum;
}

/* Where near `at` it goes on most as it would after `before`. */
static size_t best_fit(const struct stretch *stretch, size_t before, size_t at)
{
    size_t first = at > stretch->search ? at - stretch->search : 0, best = at;
    int64_t most = INT64_MIN;
    for (size_t here = first; here <= at + stretch->search && here + 2 * stretch->hop <= stretch->count;
         here += STRIDE) {
        int64_t like = likeness(stretch->samples + before, stretch->samples + here, stretch->hop);
        best = like > most ? here : best;
        most = like > most ? like : most;
    }
    return best;
}

/* One hop in which what went on at `before` gives way to what is at `after`. */
static void fade_over(const struct stretch *stretch, size_t before, size_t after, struct buf *out_samples)
{
    const int16_t *from = stretch->samples + before, *to = stretch->samples + after;
    int hop = (int)stretch->hop;
    for (int i = 0; i < hop; i++) {
        int16_t sample = (int16_t)((from[i] * (hop - i) + to[i] * i) / hop);
        buf_append(out_samples, &sample, sizeof sample);
    }
}

void stretch_slower(const int16_t *samples, size_t count, int rate_hz, int pace_percent,
                    struct buf *out_samples)
{
    const struct stretch stretch = {samples, count, (size_t)(rate_hz / HOPS_A_SECOND),
                                    (size_t)(rate_hz / SEARCHES_A_SECOND)};
    size_t goes_on = 0; /* where the piece before would be continued */
    for (size_t hops = 0;; hops++) {
        size_t at = hops * stretch.hop * (size_t)pace_percent / 100;
        if (at + 2 * stretch.hop + stretch.search > count)
            break;
        size_t piece = hops == 0 ? 0 : best_fit(&stretch, goes_on, at);
        fade_over(&stretch, goes_on, piece, out_samples);
        goes_on = piece + stretch.hop;
    }
    buf_append(out_samples, samples + goes_on, (count - goes_on) * sizeof *samples); /* its end, as it is */
}
