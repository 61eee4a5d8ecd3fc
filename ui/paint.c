#include "ui/paint.h"
#include "ui/layout_parts.h"
#include <string.h>

/* Width of a finger's line: a brush that an elderly hand can follow, 3 mm. */
static const double INK_WIDTH_MM = 3.0;

struct brush {
    struct ui_canvas *canvas;
    struct ui_text *text;
    struct SDL_Surface *surface;
    const struct ui_theme *theme;
    const struct ui_look *look;
};

/* ---- leaves ---- */

static void paint_label(const struct brush *b, const struct ui_node *node)
{
    if (!node->text)
        return;
    struct ui_text_style style = ui_label_style(node);
    struct ui_text_line lines[UI_TEXT_LINES_MAX];
    size_t count = ui_label_wrap(b->text, node, node->rect.w, lines, NULL);
    int line_height = b->theme->line_height_px[node->type];
    int y = node->rect.y + (node->rect.h - (int)count * line_height) / 2;
    /* several lines are read from where each begins */
    enum ui_align align = node->align == UI_ALIGN_END && count > 1 ? UI_ALIGN_START : node->align;
    bool is_at_left = align == (style.is_rtl ? UI_ALIGN_END : UI_ALIGN_START);
    for (size_t i = 0; i < count; i++, y += line_height) {
        int spare = node->rect.w - lines[i].width_px;
        int offset = align == UI_ALIGN_CENTER ? spare / 2 : is_at_left ? 0 : spare;
        ui_text_draw(b->text, b->surface, &style, b->look->ink, node->text + lines[i].start, lines[i].length,
                     node->rect.x + offset, y, line_height);
    }
}

static void paint_mark(const struct brush *b, const struct ui_node *node)
{
    const uint32_t *colour = b->theme->colour;
    bool is_square = node->parent->role == UI_ROLE_TICK;
    int radius = is_square ? node->rect.w / 6 : node->rect.w / 2;
    if (!node->parent->is_selected) {
        int line = b->theme->space_px[UI_SPACE_LINE] * 3 / 2;
        ui_canvas_box(b->canvas, node->rect,
                      &(struct ui_round_box){.radius = radius,
                                             .border = line,
                                             .fill_colour = b->look->surface,
                                             .border_colour = b->look->ink});
        return;
    }
    /* On the yellow tile the accent itself would vanish. */
    bool accent_shows = ui_contrast_ratio(colour[UI_COLOUR_ACCENT], b->look->surface) >= 3;
    uint32_t fill = accent_shows ? colour[UI_COLOUR_ACCENT] : colour[UI_COLOUR_ON_SELECTED];
    uint32_t tick = accent_shows ? colour[UI_COLOUR_ON_ACCENT] : colour[UI_COLOUR_SELECTED];
    ui_canvas_box(b->canvas, node->rect, &(struct ui_round_box){.radius = radius, .fill_colour = fill});
    ui_canvas_icon(b->canvas, ui_rect_inset(node->rect, node->rect.w / 6), "check", tick);
}

struct badge_colours {
    enum ui_colour fill, border, icon;
    bool is_dashed;
};

static void paint_badge(const struct brush *b, const struct ui_node *node)
{
    static const struct badge_colours badges[] = {
        [UI_STATE_DONE] = {UI_COLOUR_ACCENT, UI_COLOUR_ACCENT, UI_COLOUR_ON_ACCENT, false},
        [UI_STATE_WAITING] = {UI_COLOUR_CAUTION_CARD, UI_COLOUR_CAUTION, UI_COLOUR_CAUTION, true},
        [UI_STATE_LATER] = {UI_COLOUR_PAPER, UI_COLOUR_BORDER, UI_COLOUR_QUIET, false},
        [UI_STATE_FAILED] = {UI_COLOUR_CARD, UI_COLOUR_DANGER, UI_COLOUR_DANGER, false},
    };
    const struct badge_colours *badge = &badges[node->state];
    ui_canvas_box(b->canvas, node->rect,
                  &(struct ui_round_box){.radius = node->rect.w / 2,
                                         .border = b->theme->space_px[UI_SPACE_LINE] * 2,
                                         .fill_colour = b->theme->colour[badge->fill],
                                         .border_colour = b->theme->colour[badge->border],
                                         .is_dashed = badge->is_dashed});
    ui_canvas_icon(b->canvas, ui_rect_inset(node->rect, node->rect.w / 4), node->icon,
                   b->theme->colour[badge->icon]);
}

static void paint_segments(const struct brush *b, const struct ui_node *node)
{
    enum { SEGMENTS_MAX = 16 };
    int whole = node->whole < 1 ? 1 : node->whole, part = node->part;
    if (whole > SEGMENTS_MAX) { /* too many to count: a share */
        part = part * SEGMENTS_MAX / whole;
        whole = SEGMENTS_MAX;
    }
    int gap = b->theme->space_px[UI_SPACE_SMALL];
    bool is_rtl = lang_direction(ui_tree_lang(node->tree)) == LANG_RTL;
    for (int i = 0; i < whole; i++) {
        int left = (node->rect.w + gap) * i / whole, right = (node->rect.w + gap) * (i + 1) / whole - gap;
        bool is_done = is_rtl ? i >= whole - part : i < part;
        struct ui_rect r = {node->rect.x + left, node->rect.y, right - left, node->rect.h};
        ui_canvas_box(b->canvas, r,
                      &(struct ui_round_box){
                          .radius = node->rect.h / 2,
                          .fill_colour = b->theme->colour[is_done ? UI_COLOUR_ACCENT : UI_COLOUR_RULE]});
    }
}

/* ---- pads ---- */

static double pad_scale(const struct ui_node *pad)
{
    return (pad->rect.w < pad->rect.h ? pad->rect.w : pad->rect.h) / 10000.0;
}

int ui_ink_width_px(const struct ui_node *pad)
{
    return ui_theme_px(ui_tree_theme(pad->tree), INK_WIDTH_MM);
}

static void paint_stroke(const struct brush *b, const struct ui_node *pad, const struct ui_pad_point *points,
                         size_t count)
{
    double scale = pad_scale(pad), width = ui_ink_width_px(pad);
    for (size_t i = 0; i < count; i++) {
        const struct ui_pad_point *from = &points[i], *to = &points[i + 1 < count ? i + 1 : i];
        ui_canvas_line(b->canvas, pad->rect.x + from->x * scale, pad->rect.y + from->y * scale,
                       pad->rect.x + to->x * scale, pad->rect.y + to->y * scale, width,
                       b->theme->colour[UI_COLOUR_INK]);
    }
}

static void paint_strokes(const struct brush *b, const struct ui_node *pad)
{
    const struct ui_pad_point *points = pad->strokes.points;
    for (size_t i = 0; i < pad->strokes.stroke_count; i++) {
        paint_stroke(b, pad, points, pad->strokes.counts[i]);
        points += pad->strokes.counts[i];
    }
}

void ui_paint_ink(struct ui_canvas *canvas, const struct ui_node *pad, struct ui_point from,
                  struct ui_point to)
{
    ui_canvas_line(canvas, from.x, from.y, to.x, to.y, ui_ink_width_px(pad),
                   ui_tree_theme(pad->tree)->colour[UI_COLOUR_INK]);
}

/* ---- one node ---- */

static void paint_bar_rule(const struct brush *b, const struct ui_node *bar)
{
    int line = b->theme->space_px[UI_SPACE_LINE];
    int y = bar->box == UI_BOX_TOP_BAR ? bar->rect.y + bar->rect.h - line : bar->rect.y;
    ui_canvas_fill(b->canvas, (struct ui_rect){bar->rect.x, y, bar->rect.w, line},
                   b->theme->colour[UI_COLOUR_RULE]);
}

static void paint_box(const struct brush *b, const struct ui_node *node)
{
    if (b->look->has_box)
        ui_canvas_box(b->canvas, node->rect, &b->look->box);
    if (node->box == UI_BOX_TOP_BAR || node->box == UI_BOX_BAR)
        paint_bar_rule(b, node);
    if (b->look->ring_px > 0) {
        int ring = b->look->ring_px;
        int radius =
            (b->look->has_box ? b->look->box.radius : b->theme->space_px[UI_SPACE_BUTTON_RADIUS]) + 2 * ring;
        ui_canvas_box(b->canvas, ui_rect_inset(node->rect, -2 * ring),
                      &(struct ui_round_box){.radius = radius,
                                             .border = ring,
                                             .is_hollow = true,
                                             .border_colour = b->theme->colour[UI_COLOUR_INK]});
    }
}

static void paint_node(const struct brush *b, const struct ui_node *node)
{
    paint_box(b, node);
    switch (node->kind) {
    case UI_LABEL:
        paint_label(b, node);
        break;
    case UI_ICON:
        ui_canvas_icon(b->canvas, node->rect, node->icon, b->look->ink);
        break;
    case UI_PICTURE:
        ui_canvas_picture(b->canvas, node->rect, node->icon, b->theme);
        break;
    case UI_IMAGE:
        ui_canvas_image(b->canvas, ui_rect_inset(node->rect, b->look->has_box ? b->look->box.border : 0),
                        &node->image);
        break;
    case UI_MARK:
        paint_mark(b, node);
        break;
    case UI_BADGE:
        paint_badge(b, node);
        break;
    case UI_SEGMENTS:
        paint_segments(b, node);
        break;
    case UI_PAD:
        paint_strokes(b, node);
        break;
    case UI_CARET:
        ui_canvas_fill(b->canvas, node->rect, b->theme->colour[UI_COLOUR_ACCENT]);
        break;
    default:
        break;
    }
}

void ui_display_draw(const struct ui_display *display, const struct ui_attention *attention,
                     struct ui_canvas *canvas, struct ui_text *text, struct SDL_Surface *surface,
                     struct ui_rect clip)
{
    ui_canvas_begin(canvas, surface, clip);
    ui_canvas_fill(canvas, clip, display->paper);
    for (int i = 0; i < display->count; i++) {
        const struct ui_item *item = &display->items[i];
        if (ui_rect_is_empty(ui_rect_intersect(item->rect, clip)))
            continue;
        struct ui_look look = ui_look_of(item->node, attention);
        struct brush b = {canvas, text, surface, ui_tree_theme(item->node->tree), &look};
        paint_node(&b, item->node);
    }
}
