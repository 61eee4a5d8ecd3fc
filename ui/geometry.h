/* Pixels: x to the right, y down, origin at the panel's top left corner as the person sees it. */
#ifndef YIZHAN_UI_GEOMETRY_H
#define YIZHAN_UI_GEOMETRY_H

#include <stdbool.h>

struct ui_point {
    int x, y;
};

struct ui_rect {
    int x, y, w, h;
};

static inline bool ui_rect_is_empty(struct ui_rect r)
{
    return r.w <= 0 || r.h <= 0;
}

static inline bool ui_rect_equal(struct ui_rect a, struct ui_rect b)
{
    return a.x == b.x && a.y == b.y && a.w == b.w && a.h == b.h;
}

static inline bool ui_rect_contains(struct ui_rect r, int x, int y)
{
    return x >= r.x && y >= r.y && x < r.x + r.w && y < r.y + r.h;
}

/* What both cover; empty when they do not touch. */
struct ui_rect ui_rect_intersect(struct ui_rect a, struct ui_rect b);
/* The smallest rectangle around both; an empty one does not count. */
struct ui_rect ui_rect_union(struct ui_rect a, struct ui_rect b);
/* Made smaller by `by` on each side (larger when negative). */
struct ui_rect ui_rect_inset(struct ui_rect r, int by);

#endif
