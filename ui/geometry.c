#include "ui/geometry.h"

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int most(int a, int b)
{
    return a > b ? a : b;
}

struct ui_rect ui_rect_intersect(struct ui_rect a, struct ui_rect b)
{
    int left = most(a.x, b.x), top = most(a.y, b.y);
    int right = least(a.x + a.w, b.x + b.w), bottom = least(a.y + a.h, b.y + b.h);
    if (right <= left || bottom <= top)
        return (struct ui_rect){left, top, 0, 0};
    return (struct ui_rect){left, top, right - left, bottom - top};
}

struct ui_rect ui_rect_union(struct ui_rect a, struct ui_rect b)
{
    if (ui_rect_is_empty(a))
        return b;
    if (ui_rect_is_empty(b))
        return a;
    int left = least(a.x, b.x), top = least(a.y, b.y);
    int right = most(a.x + a.w, b.x + b.w), bottom = most(a.y + a.h, b.y + b.h);
    return (struct ui_rect){left, top, right - left, bottom - top};
}

struct ui_rect ui_rect_inset(struct ui_rect r, int by)
{
    return (struct ui_rect){r.x + by, r.y + by, r.w - 2 * by, r.h - 2 * by};
}
