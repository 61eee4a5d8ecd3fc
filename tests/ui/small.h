/* A screen made smaller by averaging: for contact sheets and goldens. */
#ifndef YIZHAN_TESTS_UI_SMALL_H
#define YIZHAN_TESTS_UI_SMALL_H

#include <SDL2/SDL_surface.h>

/* Averages squares of `by` pixels of an XRGB8888 surface into `to` at (x, y). */
static inline void small_copy(const SDL_Surface *from, int by, SDL_Surface *to, int x, int y)
{
    for (int row = 0; row < from->h / by; row++)
        for (int column = 0; column < from->w / by; column++) {
            uint32_t sum[3] = {0};
            for (int i = 0; i < by * by; i++) {
                const char *line =
                    (const char *)from->pixels + (size_t)(row * by + i / by) * (size_t)from->pitch;
                uint32_t pixel = ((const uint32_t *)line)[column * by + i % by];
                for (int c = 0; c < 3; c++)
                    sum[c] += pixel >> (8 * c) & 0xFF;
            }
            uint32_t *out =
                (uint32_t *)((char *)to->pixels + (size_t)(y + row) * (size_t)to->pitch) + x + column;
            *out = 0;
            for (int c = 0; c < 3; c++)
                *out |= sum[c] / (uint32_t)(by * by) << (8 * c);
        }
}

#endif
