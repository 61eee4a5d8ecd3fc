/* What she gave is neither lost without a word nor taken for more than it is. */
#include "tests/unit/journey/fake_kiosk.h"

#include "app/journey/walk.h"
#include "drivers/camera/camera.h"
#include "tests/unit/cmocka.h"

#include <stdio.h>
#include <string.h>

static void to_question(struct fake_kiosk *kiosk, const char *ref)
{
    fake_go(kiosk, "question");
    walk_to(kiosk->journey, ref);
    fake_look(kiosk);
}

static void assert_stays(struct fake_kiosk *kiosk, const char *ref, const char *words)
{
    assert_state(kiosk, "question");
    assert_string_equal(kiosk->journey->visit->draft.ref, ref);
    fake_look(kiosk);
    assert_non_null(strstr(kiosk->said, words));
}

static void what_is_spelt_and_not_picked_is_asked_for(void **state)
{
    struct fake_kiosk *kiosk = *state;
    to_question(kiosk, "/data/contact_name");
    buf_append_text(&kiosk->journey->visit->draft.text, "王秀");
    fake_tap(kiosk, ACTION_TEXT_KEY, 0);
    fake_tap(kiosk, ACTION_NEXT, 0);
    assert_stays(kiosk, "/data/contact_name", "还没有选");
    fake_tap(kiosk, ACTION_CANDIDATE, 0);
    fake_tap(kiosk, ACTION_NEXT, 0);
    const char *name = session_value(kiosk->journey->visit->session, "/data/contact_name");
    assert_true(strlen(name) > strlen("王秀"));
    assert_string_not_equal(kiosk->journey->visit->draft.ref, "/data/contact_name");
}

static const char *contact(const struct fake_kiosk *kiosk)
{
    return session_value(kiosk->journey->visit->session, "/data/contact_name");
}

/* A name by hand takes an old woman minutes. */
static void what_is_written_stays_when_she_looks_back(void **state)
{
    struct fake_kiosk *kiosk = *state;
    fake_go(kiosk, "question");
    const struct draft *draft = &kiosk->journey->visit->draft;
    while (strcmp(draft->ref, "/data/contact_name") != 0)
        fake_step(kiosk);
    buf_append_text(&kiosk->journey->visit->draft.text, "王秀");
    fake_tap(kiosk, UI_ACTION_BACK, 0);
    assert_string_not_equal(draft->ref, "/data/contact_name");
    fake_step(kiosk);
    assert_string_equal(draft->ref, "/data/contact_name");
    assert_string_equal(buf_text(&draft->text), "王秀");
}

static void back_to_the_review_changes_nothing(void **state)
{
    struct fake_kiosk *kiosk = *state;
    fake_go(kiosk, "review");
    char before[64];
    snprintf(before, sizeof before, "%s", contact(kiosk));
    walk_to(kiosk->journey, "/data/contact_name");
    buf_append_text(&kiosk->journey->visit->draft.text, "王秀");
    fake_tap(kiosk, UI_ACTION_BACK, 0);
    assert_state(kiosk, "review");
    assert_string_equal(contact(kiosk), before);
}

static void draw(struct fake_kiosk *kiosk, short x, short y)
{
    struct ui_event event = {.kind = UI_EVENT_STROKE, .point_count = 2};
    event.points[0] = (struct ui_pad_point){4000, 4000};
    event.points[1] = (struct ui_pad_point){x, y};
    journey_ui(kiosk->journey, &event);
}

static void a_touch_is_no_signature(void **state)
{
    struct fake_kiosk *kiosk = *state;
    to_question(kiosk, "/data/signature");
    draw(kiosk, 4100, 4050);
    fake_tap(kiosk, ACTION_NEXT, 0);
    assert_stays(kiosk, "/data/signature", "只有一个点");
    draw(kiosk, 6000, 4000); /* a line, as whoever signs with one draws it */
    fake_tap(kiosk, ACTION_NEXT, 0);
    assert_string_not_equal(kiosk->journey->visit->draft.ref, "/data/signature");
}

static void camera_says(struct fake_kiosk *kiosk, enum camera_stage stage, struct err err)
{
    struct device_message message = {.class = DEVICE_CAMERA, .kind = DEVICE_RESULT, .err = err};
    const struct camera_event event = {.stage = stage};
    memcpy(&message.payload, &event, sizeof event);
    journey_device(kiosk->journey, &message);
}

static void a_photo_under_way_is_waited_for(void **state)
{
    struct fake_kiosk *kiosk = *state;
    to_question(kiosk, "/data/portrait");
    fake_tap(kiosk, ACTION_TAKE_PHOTO, 0);
    fake_tap(kiosk, ACTION_NEXT, 0);
    assert_stays(kiosk, "/data/portrait", "正在拍");
    camera_says(kiosk, CAMERA_PHOTO, err_make(ERR_DEVICE, "camera", 0, "no picture came"));
    assert_stays(kiosk, "/data/portrait", "这次没拍成");
    fake_tap(kiosk, ACTION_NEXT, 0); /* it may be left out */
    assert_string_not_equal(kiosk->journey->visit->draft.ref, "/data/portrait");
}

static bool shows(struct fake_kiosk *kiosk, const char *id)
{
    struct ui_tree *tree = journey_screen(kiosk->journey, &kiosk->theme);
    bool found = ui_tree_find(tree, id) != NULL;
    ui_tree_destroy(&tree);
    return found;
}

static void photograph(struct fake_kiosk *kiosk)
{
    fake_tap(kiosk, ACTION_TAKE_PHOTO, 0);
    camera_says(kiosk, CAMERA_PHOTO, err_ok());
}

static const char *portrait(const struct fake_kiosk *kiosk)
{
    return session_value(kiosk->journey->visit->session, "/data/portrait");
}

static void a_photo_is_seen_and_stays_when_she_comes_back(void **state)
{
    struct fake_kiosk *kiosk = *state;
    to_question(kiosk, "/data/portrait");
    assert_false(shows(kiosk, "photo"));
    photograph(kiosk);
    fake_look(kiosk);
    assert_non_null(strstr(kiosk->said, "拍好"));
    assert_true(shows(kiosk, "photo"));
    fake_tap(kiosk, ACTION_NEXT, 0);
    assert_string_equal(portrait(kiosk), "portrait.jpg");
    walk_to(kiosk->journey, "/data/portrait");
    assert_true(shows(kiosk, "photo"));
    fake_tap(kiosk, ACTION_NEXT, 0);
    assert_string_equal(portrait(kiosk), "portrait.jpg");
}

/* One sentence for each, on the screen and from the voice; what hides the rest comes first. */
static void what_is_doubtful_about_a_photo_is_told(void **state)
{
    static const struct {
        uint32_t warnings;
        const char *words;
    } rows[] = {{CAMERA_NO_PAGE, "没看到纸"},
                {CAMERA_NO_PAGE | CAMERA_DARK, "太暗了"},
                {CAMERA_CUT_CORNER | CAMERA_BLURRED, "有一个角没拍到"},
                {CAMERA_BLURRED, "有点模糊"},
                {CAMERA_DARK | CAMERA_BLURRED, "太暗了"}};
    struct fake_kiosk *kiosk = *state;
    to_question(kiosk, "/data/portrait");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct device_message message = {.class = DEVICE_CAMERA, .kind = DEVICE_RESULT};
        const struct camera_event event = {.stage = CAMERA_PHOTO, .warnings = rows[i].warnings};
        if (i > 0)
            fake_tap(kiosk, ACTION_TAKE_PHOTO, 0); /* another one */
        fake_tap(kiosk, ACTION_TAKE_PHOTO, 0);
        memcpy(&message.payload, &event, sizeof event);
        journey_device(kiosk->journey, &message);
        fake_look(kiosk);
        assert_non_null(strstr(kiosk->said, rows[i].words));
    }
}

/* Nobody moves a paper whose picture stands still. */
static void before_another_photo_the_camera_is_looked_through(void **state)
{
    struct fake_kiosk *kiosk = *state;
    to_question(kiosk, "/data/portrait");
    photograph(kiosk);
    int looks = kiosk->live_pictures;
    fake_tap(kiosk, ACTION_TAKE_PHOTO, 0);
    assert_int_equal(kiosk->live_pictures, looks + 1);
    assert_int_equal(kiosk->photos, 1);
    assert_false(shows(kiosk, "photo"));
    photograph(kiosk);
    assert_int_equal(kiosk->photos, 2);
    assert_true(shows(kiosk, "photo"));
}

static void without_a_camera_the_photo_that_is_there_stays(void **state)
{
    struct fake_kiosk *kiosk = *state;
    to_question(kiosk, "/data/portrait");
    photograph(kiosk);
    fake_tap(kiosk, ACTION_TAKE_PHOTO, 0);
    fake_device(kiosk, DEVICE_CAMERA, false, 0);
    assert_true(shows(kiosk, "photo"));
    assert_stays(kiosk, "/data/portrait", "这次没拍成");
    fake_tap(kiosk, ACTION_NEXT, 0);
    assert_string_equal(portrait(kiosk), "portrait.jpg");
}

/* Of the question before, when she went on without it: it is nobody's answer here. */
static void a_photo_that_nobody_waits_for_is_no_answer(void **state)
{
    struct fake_kiosk *kiosk = *state;
    to_question(kiosk, "/data/portrait");
    camera_says(kiosk, CAMERA_PHOTO, err_ok());
    assert_false(shows(kiosk, "photo"));
    fake_tap(kiosk, ACTION_NEXT, 0);
    assert_string_equal(portrait(kiosk), "");
}

static void a_camera_pulled_out_ends_the_waiting(void **state)
{
    struct fake_kiosk *kiosk = *state;
    to_question(kiosk, "/data/portrait");
    fake_tap(kiosk, ACTION_TAKE_PHOTO, 0);
    fake_device(kiosk, DEVICE_CAMERA, false, 0);
    fake_device(kiosk, DEVICE_CAMERA, true, 0);
    assert_string_equal(kiosk->journey->visit->draft.message, "");
    fake_tap(kiosk, ACTION_NEXT, 0);
    assert_string_not_equal(kiosk->journey->visit->draft.ref, "/data/portrait");
}

static void type(struct fake_kiosk *kiosk, const char *text)
{
    buf_clear(&kiosk->journey->visit->draft.text);
    buf_append_text(&kiosk->journey->visit->draft.text, text);
    fake_tap(kiosk, ACTION_NEXT, 0);
}

static void a_slip_in_a_typed_number_is_noticed(void **state)
{
    struct fake_kiosk *kiosk = *state;
    fake_go(kiosk, "card");
    fake_tap(kiosk, ACTION_NO_CARD, 0);
    fake_tap(kiosk, ACTION_YES, 0);
    fake_look(kiosk);
    assert_non_null(strstr(kiosk->said, "照身份证上的写"));
    type(kiosk, "王秀兰");
    type(kiosk, "990123194203150041"); /* the last digit is wrong */
    assert_stays(kiosk, "/data/card/id_number", "这个号码对不上");
    type(kiosk, "99012319420315004X");
    assert_string_not_equal(kiosk->journey->visit->draft.ref, "/data/card/id_number");
}

static void back_to_the_home_screen_asks_before_it_deletes(void **state)
{
    struct fake_kiosk *kiosk = *state;
    fake_go(kiosk, "guide");
    fake_tap(kiosk, UI_ACTION_BACK, 0);
    assert_state(kiosk, "home"); /* nothing was filled in */
    fake_go(kiosk, "review");
    for (int i = 0; i < 20 && strcmp(journey_state(kiosk->journey), "guide") != 0; i++)
        fake_tap(kiosk, UI_ACTION_BACK, 0);
    fake_tap(kiosk, UI_ACTION_BACK, 0);
    assert_state(kiosk, "stop");
    fake_tap(kiosk, UI_ACTION_BACK, 0);
    assert_state(kiosk, "guide"); /* and nothing is lost */
}

/* A statement of several sentences, and a hint that says what to press. */
static void all_that_one_agrees_to_is_said_before_the_key(void **state)
{
    struct fake_kiosk *kiosk = *state;
    fake_look(kiosk);
    struct ui_tree *tree = ui_tree_create(&kiosk->theme, kiosk->lang);
    struct ui_frame frame = {0};
    screen_question(tree, &frame,
                    &(struct view_question){.heading = "我填的都是真的。每年报一次情况。",
                                            .hint = "同意就按右下角。",
                                            .input = VIEW_NOTE});
    struct buf said = {0};
    for (struct ui_node *node = ui_tree_root(tree); node; node = ui_node_walk(node))
        ui_node_spoken(node, &said);
    assert_true(strstr(buf_text(&said), "每年报一次情况") < strstr(buf_text(&said), "同意就按右下角"));
    buf_finish(&said);
    ui_tree_destroy(&tree);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KIOSK_TEST(what_is_spelt_and_not_picked_is_asked_for),
        KIOSK_TEST(a_touch_is_no_signature),
        KIOSK_TEST(a_photo_under_way_is_waited_for),
        KIOSK_TEST(what_is_written_stays_when_she_looks_back),
        KIOSK_TEST(back_to_the_review_changes_nothing),
        KIOSK_TEST(a_photo_is_seen_and_stays_when_she_comes_back),
        KIOSK_TEST(what_is_doubtful_about_a_photo_is_told),
        KIOSK_TEST(before_another_photo_the_camera_is_looked_through),
        KIOSK_TEST(without_a_camera_the_photo_that_is_there_stays),
        KIOSK_TEST(a_photo_that_nobody_waits_for_is_no_answer),
        KIOSK_TEST(a_camera_pulled_out_ends_the_waiting),
        KIOSK_TEST(a_slip_in_a_typed_number_is_noticed),
        KIOSK_TEST(back_to_the_home_screen_asks_before_it_deletes),
        KIOSK_TEST(all_that_one_agrees_to_is_said_before_the_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
