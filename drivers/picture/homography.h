/* The plane-to-plane mapping of a flat sheet seen from an angle. Pure. */
#ifndef YIZHAN_PICTURE_HOMOGRAPHY_H
#define YIZHAN_PICTURE_HOMOGRAPHY_H

#include <stdbool.h>

struct vec2 {
    double x;
    double y;
};

struct homography {
    double m[9]; /* row-major, m[8] = 1 */
};

/* The mapping that takes from[i] to to[i]. false when three points of a side lie on a line. */
bool homography_between(const struct vec2 from[4], const struct vec2 to[4], struct homography *out_mapping);

struct vec2 homography_map(const struct homography *mapping, struct vec2 point);

#endif
