/*
 * Where pixels go and where a window's mouse and keys come from.
 *
 * `window` is for development, the demo and benches: an SDL window surface without the GL path
 * (SDL_FRAMEBUFFER_ACCELERATION=0). `kms` is the board: libdrm dumb buffers and drmModeDirtyFB, no GL,
 * optionally turned; touch and keys come from drivers/touch. `memory` is a kms presenter without a card:
 * tests, headless runs.
 *
 * All of it runs on the UI thread. Nobody ever waits inside SDL: the program's own poll() watches
 * ui_presenter_fd() and calls ui_presenter_next() until it is empty.
 */
#ifndef YIZHAN_UI_PRESENTER_H
#define YIZHAN_UI_PRESENTER_H

#include "board/base/err.h"
#include "ui/event.h"
#include "ui/geometry.h"

struct SDL_Surface;
struct ui_presenter;

/* ERR_SYSTEM when there is no display. */
MUST_USE struct err ui_presenter_window_create(const char *title, int width_px, int height_px,
                                               struct ui_presenter **out_presenter);

struct ui_kms_options {
    const char *card; /* "/dev/dri/card0"; borrowed during the call */
    int turn_degrees; /* clockwise, 0 90 180 270: how the panel is mounted */
};
/* Takes the first connected connector and its preferred mode. ERR_DEVICE when there is none, ERR_SYSTEM when
 * the card cannot be opened or does not do dumb buffers. */
MUST_USE struct err ui_presenter_kms_create(const struct ui_kms_options *options,
                                            struct ui_presenter **out_presenter);
MUST_USE struct err ui_presenter_memory_create(int width_px, int height_px,
                                               struct ui_presenter **out_presenter);
void ui_presenter_destroy(struct ui_presenter **presenter);

struct ui_presenter_size {
    int width_px, height_px;    /* as the person sees it, after turning */
    double width_mm, height_mm; /* as the panel's EDID says; 0 when it does not */
};
struct ui_presenter_size ui_presenter_size(const struct ui_presenter *presenter);

/* The surface to draw on, XRGB8888, its content kept from frame to frame. Owned by the presenter; ask again
 * before each frame, a window may have changed it. */
struct SDL_Surface *ui_presenter_surface(struct ui_presenter *presenter);
/* Whether the whole surface must be drawn anew (first frame, window uncovered). Asking clears it. */
bool ui_presenter_is_stale(struct ui_presenter *presenter);
/* Shows these rectangles of the surface; returns when they are handed to the kernel or the X server. */
MUST_USE struct err ui_presenter_present(struct ui_presenter *presenter, const struct ui_rect *rects,
                                         size_t count);

/* Takes the next input; false when there is none for now. kms and memory have none. */
bool ui_presenter_next(struct ui_presenter *presenter, struct ui_input *out_input);
/* Readable when input waits; -1 when this presenter has no input. */
int ui_presenter_fd(const struct ui_presenter *presenter);
/* How often ui_presenter_next() must be asked when a window system gives no descriptor; -1 for never. */
int ui_presenter_poll_ms(const struct ui_presenter *presenter);

#endif
