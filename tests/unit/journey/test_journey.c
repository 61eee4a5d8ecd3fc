#include "tests/unit/journey/fake_kiosk.h"

#include "drivers/picture/jpeg.h"
#include "tests/unit/cmocka.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void walking_away_is_asked_about_and_then_wipes(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "question");
    int forgets = kiosk.forgets;
    fake_pass(&kiosk, 74999);
    assert_state(&kiosk, "question");
    fake_pass(&kiosk, 1);
    assert_state(&kiosk, "still-there");
    fake_look(&kiosk);
    assert_non_null(strstr(kiosk.said, "您还在吗"));
    fake_pass(&kiosk, 30000);
    assert_state(&kiosk, "attract");
    assert_int_equal(kiosk.forgets, forgets + 1);
    assert_null(kiosk.journey->visit->session);
    assert_false(kiosk.journey->visit->person.has_card);
    assert_int_equal(kiosk.journey->prefs.text_size, UI_TEXT_NORMAL);
    fake_kiosk_stop(&kiosk);
}

static void one_tap_gives_the_time_again_and_nothing_is_lost(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "question");
    fake_tap(&kiosk, ACTION_CHOICE, 0);
    char at[256];
    strcpy(at, kiosk.journey->visit->draft.ref);
    for (int round = 0; round < 20; round++) { /* no cap on extensions */
        fake_pass(&kiosk, 75000);
        assert_state(&kiosk, "still-there");
        fake_tap(&kiosk, ACTION_YES, 0);
        assert_state(&kiosk, "question");
    }
    assert_string_equal(kiosk.journey->visit->draft.ref, at);
    assert_string_equal(session_value(kiosk.journey->visit->session, "/data/live_where"), "town");
    fake_kiosk_stop(&kiosk);
}

/* What stands beside the name; a node of another kind when nothing does. */
static enum ui_kind portrait_kind(struct fake_kiosk *kiosk)
{
    struct ui_tree *tree = journey_screen(kiosk->journey, &kiosk->theme);
    enum ui_kind kind = UI_COLUMN;
    size_t count = 0;
    for (struct ui_node *node = ui_tree_root(tree); node; node = ui_node_walk(node))
        if (node->id && strncmp(node->id, "portrait:", 9) == 0) {
            kind = node->kind;
            count++;
        }
    assert_in_range(count, 0, 1);
    ui_tree_destroy(&tree);
    return kind;
}

static void give_portrait(struct idcard *card, int width, int height)
{
    struct picture picture = {0};
    struct buf jpeg = {0};
    assert_ok(picture_init(&picture, width, height, PICTURE_RGB));
    assert_ok(jpeg_encode(&picture, 80, &jpeg));
    assert_in_range(jpeg.length, 1, sizeof card->portrait);
    memcpy(card->portrait, jpeg.data, jpeg.length);
    card->portrait_size = jpeg.length;
    buf_finish(&jpeg);
    picture_finish(&picture);
}

static void the_review_shows_whose_card_was_read(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "review");
    struct idcard *card = &kiosk.journey->visit->person.card;
    assert_int_equal(portrait_kind(&kiosk), UI_PICTURE); /* nobody here can open the photo: a neutral one */
    give_portrait(card, 102, 126);
    assert_int_equal(portrait_kind(&kiosk), UI_IMAGE);
    memset(card->portrait, 0, 64);
    assert_int_equal(portrait_kind(&kiosk), UI_PICTURE); /* nor one that is damaged */
    kiosk.journey->visit->person.has_card = false;
    assert_int_equal(portrait_kind(&kiosk), UI_COLUMN); /* typed: nobody's card */
    fake_kiosk_stop(&kiosk);
}

/* Dim after a minute; whoever touches it then sees it first, and touches again. */
static void a_personal_screen_that_nobody_touches_is_dim(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "home");
    fake_pass(&kiosk, 59999);
    assert_false(journey_is_dim(kiosk.journey)); /* nothing of anybody stands there */
    fake_go(&kiosk, "review");
    fake_pass(&kiosk, 59999);
    assert_int_equal(journey_wait_ms(kiosk.journey), 1);
    assert_false(journey_is_dim(kiosk.journey));
    fake_pass(&kiosk, 1);
    assert_true(journey_is_dim(kiosk.journey));
    assert_int_equal(journey_wait_ms(kiosk.journey), 15000);
    fake_tap(&kiosk, ACTION_SUBMIT, 0);
    assert_state(&kiosk, "review");
    assert_false(journey_is_dim(kiosk.journey));
    fake_tap(&kiosk, ACTION_SUBMIT, 0);
    assert_state(&kiosk, "question");
    fake_kiosk_stop(&kiosk);
}

static void a_face_is_queued_without_a_name(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "saved");
    fake_tap(&kiosk, ACTION_DONE, 0);
    fake_tap(&kiosk, ACTION_DONE, 0);
    fake_device(&kiosk, DEVICE_IDCARD, false, 0);
    assert_state(&kiosk, "rating");
    fake_look(&kiosk);
    fake_tap(&kiosk, ACTION_RATE, 2);
    fake_tap(&kiosk, ACTION_RATE, 4); /* she changes her mind */
    fake_pass(&kiosk, 30000);         /* and walks off */
    assert_state(&kiosk, "attract");
    assert_int_equal(kiosk.ratings, 1);
    assert_int_equal(kiosk.score, 4);
    fake_kiosk_stop(&kiosk);
}

/* Offered at home too, to whoever wants to say it: of no service, and back to the home screen. */
static void a_face_may_be_given_at_home(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "home");
    fake_look(&kiosk);
    fake_tap(&kiosk, ACTION_RATE, 0);
    assert_state(&kiosk, "rating");
    fake_tap(&kiosk, ACTION_DONE, 0); /* none after all */
    assert_state(&kiosk, "home");
    assert_int_equal(kiosk.ratings, 0);
    fake_tap(&kiosk, ACTION_RATE, 0);
    fake_tap(&kiosk, ACTION_RATE, 5);
    fake_tap(&kiosk, ACTION_DONE, 0);
    assert_state(&kiosk, "home");
    assert_int_equal(kiosk.ratings, 1);
    assert_int_equal(kiosk.score, 5);
    fake_kiosk_stop(&kiosk);
}

/* The county counts people, not taps of a child who waits: one face a visit, wherever it is given. */
static void one_face_counts_for_a_visit(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    for (int visit = 1; visit <= 2; visit++) {
        fake_go(&kiosk, "home");
        fake_tap(&kiosk, ACTION_RATE, 0);
        fake_tap(&kiosk, ACTION_RATE, 1);
        fake_tap(&kiosk, ACTION_DONE, 0);
        fake_tap(&kiosk, ACTION_RATE, 0);
        assert_state(&kiosk, "home");
        fake_go(&kiosk, "saved");
        fake_printed(&kiosk, PRINTER_PROVED, err_ok(), 0);
        fake_tap(&kiosk, ACTION_DONE, 0);
        fake_take_card(&kiosk);
        fake_tap(&kiosk, ACTION_DONE, 0);
        assert_state(&kiosk, "attract");
        assert_int_equal(kiosk.ratings, visit);
    }
    fake_kiosk_stop(&kiosk);
}

/* From the touch on the attract screen to "saved", what is typed aside: the design's twelve. */
static void a_pension_takes_twelve_taps(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "saved");
    assert_in_range(kiosk.taps, 1, 12);
    fake_kiosk_stop(&kiosk);
}

static void a_choice_is_one_tap_and_can_be_changed(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "question");
    fake_tap(&kiosk, ACTION_CHOICE, 1);
    assert_string_equal(session_value(kiosk.journey->visit->session, "/data/live_where"), "county");
    assert_string_not_equal(kiosk.journey->visit->draft.ref, "/data/live_where");
    fake_tap(&kiosk, UI_ACTION_BACK, 0);
    assert_string_equal(kiosk.journey->visit->draft.ref, "/data/live_where");
    fake_tap(&kiosk, ACTION_CHOICE, 1); /* the same again: stays chosen, goes on */
    assert_string_equal(session_value(kiosk.journey->visit->session, "/data/live_where"), "county");
    fake_tap(&kiosk, UI_ACTION_BACK, 0);
    fake_tap(&kiosk, ACTION_CHOICE, 0);
    assert_string_equal(session_value(kiosk.journey->visit->session, "/data/live_where"), "town");
    fake_kiosk_stop(&kiosk);
}

static void a_photo_is_as_large_as_the_form_asks(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "question");
    while (kiosk.journey->visit->draft.input != VIEW_PHOTO)
        fake_step(&kiosk);
    fake_tap(&kiosk, ACTION_TAKE_PHOTO, 0);
    assert_string_equal(kiosk.journey->visit->draft.ref, "/data/portrait");
    assert_int_equal(kiosk.photos, 1);
    assert_int_equal(kiosk.photo_side_px, 1024);
    struct device_message late = {.class = DEVICE_CAMERA,
                                  .kind = DEVICE_RESULT,
                                  .err = err_make(ERR_RETRY, "camera", ETIMEDOUT, "no photo in time")};
    journey_device(kiosk.journey, &late);
    assert_non_null(strstr(journey_notice(kiosk.journey, kiosk.journey->visit->draft.message), "再拍一次"));
    fake_kiosk_stop(&kiosk);
}

static void an_elderly_card_brings_large_text_by_itself_and_only_once(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "question");
    assert_int_equal(kiosk.journey->prefs.text_size, UI_TEXT_LARGE);
    fake_tap(&kiosk, UI_ACTION_TEXT_SIZE, 0);
    assert_int_equal(kiosk.journey->prefs.text_size, UI_TEXT_NORMAL); /* one tap takes it back */
    fake_go(&kiosk, "review");
    assert_int_equal(kiosk.journey->prefs.text_size, UI_TEXT_NORMAL);
    fake_kiosk_stop(&kiosk);
}

static void saved_is_said_only_after_the_commit(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "saving");
    assert_int_equal(kiosk.numbers_taken, 1);
    fake_store(&kiosk, STORE_NUMBER, err_ok());
    assert_state(&kiosk, "saving");
    assert_int_equal(kiosk.saves, 1);
    fake_pass(&kiosk, 600000); /* a slow disk: no timeout takes the answers away */
    assert_state(&kiosk, "saving");
    fake_store(&kiosk, STORE_SAVED, err_ok());
    assert_state(&kiosk, "saved");
    fake_kiosk_stop(&kiosk);
}

static void a_full_disk_keeps_the_answers_and_the_number(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "saving");
    fake_store(&kiosk, STORE_NUMBER, err_ok());
    fake_store(&kiosk, STORE_SAVED, err_errno("outbox", ENOSPC, "cannot save"));
    assert_state(&kiosk, "save-failed");
    fake_look(&kiosk);
    assert_non_null(kiosk.journey->visit->session);
    fake_tap(&kiosk, ACTION_YES, 0);
    assert_state(&kiosk, "saving");
    assert_int_equal(kiosk.numbers_taken, 1);
    assert_int_equal(kiosk.saves, 2);
    fake_store(&kiosk, STORE_SAVED, err_ok());
    assert_state(&kiosk, "saved");
    fake_kiosk_stop(&kiosk);
}

static void printed_is_said_only_when_the_printer_proved_it(void **state)
{
    (void)state;
    static const struct {
        enum printer_outcome outcome;
        enum err_class class;
        enum print_state expected;
        bool is_printed, is_copy;
    } cases[] = {
        {PRINTER_PROVED, ERR_NONE, PRINT_DONE, true, false},
        {PRINTER_UNPROVED, ERR_NONE, PRINT_UNPROVED, false, false},
        {PRINTER_NOT_PRINTED, ERR_USER, PRINT_FAILED, false, false},
        {PRINTER_PARTLY, ERR_USER, PRINT_FAILED, false, true},
        {PRINTER_PARTLY, ERR_DEVICE, PRINT_FAILED, false, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fake_kiosk kiosk;
        fake_kiosk_start(&kiosk);
        fake_go(&kiosk, "saved");
        struct err err = cases[i].class ? err_make(cases[i].class, "printer", 0, "no paper") : err_ok();
        fake_printed(&kiosk, cases[i].outcome, err, PRINTER_PAPER_OUT);
        fake_look(&kiosk);
        assert_int_equal(kiosk.journey->visit->print, cases[i].expected);
        assert_int_equal(kiosk.is_printed, cases[i].is_printed);
        assert_int_equal(kiosk.journey->visit->is_copy, cases[i].is_copy);
        if (cases[i].expected == PRINT_FAILED) { /* paper put in: a whole new receipt */
            fake_device(&kiosk, DEVICE_PRINTER, true, 0);
            assert_int_equal(kiosk.prints, 2);
            assert_int_equal(kiosk.journey->visit->print, PRINT_RUNNING);
        }
        fake_kiosk_stop(&kiosk);
    }
}

/* Nobody waits for a printer that hangs, or that never says; what it says later still counts. */
static void a_printer_that_says_nothing_is_not_waited_for(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "saved");
    assert_non_null(strstr(kiosk.said, "正在打小票"));
    assert_int_equal(journey_wait_ms(kiosk.journey), 10000);
    fake_pass(&kiosk, 10000);
    fake_look(&kiosk);
    assert_non_null(strstr(kiosk.said, "可能还没打好，请先记下编号"));
    fake_tap(&kiosk, ACTION_DONE, 0);
    fake_look(&kiosk);
    assert_non_null(strstr(kiosk.said, "记下编号"));
    fake_printed(&kiosk, PRINTER_PROVED, err_ok(), 0);
    assert_int_equal(kiosk.journey->visit->print, PRINT_DONE);
    fake_look(&kiosk);
    assert_non_null(strstr(kiosk.said, "和小票"));
    fake_kiosk_stop(&kiosk);
}

static void a_receipt_is_settled_when_she_has_gone(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "saved");
    journey_goto(kiosk.journey, STATE_ATTRACT, "gone");
    fake_printed(&kiosk, PRINTER_PROVED, err_ok(), 0);
    assert_true(kiosk.is_printed);
    assert_string_equal(kiosk.printed_number, "4827000010");
    fake_printed(&kiosk, PRINTER_NOT_PRINTED, err_make(ERR_DEVICE, "printer", 0, "gone"), 0);
    assert_true(kiosk.is_printed); /* told once */
    fake_kiosk_stop(&kiosk);
}

static void a_receipt_that_no_printer_takes_is_settled(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_device(&kiosk, DEVICE_PRINTER, false, 0);
    fake_go(&kiosk, "saved");
    assert_int_equal(kiosk.journey->visit->print, PRINT_FAILED);
    assert_string_equal(kiosk.printed_number, "4827000010");
    assert_false(kiosk.is_printed);
    fake_kiosk_stop(&kiosk);
}

/* Every state on the way against every device going away and coming back: the screen can be drawn, the person
 * stays where she is, her answers too. */
static void no_device_can_throw_a_person_out(void **state)
{
    (void)state;
    static const char *const states[] = {"attract",  "home",   "guide",  "consent", "card",
                                         "question", "review", "saving", "saved"};
    for (size_t s = 0; s < sizeof states / sizeof *states; s++)
        for (enum device_class class = 0; class < DEVICE_CLASS_COUNT; class ++) {
            struct fake_kiosk kiosk;
            fake_kiosk_start(&kiosk);
            fake_go(&kiosk, states[s]);
            fake_device(&kiosk, class, false, 0);
            fake_look(&kiosk);
            assert_state(&kiosk, states[s]);
            fake_device(&kiosk, class, true, 0);
            fake_look(&kiosk);
            assert_state(&kiosk, states[s]);
            fake_kiosk_stop(&kiosk);
        }
}

static void a_reader_that_comes_back_reads_again_without_a_restart(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "card");
    int reads = kiosk.card_reads;
    fake_device(&kiosk, DEVICE_IDCARD, false, 0);
    fake_look(&kiosk);
    fake_device(&kiosk, DEVICE_IDCARD, true, 0);
    assert_int_equal(kiosk.card_reads, reads + 1);
    fake_place_card(&kiosk);
    assert_state(&kiosk, "question");
    fake_kiosk_stop(&kiosk);
}

static void personal_answers_are_not_spoken_unless_asked_for(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "review");
    assert_null(strstr(kiosk.said, "王秀兰"));
    fake_tap(&kiosk, UI_ACTION_REPEAT, 0);
    fake_look(&kiosk);
    assert_non_null(strstr(kiosk.said, "王秀兰"));
    fake_kiosk_stop(&kiosk);
}

/* "王小张的电话是多少？" before the whole room: without the name, until she asks for it. */
static void a_question_that_names_somebody_is_said_without_the_name(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "question");
    while (!strstr(kiosk.journey->visit->draft.ref, "contact_phone"))
        fake_step(&kiosk);
    fake_look(&kiosk);
    assert_null(strstr(kiosk.said, "王小张"));
    assert_non_null(strstr(kiosk.said, "这位的电话"));
    fake_tap(&kiosk, UI_ACTION_REPEAT, 0);
    fake_look(&kiosk);
    assert_non_null(strstr(kiosk.said, "王小张的电话"));
    fake_go(&kiosk, "review"); /* which says the form's closing note, "王秀兰，您快办完了" */
    assert_null(strstr(kiosk.said, "王秀兰"));
    assert_non_null(strstr(kiosk.said, "您快办完了"));
    fake_kiosk_stop(&kiosk);
}

static void what_went_wrong_is_spoken_and_nothing_is_said_twice(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "question");
    assert_non_null(strstr(kiosk.said, "本村或本镇")); /* the answers too: not everybody reads them */
    kiosk.said[0] = '\0';
    fake_tap(&kiosk, ACTION_NEXT, 0);
    fake_look(&kiosk);
    assert_string_equal(kiosk.said, "这一题县里要用，请填一下。");
    fake_tap(&kiosk, UI_ACTION_REPEAT, 0);
    fake_look(&kiosk);
    assert_non_null(strstr(kiosk.said, "您现在主要住在哪里"));
    fake_kiosk_stop(&kiosk);
}

static void the_keypad_says_where_it_stands(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "question");
    fake_tap(&kiosk, ACTION_CHOICE, 1);
    fake_tap(&kiosk, UI_ACTION_BACK, 0);
    struct ui_tree *tree = journey_screen(kiosk.journey, &kiosk.theme);
    assert_non_null(tree);
    journey_focus(kiosk.journey, ui_tree_find(tree, "choice:0"));
    assert_string_equal(kiosk.said, "本村或本镇");
    journey_focus(kiosk.journey, ui_tree_find(tree, "choice:1"));
    assert_string_equal(kiosk.said, "本县的别处。已选中。");
    ui_tree_destroy(&tree);
    fake_kiosk_stop(&kiosk);
}

/* Walking over the controls with the arrow keys chooses none of them. */
static void standing_on_a_control_is_not_choosing_it(void **state)
{
    (void)state;
    static const char *const states[] = {"home", "guide", "consent", "question", "review", "saved"};
    static const int actions[] = {ACTION_SERVICE,   ACTION_NEXT,    ACTION_YES,   ACTION_CHOICE,
                                  ACTION_SUBMIT,    ACTION_DONE,    ACTION_ERASE, ACTION_ANOTHER,
                                  UI_ACTION_BACK,   UI_ACTION_STOP, ACTION_EDIT,  ACTION_DETAILS,
                                  ACTION_PRINT_LIST};
    for (size_t s = 0; s < sizeof states / sizeof *states; s++) {
        struct fake_kiosk kiosk;
        fake_kiosk_start(&kiosk);
        fake_go(&kiosk, states[s]);
        for (size_t a = 0; a < sizeof actions / sizeof *actions; a++) {
            const struct ui_event event = {.kind = UI_EVENT_FOCUS, .action = actions[a]};
            journey_ui(kiosk.journey, &event);
            assert_state(&kiosk, states[s]);
        }
        fake_kiosk_stop(&kiosk);
    }
}

/* "Look at what is asked and answer it" helps nobody whose case could not be saved. */
static void help_speaks_of_the_screen_it_lies_over(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    for (int id = STATE_HOME; id < STATE_COUNT; id++) {
        const struct state_row *row = &journey_states[id];
        char words[48];
        snprintf(words, sizeof words, "help.%s", row->name);
        bool has_none = row->is_overlay || id == STATE_SAVING || strncmp(row->name, "technician", 10) == 0;
        if (!has_none && !lang_has(kiosk.lang, words))
            fail_msg("no %s", words);
    }
    fake_kiosk_stop(&kiosk);
}

static void touch_beside(struct fake_kiosk *kiosk)
{
    journey_ui(kiosk->journey, &(struct ui_event){.kind = UI_EVENT_TOUCH});
}

/* Who rests her hand on the words is there, and reads; it answers the question that asks for just that. */
static void a_touch_beside_all_controls_is_presence_and_no_more(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "question");
    strcpy(kiosk.journey->visit->draft.message, "question.required");
    for (int i = 0; i < 3; i++) {
        fake_pass(&kiosk, 70000);
        assert_true(journey_is_dim(kiosk.journey));
        touch_beside(&kiosk);
        assert_false(journey_is_dim(kiosk.journey));
        assert_state(&kiosk, "question");
    }
    assert_string_equal(kiosk.journey->visit->draft.message, "question.required");
    fake_pass(&kiosk, 75000);
    assert_state(&kiosk, "still-there");
    touch_beside(&kiosk);
    assert_state(&kiosk, "question");
    fake_kiosk_stop(&kiosk);
}

/* An empty room is not spoken to; who touches the glass anywhere is invited. */
static void the_invitation_is_said_to_who_touches(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_look(&kiosk);
    assert_string_equal(kiosk.said, "");
    touch_beside(&kiosk);
    assert_state(&kiosk, "attract");
    fake_look(&kiosk);
    assert_non_null(strstr(kiosk.said, "在这里办事"));
    fake_kiosk_stop(&kiosk);
}

static void from_which_age_letters_are_large_is_configured(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    kiosk.config.kiosk.large_text_age = 90; /* she was born in 1942 */
    fake_go(&kiosk, "question");
    assert_int_equal(journey_prefs(kiosk.journey)->text_size, UI_TEXT_NORMAL);
    fake_kiosk_stop(&kiosk);
}

static void nobody_waits_for_a_card_whose_reader_is_gone(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "question");
    fake_tap(&kiosk, UI_ACTION_STOP, 0);
    fake_tap(&kiosk, ACTION_YES, 0);
    assert_state(&kiosk, "take-card");
    fake_tap(&kiosk, ACTION_DONE, 0);
    assert_state(&kiosk, "take-card");
    fake_device(&kiosk, DEVICE_IDCARD, false, 0);
    assert_state(&kiosk, "attract"); /* nothing was finished: nobody is asked how it was */
    fake_kiosk_stop(&kiosk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walking_away_is_asked_about_and_then_wipes),
        cmocka_unit_test(one_tap_gives_the_time_again_and_nothing_is_lost),
        cmocka_unit_test(the_review_shows_whose_card_was_read),
        cmocka_unit_test(a_personal_screen_that_nobody_touches_is_dim),
        cmocka_unit_test(a_face_is_queued_without_a_name),
        cmocka_unit_test(a_face_may_be_given_at_home),
        cmocka_unit_test(one_face_counts_for_a_visit),
        cmocka_unit_test(a_pension_takes_twelve_taps),
        cmocka_unit_test(a_choice_is_one_tap_and_can_be_changed),
        cmocka_unit_test(a_photo_is_as_large_as_the_form_asks),
        cmocka_unit_test(an_elderly_card_brings_large_text_by_itself_and_only_once),
        cmocka_unit_test(saved_is_said_only_after_the_commit),
        cmocka_unit_test(a_full_disk_keeps_the_answers_and_the_number),
        cmocka_unit_test(printed_is_said_only_when_the_printer_proved_it),
        cmocka_unit_test(a_printer_that_says_nothing_is_not_waited_for),
        cmocka_unit_test(a_receipt_is_settled_when_she_has_gone),
        cmocka_unit_test(a_receipt_that_no_printer_takes_is_settled),
        cmocka_unit_test(no_device_can_throw_a_person_out),
        cmocka_unit_test(a_reader_that_comes_back_reads_again_without_a_restart),
        cmocka_unit_test(personal_answers_are_not_spoken_unless_asked_for),
        cmocka_unit_test(a_question_that_names_somebody_is_said_without_the_name),
        cmocka_unit_test(what_went_wrong_is_spoken_and_nothing_is_said_twice),
        cmocka_unit_test(the_keypad_says_where_it_stands),
        cmocka_unit_test(standing_on_a_control_is_not_choosing_it),
        cmocka_unit_test(help_speaks_of_the_screen_it_lies_over),
        cmocka_unit_test(a_touch_beside_all_controls_is_presence_and_no_more),
        cmocka_unit_test(the_invitation_is_said_to_who_touches),
        cmocka_unit_test(from_which_age_letters_are_large_is_configured),
        cmocka_unit_test(nobody_waits_for_a_card_whose_reader_is_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
