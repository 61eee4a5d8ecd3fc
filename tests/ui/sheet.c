/*
 * Contact sheets for looking at: ui_sheet FOLDER [PANEL [LANG [CONTRAST [SIZE [FORM [SCREEN]]]]]]; "-" for
 * the first of each, FORM "all" for every form. One PNG for each 24 screens; with SCREEN that screen alone in
 * full size.
 */
#include "tests/ui/panels.h"
#include "tests/ui/small.h"
#include "tests/ui/tour.h"
#include "tests/unit/cmocka.h"
#include "ui/layout_parts.h"
#include "ui/look.h"
#include "ui/shot.h"
#include "ui/ui.h"

#include <SDL2/SDL_image.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TILES = 24, SHRINK = 4, MARGIN = 6 };

struct sheet {
    const char *folder, *screen;
    struct ui *ui;
    struct ui_presenter *presenter;
    SDL_Surface *paper;
    int lang, columns, used, number;
    bool is_read;
};

static void put_out(struct sheet *sheet)
{
    char path[600];
    if (sheet->used == 0)
        return;
    snprintf(path, sizeof path, "%s/sheet-%02d.png", sheet->folder, sheet->number++);
    assert_int_equal(IMG_SavePNG(sheet->paper, path), 0);
    SDL_FillRect(sheet->paper, NULL, 0x808080);
    sheet->used = 0;
}

static void add(struct sheet *sheet, const char *name)
{
    const SDL_Surface *screen = ui_presenter_surface(sheet->presenter);
    int column = sheet->used % sheet->columns, row = sheet->used / sheet->columns;
    small_copy(screen, SHRINK, sheet->paper, MARGIN + column * (screen->w / SHRINK + MARGIN),
               MARGIN + row * (screen->h / SHRINK + MARGIN));
    printf("%d/%d %s\n", sheet->number, sheet->used, name);
    if (++sheet->used == TILES)
        put_out(sheet);
}

/* Keys to write with show one character, or what a person has written herself: nothing that is said. */
static bool is_said(const struct ui_node *label)
{
    const char *id = label->parent ? label->parent->id : NULL;
    return label->text && !label->is_hidden && !label->is_disabled &&
           !(id && (strncmp(id, "candidate:", 10) == 0 || strncmp(id, "text-key:", 9) == 0 ||
                    strcmp(id, "field") == 0));
}

/* Where the words of a label stand, without the border of the box that they fill. */
static struct ui_rect place_of(const struct ui_node *label)
{
    const struct ui_node *boxed = label->parent;
    while (boxed && boxed->box == UI_BOX_NONE)
        boxed = boxed->parent;
    struct ui_look look = boxed ? ui_look_of(boxed, &(struct ui_attention){0}) : (struct ui_look){0};
    int border = look.has_box ? look.box.border + 1 : 0; /* and its soft edge */
    const struct ui_rect inside = {boxed ? boxed->rect.x + border : 0, boxed ? boxed->rect.y + border : 0,
                                   boxed ? boxed->rect.w - 2 * border : 0,
                                   boxed ? boxed->rect.h - 2 * border : 0};
    return border > 0 ? ui_rect_intersect(label->rect, inside) : label->rect;
}

/* The screen in full size, and beside it in NAME.txt what stands on it, where, and how large its type is: x y
 * w h em words, in pixels, one line for each label. */
static void put_reading(struct sheet *sheet, const char *name, int page)
{
    char path[600], plain[96];
    snprintf(plain, sizeof plain, "%s-%d", name, page);
    for (char *c = plain; *c; c++)
        *c = *c == '/' || *c == '+' ? '_' : *c;
    snprintf(path, sizeof path, "%s/%s.png", sheet->folder, plain);
    assert_ok(ui_shot(sheet->presenter, path));
    snprintf(path, sizeof path, "%s/%s.txt", sheet->folder, plain);
    FILE *words = fopen(path, "w");
    assert_non_null(words);
    for (const struct ui_node *n = ui_tree_root(ui_tree(sheet->ui)); n; n = ui_node_walk(n))
        if (n->kind == UI_LABEL && is_said(n)) {
            const struct ui_rect place = place_of(n);
            fprintf(words, "%d %d %d %d %d %s\n", place.x, place.y, place.w, place.h,
                    ui_label_style(n).size_px, n->text);
        }
    fclose(words);
}

static void visit(void *context, struct tour *tour, const char *name)
{
    struct sheet *sheet = context;
    if (sheet->screen && !sheet->is_read && strcmp(sheet->screen, name) != 0)
        return;
    for (int page = 0, count = 1; page < count; page++) {
        struct ui_tree *tree = tour_screen(tour, ui_theme(sheet->ui), sheet->lang, page);
        ui_show(sheet->ui, &tree);
        ui_invalidate(sheet->ui);
        assert_ok(ui_draw(sheet->ui, NULL));
        for (struct ui_node *n = ui_tree_root(ui_tree(sheet->ui)); n; n = ui_node_walk(n))
            if (n->kind == UI_PAGES)
                count = n->whole;
        char path[600];
        snprintf(path, sizeof path, "%s/screen-%d.png", sheet->folder, page);
        if (sheet->is_read)
            put_reading(sheet, name, page);
        else if (sheet->screen)
            assert_ok(ui_shot(sheet->presenter, path));
        else
            add(sheet, name);
    }
}

static int index_of(const char *wanted, const char *const *names, int count)
{
    for (int i = 0; wanted && i < count; i++)
        if (strcmp(wanted, names[i]) == 0)
            return i;
    return 0;
}

static void look(struct sheet *sheet, char **argv, int argc)
{
    static const char *const contrasts[] = {"light", "dark", "yellow"}, *const sizes[] = {"1", "2", "3"},
                             *const tags[] = {"zh-CN", "en"};
    const char *names[PANELS];
    for (size_t i = 0; i < PANELS; i++)
        names[i] = panels[i].name;
    const struct panel_case *shape = &panels[index_of(argc > 2 ? argv[2] : NULL, names, PANELS)];
    struct ui_panel panel;
    assert_ok(ui_panel_from_diagonal(shape->width_px, shape->height_px, shape->inch, &panel));
    assert_ok(ui_presenter_memory_create(shape->width_px, shape->height_px, &sheet->presenter));
    assert_ok(ui_create(&(struct ui_config){sheet->presenter, YIZHAN_BUILD "/assets", panel, clock_system()},
                        &sheet->ui));
    struct ui_prefs prefs = {
        .contrast = (enum ui_contrast)index_of(argc > 4 ? argv[4] : NULL, contrasts, UI_CONTRASTS),
        .text_size = (enum ui_text_size)index_of(argc > 5 ? argv[5] : NULL, sizes, UI_TEXT_SIZES)};
    ui_set_prefs(sheet->ui, &prefs);
    sheet->lang = index_of(argc > 3 ? argv[3] : NULL, tags, TOUR_LANGS);
    bool is_tall = shape->height_px > shape->width_px;
    sheet->columns = is_tall ? 8 : 4;
    sheet->paper = SDL_CreateRGBSurfaceWithFormat(
        0, MARGIN + sheet->columns * (shape->width_px / SHRINK + MARGIN),
        MARGIN + TILES / sheet->columns * (shape->height_px / SHRINK + MARGIN), 32, SDL_PIXELFORMAT_RGB888);
    SDL_FillRect(sheet->paper, NULL, 0x808080);
}

int main(int argc, char **argv)
{
    struct tour *tour = calloc(1, sizeof *tour);
    if (argc < 2 || !tour)
        return 2;
    const char *form = argc > 6 && strcmp(argv[6], "-") != 0 ? argv[6] : "every-question";
    struct sheet sheet = {.folder = argv[1], .screen = argc > 7 ? argv[7] : NULL};
    sheet.is_read = sheet.screen && strcmp(sheet.screen, "read") == 0;
    look(&sheet, argv, argc);
    tour_start(tour);
    tour_run(tour, strcmp(form, "all") == 0 ? NULL : form, visit, &sheet);
    put_out(&sheet);
    ui_destroy(&sheet.ui);
    tour_stop(tour);
    ui_presenter_destroy(&sheet.presenter);
    SDL_FreeSurface(sheet.paper);
    free(tour);
    return 0;
}
