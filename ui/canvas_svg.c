/* Icons and illustrations: SVG files in the light theme's colours, recoloured as text before they are
 * rasterised. */
#include "board/base/file.h"
#include "ui/canvas_parts.h"
#include <SDL2/SDL_image.h>
#include <stdio.h>
#include <string.h>

enum { SVG_BYTES_MAX = 64 << 10 };

/* The colours the files are drawn in, and what they stand for. */
static const struct token {
    char hex[8];
    enum ui_colour colour;
} tokens[] = {
    {"#1B2426", UI_COLOUR_INK},     {"#0E5A50", UI_COLOUR_ACCENT},   {"#FFFFFF", UI_COLOUR_CARD},
    {"#FAF6EC", UI_COLOUR_PAPER},   {"#F1EBDB", UI_COLOUR_BAR},      {"#4A5557", UI_COLOUR_QUIET},
    {"#6B4A00", UI_COLOUR_CAUTION}, {"#DDEBE4", UI_COLOUR_SELECTED}, {"#8F2318", UI_COLOUR_DANGER},
};
enum { TOKEN_COUNT = sizeof tokens / sizeof tokens[0] };

static bool read_svg(const struct ui_canvas *canvas, const char *name, struct buf *out_svg)
{
    char path[512];
    if (strchr(name, '/') ||
        snprintf(path, sizeof path, "%s/%s.svg", canvas->icons, name) >= (int)sizeof path)
        return false;
    struct err failure = file_read(path, SVG_BYTES_MAX, out_svg);
    return !err_is(&failure);
}

static void recolour(struct buf *svg, const uint32_t palette[TOKEN_COUNT])
{
    for (char *p = svg->data; (p = strchr(p, '#')) != NULL; p++) {
        for (int i = 0; i < TOKEN_COUNT; i++) {
            char hex[8];
            if (strncmp(p, tokens[i].hex, 7) != 0)
                continue;
            snprintf(hex, sizeof hex, "#%06X", (unsigned)(palette[i] & 0xFFFFFF));
            memcpy(p, hex, 7);
            break;
        }
    }
}

static SDL_Surface *rasterise(const struct ui_canvas *canvas, const char *name, int width, int height,
                              const uint32_t palette[TOKEN_COUNT])
{
    struct buf svg = {0};
    SDL_Surface *surface = NULL;
    if (read_svg(canvas, name, &svg)) {
        recolour(&svg, palette);
        SDL_RWops *stream = SDL_RWFromConstMem(svg.data, (int)svg.length);
        surface = IMG_LoadSizedSVG_RW(stream, width, height);
        SDL_RWclose(stream);
    }
    buf_finish(&svg);
    if (surface)
        SDL_SetSurfaceBlendMode(surface, SDL_BLENDMODE_BLEND);
    return surface;
}

static bool is_svg(const struct ui_svg *s, const char *name, int width, int height, uint32_t palette)
{
    return s->surface && s->width == width && s->height == height && s->palette == palette &&
           strcmp(s->name, name) == 0;
}

static struct ui_svg *find_slot(struct ui_canvas *canvas, const char *name, int width, int height,
                                uint32_t palette)
{
    struct ui_svg *oldest = &canvas->svgs[0];
    for (int i = 0; i < UI_PICTURES_MAX; i++) {
        struct ui_svg *s = &canvas->svgs[i];
        if (is_svg(s, name, width, height, palette))
            return s;
        if (oldest->surface && (!s->surface || s->last_use < oldest->last_use))
            oldest = s;
    }
    return oldest;
}

static SDL_Surface *cached(struct ui_canvas *canvas, const char *name, int width, int height,
                           const uint32_t palette[TOKEN_COUNT])
{
    uint32_t hash = 0;
    for (int i = 0; i < TOKEN_COUNT; i++)
        hash = (hash ^ palette[i]) * 16777619u;
    struct ui_svg *slot = find_slot(canvas, name, width, height, hash);
    if (!is_svg(slot, name, width, height, hash)) {
        SDL_FreeSurface(slot->surface);
        *slot = (struct ui_svg){.width = width, .height = height, .palette = hash};
        snprintf(slot->name, sizeof slot->name, "%s", name);
        slot->surface = rasterise(canvas, name, width, height, palette);
    }
    slot->last_use = ++canvas->uses;
    return slot->surface;
}

void ui_canvas_drop_svgs(struct ui_canvas *canvas)
{
    for (int i = 0; i < UI_PICTURES_MAX; i++)
        SDL_FreeSurface(canvas->svgs[i].surface);
}

static void blit_centred(struct ui_canvas *canvas, struct ui_rect rect, SDL_Surface *surface)
{
    SDL_Rect to = {rect.x + (rect.w - surface->w) / 2, rect.y + (rect.h - surface->h) / 2, surface->w,
                   surface->h};
    SDL_BlitSurface(surface, NULL, canvas->target, &to);
}

void ui_canvas_icon(struct ui_canvas *canvas, struct ui_rect rect, const char *name, uint32_t colour)
{
    if (ui_rect_is_empty(ui_rect_intersect(rect, canvas->clip)))
        return;
    uint32_t palette[TOKEN_COUNT];
    for (int i = 0; i < TOKEN_COUNT; i++)
        palette[i] = colour;
    int side = rect.w < rect.h ? rect.w : rect.h;
    SDL_Surface *surface = cached(canvas, name, side, side, palette);
    if (surface)
        blit_centred(canvas, rect, surface);
    else
        ui_canvas_box(canvas, rect,
                      &(struct ui_round_box){.border = 3, .border_colour = colour, .is_hollow = true});
}

void ui_canvas_picture(struct ui_canvas *canvas, struct ui_rect rect, const char *name,
                       const struct ui_theme *theme)
{
    if (ui_rect_is_empty(ui_rect_intersect(rect, canvas->clip)))
        return;
    uint32_t palette[TOKEN_COUNT];
    for (int i = 0; i < TOKEN_COUNT; i++)
        palette[i] = theme->colour[tokens[i].colour];
    SDL_Surface *surface = cached(canvas, name, rect.w, rect.h, palette);
    if (surface)
        blit_centred(canvas, rect, surface);
}

bool ui_canvas_has_icon(struct ui_canvas *canvas, const char *name)
{
    struct buf svg = {0};
    bool has = read_svg(canvas, name, &svg);
    buf_finish(&svg);
    return has;
}
