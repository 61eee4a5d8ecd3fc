/* Draws the sample pages for looking at: gallery FOLDER [PANEL [LANG [CONTRAST [SIZE [PAGE]]]]]; "-" or
 * nothing for all. */
#include "tests/ui/pages.h"
#include "ui/shot.h"
#include "ui/ui.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(struct err e)
{
    if (err_is(&e)) {
        fprintf(stderr, "gallery: %s\n", e.text);
        exit(1);
    }
}

static bool wanted(int argc, char **argv, int at, const char *name)
{
    return argc <= at || strcmp(argv[at], "-") == 0 || strcmp(argv[at], name) == 0;
}

static void draw_pages(struct ui *ui, struct ui_presenter *presenter, const struct lang *lang,
                       const char *prefix, int argc, char **argv)
{
    for (size_t i = 0; i < page_count; i++) {
        if (!wanted(argc, argv, 6, pages[i].name))
            continue;
        for (int number = 0, count = 1; number < count; number++) {
            struct ui_tree *tree = ui_tree_create(ui_theme(ui), lang);
            pages[i].build(tree, number);
            ui_show(ui, &tree);
            for (struct ui_node *n = ui_tree_root(ui_tree(ui)); n; n = ui_node_walk(n))
                if (n->kind == UI_PAGES)
                    count = n->whole;
            must(ui_draw(ui, NULL));
            char path[600];
            snprintf(path, sizeof path, "%s-%s%s.png", prefix, pages[i].name,
                     number == 0 ? "" : (char[]){'-', (char)('1' + number), 0});
            must(ui_shot(presenter, path));
        }
    }
}

int main(int argc, char **argv)
{
    static const char *const contrasts[] = {"light", "dark", "yellow"}, *const sizes[] = {"1", "2", "3"},
                             *const tags[] = {"zh-CN", "en"};
    if (argc < 2)
        return 2;
    for (size_t p = 0; p < panel_count; p++) {
        if (!wanted(argc, argv, 2, panels[p].name))
            continue;
        struct ui_presenter *presenter;
        struct ui *ui;
        struct ui_panel panel;
        must(ui_panel_from_diagonal(panels[p].width_px, panels[p].height_px, panels[p].inch, &panel));
        must(ui_presenter_memory_create(panels[p].width_px, panels[p].height_px, &presenter));
        must(ui_create(&(struct ui_config){presenter, YIZHAN_BUILD "/assets", panel}, &ui));
        for (int l = 0; l < 2; l++)
            for (int c = 0; c < UI_CONTRASTS; c++)
                for (int s = 0; s < UI_TEXT_SIZES; s++) {
                    if (!wanted(argc, argv, 3, tags[l]) || !wanted(argc, argv, 4, contrasts[c]) ||
                        !wanted(argc, argv, 5, sizes[s]))
                        continue;
                    struct lang *lang;
                    must(lang_create(YIZHAN_BUILD "/assets/lang", tags[l], NULL, &lang));
                    ui_set_prefs(ui, &(struct ui_prefs){.contrast = (enum ui_contrast)c,
                                                        .text_size = (enum ui_text_size)s});
                    char prefix[500];
                    snprintf(prefix, sizeof prefix, "%s/%s-%s-%s-%s", argv[1], panels[p].name, tags[l],
                             contrasts[c], sizes[s]);
                    draw_pages(ui, presenter, lang, prefix, argc, argv);
                    ui_forget(ui);
                    lang_destroy(&lang);
                }
        ui_destroy(&ui);
        ui_presenter_destroy(&presenter);
    }
    return 0;
}
