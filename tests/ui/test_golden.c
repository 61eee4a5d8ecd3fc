/*
 * Every screen of the journey and every kind of question beside its golden: one picture for each look, with
 * all screens at a quarter of their size. A missing golden fails; a difference fails, names the screen and
 * leaves an image of it in build/tests/golden. `test_ui_golden --update` writes the goldens anew; look at
 * them before committing.
 */
#include "tests/ui/panels.h"
#include "tests/ui/small.h"
#include "tests/ui/tour.h"
#include "tests/unit/cmocka.h"
#include "ui/ui.h"

#include <SDL2/SDL_image.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define GOLDEN     YIZHAN_ROOT "/tests/ui/golden"
#define DIFFERENCE YIZHAN_BUILD "/tests/golden"

enum { SHRINK = 4, COLUMNS = 12, TILES_MAX = 360, PAGES_MAX = 2, LEVEL_MASK = 0xE0E0C0 };
/* Rasterisers of other versions may round an edge another way; a moved or missing glyph is far more: pixels
 * of a tile that may be more than two levels off. */
enum { CHANNEL_TOLERANCE = 64, PIXELS_TOLERANCE = 6 };

struct look {
    const char *name, *panel;
    int lang;
    struct ui_prefs prefs;
};

static const struct look looks[] = {
    {"21p-zh", "21p", TOUR_ZH, {0}},
    {"21p-zh-large", "21p", TOUR_ZH, {.text_size = UI_TEXT_LARGE}},
    {"21p-zh-largest", "21p", TOUR_ZH, {.text_size = UI_TEXT_LARGEST}},
    {"21p-zh-dark", "21p", TOUR_ZH, {.contrast = UI_DARK}},
    {"21p-zh-yellow", "21p", TOUR_ZH, {.contrast = UI_YELLOW_ON_BLACK}},
    {"21p-zh-low", "21p", TOUR_ZH, {.low_reach = true}},
    {"21p-en", "21p", TOUR_EN, {0}},
    {"21p-en-largest", "21p", TOUR_EN, {.text_size = UI_TEXT_LARGEST}},
    {"21l-zh", "21l", TOUR_ZH, {0}},
    {"21l-en-largest", "21l", TOUR_EN, {.text_size = UI_TEXT_LARGEST}},
    {"15p-zh-large", "15p", TOUR_ZH, {.text_size = UI_TEXT_LARGE}},
    {"15l-en", "15l", TOUR_EN, {0}},
    {"10l-zh", "10l", TOUR_ZH, {0}},
    {"10l-en-large-yellow", "10l", TOUR_EN, {.text_size = UI_TEXT_LARGE, .contrast = UI_YELLOW_ON_BLACK}},
};
/* The form of the sample languages. */
static const struct look looks_of_peoples[] = {
    {"21p-ug", "21p", TOUR_UG, {0}},
    {"21p-bo", "21p", TOUR_BO, {0}},
    {"10l-ug-large", "10l", TOUR_UG, {.text_size = UI_TEXT_LARGE}},
    {"10l-bo-large", "10l", TOUR_BO, {.text_size = UI_TEXT_LARGE}},
};
#ifdef __SANITIZE_ADDRESS__
enum { LOOKS = 1, PEOPLES = 1 };
#else
enum {
    LOOKS = sizeof looks / sizeof looks[0],
    PEOPLES = sizeof looks_of_peoples / sizeof looks_of_peoples[0]
};
#endif

static bool updates;

struct strip {
    struct ui *ui;
    struct ui_presenter *presenter;
    SDL_Surface *paper;
    int lang, count, tile_w, tile_h;
    char names[TILES_MAX][96];
};

static SDL_Rect tile_at(const struct strip *strip, int index)
{
    return (SDL_Rect){index % COLUMNS * strip->tile_w, index / COLUMNS * strip->tile_h, strip->tile_w,
                      strip->tile_h};
}

static uint32_t *pixel_at(SDL_Surface *surface, int x, int y)
{
    return (uint32_t *)((char *)surface->pixels + (size_t)y * (size_t)surface->pitch) + x;
}

/* Few levels make small files; what differs by less is not seen anyway. */
static void coarsen(SDL_Surface *surface, SDL_Rect at)
{
    for (int y = at.y; y < at.y + at.h; y++)
        for (int x = at.x; x < at.x + at.w; x++)
            *pixel_at(surface, x, y) &= LEVEL_MASK;
}

static void add_tile(struct strip *strip, const char *name, int page)
{
    assert_true(strip->count < TILES_MAX);
    SDL_Rect at = tile_at(strip, strip->count);
    small_copy(ui_presenter_surface(strip->presenter), SHRINK, strip->paper, at.x, at.y);
    coarsen(strip->paper, at);
    snprintf(strip->names[strip->count++], sizeof strip->names[0], "%s/%d", name, page);
}

static void visit(void *context, struct tour *tour, const char *name)
{
    struct strip *strip = context;
    for (int page = 0, count = 1; page < count && page < PAGES_MAX; page++) {
        struct ui_tree *tree = tour_screen(tour, ui_theme(strip->ui), strip->lang, page);
        ui_show(strip->ui, &tree);
        ui_invalidate(strip->ui);
        assert_ok(ui_draw(strip->ui, NULL));
        for (struct ui_node *n = ui_tree_root(ui_tree(strip->ui)); n; n = ui_node_walk(n))
            if (n->kind == UI_PAGES)
                count = n->whole;
        add_tile(strip, name, page);
    }
}

static bool is_different(uint32_t a, uint32_t b)
{
    for (int shift = 0; shift <= 16; shift += 8)
        if (abs((int)(a >> shift & 0xFF) - (int)(b >> shift & 0xFF)) > CHANNEL_TOLERANCE)
            return true;
    return false;
}

/* What differs turns red in the strip. */
static int count_differences(struct strip *strip, SDL_Surface *golden, SDL_Rect at)
{
    int differing = 0;
    for (int y = at.y; y < at.y + at.h; y++)
        for (int x = at.x; x < at.x + at.w; x++)
            if (x >= golden->w || y >= golden->h ||
                is_different(*pixel_at(golden, x, y), *pixel_at(strip->paper, x, y))) {
                *pixel_at(strip->paper, x, y) = 0xFF0000;
                differing++;
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

static int compare(struct strip *strip, const char *name)
{
    char path[600];
    int failed = 0;
    snprintf(path, sizeof path, GOLDEN "/%s.png", name);
    SDL_Surface *golden = load(path);
    if (!golden) {
        fprintf(stderr, "golden %s is missing: test_ui_golden --update, then look at it\n", name);
        return 1;
    }
    for (int i = 0; i < strip->count; i++) {
        int differing = count_differences(strip, golden, tile_at(strip, i));
        if (differing > PIXELS_TOLERANCE)
            fprintf(stderr, "%s: %s looks otherwise (%d pixels)\n", name, strip->names[i], differing);
        failed += differing > PIXELS_TOLERANCE;
    }
    SDL_FreeSurface(golden);
    snprintf(path, sizeof path, DIFFERENCE "/%s.png", name);
    if (failed > 0 && IMG_SavePNG(strip->paper, path) == 0)
        fprintf(stderr, "see %s\n", path);
    return failed;
}

/* The coarse colours number 256: one byte a pixel. */
static SDL_Surface *indexed(struct strip *strip, int height)
{
    SDL_Color colours[256];
    SDL_Surface *to = SDL_CreateRGBSurfaceWithFormat(0, strip->paper->w, height, 8, SDL_PIXELFORMAT_INDEX8);
    assert_non_null(to);
    for (unsigned i = 0; i < 256; i++)
        colours[i] = (SDL_Color){(Uint8)(i & 0xE0), (Uint8)(i << 3 & 0xE0), (Uint8)(i << 6 & 0xC0), 255};
    SDL_SetPaletteColors(to->format->palette, colours, 0, 256);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < to->w; x++) {
            uint32_t p = *pixel_at(strip->paper, x, y);
            ((uint8_t *)to->pixels)[y * to->pitch + x] =
                (uint8_t)((p >> 16 & 0xE0) | (p >> 11 & 0x1C) | (p >> 6 & 0x03));
        }
    return to;
}

static void save(struct strip *strip, const char *name)
{
    char path[600];
    int rows = (strip->count + COLUMNS - 1) / COLUMNS;
    SDL_Surface *used = indexed(strip, rows * strip->tile_h);
    snprintf(path, sizeof path, GOLDEN "/%s.png", name);
    assert_int_equal(IMG_SavePNG(used, path), 0);
    SDL_FreeSurface(used);
}

static const struct panel_case *panel_called(const char *name)
{
    for (int i = 0; i < PANELS; i++)
        if (strcmp(panels[i].name, name) == 0)
            return &panels[i];
    fail_msg("no panel %s", name);
    return NULL;
}

static void strip_start(struct strip *strip, const struct look *look)
{
    const struct panel_case *shape = panel_called(look->panel);
    struct ui_panel panel;
    assert_ok(ui_panel_from_diagonal(shape->width_px, shape->height_px, shape->inch, &panel));
    assert_ok(ui_presenter_memory_create(shape->width_px, shape->height_px, &strip->presenter));
    assert_ok(ui_create(&(struct ui_config){strip->presenter, YIZHAN_BUILD "/assets", panel, clock_system()},
                        &strip->ui));
    ui_set_prefs(strip->ui, &look->prefs);
    strip->lang = look->lang;
    strip->tile_w = shape->width_px / SHRINK;
    strip->tile_h = shape->height_px / SHRINK;
    strip->paper = SDL_CreateRGBSurfaceWithFormat(
        0, COLUMNS * strip->tile_w, TILES_MAX / COLUMNS * strip->tile_h, 32, SDL_PIXELFORMAT_RGB888);
    assert_non_null(strip->paper);
}

static void strip_stop(struct strip *strip)
{
    ui_destroy(&strip->ui);
    ui_presenter_destroy(&strip->presenter);
    SDL_FreeSurface(strip->paper);
}

static void walk_citizen(struct tour *tour, struct strip *strip)
{
    tour_run(tour, "every-question", visit, strip);
}

static void walk_technician(struct tour *tour, struct strip *strip)
{
    tour_technician(tour, false, visit, strip);
}

static void walk_peoples(struct tour *tour, struct strip *strip)
{
    tour_peoples(tour, visit, strip);
}

static int check_walk(struct tour *tour, const struct look *look, const char *begin,
                      void (*walk)(struct tour *tour, struct strip *strip))
{
    struct strip *strip = calloc(1, sizeof *strip);
    char name[64];
    int failed = 0;
    snprintf(name, sizeof name, "%s%s", begin, look->name);
    strip_start(strip, look);
    walk(tour, strip);
    if (updates)
        save(strip, name);
    else
        failed = compare(strip, name);
    strip_stop(strip);
    free(strip);
    return failed;
}

static int check_look(struct tour *tour, const struct look *look)
{
    return check_walk(tour, look, "", walk_citizen) + check_walk(tour, look, "technician-", walk_technician);
}

static int check_peoples(struct tour *tour, const struct look *look)
{
    return check_walk(tour, look, "peoples-", walk_peoples);
}

static int check_all(const struct look *all, int count, int (*check)(struct tour *, const struct look *))
{
    int failed = 0;
    for (int i = 0; i < count; i++) {
        struct tour *tour = calloc(1, sizeof *tour);
        tour_start(tour);
        failed += check(tour, &all[i]);
        tour_stop(tour);
        free(tour);
    }
    return failed;
}

static void every_screen_looks_as_it_did(void **state)
{
    (void)state;
    int failed = check_all(looks, LOOKS, check_look);
    failed += check_all(looks_of_peoples, PEOPLES, check_peoples);
    assert_int_equal(failed, 0);
}

/* The comparison itself must be able to fail. */
static void a_moved_line_is_seen(void **state)
{
    (void)state;
    struct strip strip = {.tile_w = 16, .tile_h = 16, .count = 1};
    SDL_Surface *golden = SDL_CreateRGBSurfaceWithFormat(0, 16, 16, 32, SDL_PIXELFORMAT_RGB888);
    strip.paper = SDL_CreateRGBSurfaceWithFormat(0, 16, 16, 32, SDL_PIXELFORMAT_RGB888);
    for (int x = 0; x < 16; x++)
        *pixel_at(strip.paper, x, 3) = 0x808080;
    assert_int_equal(count_differences(&strip, golden, tile_at(&strip, 0)), 16);
    SDL_FreeSurface(golden);
    SDL_FreeSurface(strip.paper);
}

int main(int argc, char **argv)
{
    updates = argc > 1 && strcmp(argv[1], "--update") == 0;
    if (access(YIZHAN_BUILD "/assets/hand/templates.bin", R_OK) != 0) {
        fprintf(stderr, "skipped: without handwriting templates (npm was not there) every field to write in "
                        "has other keys\n");
        return 77; /* counted as skipped */
    }
    mkdir(DIFFERENCE, 0777);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_screen_looks_as_it_did),
        cmocka_unit_test(a_moved_line_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
