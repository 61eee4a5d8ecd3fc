#include "board/base/wipe.h"
#include "ui/layout.h"
#include "ui/ui_parts.h"
#include <SDL2/SDL_surface.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct err create_parts(struct ui *ui, const char *assets)
{
    char path[512];
    ui->shown = calloc(1, sizeof *ui->shown);
    ui->wanted = calloc(1, sizeof *ui->wanted);
    if (!ui->shown || !ui->wanted)
        return err_no_memory("ui");
    snprintf(path, sizeof path, "%s/icons", assets);
    TRY(ui_canvas_create(path, &ui->canvas));
    snprintf(path, sizeof path, "%s/fonts", assets);
    return ui_text_create(path, 0, &ui->text);
}

struct err ui_create(const struct ui_config *config, struct ui **out_ui)
{
    struct ui *ui = private_alloc(sizeof *ui);
    if (!ui)
        return err_no_memory("ui");
    ui->presenter = config->presenter;
    ui->panel = config->panel;
    ui->clock = config->clock;
    ui->needs_all = true;
    ui_theme_init(&ui->panel, &(struct ui_prefs){0}, &ui->theme);
    struct err failure = create_parts(ui, config->assets);
    if (err_is(&failure)) {
        ui_destroy(&ui);
        return failure;
    }
    *out_ui = ui;
    return err_ok();
}

void ui_destroy(struct ui **ui)
{
    if (!*ui)
        return;
    ui_tree_destroy(&(*ui)->tree);
    ui_text_destroy(&(*ui)->text);
    ui_canvas_destroy(&(*ui)->canvas);
    free((*ui)->shown);
    free((*ui)->wanted);
    private_free(*ui, sizeof **ui);
    *ui = NULL;
}

void ui_set_prefs(struct ui *ui, const struct ui_prefs *prefs)
{
    ui_theme_init(&ui->panel, prefs, &ui->theme);
}

const struct ui_theme *ui_theme(const struct ui *ui)
{
    return &ui->theme;
}

struct ui_text *ui_text_engine(struct ui *ui)
{
    return ui->text;
}

struct ui_tree *ui_tree(struct ui *ui)
{
    return ui->tree;
}

void ui_show(struct ui *ui, struct ui_tree **tree)
{
    struct ui_tree *next = *tree;
    *tree = NULL;
    if (!next || ui_tree_has_failed(next)) {
        ui_tree_destroy(&next);
        return;
    }
    ui_layout(next, ui->text);
    ui_settle(ui, next);
    if (ui->tree && strcmp(ui_tree_name(ui->tree), ui_tree_name(next)) != 0)
        ui->focus[0] = 0;
    ui_tree_destroy(&ui->tree);
    ui->tree = next;
    ui->needs_compare = true;
}

void ui_invalidate(struct ui *ui)
{
    ui->needs_all = true;
}

void ui_set_dim(struct ui *ui, bool is_dim)
{
    ui->needs_all |= ui->is_dim != is_dim;
    ui->is_dim = is_dim;
}

/* ---- drawing ---- */

static struct ui_rect whole_surface(struct SDL_Surface *surface)
{
    return (struct ui_rect){0, 0, surface->w, surface->h};
}

static void find_dirty(struct ui *ui, const struct ui_attention *attention, struct SDL_Surface *surface)
{
    if (ui->needs_compare || ui->needs_all) {
        ui_display_build(ui->tree, attention, ui->wanted);
        if (ui->needs_all || ui->wanted->paper != ui->shown->paper)
            ui_dirty_add(&ui->dirty, whole_surface(surface));
        else
            ui_display_compare(ui->shown, ui->wanted, &ui->dirty);
        struct ui_display *swap = ui->shown;
        ui->shown = ui->wanted;
        ui->wanted = swap;
        ui->needs_compare = ui->needs_all = false;
    }
}

static size_t draw_dirty(struct ui *ui, const struct ui_attention *attention, struct SDL_Surface *surface)
{
    size_t pixels = 0;
    for (int i = 0; i < ui->dirty.count; i++) {
        struct ui_rect clip = ui_rect_intersect(ui->dirty.rects[i], whole_surface(surface));
        ui->dirty.rects[i] = clip;
        ui_display_draw(ui->shown, attention, ui->canvas, ui->text, surface, clip);
        if (ui->is_dim)
            ui_canvas_dim(ui->canvas);
        pixels += (size_t)clip.w * (size_t)clip.h;
    }
    if (ui->dirty.count > 0)
        ui_redraw_ink(ui);
    return pixels;
}

struct err ui_draw(struct ui *ui, size_t *out_pixels)
{
    if (out_pixels)
        *out_pixels = 0;
    if (ui_presenter_is_stale(ui->presenter))
        ui->needs_all = true;
    if (!ui->tree)
        return err_ok();
    struct SDL_Surface *surface = ui_presenter_surface(ui->presenter);
    if (!surface)
        return err_make(ERR_DEVICE, "ui", 0, "the presenter has no surface");
    struct ui_attention attention = ui_attention(ui);
    find_dirty(ui, &attention, surface);
    size_t pixels = draw_dirty(ui, &attention, surface);
    for (int i = 0; i < ui->inked.count; i++)
        ui_dirty_add(&ui->dirty, ui_rect_intersect(ui->inked.rects[i], whole_surface(surface)));
    if (ui->dirty.count == 0)
        return err_ok();
    struct err failure = ui_presenter_present(ui->presenter, ui->dirty.rects, (size_t)ui->dirty.count);
    ui->dirty.count = ui->inked.count = 0;
    if (out_pixels)
        *out_pixels = pixels;
    return failure;
}

int ui_fd(const struct ui *ui)
{
    return ui_presenter_fd(ui->presenter);
}

int ui_poll_ms(const struct ui *ui)
{
    return ui_presenter_poll_ms(ui->presenter);
}

void ui_forget(struct ui *ui)
{
    ui_tree_destroy(&ui->tree);
    ui_text_forget(ui->text);
    wipe(&ui->finger, sizeof ui->finger);
    wipe(ui->events, sizeof ui->events);
    ui->event_first = ui->event_count = 0;
    ui->focus[0] = 0;
    ui->shown->count = ui->wanted->count = 0;
    ui->dirty.count = ui->inked.count = 0;
    ui->needs_all = true;
    ui->is_dim = false;
    struct SDL_Surface *surface = ui_presenter_surface(ui->presenter);
    if (!surface)
        return;
    ui_canvas_begin(ui->canvas, surface, whole_surface(surface));
    ui_canvas_fill(ui->canvas, whole_surface(surface), ui->theme.colour[UI_COLOUR_PAPER]);
}
