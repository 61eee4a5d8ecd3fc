/*
 * The design's hard numbers, computed from every screen of the real journey and of every shipped form as laid
 * out: target size and gaps, contrast, reach, overflow, sentences, labels and focus. One run for each panel:
 * test_ui_lint PANEL [quick]; in both languages, all text sizes and contrasts, low reach, every page of what
 * pages.
 */
#include "board/base/hash.h"
#include "board/base/utf8.h"
#include "tests/ui/panels.h"
#include "tests/ui/tour.h"
#include "tests/unit/cmocka.h"
#include "ui/canvas.h"
#include "ui/layout.h"
#include "ui/layout_parts.h"
#include "ui/look.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double TARGET_MM = 20.0, GAP_MM = 6.0, HALF_PIXEL_MM = 0.13;
enum { COMPLAINTS_MAX = 400 };

struct lint {
    struct ui_tree *tree;
    const struct ui_theme *theme;
    struct ui_text *text;
    struct ui_canvas *canvas;
    char where[300];
    int complaints, screens;
    double worst_wrong;
    uint64_t told[COMPLAINTS_MAX]; /* the same thing is told once, wherever it is met again */
};

static void complain(struct lint *lint, const struct ui_node *node, const char *what)
{
    char text[300];
    snprintf(text, sizeof text, "%s \"%s\" kind %d: %s", node->id ? node->id : "-",
             node->text ? node->text : "", node->kind, what);
    uint64_t hash = hash_text(HASH_START, text);
    for (int i = 0; i < lint->complaints; i++)
        if (lint->told[i] == hash)
            return;
    if (lint->complaints == COMPLAINTS_MAX)
        return;
    lint->told[lint->complaints++] = hash;
    fprintf(stderr, "%s: %s\n", lint->where, text);
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

/* ---- a trembling hand ---- */

/* A hand that trembles by 4 mm (one standard deviation, both ways) aims at the middle of its target: how
 * often does it touch another one? */
static const double TREMOR_MM = 4.0, WRONG_MOST = 0.001;

static double share_between(double from_mm, double to_mm)
{
    double unit = TREMOR_MM * sqrt(2);
    return (erf(to_mm / unit) - erf(from_mm / unit)) / 2;
}

static void check_tremor(struct lint *lint, const struct ui_node *aim)
{
    double x = aim->rect.x + aim->rect.w / 2.0, y = aim->rect.y + aim->rect.h / 2.0,
           scale = lint->theme->px_per_mm, wrong = 0;
    for (const struct ui_node *n = ui_tree_root(lint->tree); n; n = ui_node_walk(n)) {
        if (!is_target(n) || n->is_disabled || is_ancestor(n, aim) || is_ancestor(aim, n))
            continue;
        struct ui_rect r = n->rect;
        wrong += share_between((r.x - x) / scale, (r.x + r.w - x) / scale) *
                 share_between((r.y - y) / scale, (r.y + r.h - y) / scale);
    }
    lint->worst_wrong = fmax(lint->worst_wrong, wrong);
    if (wrong > WRONG_MOST)
        complain(lint, aim, "is missed for another target by more than one tap of a thousand");
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

/* A line right beside letters is read as one of them. */
static void check_border(struct lint *lint, const struct ui_node *label)
{
    static const double CLEAR_MM = 0.1;
    const struct ui_node *boxed = label->kind == UI_LABEL && label->text ? label->parent : NULL;
    while (boxed && boxed->box == UI_BOX_NONE)
        boxed = boxed->parent;
    struct ui_look look = boxed ? ui_look_of(boxed, &(struct ui_attention){0}) : (struct ui_look){0};
    if (!boxed || !look.has_box || look.box.border == 0)
        return;
    struct ui_rect ink = label->rect;
    int leading = lint->theme->line_height_px[label->type] - lint->theme->type_px[label->type];
    ink.y += leading / 2;
    ink.h -= leading;
    if (label->align == UI_ALIGN_CENTER && ui_natural_width(lint->text, label) < ink.w) {
        ink.w = ui_natural_width(lint->text, label);
        ink.x += (label->rect.w - ink.w) / 2;
    }
    int clear = look.box.border + (int)(CLEAR_MM * lint->theme->px_per_mm);
    struct ui_rect inside = {boxed->rect.x + clear, boxed->rect.y + clear, boxed->rect.w - 2 * clear,
                             boxed->rect.h - 2 * clear};
    if (!ui_rect_equal(ui_rect_intersect(ink, inside), ink))
        complain(lint, label, "stands against the border of its box");
}

/* What leads on and back is read at a glance: on one line. */
static void check_actions(struct lint *lint, const struct ui_node *label)
{
    const struct ui_node *button = label->kind == UI_LABEL ? label->parent : NULL,
                         *row = button ? button->parent : NULL;
    bool is_action = row && row->id && strcmp(row->id, "actions") == 0;
    if (is_action && label->rect.h > lint->theme->line_height_px[label->type])
        complain(lint, label, "takes more than one line");
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
            if (b->id && !a->is_hidden && !b->is_hidden && strcmp(a->id, b->id) == 0)
                complain(lint, b, "has the id of another node");
}

/* ---- other scripts ---- */

static struct ui_node *shown(const struct lint *lint, const char *id)
{
    struct ui_node *node = ui_tree_find(lint->tree, id);
    return node && node->id && strcmp(node->id, id) == 0 ? node : NULL;
}

/* Back stands where a line begins, what leads on where it ends, and each points there; a keypad is a
 * telephone's everywhere. */
static void check_direction(struct lint *lint)
{
    bool is_rtl = lang_direction(ui_tree_lang(lint->tree)) == LANG_RTL;
    struct ui_node *back = shown(lint, "back"), *one = shown(lint, "key:1"), *three = shown(lint, "key:3");
    struct ui_node *last = back ? back->parent->last : NULL;
    if (back && last != back && !last->is_hidden && (back->rect.x > last->rect.x) != is_rtl)
        complain(lint, back, "stands at the wrong end");
    if (one && three && one->rect.y == three->rect.y && one->rect.x > three->rect.x)
        complain(lint, one, "stands where 3 is on a telephone");
    for (const struct ui_node *n = ui_tree_root(lint->tree); n; n = ui_node_walk(n)) {
        const struct ui_node *button = n->kind == UI_ICON && !n->is_hidden ? n->parent : NULL;
        bool is_back = button && button == back, is_on = button && button == last && last != back;
        const char *along = is_back != is_rtl ? "back" : "next",
                   *against = is_back != is_rtl ? "next" : "back";
        if ((is_back || is_on) && strcmp(n->icon, along) != 0 && strcmp(n->icon, against) == 0)
            complain(lint, n, "points the other way");
    }
}

/* Tibetan has no spaces: a line ends after the dot between two syllables, or after a stroke. */
static void check_syllables(struct lint *lint, const struct ui_node *label)
{
    struct ui_text_line lines[UI_TEXT_LINES_MAX];
    if (label->kind != UI_LABEL || !label->text || strcmp(lang_script(ui_tree_lang(lint->tree)), "Tibt") != 0)
        return;
    size_t count = ui_label_wrap(lint->text, label, label->rect.w, lines, NULL);
    for (size_t i = 0; i + 1 < count; i++) {
        const char *p = label->text + lines[i].start, *end = p + lines[i].length;
        uint32_t c = 0;
        while (p < end)
            c = utf8_next(&p, end);
        bool is_within = c >= 0x0F40 && c <= 0x0FBC && *end != ' ';
        if (is_within)
            complain(lint, label, "is broken within a syllable");
    }
}

/* ---- words ---- */

enum { SENTENCE_MAX = 18, ENGLISH_WORDS_MAX = 18 };

/* Characters of the longest sentence; a number or a Latin word counts as one. What comes from the form itself
 * is looked at by tests/check/services.py, in the form. */
static int longest_sentence(const char *text)
{
    int longest = 0, length = 0;
    bool in_word = false;
    for (const char *p = text, *end = text + strlen(text); p < end;) {
        uint32_t c = utf8_next(&p, end);
        bool is_end = c == 0x3002 || c == 0xFF1F || c == 0xFF01 || c == 0xFF1B || c == '\n';
        bool is_latin = c < 0x80;
        length += is_end ? 0 : is_latin ? !in_word && c != ' ' : 1;
        in_word = is_latin && c != ' ';
        longest = length > longest ? length : longest;
        length = is_end ? 0 : length;
    }
    return longest;
}

/* Nobody can shorten the name of a law, and where little fits it is cut. */
static bool names_a_law(const char *text)
{
    return strstr(text, "《") || strstr(text, "》") || strstr(text, "〔");
}

/* "frame.help": no catalogue has it. */
static bool is_text_id(const char *text)
{
    size_t first = strspn(text, "abcdefghijklmnopqrstuvwxyz"),
           all = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789._-");
    return first > 0 && text[first] == '.' && text[first + 1] && !text[all];
}

static void check_words(struct lint *lint, const struct ui_node *node)
{
    if ((node->text && is_text_id(node->text)) || (node->label && is_text_id(node->label)))
        complain(lint, node, "shows the id of a text");
    bool is_chinese = strncmp(lang_tag(ui_tree_lang(lint->tree)), "zh", 2) == 0;
    bool is_running =
        node->type == UI_TYPE_HELP || node->type == UI_TYPE_HEADING || node->type == UI_TYPE_BODY;
    if (is_chinese && is_running && node->text && !names_a_law(node->text) &&
        longest_sentence(node->text) > SENTENCE_MAX)
        complain(lint, node, "has a sentence of more than 18 characters");
}

/* ---- pages ---- */

/* What one enters an answer with: of a keyboard each key, its field and its candidates. */
static bool is_input(const struct ui_node *node)
{
    static const char *const ids[] = {"text-key:", "key-group:", "candidate:", "key:",  "field",
                                      "face:",     "star:",      "month:",     "step:", "erase"};
    bool is_named = node->kind == UI_PAD;
    for (size_t i = 0; i < sizeof ids / sizeof *ids && node->id; i++)
        is_named |= strncmp(node->id, ids[i], strlen(ids[i])) == 0;
    return is_named && !node->is_hidden;
}

static const struct ui_node *pages_of(struct ui_tree *tree)
{
    const struct ui_node *n = ui_tree_root(tree);
    while (n && n->kind != UI_PAGES)
        n = ui_node_walk(n);
    return n;
}

static bool is_more_than_words(const struct ui_node *node)
{
    bool is_heading = node->role == UI_ROLE_HEADING && !node->first; /* a verdict says something */
    return node->role != UI_ROLE_NONE && !is_heading && node->leaves_at != UI_THRIFT_HINTS;
}

/* Letters need more room than characters: on the least panel a question may stand on the page before what
 * answers it. */
static bool may_begin_before(const struct lint *lint)
{
    bool is_chinese = strncmp(lang_tag(ui_tree_lang(lint->tree)), "zh", 2) == 0;
    return !is_chinese && lint->theme->compact;
}

/* A page that only begins what another one holds: its heading, perhaps with a hint. */
static void check_page(struct lint *lint)
{
    const struct ui_node *pages = pages_of(lint->tree), *last = NULL;
    bool holds_something = false;
    int count = 0;
    for (const struct ui_node *n = pages; n; n = ui_node_walk(n)) {
        if (n->is_hidden || !is_ancestor(pages, n))
            continue;
        holds_something |= is_more_than_words(n);
        count += n->role != UI_ROLE_NONE;
        last = n->role != UI_ROLE_NONE ? n : last;
    }
    bool is_torn = count > 1 && last->kind == UI_LABEL && last->keep_with_next;
    if (pages && pages->part + 1 < pages->whole && (!holds_something || is_torn) && !may_begin_before(lint))
        complain(lint, ui_tree_root(lint->tree), "begins on this page what stands on the next");
}

/* Nobody turns pages to write, and what is asked is seen while it is answered. */
static void check_input(struct lint *lint)
{
    const struct ui_node *pages = pages_of(lint->tree), *input = NULL;
    for (const struct ui_node *n = ui_tree_root(lint->tree); n && !input; n = ui_node_walk(n))
        input = is_input(n) ? n : NULL;
    if (pages && pages->whole > 1 && input && !may_begin_before(lint))
        complain(lint, input, "is cut into pages");
}

static bool is_shown(const struct lint *lint, const struct ui_node *wanted)
{
    for (const struct ui_node *n = ui_tree_root(lint->tree); n; n = ui_node_walk(n))
        if (!n->is_hidden && (n == wanted || (n->text && wanted->text && strcmp(n->text, wanted->text) == 0)))
            return true;
    return false;
}

/* What went wrong is not found by turning pages, unless a verdict or a number to be noted comes first. */
static void check_notices(struct lint *lint)
{
    const struct ui_node *pages = pages_of(lint->tree);
    bool tells_more = false;
    for (const struct ui_node *n = ui_tree_root(lint->tree); n && pages && pages->part == 0;
         n = ui_node_walk(n)) {
        tells_more |= (n->box == UI_BOX_CARD || n->kind == UI_BADGE) && !n->is_hidden;
        if (n->box == UI_BOX_CAUTION && !tells_more && !is_shown(lint, n->last))
            complain(lint, n->last, "warns on a later page");
    }
}

static void check_tree(struct lint *lint)
{
    check_page(lint);
    check_notices(lint);
    check_input(lint);
    check_order(lint);
    check_ids(lint);
    check_direction(lint);
    for (const struct ui_node *n = ui_tree_root(lint->tree); n; n = ui_node_walk(n)) {
        if (n->is_hidden)
            continue;
        if (is_target(n)) {
            check_target(lint, n);
            check_gaps(lint, n);
            check_tremor(lint, n);
        }
        check_contrast(lint, n);
        check_label(lint, n);
        check_words(lint, n);
        check_icon(lint, n);
        check_place(lint, n);
        check_actions(lint, n);
        check_border(lint, n);
        check_syllables(lint, n);
    }
}

/* ---- every screen, everywhere ---- */

struct tools {
    struct ui_text *text;
    struct ui_canvas *canvas;
};

struct round {
    struct lint lint;
    struct tools tools;
    struct ui_panel panel;
    const char *panel_name;
};

/* Returns how many pages the screen has. */
static int lint_screen(struct round *round, struct tour *tour, const struct ui_theme *theme, int lang,
                       int page)
{
    struct lint *lint = &round->lint;
    lint->tree = tour_screen(tour, theme, lang, page);
    lint->theme = ui_tree_theme(lint->tree);
    lint->text = round->tools.text;
    lint->canvas = round->tools.canvas;
    lint->screens++;
    ui_layout(lint->tree, round->tools.text);
    check_tree(lint);
    int count = 1;
    for (const struct ui_node *n = ui_tree_root(lint->tree); n; n = ui_node_walk(n))
        if (n->kind == UI_PAGES)
            count = n->whole;
    ui_tree_destroy(&lint->tree);
    return count;
}

static void lint_look(struct round *round, struct tour *tour, const char *name, const struct ui_prefs *prefs,
                      int lang)
{
    struct ui_theme theme;
    ui_theme_init(&round->panel, prefs, &theme);
    for (int page = 0, count = 1; page < count; page++) {
        snprintf(round->lint.where, sizeof round->lint.where, "%s %s contrast %d size %d%s %s/%d",
                 round->panel_name, lang_tag(tour->langs[lang]), (int)prefs->contrast, (int)prefs->text_size,
                 prefs->low_reach ? " low" : "", name, page);
        count = lint_screen(round, tour, &theme, lang, page);
    }
}

/* The key of the voice says how it speaks. */
static void lint_voices(struct round *round, struct tour *tour, const char *name)
{
    struct journey *journey = tour->kiosk.journey;
    for (enum ui_voice voice = UI_VOICE_USUAL + 1; voice < UI_VOICES; voice++) {
        journey->voice = voice;
        for (int lang = 0; lang < TOUR_LANGS; lang++)
            lint_look(round, tour, name, &(struct ui_prefs){0}, lang);
    }
    journey->voice = UI_VOICE_USUAL;
}

static void lint_everywhere(void *context, struct tour *tour, const char *name)
{
    struct round *round = context;
    for (int lang = 0; lang < TOUR_LANGS; lang++)
        for (int size = 0; size < UI_TEXT_SIZES; size++)
            lint_look(round, tour, name, &(struct ui_prefs){.text_size = (enum ui_text_size)size}, lang);
    lint_look(round, tour, name, &(struct ui_prefs){.low_reach = true}, TOUR_ZH);
    lint_look(round, tour, name, &(struct ui_prefs){.contrast = UI_DARK}, TOUR_ZH);
    lint_look(round, tour, name, &(struct ui_prefs){.contrast = UI_YELLOW_ON_BLACK}, TOUR_EN);
    if (strcmp(name, "home") == 0)
        lint_voices(round, tour, name);
}

static void lint_peoples(void *context, struct tour *tour, const char *name)
{
    struct round *round = context;
    for (int lang = TOUR_UG; lang < TOUR_ALL_LANGS; lang++) {
        for (int size = 0; size < UI_TEXT_SIZES; size++)
            lint_look(round, tour, name, &(struct ui_prefs){.text_size = (enum ui_text_size)size}, lang);
        lint_look(round, tour, name, &(struct ui_prefs){.low_reach = true}, lang);
    }
}

static const struct panel_case *panel;
static bool is_quick; /* every state and every kind of question, not each question of each form */

static void every_screen_keeps_the_hard_numbers(void **state)
{
    (void)state;
    struct round *round = calloc(1, sizeof *round);
    struct tour *tour = calloc(1, sizeof *tour);
    assert_true(round && tour);
    round->panel_name = panel->name;
    assert_ok(ui_panel_from_diagonal(panel->width_px, panel->height_px, panel->inch, &round->panel));
    assert_ok(ui_text_create(YIZHAN_BUILD "/assets/fonts", 0, &round->tools.text));
    assert_ok(ui_canvas_create(YIZHAN_BUILD "/assets/icons", &round->tools.canvas));
    tour_start(tour);
    tour_run(tour, "every-question", lint_everywhere, round);
    tour_technician(tour, true, lint_everywhere, round);
#ifndef __SANITIZE_ADDRESS__ /* all forms would take minutes, and show the sanitizer nothing new */
    if (!is_quick)
        tour_run(tour, NULL, lint_everywhere, round);
#endif
    tour_peoples(tour, lint_peoples, round);
    tour_stop(tour);
    fprintf(stderr, "%s: %d screens looked at; a trembling hand misses at most %.3f %%\n", panel->name,
            round->lint.screens, 100 * round->lint.worst_wrong);
    int complaints = round->lint.complaints;
    ui_text_destroy(&round->tools.text);
    ui_canvas_destroy(&round->tools.canvas);
    free(tour);
    free(round);
    assert_int_equal(complaints, 0);
}

int main(int argc, char **argv)
{
    for (int i = 0; argc > 1 && i < PANELS; i++)
        if (strcmp(panels[i].name, argv[1]) == 0)
            panel = &panels[i];
    is_quick = argc > 2;
    if (!panel)
        return 2;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_screen_keeps_the_hard_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
