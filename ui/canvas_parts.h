/* What the canvas files share. Private to them. */
#ifndef YIZHAN_UI_CANVAS_PARTS_H
#define YIZHAN_UI_CANVAS_PARTS_H

#include "ui/canvas.h"
#include <SDL2/SDL_surface.h>

/* A drawn corner or picture under its key; the least recently used one makes room. */
enum { UI_CORNERS_MAX = 96, UI_PICTURES_MAX = 128, UI_PICTURE_NAME_MAX = 40 };

struct ui_corner {
    int radius, border;
    uint32_t fill_colour, border_colour;
    bool is_hollow;
    unsigned last_use;
    SDL_Surface *surface; /* 2r x 2r: the four corners of the smallest such box */
};

struct ui_svg {
    char name[UI_PICTURE_NAME_MAX];
    int width, height;
    uint32_t palette; /* tint of an icon, or hash of the theme's colours */
    unsigned last_use;
    SDL_Surface *surface;
};

struct ui_canvas {
    char icons[400];
    SDL_Surface *target;
    struct ui_rect clip;
    unsigned uses;
    struct ui_corner corners[UI_CORNERS_MAX];
    struct ui_svg svgs[UI_PICTURES_MAX];
};

static inline uint32_t ui_pixel(uint32_t colour)
{
    return colour | 0xFF000000u;
}

static inline SDL_Rect ui_sdl_rect(struct ui_rect r)
{
    return (SDL_Rect){r.x, r.y, r.w, r.h};
}

/* Mixes colour into an XRGB8888 pixel; coverage 0..256. */
static inline uint32_t ui_mix(uint32_t under, uint32_t colour, unsigned coverage)
{
    uint32_t rb = ((colour & 0xFF00FF) * coverage + (under & 0xFF00FF) * (256 - coverage)) >> 8;
    uint32_t g = ((colour & 0x00FF00) * coverage + (under & 0x00FF00) * (256 - coverage)) >> 8;
    return 0xFF000000u | (rb & 0xFF00FF) | (g & 0x00FF00);
}

void ui_canvas_drop_corners(struct ui_canvas *canvas);
void ui_canvas_drop_svgs(struct ui_canvas *canvas);

#endif
