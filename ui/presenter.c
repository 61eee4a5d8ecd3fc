#include "ui/presenter_parts.h"
#include <SDL2/SDL.h>

struct err ui_sdl_acquire(const char *video_driver)
{
    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1"); /* signals are the program's */
    SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0");
    if (video_driver)
        SDL_SetHint(SDL_HINT_VIDEODRIVER, video_driver);
    if (SDL_InitSubSystem(SDL_INIT_VIDEO) != 0)
        return err_make(ERR_SYSTEM, "presenter", 0, "SDL: %s", SDL_GetError());
    return err_ok();
}

void ui_sdl_release(void)
{
    SDL_QuitSubSystem(SDL_INIT_VIDEO);
}

void ui_presenter_destroy(struct ui_presenter **presenter)
{
    if (!*presenter)
        return;
    (*presenter)->ops->destroy(*presenter);
    *presenter = NULL;
}

struct ui_presenter_size ui_presenter_size(const struct ui_presenter *presenter)
{
    return presenter->size;
}

struct SDL_Surface *ui_presenter_surface(struct ui_presenter *presenter)
{
    return presenter->ops->surface(presenter);
}

bool ui_presenter_is_stale(struct ui_presenter *presenter)
{
    bool was_stale = presenter->is_stale;
    presenter->is_stale = false;
    return was_stale;
}

struct err ui_presenter_present(struct ui_presenter *presenter, const struct ui_rect *rects, size_t count)
{
    return presenter->ops->present(presenter, rects, count);
}

bool ui_presenter_next(struct ui_presenter *presenter, struct ui_input *out_input)
{
    return presenter->ops->next && presenter->ops->next(presenter, out_input);
}

int ui_presenter_fd(const struct ui_presenter *presenter)
{
    return presenter->fd;
}

int ui_presenter_poll_ms(const struct ui_presenter *presenter)
{
    return presenter->poll_ms;
}
