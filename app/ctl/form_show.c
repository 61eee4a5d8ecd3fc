/*
 * yizhanctl form show FORM.xml --out DIR: every screen of a form as PNG, in every language, text size and
 * contrast, and all of them small on one contact sheet. The screens are the kiosk's own (app/journey/show.h).
 */
#include "app/ctl/command.h"
#include "app/ctl/form_files.h"
#include "app/ctl/options.h"
#include "app/journey/show.h"
#include "board/base/clock.h"
#include "board/base/file.h"
#include "ui/sheet.h"
#include "ui/shot.h"
#include "ui/text_input.h"
#include "ui/ui.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MODULE            "form show"
#define PINYIN_DICTIONARY "/usr/lib/" YIZHAN_MULTIARCH "/googlepinyin/data/dict_pinyin.dat"

enum { PANELS_MAX = 8, PATH_SIZE = 1024, FILE_BYTES_MAX = 1 << 20, SHEET_CELL_PX = 320 };

static const char *const text_sizes[UI_TEXT_SIZES] = {"normal", "large", "largest"};
static const char *const contrasts[UI_CONTRASTS] = {"light", "dark", "yellow"};
static const char *const tags[] = {"zh-CN", "en"};
enum { TAG_COUNT = sizeof tags / sizeof *tags };

struct options {
    const char *form, *out, *media, *answers, *assets;
    const char *lang, *text, *contrast; /* NULL for all */
    struct ui_panel panels[PANELS_MAX];
    size_t panel_count;
};

/* One run: what is loaded once, and what is open for the panel at hand. */
struct run {
    const struct options *options;
    struct service service;
    json_t *answers;
    struct lang *langs[TAG_COUNT];
    struct text_input *typing;
    struct tz *tz;
    struct show *show;
    struct ui_presenter *presenter;
    struct ui *ui;
    struct ui_text *label_text;
    struct ui_sheet *sheet;
    size_t drawn;
};

/* ---- options ---- */

static bool take_panel(const char *value, struct options *options)
{
    int width, height;
    double inch;
    char rest;
    if (sscanf(value, "%dx%d@%lf%c", &width, &height, &inch, &rest) != 3)
        return false;
    struct err e = ui_panel_from_diagonal(width, height, inch, &options->panels[options->panel_count++]);
    return !err_is(&e);
}

/* NULL is all of them. */
static bool is_one_of(const char *value, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count && value; i++)
        if (strcmp(value, names[i]) == 0)
            return true;
    if (value)
        fprintf(stderr, "yizhanctl: %s is none of what it can be\n", value);
    return !value;
}

static bool read_options(int argc, char **argv, struct options *options)
{
    const char *panels[PANELS_MAX] = {NULL};
    const struct option_place places[] = {{"out", .value = &options->out},
                                          {"media", .value = &options->media},
                                          {"answers", .value = &options->answers},
                                          {"assets", .value = &options->assets},
                                          {"lang", .value = &options->lang},
                                          {"text", .value = &options->text},
                                          {"contrast", .value = &options->contrast},
                                          {"panel", .values = panels, .most = PANELS_MAX},
                                          {.name = NULL}};
    if (!options_read(argc, argv, places, &options->form, 1) || !options->form || !options->out ||
        !is_one_of(options->lang, tags, TAG_COUNT) || !is_one_of(options->text, text_sizes, UI_TEXT_SIZES) ||
        !is_one_of(options->contrast, contrasts, UI_CONTRASTS))
        return false;
    if (!panels[0])
        panels[0] = "1080x1920@21.5";
    for (size_t i = 0; i < PANELS_MAX && panels[i]; i++)
        if (!take_panel(panels[i], options)) {
            fprintf(stderr, "yizhanctl: %s is no panel: write it like 1280x800@10.1\n", panels[i]);
            return false;
        }
    return true;
}

/* ---- what is loaded once ---- */

static struct err load_guide(const char *folder, struct guide **out_guide)
{
    char path[PATH_SIZE];
    struct buf bytes = {0};
    snprintf(path, sizeof path, "%s/guide.csv", folder);
    struct err e = file_read(path, FILE_BYTES_MAX, &bytes);
    if (!err_is(&e))
        e = guide_parse(buf_text(&bytes), bytes.length, out_guide);
    else
        e = err_ok(); /* a form without a guide is offered too */
    buf_finish(&bytes);
    return e;
}

static struct err load_service(struct run *run)
{
    char folder[PATH_SIZE];
    const char *form = run->options->form, *slash = strrchr(form, '/');
    if (run->options->media)
        snprintf(folder, sizeof folder, "%s", run->options->media);
    else
        snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - form) : 1, slash ? form : ".");
    struct form_media media = {.dir = folder};
    TRY(form_files_load(form, &media, &run->service.form));
    const struct xform_media reader = form_files_reader(&media);
    TRY(service_load_pictures(&run->service, &reader));
    snprintf(run->service.id, sizeof run->service.id, "%s", xform_id(run->service.form));
    snprintf(run->service.title, sizeof run->service.title, "%s", xform_title(run->service.form));
    return load_guide(folder, &run->service.guide);
}

static struct err load_answers(struct run *run)
{
    json_error_t error;
    if (!run->options->answers)
        return err_ok();
    if (access(run->options->answers, R_OK) != 0)
        return err_errno(MODULE, errno, "open %.200s", run->options->answers);
    run->answers = json_load_file(run->options->answers, 0, &error);
    if (!json_is_object(run->answers))
        return err_make(ERR_DATA, MODULE, 0, "%s: line %d: %s", run->options->answers, error.line,
                        run->answers ? "not an object of refs and answers" : error.text);
    return err_ok();
}

static const char *own_answer(void *context, const char *ref)
{
    const struct run *run = context;
    return json_string_value(json_object_get(run->answers, ref));
}

static struct err load_words(struct run *run)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/lang", run->options->assets);
    if (access(path, R_OK) != 0)
        return err_make(ERR_USER, MODULE, errno, "there is no %s: give --assets DIR", path);
    for (size_t i = 0; i < TAG_COUNT; i++)
        TRY(lang_create(path, tags[i], i ? run->langs[0] : NULL, &run->langs[i]));
    TRY(text_input_create(PINYIN_DICTIONARY, run->options->assets, &run->typing));
    snprintf(path, sizeof path, "%s/fonts", run->options->assets);
    TRY(ui_text_create(path, 0, &run->label_text));
    return ui_sheet_create(run->label_text, SHEET_CELL_PX, &run->sheet);
}

static struct err load(struct run *run)
{
    TRY(load_service(run));
    TRY(load_answers(run));
    TRY(load_words(run));
    TRY(form_files_zone("Asia/Shanghai", &run->tz));
    const struct show_setup setup = {
        .service = &run->service,
        .langs = (const struct lang *const *)run->langs,
        .lang_count = TAG_COUNT,
        .clock = clock_system(),
        .tz = run->tz,
        .typing = run->typing,
        .answer = own_answer,
        .answer_context = run,
    };
    return show_create(&setup, &run->show);
}

static void close_panel(struct run *run)
{
    ui_destroy(&run->ui);
    ui_presenter_destroy(&run->presenter);
}

static void unload(struct run *run)
{
    show_destroy(&run->show);
    close_panel(run);
    ui_sheet_destroy(&run->sheet);
    ui_text_destroy(&run->label_text);
    text_input_destroy(&run->typing);
    for (size_t i = TAG_COUNT; i > 0; i--)
        lang_destroy(&run->langs[i - 1]);
    tz_destroy(&run->tz);
    json_decref(run->answers);
    service_finish(&run->service);
}

/* ---- drawing ---- */

static struct err make_folder(const char *path)
{
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        return err_errno(MODULE, errno, "cannot make the folder %s", path);
    return err_ok();
}

static int page_count(struct ui *ui)
{
    int count = 1;
    for (struct ui_node *n = ui_tree_root(ui_tree(ui)); n; n = ui_node_walk(n))
        if (n->kind == UI_PAGES && n->whole > count)
            count = n->whole;
    return count;
}

/* All pages of the screen on which the show stands. */
static struct err draw_screen(struct run *run, const char *look, int number)
{
    for (int page = 0, pages = 1; page < pages; page++) {
        char name[PATH_SIZE / 2], path[2 * PATH_SIZE];
        struct ui_tree *tree = show_screen(run->show, page, ui_theme(run->ui));
        if (!tree)
            return err_no_memory(MODULE);
        ui_show(run->ui, &tree);
        pages = page_count(run->ui);
        TRY(ui_draw(run->ui, NULL));
        if (page > 0)
            snprintf(name, sizeof name, "%.400s-p%d", show_name(run->show), page + 1);
        else
            snprintf(name, sizeof name, "%.400s", show_name(run->show));
        snprintf(path, sizeof path, "%s/%s/%02d-%s.png", run->options->out, look, number, name);
        TRY(ui_shot(run->presenter, path));
        const char *label = strncmp(name, "question-", 9) == 0 ? name + 9 : name; /* most are */
        TRY(ui_sheet_add(run->sheet, run->presenter, label, look));
        run->drawn++;
    }
    return err_ok();
}

static struct err draw_look(struct run *run, const char *look, size_t lang, const struct ui_prefs *prefs)
{
    char folder[PATH_SIZE];
    snprintf(folder, sizeof folder, "%s/%s", run->options->out, look);
    TRY(make_folder(folder));
    ui_set_prefs(run->ui, prefs);
    TRY(show_begin(run->show, lang, prefs));
    for (int number = 1; show_next(run->show); number++)
        TRY(draw_screen(run, look, number));
    return err_ok();
}

static struct err open_panel(struct run *run, const struct ui_panel *panel)
{
    TRY(ui_presenter_memory_create(panel->width_px, panel->height_px, &run->presenter));
    const struct ui_config config = {run->presenter, run->options->assets, *panel, clock_system()};
    return ui_create(&config, &run->ui);
}

static bool is_wanted(const char *wish, const char *name)
{
    return !wish || strcmp(wish, name) == 0;
}

static struct err draw_panel(struct run *run, const struct ui_panel *panel)
{
    const struct options *options = run->options;
    TRY(open_panel(run, panel));
    for (size_t l = 0; l < TAG_COUNT; l++)
        for (size_t t = 0; t < UI_TEXT_SIZES; t++)
            for (size_t c = 0; c < UI_CONTRASTS; c++) {
                if (!is_wanted(options->lang, tags[l]) || !is_wanted(options->text, text_sizes[t]) ||
                    !is_wanted(options->contrast, contrasts[c]))
                    continue;
                char look[160] = "";
                if (options->panel_count > 1)
                    snprintf(look, sizeof look, "%dx%d-", panel->width_px, panel->height_px);
                size_t used = strlen(look);
                snprintf(look + used, sizeof look - used, "%s-%s-%s", tags[l], text_sizes[t], contrasts[c]);
                const struct ui_prefs prefs = {.text_size = (enum ui_text_size)t,
                                               .contrast = (enum ui_contrast)c};
                TRY(draw_look(run, look, l, &prefs));
            }
    close_panel(run);
    return err_ok();
}

static struct err draw_all(struct run *run)
{
    char path[PATH_SIZE];
    TRY(make_folder(run->options->out));
    for (size_t i = 0; i < run->options->panel_count; i++)
        TRY(draw_panel(run, &run->options->panels[i]));
    snprintf(path, sizeof path, "%s/sheet.png", run->options->out);
    return ui_sheet_write(run->sheet, path);
}

int command_form_show(int argc, char **argv)
{
    struct options options = {.assets = options_assets()};
    if (!read_options(argc, argv, &options))
        return COMMAND_USAGE;
    struct run run = {.options = &options};
    struct err e = load(&run);
    if (!err_is(&e))
        e = draw_all(&run);
    if (err_is(&e))
        fprintf(stderr, "yizhanctl form show: %s\n", e.text);
    else
        printf("%zu screens in %s, all of them on %s/sheet.png\n", run.drawn, options.out, options.out);
    unload(&run);
    return err_is(&e) ? 1 : 0;
}
