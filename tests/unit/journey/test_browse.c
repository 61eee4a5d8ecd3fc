/* Before anybody begins: what still works, what may fit, what can be found and read. */
#include "app/journey/degraded.h"
#include "app/journey/states.h"
#include "app/journey/suggest.h"
#include "app/journey/walk.h"
#include "tests/unit/journey/fake_kiosk.h"
#include "ui/text_input.h"

#include "tests/unit/cmocka.h"

#include <stdlib.h>
#include <string.h>

static const struct service *service(const struct fake_kiosk *kiosk, const char *id)
{
    const struct service *found = catalogue_find(kiosk->journey->catalogue, id);
    assert_non_null(found);
    return found;
}

/* What each broken device costs, service by service: the degraded-service map. */
static void a_tile_says_what_is_broken_before_anybody_begins(void **state)
{
    (void)state;
    static const struct {
        enum device_class class;
        const char *service;
        bool has_note, blocks;
    } map[] = {
        {DEVICE_IDCARD, "pension-renewal", true, false}, /* its guide takes a typed number */
        {DEVICE_IDCARD, "residence-permit", true, true}, /* its guide refuses */
        {DEVICE_CAMERA, "residence-permit", true, true},
        {DEVICE_CAMERA, "pension-renewal", false, false},
        {DEVICE_PRINTER, "pension-renewal", false, false}, /* the number stands on the screen */
        {DEVICE_PRINTER, "residence-permit", false, false},
        {DEVICE_SCANNER, "residence-permit", false, false},
        {DEVICE_KEYPAD, "pension-renewal", false, false},
    };
    for (size_t i = 0; i < sizeof map / sizeof *map; i++) {
        struct fake_kiosk kiosk;
        fake_kiosk_start(&kiosk);
        fake_device(&kiosk, map[i].class, false, 0);
        struct degraded degraded = degraded_service(kiosk.journey, service(&kiosk, map[i].service));
        assert_int_equal(degraded.note != NULL, map[i].has_note);
        assert_int_equal(degraded.blocks, map[i].blocks);
        fake_device(&kiosk, map[i].class, true, 0);
        assert_null(degraded_service(kiosk.journey, service(&kiosk, map[i].service)).note);
        fake_kiosk_stop(&kiosk);
    }
}

static void home_tells_the_truth_about_paper_and_voice(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    const char *notices[DEGRADED_MAX];
    fake_kiosk_start(&kiosk);
    assert_int_equal(degraded_kiosk(kiosk.journey, notices), 0);
    kiosk.is_mute = true;
    fake_device(&kiosk, DEVICE_PRINTER, true, PRINTER_PAPER_OUT);
    assert_int_equal(degraded_kiosk(kiosk.journey, notices), 2);
    assert_non_null(strstr(notices[0], "没纸"));
    assert_non_null(strstr(notices[1], "没有声音"));
    fake_go(&kiosk, "home");
    assert_false(journey_has_changed(kiosk.journey));
    kiosk.is_mute = false;
    journey_voice(kiosk.journey);
    assert_true(journey_has_changed(kiosk.journey)); /* what is not true any more goes by itself */
    fake_go(&kiosk, "saved");                        /* and everything else works */
    fake_kiosk_stop(&kiosk);
}

static void the_list_of_services_does_not_change_under_a_finger(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    const struct catalogue *before = kiosk.journey->catalogue;
    fake_go(&kiosk, "home");
    fake_catalogue(&kiosk);
    fake_pass(&kiosk, 1000);
    assert_ptr_equal(kiosk.journey->catalogue, before);
    fake_tap(&kiosk, UI_ACTION_HELP, 0);
    fake_tap(&kiosk, UI_ACTION_BACK, 0);
    fake_pass(&kiosk, 1000);
    assert_ptr_equal(kiosk.journey->catalogue, before);
    fake_tap(&kiosk, ACTION_PROGRESS, 0);
    fake_tap(&kiosk, UI_ACTION_BACK, 0); /* the home screen, built anew */
    assert_state(&kiosk, "home");
    assert_ptr_not_equal(kiosk.journey->catalogue, before);
    fake_kiosk_stop(&kiosk);
}

/* Where no tile is, none can change: the box a technician has just enrolled offers its services at once. */
static void the_first_services_come_while_somebody_waits_for_them(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    struct store_answer none = {.kind = STORE_CATALOGUE, .catalogue = calloc(1, sizeof(struct catalogue))};
    assert_non_null(none.catalogue);
    journey_store(kiosk.journey, &none);
    fake_go(&kiosk, "home");
    assert_int_equal(kiosk.journey->catalogue->count, 0);
    fake_catalogue(&kiosk);
    assert_true(kiosk.journey->catalogue->count > 0);
    fake_kiosk_stop(&kiosk);
}

/* She is 84: the allowance fits, what she has just done is not offered again, and nobody else is told. */
static void what_may_fit_is_noted_on_the_home_screen_of_the_same_visit(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "home");
    assert_int_equal(kiosk.journey->visit->person.suggested, 0); /* before any card */
    fake_go(&kiosk, "saved");
    fake_another(&kiosk);
    assert_state(&kiosk, "home");
    fake_look(&kiosk);
    const struct service *services = kiosk.journey->catalogue->services;
    assert_true(suggest_has(&kiosk.journey->visit->person,
                            (size_t)(service(&kiosk, "old-age-allowance") - services)));
    assert_false(
        suggest_has(&kiosk.journey->visit->person, (size_t)(service(&kiosk, "pension-renewal") - services)));
    assert_false(
        suggest_has(&kiosk.journey->visit->person, (size_t)(service(&kiosk, "residence-permit") - services)));
    fake_pass(&kiosk, 60000);
    assert_state(&kiosk, "attract");
    fake_go(&kiosk, "home");
    assert_int_equal(kiosk.journey->visit->person.suggested, 0);
    fake_kiosk_stop(&kiosk);
}

static void type(struct fake_kiosk *kiosk, const char *text)
{
    buf_clear(&kiosk->journey->visit->draft.text);
    buf_append_text(&kiosk->journey->visit->draft.text, text);
}

static void a_service_is_found_by_characters_and_by_first_letters(void **state)
{
    (void)state;
    static const char *const ways[] = {"养老", "金", "yanglao", "ylj", "YLJ", "养lj"};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct fake_kiosk kiosk;
        fake_kiosk_start(&kiosk);
        fake_go(&kiosk, "home");
        fake_tap(&kiosk, ACTION_SEARCH, 0);
        assert_state(&kiosk, "search");
        fake_look(&kiosk);
        type(&kiosk, ways[i]);
        fake_look(&kiosk);
        fake_tap(&kiosk, ACTION_NEXT, 0);
        if (strcmp(ways[i], "yanglao") == 0) { /* letters are first letters, one a character */
            assert_false(kiosk.journey->visit->has_searched);
        } else {
            assert_true(kiosk.journey->visit->has_searched);
            fake_look(&kiosk);
            fake_tap(&kiosk, ACTION_SERVICE, 0);
            assert_state(&kiosk, "guide");
        }
        fake_kiosk_stop(&kiosk);
    }
}

static void what_is_not_found_is_said_and_what_was_typed_goes(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "home");
    fake_tap(&kiosk, ACTION_SEARCH, 0);
    type(&kiosk, "火箭");
    fake_tap(&kiosk, ACTION_NEXT, 0);
    fake_look(&kiosk);
    assert_non_null(strstr(kiosk.said, "没有找到"));
    fake_tap(&kiosk, UI_ACTION_BACK, 0);
    assert_state(&kiosk, "home");
    assert_int_equal(kiosk.journey->visit->draft.text.length, 0);
    fake_kiosk_stop(&kiosk);
}

/* Not in the way in which whoever was here before wrote last. */
static void a_search_is_written_as_its_language_is(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    struct text_input *typing = kiosk.typing;
    for (size_t last_way = 0; last_way < text_input_way_count(typing); last_way++) {
        text_input_start(typing, lang_tag(kiosk.lang));
        size_t usual_way = text_input_way(typing);
        text_input_set_way(typing, last_way);
        fake_go(&kiosk, "home");
        fake_tap(&kiosk, ACTION_SEARCH, 0);
        assert_int_equal(text_input_way(typing), usual_way);
        fake_tap(&kiosk, UI_ACTION_BACK, 0);
    }
    fake_kiosk_stop(&kiosk);
}

/* The names of laws stand behind a key, last, and are read out there like everything else. */
static void details_answer_questions_and_name_the_laws(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "guide");
    assert_non_null(strstr(kiosk.said, "收到后 5 个工作日"));
    assert_null(strstr(kiosk.said, "《社会保险经办条例》"));
    fake_tap(&kiosk, ACTION_DETAILS, 0);
    assert_state(&kiosk, "details");
    fake_look(&kiosk);
    assert_non_null(strstr(kiosk.said, "《社会保险经办条例》"));
    assert_non_null(strstr(kiosk.said, "老人走不动怎么办"));
    assert_non_null(strstr(kiosk.said, "家人带上两张身份证"));
    fake_tap(&kiosk, UI_ACTION_BACK, 0);
    assert_state(&kiosk, "guide");
    fake_kiosk_stop(&kiosk);
}

static void a_notice_hangs_there_while_it_is_current(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    static const char guide[] = "key,lang,value\n"
                                "notice,zh-CN,停电通知|后天上午停电。|2026-11-20|2026-11-24\n"
                                "notice,zh-CN,过去的事|早就过了。||2026-11-21\n"
                                "notice,zh-CN,以后的事|还没到。|2026-11-23|\n";
    fake_kiosk_start(&kiosk);
    struct service *first = &kiosk.journey->catalogue->services[0];
    guide_destroy(&first->guide);
    assert_ok(guide_parse(guide, sizeof guide - 1, &first->guide));
    assert_int_equal(board_count(kiosk.journey), 1);
    fake_go(&kiosk, "home");
    fake_tap(&kiosk, ACTION_BOARD, 0);
    fake_look(&kiosk);
    assert_non_null(strstr(kiosk.said, "后天上午停电"));
    assert_null(strstr(kiosk.said, "过去的事"));
    fake_kiosk_stop(&kiosk);
}

/* Whoever asks for help before the first question learns how to act for somebody, and chooses it there. */
static void help_offers_to_act_for_somebody(void **state)
{
    (void)state;
    static const char *const from[] = {"guide", "consent", "card"};
    for (size_t i = 0; i < sizeof from / sizeof *from; i++) {
        struct fake_kiosk kiosk;
        fake_kiosk_start(&kiosk);
        fake_go(&kiosk, from[i]);
        fake_tap(&kiosk, UI_ACTION_HELP, 0);
        fake_tap(&kiosk, ACTION_HELPER, 0);
        assert_state(&kiosk, "help");
        fake_look(&kiosk);
        assert_non_null(strstr(kiosk.said, "给别人办，要先放他的身份证"));
        fake_tap(&kiosk, UI_ACTION_BACK, 0);
        fake_go(&kiosk, "card");
        assert_string_equal(session_value(kiosk.journey->visit->session, "/data/acting"), "yes");
        fake_look(&kiosk);
        assert_non_null(strstr(kiosk.said, "给谁办，先放谁的身份证"));
        fake_place_card(&kiosk);
        assert_state(&kiosk, "card"); /* now the helper's own */
        fake_look(&kiosk);
        assert_non_null(strstr(kiosk.said, "请放您自己的身份证"));
        fake_place_card_of(&kiosk, "李梅", "990123197008020024");
        assert_state(&kiosk, "question");
        fake_kiosk_stop(&kiosk);
    }
}

static void help_during_the_questions_changes_nobody(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "question");
    fake_tap(&kiosk, UI_ACTION_HELP, 0);
    fake_tap(&kiosk, ACTION_HELPER, 0);
    assert_false(kiosk.journey->visit->person.is_helping);
    fake_kiosk_stop(&kiosk);
}

static void open_photo(struct fake_kiosk *kiosk, const char *id)
{
    fake_go(kiosk, "home");
    fake_tap(kiosk, ACTION_SERVICE, (int)(service(kiosk, id) - kiosk->journey->catalogue->services));
    fake_go(kiosk, "question");
    if (strcmp(kiosk->journey->visit->draft.ref, "/data/want") == 0)
        fake_tap(kiosk, ACTION_CHOICE, 0); /* the first permit, which wants a portrait */
    walk_to(kiosk->journey, "/data/portrait");
    fake_look(kiosk);
}

/* What may be left out is left out; what may not is no wall either. */
static void without_a_camera_it_says_what_to_do(void **state)
{
    (void)state;
    static const struct {
        const char *service, *words;
        bool keeps_cards;
    } rows[] = {{"pension-renewal", "这张以后补交", false},
                {"residence-permit", "请到窗口办，或按“帮助”", false},
                {"residence-permit", "可以先留着，下次接着办", true}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fake_kiosk kiosk;
        fake_kiosk_start(&kiosk);
        open_photo(&kiosk, rows[i].service);
        kiosk.journey->keeps_cards = kiosk.journey->visit->person.knows_kept = rows[i].keeps_cards;
        fake_device(&kiosk, DEVICE_CAMERA, false, 0);
        fake_look(&kiosk);
        assert_string_equal(kiosk.journey->visit->draft.ref, "/data/portrait");
        assert_non_null(strstr(kiosk.said, rows[i].words));
        fake_device(&kiosk, DEVICE_CAMERA, true, 0);
        assert_string_equal(kiosk.journey->visit->draft.message, "");
        fake_kiosk_stop(&kiosk);
    }
}

/* Who cannot read hears what to bring and what to press, and the services when she asks. */
static void the_voice_says_what_to_do_and_on_demand_the_rest(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "home");
    fake_look(&kiosk);
    assert_null(strstr(kiosk.said, "养老金领取资格认证"));
    fake_tap(&kiosk, UI_ACTION_REPEAT, 0);
    fake_look(&kiosk);
    assert_non_null(strstr(kiosk.said, "养老金领取资格认证"));
    fake_go(&kiosk, "guide");
    fake_look(&kiosk);
    assert_non_null(strstr(kiosk.said, "都有了，就按“开始办”"));
    fake_kiosk_stop(&kiosk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tile_says_what_is_broken_before_anybody_begins),
        cmocka_unit_test(home_tells_the_truth_about_paper_and_voice),
        cmocka_unit_test(the_list_of_services_does_not_change_under_a_finger),
        cmocka_unit_test(the_first_services_come_while_somebody_waits_for_them),
        cmocka_unit_test(what_may_fit_is_noted_on_the_home_screen_of_the_same_visit),
        cmocka_unit_test(a_service_is_found_by_characters_and_by_first_letters),
        cmocka_unit_test(what_is_not_found_is_said_and_what_was_typed_goes),
        cmocka_unit_test(a_search_is_written_as_its_language_is),
        cmocka_unit_test(details_answer_questions_and_name_the_laws),
        cmocka_unit_test(a_notice_hangs_there_while_it_is_current),
        cmocka_unit_test(help_offers_to_act_for_somebody),
        cmocka_unit_test(help_during_the_questions_changes_nobody),
        cmocka_unit_test(without_a_camera_it_says_what_to_do),
        cmocka_unit_test(the_voice_says_what_to_do_and_on_demand_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
