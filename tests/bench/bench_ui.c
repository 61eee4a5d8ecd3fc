/*
 * Drawing at 1920x1080 and at 1280x800 in software: the whole question page, and one button of it, beside a
 * bare SDL program that draws the same strings (rendered once, kept) and the same boxes (square, without
 * icons). In turns, in one run.
 */
#include "tests/bench/measure.h"
#include "ui/frame.h"
#include "ui/look.h"
#include "ui/ui.h"

#include <SDL2/SDL.h>
#include <SDL2/SDL_ttf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 101, PARTS_MAX = 256 };

/* What the bare program draws: a box with its border, or a string. */
struct part {
    SDL_Rect rect;
    uint32_t fill, border;
    int line;
    SDL_Surface *string;
};

struct bench {
    struct clock_fake clock;
    int width, height;
    struct ui_presenter *presenter;
    struct ui *ui;
    struct lang *lang;
    SDL_Surface *bare;
    uint32_t paper;
    struct part parts[PARTS_MAX];
    int part_count;
};

static void must(struct err e)
{
    if (err_is(&e)) {
        fprintf(stderr, "bench_ui: %s\n", e.text);
        exit(1);
    }
}

/* ---- the bare program ---- */

static SDL_Surface *render(const struct ui_node *label, uint32_t ink)
{
    const struct ui_theme *theme = ui_tree_theme(label->tree);
    TTF_Font *font =
        TTF_OpenFont(ui_type_is_bold(label->type) ? YIZHAN_BUILD "/assets/fonts/yizhan-bold.otf"
                                                  : YIZHAN_BUILD "/assets/fonts/yizhan-regular.otf",
                     theme->type_px[label->type]);
    SDL_Color colour = {(Uint8)(ink >> 16), (Uint8)(ink >> 8), (Uint8)ink, 255};
    SDL_Surface *surface = font ? TTF_RenderUTF8_Blended(font, label->text, colour) : NULL;
    if (font)
        TTF_CloseFont(font);
    return surface;
}

static void copy_node(struct bench *b, const struct ui_node *node)
{
    struct ui_look look = ui_look_of(node, &(struct ui_attention){0});
    struct part part = {.rect = {node->rect.x, node->rect.y, node->rect.w, node->rect.h}};
    if (look.has_box) {
        part.fill = look.box.fill_colour;
        part.border = look.box.border_colour;
        part.line = look.box.border;
    } else if (node->kind == UI_LABEL) {
        part.string = render(node, look.ink);
    }
    if ((look.has_box || part.string) && b->part_count < PARTS_MAX)
        b->parts[b->part_count++] = part;
}

static void copy_tree(struct bench *b)
{
    b->bare = SDL_CreateRGBSurfaceWithFormat(0, b->width, b->height, 32, SDL_PIXELFORMAT_RGB888);
    b->paper = ui_theme(b->ui)->colour[UI_COLOUR_PAPER];
    for (const struct ui_node *n = ui_tree_root(ui_tree(b->ui)); n; n = ui_node_walk(n))
        if (!n->is_hidden)
            copy_node(b, n);
}

static void draw_part(struct bench *b, const struct part *part)
{
    SDL_Rect to = part->rect;
    if (part->string) {
        SDL_BlitSurface(part->string, NULL, b->bare, &to);
        return;
    }
    if (part->line > 0)
        SDL_FillRect(b->bare, &to, part->border);
    SDL_Rect inner = {to.x + part->line, to.y + part->line, to.w - 2 * part->line, to.h - 2 * part->line};
    SDL_FillRect(b->bare, &inner, part->fill);
}

static double bare_ms(struct bench *b, SDL_Rect clip)
{
    double begin = measure_worked_ms();
    SDL_SetClipRect(b->bare, &clip);
    SDL_FillRect(b->bare, &clip, b->paper);
    for (int i = 0; i < b->part_count; i++)
        if (SDL_HasIntersection(&clip, &b->parts[i].rect))
            draw_part(b, &b->parts[i]);
    return measure_worked_ms() - begin;
}

/* ---- ours ---- */

static double ours_whole_ms(struct bench *b)
{
    double begin = measure_worked_ms();
    ui_invalidate(b->ui);
    must(ui_draw(b->ui, NULL));
    return measure_worked_ms() - begin;
}

/* A finger comes down on a button, or leaves it. */
static double ours_button_ms(struct bench *b, struct ui_point at, bool is_down)
{
    clock_fake_advance(&b->clock, UI_SETTLE_MS); /* it has stood there for a while */
    double begin = measure_worked_ms();
    ui_input(b->ui, &(struct ui_input){.kind = is_down ? UI_INPUT_DOWN : UI_INPUT_CANCEL, .at = at});
    must(ui_draw(b->ui, NULL));
    return measure_worked_ms() - begin;
}

static void show_question(struct bench *b)
{
    static const char *const options[] = {"本村或本镇", "本县的别处", "外地，和子女同住", "养老院或敬老院"};
    const struct ui_choice next = {.id = "next", .label = "下一步", .icon = "next", .action = UI_ACTION_APP};
    struct ui_tree *tree = ui_tree_create(ui_theme(b->ui), b->lang);
    struct ui_page page = ui_frame_build(tree, &(struct ui_frame){.screen = "question",
                                                                  .place = "青溪镇便民点",
                                                                  .link = UI_LINK_DOWN,
                                                                  .part = 4,
                                                                  .whole = 8,
                                                                  .has_stop = true,
                                                                  .has_back = true,
                                                                  .has_repeat = true,
                                                                  .primary = &next});
    ui_heading(page.ask, "您现在主要住在哪里？");
    ui_help_text(page.ask, "选一个最接近的。选错了可以改。");
    for (int i = 0; i < 4; i++) {
        char id[] = "choice:0";
        id[7] = (char)('0' + i);
        ui_option(page.body,
                  &(struct ui_choice){
                      .id = id, .label = options[i], .action = UI_ACTION_APP, .is_selected = i == 1});
    }
    ui_show(b->ui, &tree);
}

/* The whole way from a view model to the surface when nothing changed: what each tick of a clock would cost.
 */
static double ours_rebuild_ms(struct bench *b)
{
    double begin = measure_worked_ms();
    show_question(b);
    must(ui_draw(b->ui, NULL));
    return measure_worked_ms() - begin;
}

static void report(const char *name, double ours, double bare, const char *peer)
{
    printf("{\"name\":\"%s\",\"value\":%.4f,\"unit\":\"ms\",", name, ours);
    if (peer)
        printf("\"peer\":\"%s\",\"peer_value\":%.4f,\"ratio\":%.3f,", peer, bare, ours / bare);
    else
        printf("\"peer\":null,\"peer_value\":null,\"ratio\":null,");
    printf("\"runs\":%d,\"how\":\"./dev bench %s\"}\n", ROUNDS, name);
}

static void measure(struct bench *b, const char *const names[3])
{
    static double whole[ROUNDS], bare_whole[ROUNDS], button[ROUNDS], bare_button[ROUNDS], rebuild[ROUNDS];
    struct ui_rect r = ui_tree_find(ui_tree(b->ui), "next")->rect;
    struct ui_point at = {r.x + r.w / 2, r.y + r.h / 2};
    for (int i = -10; i < ROUNDS; i++) { /* the first ten warm up */
        int k = i < 0 ? 0 : i;
        whole[k] = ours_whole_ms(b);
        bare_whole[k] = bare_ms(b, (SDL_Rect){0, 0, b->width, b->height});
        button[k] = ours_button_ms(b, at, true);
        bare_button[k] = bare_ms(b, (SDL_Rect){r.x, r.y, r.w, r.h});
        ours_button_ms(b, at, false);
        rebuild[k] = ours_rebuild_ms(b);
    }
    report(names[0], measure_median(whole, ROUNDS), measure_median(bare_whole, ROUNDS),
           "bare SDL, same strings and boxes");
    report(names[1], measure_median(button, ROUNDS), measure_median(bare_button, ROUNDS),
           "bare SDL, same button");
    report(names[2], measure_median(rebuild, ROUNDS), 0, NULL);
}

static void run(int width, int height, double inch, const char *const names[3])
{
    static struct bench b;
    struct ui_panel panel;
    b = (struct bench){.width = width, .height = height};
    clock_fake_init(&b.clock, 0);
    must(ui_panel_from_diagonal(width, height, inch, &panel));
    must(ui_presenter_memory_create(width, height, &b.presenter));
    must(ui_create(&(struct ui_config){b.presenter, YIZHAN_BUILD "/assets", panel, &b.clock.clock}, &b.ui));
    must(lang_create(YIZHAN_BUILD "/assets/lang", "zh-CN", NULL, &b.lang));
    show_question(&b);
    must(ui_draw(b.ui, NULL));
    copy_tree(&b);
    measure(&b, names);
    ui_destroy(&b.ui);
    lang_destroy(&b.lang);
    ui_presenter_destroy(&b.presenter);
}

int main(void)
{
    static const char *const large[] = {"ui.redraw_vs_sdl", "ui.button_vs_sdl", "ui.rebuild"};
    static const char *const small[] = {"ui.redraw_800_vs_sdl", "ui.button_800_vs_sdl", "ui.rebuild_800"};
    run(1920, 1080, 21.5, large);
    run(1280, 800, 10.1, small);
    return 0;
}
