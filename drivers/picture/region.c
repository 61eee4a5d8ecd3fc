#include "drivers/picture/region.h"

#include <stdlib.h>
#include <string.h>

int region_threshold(const struct picture *luma)
{
    size_t histogram[256] = {0}, total = picture_size(luma);
    double sum = 0, dark_sum = 0, dark = 0, best = -1;
    int threshold = 128;

    for (size_t i = 0; i < total; i++)
        histogram[luma->pixels[i]]++;
    for (int i = 0; i < 256; i++)
        sum += (double)histogram[i] * i;
    for (int i = 0; i < 255; i++) {
        double bright, between;

        dark += (double)histogram[i];
        dark_sum += (double)histogram[i] * i;
        bright = (double)total - dark;
        if (dark == 0 || bright == 0)
            continue;
        between = dark_sum / dark - (sum - dark_sum) / bright;
        between *= between * dark * bright;
        if (between > best) {
            best = between;
            threshold = i;
        }
    }
    return threshold;
}

/* A flood through the bright pixels. mark holds 1 where nobody has been yet. */
struct flood {
    int width, height;
    uint8_t *mark;
    int *stack;
    size_t depth;
};

static void visit(struct flood *flood, int x, int y)
{
    int at = y * flood->width + x;

    if (x < 0 || y < 0 || x >= flood->width || y >= flood->height || flood->mark[at] != 1)
        return;
    flood->mark[at] = 2;
    flood->stack[flood->depth++] = at;
}

/* Number of pixels connected with the one at `from`. */
static size_t fill(struct flood *flood, int from)
{
    size_t area = 0;

    visit(flood, from % flood->width, from / flood->width);
    while (flood->depth > 0) {
        int at = flood->stack[--flood->depth], x = at % flood->width, y = at / flood->width;

        area++;
        visit(flood, x - 1, y);
        visit(flood, x + 1, y);
        visit(flood, x, y - 1);
        visit(flood, x, y + 1);
    }
    return area;
}

/* Pixel edges, not centres: a region of one pixel is a square of side 1. */
static void add_rim(struct region *region, int left, int right, int y)
{
    const struct vec2 rim[4] = {{left, y}, {left, y + 1}, {right + 1, y}, {right + 1, y + 1}};

    memcpy(region->rim + region->rim_count, rim, sizeof rim);
    region->rim_count += 4;
    region->area += (size_t)(right - left) + 1;
}

static void trace(const struct flood *flood, struct region *region)
{
    for (int y = 0; y < flood->height; y++) {
        const uint8_t *row = flood->mark + (size_t)y * (size_t)flood->width;
        const uint8_t *first = memchr(row, 2, (size_t)flood->width);
        const uint8_t *last = memrchr(row, 2, (size_t)flood->width);

        if (first)
            add_rim(region, (int)(first - row), (int)(last - row), y);
    }
}

/* Leaves only the largest region marked 2. */
static void find_largest(struct flood *flood)
{
    int count = flood->width * flood->height, best = 0;
    size_t most = 0;

    for (int i = 0; i < count; i++) {
        size_t area = flood->mark[i] == 1 ? fill(flood, i) : 0;

        if (area > most) {
            most = area;
            best = i;
        }
    }
    for (int i = 0; i < count; i++)
        flood->mark[i] = flood->mark[i] ? 1 : 0;
    if (most)
        fill(flood, best);
}

struct err region_largest(const struct picture *luma, int threshold, struct region *out_region)
{
    size_t count = picture_size(luma);
    struct flood flood = {.width = luma->width, .height = luma->height};
    struct region region = {0};

    flood.mark = malloc(count);
    flood.stack = calloc(count, sizeof *flood.stack);
    region.rim = calloc(4 * (size_t)luma->height, sizeof *region.rim);
    if (flood.mark && flood.stack && region.rim) {
        for (size_t i = 0; i < count; i++)
            flood.mark[i] = luma->pixels[i] > threshold;
        find_largest(&flood);
        trace(&flood, &region);
        *out_region = region;
    } else {
        region_finish(&region);
    }
    free(flood.mark);
    free(flood.stack);
    return region.rim ? err_ok() : err_no_memory("page");
}

void region_finish(struct region *region)
{
    free(region->rim);
    *region = (struct region){0};
}
