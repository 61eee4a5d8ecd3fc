/*
 * The board's screen from inside the machine: how long a whole frame and a button of it take from the drawn
 * surface to the card, bench_kms CARD. The kiosk must not hold the card meanwhile (tests/system/costs.py).
 */
#include "tests/bench/measure.h"
#include "ui/presenter.h"

#include <SDL2/SDL.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROUNDS = 101, BUTTON_W = 480, BUTTON_H = 140 };

/* Milliseconds, the median of all rounds; each round shows another colour. */
static struct err measure(struct ui_presenter *presenter, struct ui_rect rect, double *out_ms)
{
    SDL_Surface *surface = ui_presenter_surface(presenter);
    const SDL_Rect area = {rect.x, rect.y, rect.w, rect.h};
    double spent[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        SDL_FillRect(surface, &area, SDL_MapRGB(surface->format, (Uint8)(i * 2), 90, 160));
        const double before = measure_now_ms();
        TRY(ui_presenter_present(presenter, &rect, 1));
        spent[i] = measure_now_ms() - before;
    }
    *out_ms = measure_median(spent, ROUNDS);
    return err_ok();
}

static struct err run(const char *card, struct ui_presenter **presenter)
{
    double whole_ms, part_ms;
    const struct ui_kms_options options = {.card = card};
    TRY(ui_presenter_kms_create(&options, presenter));
    const SDL_Surface *surface = ui_presenter_surface(*presenter);
    TRY(measure(*presenter, (struct ui_rect){0, 0, surface->w, surface->h}, &whole_ms));
    TRY(measure(*presenter, (struct ui_rect){100, 700, BUTTON_W, BUTTON_H}, &part_ms));
    printf("{\"width\":%d,\"height\":%d,\"whole_ms\":%.3f,\"button_ms\":%.3f}\n", surface->w, surface->h,
           whole_ms, part_ms);
    return err_ok();
}

int main(int argc, char **argv)
{
    struct ui_presenter *presenter = NULL;
    struct err e = run(argc > 1 ? argv[1] : "/dev/dri/card0", &presenter);
    ui_presenter_destroy(&presenter);
    if (err_is(&e))
        fprintf(stderr, "bench_kms: %s\n", e.text);
    return err_is(&e) ? 1 : 0;
}
