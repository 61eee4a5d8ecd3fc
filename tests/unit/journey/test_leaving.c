/* The end of a visit: the number stays until it is noted, and nobody is told to take what is not there. */
#include "tests/unit/journey/fake_kiosk.h"

#include "tests/unit/cmocka.h"

#include <stdio.h>
#include <string.h>

static void fail_print(struct fake_kiosk *kiosk)
{
    fake_printed(kiosk, PRINTER_NOT_PRINTED, err_make(ERR_USER, "printer", PRINTER_PAPER_OUT, "no paper"),
                 PRINTER_PAPER_OUT);
}

static bool shows(struct fake_kiosk *kiosk, const char *words)
{
    struct ui_tree *tree = journey_screen(kiosk->journey, &kiosk->theme);
    struct buf text = {0};
    assert_non_null(tree);
    ui_tree_dump(tree, &text);
    ui_tree_destroy(&tree);
    bool is_there = strstr(buf_text(&text), words) != NULL;
    buf_finish(&text);
    return is_there;
}

/* No paper came out: the number is all she has, however long she looks for a pencil. */
static void the_number_stays_until_it_is_noted(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "saved");
    fail_print(&kiosk);
    char number[CASE_NUMBER_GROUPED_SIZE];
    case_number_group("4827000010", number);
    fake_pass(&kiosk, 90000);
    assert_state(&kiosk, "take-card");
    for (int round = 0; round < 20; round++) {
        assert_true(shows(&kiosk, number));
        assert_true(shows(&kiosk, "请拿好身份证，记下编号"));
        fake_pass(&kiosk, 60000);
        assert_state(&kiosk, "still-there");
        assert_true(shows(&kiosk, number));
        assert_true(shows(&kiosk, "已经存好"));
        fake_tap(&kiosk, ACTION_YES, 0);
        assert_state(&kiosk, "take-card");
    }
    fake_pass(&kiosk, 60000);
    fake_pass(&kiosk, 30000);
    assert_state(&kiosk, "attract");
    assert_false(shows(&kiosk, number));
    fake_kiosk_stop(&kiosk);
}

/* A box without a battery learns the time from the network, while somebody stands before it: ten years forth
 * and back are neither patience nor haste. */
static void a_clock_that_is_set_neither_ends_nor_holds_a_visit(void **state)
{
    (void)state;
    static const int64_t TEN_YEARS_MS = INT64_C(10) * 365 * 86400 * 1000;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "saved");
    fail_print(&kiosk);
    fake_pass(&kiosk, 90000);
    assert_state(&kiosk, "take-card");
    for (int way = -1; way <= 1; way += 2) {
        kiosk.clock.wall_now_ms += way * TEN_YEARS_MS;
        fake_pass(&kiosk, 59000);
        assert_state(&kiosk, "take-card");
        fake_pass(&kiosk, 1000);
        assert_state(&kiosk, "still-there");
        kiosk.clock.wall_now_ms += way * TEN_YEARS_MS;
        fake_pass(&kiosk, 29000);
        assert_state(&kiosk, "still-there");
        fake_tap(&kiosk, ACTION_YES, 0);
    }
    fake_pass(&kiosk, 60000);
    kiosk.clock.wall_now_ms -= TEN_YEARS_MS;
    fake_pass(&kiosk, 30000);
    assert_state(&kiosk, "attract");
    fake_kiosk_stop(&kiosk);
}

/* Walked away without it: announced until it is gone, and not a moment longer. */
static void a_card_left_behind_is_announced_until_it_is_taken(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "question");
    for (int i = 0; i < 4; i++)
        fake_pass(&kiosk, 90000);
    assert_state(&kiosk, "attract");
    assert_true(shows(&kiosk, "读卡处有一张身份证"));
    kiosk.journey->has_changed = false;
    fake_take_card(&kiosk);
    assert_true(kiosk.journey->has_changed);
    assert_false(shows(&kiosk, "读卡处有一张身份证"));
    fake_kiosk_stop(&kiosk);
}

/* A cable that is pushed for a moment is no hand that takes the card. */
static void a_reader_that_comes_back_asks_whether_the_card_is_still_there(void **state)
{
    (void)state;
    static const bool leaves_meanwhile[] = {false, true};
    for (size_t i = 0; i < sizeof leaves_meanwhile / sizeof *leaves_meanwhile; i++) {
        struct fake_kiosk kiosk;
        fake_kiosk_start(&kiosk);
        fake_go(&kiosk, "saved");
        fake_printed(&kiosk, PRINTER_PROVED, err_ok(), 0);
        if (leaves_meanwhile[i])
            fake_tap(&kiosk, ACTION_DONE, 0);
        fake_lose_reader(&kiosk);
        assert_false(shows(&kiosk, "身份证还在"));
        if (leaves_meanwhile[i]) {
            fake_tap(&kiosk, ACTION_DONE, 0);
            fake_pass(&kiosk, 30000);
            assert_state(&kiosk, "attract");
            assert_false(shows(&kiosk, "读卡处有一张身份证")); /* which nobody knows now */
        }
        fake_device(&kiosk, DEVICE_IDCARD, true, 0);
        assert_true(kiosk.watches_card);
        if (!leaves_meanwhile[i]) {
            assert_true(shows(&kiosk, "请拿好身份证和小票"));
            fake_tap(&kiosk, ACTION_DONE, 0);
            assert_true(shows(&kiosk, "身份证还在读卡处"));
            fake_pass(&kiosk, 60000);
            fake_pass(&kiosk, 30000);
        }
        assert_state(&kiosk, "attract");
        assert_true(shows(&kiosk, "读卡处有一张身份证"));
        fake_take_card(&kiosk);
        assert_false(shows(&kiosk, "读卡处有一张身份证"));
        fake_kiosk_stop(&kiosk);
    }
}

/* 拿好了, with the card still there: that it lies there is said again, and when it is gone she may go. */
static void who_says_done_too_early_hears_why_not(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "saved");
    fake_tap(&kiosk, ACTION_DONE, 0);
    assert_state(&kiosk, "take-card");
    fake_look(&kiosk);
    *kiosk.said = '\0';
    fake_tap(&kiosk, ACTION_DONE, 0);
    fake_look(&kiosk);
    assert_state(&kiosk, "take-card");
    assert_non_null(strstr(kiosk.said, "身份证还在读卡处"));
    fake_take_card(&kiosk);
    assert_string_not_equal(journey_state(kiosk.journey), "take-card");
    fake_kiosk_stop(&kiosk);
}

static void the_heading_names_what_there_is_to_take(void **state)
{
    (void)state;
    static const struct {
        bool is_card_taken, is_printed;
        const char *heading;
    } rows[] = {
        {false, true, "请拿好身份证和小票"},
        {true, true, "请拿好小票"},
        {false, false, "请拿好身份证，记下编号"},
        {true, false, "请记下编号"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fake_kiosk kiosk;
        fake_kiosk_start(&kiosk);
        fake_go(&kiosk, "saved");
        if (rows[i].is_card_taken)
            fake_take_card(&kiosk);
        if (rows[i].is_printed)
            fake_printed(&kiosk, PRINTER_PROVED, err_ok(), 0);
        else
            fail_print(&kiosk);
        fake_tap(&kiosk, ACTION_DONE, 0);
        assert_state(&kiosk, "take-card");
        char quoted[128];
        snprintf(quoted, sizeof quoted, "\"%s\"", rows[i].heading);
        if (!shows(&kiosk, quoted))
            fail_msg("no %s on %s", quoted, journey_state(kiosk.journey));
        fake_kiosk_stop(&kiosk);
    }
}

/* Neither card nor paper: nobody is asked to take anything. */
static void with_nothing_to_take_she_goes_straight_on(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "card");
    fake_tap(&kiosk, UI_ACTION_STOP, 0);
    fake_tap(&kiosk, ACTION_YES, 0);
    assert_state(&kiosk, "attract");
    fake_go(&kiosk, "question");
    fake_take_card(&kiosk);
    fake_tap(&kiosk, UI_ACTION_STOP, 0);
    fake_tap(&kiosk, ACTION_YES, 0);
    assert_state(&kiosk, "attract");
    fake_go(&kiosk, "question"); /* a dead reader cannot say that it is not there */
    fake_device(&kiosk, DEVICE_IDCARD, false, 0);
    fake_tap(&kiosk, UI_ACTION_STOP, 0);
    fake_tap(&kiosk, ACTION_YES, 0);
    assert_state(&kiosk, "take-card");
    fake_kiosk_stop(&kiosk);
}

/* A number was taken, but the disk was full: there is nothing to take, to note or to rate. */
static void a_number_that_was_never_saved_is_no_receipt(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "saving");
    fake_store(&kiosk, STORE_NUMBER, err_ok());
    fake_store(&kiosk, STORE_SAVED, err_make(ERR_SPACE, "store", 0, "full"));
    assert_state(&kiosk, "save-failed");
    fake_pass(&kiosk, 75000);
    assert_false(shows(&kiosk, "已经存好"));
    fake_tap(&kiosk, ACTION_YES, 0);
    fake_tap(&kiosk, UI_ACTION_STOP, 0);
    fake_tap(&kiosk, ACTION_YES, 0);
    assert_state(&kiosk, "take-card");
    assert_true(shows(&kiosk, "\"请拿好身份证\""));
    fake_tap(&kiosk, ACTION_DONE, 0);
    fake_take_card(&kiosk);
    assert_state(&kiosk, "attract"); /* not rated */
    fake_kiosk_stop(&kiosk);
}

/* Paper put in while she looks for a pencil: she gets her receipt after all. */
static void paper_put_in_late_still_brings_the_receipt(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "saved");
    fail_print(&kiosk);
    fake_tap(&kiosk, ACTION_DONE, 0);
    fake_device(&kiosk, DEVICE_PRINTER, true, 0);
    assert_int_equal(kiosk.prints, 2);
    fake_printed(&kiosk, PRINTER_PROVED, err_ok(), 0);
    assert_true(kiosk.is_printed);
    assert_true(shows(&kiosk, "请拿好身份证和小票"));
    fake_kiosk_stop(&kiosk);
}

static void a_slip_that_fails_says_so(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "guide");
    fake_tap(&kiosk, ACTION_PRINT_LIST, 0);
    assert_false(shows(&kiosk, "没有打好"));
    kiosk.journey->job++; /* somebody else's paper ends first */
    fail_print(&kiosk);
    kiosk.journey->job--;
    assert_int_equal(kiosk.journey->visit->print, PRINT_RUNNING);
    fail_print(&kiosk);
    assert_true(shows(&kiosk, "没有打好"));
    fake_tap(&kiosk, ACTION_PRINT_LIST, 0);
    fake_printed(&kiosk, PRINTER_PROVED, err_ok(), 0);
    assert_false(shows(&kiosk, "没有打好"));
    fake_kiosk_stop(&kiosk);
}

/* The printer needs its time; nobody has to stand still for it. */
static void a_slip_that_ends_on_another_screen_has_ended(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "guide");
    fake_tap(&kiosk, ACTION_PRINT_LIST, 0);
    assert_true(shows(&kiosk, "正在打印"));
    fake_tap(&kiosk, ACTION_NEXT, 0);
    assert_state(&kiosk, "consent");
    fail_print(&kiosk);
    fake_tap(&kiosk, UI_ACTION_BACK, 0);
    assert_state(&kiosk, "guide");
    assert_false(shows(&kiosk, "正在打印"));
    fake_tap(&kiosk, ACTION_PRINT_LIST, 0);
    assert_int_equal(kiosk.prints, 2);
    fake_kiosk_stop(&kiosk);
}

/* One tap for another service would take the number away, and the receipt that may still come. */
static void who_wants_another_service_notes_the_number_first(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    char number[CASE_NUMBER_GROUPED_SIZE];
    case_number_group("4827000010", number);
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "saved");
    fail_print(&kiosk);
    fake_tap(&kiosk, ACTION_ANOTHER, 0);
    assert_state(&kiosk, "take-card");
    assert_true(shows(&kiosk, number));
    assert_true(shows(&kiosk, "请记下编号"));
    assert_false(shows(&kiosk, "身份证")); /* hers stays for the next service */
    fake_device(&kiosk, DEVICE_PRINTER, true, 0);
    assert_int_equal(kiosk.prints, 2);
    fake_printed(&kiosk, PRINTER_PROVED, err_ok(), 0);
    assert_false(shows(&kiosk, number));
    fake_tap(&kiosk, ACTION_DONE, 0);
    assert_state(&kiosk, "home");
    assert_true(kiosk.journey->visit->person.is_here);
    fake_kiosk_stop(&kiosk);
}

static void link_is(struct fake_kiosk *kiosk, enum outbox_link_state link)
{
    struct store_answer answer = {.kind = STORE_LINK, .link = {.state = link}};
    journey_store(kiosk->journey, &answer);
}

/* Under "the network is fine" nobody is told to wait for the network. */
static void with_a_network_it_is_being_sent(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "saved");
    link_is(&kiosk, OUTBOX_LINK_DOWN);
    assert_true(shows(&kiosk, "网络一通"));
    link_is(&kiosk, OUTBOX_LINK_UP);
    assert_false(shows(&kiosk, "网络一通"));
    assert_true(shows(&kiosk, "正在送"));
    fake_kiosk_stop(&kiosk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clock_that_is_set_neither_ends_nor_holds_a_visit),
        cmocka_unit_test(the_number_stays_until_it_is_noted),
        cmocka_unit_test(a_card_left_behind_is_announced_until_it_is_taken),
        cmocka_unit_test(a_reader_that_comes_back_asks_whether_the_card_is_still_there),
        cmocka_unit_test(who_says_done_too_early_hears_why_not),
        cmocka_unit_test(the_heading_names_what_there_is_to_take),
        cmocka_unit_test(with_nothing_to_take_she_goes_straight_on),
        cmocka_unit_test(a_number_that_was_never_saved_is_no_receipt),
        cmocka_unit_test(paper_put_in_late_still_brings_the_receipt),
        cmocka_unit_test(a_slip_that_fails_says_so),
        cmocka_unit_test(a_slip_that_ends_on_another_screen_has_ended),
        cmocka_unit_test(who_wants_another_service_notes_the_number_first),
        cmocka_unit_test(with_a_network_it_is_being_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
