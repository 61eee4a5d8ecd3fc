/* The outline of a region of pixels, down to four straight sides. Pure. */
#ifndef YIZHAN_PICTURE_OUTLINE_H
#define YIZHAN_PICTURE_OUTLINE_H

#include "drivers/picture/homography.h"
#include <stddef.h>

/* Convex hull of the points, counted out to hull in order around; count <= room of hull. points are sorted in
 * place. Returns the number of corners. */
size_t outline_hull(struct vec2 *points, size_t count, struct vec2 *hull);

/* Takes away the sides of a convex polygon whose loss adds the least area until four are left; false when the
 * polygon has fewer or is no quadrilateral at all. corners are used as scratch. */
bool outline_quad(struct vec2 *corners, size_t count, struct vec2 out_quad[4]);

/* Area of a polygon, positive whichever way it turns. */
double outline_area(const struct vec2 *corners, size_t count);

/* Clockwise on the screen, beginning at the corner nearest to the top left. */
void outline_order(struct vec2 quad[4]);

#endif
