/* An answer changed in the review: what it brings along is asked, and what is sent holds. */
#include "app/journey/walk.h"
#include "tests/unit/journey/fake_kiosk.h"

#include "app/journey/answer_parts.h"
#include "tests/unit/cmocka.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SERVICE_WITH_PAPERS = 1 }; /* of fake_kiosk.c */
enum { YES, NO };

static const char *field(struct fake_kiosk *kiosk, const char *ref)
{
    return session_value(kiosk->journey->visit->session, ref);
}

static const char *asked(const struct fake_kiosk *kiosk)
{
    return kiosk->journey->visit->draft.ref;
}

static void assert_asks(struct fake_kiosk *kiosk, const char *ref)
{
    assert_state(kiosk, "question");
    assert_string_equal(asked(kiosk), ref);
    fake_look(kiosk);
}

/* From the review to this question, and another choice there. */
static void change(struct fake_kiosk *kiosk, const char *ref, int choice)
{
    assert_state(kiosk, "review");
    walk_to(kiosk->journey, ref);
    assert_asks(kiosk, ref);
    fake_tap(kiosk, ACTION_CHOICE, choice);
}

static void to_review(struct fake_kiosk *kiosk)
{
    fake_kiosk_start(kiosk);
    fake_go(kiosk, "review");
}

static void what_a_changed_answer_brings_along_is_asked(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    to_review(&kiosk);
    change(&kiosk, "/data/bank_ok", NO);
    assert_asks(&kiosk, "/data/bank_problem"); /* required */
    fake_tap(&kiosk, ACTION_CHOICE, 0);
    assert_asks(&kiosk, "/data/last_paid"); /* may be left out, but she must see it */
    fake_tap(&kiosk, ACTION_NEXT, 0);
    assert_state(&kiosk, "review");
    change(&kiosk, "/data/live_where", 0);
    assert_asks(&kiosk, "/data/village");
    fake_tap(&kiosk, ACTION_CHOICE, 1);
    assert_state(&kiosk, "review");
    change(&kiosk, "/data/live_where", 1); /* nothing new: nothing is asked */
    change(&kiosk, "/data/live_where", 0); /* nor what was asked before */
    assert_state(&kiosk, "review");
    fake_go(&kiosk, "saved");
    fake_kiosk_stop(&kiosk);
}

/* Back to the review without an answer: handing in leads to it once more. */
static void what_is_still_open_is_asked_before_signing(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    to_review(&kiosk);
    change(&kiosk, "/data/bank_ok", NO);
    assert_asks(&kiosk, "/data/bank_problem");
    fake_tap(&kiosk, UI_ACTION_BACK, 0);
    assert_state(&kiosk, "review");
    fake_tap(&kiosk, ACTION_SUBMIT, 0);
    assert_asks(&kiosk, "/data/last_paid"); /* which she has not seen */
    fake_tap(&kiosk, ACTION_NEXT, 0);
    assert_asks(&kiosk, "/data/bank_problem");
    assert_string_equal(kiosk.journey->visit->draft.message, "这一题县里要用，请填一下。");
    fake_tap(&kiosk, ACTION_CHOICE, 0);
    assert_state(&kiosk, "review");
    fake_tap(&kiosk, ACTION_SUBMIT, 0);
    assert_asks(&kiosk, "/data/signature");
    fake_go(&kiosk, "saved");
    fake_kiosk_stop(&kiosk);
}

static void a_list_that_comes_along_is_filled_before_the_review(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "home");
    fake_tap(&kiosk, ACTION_SERVICE, SERVICE_WITH_PAPERS);
    fake_go(&kiosk, "question");
    assert_asks(&kiosk, "/data/parent_number");
    answer_set_text(&kiosk.journey->visit->draft, "4827000010");
    fake_tap(&kiosk, ACTION_NEXT, 0);
    assert_asks(&kiosk, "/data/want");
    fake_tap(&kiosk, ACTION_CHOICE, 1);
    fake_go(&kiosk, "review");
    change(&kiosk, "/data/want", 0);
    for (int paper = 1; paper <= 2; paper++) {
        char ref[64];
        assert_state(&kiosk, "repeat");
        fake_look(&kiosk);
        fake_tap(&kiosk, ACTION_YES, 0);
        snprintf(ref, sizeof ref, "/data/paper[%d]/paper_name", paper);
        assert_asks(&kiosk, ref);
        fake_step(&kiosk);
        snprintf(ref, sizeof ref, "/data/paper[%d]/paper_how", paper);
        assert_asks(&kiosk, ref);
        fake_tap(&kiosk, ACTION_CHOICE, 1);
        snprintf(ref, sizeof ref, "/data/paper[%d]/paper_code", paper);
        assert_asks(&kiosk, ref);
        answer_set_text(&kiosk.journey->visit->draft, "YZ-0001");
        fake_tap(&kiosk, ACTION_NEXT, 0);
    }
    assert_state(&kiosk, "repeat");
    fake_tap(&kiosk, ACTION_NO, 0);
    assert_state(&kiosk, "review");
    assert_string_equal(field(&kiosk, "/data/paper[2]/paper_code"), "YZ-0001");
    fake_go(&kiosk, "saved");
    fake_kiosk_stop(&kiosk);
}

static bool shows(struct fake_kiosk *kiosk, const char *id)
{
    struct ui_tree *tree = journey_screen(kiosk->journey, &kiosk->theme);
    assert_non_null(tree);
    bool found = ui_tree_find(tree, id) != NULL;
    ui_tree_destroy(&tree);
    return found;
}

/* What that line of the screen says. */
static bool says(struct fake_kiosk *kiosk, const char *id, const char *words)
{
    struct ui_tree *tree = journey_screen(kiosk->journey, &kiosk->theme);
    struct buf spoken = {0};
    assert_non_null(tree);
    assert_non_null(ui_tree_find(tree, id));
    ui_node_spoken(ui_tree_find(tree, id), &spoken);
    bool found = strstr(buf_text(&spoken), words) != NULL;
    buf_finish(&spoken);
    ui_tree_destroy(&tree);
    return found;
}

/* Eight papers, two answers each. */
static void to_a_long_review(struct fake_kiosk *kiosk)
{
    fake_kiosk_start(kiosk);
    fake_go(kiosk, "home");
    fake_tap(kiosk, ACTION_SERVICE, SERVICE_WITH_PAPERS);
    fake_go(kiosk, "question");
    struct xform_session *session = kiosk->journey->visit->session;
    assert_ok(session_set(session, "/data/want", "papers"));
    for (int i = 1; i <= 8; i++) {
        char ref[64];
        assert_ok(session_add_repeat(session, "/data/paper", 0));
        snprintf(ref, sizeof ref, "/data/paper[%d]/paper_name", i);
        assert_ok(session_set(session, ref, "户口本"));
        snprintf(ref, sizeof ref, "/data/paper[%d]/paper_how", i);
        assert_ok(session_set(session, ref, "code"));
    }
    journey_goto(kiosk->journey, STATE_REVIEW, "test");
}

/* A line for each paper; opened, a line for each of its answers, and each can be changed. */
static void a_long_review_stands_in_parts_that_open(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    to_a_long_review(&kiosk);
    assert_true(shows(&kiosk, "part:3")); /* after the card, and what she wants */
    assert_true(shows(&kiosk, "submit"));
    fake_tap(&kiosk, ACTION_PART, 4);
    assert_state(&kiosk, "review");
    assert_true(shows(&kiosk, "answer:0") && shows(&kiosk, "answer:1") && shows(&kiosk, "seen"));
    assert_false(shows(&kiosk, "answer:2") || shows(&kiosk, "part:0") || shows(&kiosk, "submit"));
    fake_tap(&kiosk, ACTION_SUBMIT, 0); /* nothing is handed in from here */
    assert_state(&kiosk, "review");
    fake_tap(&kiosk, ACTION_EDIT, 1);
    assert_state(&kiosk, "question");
    assert_non_null(strstr(asked(&kiosk), "]/paper_how"));
    fake_tap(&kiosk, UI_ACTION_BACK, 0);
    assert_true(shows(&kiosk, "seen")); /* the same part */
    fake_tap(&kiosk, UI_ACTION_BACK, 0);
    assert_state(&kiosk, "review");
    assert_true(shows(&kiosk, "submit"));
    fake_kiosk_stop(&kiosk);
}

/* Who hands it in without opening a part has been told how many answers lie there. */
static void a_part_tells_how_many_answers_it_holds(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    to_a_long_review(&kiosk);
    assert_true(says(&kiosk, "part:4", "户口本"));
    assert_true(says(&kiosk, "part:4", "证件码"));
    assert_false(says(&kiosk, "part:4", "共")); /* all are there */
    assert_ok(
        session_set(kiosk.journey->visit->session, "/data/paper[2]/paper_code", "YZ-0000000000000000001"));
    assert_true(says(&kiosk, "part:4", "户口本")); /* she knows it by that */
    assert_true(says(&kiosk, "part:4", "证件码"));
    assert_true(says(&kiosk, "part:4", "共 3 项"));
    fake_kiosk_stop(&kiosk);
}

static void a_part_that_was_looked_at_says_so(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    to_a_long_review(&kiosk);
    fake_tap(&kiosk, ACTION_PART, 4);
    fake_tap(&kiosk, ACTION_DONE, 0);
    assert_true(says(&kiosk, "part:4", "看过"));
    assert_false(says(&kiosk, "part:3", "看过"));
    fake_kiosk_stop(&kiosk);
}

/* What stands beside all groups, before and after them, are two parts; only the last of them is the rest. */
static void each_part_opens_what_its_line_told(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    to_a_long_review(&kiosk);
    struct xform_session *session = kiosk.journey->visit->session;
    assert_ok(session_set(session, "/data/parent_number", "4827000010"));
    assert_ok(session_set(session, "/data/words", "都在这里"));
    assert_true(says(&kiosk, "part:2", "编号"));
    assert_false(says(&kiosk, "part:2", "其他"));
    assert_true(shows(&kiosk, "answer:11")); /* after the papers */
    fake_tap(&kiosk, ACTION_PART, 2);
    assert_true(says(&kiosk, "answer:0", "4827"));
    assert_true(shows(&kiosk, "answer:1"));
    assert_false(shows(&kiosk, "answer:2"));
    fake_kiosk_stop(&kiosk);
}

static void a_part_whose_answers_are_gone_closes(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    to_a_long_review(&kiosk);
    snprintf(kiosk.journey->visit->review_part, sizeof kiosk.journey->visit->review_part,
             "/data/paper[8]/paper_name");
    assert_true(shows(&kiosk, "seen"));
    assert_ok(session_remove_repeat(kiosk.journey->visit->session, "/data/paper[8]"));
    assert_true(shows(&kiosk, "submit"));
    fake_kiosk_stop(&kiosk);
}

/* Whoever turns pages for an hour, or stands before a camera that shows what it sees. */
static void a_screen_may_be_built_any_number_of_times(void **state)
{
    (void)state;
    enum { LONG_ANSWER = 1 << 22, BUILDS = 66 }; /* together more than a session may hold */
    struct fake_kiosk kiosk;
    to_a_long_review(&kiosk);
    char *words = malloc(LONG_ANSWER + 1);
    assert_non_null(words);
    memset(words, 'a', LONG_ANSWER);
    words[LONG_ANSWER] = '\0';
    assert_ok(session_fill_group(kiosk.journey->visit->session, "/data/card",
                                 (const char *const[]){"address"}, (const char *const[]){words}, 1,
                                 NULL)); /* of which nothing is shown */
    for (int i = 0; i < BUILDS; i++)
        fake_look(&kiosk);
    assert_true(shows(&kiosk, "part:3"));
    free(words);
    fake_kiosk_stop(&kiosk);
}

/* Her answer, so her question: no broken disk is blamed, and nobody is sent to the staff. */
static void saving_leads_to_the_answer_that_does_not_hold(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    to_review(&kiosk);
    fake_tap(&kiosk, ACTION_SUBMIT, 0);
    assert_asks(&kiosk, "/data/signature");
    assert_ok(session_set(kiosk.journey->visit->session, "/data/contact_phone", "12"));
    fake_tap(&kiosk, ACTION_CANNOT_SIGN, 0);
    fake_store(&kiosk, STORE_NUMBER, err_ok());
    assert_asks(&kiosk, "/data/contact_phone");
    assert_non_null(strstr(kiosk.said, "请再看一看"));
    assert_int_equal(kiosk.saves, 0);
    answer_set_text(&kiosk.journey->visit->draft, "13800001234");
    fake_tap(&kiosk, ACTION_NEXT, 0);
    assert_state(&kiosk, "review");
    fake_go(&kiosk, "saved");
    assert_int_equal(kiosk.numbers_taken, 1);
    fake_kiosk_stop(&kiosk);
}

static void after_a_failed_save_back_means_back(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    to_review(&kiosk);
    fake_go(&kiosk, "saving");
    fake_store(&kiosk, STORE_NUMBER, err_ok());
    fake_store(&kiosk, STORE_SAVED, err_errno("outbox", ENOSPC, "cannot save"));
    assert_state(&kiosk, "save-failed");
    fake_tap(&kiosk, UI_ACTION_BACK, 0);
    assert_state(&kiosk, "review");
    fake_tap(&kiosk, UI_ACTION_BACK, 0);
    assert_state(&kiosk, "question");
    fake_kiosk_stop(&kiosk);
}

/* Where she was reading she goes on reading. */
static void the_review_stays_on_its_page(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    to_review(&kiosk);
    fake_tap(&kiosk, UI_ACTION_PAGE, 2);
    change(&kiosk, "/data/bank_ok", YES);
    assert_state(&kiosk, "review");
    assert_int_equal(kiosk.journey->page, 2);
    fake_tap(&kiosk, UI_ACTION_HELP, 0);
    assert_int_equal(kiosk.journey->page, 0);
    fake_tap(&kiosk, UI_ACTION_BACK, 0);
    assert_int_equal(kiosk.journey->page, 2);
    fake_tap(&kiosk, UI_ACTION_BACK, 0);
    fake_go(&kiosk, "review");
    assert_int_equal(kiosk.journey->page, 0); /* read anew */
    fake_kiosk_stop(&kiosk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_changed_answer_brings_along_is_asked),
        cmocka_unit_test(what_is_still_open_is_asked_before_signing),
        cmocka_unit_test(a_list_that_comes_along_is_filled_before_the_review),
        cmocka_unit_test(a_long_review_stands_in_parts_that_open),
        cmocka_unit_test(a_part_tells_how_many_answers_it_holds),
        cmocka_unit_test(a_part_that_was_looked_at_says_so),
        cmocka_unit_test(each_part_opens_what_its_line_told),
        cmocka_unit_test(a_part_whose_answers_are_gone_closes),
        cmocka_unit_test(a_screen_may_be_built_any_number_of_times),
        cmocka_unit_test(saving_leads_to_the_answer_that_does_not_hold),
        cmocka_unit_test(after_a_failed_save_back_means_back),
        cmocka_unit_test(the_review_stays_on_its_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
