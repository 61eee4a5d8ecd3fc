#include "ui/kms_turn.h"

#include "tests/unit/cmocka.h"

#include <SDL2/SDL_surface.h>

enum { W = 5, H = 3 };

static SDL_Surface *numbered(void)
{
    SDL_Surface *s = SDL_CreateRGBSurfaceWithFormat(0, W, H, 32, SDL_PIXELFORMAT_RGB888);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            ((uint32_t *)((char *)s->pixels + y * s->pitch))[x] = (uint32_t)(10 * y + x);
    return s;
}

/* Where a pixel of the upright picture lies in the buffer of a panel turned clockwise. */
static void place_of(int turn, int x, int y, int *out_x, int *out_y)
{
    switch (turn) {
    case 90:
        *out_x = H - 1 - y;
        *out_y = x;
        break;
    case 180:
        *out_x = W - 1 - x;
        *out_y = H - 1 - y;
        break;
    case 270:
        *out_x = y;
        *out_y = W - 1 - x;
        break;
    default:
        *out_x = x;
        *out_y = y;
    }
}

static void check(int turn, struct ui_rect rect)
{
    enum { UNTOUCHED = 999 };
    bool is_on_side = turn == 90 || turn == 270;
    int width = is_on_side ? H : W, height = is_on_side ? W : H;
    uint32_t pixels[W * H];
    for (int i = 0; i < W * H; i++)
        pixels[i] = UNTOUCHED;
    SDL_Surface *s = numbered();
    struct ui_rect written =
        kms_turn_copy(s, rect, turn, &(struct kms_target){pixels, width * 4, width, height});
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            int tx, ty;
            place_of(turn, x, y, &tx, &ty);
            bool is_inside = ui_rect_contains(rect, x, y);
            assert_int_equal(pixels[ty * width + tx], is_inside ? 10 * y + x : UNTOUCHED);
            assert_int_equal(ui_rect_contains(written, tx, ty), is_inside);
        }
    SDL_FreeSurface(s);
}

static void every_turn_puts_each_pixel_in_its_place(void **state)
{
    (void)state;
    for (int turn = 0; turn < 360; turn += 90) {
        check(turn, (struct ui_rect){0, 0, W, H});
        check(turn, (struct ui_rect){1, 1, 2, 1});
        check(turn, (struct ui_rect){3, 0, 2, 3});
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_turn_puts_each_pixel_in_its_place)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
