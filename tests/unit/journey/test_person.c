/* Who is known from one service to the next: she who stays is asked nothing twice, he who comes next meets
 * nothing of her. */
#include "tests/unit/journey/fake_kiosk.h"

#include "tests/unit/cmocka.h"
#include <errno.h>
#include <string.h>

enum { SERVICE_WITH_HELPER = 0 };

static const char *field(struct fake_kiosk *kiosk, const char *ref)
{
    return session_value(kiosk->journey->visit->session, ref);
}

/* One matter is done, her card still lies there, and she wants another. */
static void start_with_one_saved(struct fake_kiosk *kiosk)
{
    fake_go(kiosk, "saved");
    fake_another(kiosk);
}

/* The pension's first screen after the consent. */
static void begin_again(struct fake_kiosk *kiosk)
{
    fake_tap(kiosk, ACTION_SERVICE, 0);
    fake_tap(kiosk, ACTION_NEXT, 0);
    fake_tap(kiosk, ACTION_YES, 0);
    fake_look(kiosk);
}

/* Nothing of 王秀兰 in what would be saved now. */
static void assert_nothing_of_her(struct fake_kiosk *kiosk)
{
    struct buf xml = {0};
    assert_ok(session_submission(kiosk->journey->visit->session, false, &xml));
    assert_null(strstr(buf_text(&xml), "王秀兰"));
    assert_null(strstr(buf_text(&xml), "99012319420315004X"));
    assert_null(strstr(buf_text(&xml), "王小张"));
    assert_null(strstr(buf_text(&xml), "13800001234"));
    buf_finish(&xml);
}

/* Her card lies there: no card, and nothing that was answered is asked again. */
static void who_stays_is_asked_nothing_twice(void **state)
{
    struct fake_kiosk *kiosk = *state;
    fake_go(kiosk, "saved");
    int reads = kiosk->card_reads;
    fake_another(kiosk);
    begin_again(kiosk);
    assert_state(kiosk, "question");
    assert_int_equal(kiosk->journey->visit->draft.input,
                     VIEW_PHOTO); /* which she left out; all else is known */
    assert_int_equal(kiosk->card_reads, reads);
    fake_tap(kiosk, ACTION_NEXT, 0);
    assert_state(kiosk, "review");
    assert_string_equal(field(kiosk, "/data/card/name"), "王秀兰");
    assert_string_equal(field(kiosk, "/data/contact_phone"), "13800001234");
}

/* Her card lies there still: read at once, it would send her forward again each time she goes back. */
static void who_goes_back_to_the_card_stays_there(void **state)
{
    struct fake_kiosk *kiosk = *state;
    fake_go(kiosk, "question");
    int reads = kiosk->card_reads;
    fake_tap(kiosk, UI_ACTION_BACK, 0);
    assert_state(kiosk, "card");
    assert_int_equal(kiosk->card_reads, reads);
    fake_tap(kiosk, ACTION_NEXT, 0);
    assert_state(kiosk, "question");
    fake_tap(kiosk, UI_ACTION_BACK, 0);
    fake_tap(kiosk, UI_ACTION_BACK, 0);
    assert_state(kiosk, "consent");
    fake_tap(kiosk, ACTION_YES, 0);
    fake_tap(kiosk, UI_ACTION_BACK, 0);
    assert_state(kiosk, "card");
    fake_take_card(kiosk); /* for another one */
    fake_place_card_of(kiosk, "李梅", "990123198007010023");
    assert_state(kiosk, "question");
    assert_string_equal(field(kiosk, "/data/card/id_number"), "990123198007010023");
}

/* Turned to act for somebody, it is the other's card that is asked for. */
static void who_turns_to_help_has_a_card_read_anew(void **state)
{
    struct fake_kiosk *kiosk = *state;
    fake_go(kiosk, "question");
    fake_tap(kiosk, UI_ACTION_BACK, 0);
    int reads = kiosk->card_reads;
    fake_tap(kiosk, ACTION_HELPER, 0);
    assert_int_equal(kiosk->card_reads, reads + 1);
}

static void whose_card_goes_from_the_home_screen_goes_too(void **state)
{
    struct fake_kiosk *kiosk = *state;
    start_with_one_saved(kiosk);
    assert_state(kiosk, "home");
    fake_take_card(kiosk);
    assert_state(kiosk, "attract");
    assert_false(kiosk->journey->visit->person.has_card);
    assert_null(kiosk->journey->visit->absent);
    fake_go(kiosk, "card");
    fake_place_card_of(kiosk, "李梅", "990123198007010023");
    assert_state(kiosk, "question");
    assert_nothing_of_her(kiosk);
}

/* She took her card while she filled in the form, and another one taps on after "one more". */
static void who_comes_next_lays_down_a_card_and_meets_nothing_of_her(void **state)
{
    struct fake_kiosk *kiosk = *state;
    fake_go(kiosk, "question");
    fake_take_card(kiosk);
    fake_go(kiosk, "saved");
    fake_another(kiosk);
    assert_state(kiosk, "home");
    begin_again(kiosk);
    assert_state(kiosk, "card");
    assert_nothing_of_her(kiosk);
    fake_tap(kiosk, ACTION_NEXT, 0); /* "the card from before": there is none */
    assert_state(kiosk, "card");
    fake_place_card_of(kiosk, "李梅", "990123198007010023");
    assert_state(kiosk, "question");
    assert_string_equal(kiosk->journey->visit->draft.ref, "/data/live_where");
    assert_null(kiosk->journey->visit->absent); /* wiped */
    fake_go(kiosk, "review");
    assert_string_equal(field(kiosk, "/data/card/id_number"), "990123198007010023");
}

/* The same with her own card again: one motion, and all that she answered is there. */
static void her_own_card_brings_back_what_she_answered(void **state)
{
    struct fake_kiosk *kiosk = *state;
    fake_go(kiosk, "question");
    fake_take_card(kiosk);
    fake_go(kiosk, "saved");
    fake_another(kiosk);
    begin_again(kiosk);
    assert_state(kiosk, "card");
    fake_place_card(kiosk);
    assert_int_equal(kiosk->journey->visit->draft.input, VIEW_PHOTO);
    assert_string_equal(field(kiosk, "/data/contact_phone"), "13800001234");
}

/* Chosen with the card there, begun without it. */
static void a_card_taken_before_the_form_begins_is_asked_for(void **state)
{
    struct fake_kiosk *kiosk = *state;
    start_with_one_saved(kiosk);
    fake_tap(kiosk, ACTION_SERVICE, 0);
    assert_state(kiosk, "guide");
    fake_take_card(kiosk);
    assert_state(kiosk, "guide");
    fake_tap(kiosk, ACTION_NEXT, 0);
    fake_tap(kiosk, ACTION_YES, 0);
    assert_state(kiosk, "card");
    assert_nothing_of_her(kiosk);
}

/* Another card on the reader, however it got there unseen, is not hers. */
static void a_card_that_was_not_read_speaks_for_nobody(void **state)
{
    struct fake_kiosk *kiosk = *state;
    start_with_one_saved(kiosk);
    fake_tap(kiosk, ACTION_PROGRESS, 0);
    assert_state(kiosk, "find");
    fake_take_card(kiosk);
    struct device_message message = {.class = DEVICE_IDCARD, .kind = DEVICE_PROGRESS};
    const struct idcard_event found = {.stage = IDCARD_FOUND};
    memcpy(&message.payload, &found, sizeof found);
    journey_device(kiosk->journey, &message);
    assert_true(kiosk->journey->is_card_on_reader);
    fake_tap(kiosk, UI_ACTION_BACK, 0);
    begin_again(kiosk);
    assert_state(kiosk, "card");
    assert_nothing_of_her(kiosk);
}

/* Typed by somebody without a card: nothing stands for him, so nothing of him waits. */
static void what_no_card_stands_for_ends_with_its_service(void **state)
{
    struct fake_kiosk *kiosk = *state;
    fake_go(kiosk, "card");
    fake_tap(kiosk, ACTION_NO_CARD, 0);
    fake_tap(kiosk, ACTION_YES, 0);
    for (int i = 0; i < 40 && strcmp(journey_state(kiosk->journey), "saved") != 0; i++) {
        struct draft *draft = &kiosk->journey->visit->draft;
        if (strstr(draft->ref, "id_number") && strcmp(journey_state(kiosk->journey), "question") == 0) {
            buf_clear(&draft->text);
            buf_append_text(&draft->text, "990123197008020024");
            fake_tap(kiosk, ACTION_NEXT, 0);
        } else {
            fake_step(kiosk);
        }
    }
    assert_state(kiosk, "saved");
    assert_true(kiosk->journey->visit->person.answer_count > 0);
    fake_another(kiosk);
    assert_int_equal(kiosk->journey->visit->person.answer_count, 0);
    begin_again(kiosk);
    assert_nothing_of_her(kiosk);
}

/* Her card stands for her, not for who types another name. */
static void who_types_files_nothing_under_a_card_read_before(void **state)
{
    struct fake_kiosk *kiosk = *state;
    start_with_one_saved(kiosk);
    begin_again(kiosk);
    while (strcmp(journey_state(kiosk->journey), "card") != 0)
        fake_tap(kiosk, UI_ACTION_BACK, 0);
    fake_tap(kiosk, ACTION_NO_CARD, 0);
    fake_tap(kiosk, ACTION_YES, 0);
    assert_false(kiosk->journey->visit->person.has_card); /* nor would the case be found by her card */
    assert_null(kiosk->journey->visit->absent);
    assert_int_equal(kiosk->journey->visit->person.answer_count, 0);
}

/* From her own matter to somebody else's: whose card is whose is asked anew. */
static void who_turns_to_act_for_another_shows_that_card(void **state)
{
    struct fake_kiosk *kiosk = *state;
    start_with_one_saved(kiosk);
    fake_tap(kiosk, ACTION_SERVICE, SERVICE_WITH_HELPER);
    fake_tap(kiosk, UI_ACTION_HELP, 0);
    fake_tap(kiosk, ACTION_HELPER, 0);
    assert_true(kiosk->journey->visit->person.is_helping);
    fake_tap(kiosk, UI_ACTION_BACK, 0);
    fake_tap(kiosk, ACTION_NEXT, 0);
    fake_tap(kiosk, ACTION_YES, 0);
    assert_state(kiosk, "card");
    assert_string_equal(field(kiosk, "/data/acting"), "yes");
    assert_nothing_of_her(kiosk);
}

/* A reader that dies has seen nobody stay. */
static void a_dead_reader_vouches_for_nobody(void **state)
{
    struct fake_kiosk *kiosk = *state;
    fake_go(kiosk, "saved");
    fake_device(kiosk, DEVICE_IDCARD, false, 0);
    fake_device(kiosk, DEVICE_IDCARD, true, 0);
    assert_state(kiosk, "saved");
    fake_another(kiosk);
    begin_again(kiosk);
    assert_state(kiosk, "card");
    assert_nothing_of_her(kiosk);
}

/* A watch that is asked for twice ends once, cancelled; that says nothing of the card. */
static void a_cancelled_watch_is_no_card_taken(void **state)
{
    struct fake_kiosk *kiosk = *state;
    fake_go(kiosk, "saved");
    const struct device_message message = {.class = DEVICE_IDCARD,
                                           .kind = DEVICE_RESULT,
                                           .err = err_make(ERR_REFUSED, "idcard", ECANCELED, "cancelled")};
    journey_device(kiosk->journey, &message);
    assert_true(kiosk->journey->is_card_on_reader);
    assert_true(kiosk->journey->visit->person.is_here);
}

static bool shows(struct fake_kiosk *kiosk, const char *words)
{
    struct ui_tree *tree = journey_screen(kiosk->journey, &kiosk->theme);
    bool found = false;
    assert_non_null(tree);
    for (const struct ui_node *n = ui_tree_root(tree); n; n = ui_node_walk(n))
        found = found || (n->text && strstr(n->text, words));
    ui_tree_destroy(&tree);
    return found;
}

static void place_niece(struct fake_kiosk *kiosk)
{
    fake_place_card_of(kiosk, "李梅", "990123198007010023");
}

/* The reader's photo of the card, which is a file of the application. */
static void attach_photo(struct fake_kiosk *kiosk)
{
    struct buf photo = {0};
    buf_append_text(&photo, "WLf");
    assert_ok(visit_attach(kiosk->journey->visit, "card-photo.wlt", &photo));
}

static void assert_each_is_who_she_is(struct fake_kiosk *kiosk)
{
    assert_state(kiosk, "question");
    assert_string_equal(field(kiosk, "/data/card/name"), "王秀兰");
    assert_string_equal(field(kiosk, "/data/helper/name"), "李梅");
    assert_true(shows(kiosk, "给王秀兰办，代办人是李梅"));
    assert_null(strstr(kiosk->said, "王秀兰")); /* not before the whole room */
    assert_null(strstr(kiosk->said, "李梅"));
}

/* Her own card first: the screen says whose it was, and one tap sets it right. */
static void a_helper_whose_card_came_first_says_so_with_one_tap(void **state)
{
    struct fake_kiosk *kiosk = *state;
    fake_go(kiosk, "card");
    fake_tap(kiosk, ACTION_HELPER, 0);
    assert_true(shows(kiosk, "给谁办，先放谁的身份证"));
    place_niece(kiosk);
    attach_photo(kiosk);
    assert_state(kiosk, "card");
    assert_true(shows(kiosk, "申请人") && shows(kiosk, "李梅") && shows(kiosk, "刚才那张是我的"));
    assert_null(strstr(kiosk->said, "李梅"));
    fake_tap(kiosk, ACTION_SWAP, 0);
    assert_state(kiosk, "card");
    assert_true(shows(kiosk, "代办人") && shows(kiosk, "现在放申请人的身份证"));
    assert_string_equal(field(kiosk, "/data/card/name"), "");
    assert_string_equal(field(kiosk, "/data/card/id_number"), "");
    assert_int_equal(kiosk->journey->visit->attachment_count, 0);
    place_niece(kiosk); /* it lies there still */
    assert_true(shows(kiosk, "这是您自己的卡"));
    fake_place_card(kiosk);
    assert_each_is_who_she_is(kiosk);
}

/* Both read, and seen only then. */
static void two_cards_in_the_wrong_order_are_swapped_with_one_tap(void **state)
{
    struct fake_kiosk *kiosk = *state;
    fake_go(kiosk, "card");
    fake_tap(kiosk, ACTION_HELPER, 0);
    place_niece(kiosk);
    fake_place_card(kiosk);
    assert_true(shows(kiosk, "给李梅办，代办人是王秀兰"));
    fake_tap(kiosk, UI_ACTION_BACK, 0);
    assert_state(kiosk, "card");
    fake_tap(kiosk, ACTION_SWAP, 0);
    assert_each_is_who_she_is(kiosk);
    fake_tap(kiosk, UI_ACTION_BACK, 0);
    fake_tap(kiosk, ACTION_SWAP, 0); /* and back again: a slip of the finger */
    assert_string_equal(field(kiosk, "/data/card/name"), "李梅");
}

/* The draft that a kiosk keeps for a card is looked for with the card of who is the applicant now. */
static void a_swapped_applicant_is_asked_about_what_was_kept(void **state)
{
    struct fake_kiosk *kiosk = *state;
    fake_keeps_cards(kiosk);
    fake_go(kiosk, "card");
    fake_tap(kiosk, ACTION_HELPER, 0);
    place_niece(kiosk);
    fake_found_kept(kiosk, false);
    fake_place_card(kiosk);
    assert_state(kiosk, "question");
    fake_tap(kiosk, UI_ACTION_BACK, 0);
    int looks = kiosk->kept_looks;
    fake_tap(kiosk, ACTION_SWAP, 0);
    assert_int_equal(kiosk->kept_looks, looks + 1);
    fake_found_kept(kiosk, false);
    assert_each_is_who_she_is(kiosk);
}

/* Asked for the card that turned out to be the helper's, answered after that. */
static void what_was_kept_for_another_card_is_not_offered(void **state)
{
    struct fake_kiosk *kiosk = *state;
    fake_keeps_cards(kiosk);
    fake_go(kiosk, "card");
    fake_tap(kiosk, ACTION_HELPER, 0);
    place_niece(kiosk);
    fake_tap(kiosk, ACTION_SWAP, 0);
    fake_found_kept(kiosk, false);
    assert_state(kiosk, "card"); /* whose is the applicant's is not known yet */
    fake_place_card(kiosk);
    fake_found_kept(kiosk, false);
    assert_each_is_who_she_is(kiosk);
}

/* Whose card was read stands on the question after it. */
static void the_question_after_the_card_says_whose_it_was(void **state)
{
    struct fake_kiosk *kiosk = *state;
    fake_go(kiosk, "card");
    place_niece(kiosk);
    assert_state(kiosk, "question");
    assert_true(shows(kiosk, "读到的是李梅的身份证"));
    assert_null(strstr(kiosk->said, "李梅"));
    fake_step(kiosk);
    assert_false(shows(kiosk, "李梅"));
}

/* Grandchild's card instead of her own: the form knows that this cannot be, and says what to do. */
static void a_card_that_cannot_be_hers_is_not_taken(void **state)
{
    struct fake_kiosk *kiosk = *state;
    fake_go(kiosk, "card");
    fake_place_card_of(kiosk, "王小宝", "990123202611010015");
    assert_state(kiosk, "card");
    assert_true(shows(kiosk, "还不到领养老金的年纪"));
    fake_place_card(kiosk);
    assert_state(kiosk, "question");
}

/* What a card gave is not there for him who types, nor for the card that is read after it. */
static void what_a_card_gave_goes_with_it(void **state)
{
    struct fake_kiosk *kiosk = *state;
    fake_go(kiosk, "card");
    fake_place_card(kiosk);
    attach_photo(kiosk);
    fake_tap(kiosk, UI_ACTION_BACK, 0);
    fake_tap(kiosk, ACTION_NO_CARD, 0);
    fake_tap(kiosk, ACTION_YES, 0);
    assert_string_equal(field(kiosk, "/data/card/name"), "");
    assert_int_equal(kiosk->journey->visit->draft.text.length, 0);
    assert_int_equal(kiosk->journey->visit->attachment_count, 0);
}

/* He who types for somebody has a helper's card, which vouches for nobody in the next service. */
static void a_helper_of_who_types_is_gone_after_the_service(void **state)
{
    struct fake_kiosk *kiosk = *state;
    fake_go(kiosk, "card");
    fake_tap(kiosk, ACTION_HELPER, 0);
    place_niece(kiosk);
    fake_tap(kiosk, ACTION_SWAP, 0);
    assert_true(kiosk->journey->visit->person.has_helper);
    journey_goto(kiosk->journey, STATE_HOME, "test");
    assert_false(kiosk->journey->visit->person.has_helper);
    assert_string_equal(kiosk->journey->visit->person.helper.name, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KIOSK_TEST(who_stays_is_asked_nothing_twice),
        KIOSK_TEST(who_goes_back_to_the_card_stays_there),
        KIOSK_TEST(who_turns_to_help_has_a_card_read_anew),
        KIOSK_TEST(whose_card_goes_from_the_home_screen_goes_too),
        KIOSK_TEST(who_comes_next_lays_down_a_card_and_meets_nothing_of_her),
        KIOSK_TEST(her_own_card_brings_back_what_she_answered),
        KIOSK_TEST(a_card_taken_before_the_form_begins_is_asked_for),
        KIOSK_TEST(a_card_that_was_not_read_speaks_for_nobody),
        KIOSK_TEST(what_no_card_stands_for_ends_with_its_service),
        KIOSK_TEST(who_types_files_nothing_under_a_card_read_before),
        KIOSK_TEST(who_turns_to_act_for_another_shows_that_card),
        KIOSK_TEST(a_helper_whose_card_came_first_says_so_with_one_tap),
        KIOSK_TEST(two_cards_in_the_wrong_order_are_swapped_with_one_tap),
        KIOSK_TEST(a_swapped_applicant_is_asked_about_what_was_kept),
        KIOSK_TEST(what_was_kept_for_another_card_is_not_offered),
        KIOSK_TEST(the_question_after_the_card_says_whose_it_was),
        KIOSK_TEST(a_card_that_cannot_be_hers_is_not_taken),
        KIOSK_TEST(what_a_card_gave_goes_with_it),
        KIOSK_TEST(a_helper_of_who_types_is_gone_after_the_service),
        KIOSK_TEST(a_dead_reader_vouches_for_nobody),
        KIOSK_TEST(a_cancelled_watch_is_no_card_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
