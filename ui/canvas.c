#include "ui/canvas_parts.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct err ui_canvas_create(const char *icons, struct ui_canvas **out_canvas)
{
    struct ui_canvas *canvas = calloc(1, sizeof *canvas);
    if (!canvas)
        return err_no_memory("canvas");
    if (snprintf(canvas->icons, sizeof canvas->icons, "%s", icons) >= (int)sizeof canvas->icons) {
        free(canvas);
        return err_make(ERR_DATA, "canvas", 0, "path of the icons is too long");
    }
    *out_canvas = canvas;
    return err_ok();
}

void ui_canvas_destroy(struct ui_canvas **canvas)
{
    if (!*canvas)
        return;
    ui_canvas_drop_corners(*canvas);
    ui_canvas_drop_svgs(*canvas);
    free(*canvas);
    *canvas = NULL;
}

void ui_canvas_begin(struct ui_canvas *canvas, struct SDL_Surface *surface, struct ui_rect clip)
{
    canvas->target = surface;
    canvas->clip = ui_rect_intersect(clip, (struct ui_rect){0, 0, surface->w, surface->h});
    SDL_Rect sdl_clip = ui_sdl_rect(canvas->clip);
    SDL_SetClipRect(surface, &sdl_clip);
}

void ui_canvas_fill(struct ui_canvas *canvas, struct ui_rect rect, uint32_t colour)
{
    if (ui_rect_is_empty(rect))
        return;
    SDL_Rect r = ui_sdl_rect(rect);
    SDL_FillRect(canvas->target, &r, ui_pixel(colour));
}

void ui_canvas_dim(struct ui_canvas *canvas)
{
    struct ui_rect clip = canvas->clip;
    for (int y = clip.y; y < clip.y + clip.h; y++) {
        uint32_t *row = (uint32_t *)((char *)canvas->target->pixels + y * canvas->target->pitch);
        for (int x = clip.x; x < clip.x + clip.w; x++)
            row[x] = row[x] >> 2 & 0x3F3F3F;
    }
}

/* ---- lines ---- */

struct segment {
    double x0, y0, dx, dy, length_squared, radius;
};

static double distance(const struct segment *s, double x, double y)
{
    double t = s->length_squared > 0 ? ((x - s->x0) * s->dx + (y - s->y0) * s->dy) / s->length_squared : 0;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    return hypot(x - s->x0 - t * s->dx, y - s->y0 - t * s->dy);
}

static void draw_segment(struct ui_canvas *canvas, const struct segment *s, struct ui_rect box,
                         uint32_t colour)
{
    for (int y = box.y; y < box.y + box.h; y++) {
        uint32_t *row = (uint32_t *)((char *)canvas->target->pixels + y * canvas->target->pitch);
        for (int x = box.x; x < box.x + box.w; x++) {
            double coverage = s->radius + 0.5 - distance(s, x + 0.5, y + 0.5);
            if (coverage >= 1)
                row[x] = ui_pixel(colour);
            else if (coverage > 0)
                row[x] = ui_mix(row[x], colour, (unsigned)(coverage * 256));
        }
    }
}

void ui_canvas_line(struct ui_canvas *canvas, double x0, double y0, double x1, double y1, double width,
                    uint32_t colour)
{
    struct segment s = {x0, y0, x1 - x0, y1 - y0, 0, width / 2};
    s.length_squared = s.dx * s.dx + s.dy * s.dy;
    int reach = (int)ceil(width / 2) + 1;
    int left = (int)floor(fmin(x0, x1)) - reach, right = (int)ceil(fmax(x0, x1)) + reach;
    int top = (int)floor(fmin(y0, y1)) - reach, bottom = (int)ceil(fmax(y0, y1)) + reach;
    struct ui_rect box =
        ui_rect_intersect((struct ui_rect){left, top, right - left, bottom - top}, canvas->clip);
    if (!ui_rect_is_empty(box))
        draw_segment(canvas, &s, box, colour);
}

/* ---- images ---- */

/* The largest rectangle of this aspect inside, centred. */
static struct ui_rect fitted(struct ui_rect rect, int width, int height)
{
    if ((int64_t)rect.w * height > (int64_t)rect.h * width) {
        int w = (int)((int64_t)rect.h * width / height);
        return (struct ui_rect){rect.x + (rect.w - w) / 2, rect.y, w, rect.h};
    }
    int h = (int)((int64_t)rect.w * height / width);
    return (struct ui_rect){rect.x, rect.y + (rect.h - h) / 2, rect.w, h};
}

static uint32_t image_pixel(const struct ui_image *image, int x, int y)
{
    if (image->is_mirrored)
        x = image->width - 1 - x;
    const uint8_t *row = image->pixels + (size_t)y * (size_t)image->stride;
    if (image->format == UI_IMAGE_GRAY8)
        return 0x010101u * row[x];
    return (uint32_t)row[3 * x] << 16 | (uint32_t)row[3 * x + 1] << 8 | row[3 * x + 2];
}

/* Average of the four pixels around a point given in 1/256 pixel. */
static uint32_t sample(const struct ui_image *image, int x256, int y256)
{
    int x = x256 >> 8, y = y256 >> 8;
    int right = x + 1 < image->width ? x + 1 : x, below = y + 1 < image->height ? y + 1 : y;
    unsigned fx = (unsigned)x256 & 255, fy = (unsigned)y256 & 255;
    uint32_t top = ui_mix(image_pixel(image, x, y), image_pixel(image, right, y), fx);
    uint32_t bottom = ui_mix(image_pixel(image, x, below), image_pixel(image, right, below), fx);
    return ui_mix(top, bottom, fy);
}

void ui_canvas_image(struct ui_canvas *canvas, struct ui_rect rect, const struct ui_image *image)
{
    if (!image->pixels || image->width <= 0 || image->height <= 0 || ui_rect_is_empty(rect))
        return;
    struct ui_rect at = fitted(rect, image->width, image->height);
    struct ui_rect box = ui_rect_intersect(at, canvas->clip);
    for (int y = box.y; y < box.y + box.h; y++) {
        uint32_t *row = (uint32_t *)((char *)canvas->target->pixels + y * canvas->target->pitch);
        int y256 = (int)((int64_t)(y - at.y) * image->height * 256 / at.h);
        for (int x = box.x; x < box.x + box.w; x++)
            row[x] = ui_pixel(sample(image, (int)((int64_t)(x - at.x) * image->width * 256 / at.w), y256));
    }
}
