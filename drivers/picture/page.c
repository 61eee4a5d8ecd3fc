#include "drivers/picture/page.h"

#include "drivers/picture/outline.h"
#include "drivers/picture/region.h"
#include <math.h>
#include <stdlib.h>

/* The page is looked for in a picture about this wide: large enough for straight sides, small enough for
 * every frame of a preview. */
#define SEARCH_WIDTH_PX 320
/* A page fills its four sides up to this: a hand at its edge is forgiven, a dog is no page. */
#define FILL_LEAST 0.85
/* Nearer than this to the border of the search picture, a side counts as cut off. */
#define BORDER_PX 1.5

static bool touches_border(const struct vec2 corners[4], const struct picture *small)
{
    for (int i = 0; i < 4; i++)
        if (corners[i].x < BORDER_PX || corners[i].y < BORDER_PX || corners[i].x > small->width - BORDER_PX ||
            corners[i].y > small->height - BORDER_PX)
            return true;
    return false;
}

/* A sheet ends in a step, whatever the light; a lamp's glow on an empty desk, or the noise of a black
 * picture, has none. In grey levels, from just outside to just inside, over the sides that lie in the
 * picture. */
#define STEP_LEAST     8
#define STEP_REACH_PX  3
#define STEPS_PER_SIDE 24

static bool level_at(const struct picture *small, struct vec2 at, int *out_level)
{
    int x = (int)floor(at.x), y = (int)floor(at.y);

    if (x < 0 || y < 0 || x >= small->width || y >= small->height)
        return false;
    *out_level = small->pixels[(size_t)y * (size_t)small->width + (size_t)x];
    return true;
}

/* The steps along the side from a to b, whose inside is on its right. */
static void add_steps(const struct picture *small, struct vec2 a, struct vec2 b, double *sum, int *count)
{
    double dx = b.x - a.x, dy = b.y - a.y, length = hypot(dx, dy);
    struct vec2 in = {-dy / length * STEP_REACH_PX, dx / length * STEP_REACH_PX};
    int inside, outside;

    for (int i = 1; i < STEPS_PER_SIDE && length > 0; i++) {
        struct vec2 at = {a.x + dx * i / STEPS_PER_SIDE, a.y + dy * i / STEPS_PER_SIDE};

        if (!level_at(small, (struct vec2){at.x + in.x, at.y + in.y}, &inside) ||
            !level_at(small, (struct vec2){at.x - in.x, at.y - in.y}, &outside))
            continue;
        *sum += inside - outside;
        (*count)++;
    }
}

static bool ends_in_steps(const struct vec2 corners[4], const struct picture *small)
{
    double sum = 0;
    int count = 0;

    for (int i = 0; i < 4; i++)
        add_steps(small, corners[i], corners[(i + 1) % 4], &sum, &count);
    return count > 0 && sum >= STEP_LEAST * count;
}

/* Judges the region's outline; the page's corners stay in the search picture's pixels. */
static bool region_is_page(const struct region *region, const struct picture *small, double share_least,
                           struct vec2 *hull, struct page *out_page)
{
    size_t corners = outline_hull(region->rim, region->rim_count, hull);
    double area;

    if (!outline_quad(hull, corners, out_page->corners))
        return false;
    area = outline_area(out_page->corners, 4);
    if ((double)region->area < share_least * (double)picture_size(small) ||
        (double)region->area < FILL_LEAST * area)
        return false;
    outline_order(out_page->corners);
    if (!ends_in_steps(out_page->corners, small))
        return false;
    out_page->is_cut = touches_border(out_page->corners, small);
    return true;
}

static struct err find_in_small(const struct picture *small, double share_least, bool *out_found,
                                struct page *out_page)
{
    struct region region;
    struct vec2 *hull;

    TRY(region_largest(small, region_threshold(small), &region));
    hull = calloc(region.rim_count + 1, sizeof *hull);
    if (hull)
        *out_found = region_is_page(&region, small, share_least, hull, out_page);
    region_finish(&region);
    free(hull);
    return hull ? err_ok() : err_no_memory("page");
}

static struct err search(const struct picture *luma, double share_least, struct picture *small,
                         struct picture *soft, bool *out_found, struct page *out_page)
{
    double ratio = luma->width > SEARCH_WIDTH_PX ? (double)luma->width / SEARCH_WIDTH_PX : 1;
    int width = (int)(luma->width / ratio), height = (int)fmax(1, luma->height / ratio);

    TRY(picture_scale(luma, width, height, small));
    TRY(picture_blur(small, soft));
    TRY(find_in_small(soft, share_least, out_found, out_page));
    for (int i = 0; i < 4 && *out_found; i++) {
        out_page->corners[i].x *= (double)luma->width / width;
        out_page->corners[i].y *= (double)luma->height / height;
    }
    return err_ok();
}

struct err page_find(const struct picture *luma, double share_least, bool *out_found, struct page *out_page)
{
    struct picture small = {0}, soft = {0};
    struct page page = {0};
    bool found = false;
    struct err e = search(luma, share_least, &small, &soft, &found, &page);

    picture_finish(&small);
    picture_finish(&soft);
    TRY(e);
    *out_found = found;
    if (found)
        *out_page = page;
    return e;
}

static double distance(struct vec2 a, struct vec2 b)
{
    return hypot(a.x - b.x, a.y - b.y);
}

/* Blends the four samples around a place; outside, the border's own colour goes on. */
static void sample(const struct picture *in, struct vec2 at, uint8_t *out_pixel)
{
    double fx = fmin(fmax(at.x - 0.5, 0), in->width - 1), fy = fmin(fmax(at.y - 0.5, 0), in->height - 1);
    int x = (int)fx, y = (int)fy;
    size_t step = (size_t)in->format, row = (size_t)in->width * step;
    size_t right = x + 1 < in->width ? step : 0, below = y + 1 < in->height ? row : 0;
    const uint8_t *p = in->pixels + (size_t)y * row + (size_t)x * step;

    fx -= x;
    fy -= y;
    for (size_t c = 0; c < step; c++, p++) {
        double top = p[0] + fx * (p[right] - p[0]);
        double bottom = p[below] + fx * (p[below + right] - p[below]);

        out_pixel[c] = (uint8_t)(top + fy * (bottom - top) + 0.5);
    }
}

struct err page_straighten(const struct picture *in, const struct page *page, struct picture *out,
                           struct homography *out_to_picture)
{
    const struct vec2 *c = page->corners;
    double width = fmin(PICTURE_SIDE_MAX_PX, fmax(distance(c[0], c[1]), distance(c[3], c[2])));
    double height = fmin(PICTURE_SIDE_MAX_PX, fmax(distance(c[0], c[3]), distance(c[1], c[2])));
    const struct vec2 flat[4] = {{0, 0}, {width, 0}, {width, height}, {0, height}};
    struct homography to_picture;
    uint8_t *pixel;

    if (!homography_between(flat, c, &to_picture))
        return err_make(ERR_DATA, "page", 0, "the page's corners lie on one line");
    TRY(picture_reshape(out, (int)width, (int)height, in->format));
    pixel = out->pixels;
    for (int y = 0; y < out->height; y++)
        for (int x = 0; x < out->width; x++, pixel += in->format)
            sample(in, homography_map(&to_picture, (struct vec2){x + 0.5, y + 0.5}), pixel);
    if (out_to_picture)
        *out_to_picture = to_picture;
    return err_ok();
}
