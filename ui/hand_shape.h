/*
 * The shape of a written character, free of the order, number and direction of its strokes: how much ink runs
 * which way in which part of the square, and a cloud of points along the ink. Used alike for templates
 * (assets/hand/pack.c, at build time) and for what a finger wrote (ui/input_hand.c). Pure, no dependencies.
 */
#ifndef YIZHAN_UI_HAND_SHAPE_H
#define YIZHAN_UI_HAND_SHAPE_H

#include <stddef.h>
#include <stdint.h>

enum { HAND_CELLS = 6, HAND_WAYS = 4, HAND_FEATURES = HAND_CELLS * HAND_CELLS * HAND_WAYS, HAND_DOTS = 64 };

struct hand_point {
    float x, y; /* y down; any scale */
};

/* A point of the ink: place in 0..255 of the square, direction in 0..255 of half a turn. */
struct hand_dot {
    uint8_t x, y, way;
};

struct hand_shape {
    uint8_t features[HAND_FEATURES]; /* roots of shares of ink: their products compare two shapes */
    struct hand_dot dots[HAND_DOTS];
};

/* counts[i] points belong to stroke i. Strokes of one point are dots. All zero when there is no point at all.
 */
void hand_shape_make(const struct hand_point *points, const size_t *counts, size_t stroke_count,
                     struct hand_shape *out_shape);

/* How alike the ink is spread, larger is better. */
int hand_shape_likeness(const struct hand_shape *a, const struct hand_shape *b);
/* How far the clouds lie apart, smaller is better: mean way to the nearest point that runs alike, both ways.
 */
float hand_shape_distance(const struct hand_dot *a, const struct hand_dot *b);

#endif
