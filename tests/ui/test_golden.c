/*
 * The sample pages beside their goldens: a missing golden fails, a difference fails and leaves an image of it
 * in build/tests/golden. `test_ui_golden --update` writes the goldens anew; look at them before committing.
 */
#include "tests/ui/pages.h"
#include "tests/unit/cmocka.h"
#include "ui/control.h"
#include "ui/shot.h"

#include <SDL2/SDL_image.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define GOLDEN     YIZHAN_ROOT "/tests/ui/golden"
#define DIFFERENCE YIZHAN_BUILD "/tests/golden"

/* Rasterisers of other versions may round an edge pixel another way; a moved or missing glyph is far more. */
enum { CHANNEL_TOLERANCE = 24 };

/* Every page once in the standard look; one page in every other. */
struct look {
    const char *panel, *lang, *only_page;
    struct ui_prefs prefs;
};

static const struct look looks[] = {
    {"21p", "zh-CN", NULL, {0}},
    {"21p", "en", "question", {0}},
    {"21p", "zh-CN", "question", {.contrast = UI_DARK}},
    {"21p", "zh-CN", "saved", {.contrast = UI_YELLOW_ON_BLACK}},
    {"21p", "zh-CN", "question", {.text_size = UI_TEXT_LARGEST}},
    {"21p", "en", "guide", {.text_size = UI_TEXT_LARGE}},
    {"21p", "zh-CN", "question", {.low_reach = true}},
    {"21p", "zh-CN", "handwriting", {.low_reach = true}},
    {"21l", "zh-CN", "handwriting", {0}},
    {"21l", "zh-CN", "home", {0}},
    {"21l", "zh-CN", "question", {0}},
    {"15p", "zh-CN", "saved", {0}},
    {"10l", "zh-CN", "question", {0}},
};
enum { LOOKS = sizeof looks / sizeof looks[0] };

static bool updates;

static const struct panel_case *panel_called(const char *name)
{
    for (size_t i = 0; i < panel_count; i++)
        if (strcmp(panels[i].name, name) == 0)
            return &panels[i];
    fail_msg("no panel %s", name);
    return NULL;
}

static int channel_distance(uint32_t a, uint32_t b)
{
    int most = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
        int distance = abs((int)(a >> shift & 0xFF) - (int)(b >> shift & 0xFF));
        most = distance > most ? distance : most;
    }
    return most;
}

/* Number of pixels that differ; the difference is drawn into `actual`: what differs red, the rest pale. */
static int compare(SDL_Surface *golden, SDL_Surface *actual)
{
    if (golden->w != actual->w || golden->h != actual->h)
        return golden->w * golden->h;
    int differing = 0;
    for (int y = 0; y < actual->h; y++) {
        const uint32_t *g = (const uint32_t *)((const char *)golden->pixels + y * golden->pitch);
        uint32_t *a = (uint32_t *)((char *)actual->pixels + y * actual->pitch);
        for (int x = 0; x < actual->w; x++) {
            bool differs = channel_distance(g[x], a[x]) > CHANNEL_TOLERANCE;
            differing += differs;
            a[x] = differs ? 0xFF0000 : 0xC0C0C0 | (a[x] >> 2 & 0x3F3F3F);
        }
    }
    return differing;
}

static SDL_Surface *load(const char *path)
{
    SDL_Surface *raw = IMG_Load(path);
    SDL_Surface *converted = raw ? SDL_ConvertSurfaceFormat(raw, SDL_PIXELFORMAT_RGB888, 0) : NULL;
    SDL_FreeSurface(raw);
    return converted;
}

static int check(struct ui_presenter *presenter, const char *name)
{
    char path[600], difference[600];
    snprintf(path, sizeof path, GOLDEN "/%s.png", name);
    if (updates) {
        assert_ok(ui_shot(presenter, path));
        return 0;
    }
    SDL_Surface *golden = load(path);
    if (!golden) {
        fprintf(stderr, "golden %s is missing: look at it, then test_ui_golden --update\n", name);
        return 1;
    }
    SDL_Surface *screen = ui_presenter_surface(presenter);
    SDL_Surface *actual = SDL_ConvertSurfaceFormat(screen, SDL_PIXELFORMAT_RGB888, 0);
    int differing = compare(golden, actual);
    snprintf(difference, sizeof difference, DIFFERENCE "/%s.png", name);
    if (differing > 0 && IMG_SavePNG(actual, difference) == 0)
        fprintf(stderr, "%s: %d pixels differ, see %s\n", name, differing, difference);
    SDL_FreeSurface(golden);
    SDL_FreeSurface(actual);
    return differing > 0;
}

static int draw_and_check(struct ui *ui, struct ui_presenter *presenter, const struct lang *lang,
                          const struct look *look, const struct page *page)
{
    static const char *const contrasts[] = {"light", "dark", "yellow"};
    struct ui_tree *tree = ui_tree_create(ui_theme(ui), lang);
    page->build(tree, 0);
    ui_show(ui, &tree);
    ui_invalidate(ui);
    assert_ok(ui_draw(ui, NULL));
    char name[200];
    snprintf(name, sizeof name, "%s-%s-%s-%d%s-%s", look->panel, look->lang, contrasts[look->prefs.contrast],
             (int)look->prefs.text_size + 1, look->prefs.low_reach ? "-low" : "", page->name);
    return check(presenter, name);
}

static int check_look(const struct look *look)
{
    const struct panel_case *shape = panel_called(look->panel);
    struct ui_panel panel;
    struct ui_presenter *presenter;
    struct ui *ui;
    struct lang *lang;
    assert_ok(ui_panel_from_diagonal(shape->width_px, shape->height_px, shape->inch, &panel));
    assert_ok(ui_presenter_memory_create(shape->width_px, shape->height_px, &presenter));
    assert_ok(ui_create(&(struct ui_config){presenter, YIZHAN_BUILD "/assets", panel}, &ui));
    assert_ok(lang_create(YIZHAN_BUILD "/assets/lang", look->lang, NULL, &lang));
    ui_set_prefs(ui, &look->prefs);
    int failed = 0;
    for (size_t i = 0; i < page_count; i++)
        if (!look->only_page || strcmp(look->only_page, pages[i].name) == 0)
            failed += draw_and_check(ui, presenter, lang, look, &pages[i]);
    ui_destroy(&ui);
    lang_destroy(&lang);
    ui_presenter_destroy(&presenter);
    return failed;
}

static void pages_look_as_they_did(void **state)
{
    (void)state;
    int failed = 0;
    for (size_t i = 0; i < LOOKS; i++)
        failed += check_look(&looks[i]);
    assert_int_equal(failed, 0);
}

/* The comparison itself must be able to fail. */
static void a_moved_pixel_is_seen(void **state)
{
    (void)state;
    SDL_Surface *a = SDL_CreateRGBSurfaceWithFormat(0, 8, 8, 32, SDL_PIXELFORMAT_RGB888);
    SDL_Surface *b = SDL_CreateRGBSurfaceWithFormat(0, 8, 8, 32, SDL_PIXELFORMAT_RGB888);
    ((uint32_t *)b->pixels)[3] = 0x808080;
    assert_int_equal(compare(a, b), 1);
    SDL_FreeSurface(a);
    SDL_FreeSurface(b);
}

int main(int argc, char **argv)
{
    updates = argc > 1 && strcmp(argv[1], "--update") == 0;
    mkdir(DIFFERENCE, 0777);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_look_as_they_did),
        cmocka_unit_test(a_moved_pixel_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
