/*
 * The design's hard numbers, computed from every sample page as laid out: target size and gaps, contrast,
 * reach, overflow, labels and focus, on every panel, in both languages, all contrasts and text sizes, on
 * every page of what pages.
 */
#include "tests/ui/pages.h"
#include "tests/unit/cmocka.h"
#include "ui/canvas.h"
#include "ui/layout.h"
#include "ui/look.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double TARGET_MM = 20.0, GAP_MM = 6.0, HALF_PIXEL_MM = 0.13;
enum { COMPLAINTS_MAX = 40 };

struct lint {
    struct ui_tree *tree;
    const struct ui_theme *theme;
    struct ui_canvas *canvas;
    char where[160];
    int complaints;
};

static void complain(struct lint *lint, const struct ui_node *node, const char *what)
{
    if (lint->complaints++ < COMPLAINTS_MAX)
        fprintf(stderr, "%s: %s \"%s\" kind %d: %s\n", lint->where, node->id ? node->id : "-",
                node->text ? node->text : "", node->kind, what);
}

static double mm(const struct lint *lint, int px)
{
    return px / lint->theme->px_per_mm + HALF_PIXEL_MM;
}

static bool is_target(const struct ui_node *node)
{
    return node->action != UI_ACTION_NONE && !node->is_hidden;
}

static void check_target(struct lint *lint, const struct ui_node *node)
{
    if (mm(lint, node->rect.w) < TARGET_MM || mm(lint, node->rect.h) < TARGET_MM)
        complain(lint, node, "target is smaller than 20 mm");
    if (node->rect.y < lint->theme->reach_top_px)
        complain(lint, node, "target is out of reach");
    if (!node->id)
        complain(lint, node, "target has no id");
}

static bool is_ancestor(const struct ui_node *ancestor, const struct ui_node *node)
{
    while (node && node != ancestor)
        node = node->parent;
    return node != NULL;
}

/* Distance between two rectangles along the axis on which they are apart; negative when they overlap. */
static int distance(struct ui_rect a, struct ui_rect b)
{
    int x = a.x < b.x ? b.x - a.x - a.w : a.x - b.x - b.w;
    int y = a.y < b.y ? b.y - a.y - a.h : a.y - b.y - b.h;
    return x > y ? x : y;
}

static void check_gaps(struct lint *lint, const struct ui_node *node)
{
    for (const struct ui_node *other = ui_node_walk(node); other; other = ui_node_walk(other)) {
        bool is_inside = is_ancestor(node, other);
        if (is_target(other) && !is_inside && mm(lint, distance(node->rect, other->rect)) < GAP_MM)
            complain(lint, other, "is nearer than 6 mm to another target");
    }
}

/* The ink that is really drawn on the surface that is really behind it. */
static void check_contrast(struct lint *lint, const struct ui_node *node)
{
    struct ui_look look = ui_look_of(node, &(struct ui_attention){0});
    uint32_t behind = look.surface;
    if (node->kind == UI_LABEL && ui_contrast_ratio(look.ink, behind) < (node->is_disabled ? 3.0 : 7.0))
        complain(lint, node, "text has less contrast than 7:1");
    if (node->kind == UI_ICON && ui_contrast_ratio(look.ink, behind) < 3.0)
        complain(lint, node, "icon has less contrast than 3:1");
    bool has_boundary = look.has_box && look.box.border > 0 && is_target(node) && !node->is_disabled;
    uint32_t paper = lint->theme->colour[UI_COLOUR_PAPER];
    if (has_boundary && ui_contrast_ratio(look.box.border_colour, paper) < 3.0)
        complain(lint, node, "boundary has less contrast than 3:1");
}

static void check_label(struct lint *lint, const struct ui_node *node)
{
    if (node->role == UI_ROLE_NONE && !is_target(node))
        return;
    struct buf spoken = {0};
    ui_node_spoken(node, &spoken);
    bool is_progress = node->role == UI_ROLE_PROGRESS;
    if (spoken.length == 0 && !is_progress)
        complain(lint, node, "has nothing to say");
    if (is_target(node) && node->role == UI_ROLE_NONE)
        complain(lint, node, "can be tapped but has no role");
    buf_finish(&spoken);
}

static void check_icon(struct lint *lint, const struct ui_node *node)
{
    if ((node->kind == UI_ICON || node->kind == UI_PICTURE || node->kind == UI_BADGE) &&
        !ui_canvas_has_icon(lint->canvas, node->icon))
        complain(lint, node, "names an icon that does not exist");
}

static void check_place(struct lint *lint, const struct ui_node *node)
{
    struct ui_rect panel = {0, 0, lint->theme->panel.width_px, lint->theme->panel.height_px};
    bool is_seen = node->kind == UI_LABEL || node->kind == UI_ICON || is_target(node);
    if (node->has_overflow)
        complain(lint, node, "does not fit");
    if (is_seen && !ui_rect_equal(ui_rect_intersect(node->rect, panel), node->rect))
        complain(lint, node, "lies off the panel");
}

/* The help bar is the last row and the primary action the last before it, whatever the page. */
static void check_order(struct lint *lint)
{
    struct ui_node *last = ui_tree_focus_at(lint->tree, ui_tree_focus_count(lint->tree) - 1);
    if (!last || strcmp(last->id, "help") != 0)
        complain(lint, ui_tree_root(lint->tree), "help is not the last in reading order");
    for (int i = 0; i < ui_tree_focus_count(lint->tree); i++)
        if (!ui_tree_focus_at(lint->tree, i))
            complain(lint, ui_tree_root(lint->tree), "the focus order has a hole");
}

static void check_ids(struct lint *lint)
{
    for (const struct ui_node *a = ui_tree_root(lint->tree); a; a = ui_node_walk(a))
        for (const struct ui_node *b = ui_node_walk(a); a->id && b; b = ui_node_walk(b))
            if (b->id && strcmp(a->id, b->id) == 0)
                complain(lint, b, "has the id of another node");
}

static void check_tree(struct lint *lint)
{
    check_order(lint);
    check_ids(lint);
    for (const struct ui_node *n = ui_tree_root(lint->tree); n; n = ui_node_walk(n)) {
        if (n->is_hidden)
            continue;
        if (is_target(n)) {
            check_target(lint, n);
            check_gaps(lint, n);
        }
        check_contrast(lint, n);
        check_label(lint, n);
        check_icon(lint, n);
        check_place(lint, n);
    }
}

/* ---- every page, everywhere ---- */

struct tools {
    struct ui_text *text;
    struct ui_canvas *canvas;
    struct lang *langs[2];
};

static int setup(void **state)
{
    struct tools *tools = calloc(1, sizeof *tools);
    assert_ok(ui_text_create(YIZHAN_BUILD "/assets/fonts", 0, &tools->text));
    assert_ok(ui_canvas_create(YIZHAN_BUILD "/assets/icons", &tools->canvas));
    assert_ok(lang_create(YIZHAN_BUILD "/assets/lang", "zh-CN", NULL, &tools->langs[0]));
    assert_ok(lang_create(YIZHAN_BUILD "/assets/lang", "en", NULL, &tools->langs[1]));
    *state = tools;
    return 0;
}

static int teardown(void **state)
{
    struct tools *tools = *state;
    ui_text_destroy(&tools->text);
    ui_canvas_destroy(&tools->canvas);
    lang_destroy(&tools->langs[0]);
    lang_destroy(&tools->langs[1]);
    free(tools);
    return 0;
}

/* Writing on a wide panel with little height has no layout yet that keeps field, keys and bars together. */
static bool is_not_laid_out_yet(const struct ui_theme *theme, const struct page *page)
{
    bool is_writing = strcmp(page->name, "handwriting") == 0 || strcmp(page->name, "pinyin") == 0;
    return is_writing && theme->landscape && theme->short_page;
}

/* Returns how many pages the page has. */
static int lint_page(struct lint *lint, struct tools *tools, const struct ui_theme *theme,
                     const struct lang *lang, const struct page *page, int number)
{
    lint->tree = ui_tree_create(theme, lang);
    lint->theme = ui_tree_theme(lint->tree);
    lint->canvas = tools->canvas;
    page->build(lint->tree, number);
    ui_layout(lint->tree, tools->text);
    check_tree(lint);
    int count = 1;
    for (const struct ui_node *n = ui_tree_root(lint->tree); n; n = ui_node_walk(n))
        if (n->kind == UI_PAGES)
            count = n->whole;
    ui_tree_destroy(&lint->tree);
    return count;
}

static int lint_look(struct tools *tools, const struct panel_case *shape, const struct ui_prefs *prefs,
                     int language)
{
    struct lint lint = {0};
    struct ui_panel panel;
    struct ui_theme theme;
    assert_ok(ui_panel_from_diagonal(shape->width_px, shape->height_px, shape->inch, &panel));
    ui_theme_init(&panel, prefs, &theme);
    for (size_t i = 0; i < page_count; i++)
        for (int number = 0, count = is_not_laid_out_yet(&theme, &pages[i]) ? 0 : 1; number < count;
             number++) {
            snprintf(lint.where, sizeof lint.where, "%s %s contrast %d size %d%s %s/%d", shape->name,
                     lang_tag(tools->langs[language]), (int)prefs->contrast, (int)prefs->text_size,
                     prefs->low_reach ? " low" : "", pages[i].name, number);
            count = lint_page(&lint, tools, &theme, tools->langs[language], &pages[i], number);
        }
    return lint.complaints;
}

static void every_page_keeps_the_hard_numbers(void **state)
{
    int complaints = 0;
    for (size_t panel = 0; panel < panel_count; panel++)
        for (int language = 0; language < 2; language++)
            for (int contrast = 0; contrast < UI_CONTRASTS; contrast++)
                for (int size = 0; size < UI_TEXT_SIZES; size++) {
                    struct ui_prefs prefs = {(enum ui_text_size)size, (enum ui_contrast)contrast, false};
                    complaints += lint_look(*state, &panels[panel], &prefs, language);
                }
    complaints += lint_look(*state, &panels[0], &(struct ui_prefs){.low_reach = true}, 0);
    assert_int_equal(complaints, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_page_keeps_the_hard_numbers, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
