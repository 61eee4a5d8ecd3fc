#include "ui/kms_turn.h"
#include <SDL2/SDL_surface.h>
#include <string.h>

static uint32_t *target_row(const struct kms_target *target, int y)
{
    return (uint32_t *)((char *)target->pixels + (ptrdiff_t)y * target->pitch);
}

static const uint32_t *source_row(const SDL_Surface *surface, int y)
{
    return (const uint32_t *)((const char *)surface->pixels + (ptrdiff_t)y * surface->pitch);
}

static void copy_straight(const SDL_Surface *surface, struct ui_rect r, const struct kms_target *target)
{
    for (int y = r.y; y < r.y + r.h; y++)
        memcpy(target_row(target, y) + r.x, source_row(surface, y) + r.x, (size_t)r.w * sizeof(uint32_t));
}

static void copy_upside_down(const SDL_Surface *surface, struct ui_rect r, const struct kms_target *target)
{
    for (int y = r.y; y < r.y + r.h; y++) {
        uint32_t *to = target_row(target, target->height - 1 - y) + target->width - 1 - r.x;
        const uint32_t *from = source_row(surface, y) + r.x;
        for (int x = 0; x < r.w; x++)
            *to-- = *from++;
    }
}

/* Row by row of the target, because it is what is slow to write out of order. */
static void copy_sideways(const SDL_Surface *surface, struct ui_rect r, const struct kms_target *target,
                          struct ui_rect at, bool is_clockwise)
{
    for (int i = 0; i < at.h; i++) {
        uint32_t *to = target_row(target, at.y + i) + at.x;
        int x = is_clockwise ? r.x + i : r.x + r.w - 1 - i;
        for (int j = 0; j < at.w; j++) {
            int y = is_clockwise ? r.y + r.h - 1 - j : r.y + j;
            to[j] = source_row(surface, y)[x];
        }
    }
}

struct ui_rect kms_turn_copy(const struct SDL_Surface *surface, struct ui_rect rect, int turn_degrees,
                             const struct kms_target *target)
{
    struct ui_rect r = ui_rect_intersect(rect, (struct ui_rect){0, 0, surface->w, surface->h});
    struct ui_rect at = r;
    switch (turn_degrees) {
    case 90:
        at = (struct ui_rect){target->width - r.y - r.h, r.x, r.h, r.w};
        copy_sideways(surface, r, target, at, true);
        break;
    case 180:
        at = (struct ui_rect){target->width - r.x - r.w, target->height - r.y - r.h, r.w, r.h};
        copy_upside_down(surface, r, target);
        break;
    case 270:
        at = (struct ui_rect){r.y, target->height - r.x - r.w, r.h, r.w};
        copy_sideways(surface, r, target, at, false);
        break;
    default:
        copy_straight(surface, r, target);
        break;
    }
    return at;
}
