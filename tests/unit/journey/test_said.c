/* What a touch did is heard: who does not see the glass does not feel it either. */
#include "tests/unit/cmocka.h"
#include "tests/unit/journey/fake_kiosk.h"
#include "ui/widgets.h"

#include <stdio.h>
#include <string.h>

static const char form_xml[] =
    "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml'>"
    "<h:head><h:title>said</h:title><model><instance><data id='said' version='1'>"
    "<several/><order/><people/><stars/><maybe/><phone/><words/></data></instance>"
    "<bind nodeset='/data/people' type='int'/><bind nodeset='/data/stars' type='int'/>"
    "<bind nodeset='/data/phone' type='string'/><bind nodeset='/data/words' "
    "type='string'/></model></h:head><h:body>"
    "<select ref='/data/several'><label>Which?</label>"
    "<item><label>老人补贴</label><value>a</value></item><item><label>医保</label><value>b</value></item>"
    "</select>"
    "<rank xmlns='http://www.opendatakit.org/xforms' ref='/data/order'>"
    "<label xmlns='http://www.w3.org/2002/xforms'>Order?</label>"
    "<item xmlns='http://www.w3.org/2002/xforms'><label>修路</label><value>a</value></item>"
    "<item xmlns='http://www.w3.org/2002/xforms'><label>修桥</label><value>b</value></item></rank>"
    "<range ref='/data/people' start='1' end='9' step='1'><label>How many?</label></range>"
    "<range ref='/data/stars' start='1' end='5' step='1' appearance='rating'><label>How was "
    "it?</label></range>"
    "<select1 ref='/data/maybe'><label>Perhaps?</label>"
    "<item><label>低保</label><value>a</value></item></select1>"
    "<input ref='/data/phone' appearance='numbers'><label>Number?</label></input>"
    "<input ref='/data/words'><label>Words?</label></input></h:body></h:html>";

struct scene {
    struct fake_kiosk kiosk;
    struct xform *form;
};

static void ask(struct scene *scene, const char *ref)
{
    struct session_node node;
    assert_ok(session_look(scene->kiosk.journey->visit->session, ref, &node));
    draft_open(scene->kiosk.journey, &node);
    journey_goto(scene->kiosk.journey, STATE_QUESTION, "test");
    fake_look(&scene->kiosk);
}

static void start(struct scene *scene)
{
    const struct session_inputs inputs = {.now_ms = 1795320000000, .instance_id = "uuid:1"};
    struct journey *journey;
    fake_kiosk_start(&scene->kiosk);
    journey = scene->kiosk.journey;
    scene->form = NULL;
    assert_ok(xform_load(form_xml, sizeof form_xml - 1, NULL, &scene->form));
    assert_ok(session_create(scene->form, &inputs, &journey->visit->session));
    journey->visit->service = &journey->catalogue->services[0]; /* for its guide */
}

static void stop(struct scene *scene)
{
    session_destroy(&scene->kiosk.journey->visit->session);
    xform_destroy(&scene->form);
    fake_kiosk_stop(&scene->kiosk);
}

static void assert_said(struct scene *scene, const char *words)
{
    fake_look(&scene->kiosk);
    assert_string_equal(scene->kiosk.said, words);
    *scene->kiosk.said = '\0';
}

static void tap(struct scene *scene, int action, int arg, const char *words)
{
    fake_tap(&scene->kiosk, action, arg);
    assert_said(scene, words);
}

static void press(struct scene *scene, int action, int arg, const char *words)
{
    const struct ui_event event = {.kind = UI_EVENT_ACTIVATE, .action = action, .arg = arg, .key = UI_KEY_OK};
    journey_ui(scene->kiosk.journey, &event);
    assert_said(scene, words);
}

static void a_tick_says_what_was_ticked_and_how_many_are(void **state)
{
    (void)state;
    struct scene scene;
    start(&scene);
    ask(&scene, "/data/several");
    tap(&scene, ACTION_CHOICE, 0, "选了老人补贴。");
    tap(&scene, ACTION_CHOICE, 1, "选了医保。一共 2 个。");
    tap(&scene, ACTION_CHOICE, 0, "去掉了老人补贴。还有 1 个。");
    tap(&scene, ACTION_CHOICE, 1, "去掉了医保。");
    stop(&scene);
}

static void a_place_in_an_order_is_said(void **state)
{
    (void)state;
    struct scene scene;
    start(&scene);
    ask(&scene, "/data/order");
    tap(&scene, ACTION_CHOICE, 1, "第 1，修桥。");
    tap(&scene, ACTION_CHOICE, 1, "去掉了修桥。");
    stop(&scene);
}

static void a_title_and_its_detail_are_sentences(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    struct ui_tree *tree = ui_tree_create(&kiosk.theme, kiosk.lang);
    struct ui_node *options = ui_options(ui_tree_root(tree), 4);
    *kiosk.said = '\0';
    journey_focus(kiosk.journey,
                  ui_option(options, &(struct ui_choice){.label = "存好了", .detail = "等着送"}));
    assert_string_equal(kiosk.said, "存好了。等着送");
    *kiosk.said = '\0';
    journey_focus(kiosk.journey,
                  ui_option(options, &(struct ui_choice){.label = "要多久？", .detail = "三天。"}));
    assert_string_equal(kiosk.said, "要多久？三天。");
    ui_tree_destroy(&tree);
    fake_kiosk_stop(&kiosk);
}

static void an_amount_is_said_as_it_changes(void **state)
{
    (void)state;
    struct scene scene;
    start(&scene);
    ask(&scene, "/data/people");
    tap(&scene, ACTION_STEP, 1, "现在是 1。");
    tap(&scene, ACTION_STEP, 1, "现在是 2。");
    ask(&scene, "/data/stars");
    tap(&scene, ACTION_STAR, 4, "现在是 4。");
    stop(&scene);
}

static void an_answer_taken_back_is_said(void **state)
{
    (void)state;
    struct scene scene;
    start(&scene);
    assert_ok(session_set(scene.kiosk.journey->visit->session, "/data/maybe", "a"));
    ask(&scene, "/data/maybe");
    tap(&scene, ACTION_CHOICE, 0, "去掉了低保。");
    stop(&scene);
}

/* The hall does not hear a number under the finger; who goes by the keypad hears each key, and who asks hears
 * what stands there. */
static void what_is_typed_is_said_to_who_goes_by_ear_or_asks(void **state)
{
    (void)state;
    struct scene scene;
    start(&scene);
    ask(&scene, "/data/phone");
    *scene.kiosk.said = '\0';
    tap(&scene, ACTION_KEY, '1', "");
    press(&scene, ACTION_KEY, '3', "3。");
    press(&scene, ACTION_KEY, '8', "8。");
    press(&scene, ACTION_ERASE, 0, "去掉了8。");
    tap(&scene, ACTION_ERASE, 0, "");
    fake_tap(&scene.kiosk, UI_ACTION_REPEAT, 0);
    assert_said(&scene, "Number?1。");
    press(&scene, ACTION_ERASE, 0, "去掉了幺。");
    press(&scene, ACTION_ERASE, 0, "");
    stop(&scene);
}

static void so_is_what_is_written(void **state)
{
    (void)state;
    struct scene scene;
    start(&scene);
    ask(&scene, "/data/words");
    *scene.kiosk.said = '\0';
    press(&scene, ACTION_TEXT_KEY, 0, "a。"); /* pinyin: not yet text */
    press(&scene, ACTION_ERASE, 0, "去掉了。");
    tap(&scene, ACTION_TEXT_KEY, 0, "");
    press(&scene, ACTION_CANDIDATE, 0, "啊。");
    press(&scene, ACTION_ERASE, 0, "去掉了啊。");
    tap(&scene, ACTION_WAY, 1, "选了ABC。");
    stop(&scene);
}

static void focus(struct fake_kiosk *kiosk, const char *id)
{
    struct ui_tree *tree = journey_screen(kiosk->journey, &kiosk->theme);
    const struct ui_node *node = ui_tree_find(tree, id);
    assert_non_null(node);
    journey_focus(kiosk->journey, node);
    ui_tree_destroy(&tree);
}

/* As one hears the number again that was typed; and a word that only its icon explains is no word for the
 * ear. */
static void a_key_says_more_than_stands_on_it(void **state)
{
    (void)state;
    struct scene scene;
    start(&scene);
    ask(&scene, "/data/phone");
    focus(&scene.kiosk, "key:1");
    assert_string_equal(scene.kiosk.said, "幺");
    focus(&scene.kiosk, "key:7");
    assert_string_equal(scene.kiosk.said, "7");
    focus(&scene.kiosk, "low-reach");
    assert_string_equal(scene.kiosk.said, "把按键放低些");
    ask(&scene, "/data/stars");
    focus(&scene.kiosk, "star:1");
    assert_string_equal(scene.kiosk.said, "1");
    stop(&scene);
}

/* The hall hears that a card was read, and a sentence that tells something without its name. */
static void whose_card_was_read_is_not_said_in_half(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "card");
    fake_place_card(&kiosk);
    fake_look(&kiosk);
    assert_non_null(strstr(kiosk.said, "身份证读到了。"));
    assert_null(strstr(kiosk.said, "这位"));
    fake_tap(&kiosk, UI_ACTION_REPEAT, 0);
    fake_look(&kiosk);
    assert_non_null(strstr(kiosk.said, "读到的是"));
    fake_kiosk_stop(&kiosk);
}

/* Nobody is there to call the number that an empty hall would hear. */
static void a_kiosk_out_of_order_does_not_talk_to_itself(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    snprintf(kiosk.config.kiosk.phone, sizeof kiosk.config.kiosk.phone, "0000-1234567");
    kiosk.journey->is_store_down = true;
    *kiosk.said = '\0';
    fake_look(&kiosk);
    assert_string_equal(kiosk.said, "");
    speech_again(kiosk.journey);
    fake_look(&kiosk);
    assert_non_null(strstr(kiosk.said, "办不了事。"));
    assert_non_null(strstr(kiosk.said, "0000-1234567"));
    fake_kiosk_stop(&kiosk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tick_says_what_was_ticked_and_how_many_are),
        cmocka_unit_test(a_place_in_an_order_is_said),
        cmocka_unit_test(a_title_and_its_detail_are_sentences),
        cmocka_unit_test(an_amount_is_said_as_it_changes),
        cmocka_unit_test(an_answer_taken_back_is_said),
        cmocka_unit_test(what_is_typed_is_said_to_who_goes_by_ear_or_asks),
        cmocka_unit_test(so_is_what_is_written),
        cmocka_unit_test(a_key_says_more_than_stands_on_it),
        cmocka_unit_test(whose_card_was_read_is_not_said_in_half),
        cmocka_unit_test(a_kiosk_out_of_order_does_not_talk_to_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
