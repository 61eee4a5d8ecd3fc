#include "drivers/camera/photo.h"

#include "drivers/picture/jpeg.h"
#include "drivers/picture/page.h"
#include <math.h>
#include <stdlib.h>

#define BUDGET_DEFAULT_BYTES 500000
/* Each try to meet the budget by size takes this share of the side before. */
#define SHRINK        0.8
#define SIDE_LEAST_PX 200

/* Samples at least this bright are blown out, whatever lay there. */
#define BLOWN_OUT 252
/* A blown-out share of the page beyond this hides print. */
#define GLARE_SHARE 0.004
/* White paper darker than this has been photographed in the dark; without a paper, all that there is. */
#define DARK_WHITE 70
#define DARK_FRAME 40

/* The picture after 1 and after 4 passes of the blur: what lies between them is an edge, what the first pass
 * takes is its sharpness. */
#define COARSE_PASSES 3
#define EDGE_LEAST    8

/* Seen at half, a quarter and an eighth of the size, a sharp line is as long as it was; one that only shows
 * there is out of focus. */
#define COARSEST_SHRINK 8
#define SHARP_SHARE     0.3
/* Pixels of edges, of all pixels: with less there is nothing to judge by. */
#define EDGES_LEAST 0.002

static struct err soften(const struct picture *luma, struct picture *fine, struct picture *coarse)
{
    struct picture work = {0};
    struct err e = picture_blur(luma, fine);

    if (!err_is(&e))
        e = picture_blur(fine, coarse);
    for (int pass = 1; pass < COARSE_PASSES && !err_is(&e); pass++) {
        struct picture kept = *coarse;

        e = picture_blur(coarse, &work);
        if (err_is(&e))
            break;
        *coarse = work;
        work = kept;
    }
    picture_finish(&work);
    return e;
}

struct edges {
    double share;     /* of all pixels */
    double sharpness; /* -1 when there are none */
};

static struct err find_edges(const struct picture *luma, struct edges *out_edges)
{
    struct picture fine = {0}, coarse = {0};
    struct err e = soften(luma, &fine, &coarse);
    double taken = 0, edges = 0, count = 0;

    for (size_t i = 0; !err_is(&e) && i < picture_size(luma); i++) {
        int edge = abs(fine.pixels[i] - coarse.pixels[i]);

        if (edge < EDGE_LEAST)
            continue;
        count++;
        edges += edge;
        taken += abs(luma->pixels[i] - fine.pixels[i]);
    }
    picture_finish(&fine);
    picture_finish(&coarse);
    TRY(e);
    *out_edges = (struct edges){.share = count / (double)picture_size(luma),
                                .sharpness = edges > 0 ? taken / edges : -1};
    return e;
}

double photo_sharpness(const struct picture *luma)
{
    struct edges edges;
    struct err e = find_edges(luma, &edges);

    return err_is(&e) ? -1 : edges.sharpness;
}

/* The length of the edges in a smaller picture, as their share at full size would be. */
static struct err coarse_share(const struct picture *luma, int shrink, double *out_share)
{
    struct picture small = {0};
    struct edges edges = {0};
    struct err e = picture_scale(luma, luma->width / shrink, luma->height / shrink, &small);

    if (!err_is(&e))
        e = find_edges(&small, &edges);
    picture_finish(&small);
    *out_share = edges.share / shrink;
    return e;
}

/* A face has soft shades of its own: only of a paper the coarse lines say something. */
static struct err is_blurred(const struct picture *luma, bool is_paper, bool *out_blurred)
{
    struct edges edges;
    double most = 0, share;

    TRY(find_edges(luma, &edges));
    for (int shrink = 2;
         is_paper && shrink <= COARSEST_SHRINK && luma->width > 4 * shrink && luma->height > 4 * shrink;
         shrink *= 2) {
        TRY(coarse_share(luma, shrink, &share));
        most = fmax(most, share);
    }
    *out_blurred = (edges.share >= EDGES_LEAST && edges.sharpness < PHOTO_BLURRED) ||
                   (most >= EDGES_LEAST && edges.share < SHARP_SHARE * most);
    return err_ok();
}

/* The level that a share of the samples lies above. */
static int level_above(const size_t histogram[256], size_t total, double share)
{
    double left = share * (double)total;
    int level = 255;

    for (; level > 0 && left >= (double)histogram[level]; level--)
        left -= (double)histogram[level];
    return level;
}

uint32_t photo_light_warnings(const struct picture *luma, bool has_paper)
{
    size_t histogram[256] = {0}, total = picture_size(luma), blown = 0;

    for (size_t i = 0; i < total; i++)
        histogram[luma->pixels[i]]++;
    for (int i = BLOWN_OUT; i < 256; i++)
        blown += histogram[i];
    if ((double)blown > GLARE_SHARE * (double)total)
        return CAMERA_GLARE;
    return level_above(histogram, total, 0.1) < (has_paper ? DARK_WHITE : DARK_FRAME) ? CAMERA_DARK : 0;
}

/* Takes the paper out of the frame and says what is doubtful about it. */
static struct err cut_out(const struct picture *frame, const struct picture *luma, struct picture *out_page,
                          uint32_t *out_warnings)
{
    struct page page;
    bool found;

    TRY(page_find(luma, PAGE_SHARE_LEAST, &found, &page));
    if (!found) {
        *out_warnings |= CAMERA_NO_PAGE;
        return picture_scale(frame, frame->width, frame->height, out_page);
    }
    if (page.is_cut)
        *out_warnings |= CAMERA_CUT_CORNER;
    return page_straighten(frame, &page, out_page, NULL);
}

static struct err judge_luma(const struct picture *luma, bool as_it_is, uint32_t *out_warnings)
{
    bool has_paper = !(*out_warnings & CAMERA_NO_PAGE), blurred = false;

    if (has_paper)
        TRY(is_blurred(luma, !as_it_is, &blurred));
    *out_warnings |= photo_light_warnings(luma, has_paper) | (blurred ? CAMERA_BLURRED : 0);
    return err_ok();
}

static struct err judge(const struct picture *page, bool as_it_is, uint32_t *out_warnings)
{
    struct picture luma = {0};
    struct err e = picture_to_luma(page, &luma);

    if (!err_is(&e))
        e = judge_luma(&luma, as_it_is, out_warnings);
    picture_finish(&luma);
    return e;
}

static struct err fit_side(struct picture *page, int side_px)
{
    struct picture scaled = {0};
    int longer = page->width > page->height ? page->width : page->height;
    double ratio = (double)side_px / longer;

    if (longer <= side_px)
        return err_ok();
    TRY(picture_scale(page, (int)fmax(1, page->width * ratio + 0.5), (int)fmax(1, page->height * ratio + 0.5),
                      &scaled));
    picture_finish(page);
    *page = scaled;
    return err_ok();
}

/* Quality gives way first, then size. */
static struct err compress(struct picture *page, const struct camera_photo *wish, struct buf *out_jpeg)
{
    size_t budget = wish->budget_bytes ? wish->budget_bytes : BUDGET_DEFAULT_BYTES;
    struct err e;

    TRY(fit_side(page, wish->max_pixels > 0 ? wish->max_pixels : PICTURE_SIDE_MAX_PX));
    for (;;) {
        int longer = page->width > page->height ? page->width : page->height;

        e = jpeg_encode_within(page, budget, out_jpeg);
        if (e.class != ERR_REFUSED || longer * SHRINK < SIDE_LEAST_PX)
            return e;
        TRY(fit_side(page, (int)(longer * SHRINK)));
    }
}

static struct err make_page(const struct picture *frame, bool as_it_is, struct picture *luma,
                            struct picture *page, uint32_t *out_warnings)
{
    if (as_it_is) {
        TRY(picture_scale(frame, frame->width, frame->height, page));
        return judge(page, as_it_is, out_warnings);
    }
    TRY(picture_to_luma(frame, luma));
    TRY(cut_out(frame, luma, page, out_warnings));
    TRY(judge(page, as_it_is, out_warnings));
    return *out_warnings & CAMERA_NO_PAGE ? err_ok() : page_even_light(page);
}

struct err photo_make(const struct picture *frame, const struct camera_photo *wish, struct buf *out_jpeg,
                      struct photo_report *out_report)
{
    struct picture page = {0}, luma = {0};
    uint32_t warnings = 0;
    struct err e = make_page(frame, wish->as_it_is, &luma, &page, &warnings);

    if (!err_is(&e))
        e = compress(&page, wish, out_jpeg);
    if (!err_is(&e))
        *out_report = (struct photo_report){.warnings = warnings, .width = page.width, .height = page.height};
    picture_finish(&page);
    picture_finish(&luma);
    return e;
}
