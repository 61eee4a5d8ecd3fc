/*
 * The board's screen: one libdrm dumb buffer, told by drmModeDirtyFB what changed. What is drawn goes to a
 * plain surface first, because dumb buffers are slow to read and blending reads; dirty rectangles are copied
 * over, turned when the panel is mounted on its side. Without a card the plain surface is all there is: tests
 * and headless runs.
 */
#include "ui/kms_turn.h"
#include "ui/presenter_parts.h"
#include <SDL2/SDL.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

enum { CLIPS_MAX = 64 };

struct kms {
    struct ui_presenter presenter; /* must be first */
    SDL_Surface *surface;
    int card; /* -1: memory only */
    int turn_degrees;
    uint32_t connector, crtc, framebuffer, handle;
    drmModeModeInfo mode;
    struct kms_target target; /* mapped dumb buffer */
    size_t mapped_bytes;
    bool has_dirty; /* the driver takes drmModeDirtyFB; without it scan-out sees the buffer itself */
};

static struct kms *kms_of(struct ui_presenter *presenter)
{
    return (struct kms *)presenter;
}

static SDL_Surface *kms_surface(struct ui_presenter *presenter)
{
    return kms_of(presenter)->surface;
}

static struct err kms_present(struct ui_presenter *presenter, const struct ui_rect *rects, size_t count)
{
    struct kms *kms = kms_of(presenter);
    if (kms->card < 0)
        return err_ok();
    drmModeClip clips[CLIPS_MAX];
    uint32_t used = 0;
    for (size_t i = 0; i < count && used < CLIPS_MAX; i++) {
        struct ui_rect r = kms_turn_copy(kms->surface, rects[i], kms->turn_degrees, &kms->target);
        clips[used++] =
            (drmModeClip){(uint16_t)r.x, (uint16_t)r.y, (uint16_t)(r.x + r.w), (uint16_t)(r.y + r.h)};
    }
    if (!kms->has_dirty)
        return err_ok();
    int result = drmModeDirtyFB(kms->card, kms->framebuffer, clips, used);
    if (result == -ENOSYS || result == -EINVAL)
        kms->has_dirty = false;
    else if (result != 0)
        return err_errno("presenter", -result, "show the frame");
    return err_ok();
}

static void kms_destroy(struct ui_presenter *presenter)
{
    struct kms *kms = kms_of(presenter);
    if (kms->target.pixels)
        munmap(kms->target.pixels, kms->mapped_bytes);
    if (kms->framebuffer)
        drmModeRmFB(kms->card, kms->framebuffer);
    if (kms->handle)
        drmModeDestroyDumbBuffer(kms->card, kms->handle);
    if (kms->card >= 0)
        close(kms->card);
    SDL_FreeSurface(kms->surface);
    free(kms);
    ui_sdl_release();
}

static const struct ui_presenter_ops kms_ops = {kms_surface, kms_present, NULL, kms_destroy};

static struct err begin(struct kms **out_kms)
{
    TRY(ui_sdl_acquire("dummy"));
    struct kms *kms = calloc(1, sizeof *kms);
    if (!kms) {
        ui_sdl_release();
        return err_no_memory("presenter");
    }
    kms->card = -1;
    kms->presenter = (struct ui_presenter){.ops = &kms_ops, .is_stale = true, .fd = -1, .poll_ms = -1};
    *out_kms = kms;
    return err_ok();
}

static struct err make_surface(struct kms *kms, int width_px, int height_px)
{
    kms->surface = SDL_CreateRGBSurfaceWithFormat(0, width_px, height_px, 32, SDL_PIXELFORMAT_RGB888);
    if (!kms->surface)
        return err_no_memory("presenter");
    kms->presenter.size.width_px = width_px;
    kms->presenter.size.height_px = height_px;
    return err_ok();
}

/* ---- finding the panel ---- */

/* A CRTC this connector's encoders can use. */
static uint32_t find_crtc(int card, const drmModeRes *resources, const drmModeConnector *connector)
{
    uint32_t crtc = 0;
    for (int i = 0; i < connector->count_encoders && !crtc; i++) {
        drmModeEncoder *encoder = drmModeGetEncoder(card, connector->encoders[i]);
        for (int c = 0; encoder && c < resources->count_crtcs && !crtc; c++)
            if (encoder->possible_crtcs & (1u << c))
                crtc = resources->crtcs[c];
        drmModeFreeEncoder(encoder);
    }
    return crtc;
}

static const drmModeModeInfo *preferred_mode(const drmModeConnector *connector)
{
    for (int i = 0; i < connector->count_modes; i++)
        if (connector->modes[i].type & DRM_MODE_TYPE_PREFERRED)
            return &connector->modes[i];
    return &connector->modes[0];
}

static bool try_connector(struct kms *kms, const drmModeRes *resources, uint32_t id)
{
    drmModeConnector *connector = drmModeGetConnector(kms->card, id);
    bool is_usable = connector && connector->connection == DRM_MODE_CONNECTED && connector->count_modes > 0;
    if (is_usable) {
        kms->connector = id;
        kms->crtc = find_crtc(kms->card, resources, connector);
        kms->mode = *preferred_mode(connector);
        kms->presenter.size.width_mm = connector->mmWidth;
        kms->presenter.size.height_mm = connector->mmHeight;
    }
    drmModeFreeConnector(connector);
    return is_usable && kms->crtc != 0;
}

static struct err find_panel(struct kms *kms)
{
    drmModeRes *resources = drmModeGetResources(kms->card);
    if (!resources)
        return err_errno("presenter", errno, "ask the card for its panels");
    bool is_found = false;
    for (int i = 0; i < resources->count_connectors && !is_found; i++)
        is_found = try_connector(kms, resources, resources->connectors[i]);
    drmModeFreeResources(resources);
    return is_found ? err_ok() : err_make(ERR_DEVICE, "presenter", 0, "no panel is connected");
}

/* ---- the buffer ---- */

static struct err make_buffer(struct kms *kms)
{
    uint64_t size = 0, offset = 0;
    uint32_t pitch = 0;
    int result = drmModeCreateDumbBuffer(kms->card, kms->mode.hdisplay, kms->mode.vdisplay, 32, 0,
                                         &kms->handle, &pitch, &size);
    if (result != 0)
        return err_errno("presenter", -result, "make a dumb buffer");
    result = drmModeAddFB(kms->card, kms->mode.hdisplay, kms->mode.vdisplay, 24, 32, pitch, kms->handle,
                          &kms->framebuffer);
    if (result == 0)
        result = drmModeMapDumbBuffer(kms->card, kms->handle, &offset);
    if (result != 0)
        return err_errno("presenter", -result, "map the dumb buffer");
    void *pixels = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, kms->card, (off_t)offset);
    if (pixels == MAP_FAILED)
        return err_errno("presenter", errno, "map the dumb buffer");
    kms->mapped_bytes = size;
    kms->target = (struct kms_target){pixels, (int)pitch, kms->mode.hdisplay, kms->mode.vdisplay};
    return err_ok();
}

static struct err light_panel(struct kms *kms)
{
    int result = drmModeSetCrtc(kms->card, kms->crtc, kms->framebuffer, 0, 0, &kms->connector, 1, &kms->mode);
    if (result != 0)
        return err_errno("presenter", -result, "light the panel");
    kms->has_dirty = true;
    return err_ok();
}

static struct err open_card(struct kms *kms, const struct ui_kms_options *options)
{
    kms->turn_degrees = options->turn_degrees;
    kms->card = open(options->card, O_RDWR | O_CLOEXEC);
    if (kms->card < 0)
        return err_errno("presenter", errno, "open %s", options->card);
    TRY(find_panel(kms));
    TRY(make_buffer(kms));
    bool is_on_side = kms->turn_degrees == 90 || kms->turn_degrees == 270;
    int width = is_on_side ? kms->mode.vdisplay : kms->mode.hdisplay;
    int height = is_on_side ? kms->mode.hdisplay : kms->mode.vdisplay;
    if (is_on_side) {
        double swap = kms->presenter.size.width_mm;
        kms->presenter.size.width_mm = kms->presenter.size.height_mm;
        kms->presenter.size.height_mm = swap;
    }
    TRY(make_surface(kms, width, height));
    return light_panel(kms);
}

struct err ui_presenter_kms_create(const struct ui_kms_options *options, struct ui_presenter **out_presenter)
{
    if (options->turn_degrees % 90 != 0 || options->turn_degrees < 0 || options->turn_degrees > 270)
        return err_make(ERR_DATA, "presenter", 0, "a panel is turned by 0, 90, 180 or 270 degrees");
    struct kms *kms;
    TRY(begin(&kms));
    struct err failure = open_card(kms, options);
    if (err_is(&failure))
        kms_destroy(&kms->presenter);
    else
        *out_presenter = &kms->presenter;
    return failure;
}

struct err ui_presenter_memory_create(int width_px, int height_px, struct ui_presenter **out_presenter)
{
    struct kms *kms;
    TRY(begin(&kms));
    struct err failure = make_surface(kms, width_px, height_px);
    if (err_is(&failure))
        kms_destroy(&kms->presenter);
    else
        *out_presenter = &kms->presenter;
    return failure;
}
