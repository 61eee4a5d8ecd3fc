/* Rounded boxes: straight parts are filled, corners come from a cache drawn once with analytic edges. */
#include "ui/canvas_parts.h"
#include <math.h>

static double clamp01(double v)
{
    return v < 0 ? 0 : v > 1 ? 1 : v;
}

static uint32_t blend_premade(const struct ui_corner *c, double outer, double inner)
{
    double fill = c->is_hollow ? 0 : inner, border = outer - inner;
    double alpha = fill + border;
    if (alpha <= 0)
        return 0;
    uint32_t colour = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
        double value =
            ((c->fill_colour >> shift & 0xFF) * fill + (c->border_colour >> shift & 0xFF) * border) / alpha;
        colour |= (uint32_t)lround(value) << shift;
    }
    return (uint32_t)lround(alpha * 255) << 24 | colour;
}

/* Coverage of a circle is how far the pixel's middle lies inside its edge. */
static void draw_corners(const struct ui_corner *c, SDL_Surface *surface)
{
    for (int y = 0; y < 2 * c->radius; y++) {
        uint32_t *row = (uint32_t *)((char *)surface->pixels + y * surface->pitch);
        for (int x = 0; x < 2 * c->radius; x++) {
            double from_middle = hypot(x + 0.5 - c->radius, y + 0.5 - c->radius);
            double outer = clamp01(c->radius + 0.5 - from_middle);
            double inner = c->border > 0 ? clamp01(c->radius - c->border + 0.5 - from_middle) : outer;
            row[x] = blend_premade(c, outer, inner);
        }
    }
}

static bool is_corner_of(const struct ui_corner *c, const struct ui_round_box *box)
{
    return c->surface && c->radius == box->radius && c->border == box->border &&
           c->fill_colour == box->fill_colour && c->border_colour == box->border_colour &&
           c->is_hollow == box->is_hollow;
}

static struct ui_corner *find_slot(struct ui_canvas *canvas, const struct ui_round_box *box)
{
    struct ui_corner *oldest = &canvas->corners[0];
    for (int i = 0; i < UI_CORNERS_MAX; i++) {
        struct ui_corner *c = &canvas->corners[i];
        if (is_corner_of(c, box))
            return c;
        if (oldest->surface && (!c->surface || c->last_use < oldest->last_use))
            oldest = c;
    }
    return oldest;
}

static SDL_Surface *corners_for(struct ui_canvas *canvas, const struct ui_round_box *box)
{
    struct ui_corner *slot = find_slot(canvas, box);
    if (!is_corner_of(slot, box)) {
        SDL_FreeSurface(slot->surface);
        *slot = (struct ui_corner){.radius = box->radius,
                                   .border = box->border,
                                   .fill_colour = box->fill_colour,
                                   .border_colour = box->border_colour,
                                   .is_hollow = box->is_hollow};
        slot->surface =
            SDL_CreateRGBSurfaceWithFormat(0, 2 * box->radius, 2 * box->radius, 32, SDL_PIXELFORMAT_ARGB8888);
        if (!slot->surface)
            return NULL;
        draw_corners(slot, slot->surface);
        SDL_SetSurfaceBlendMode(slot->surface, SDL_BLENDMODE_BLEND);
    }
    slot->last_use = ++canvas->uses;
    return slot->surface;
}

void ui_canvas_drop_corners(struct ui_canvas *canvas)
{
    for (int i = 0; i < UI_CORNERS_MAX; i++)
        SDL_FreeSurface(canvas->corners[i].surface);
}

static void blit_corners(struct ui_canvas *canvas, struct ui_rect r, SDL_Surface *corners, int radius)
{
    for (int i = 0; i < 4; i++) {
        int right = i & 1, low = i >> 1;
        SDL_Rect from = {right * radius, low * radius, radius, radius};
        SDL_Rect to = {right ? r.x + r.w - radius : r.x, low ? r.y + r.h - radius : r.y, radius, radius};
        SDL_BlitSurface(corners, &from, canvas->target, &to);
    }
}

static void fill_inside(struct ui_canvas *canvas, struct ui_rect r, const struct ui_round_box *box)
{
    int radius = box->radius, border = box->border;
    struct ui_rect middle = {r.x + border, r.y + radius, r.w - 2 * border, r.h - 2 * radius};
    struct ui_rect top = {r.x + radius, r.y + border, r.w - 2 * radius, radius - border};
    struct ui_rect bottom = {top.x, r.y + r.h - radius, top.w, top.h};
    ui_canvas_fill(canvas, middle, box->fill_colour);
    ui_canvas_fill(canvas, top, box->fill_colour);
    ui_canvas_fill(canvas, bottom, box->fill_colour);
}

static void draw_straight_border(struct ui_canvas *canvas, struct ui_rect r, const struct ui_round_box *box)
{
    int radius = box->radius, border = box->border;
    struct ui_rect top = {r.x + radius, r.y, r.w - 2 * radius, border};
    struct ui_rect bottom = {top.x, r.y + r.h - border, top.w, border};
    struct ui_rect left = {r.x, r.y + radius, border, r.h - 2 * radius};
    struct ui_rect right = {r.x + r.w - border, left.y, border, left.h};
    ui_canvas_fill(canvas, top, box->border_colour);
    ui_canvas_fill(canvas, bottom, box->border_colour);
    ui_canvas_fill(canvas, left, box->border_colour);
    ui_canvas_fill(canvas, right, box->border_colour);
}

/* ---- dashed borders ---- */

static void dash_edge(struct ui_canvas *canvas, double x0, double y0, double x1, double y1,
                      const struct ui_round_box *box)
{
    double length = hypot(x1 - x0, y1 - y0), step = box->border * 6.0;
    int dashes = (int)(length / step);
    for (int i = 0; i < dashes; i++) {
        double from = (i + 0.25) / dashes, to = (i + 0.75) / dashes;
        ui_canvas_line(canvas, x0 + (x1 - x0) * from, y0 + (y1 - y0) * from, x0 + (x1 - x0) * to,
                       y0 + (y1 - y0) * to, box->border, box->border_colour);
    }
}

static void dash_arc(struct ui_canvas *canvas, double cx, double cy, double radius, double start,
                     double sweep, const struct ui_round_box *box)
{
    int dashes = (int)(radius * fabs(sweep) / (box->border * 6.0));
    for (int i = 0; i < dashes; i++) {
        enum { PIECES = 4 };
        for (int piece = 0; piece < PIECES; piece++) {
            double a = start + sweep * (i + 0.25 + 0.5 * piece / PIECES) / dashes;
            double b = start + sweep * (i + 0.25 + 0.5 * (piece + 1) / PIECES) / dashes;
            ui_canvas_line(canvas, cx + radius * cos(a), cy + radius * sin(a), cx + radius * cos(b),
                           cy + radius * sin(b), box->border, box->border_colour);
        }
    }
}

static void draw_dashes(struct ui_canvas *canvas, struct ui_rect r, const struct ui_round_box *box)
{
    double half = box->border / 2.0, radius = box->radius - half;
    double left = r.x + half, top = r.y + half, right = r.x + r.w - half, bottom = r.y + r.h - half;
    dash_edge(canvas, left + radius, top, right - radius, top, box);
    dash_edge(canvas, left + radius, bottom, right - radius, bottom, box);
    dash_edge(canvas, left, top + radius, left, bottom - radius, box);
    dash_edge(canvas, right, top + radius, right, bottom - radius, box);
    bool is_circle = 2 * box->radius >= r.w && 2 * box->radius >= r.h;
    if (is_circle) {
        dash_arc(canvas, left + radius, top + radius, radius, 0, 2 * M_PI, box);
        return;
    }
    dash_arc(canvas, right - radius, bottom - radius, radius, 0, M_PI / 2, box);
    dash_arc(canvas, left + radius, bottom - radius, radius, M_PI / 2, M_PI / 2, box);
    dash_arc(canvas, left + radius, top + radius, radius, M_PI, M_PI / 2, box);
    dash_arc(canvas, right - radius, top + radius, radius, 3 * M_PI / 2, M_PI / 2, box);
}

void ui_canvas_box(struct ui_canvas *canvas, struct ui_rect rect, const struct ui_round_box *box)
{
    if (ui_rect_is_empty(ui_rect_intersect(rect, canvas->clip)))
        return;
    struct ui_round_box b = *box;
    int most = (rect.w < rect.h ? rect.w : rect.h) / 2;
    b.radius = b.radius > most ? most : b.radius;
    if (b.is_dashed)
        b.border = 0;
    SDL_Surface *corners = b.radius > 0 ? corners_for(canvas, &b) : NULL;
    if (!b.is_hollow)
        fill_inside(canvas, rect, &b);
    if (b.border > 0)
        draw_straight_border(canvas, rect, &b);
    if (corners)
        blit_corners(canvas, rect, corners, b.radius);
    if (box->is_dashed) {
        b.border = box->border;
        draw_dashes(canvas, rect, &b);
    }
}
