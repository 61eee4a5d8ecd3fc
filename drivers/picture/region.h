/* Bright regions of a small luma picture. Pure. */
#ifndef YIZHAN_PICTURE_REGION_H
#define YIZHAN_PICTURE_REGION_H

#include "drivers/picture/homography.h"
#include "drivers/picture/picture.h"

/* Otsu's threshold: the grey level that parts the picture's histogram best. */
int region_threshold(const struct picture *luma);

struct region {
    size_t area;      /* pixels from its left to its right rim: print and holes in it count */
    struct vec2 *rim; /* leftmost and rightmost edge of each row it touches: enough for its convex hull */
    size_t rim_count;
};

/* The largest 4-connected region brighter than threshold; area 0 when nothing is. */
MUST_USE struct err region_largest(const struct picture *luma, int threshold, struct region *out_region);
void region_finish(struct region *region);

#endif
