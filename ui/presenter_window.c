/* A window for development, the demo and benches: SDL's software window surface. */
#include "ui/presenter_parts.h"
#include <SDL2/SDL.h>
#include <SDL2/SDL_syswm.h>
#include <stdlib.h>

/* How often input is asked for when the window system gives no descriptor (anything but X11). */
enum { POLL_MS = 10, RECTS_MAX = 64 };

struct window {
    struct ui_presenter presenter; /* must be first */
    SDL_Window *window;
};

static struct window *window_of(struct ui_presenter *presenter)
{
    return (struct window *)presenter;
}

static SDL_Surface *window_surface(struct ui_presenter *presenter)
{
    return SDL_GetWindowSurface(window_of(presenter)->window);
}

static struct err window_present(struct ui_presenter *presenter, const struct ui_rect *rects, size_t count)
{
    SDL_Rect updates[RECTS_MAX];
    size_t used = count < RECTS_MAX ? count : RECTS_MAX;
    for (size_t i = 0; i < used; i++)
        updates[i] = (SDL_Rect){rects[i].x, rects[i].y, rects[i].w, rects[i].h};
    if (SDL_UpdateWindowSurfaceRects(window_of(presenter)->window, updates, (int)used) != 0)
        return err_make(ERR_DEVICE, "presenter", 0, "window: %s", SDL_GetError());
    return err_ok();
}

/* The eight keys on a development keyboard. */
static enum ui_key key_of(SDL_Keycode code)
{
    static const struct {
        SDL_Keycode code;
        enum ui_key key;
    } keys[] = {
        {SDLK_UP, UI_KEY_UP},       {SDLK_DOWN, UI_KEY_DOWN}, {SDLK_LEFT, UI_KEY_LEFT},
        {SDLK_RIGHT, UI_KEY_RIGHT}, {SDLK_RETURN, UI_KEY_OK}, {SDLK_SPACE, UI_KEY_OK},
        {SDLK_ESCAPE, UI_KEY_BACK}, {SDLK_r, UI_KEY_REPEAT},  {SDLK_F1, UI_KEY_HELP},
        {SDLK_h, UI_KEY_HELP},
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (keys[i].code == code)
            return keys[i].key;
    return UI_KEY_NONE;
}

static bool from_mouse(const SDL_Event *event, struct ui_input *out_input)
{
    if (event->type == SDL_MOUSEMOTION) {
        if (!(event->motion.state & SDL_BUTTON_LMASK))
            return false;
        *out_input = (struct ui_input){.kind = UI_INPUT_MOVE, .at = {event->motion.x, event->motion.y}};
        return true;
    }
    if (event->button.button != SDL_BUTTON_LEFT)
        return false;
    *out_input = (struct ui_input){.kind = event->type == SDL_MOUSEBUTTONDOWN ? UI_INPUT_DOWN : UI_INPUT_UP,
                                   .at = {event->button.x, event->button.y}};
    return true;
}

static bool from_key(const SDL_Event *event, struct ui_input *out_input)
{
    enum ui_key key = key_of(event->key.keysym.sym);
    if (key == UI_KEY_NONE || event->key.repeat)
        return false;
    *out_input = (struct ui_input){.kind = UI_INPUT_KEY, .key = key};
    return true;
}

static bool translate(struct ui_presenter *presenter, const SDL_Event *event, struct ui_input *out_input)
{
    switch (event->type) {
    case SDL_MOUSEMOTION:
    case SDL_MOUSEBUTTONDOWN:
    case SDL_MOUSEBUTTONUP:
        return from_mouse(event, out_input);
    case SDL_KEYDOWN:
        return from_key(event, out_input);
    case SDL_QUIT:
        *out_input = (struct ui_input){.kind = UI_INPUT_QUIT};
        return true;
    case SDL_WINDOWEVENT:
        if (event->window.event == SDL_WINDOWEVENT_EXPOSED ||
            event->window.event == SDL_WINDOWEVENT_SIZE_CHANGED)
            presenter->is_stale = true;
        return false;
    default:
        return false;
    }
}

static bool window_next(struct ui_presenter *presenter, struct ui_input *out_input)
{
    SDL_Event event;
    while (SDL_PollEvent(&event))
        if (translate(presenter, &event, out_input))
            return true;
    return false;
}

static void window_destroy(struct ui_presenter *presenter)
{
    if (window_of(presenter)->window)
        SDL_DestroyWindow(window_of(presenter)->window);
    free(presenter);
    ui_sdl_release();
}

static const struct ui_presenter_ops window_ops = {window_surface, window_present, window_next,
                                                   window_destroy};

/* X11's connection is what wakes us; the function is looked up because SDL already has the library open. */
static int connection_fd(SDL_Window *window)
{
#ifdef SDL_VIDEO_DRIVER_X11
    SDL_SysWMinfo info;
    SDL_VERSION(&info.version);
    if (!SDL_GetWindowWMInfo(window, &info) || info.subsystem != SDL_SYSWM_X11)
        return -1;
    void *library = SDL_LoadObject("libX11.so.6");
    int (*connection_number)(Display *) = NULL;
    if (library)
        *(void **)&connection_number = SDL_LoadFunction(library, "XConnectionNumber");
    return connection_number ? connection_number(info.info.x11.display) : -1;
#else
    (void)window;
    return -1;
#endif
}

static struct err open_window(struct window *w, const char *title, int width_px, int height_px)
{
    w->window =
        SDL_CreateWindow(title, SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, width_px, height_px, 0);
    if (!w->window || !SDL_GetWindowSurface(w->window))
        return err_make(ERR_SYSTEM, "presenter", 0, "window: %s", SDL_GetError());
    return err_ok();
}

struct err ui_presenter_window_create(const char *title, int width_px, int height_px,
                                      struct ui_presenter **out_presenter)
{
    SDL_SetHint(SDL_HINT_VIDEO_MINIMIZE_ON_FOCUS_LOSS, "0");
    TRY(ui_sdl_acquire(SDL_getenv("DISPLAY") ? "x11" : NULL));
    struct window *w = calloc(1, sizeof *w);
    if (!w) {
        ui_sdl_release();
        return err_no_memory("presenter");
    }
    w->presenter = (struct ui_presenter){
        .ops = &window_ops, .size = {.width_px = width_px, .height_px = height_px}, .is_stale = true};
    struct err failure = open_window(w, title, width_px, height_px);
    if (err_is(&failure)) {
        window_destroy(&w->presenter);
        return failure;
    }
    w->presenter.fd = connection_fd(w->window);
    w->presenter.poll_ms = w->presenter.fd < 0 ? POLL_MS : -1;
    *out_presenter = &w->presenter;
    return err_ok();
}
