#include "ui/picture_png.h"

#include "board/base/wipe.h"

#include <SDL2/SDL.h>
#include <SDL2/SDL_image.h>
#include <math.h>

enum { PEN_PX = 7, MARGIN_PX = 24, WORDS_PX = 44, WORDS_LINE_PX = 66, HEADER_BYTES = 65536 };

static SDL_Surface *white_surface(int width_px, int height_px)
{
    SDL_Surface *surface =
        SDL_CreateRGBSurfaceWithFormat(0, width_px, height_px, 32, SDL_PIXELFORMAT_XRGB8888);
    if (surface)
        SDL_FillRect(surface, NULL, 0xFFFFFF);
    return surface;
}

static void wipe_surface(SDL_Surface *surface)
{
    if (!surface)
        return;
    wipe(surface->pixels, (size_t)surface->pitch * (size_t)surface->h);
    SDL_FreeSurface(surface);
}

/* Uncompressed size and some more is always enough room. */
static struct err append_png(SDL_Surface *surface, struct buf *out_png)
{
    size_t room = (size_t)surface->pitch * (size_t)surface->h + HEADER_BYTES;
    void *memory = private_alloc(room);
    if (!memory)
        return err_no_memory("ui");
    SDL_RWops *stream = SDL_RWFromMem(memory, (int)room);
    bool done = stream && IMG_SavePNG_RW(surface, stream, 0) == 0;
    if (done)
        buf_append(out_png, memory, (size_t)SDL_RWtell(stream));
    if (stream)
        SDL_RWclose(stream);
    private_free(memory, room);
    return done ? buf_check(out_png, "ui") : err_make(ERR_SYSTEM, "ui", 0, "no PNG: %s", IMG_GetError());
}

/* ---- strokes ---- */

struct frame {
    double scale, left, top;
};

static struct frame frame_of(const struct ui_strokes *strokes, size_t point_count, int width_px,
                             int height_px)
{
    double low_x = 1e9, low_y = 1e9, high_x = -1e9, high_y = -1e9;
    for (size_t i = 0; i < point_count; i++) {
        low_x = fmin(low_x, strokes->points[i].x);
        high_x = fmax(high_x, strokes->points[i].x);
        low_y = fmin(low_y, strokes->points[i].y);
        high_y = fmax(high_y, strokes->points[i].y);
    }
    double wide = fmax(high_x - low_x, 1), high = fmax(high_y - low_y, 1);
    double scale = fmin((width_px - 2 * MARGIN_PX) / wide, (height_px - 2 * MARGIN_PX) / high);
    return (struct frame){scale, (width_px - wide * scale) / 2 - low_x * scale,
                          (height_px - high * scale) / 2 - low_y * scale};
}

static void dot(SDL_Surface *surface, double x, double y)
{
    for (int dy = -PEN_PX / 2; dy <= PEN_PX / 2; dy++) {
        int half = (int)sqrt(PEN_PX * PEN_PX / 4.0 - dy * dy);
        const SDL_Rect line = {(int)x - half, (int)y + dy, 2 * half + 1, 1};
        SDL_FillRect(surface, &line, 0x000000);
    }
}

static void segment(SDL_Surface *surface, const struct frame *frame, const struct ui_pad_point *from,
                    const struct ui_pad_point *to)
{
    double x = from->x * frame->scale + frame->left, y = from->y * frame->scale + frame->top;
    double dx = (to->x - from->x) * frame->scale, dy = (to->y - from->y) * frame->scale;
    int steps = (int)fmax(fabs(dx), fabs(dy)) + 1;
    for (int i = 0; i <= steps; i++)
        dot(surface, x + dx * i / steps, y + dy * i / steps);
}

struct err picture_png_strokes(const struct ui_strokes *strokes, int width_px, int height_px,
                               struct buf *out_png)
{
    SDL_Surface *surface = white_surface(width_px, height_px);
    if (!surface)
        return err_no_memory("ui");
    size_t point_count = 0;
    for (size_t s = 0; s < strokes->stroke_count; s++)
        point_count += strokes->counts[s];
    struct frame frame = frame_of(strokes, point_count, width_px, height_px);
    const struct ui_pad_point *points = strokes->points;
    for (size_t s = 0; s < strokes->stroke_count; points += strokes->counts[s], s++)
        for (size_t i = 0; i < strokes->counts[s]; i++)
            segment(surface, &frame, &points[i ? i - 1 : 0], &points[i]);
    struct err e = append_png(surface, out_png);
    wipe_surface(surface);
    return e;
}

/* ---- words ---- */

struct err picture_png_words(struct ui_text *text, const char *words, int width_px, int height_px,
                             struct buf *out_png)
{
    SDL_Surface *surface = white_surface(width_px, height_px);
    if (!surface)
        return err_no_memory("ui");
    const struct ui_text_style style = {.size_px = WORDS_PX};
    struct ui_text_line lines[UI_TEXT_LINES_MAX];
    size_t count = ui_text_wrap(text, &style, words, width_px - 2 * MARGIN_PX, lines, NULL);
    int y = (height_px - (int)count * WORDS_LINE_PX) / 2;
    for (size_t i = 0; i < count; i++, y += WORDS_LINE_PX)
        ui_text_draw(text, surface, &style, 0x000000, words + lines[i].start, lines[i].length,
                     (width_px - lines[i].width_px) / 2, y, WORDS_LINE_PX);
    struct err e = append_png(surface, out_png);
    wipe_surface(surface);
    return e;
}
