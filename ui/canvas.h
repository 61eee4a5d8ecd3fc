/*
 * Drawing on a software surface: boxes, icons, images and strokes, all clipped to one rectangle.
 *
 * Rounded corners are rasterised once with analytic edges and cached by radius, border and colours; icons and
 * illustrations are SVG, loaded at the needed size and cached. The SVGs are written in the light theme's
 * colours, which are replaced by the current theme's (or by one tint) when loaded. UI thread only.
 */
#ifndef YIZHAN_UI_CANVAS_H
#define YIZHAN_UI_CANVAS_H

#include "ui/geometry.h"
#include "ui/theme.h"
#include "ui/tree.h"

struct SDL_Surface;
struct ui_canvas;

/* icons: folder of the SVG files. ERR_SPACE only. */
MUST_USE struct err ui_canvas_create(const char *icons, struct ui_canvas **out_canvas);
void ui_canvas_destroy(struct ui_canvas **canvas);

/* Draws on this surface (borrowed) and nothing outside clip until the next call. */
void ui_canvas_begin(struct ui_canvas *canvas, struct SDL_Surface *surface, struct ui_rect clip);

void ui_canvas_fill(struct ui_canvas *canvas, struct ui_rect rect, uint32_t colour);

/* Takes three quarters of the light from everything within the clip. */
void ui_canvas_dim(struct ui_canvas *canvas);

/* radius: of the outer edge; border: width, 0 for none; is_dashed: the border is dashed. */
struct ui_round_box {
    int radius, border;
    uint32_t fill_colour, border_colour;
    bool is_hollow; /* no fill: what is behind shows */
    bool is_dashed;
};
void ui_canvas_box(struct ui_canvas *canvas, struct ui_rect rect, const struct ui_round_box *box);

/* A line with round ends; coordinates in pixels, edges smoothed. */
void ui_canvas_line(struct ui_canvas *canvas, double x0, double y0, double x1, double y1, double width,
                    uint32_t colour);

/* One-colour icon, centred in rect. An unknown name draws a framed square, and the lint test fails. */
void ui_canvas_icon(struct ui_canvas *canvas, struct ui_rect rect, const char *name, uint32_t colour);
/* Illustration in the colours of the theme, scaled to fit. */
void ui_canvas_picture(struct ui_canvas *canvas, struct ui_rect rect, const char *name,
                       const struct ui_theme *theme);
/* For the lint test. */
bool ui_canvas_has_icon(struct ui_canvas *canvas, const char *name);

/* Scaled to fit, aspect kept, centred. */
void ui_canvas_image(struct ui_canvas *canvas, struct ui_rect rect, const struct ui_image *image);

#endif
