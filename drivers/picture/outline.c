#include "drivers/picture/outline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Twice the area of the triangle o a b; its sign says which way it turns. */
static double cross(struct vec2 o, struct vec2 a, struct vec2 b)
{
    return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
}

static int by_x_then_y(const void *left, const void *right)
{
    const struct vec2 *a = left, *b = right;

    if (a->x != b->x)
        return a->x < b->x ? -1 : 1;
    return (a->y > b->y) - (a->y < b->y);
}

static size_t grow_chain(struct vec2 *hull, size_t kept, size_t floor_size, struct vec2 point)
{
    while (kept >= floor_size && cross(hull[kept - 2], hull[kept - 1], point) <= 0)
        kept--;
    hull[kept] = point;
    return kept + 1;
}

/* Andrew's monotone chain. */
size_t outline_hull(struct vec2 *points, size_t count, struct vec2 *hull)
{
    size_t kept = 0, lower;

    if (count < 3)
        return 0;
    qsort(points, count, sizeof *points, by_x_then_y);
    for (size_t i = 0; i < count; i++)
        kept = grow_chain(hull, kept, 2, points[i]);
    lower = kept + 1;
    for (size_t i = count - 1; i-- > 0;)
        kept = grow_chain(hull, kept, lower, points[i]);
    return kept - 1;
}

double outline_area(const struct vec2 *corners, size_t count)
{
    double twice = 0;

    for (size_t i = 0; i < count; i++) {
        const struct vec2 *a = &corners[i], *b = &corners[(i + 1) % count];

        twice += a->x * b->y - a->y * b->x;
    }
    return fabs(twice) / 2;
}

/* Where the lines a-b and c-d meet; false for parallels. */
static bool meet(struct vec2 a, struct vec2 b, struct vec2 c, struct vec2 d, struct vec2 *out_at)
{
    double bx = b.x - a.x, by = b.y - a.y, dx = d.x - c.x, dy = d.y - c.y;
    double across = bx * dy - by * dx, t;

    if (fabs(across) < 1e-9)
        return false;
    t = ((c.x - a.x) * dy - (c.y - a.y) * dx) / across;
    *out_at = (struct vec2){a.x + t * bx, a.y + t * by};
    return true;
}

/* What dropping the side from corner i to i+1 costs: its neighbours run on until they meet at *out_at. */
static double cost_of_dropping(const struct vec2 *corners, size_t count, size_t i, struct vec2 *out_at)
{
    struct vec2 before = corners[(i + count - 1) % count], a = corners[i];
    struct vec2 b = corners[(i + 1) % count], after = corners[(i + 2) % count];

    if (!meet(before, a, b, after, out_at))
        return INFINITY;
    /* Meeting behind the side means the polygon opens there: no quadrilateral closes it. */
    if ((out_at->x - a.x) * (a.x - before.x) + (out_at->y - a.y) * (a.y - before.y) < 0)
        return INFINITY;
    return fabs(cross(a, *out_at, b)) / 2;
}

static bool drop_cheapest_side(struct vec2 *corners, size_t *count)
{
    size_t best = 0, gone;
    double best_cost = INFINITY;
    struct vec2 best_at = {0}, at = {0};

    for (size_t i = 0; i < *count; i++) {
        double cost = cost_of_dropping(corners, *count, i, &at);

        if (cost >= best_cost)
            continue;
        best_cost = cost;
        best = i;
        best_at = at;
    }
    if (best_cost == INFINITY)
        return false;
    corners[best] = best_at;
    gone = (best + 1) % *count;
    memmove(corners + gone, corners + gone + 1, (*count - gone - 1) * sizeof *corners);
    (*count)--;
    return true;
}

bool outline_quad(struct vec2 *corners, size_t count, struct vec2 out_quad[4])
{
    while (count > 4)
        if (!drop_cheapest_side(corners, &count))
            return false;
    if (count < 4)
        return false;
    memcpy(out_quad, corners, 4 * sizeof *corners);
    return true;
}

void outline_order(struct vec2 quad[4])
{
    struct vec2 given[4];
    size_t first = 0, step;

    memcpy(given, quad, sizeof given);
    for (size_t i = 1; i < 4; i++)
        if (given[i].x + given[i].y < given[first].x + given[first].y)
            first = i;
    /* y grows downwards, so a positive turn is clockwise to the eye. */
    step = cross(given[0], given[1], given[2]) > 0 ? 1 : 3;
    for (size_t i = 0; i < 4; i++)
        quad[i] = given[(first + i * step) % 4];
}
