/* The middle lines of a character's strokes, from a JSON file of the npm package hanzi-writer-data. Build
 * tool and bench only. */
#ifndef YIZHAN_ASSETS_HAND_MEDIANS_H
#define YIZHAN_ASSETS_HAND_MEDIANS_H

#include "ui/hand_shape.h"
#include <stdbool.h>

enum { MEDIANS_POINTS_MAX = 4096, MEDIANS_STROKES_MAX = 64 };

struct medians {
    size_t stroke_count;
    size_t counts[MEDIANS_STROKES_MAX];
    struct hand_point points[MEDIANS_POINTS_MAX]; /* y down, in a square of 1024 */
};

/* False when the file cannot be read or has none. */
bool medians_read(const char *path, struct medians *out_medians);

#endif
