#include "ui/hand_shape.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const float PI_F = 3.14159265f;

/* The square of one character: where its box begins and how it is scaled and centred. */
struct frame {
    float left, top, scale_x, scale_y, shift_x, shift_y;
};

struct box {
    float left, top, right, bottom;
};

static struct box bounds(const struct hand_point *points, size_t count)
{
    struct box b = {points[0].x, points[0].y, points[0].x, points[0].y};
    for (size_t i = 1; i < count; i++) {
        b.left = fminf(b.left, points[i].x);
        b.right = fmaxf(b.right, points[i].x);
        b.top = fminf(b.top, points[i].y);
        b.bottom = fmaxf(b.bottom, points[i].y);
    }
    return b;
}

/* The longer side fills the square; the shorter one is widened, the less the flatter it is (一 stays a line).
 */
static struct frame frame_of(const struct hand_point *points, size_t count)
{
    struct box b = bounds(points, count);
    float width = b.right - b.left, height = b.bottom - b.top, longer = fmaxf(width, height);
    if (longer <= 0)
        return (struct frame){b.left, b.top, 0, 0, 0.5f, 0.5f};
    float ratio = fminf(width, height) / longer, widened = sqrtf(sinf(PI_F / 2 * ratio));
    float across = width < height ? widened : 1, down = height < width ? widened : 1;
    return (struct frame){.left = b.left,
                          .top = b.top,
                          .scale_x = width > 0 ? across / width : 0,
                          .scale_y = height > 0 ? down / height : 0,
                          .shift_x = (1 - (width > 0 ? across : 0)) / 2,
                          .shift_y = (1 - (height > 0 ? down : 0)) / 2};
}

static struct hand_point placed(const struct frame *frame, struct hand_point p)
{
    return (struct hand_point){(p.x - frame->left) * frame->scale_x + frame->shift_x,
                               (p.y - frame->top) * frame->scale_y + frame->shift_y};
}

static float between(struct hand_point a, struct hand_point b)
{
    return hypotf(b.x - a.x, b.y - a.y);
}

/* Direction in 0..1 of half a turn: a stroke written backwards is the same stroke. */
static float way_of(struct hand_point a, struct hand_point b)
{
    float way = atan2f(b.y - a.y, b.x - a.x) / PI_F;
    way -= floorf(way);
    return way >= 1 ? 0 : way;
}

/* ---- walking along the ink ---- */

typedef void visit(void *context, struct hand_point at, float way, float length);

/* Visits the ink in steps of about `step`; a stroke of one point counts as one step of no direction (-1). */
static void walk(const struct frame *frame, const struct hand_point *points, const size_t *counts,
                 size_t stroke_count, float step, visit *visitor, void *context)
{
    for (size_t s = 0; s < stroke_count; points += counts[s], s++) {
        if (counts[s] == 1)
            visitor(context, placed(frame, points[0]), -1, step);
        for (size_t i = 0; i + 1 < counts[s]; i++) {
            struct hand_point a = placed(frame, points[i]), b = placed(frame, points[i + 1]);
            float length = between(a, b);
            int pieces = 1 + (int)(length / step);
            for (int k = 0; k < pieces && length > 0; k++) {
                float t = ((float)k + 0.5f) / (float)pieces;
                struct hand_point at = {a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t};
                visitor(context, at, way_of(a, b), length / (float)pieces);
            }
        }
    }
}

/* ---- features ---- */

struct histogram {
    float ink[HAND_CELLS][HAND_CELLS][HAND_WAYS];
    float total;
};

/* Shares a value between the two neighbours of a place on an axis of `count` cells. */
static void split(float place, int count, int out_cells[2], float out_shares[2])
{
    float at = place * (float)count - 0.5f;
    int low = (int)floorf(at);
    out_shares[1] = at - (float)low;
    out_shares[0] = 1 - out_shares[1];
    out_cells[0] = low < 0 ? 0 : low >= count ? count - 1 : low;
    out_cells[1] = low + 1 < 0 ? 0 : low + 1 >= count ? count - 1 : low + 1;
}

static void add_ink(struct histogram *h, struct hand_point at, int way, float ink)
{
    int columns[2], rows[2];
    float across[2], down[2];
    split(at.x, HAND_CELLS, columns, across);
    split(at.y, HAND_CELLS, rows, down);
    for (int r = 0; r < 2; r++)
        for (int c = 0; c < 2; c++)
            h->ink[rows[r]][columns[c]][way] += ink * down[r] * across[c];
    h->total += ink;
}

static void visit_histogram(void *context, struct hand_point at, float way, float length)
{
    if (way < 0) {
        for (int w = 0; w < HAND_WAYS; w++)
            add_ink(context, at, w, length / HAND_WAYS);
        return;
    }
    float place = way * HAND_WAYS;
    int low = (int)place % HAND_WAYS;
    float share = place - floorf(place);
    add_ink(context, at, low, length * (1 - share));
    add_ink(context, at, (low + 1) % HAND_WAYS, length * share);
}

static void store_features(const struct histogram *h, uint8_t out_features[HAND_FEATURES])
{
    enum { SCALE = 600 }; /* a cell with a sixth of all ink in one direction is full */
    const float *ink = &h->ink[0][0][0];
    for (int i = 0; i < HAND_FEATURES; i++) {
        float root = h->total > 0 ? sqrtf(ink[i] / h->total) * SCALE : 0;
        out_features[i] = (uint8_t)(root > 255 ? 255 : root);
    }
}

/* ---- cloud ---- */

struct cloud {
    struct hand_dot *dots;
    int count;
    float spacing, next, walked;
};

static uint8_t to_byte(float share)
{
    return (uint8_t)(share <= 0 ? 0 : share >= 1 ? 255 : share * 255);
}

static void visit_cloud(void *context, struct hand_point at, float way, float length)
{
    struct cloud *cloud = context;
    cloud->walked += length;
    while (cloud->walked >= cloud->next && cloud->count < HAND_DOTS) {
        cloud->dots[cloud->count++] =
            (struct hand_dot){to_byte(at.x), to_byte(at.y), way < 0 ? 0 : (uint8_t)(way * 256)};
        cloud->next += cloud->spacing;
    }
}

void hand_shape_make(const struct hand_point *points, const size_t *counts, size_t stroke_count,
                     struct hand_shape *out_shape)
{
    static const float STEP = 1.0f / 64;
    size_t point_count = 0;
    for (size_t s = 0; s < stroke_count; s++)
        point_count += counts[s];
    memset(out_shape, 0, sizeof *out_shape);
    if (point_count == 0)
        return;
    struct frame frame = frame_of(points, point_count);
    struct histogram histogram = {0};
    walk(&frame, points, counts, stroke_count, STEP, visit_histogram, &histogram);
    store_features(&histogram, out_shape->features);
    float spacing = histogram.total / HAND_DOTS;
    struct cloud cloud = {.dots = out_shape->dots, .spacing = spacing, .next = spacing / 2};
    walk(&frame, points, counts, stroke_count, STEP / 2, visit_cloud, &cloud);
    while (cloud.count > 0 && cloud.count < HAND_DOTS) { /* the last dot falls to rounding */
        cloud.dots[cloud.count] = cloud.dots[cloud.count - 1];
        cloud.count++;
    }
}

/* ---- comparing ---- */

int hand_shape_likeness(const struct hand_shape *a, const struct hand_shape *b)
{
    int sum = 0;
    for (int i = 0; i < HAND_FEATURES; i++)
        sum += a->features[i] * b->features[i];
    return sum;
}

static int square(int v)
{
    return v * v;
}

/* Squared way from one dot to another; running crosswise costs as much as a third of the square. */
static int apart(struct hand_dot a, struct hand_dot b)
{
    int turn = abs((int)a.way - (int)b.way);
    if (turn > 128)
        turn = 256 - turn;
    return square(a.x - b.x) + square(a.y - b.y) + square(turn * 2 / 3);
}

static float mean_way(const struct hand_dot *from, const struct hand_dot *to)
{
    float sum = 0;
    for (int i = 0; i < HAND_DOTS; i++) {
        int nearest = apart(from[i], to[0]);
        for (int k = 1; k < HAND_DOTS; k++) {
            int way = apart(from[i], to[k]);
            nearest = way < nearest ? way : nearest;
        }
        sum += sqrtf((float)nearest);
    }
    return sum / HAND_DOTS;
}

float hand_shape_distance(const struct hand_dot *a, const struct hand_dot *b)
{
    return mean_way(a, b) + mean_way(b, a);
}
