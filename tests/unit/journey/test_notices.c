/* What is said of trouble: in the language of now, and before anybody begins. */
#include "tests/unit/journey/fake_kiosk.h"

#include "app/journey/answer_parts.h"
#include "tests/unit/cmocka.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* ---- after the language key ---- */

struct bilingual {
    struct fake_kiosk kiosk;
    const struct lang *langs[2];
    struct lang *english;
};

static void start(struct bilingual *both)
{
    fake_kiosk_start(&both->kiosk);
    assert_ok(lang_create(YIZHAN_BUILD "/assets/lang", "en", NULL, &both->english));
    both->langs[0] = both->kiosk.lang;
    both->langs[1] = both->english;
    both->kiosk.journey->langs = both->langs;
    both->kiosk.journey->lang_count = 2;
}

static void stop(struct bilingual *both)
{
    fake_kiosk_stop(&both->kiosk);
    lang_destroy(&both->english);
}

static void says(struct fake_kiosk *kiosk, const char *words)
{
    fake_look(kiosk);
    if (!strstr(kiosk->said, words))
        fail_msg("said \"%s\" and not \"%s\"", kiosk->said, words);
}

static void is_said_again(struct bilingual *both, const char *chinese, const char *english)
{
    says(&both->kiosk, chinese);
    fake_tap(&both->kiosk, UI_ACTION_LANGUAGE, 0);
    says(&both->kiosk, english);
    fake_tap(&both->kiosk, UI_ACTION_LANGUAGE, 0);
    says(&both->kiosk, chinese);
}

static void card_moved(struct bilingual *both)
{
    struct device_message message = {.class = DEVICE_IDCARD, .kind = DEVICE_PROGRESS};
    const struct idcard_event event = {.stage = IDCARD_NOTICE};
    fake_go(&both->kiosk, "card");
    message.err = err_make(ERR_RETRY, "idcard", 0, "moved");
    memcpy(&message.payload, &event, sizeof event);
    journey_device(both->kiosk.journey, &message);
}

static void what_the_reader_says_turns_with_the_language(void **state)
{
    (void)state;
    struct bilingual both;
    start(&both);
    card_moved(&both);
    is_said_again(&both, "没读到卡", "was not read");
    fake_device(&both.kiosk, DEVICE_IDCARD, false, 0);
    is_said_again(&both, "读卡器没有回应", "does not answer");
    stop(&both);
}

static void what_must_be_mended_turns_with_the_language(void **state)
{
    (void)state;
    struct bilingual both;
    start(&both);
    fake_go(&both.kiosk, "question");
    for (int i = 0; i < 9 && both.kiosk.journey->visit->draft.input != VIEW_DIGITS; i++)
        fake_step(&both.kiosk);
    answer_set_text(&both.kiosk.journey->visit->draft, "12");
    fake_tap(&both.kiosk, ACTION_NEXT, 0); /* the form's own words */
    assert_state(&both.kiosk, "question");
    char chinese[256];
    snprintf(chinese, sizeof chinese, "%s", both.kiosk.journey->visit->draft.message);
    assert_true(*chinese);
    fake_tap(&both.kiosk, UI_ACTION_LANGUAGE, 0);
    const char *english = both.kiosk.journey->visit->draft.message;
    assert_true(*english);
    assert_string_not_equal(english, chinese);
    says(&both.kiosk, english);
    answer_complain(both.kiosk.journey, "question.required"); /* ours */
    is_said_again(&both, "Please answer", "这一题要填");
    stop(&both);
}

static void a_wrong_number_and_a_dead_printer_turn_with_the_language(void **state)
{
    (void)state;
    struct bilingual both;
    start(&both);
    fake_go(&both.kiosk, "home");
    fake_device(&both.kiosk, DEVICE_PRINTER, false, 0);
    is_said_again(&both, "打印机没连上", "No printer");
    fake_tap(&both.kiosk, ACTION_PROGRESS, 0);
    fake_tap(&both.kiosk, ACTION_NEXT, 0);
    is_said_again(&both, "编号不对", "not right");
    fake_tap(&both.kiosk, UI_ACTION_BACK, 0);
    fake_go(&both.kiosk, "saved");
    is_said_again(&both, "打印机没有回应", "does not answer");
    stop(&both);
}

/* One sentence ran into the next, or paused at a mark that no English voice knows. */
static void english_is_said_with_english_pauses(void **state)
{
    (void)state;
    struct bilingual both;
    start(&both);
    fake_go(&both.kiosk, "question");
    fake_tap(&both.kiosk, UI_ACTION_LANGUAGE, 0);
    says(&both.kiosk, "? ");
    assert_null(strstr(both.kiosk.said, "。"));
    for (const char *p = both.kiosk.said; p[0]; p++)
        assert_false(strchr(".?!", p[0]) && isalpha((unsigned char)p[1]));
    stop(&both);
}

static void who_is_called_in_english_is_not_named_either(void **state)
{
    (void)state;
    struct bilingual both;
    start(&both);
    fake_tap(&both.kiosk, UI_ACTION_LANGUAGE, 0);
    fake_go(&both.kiosk, "review");
    says(&both.kiosk, "you are almost done");
    assert_null(strstr(both.kiosk.said, "this person, you"));
    stop(&both);
}

/* ---- the voice key ---- */

/* One tap: what the voice says of it, and the screen again. */
static void turns_voice(struct fake_kiosk *kiosk, const char *news, bool loudly, bool slowly)
{
    *kiosk->said = '\0';
    fake_tap(kiosk, UI_ACTION_VOICE, 0);
    says(kiosk, news);
    says(kiosk, "您好，要办什么事");
    assert_true(kiosk->said_loudly == loudly && kiosk->said_slowly == slowly);
}

/* Louder, slower, silent, as usual: each said aloud; the next visitor hears it as usual. */
static void the_voice_key_goes_from_usual_to_loud_to_slow_to_silent(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "home");
    says(&kiosk, "您好，要办什么事");
    assert_false(kiosk.said_slowly || kiosk.said_loudly);
    turns_voice(&kiosk, "声音大了", true, false);
    turns_voice(&kiosk, "慢慢说", true, true);
    fake_tap(&kiosk, UI_ACTION_VOICE, 0);
    assert_non_null(strstr(kiosk.said, "声音关了"));
    *kiosk.said = '\0';
    fake_tap(&kiosk, UI_ACTION_REPEAT, 0);
    fake_look(&kiosk);
    assert_string_equal(kiosk.said, "");
    turns_voice(&kiosk, "平常", false, false);
    turns_voice(&kiosk, "声音大了", true, false);
    journey_goto(kiosk.journey, STATE_ATTRACT, "gone");
    fake_look(&kiosk);
    fake_tap(&kiosk, UI_ACTION_REPEAT, 0);
    says(&kiosk, "您好，在这里办事");
    assert_false(kiosk.said_slowly || kiosk.said_loudly);
    fake_kiosk_stop(&kiosk);
}

/* Who wants it louder has not asked for her number to be read to the room. */
static void louder_is_not_a_wish_to_hear_what_is_personal(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "review");
    fake_look(&kiosk);
    fake_tap(&kiosk, UI_ACTION_VOICE, 0);
    says(&kiosk, "声音大了");
    assert_null(strstr(kiosk.said, "王秀兰"));
    fake_tap(&kiosk, UI_ACTION_REPEAT, 0);
    says(&kiosk, "王秀兰");
    assert_true(kiosk.said_loudly);
    fake_kiosk_stop(&kiosk);
}

/* ---- a machine that cannot save ---- */

static bool shows(struct fake_kiosk *kiosk, const char *words)
{
    struct ui_tree *tree = journey_screen(kiosk->journey, &kiosk->theme);
    bool is_there = false;
    for (const struct ui_node *n = ui_tree_root(tree); n; n = ui_node_walk(n))
        is_there = is_there || (n->text && strstr(n->text, words));
    ui_tree_destroy(&tree);
    return is_there;
}

/* Its keys do not open, its database is of a newer version: nobody is welcomed, and who comes knows whom to
 * call; all is well again as soon as it is. */
static void a_machine_that_cannot_save_says_so_before_anybody_begins(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    strcpy(kiosk.config.kiosk.phone, "0000-1234567");
    assert_true(shows(&kiosk, "您好"));
    fake_store(&kiosk, STORE_LINK, err_make(ERR_SYSTEM, "keys", EACCES, "the device secret does not open"));
    assert_true(journey_has_changed(kiosk.journey));
    assert_true(shows(&kiosk, "这台机器现在办不了事"));
    assert_true(shows(&kiosk, "0000-1234567"));
    assert_false(shows(&kiosk, "开始"));
    journey_ui(kiosk.journey, &(struct ui_event){.kind = UI_EVENT_KEY});
    assert_state(&kiosk, "home");
    assert_true(shows(&kiosk, "这台机器现在办不了事"));
    assert_true(shows(&kiosk, "0000-1234567"));
    assert_false(shows(&kiosk, "查办事进度"));
    fake_store(&kiosk, STORE_LINK, err_ok());
    assert_true(shows(&kiosk, "您好"));
    assert_false(shows(&kiosk, "0000-1234567"));
    fake_kiosk_stop(&kiosk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_reader_says_turns_with_the_language),
        cmocka_unit_test(what_must_be_mended_turns_with_the_language),
        cmocka_unit_test(english_is_said_with_english_pauses),
        cmocka_unit_test(who_is_called_in_english_is_not_named_either),
        cmocka_unit_test(a_wrong_number_and_a_dead_printer_turn_with_the_language),
        cmocka_unit_test(the_voice_key_goes_from_usual_to_loud_to_slow_to_silent),
        cmocka_unit_test(louder_is_not_a_wish_to_hear_what_is_personal),
        cmocka_unit_test(a_machine_that_cannot_save_says_so_before_anybody_begins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
