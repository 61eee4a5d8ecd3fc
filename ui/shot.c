#include "ui/shot.h"
#include <SDL2/SDL_image.h>

struct err ui_shot(struct ui_presenter *presenter, const char *path)
{
    struct SDL_Surface *surface = ui_presenter_surface(presenter);
    if (!surface || IMG_SavePNG(surface, path) != 0)
        return err_make(ERR_SYSTEM, "shot", 0, "cannot write the picture: %s", SDL_GetError());
    return err_ok();
}
