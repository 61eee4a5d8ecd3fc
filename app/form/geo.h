/* Points, lines and shapes on Earth as ODK writes them: "lat lon [altitude [accuracy]]", joined by ";". */
#ifndef YIZHAN_FORM_GEO_H
#define YIZHAN_FORM_GEO_H

#include <stdbool.h>
#include <stddef.h>

struct geo_point {
    double lat; /* degrees, -90..90 */
    double lon; /* degrees, -180..180 */
};

/* length bytes of text. False when they are no point. */
bool geo_point_parse(const char *text, size_t length, struct geo_point *out_point);
/* Reads up to max points of a trace or shape; trailing semicolons are passed over. False when any is no
 * point; *out_count is how many there are, more than max among them. */
bool geo_points_parse(const char *text, struct geo_point *out_points, size_t max, size_t *out_count);

/* Metres along the points, and square metres inside them (closed if they are not), to the centimetre; on a
 * sphere of the equatorial radius 6,378,100 m, as JavaRosa computes both. */
double geo_distance(const struct geo_point *points, size_t count);
double geo_area(const struct geo_point *points, size_t count);
/* Whether a point lies inside a closed shape. */
bool geo_inside(struct geo_point point, const struct geo_point *shape, size_t count);
bool geo_is_closed(const struct geo_point *points, size_t count);

#endif
