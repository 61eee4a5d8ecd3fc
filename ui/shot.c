#include "ui/shot.h"
#include <SDL2/SDL_image.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

/* Through a FILE of ours: IMG_SavePNG() says nothing of a disk that is full. */
static bool write_png(struct SDL_Surface *surface, FILE *file)
{
    SDL_RWops *stream = SDL_RWFromFP(file, SDL_FALSE);
    bool is_good = stream && IMG_SavePNG_RW(surface, stream, 0) == 0;
    if (stream)
        SDL_RWclose(stream);
    return is_good && !ferror(file);
}

struct err ui_picture_write(struct SDL_Surface *surface, const char *path)
{
    FILE *file = fopen(path, "wb");
    bool is_good = file && write_png(surface, file);
    if (file)
        is_good &= fclose(file) == 0;
    return is_good ? err_ok() : err_errno("shot", errno, "cannot write %.200s", path);
}

struct err ui_shot(struct ui_presenter *presenter, const char *path)
{
    struct SDL_Surface *surface = ui_presenter_surface(presenter);
    return surface ? ui_picture_write(surface, path)
                   : err_make(ERR_SYSTEM, "shot", 0, "nothing is drawn that %.200s could show", path);
}
