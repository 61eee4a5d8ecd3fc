#include "tests/unit/ui/fixture.h"
#include "ui/control.h"
#include "ui/frame.h"

#include <SDL2/SDL_surface.h>
#include <string.h>

enum { PICK = UI_ACTION_APP, NEXT };

static void show_now(struct fixture *f, int selected, unsigned turn)
{
    struct ui_tree *tree = ui_tree_create(ui_theme(f->ui), f->lang);
    struct ui_choice next = {.id = "next", .label = "下一步", .icon = "next", .action = NEXT};
    struct ui_page p = ui_frame_build(tree, &(struct ui_frame){.screen = "question",
                                                               .turn = turn,
                                                               .place = "青溪镇",
                                                               .has_back = true,
                                                               .has_repeat = true,
                                                               .primary = &next});
    ui_heading(p.ask, "您住在哪里？");
    struct ui_node *list = ui_options(p.body, 3);
    for (int i = 0; i < 3; i++) {
        char id[16];
        snprintf(id, sizeof id, "choice:%d", i);
        ui_option(list, &(struct ui_choice){
                            .id = id, .label = id, .action = PICK, .arg = i, .is_selected = i == selected});
    }
    ui_show(f->ui, &tree);
    assert_null(tree);
}

/* And she has looked at it. */
static void show(struct fixture *f, int selected)
{
    show_now(f, selected, 0);
    clock_fake_advance(&f->clock, UI_SETTLE_MS);
}

static size_t drawn(struct fixture *f)
{
    size_t pixels;
    assert_ok(ui_draw(f->ui, &pixels));
    return pixels;
}

/* A copy of the surface, to compare with. */
static uint32_t *snapshot(struct fixture *f)
{
    SDL_Surface *s = ui_presenter_surface(f->presenter);
    uint32_t *copy = malloc((size_t)s->pitch * (size_t)s->h);
    memcpy(copy, s->pixels, (size_t)s->pitch * (size_t)s->h);
    return copy;
}

static bool is_unchanged(struct fixture *f, const uint32_t *before)
{
    SDL_Surface *s = ui_presenter_surface(f->presenter);
    return memcmp(before, s->pixels, (size_t)s->pitch * (size_t)s->h) == 0;
}

static void only_what_changed_is_drawn(void **state)
{
    struct fixture *f = *state;
    show(f, 0);
    assert_int_equal(drawn(f), 1080 * 1920);
    assert_int_equal(drawn(f), 0);
    show(f, 0);
    assert_int_equal(drawn(f), 0);
    show(f, 1);
    struct ui_node *a = ui_tree_find(ui_tree(f->ui), "choice:0"),
                   *b = ui_tree_find(ui_tree(f->ui), "choice:1");
    size_t two_options = (size_t)(a->rect.w * a->rect.h + b->rect.w * b->rect.h);
    size_t pixels = drawn(f);
    assert_true(pixels >= two_options && pixels <= two_options * 3 / 2);
}

static void assert_same_colours(const SDL_Surface *a, const SDL_Surface *b)
{
    assert_int_equal(a->format->Rmask, b->format->Rmask);
    assert_int_equal(a->format->Bmask, b->format->Bmask);
    uint32_t colours = a->format->Rmask | a->format->Gmask | a->format->Bmask;
    for (int y = 0; y < a->h; y++) {
        const uint32_t *left = (const uint32_t *)((const uint8_t *)a->pixels + y * a->pitch);
        const uint32_t *right = (const uint32_t *)((const uint8_t *)b->pixels + y * b->pitch);
        for (int x = 0; x < a->w; x++)
            assert_int_equal(left[x] & colours, right[x] & colours);
    }
}

/* The system tests hold the card's picture against the one in memory; so it is the window's too. */
static void a_window_shows_what_memory_does(void **state)
{
    struct fixture *memory = *state, window = {.lang = memory->lang};
    struct ui_panel panel;
    unsetenv("DISPLAY");
    setenv("SDL_VIDEODRIVER", "dummy", 1);
    clock_fake_init(&window.clock, 0);
    assert_ok(ui_panel_from_diagonal(1080, 1920, 21.5, &panel));
    assert_ok(ui_presenter_window_create("", 1080, 1920, &window.presenter));
    assert_ok(
        ui_create(&(struct ui_config){window.presenter, YIZHAN_BUILD "/assets", panel, &window.clock.clock},
                  &window.ui));
    for (int selected = 0; selected < 3; selected++) {
        show(memory, selected);
        show(&window, selected);
        assert_int_equal(drawn(memory), drawn(&window));
        assert_same_colours(ui_presenter_surface(memory->presenter), ui_presenter_surface(window.presenter));
    }
    ui_destroy(&window.ui);
    ui_presenter_destroy(&window.presenter);
}

/* Drawing the difference must give the same pixels as drawing it all. */
static void the_difference_is_the_whole(void **state)
{
    struct fixture *f = *state;
    show(f, 0);
    drawn(f);
    show(f, 2);
    drawn(f);
    uint32_t *partial = snapshot(f);
    ui_invalidate(f->ui);
    assert_int_equal(drawn(f), 1080 * 1920);
    assert_true(is_unchanged(f, partial));
    free(partial);
}

static struct ui_event take(struct fixture *f)
{
    struct ui_event event;
    assert_true(ui_next_event(f->ui, &event));
    return event;
}

static void assert_silent(struct fixture *f)
{
    struct ui_event event;
    assert_false(ui_next_event(f->ui, &event));
}

static void a_touch_of_nothing_tells_that_somebody_is_there(void **state)
{
    struct fixture *f = *state;
    show(f, 0);
    ui_input(f->ui, &(struct ui_input){.kind = UI_INPUT_DOWN, .at = {2, 2}});
    ui_input(f->ui, &(struct ui_input){.kind = UI_INPUT_UP, .at = {2, 2}});
    assert_int_equal(take(f).kind, UI_EVENT_TOUCH);
    assert_silent(f);
}

static void a_tap_activates(void **state)
{
    struct fixture *f = *state;
    show(f, 0);
    assert_ok(ui_test_tap(f->ui, "choice:2"));
    struct ui_event event = take(f);
    assert_int_equal(event.kind, UI_EVENT_ACTIVATE);
    assert_string_equal(event.id, "choice:2");
    assert_int_equal(event.action, PICK);
    assert_int_equal(event.arg, 2);
    assert_ok(ui_test_tap(f->ui, "下一步"));
    assert_int_equal(take(f).action, NEXT);
    assert_err_class(ui_test_tap(f->ui, "没有这个"), ERR_USER);
    assert_silent(f);
}

static struct ui_point middle_of(struct fixture *f, const char *id)
{
    struct ui_rect r = ui_tree_find(ui_tree(f->ui), id)->rect;
    return (struct ui_point){r.x + r.w / 2, r.y + r.h / 2};
}

static void finger(struct fixture *f, enum ui_input_kind kind, struct ui_point at)
{
    ui_input(f->ui, &(struct ui_input){.kind = kind, .at = at});
}

static void sliding_off_cancels(void **state)
{
    struct fixture *f = *state;
    show(f, 0);
    finger(f, UI_INPUT_DOWN, middle_of(f, "choice:1"));
    finger(f, UI_INPUT_MOVE, middle_of(f, "choice:2"));
    finger(f, UI_INPUT_UP, middle_of(f, "choice:2"));
    assert_silent(f);
    finger(f, UI_INPUT_DOWN, middle_of(f, "choice:1"));
    ui_input(f->ui, &(struct ui_input){.kind = UI_INPUT_CANCEL});
    finger(f, UI_INPUT_UP, middle_of(f, "choice:1"));
    assert_silent(f);
}

/* The camera's next frame comes while the finger is down: the tap still counts. */
static void a_new_tree_does_not_swallow_the_tap(void **state)
{
    struct fixture *f = *state;
    show(f, 0);
    finger(f, UI_INPUT_DOWN, middle_of(f, "choice:1"));
    show(f, 0);
    finger(f, UI_INPUT_UP, middle_of(f, "choice:1"));
    assert_string_equal(take(f).id, "choice:1");
}

static void a_pressed_key_looks_pressed_and_comes_back(void **state)
{
    struct fixture *f = *state;
    show(f, 0);
    drawn(f);
    uint32_t *before = snapshot(f);
    finger(f, UI_INPUT_DOWN, middle_of(f, "next"));
    assert_true(drawn(f) > 0);
    assert_false(is_unchanged(f, before));
    ui_input(f->ui, &(struct ui_input){.kind = UI_INPUT_CANCEL});
    drawn(f);
    assert_true(is_unchanged(f, before));
    free(before);
}

static void eight_keys_reach_everything(void **state)
{
    struct fixture *f = *state;
    show(f, 0);
    ui_test_key(f->ui, UI_KEY_DOWN); /* first after the heading: the answers, not the bars */
    struct ui_event event = take(f);
    assert_int_equal(event.kind, UI_EVENT_FOCUS);
    assert_string_equal(event.id, "choice:0");
    ui_test_key(f->ui, UI_KEY_RIGHT);
    assert_string_equal(take(f).id, "choice:1");
    ui_test_key(f->ui, UI_KEY_OK);
    event = take(f);
    assert_int_equal(event.kind, UI_EVENT_ACTIVATE);
    assert_string_equal(event.id, "choice:1");
    assert_int_equal(event.key, UI_KEY_OK);
    ui_test_key(f->ui, UI_KEY_UP);
    ui_test_key(f->ui, UI_KEY_UP);
    take(f);
    assert_string_equal(take(f).id, "help"); /* round the corner */
    ui_test_key(f->ui, UI_KEY_BACK);
    assert_int_equal(take(f).action, UI_ACTION_BACK);
    ui_test_key(f->ui, UI_KEY_REPEAT);
    assert_int_equal(take(f).action, UI_ACTION_REPEAT);
    ui_test_key(f->ui, UI_KEY_HELP);
    assert_int_equal(take(f).action, UI_ACTION_HELP);
}

/* A trembling hand: what it tapped led on, and the next screen has a key of the same name in the same place.
 */
static void a_second_tap_does_not_fall_on_the_next_screen(void **state)
{
    struct fixture *f = *state;
    show(f, 0);
    assert_ok(ui_test_tap(f->ui, "next"));
    assert_int_equal(take(f).action, NEXT);
    show_now(f, 0, 1);
    assert_int_equal(ui_unsettled_ms(f->ui), UI_SETTLE_MS);
    clock_fake_advance(&f->clock, UI_SETTLE_MS - 1);
    assert_ok(ui_test_tap(f->ui, "next"));
    assert_silent(f);
    clock_fake_advance(&f->clock, 1);
    assert_int_equal(ui_unsettled_ms(f->ui), 0);
    assert_ok(ui_test_tap(f->ui, "next"));
    assert_int_equal(take(f).action, NEXT);
}

/* It came down on the old screen and leaves the new one, in the middle of a key of the same name. */
static void a_finger_that_the_screen_changed_under_means_nothing(void **state)
{
    struct fixture *f = *state;
    show(f, 0);
    finger(f, UI_INPUT_DOWN, middle_of(f, "next"));
    show_now(f, 0, 1);
    clock_fake_advance(&f->clock, 10 * UI_SETTLE_MS);
    finger(f, UI_INPUT_UP, middle_of(f, "next"));
    assert_silent(f);
}

/* Chosen by the first tap, it is not given up by the second. */
static void a_second_tap_does_not_undo_the_first(void **state)
{
    struct fixture *f = *state;
    show(f, -1);
    assert_ok(ui_test_tap(f->ui, "choice:1"));
    assert_int_equal(take(f).arg, 1);
    show_now(f, 1, 0);
    assert_ok(ui_test_tap(f->ui, "choice:1"));
    assert_silent(f);
    assert_ok(ui_test_tap(f->ui, "choice:2")); /* the others have long stood there */
    assert_int_equal(take(f).arg, 2);
}

static void a_key_that_stays_as_it_is_can_be_tapped_fast(void **state)
{
    struct fixture *f = *state;
    show(f, 0);
    for (int i = 0; i < 5; i++) {
        assert_ok(ui_test_tap(f->ui, "next"));
        assert_int_equal(take(f).action, NEXT);
        show_now(f, 0, 0);
    }
}

static void an_ok_that_bounces_is_one(void **state)
{
    struct fixture *f = *state;
    show(f, 0);
    ui_test_key(f->ui, UI_KEY_DOWN);
    take(f);
    ui_test_key(f->ui, UI_KEY_OK);
    assert_int_equal(take(f).kind, UI_EVENT_ACTIVATE);
    show_now(f, 0, 1);
    ui_test_key(f->ui, UI_KEY_OK);
    assert_silent(f);
    ui_test_key(f->ui, UI_KEY_DOWN); /* looking round is never too early */
    assert_int_equal(take(f).kind, UI_EVENT_FOCUS);
    clock_fake_advance(&f->clock, UI_SETTLE_MS);
    ui_test_key(f->ui, UI_KEY_OK);
    assert_int_equal(take(f).kind, UI_EVENT_ACTIVATE);
}

static void show_pad(struct fixture *f)
{
    struct ui_tree *tree = ui_tree_create(ui_theme(f->ui), f->lang);
    struct ui_page p = ui_frame_build(tree, &(struct ui_frame){.screen = "signature"});
    ui_heading(p.ask, "请签名");
    ui_pad(p.body, &(struct ui_pad){.id = "signature", .label = "签名框"});
    ui_show(f->ui, &tree);
    clock_fake_advance(&f->clock, UI_SETTLE_MS);
}

static void a_finger_draws_and_the_stroke_comes_out(void **state)
{
    struct fixture *f = *state;
    show_pad(f);
    drawn(f);
    uint32_t *empty = snapshot(f);
    struct ui_point at = middle_of(f, "signature");
    finger(f, UI_INPUT_DOWN, at);
    for (int i = 0; i < 5; i++)
        finger(f, UI_INPUT_MOVE, (struct ui_point){at.x + 20 * i, at.y + 10 * i});
    drawn(f);
    assert_false(is_unchanged(f, empty)); /* ink is on the glass before the finger leaves it */
    finger(f, UI_INPUT_UP, (struct ui_point){at.x + 100, at.y + 50});
    struct ui_event event = take(f);
    assert_int_equal(event.kind, UI_EVENT_STROKE);
    assert_string_equal(event.id, "signature");
    assert_int_equal(event.point_count, 6);
    drawn(f);
    assert_true(is_unchanged(f, empty)); /* what stays is what the next tree says */
    free(empty);
}

/* Points given to the control program come out as they went in. */
static void strokes_keep_their_shape(void **state)
{
    static const struct ui_pad_point points[] = {{1000, 1000}, {5000, 2000}, {9000, 8000}};
    struct fixture *f = *state;
    show_pad(f);
    assert_ok(ui_test_stroke(f->ui, "signature", points, 3));
    struct ui_event event = take(f);
    assert_int_equal(event.point_count, 3);
    for (int i = 0; i < 3; i++) {
        assert_in_range(event.points[i].x, points[i].x - 12, points[i].x + 12);
        assert_in_range(event.points[i].y, points[i].y - 12, points[i].y + 12);
    }
}

/* The next person finds one colour. */
static void forgetting_leaves_blank_paper(void **state)
{
    struct fixture *f = *state;
    show(f, 1);
    drawn(f);
    assert_ok(ui_test_tap(f->ui, "choice:1"));
    ui_forget(f->ui);
    assert_null(ui_tree(f->ui));
    assert_silent(f);
    assert_int_equal(ui_text_stats(ui_text_engine(f->ui)).cached_strings, 0);
    SDL_Surface *s = ui_presenter_surface(f->presenter);
    const uint32_t *pixels = s->pixels;
    for (int i = 0; i < s->w * s->h; i++)
        if ((pixels[i] & 0xFFFFFF) != ui_theme(f->ui)->colour[UI_COLOUR_PAPER])
            fail_msg("pixel %d still shows something", i);
    show(f, 1);
    assert_int_equal(drawn(f), 1080 * 1920);
}

static void a_dimmed_screen_keeps_a_quarter_of_its_light(void **state)
{
    struct fixture *f = *state;
    show(f, 1);
    drawn(f);
    const uint32_t *pixels = ui_presenter_surface(f->presenter)->pixels;
    uint32_t paper = pixels[0] & 0xFFFFFF;
    ui_set_dim(f->ui, true);
    assert_int_equal(drawn(f), 1080 * 1920);
    assert_int_equal(pixels[0] & 0xFFFFFF, paper >> 2 & 0x3F3F3F);
    assert_int_equal(drawn(f), 0);
    ui_set_dim(f->ui, false);
    drawn(f);
    assert_int_equal(pixels[0] & 0xFFFFFF, paper);
}

/* Leftmost column with ink in a band of rows. */
static int first_ink(const struct fixture *f, int top, int bottom)
{
    const SDL_Surface *s = ui_presenter_surface(f->presenter);
    const uint32_t paper = ui_theme(f->ui)->colour[UI_COLOUR_PAPER];
    int first = s->w;
    for (int y = top; y < bottom; y++)
        for (int x = 0; x < first; x++)
            if ((((uint32_t *)((char *)s->pixels + y * s->pitch))[x] & 0xFFFFFF) != paper)
                first = x;
    return first;
}

static void what_goes_over_several_lines_begins_each_at_the_left(void **state)
{
    struct fixture *f = *state;
    struct ui_tree *tree = ui_tree_create(ui_theme(f->ui), f->lang);
    struct ui_node *label = ui_node_add(ui_tree_root(tree), UI_LABEL);
    label->type = UI_TYPE_BODY;
    label->align = UI_ALIGN_END;
    label->text = "《中华人民共和国社会保险法》和《社会保险经办条例》第二十六条";
    ui_show(f->ui, &tree);
    drawn(f);
    int line = ui_theme(f->ui)->line_height_px[UI_TYPE_BODY];
    assert_in_range(first_ink(f, line, 2 * line), 0, line);
}

#define T(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(only_what_changed_is_drawn),
        T(a_window_shows_what_memory_does),
        T(the_difference_is_the_whole),
        T(a_touch_of_nothing_tells_that_somebody_is_there),
        T(a_tap_activates),
        T(sliding_off_cancels),
        T(a_new_tree_does_not_swallow_the_tap),
        T(a_pressed_key_looks_pressed_and_comes_back),
        T(eight_keys_reach_everything),
        T(a_second_tap_does_not_fall_on_the_next_screen),
        T(a_finger_that_the_screen_changed_under_means_nothing),
        T(a_second_tap_does_not_undo_the_first),
        T(a_key_that_stays_as_it_is_can_be_tapped_fast),
        T(an_ok_that_bounces_is_one),
        T(a_finger_draws_and_the_stroke_comes_out),
        T(strokes_keep_their_shape),
        T(a_dimmed_screen_keeps_a_quarter_of_its_light),
        T(forgetting_leaves_blank_paper),
        T(what_goes_over_several_lines_begins_each_at_the_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
