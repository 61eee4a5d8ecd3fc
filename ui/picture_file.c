#include "ui/picture_file.h"

#include <SDL2/SDL_image.h>
#include <stdlib.h>
#include <string.h>

static SDL_Surface *on_white_paper(SDL_Surface *picture)
{
    SDL_Surface *paper = SDL_CreateRGBSurfaceWithFormat(0, picture->w, picture->h, 24, SDL_PIXELFORMAT_RGB24);
    if (!paper)
        return NULL;
    SDL_FillRect(paper, NULL, SDL_MapRGB(paper->format, 0xFF, 0xFF, 0xFF));
    SDL_BlitSurface(picture, NULL, paper, NULL);
    return paper;
}

static struct err copy_rows(const SDL_Surface *paper, struct ui_image *out_image)
{
    size_t stride = (size_t)paper->w * 3, height = (size_t)paper->h;
    uint8_t *pixels = malloc(stride * height);
    if (!pixels)
        return err_no_memory("picture");
    for (size_t y = 0; y < height; y++)
        memcpy(pixels + y * stride, (const uint8_t *)paper->pixels + y * (size_t)paper->pitch, stride);
    *out_image = (struct ui_image){.format = UI_IMAGE_RGB24,
                                   .width = paper->w,
                                   .height = paper->h,
                                   .stride = (int)stride,
                                   .pixels = pixels};
    return err_ok();
}

struct err picture_file_decode(const void *bytes, size_t size, struct ui_image *out_image)
{
    SDL_RWops *file = size <= INT32_MAX ? SDL_RWFromConstMem(bytes, (int)size) : NULL;
    SDL_Surface *picture = file ? IMG_Load_RW(file, 1) : NULL;
    if (!picture)
        return err_make(ERR_DATA, "picture", 0, "%zu bytes that are no picture", size);
    struct err e = err_ok();
    SDL_Surface *paper = NULL;
    if (picture->w > PICTURE_SIDE_MAX || picture->h > PICTURE_SIDE_MAX)
        e = err_make(ERR_DATA, "picture", 0, "%d x %d pixels are too many", picture->w, picture->h);
    else if (!(paper = on_white_paper(picture)))
        e = err_no_memory("picture");
    else
        e = copy_rows(paper, out_image);
    SDL_FreeSurface(paper);
    SDL_FreeSurface(picture);
    return e;
}

void picture_file_free(struct ui_image *image)
{
    free((void *)(uintptr_t)image->pixels);
    *image = (struct ui_image){0};
}
