#include "app/form/geo.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RADIUS_M 6378100.0

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* One number and the space after it. */
static bool read_number(const char **at, const char *end, double *out)
{
    char text[64];
    size_t length = 0;
    while (*at < end && !is_space(**at)) {
        if (length == sizeof text - 1)
            return false;
        text[length++] = *(*at)++;
    }
    text[length] = '\0';
    while (*at < end && is_space(**at))
        (*at)++;
    char *stop;
    *out = strtod(text, &stop);
    return length > 0 && *stop == '\0' && isfinite(*out);
}

bool geo_point_parse(const char *text, size_t length, struct geo_point *out_point)
{
    const char *end = text + length;
    double numbers[4];
    size_t count = 0;
    while (text < end && is_space(*text))
        text++;
    for (; text < end && count < 4; count++)
        if (!read_number(&text, end, &numbers[count]))
            return false;
    if (text != end || count < 2 || fabs(numbers[0]) > 90 || fabs(numbers[1]) > 180)
        return false;
    *out_point = (struct geo_point){numbers[0], numbers[1]};
    return true;
}

bool geo_points_parse(const char *text, struct geo_point *out_points, size_t max, size_t *out_count)
{
    const char *end = text + strlen(text);
    while (end > text && (is_space(end[-1]) || end[-1] == ';'))
        end--;
    size_t count = 0;
    while (text < end) {
        const char *stop = memchr(text, ';', (size_t)(end - text));
        struct geo_point point;
        stop = stop ? stop : end;
        if (!geo_point_parse(text, (size_t)(stop - text), &point))
            return false;
        if (count < max)
            out_points[count] = point;
        count++;
        text = stop == end ? end : stop + 1;
    }
    *out_count = count;
    return true;
}

static double radians(double degrees)
{
    return degrees * 3.14159265358979323846 / 180;
}

static double to_centimetres(double value)
{
    return fabs(floor(value * 100 + 0.5) / 100);
}

static double leg_m(struct geo_point a, struct geo_point b)
{
    double delta = radians(a.lon - b.lon);
    double lat_a = radians(a.lat);
    double lat_b = radians(b.lat);
    double cosine = sin(lat_a) * sin(lat_b) + cos(lat_a) * cos(lat_b) * cos(delta);
    return acos(fmin(1, fmax(-1, cosine))) * RADIUS_M;
}

double geo_distance(const struct geo_point *points, size_t count)
{
    double total = 0;
    for (size_t i = 1; i < count; i++)
        total += leg_m(points[i - 1], points[i]);
    return to_centimetres(total);
}

bool geo_is_closed(const struct geo_point *points, size_t count)
{
    return count > 1 && points[0].lat == points[count - 1].lat && points[0].lon == points[count - 1].lon;
}

double geo_area(const struct geo_point *points, size_t count)
{
    double total = 0;
    if (count < 3)
        return 0;
    for (size_t i = 0; i < count; i++) {
        struct geo_point a = points[i];
        struct geo_point b = points[(i + 1) % count];
        total += radians(b.lon - a.lon) * (2 + sin(radians(b.lat)) + sin(radians(a.lat)));
    }
    return to_centimetres(total * RADIUS_M * RADIUS_M / 2);
}

/* Counts how often a ray to the east crosses the outline. */
bool geo_inside(struct geo_point point, const struct geo_point *shape, size_t count)
{
    bool inside = false;
    for (size_t i = 1; i < count; i++) {
        struct geo_point a = shape[i - 1];
        struct geo_point b = shape[i];
        bool spans = (a.lat > point.lat) != (b.lat > point.lat);
        if (spans && point.lon < (a.lon - b.lon) * (point.lat - b.lat) / (a.lat - b.lat) + b.lon)
            inside = !inside;
    }
    return inside;
}
