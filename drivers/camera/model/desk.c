#include "drivers/camera/model/desk.h"

#include <math.h>
#include <stdlib.h>

/* Sub-samples a side for each pixel of the paper: edges come out as a lens would make them. */
#define SUBSAMPLES 2
/* White paper and black print under the desk's lamp, as grey levels of the sensor: neither blown out nor
 * lost. */
#define PAPER_WHITE 225.0
#define PRINT_BLACK 12.0

/* xorshift32: the same picture on every machine. */
static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static uint8_t clamp_byte(double value)
{
    return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value + 0.5);
}

struct desk_view desk_view_centred(int frame_width, int frame_height, const struct picture *paper,
                                   double share)
{
    double fit_x = frame_width * share / paper->width, fit_y = frame_height * share / paper->height;
    double scale = fit_x < fit_y ? fit_x : fit_y;
    double half_w = paper->width * scale / 2, half_h = paper->height * scale / 2;
    double x = frame_width / 2.0, y = frame_height / 2.0;

    return (struct desk_view){.corners = {{x - half_w, y - half_h},
                                          {x + half_w, y - half_h},
                                          {x + half_w, y + half_h},
                                          {x - half_w, y + half_h}},
                              .contrast = 1,
                              .seed = 1};
}

void desk_view_rotate(struct desk_view *view, double degrees)
{
    double c = cos(degrees * M_PI / 180), s = sin(degrees * M_PI / 180);
    struct vec2 middle = {0};

    for (int i = 0; i < 4; i++) {
        middle.x += view->corners[i].x / 4;
        middle.y += view->corners[i].y / 4;
    }
    for (int i = 0; i < 4; i++) {
        double x = view->corners[i].x - middle.x, y = view->corners[i].y - middle.y;

        view->corners[i] = (struct vec2){middle.x + c * x - s * y, middle.y + s * x + c * y};
    }
}

void desk_view_tilt(struct desk_view *view, double tilt)
{
    struct vec2 *left = &view->corners[0], *right = &view->corners[1];
    double dx = (right->x - left->x) * tilt / 2, dy = (right->y - left->y) * tilt / 2;

    left->x += dx;
    left->y += dy;
    right->x -= dx;
    right->y -= dy;
}

static uint8_t *pixel_at(const struct picture *picture, int x, int y)
{
    return picture->pixels + ((size_t)y * (size_t)picture->width + (size_t)x) * (size_t)picture->format;
}

/* Wood: brown, with long soft grain that wanders as the wave of its column says. */
static void wood(double wave, double y, double rgb[3])
{
    double grain = sin(y * 0.13 + wave);

    rgb[0] = 142 + 9 * grain;
    rgb[1] = 108 + 8 * grain;
    rgb[2] = 78 + 7 * grain;
}

static void put_rgb(uint8_t *pixel, enum picture_format format, const double rgb[3])
{
    if (format == PICTURE_RGB)
        for (int i = 0; i < 3; i++)
            pixel[i] = clamp_byte(rgb[i]);
    else
        pixel[0] = clamp_byte(0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]);
}

static void draw_wood(struct picture *frame)
{
    for (int x = 0; x < frame->width; x++) {
        double wave = 3 * sin(x * 0.004);

        for (int y = 0; y < frame->height; y++) {
            double rgb[3];

            wood(wave, y, rgb);
            put_rgb(pixel_at(frame, x, y), frame->format, rgb);
        }
    }
}

static void draw_box(struct picture *frame, int left, int top, int width, int height, double grey)
{
    const double rgb[3] = {grey, grey, grey};

    for (int y = top < 0 ? 0 : top; y < top + height && y < frame->height; y++)
        for (int x = left < 0 ? 0 : left; x < left + width && x < frame->width; x++)
            put_rgb(pixel_at(frame, x, y), frame->format, rgb);
}

/* Boxes, and boxes within boxes, which look like finder patterns from afar. */
static void draw_clutter(struct picture *frame, uint32_t seed)
{
    uint32_t state = seed * 2654435761u + 1;

    for (int i = 0; i < 40; i++) {
        int x = (int)(next_random(&state) % (unsigned)frame->width) - 40;
        int y = (int)(next_random(&state) % (unsigned)frame->height) - 40;
        int width = 8 + (int)(next_random(&state) % 120), height = 8 + (int)(next_random(&state) % 120);
        double grey = next_random(&state) % 256;

        draw_box(frame, x, y, width, height, grey);
        draw_box(frame, x + width / 4, y + height / 4, width / 2, height / 2, 255 - grey);
    }
}

/* The paper's colour at a place of its own plane; false beside it. */
static bool paper_at(const struct picture *paper, struct vec2 at, double rgb[3])
{
    const uint8_t *pixel;

    if (at.x < 0 || at.y < 0 || at.x >= paper->width || at.y >= paper->height)
        return false;
    pixel = pixel_at(paper, (int)at.x, (int)at.y);
    for (int i = 0; i < 3; i++)
        rgb[i] =
            PRINT_BLACK + (PAPER_WHITE - PRINT_BLACK) / 255 * pixel[paper->format == PICTURE_RGB ? i : 0];
    return true;
}

/* Averages the sub-samples of one frame pixel: paper where it lies, desk elsewhere. */
static void lay_pixel(const struct picture *paper, const struct homography *to_paper, int x, int y,
                      struct picture *frame)
{
    double sum[3] = {0}, rgb[3], share;
    int hits = 0;
    uint8_t *pixel = pixel_at(frame, x, y);

    for (int i = 0; i < SUBSAMPLES * SUBSAMPLES; i++) {
        struct vec2 at = {x + (i % SUBSAMPLES + 0.5) / SUBSAMPLES, y + (i / SUBSAMPLES + 0.5) / SUBSAMPLES};

        if (!paper_at(paper, homography_map(to_paper, at), rgb))
            continue;
        hits++;
        for (int c = 0; c < 3; c++)
            sum[c] += rgb[c];
    }
    if (!hits)
        return;
    share = 1.0 / (SUBSAMPLES * SUBSAMPLES);
    for (int c = 0; c < 3; c++)
        rgb[c] = sum[c] * share + pixel[frame->format == PICTURE_RGB ? c : 0] * (1 - hits * share);
    put_rgb(pixel, frame->format, rgb);
}

/* Shrinks a paper much finer than the frame first, so that sub-sampling meets it at about its own scale. */
static struct err paper_for_frame(const struct picture *paper, const struct desk_view *view,
                                  struct picture *out)
{
    const struct vec2 *c = view->corners;
    double seen = fmax(hypot(c[1].x - c[0].x, c[1].y - c[0].y), hypot(c[2].x - c[3].x, c[2].y - c[3].y));
    double ratio = fmin(1, SUBSAMPLES * seen / paper->width);
    int width = (int)fmax(1, paper->width * ratio), height = (int)fmax(1, paper->height * ratio);

    return picture_scale(paper, width, height, out);
}

/* The rows and columns of the frame that the paper can touch. */
struct bounds {
    int left, top, right, bottom;
};

static struct bounds paper_bounds(const struct desk_view *view, const struct picture *frame)
{
    struct bounds b = {frame->width, frame->height, 0, 0};

    for (int i = 0; i < 4; i++) {
        b.left = (int)fmax(0, fmin(b.left, floor(view->corners[i].x)));
        b.top = (int)fmax(0, fmin(b.top, floor(view->corners[i].y)));
        b.right = (int)fmin(frame->width, fmax(b.right, ceil(view->corners[i].x)));
        b.bottom = (int)fmin(frame->height, fmax(b.bottom, ceil(view->corners[i].y)));
    }
    return b;
}

static struct err lay_paper(const struct picture *paper, const struct desk_view *view, struct picture *frame)
{
    struct picture sheet = {0};
    struct homography to_paper;
    struct bounds bounds = paper_bounds(view, frame);
    struct err e = paper_for_frame(paper, view, &sheet);
    const struct vec2 own[4] = {{0, 0}, {sheet.width, 0}, {sheet.width, sheet.height}, {0, sheet.height}};

    if (!err_is(&e) && !homography_between(view->corners, own, &to_paper))
        e = err_make(ERR_DATA, "desk", 0, "the paper's corners lie on one line");
    for (int y = bounds.top; y < bounds.bottom && !err_is(&e); y++)
        for (int x = bounds.left; x < bounds.right; x++)
            lay_pixel(&sheet, &to_paper, x, y, frame);
    picture_finish(&sheet);
    return e;
}

static struct err soften(struct picture *frame, int passes)
{
    struct picture other = {0};
    struct err e = err_ok();

    for (int i = 0; i < passes && !err_is(&e); i++) {
        struct picture kept = *frame;

        e = picture_blur(frame, &other);
        if (err_is(&e))
            break;
        *frame = other;
        other = kept;
    }
    picture_finish(&other);
    return e;
}

/* Lamp on the left, black lifted and white lowered by low contrast, a spot of glare. */
static void light(const struct desk_view *view, struct picture *frame)
{
    double span = hypot(frame->width, frame->height), radius = view->glare * frame->height;

    for (int y = 0; y < frame->height; y++)
        for (int x = 0; x < frame->width; x++) {
            double lamp = 1 - view->shade * hypot(x, y) / span;
            double spot = hypot(x - frame->width / 2.0, y - frame->height / 2.0);
            uint8_t *pixel = pixel_at(frame, x, y);

            for (int c = 0; c < (int)frame->format; c++) {
                double grey = (128 + (pixel[c] - 128) * view->contrast) * lamp;

                pixel[c] = clamp_byte(spot < radius ? grey + 400 * (1 - spot / radius) : grey);
            }
        }
}

struct err desk_draw(const struct picture *paper, const struct desk_view *view, struct picture *frame)
{
    draw_wood(frame);
    if (view->clutter)
        draw_clutter(frame, view->seed);
    if (paper)
        TRY(lay_paper(paper, view, frame));
    TRY(soften(frame, view->blur_passes));
    if (view->contrast < 1 || view->shade > 0 || view->glare > 0)
        light(view, frame);
    return err_ok();
}

/* Sum of four bytes: near enough to a normal distribution, standard deviation 147.8. */
static double noise_sample(uint32_t *state)
{
    uint32_t r = next_random(state);

    return ((int)((r & 255) + (r >> 8 & 255) + (r >> 16 & 255) + (r >> 24)) - 510) / 147.8;
}

struct err desk_expose(const struct picture *in, const struct desk_view *view, uint32_t moment,
                       struct picture *out)
{
    uint32_t state = (view->seed + 1) * 2654435761u ^ (moment + 1) * 40503u;
    size_t size = picture_size(in);

    TRY(picture_reshape(out, in->width, in->height, in->format));
    state = state ? state : 1;
    for (size_t i = 0; i < size; i++)
        out->pixels[i] = clamp_byte(in->pixels[i] + view->noise * noise_sample(&state));
    return err_ok();
}
