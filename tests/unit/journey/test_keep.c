#include "tests/unit/journey/fake_kiosk.h"

#include "app/journey/answer_parts.h"
#include "tests/unit/cmocka.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void start(struct fake_kiosk *kiosk)
{
    fake_kiosk_start(kiosk);
    fake_keeps_cards(kiosk);
}

/* To the first question, with this card's draft or without one. */
static void read_card(struct fake_kiosk *kiosk, bool found)
{
    fake_go(kiosk, "card");
    fake_place_card(kiosk);
    assert_state(kiosk, "card"); /* until the store has looked */
    fake_found_kept(kiosk, found);
}

static void stored(struct fake_kiosk *kiosk, struct err err)
{
    struct store_answer answer = {.kind = STORE_KEPT, .err = err};
    journey_store(kiosk->journey, &answer);
}

/* One answer, then "keep it". */
static void keep_half_done(struct fake_kiosk *kiosk)
{
    read_card(kiosk, false);
    fake_tap(kiosk, ACTION_CHOICE, 1);
    fake_tap(kiosk, UI_ACTION_STOP, 0);
    fake_look(kiosk);
    fake_tap(kiosk, ACTION_KEEP, 0);
    assert_state(kiosk, "kept");
}

static void kept_is_said_only_when_it_is_durable(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    start(&kiosk);
    keep_half_done(&kiosk);
    assert_int_equal(kiosk.wanted_keeps, 1);
    fake_look(&kiosk);
    assert_null(strstr(kiosk.said, "给您留着了"));
    stored(&kiosk, err_errno("card_seal", ENOSPC, "cannot write"));
    fake_look(&kiosk);
    assert_non_null(strstr(kiosk.said, "没有留住"));
    fake_tap(&kiosk, UI_ACTION_BACK, 0);
    assert_state(&kiosk, "question"); /* nothing is lost */
    fake_tap(&kiosk, UI_ACTION_STOP, 0);
    fake_tap(&kiosk, ACTION_KEEP, 0);
    stored(&kiosk, err_ok());
    fake_look(&kiosk);
    assert_non_null(strstr(kiosk.said, "给您留着了"));
    fake_kiosk_stop(&kiosk);
}

enum { SERVICE_WITH_PAPERS = 1 }; /* of fake_kiosk.c */

static void answer_on_the_way(struct fake_kiosk *kiosk)
{
    const char *ref = kiosk->journey->visit->draft.ref;
    bool is_number = strcmp(ref, "/data/parent_number") == 0, is_how = strstr(ref, "paper_how") != NULL;
    if (strcmp(journey_state(kiosk->journey), "repeat") == 0) {
        fake_tap(kiosk, ACTION_YES, 0);
        return;
    }
    if (is_number)
        answer_set_text(&kiosk->journey->visit->draft, "4827000010");
    if (is_number || is_how)
        fake_tap(kiosk, is_how ? ACTION_CHOICE : ACTION_NEXT, 0);
    else
        fake_step(kiosk);
}

static void walk_to_photo(struct fake_kiosk *kiosk)
{
    for (int i = 0; i < 20 && kiosk->journey->visit->draft.input != VIEW_PHOTO; i++)
        answer_on_the_way(kiosk);
    assert_int_equal(kiosk->journey->visit->draft.input, VIEW_PHOTO);
}

/* To a photo that the form requires. */
static void to_photo(struct fake_kiosk *kiosk)
{
    fake_go(kiosk, "home");
    fake_tap(kiosk, ACTION_SERVICE, SERVICE_WITH_PAPERS);
    fake_go(kiosk, "card");
    fake_place_card(kiosk);
    if (kiosk->journey->keeps_cards)
        fake_found_kept(kiosk, false);
    walk_to_photo(kiosk);
}

static bool offers(struct fake_kiosk *kiosk, const char *id)
{
    struct ui_tree *tree = journey_screen(kiosk->journey, &kiosk->theme);
    bool is_there = false;
    for (const struct ui_node *n = ui_tree_root(tree); n; n = ui_node_walk(n))
        is_there = is_there || (n->id && strcmp(n->id, id) == 0);
    ui_tree_destroy(&tree);
    return is_there;
}

/* A camera that dies half way is no wall: what she gave is kept, from this very screen. */
static void a_dead_camera_leaves_a_way(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    start(&kiosk);
    to_photo(&kiosk);
    assert_true(offers(&kiosk, "take-photo"));
    assert_false(offers(&kiosk, "keep"));
    fake_tap(&kiosk, ACTION_KEEP, 0);
    assert_state(&kiosk, "question"); /* not offered, so nothing */
    fake_device(&kiosk, DEVICE_CAMERA, false, 0);
    assert_false(offers(&kiosk, "take-photo"));
    assert_true(offers(&kiosk, "keep"));
    fake_tap(&kiosk, ACTION_NEXT, 0); /* "this is needed" would not help her */
    assert_state(&kiosk, "question");
    assert_string_equal(kiosk.journey->visit->draft.message, "question.no_camera_keep");
    fake_device(&kiosk, DEVICE_CAMERA, true, 0);
    assert_true(offers(&kiosk, "take-photo"));
    assert_string_equal(kiosk.journey->visit->draft.message, "");
    fake_device(&kiosk, DEVICE_CAMERA, false, 0);
    fake_tap(&kiosk, ACTION_KEEP, 0);
    assert_state(&kiosk, "kept");
    assert_int_equal(kiosk.wanted_keeps, 1);
    fake_kiosk_stop(&kiosk);
}

static void camera_ends(struct fake_kiosk *kiosk, struct err err)
{
    const struct device_message message = {.class = DEVICE_CAMERA, .kind = DEVICE_RESULT, .err = err};
    journey_device(kiosk->journey, &message);
}

/* After a photo that failed, however, the picture is live again and she is told to try once more. */
static void a_photo_that_fails_leaves_no_frozen_picture(void **state)
{
    (void)state;
    const struct err ends[] = {err_make(ERR_RETRY, "camera", ETIMEDOUT, "no frame"),
                               err_make(ERR_DATA, "camera", 0, "damaged picture")};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct fake_kiosk kiosk;
        start(&kiosk);
        to_photo(&kiosk);
        int pictures = kiosk.live_pictures;
        fake_tap(&kiosk, ACTION_TAKE_PHOTO, 0);
        assert_int_equal(kiosk.photos, 1);
        camera_ends(&kiosk, err_make(ERR_REFUSED, "camera", ECANCELED, "the live picture"));
        assert_int_equal(kiosk.live_pictures, pictures);
        camera_ends(&kiosk, ends[i]);
        assert_int_equal(kiosk.live_pictures, pictures + 1);
        assert_string_equal(kiosk.journey->visit->draft.message, "question.no_photo");
        camera_ends(&kiosk, ends[i]); /* of the live picture: trying for ever helps nobody */
        assert_int_equal(kiosk.live_pictures, pictures + 1);
        fake_kiosk_stop(&kiosk);
    }
}

/* Where nothing can be kept she is told whom to ask, and stopping is always there. */
static void a_dead_camera_without_a_safe_place(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk); /* it cannot tie drafts to cards */
    to_photo(&kiosk);
    fake_device(&kiosk, DEVICE_CAMERA, false, 0);
    fake_tap(&kiosk, ACTION_NEXT, 0);
    assert_string_equal(kiosk.journey->visit->draft.message, "question.no_camera_ask");
    assert_false(offers(&kiosk, "keep"));
    assert_true(offers(&kiosk, "stop"));
    assert_true(offers(&kiosk, "help"));
    fake_kiosk_stop(&kiosk);
}

static void what_was_kept_is_offered_to_its_card_and_goes_on_where_it_was(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    start(&kiosk);
    keep_half_done(&kiosk);
    char at[256];
    strcpy(at, kiosk.journey->visit->draft.ref);
    stored(&kiosk, err_ok());
    fake_tap(&kiosk, ACTION_DONE, 0);
    fake_tap(&kiosk, ACTION_DONE, 0);
    fake_device(&kiosk, DEVICE_IDCARD, false, 0); /* the card is taken */
    fake_device(&kiosk, DEVICE_IDCARD, true, 0);
    assert_state(&kiosk, "attract");
    assert_int_equal(kiosk.kept_drops, 0); /* leaving keeps what she asked to keep */
    assert_false(kiosk.journey->visit->person.has_card);

    read_card(&kiosk, true);
    assert_state(&kiosk, "resume");
    fake_look(&kiosk);
    fake_tap(&kiosk, ACTION_YES, 0);
    assert_state(&kiosk, "question");
    assert_string_equal(kiosk.journey->visit->draft.ref, at);
    assert_string_equal(session_value(kiosk.journey->visit->session, "/data/live_where"), "county");
    assert_string_equal(session_value(kiosk.journey->visit->session, "/data/card/name"), "王秀兰");
    fake_go(&kiosk, "saved"); /* the whole application, with one more person's card never read */
    assert_int_equal(kiosk.saves, 1);
    fake_kiosk_stop(&kiosk);
}

/* When to come again stands below the answers, for who goes on with what was kept too. */
static void the_review_closes_as_it_did_before(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    start(&kiosk);
    read_card(&kiosk, false);
    fake_go(&kiosk, "review");
    assert_non_null(strstr(kiosk.said, "您快办完了"));
    for (int i = 0; i < 4 && strcmp(journey_state(kiosk.journey), "attract") != 0; i++)
        fake_pass(&kiosk, 90000);
    read_card(&kiosk, true);
    assert_state(&kiosk, "resume");
    fake_tap(&kiosk, ACTION_YES, 0);
    assert_state(&kiosk, "review");
    fake_look(&kiosk);
    assert_non_null(strstr(kiosk.said, "您快办完了"));
    fake_kiosk_stop(&kiosk);
}

/* Away, and back for another service than the one that is half done: up to the offer. */
static void come_back_for_another(struct fake_kiosk *kiosk)
{
    keep_half_done(kiosk);
    stored(kiosk, err_ok());
    journey_goto(kiosk->journey, STATE_ATTRACT, "she has gone");
    fake_go(kiosk, "home");
    fake_tap(kiosk, ACTION_SERVICE, SERVICE_WITH_PAPERS);
    fake_go(kiosk, "card");
    fake_place_card(kiosk);
    fake_found_kept(kiosk, true);
    assert_state(kiosk, "resume");
}

static const char *field(struct fake_kiosk *kiosk, const char *ref)
{
    return session_value(kiosk->journey->visit->session, ref);
}

/* What she agreed to for the one service is not what she agreed to for the other. */
static void what_goes_on_keeps_its_own_consent(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    char time[64], text[2048];
    start(&kiosk);
    fake_go(&kiosk, "card");
    snprintf(time, sizeof time, "%s", field(&kiosk, "/data/consent_time"));
    snprintf(text, sizeof text, "%s", field(&kiosk, "/data/consent_text"));
    assert_true(*time && *text);
    kiosk.clock.wall_now_ms += 60000;
    come_back_for_another(&kiosk);
    assert_string_not_equal(field(&kiosk, "/data/consent_time"), time);
    assert_string_not_equal(field(&kiosk, "/data/consent_text"), text);
    fake_tap(&kiosk, ACTION_YES, 0);
    assert_string_equal(field(&kiosk, "/data/consent_time"), time);
    assert_string_equal(field(&kiosk, "/data/consent_text"), text);
    fake_kiosk_stop(&kiosk);
}

/* A card keeps one application: what waits for it is not written over by another service's. */
static void what_is_kept_is_not_replaced_by_another(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    start(&kiosk);
    come_back_for_another(&kiosk);
    int keeps = kiosk.keeps;
    fake_tap(&kiosk, ACTION_NO, 0); /* the other one first */
    fake_tap(&kiosk, UI_ACTION_STOP, 0);
    assert_false(offers(&kiosk, "keep"));
    fake_tap(&kiosk, ACTION_KEEP, 0);
    assert_state(&kiosk, "stop");
    fake_tap(&kiosk, ACTION_NO, 0);
    walk_to_photo(&kiosk);
    fake_device(&kiosk, DEVICE_CAMERA, false, 0);
    assert_false(offers(&kiosk, "keep"));
    fake_tap(&kiosk, ACTION_KEEP, 0);
    assert_state(&kiosk, "question");
    fake_tap(&kiosk, UI_ACTION_STOP, 0);
    fake_tap(&kiosk, ACTION_YES, 0);
    assert_int_equal(kiosk.keeps, keeps);
    assert_int_equal(kiosk.kept_drops, 0);
    fake_kiosk_stop(&kiosk);
}

static void walk_away(struct fake_kiosk *kiosk)
{
    for (int i = 0; i < 4 && strcmp(journey_state(kiosk->journey), "attract") != 0; i++)
        fake_pass(kiosk, 90000);
    assert_state(kiosk, "attract");
}

/* Who fetches her glasses finds it again with her card, and with nothing else. */
static void who_walks_away_in_the_middle_finds_it_again(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    start(&kiosk);
    read_card(&kiosk, false);
    fake_tap(&kiosk, ACTION_CHOICE, 1);
    assert_int_equal(kiosk.wanted_keeps, 0);
    fake_pass(&kiosk, 75000);
    assert_state(&kiosk, "still-there");
    fake_look(&kiosk);
    assert_non_null(strstr(kiosk.said, "就封好留着"));
    fake_pass(&kiosk, 30000);
    assert_state(&kiosk, "attract");
    assert_int_equal(kiosk.kept_drops, 0);
    assert_false(kiosk.journey->visit->person.has_card);
    read_card(&kiosk, true);
    assert_state(&kiosk, "resume");
    fake_tap(&kiosk, ACTION_YES, 0);
    assert_string_equal(session_value(kiosk.journey->visit->session, "/data/live_where"), "county");
    walk_away(&kiosk); /* and once more */
    assert_int_equal(kiosk.kept_drops, 0);
    fake_kiosk_stop(&kiosk);
}

/* Going home by the keys is not walking away. */
static void what_nobody_asked_to_keep_goes_when_she_ends_it(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    start(&kiosk);
    read_card(&kiosk, false);
    fake_tap(&kiosk, ACTION_CHOICE, 1);
    assert_true(kiosk.keeps > 0); /* in case the power fails now */
    fake_tap(&kiosk, UI_ACTION_STOP, 0);
    fake_tap(&kiosk, ACTION_YES, 0);
    assert_state(&kiosk, "take-card");
    assert_int_equal(kiosk.kept_drops, 1);
    walk_away(&kiosk);
    assert_int_equal(kiosk.kept_drops, 1);
    fake_kiosk_stop(&kiosk);
}

static void a_power_cut_costs_no_answer_that_was_given(void **state)
{
    (void)state;
    struct fake_kiosk kiosk, after;
    start(&kiosk);
    read_card(&kiosk, false);
    fake_tap(&kiosk, ACTION_CHOICE, 1);
    /* the power fails */
    start(&after);
    after.kept = kiosk.kept; /* what is on the disk */
    kiosk.kept = (struct buf){0};
    fake_kiosk_stop(&kiosk);
    read_card(&after, true);
    fake_tap(&after, ACTION_YES, 0);
    assert_state(&after, "question");
    assert_string_equal(session_value(after.journey->visit->session, "/data/live_where"), "county");
    fake_kiosk_stop(&after);
}

static void thrown_away_is_thrown_away(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    start(&kiosk);
    keep_half_done(&kiosk);
    stored(&kiosk, err_ok());
    walk_away(&kiosk);
    read_card(&kiosk, true);
    fake_tap(&kiosk, ACTION_YES, 0);
    fake_tap(&kiosk, UI_ACTION_STOP, 0);
    fake_tap(&kiosk, ACTION_YES, 0);
    assert_state(&kiosk, "take-card");
    assert_int_equal(kiosk.kept_drops, 1);
    fake_kiosk_stop(&kiosk);
}

/* One tap loses nothing: she is told that the old one goes, and may think better of it. */
static void afresh_is_asked_once_more_and_takes_the_old_ones_place(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    start(&kiosk);
    keep_half_done(&kiosk);
    stored(&kiosk, err_ok());
    walk_away(&kiosk);
    read_card(&kiosk, true);
    fake_tap(&kiosk, ACTION_NO, 0);
    assert_state(&kiosk, "afresh");
    fake_look(&kiosk);
    assert_non_null(strstr(kiosk.said, "上次填的不留"));
    assert_int_equal(kiosk.kept_drops, 0);
    fake_tap(&kiosk, UI_ACTION_BACK, 0);
    assert_state(&kiosk, "resume");
    fake_look(&kiosk);
    fake_tap(&kiosk, ACTION_NO, 0);
    fake_tap(&kiosk, ACTION_YES, 0);
    assert_state(&kiosk, "question");
    assert_int_equal(kiosk.kept_drops, 1);
    assert_string_equal(session_value(kiosk.journey->visit->session, "/data/live_where"), "");
    fake_kiosk_stop(&kiosk);
}

/* A kiosk whose secret lies on the disk says so, and nothing of a card goes there. */
static void without_a_safe_place_nothing_is_kept_and_that_is_said(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "question");
    fake_tap(&kiosk, ACTION_CHOICE, 1);
    fake_tap(&kiosk, UI_ACTION_STOP, 0);
    fake_look(&kiosk);
    assert_non_null(strstr(kiosk.said, "不能给您留着"));
    fake_tap(&kiosk, ACTION_KEEP, 0);
    assert_state(&kiosk, "stop");
    assert_int_equal(kiosk.keeps, 0);
    assert_int_equal(kiosk.kept_looks, 0);
    fake_kiosk_stop(&kiosk);
}

/* The second service of a visit: no card, and nothing that was answered is asked again. */
static void nobody_is_asked_twice_in_one_visit(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    start(&kiosk);
    read_card(&kiosk, false);
    fake_go(&kiosk, "saved");
    int reads = kiosk.card_reads;
    fake_another(&kiosk);
    fake_tap(&kiosk, ACTION_SERVICE, 0);
    fake_tap(&kiosk, ACTION_NEXT, 0);
    fake_tap(&kiosk, ACTION_YES, 0);
    assert_state(&kiosk, "question");
    assert_int_equal(kiosk.journey->visit->draft.input,
                     VIEW_PHOTO); /* which she left out; all else is known */
    assert_int_equal(kiosk.card_reads, reads);
    fake_tap(&kiosk, ACTION_NEXT, 0);
    assert_state(&kiosk, "review");
    assert_string_equal(session_value(kiosk.journey->visit->session, "/data/contact_phone"), "13800001234");
    fake_tap(&kiosk, UI_ACTION_BACK, 0); /* she may go back and change each */
    fake_tap(&kiosk, UI_ACTION_BACK, 0);
    assert_state(&kiosk, "question");
    fake_kiosk_stop(&kiosk);
}

/* Her card is laid down where cases are looked for; the store is slow, and she goes to the services
 * meanwhile. */
static void leave_before_the_store_answers(struct fake_kiosk *kiosk)
{
    fake_go(kiosk, "home");
    fake_tap(kiosk, ACTION_PROGRESS, 0);
    fake_place_card(kiosk);
    struct store_answer cases = {.kind = STORE_CASES};
    journey_store(kiosk->journey, &cases);
    assert_int_equal(kiosk->kept_looks, 1);
    fake_tap(kiosk, UI_ACTION_BACK, 0);
    assert_state(kiosk, "home");
}

static void a_card_nobody_waits_for_is_watched_all_the_same(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    start(&kiosk);
    leave_before_the_store_answers(&kiosk);
    assert_true(kiosk.watches_card);
    fake_take_card(&kiosk);
    assert_state(&kiosk, "attract"); /* whoever comes next meets nothing of her */
    fake_kiosk_stop(&kiosk);
}

/* What waits for her card is asked after again before anything could take its place. */
static void a_late_answer_costs_nobody_what_was_kept(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    start(&kiosk);
    keep_half_done(&kiosk);
    stored(&kiosk, err_ok());
    fake_tap(&kiosk, ACTION_DONE, 0);
    fake_take_card(&kiosk);
    fake_tap(&kiosk, ACTION_DONE, 0);
    kiosk.kept_looks = 0;
    leave_before_the_store_answers(&kiosk);
    uint64_t late = kiosk.kept_ticket;
    fake_go(&kiosk, "card");
    assert_int_equal(kiosk.kept_looks, 2);
    struct store_answer answer = {.kind = STORE_FOUND_KEPT, .ticket = late};
    journey_store(kiosk.journey, &answer);
    assert_state(&kiosk, "card");
    fake_found_kept(&kiosk, true);
    assert_state(&kiosk, "resume");
    fake_kiosk_stop(&kiosk);
}

/* Who is too quick for the store on the card's own screen. */
static void going_back_before_the_answer_does_not_pass_by_what_was_kept(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    start(&kiosk);
    fake_go(&kiosk, "card");
    fake_place_card(&kiosk);
    fake_tap(&kiosk, UI_ACTION_BACK, 0);
    assert_state(&kiosk, "consent");
    assert_true(kiosk.watches_card);
    fake_tap(&kiosk, ACTION_YES, 0);
    assert_state(&kiosk, "card");
    fake_tap(&kiosk, ACTION_NEXT, 0);
    assert_state(&kiosk, "card");
    fake_found_kept(&kiosk, false);
    assert_state(&kiosk, "question");
    fake_kiosk_stop(&kiosk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kept_is_said_only_when_it_is_durable),
        cmocka_unit_test(a_dead_camera_leaves_a_way),
        cmocka_unit_test(a_photo_that_fails_leaves_no_frozen_picture),
        cmocka_unit_test(a_dead_camera_without_a_safe_place),
        cmocka_unit_test(what_was_kept_is_offered_to_its_card_and_goes_on_where_it_was),
        cmocka_unit_test(the_review_closes_as_it_did_before),
        cmocka_unit_test(what_goes_on_keeps_its_own_consent),
        cmocka_unit_test(what_is_kept_is_not_replaced_by_another),
        cmocka_unit_test(who_walks_away_in_the_middle_finds_it_again),
        cmocka_unit_test(what_nobody_asked_to_keep_goes_when_she_ends_it),
        cmocka_unit_test(a_power_cut_costs_no_answer_that_was_given),
        cmocka_unit_test(thrown_away_is_thrown_away),
        cmocka_unit_test(afresh_is_asked_once_more_and_takes_the_old_ones_place),
        cmocka_unit_test(without_a_safe_place_nothing_is_kept_and_that_is_said),
        cmocka_unit_test(nobody_is_asked_twice_in_one_visit),
        cmocka_unit_test(a_card_nobody_waits_for_is_watched_all_the_same),
        cmocka_unit_test(a_late_answer_costs_nobody_what_was_kept),
        cmocka_unit_test(going_back_before_the_answer_does_not_pass_by_what_was_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
