#include "tests/unit/ui/fixture.h"
#include "ui/frame.h"
#include "ui/layout.h"
#include "ui/layout_parts.h"

#include <stdio.h>
#include <string.h>

static struct ui_tree *new_tree(struct fixture *f)
{
    return ui_tree_create(ui_theme(f->ui), f->lang);
}

static void lay_out(struct fixture *f, struct ui_tree *tree)
{
    ui_layout(tree, ui_text_engine(f->ui));
}

static struct ui_node *box(struct ui_node *parent, int width, int height, int grow)
{
    struct ui_node *node = ui_node_add(parent, UI_ICON);
    node->width = width;
    node->height = height;
    node->grow = grow;
    return node;
}

static void columns_share_what_is_left(void **state)
{
    struct ui_tree *tree = new_tree(*state);
    struct ui_node *root = ui_tree_root(tree);
    root->gap = 10;
    struct ui_node *a = box(root, 0, 100, 0), *b = box(root, 0, 100, 1), *c = box(root, 0, 100, 3);
    lay_out(*state, tree);
    assert_int_equal(a->rect.h, 100);
    assert_int_equal(b->rect.y, 110);
    assert_int_equal(b->rect.h, 100 + (1920 - 320) / 4);
    assert_int_equal(c->rect.h, 100 + (1920 - 320) * 3 / 4);
    assert_int_equal(c->rect.y + c->rect.h, 1920);
    assert_false(root->has_overflow);
    ui_tree_destroy(&tree);
}

static void rows_let_words_give_way(void **state)
{
    struct ui_tree *tree = new_tree(*state);
    struct ui_node *row = ui_node_add(ui_tree_root(tree), UI_ROW);
    struct ui_node *icon = box(row, 200, 50, 0), *label = ui_node_add(row, UI_LABEL);
    label->type = UI_TYPE_BODY;
    label->text = "这一行字很长，一行写不下，所以它会换行，而图标还在它的位置上。";
    lay_out(*state, tree);
    assert_int_equal(icon->rect.w, 200);
    assert_int_equal(label->rect.x, 200);
    assert_int_equal(label->rect.w, 1080 - 200);
    assert_int_equal(label->rect.h, 2 * ui_tree_theme(tree)->line_height_px[UI_TYPE_BODY]);
    assert_false(row->has_overflow || label->has_overflow);
    ui_tree_destroy(&tree);
}

/* A service that cannot be done for a while: no tile moves to another column. */
static void a_tile_keeps_its_column_when_something_is_said_of_it(void **state)
{
    int x[2];
    ui_set_prefs(((struct fixture *)*state)->ui, &(struct ui_prefs){.text_size = UI_TEXT_LARGE});
    for (int i = 0; i < 2; i++) {
        struct ui_tree *tree = new_tree(*state);
        struct ui_node *tiles = ui_tiles(ui_tree_root(tree));
        const struct ui_choice one = {
            .id = "one", .label = "高龄津贴", .detail = i ? "读卡器坏了，可以自己填号码" : NULL};
        ui_tile(tiles, &one);
        struct ui_node *other = ui_tile(tiles, &(struct ui_choice){.id = "other", .label = "居民医保"});
        lay_out(*state, tree);
        x[i] = other->rect.x;
        ui_tree_destroy(&tree);
    }
    assert_int_equal(x[0], x[1]);
    assert_true(x[0] > 0);
}

/* Of two lines, the second of which is short. */
static void the_caret_stands_behind_the_last_character(void **state)
{
    struct ui_tree *tree = new_tree(*state);
    const struct ui_field field = {.id = "field",
                                   .text = "写到这里一行已经写满了，而且还要再写一行，还要再写一行才写完",
                                   .has_caret = true};
    struct ui_node *row = ui_field(ui_tree_root(tree), &field), *label = row->first, *caret = label->next;
    lay_out(*state, tree);
    assert_int_equal(caret->kind, UI_CARET);
    assert_true(label->rect.h >= 2 * ui_tree_theme(tree)->line_height_px[label->type]);
    assert_true(caret->rect.x < label->rect.x + label->rect.w);
    assert_true(caret->rect.y >=
                label->rect.y + label->rect.h - ui_tree_theme(tree)->line_height_px[label->type]);
    assert_true(caret->rect.y + caret->rect.h <= label->rect.y + label->rect.h);
    ui_tree_destroy(&tree);
}

static void what_does_not_fit_is_told(void **state)
{
    struct ui_tree *tree = new_tree(*state);
    struct ui_node *row = ui_node_add(ui_tree_root(tree), UI_ROW);
    box(row, 600, 50, 0);
    box(row, 600, 50, 0);
    lay_out(*state, tree);
    assert_true(row->has_overflow);
    ui_tree_destroy(&tree);
}

static void right_to_left_rows_run_from_the_right(void **state)
{
    struct fixture *f = *state;
    struct lang *uyghur;
    assert_ok(lang_create(YIZHAN_BUILD "/assets/lang", "ug", f->lang, &uyghur));
    struct ui_tree *tree = ui_tree_create(ui_theme(f->ui), uyghur);
    struct ui_node *row = ui_node_add(ui_tree_root(tree), UI_ROW);
    struct ui_node *first = box(row, 100, 50, 0), *second = box(row, 300, 50, 0);
    lay_out(f, tree);
    assert_int_equal(first->rect.x, 1080 - 100);
    assert_int_equal(second->rect.x, 1080 - 400);
    ui_tree_destroy(&tree);
    lang_destroy(&uyghur);
}

/* ---- pages ---- */

static void add_options(struct ui_node *body, int count)
{
    struct ui_node *list = ui_options(body, 2);
    for (int i = 0; i < count; i++) {
        char id[16];
        snprintf(id, sizeof id, "choice:%d", i);
        ui_option(list, &(struct ui_choice){.id = id, .label = "选项", .action = UI_ACTION_APP, .arg = i});
    }
}

static struct ui_tree *options_page(struct fixture *f, int count, int page)
{
    struct ui_tree *tree = new_tree(f);
    struct ui_page p =
        ui_frame_build(tree, &(struct ui_frame){.screen = "question", .has_back = true, .page = page});
    ui_heading(p.ask, "选哪个？");
    add_options(p.body, count);
    lay_out(f, tree);
    return tree;
}

/* Every option is on exactly one page, pages are never empty, and no page has more than six. */
static void every_choice_is_on_one_page(void **state)
{
    for (int count = 1; count <= 40; count++) {
        int seen[40] = {0}, pages = 1;
        for (int page = 0; page < pages; page++) {
            struct ui_tree *tree = options_page(*state, count, page);
            int shown = 0;
            for (struct ui_node *n = ui_tree_root(tree); n; n = ui_node_walk(n)) {
                if (n->kind == UI_PAGES)
                    pages = n->whole;
                if (n->role != UI_ROLE_OPTION || n->is_hidden)
                    continue;
                seen[n->arg]++;
                shown++;
                assert_false(n->has_overflow);
            }
            assert_in_range(shown, 1, 6);
            ui_tree_destroy(&tree);
        }
        for (int i = 0; i < count; i++)
            assert_int_equal(seen[i], 1);
    }
}

static void the_pager_leads_round(void **state)
{
    struct ui_tree *tree = options_page(*state, 3, 0);
    assert_null(ui_tree_find(tree, "more"));
    ui_tree_destroy(&tree);
    tree = options_page(*state, 10, 0);
    struct ui_node *more = ui_tree_find(tree, "more");
    assert_non_null(more);
    assert_int_equal(more->action, UI_ACTION_PAGE);
    assert_int_equal(more->arg, 1);
    ui_tree_destroy(&tree);
    tree = options_page(*state, 10, 99); /* past the end: the last page, which leads to the first */
    assert_int_equal(ui_tree_find(tree, "more")->arg, 0);
    ui_tree_destroy(&tree);
}

/* Nobody agrees to what was not shown: the primary leads to the last page before it is itself. */
static struct ui_node *primary_of_page(struct fixture *f, int page, bool was_seen, struct ui_tree **out_tree)
{
    const struct ui_choice agree = {.id = "agree", .label = "我同意", .action = UI_ACTION_APP};
    struct ui_tree *tree = *out_tree = new_tree(f);
    struct ui_page p = ui_frame_build(
        tree,
        &(struct ui_frame){.screen = "consent", .page = page, .primary = &agree, .primary_waits = !was_seen});
    ui_heading(p.ask, "您的资料怎么用");
    add_options(p.body, 10);
    lay_out(f, tree);
    struct ui_node *found = NULL;
    for (struct ui_node *n = ui_tree_root(tree); n; n = ui_node_walk(n))
        found = n->box == UI_BOX_PRIMARY ? n : found;
    assert_non_null(found);
    return found;
}

static void agreeing_waits_for_the_last_page(void **state)
{
    struct ui_tree *tree;
    struct ui_node *first = primary_of_page(*state, 0, false, &tree);
    assert_string_equal(first->id, "more");
    assert_int_equal(first->action, UI_ACTION_PAGE);
    assert_int_equal(first->arg, 1);
    assert_null(ui_tree_find(tree, "agree"));
    assert_ptr_equal(ui_tree_find(tree, "more"), first); /* and no other key says the same */
    ui_tree_destroy(&tree);
    assert_int_equal(primary_of_page(*state, 1, false, &tree)->action, UI_ACTION_APP);
    assert_int_equal(ui_tree_find(tree, "more")->arg, 0);
    ui_tree_destroy(&tree);
    assert_int_equal(primary_of_page(*state, 0, true, &tree)->action, UI_ACTION_APP); /* seen once is seen */
    ui_tree_destroy(&tree);
}

/* What can be done without leaves only where that saves a page, and then on every page. */
static int pages_with_hint(struct fixture *f, int options, bool *out_is_shown)
{
    struct ui_tree *tree = new_tree(f);
    struct ui_page p = ui_frame_build(tree, &(struct ui_frame){.screen = "question"});
    ui_heading(p.ask, "选哪个？");
    struct ui_node *hint = ui_hint(p.ask, "选一个最接近的。");
    struct ui_node *spacer = ui_node_add(p.body, UI_COLUMN);
    spacer->height = 100 * options;
    spacer->box = UI_BOX_CARD;
    ui_node_add(p.body, UI_ICON)->height = 100;
    lay_out(f, tree);
    *out_is_shown = !hint->is_hidden;
    int pages = 0;
    for (struct ui_node *n = ui_tree_root(tree); n; n = ui_node_walk(n))
        pages = n->kind == UI_PAGES ? n->whole : pages;
    ui_tree_destroy(&tree);
    return pages;
}

static void a_hint_leaves_only_to_save_a_page(void **state)
{
    bool is_shown = false, was_shown = true;
    int options = 1;
    while (pages_with_hint(*state, options, &is_shown) == 1 && is_shown)
        options++;
    assert_false(is_shown); /* at this height there would be two pages with it */
    assert_int_equal(pages_with_hint(*state, options, &was_shown), 1);
    assert_int_equal(pages_with_hint(*state, options + 1, &is_shown), 2);
    assert_true(is_shown);
}

static void a_small_heading_stays_with_what_follows(void **state)
{
    struct ui_tree *tree = new_tree(*state);
    struct ui_node *pages = ui_node_add(ui_tree_root(tree), UI_PAGES);
    pages->grow = 1;
    box(pages, 0, 1800, 0);
    struct ui_node *section = ui_section(pages, "请先备好这些");
    struct ui_node *paper = box(pages, 0, 300, 0);
    lay_out(*state, tree);
    assert_int_equal(pages->whole, 2);
    assert_true(section->is_hidden && paper->is_hidden);
    pages->part = 1;
    lay_out(*state, tree);
    assert_false(section->is_hidden || paper->is_hidden);
    ui_tree_destroy(&tree);
}

/* How many lines of the label stand on a page. */
static int lines_on_page(struct fixture *f, struct ui_tree *tree, struct ui_node *pages, int page,
                         const struct ui_node *label)
{
    pages->part = page;
    lay_out(f, tree);
    assert_false(pages->has_overflow || label->has_overflow);
    return label->is_hidden ? 0 : label->rect.h / ui_tree_theme(tree)->line_height_px[label->type];
}

enum { NAME_PX = 300, SENTENCES = 120 };

/* A text, alone or beside its name, that comes after something else on the page. */
static struct ui_tree *text_page(struct fixture *f, int sentences, bool has_name, struct ui_node **out_label)
{
    char words[SENTENCES * 34 + 1] = "";
    struct ui_tree *tree = new_tree(f);
    struct ui_node *pages = ui_node_add(ui_tree_root(tree), UI_PAGES), *row = pages;
    pages->grow = 1;
    int line = ui_tree_theme(tree)->line_height_px[UI_TYPE_BODY];
    box(pages, 0, 1920 - 2 * line, 0); /* leaves room for two lines */
    if (has_name) {
        row = ui_node_add(pages, UI_ROW);
        row->flows = true;
        box(row, NAME_PX, line, 0);
    }
    for (int i = 0, used = 0; i < sentences; i++)
        used += snprintf(words + used, sizeof words - (size_t)used, "一二三四五六七八九十。");
    *out_label = ui_paragraph(row, words);
    (*out_label)->grow = has_name;
    lay_out(f, tree);
    return tree;
}

/* What is longer than a page goes over to the next ones line by line, and all its lines are on one of them.
 */
static void a_long_text_flows_over_pages(void **state)
{
    for (int has_name = 0; has_name < 2; has_name++) {
        struct ui_node *label;
        struct ui_tree *tree = text_page(*state, 60, has_name, &label);
        struct ui_node *pages = ui_tree_root(tree)->first;
        struct ui_text_style style = ui_label_style(label);
        struct ui_text_line lines[UI_TEXT_LINES_MAX];
        int width = has_name ? 1080 - NAME_PX : 1080, shown = 0;
        int all = (int)ui_text_wrap(ui_text_engine(((struct fixture *)*state)->ui), &style, label->text,
                                    width, lines, NULL);
        assert_true(pages->whole >= 2);
        for (int page = 0; page < pages->whole; page++) {
            int here = lines_on_page(*state, tree, pages, page, label);
            assert_int_equal(label->is_hidden ? 0 : label->part, label->is_hidden ? 0 : shown);
            shown += here;
        }
        assert_int_equal(shown, all);
        assert_int_equal(lines_on_page(*state, tree, pages, 0, label), 2);
        ui_tree_destroy(&tree);
    }
}

/* What has room on a page is not torn. */
static void a_short_text_stays_whole(void **state)
{
    struct ui_node *label;
    struct ui_tree *tree = text_page(*state, 10, true, &label);
    struct ui_node *pages = ui_tree_root(tree)->first;
    assert_int_equal(pages->whole, 2);
    assert_int_equal(lines_on_page(*state, tree, pages, 0, label), 0);
    assert_true(lines_on_page(*state, tree, pages, 1, label) > 2);
    ui_tree_destroy(&tree);
}

/* ---- focus, find, hit, dump ---- */

/* The question and its hint share the first page when what follows fills one of its own, and that grows. */
static void a_question_is_not_torn_from_its_hint(void **state)
{
    struct ui_tree *tree = new_tree(*state);
    struct ui_node *pages = ui_node_add(ui_tree_root(tree), UI_PAGES);
    pages->grow = 1;
    struct ui_node *ask = ui_node_add(pages, UI_COLUMN);
    ask->keep_with_next = true;
    struct ui_node *question = box(ask, 100, 300, 0), *hint = box(ask, 100, 300, 0);
    question->keep_with_next = true;
    struct ui_node *large = ui_node_add(pages, UI_PAD);
    large->min_height = 1700;
    large->grow = 1;
    lay_out(*state, tree);
    assert_int_equal(pages->whole, 2);
    assert_false(question->is_hidden || hint->is_hidden);
    assert_true(large->is_hidden);
    pages->part = 1;
    lay_out(*state, tree);
    assert_true(question->is_hidden && hint->is_hidden);
    assert_int_equal(large->rect.h, 1920);
    ui_tree_destroy(&tree);
}

static void focus_follows_reading_and_skips_what_cannot_be_used(void **state)
{
    struct ui_tree *tree = new_tree(*state);
    struct ui_node *root = ui_tree_root(tree);
    struct ui_choice a = {.id = "a", .label = "甲", .action = UI_ACTION_APP}, b = a, c = a;
    b.id = "b";
    b.is_disabled = true;
    c.id = "c";
    ui_option(root, &a);
    ui_option(root, &b);
    ui_option(root, &c);
    lay_out(*state, tree);
    assert_int_equal(ui_tree_focus_count(tree), 2);
    assert_string_equal(ui_tree_focus_at(tree, 1)->id, "c");
    assert_null(ui_tree_focus_at(tree, 2));
    struct ui_node *found = ui_tree_find(tree, "甲");
    assert_string_equal(found->id, "a");
    assert_ptr_equal(ui_tree_hit(tree, found->rect.x + 1, found->rect.y + 1), found);
    struct ui_node *disabled = ui_tree_find(tree, "b");
    assert_null(ui_tree_hit(tree, disabled->rect.x + 1, disabled->rect.y + 1));
    ui_tree_destroy(&tree);
}

static void the_dump_is_quoted(void **state)
{
    struct ui_tree *tree = new_tree(*state);
    ui_tree_set_name(tree, "odd");
    ui_option(ui_tree_root(tree),
              &(struct ui_choice){
                  .id = "a", .label = "他说\"好\"\\\n", .action = UI_ACTION_APP, .is_selected = true});
    lay_out(*state, tree);
    struct buf json = {0};
    ui_tree_dump(tree, &json);
    assert_non_null(
        strstr(buf_text(&json),
               "{\"screen\":\"odd\",\"lang\":\"zh-CN\",\"nodes\":[{\"id\":\"a\",\"role\":\"option\","
               "\"label\":\"他说\\\"好\\\"\\\\\\u000a\",\"rect\":[0,0,1080,"));
    assert_non_null(strstr(buf_text(&json), "\"selected\":true}]}"));
    buf_finish(&json);
    ui_tree_destroy(&tree);
}

static void numbers_are_grouped_for_reading(void **state)
{
    struct ui_tree *tree = new_tree(*state);
    struct ui_node *root = ui_tree_root(tree);
    assert_string_equal(ui_grouped_digits(root, "482719365"), "4827 1936 5");
    assert_string_equal(ui_grouped_digits(root, "13800001234"), "138 0000 1234");
    assert_string_equal(ui_grouped_digits(root, "11010819480229002X"), "110108 19480229 002X");
    assert_string_equal(ui_grouped_digits(root, "1138"), "1138");
    assert_string_equal(ui_grouped_digits(root, "4827000010"), "4827 00001 0");
    assert_string_equal(ui_grouped_digits(root, "1101 **** 0021"), "1101 **** 0021");
    assert_string_equal(ui_grouped_digits(root, "王秀兰"), "王秀兰");
    ui_tree_destroy(&tree);
}

#define T(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(columns_share_what_is_left),
        T(rows_let_words_give_way),
        T(a_tile_keeps_its_column_when_something_is_said_of_it),
        T(the_caret_stands_behind_the_last_character),
        T(what_does_not_fit_is_told),
        T(right_to_left_rows_run_from_the_right),
        T(every_choice_is_on_one_page),
        T(the_pager_leads_round),
        T(agreeing_waits_for_the_last_page),
        T(a_hint_leaves_only_to_save_a_page),
        T(a_small_heading_stays_with_what_follows),
        T(a_question_is_not_torn_from_its_hint),
        T(a_long_text_flows_over_pages),
        T(a_short_text_stays_whole),
        T(focus_follows_reading_and_skips_what_cannot_be_used),
        T(the_dump_is_quoted),
        T(numbers_are_grouped_for_reading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
