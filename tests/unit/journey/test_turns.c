/* From screen to screen and page to page: what a tap may still mean, and what was seen to its end. */
#include "tests/unit/journey/fake_kiosk.h"

#include "tests/unit/cmocka.h"

static unsigned turn(struct fake_kiosk *kiosk)
{
    struct ui_tree *tree = journey_screen(kiosk->journey, &kiosk->theme);
    unsigned turn = ui_tree_turn(tree);
    ui_tree_destroy(&tree);
    return turn;
}

static void a_tap_is_for_the_screen_it_was_meant_for(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "question");
    unsigned first = turn(&kiosk);
    fake_device(&kiosk, DEVICE_PRINTER, true, 0); /* the screen is built anew, and is the same */
    assert_int_equal(turn(&kiosk), first);
    static const int leading_on[] = {UI_ACTION_TEXT_SIZE, UI_ACTION_CONTRAST, UI_ACTION_LOW_REACH,
                                     UI_ACTION_VOICE,     UI_ACTION_PAGE,     UI_ACTION_HELP,
                                     UI_ACTION_BACK};
    for (size_t i = 0; i < sizeof leading_on / sizeof *leading_on; i++) {
        unsigned before = turn(&kiosk);
        fake_tap(&kiosk, leading_on[i], 0);
        assert_int_not_equal(turn(&kiosk), before);
    }
    unsigned before = turn(&kiosk);
    fake_step(&kiosk); /* the next question */
    assert_state(&kiosk, "question");
    assert_int_not_equal(turn(&kiosk), before);
    fake_kiosk_stop(&kiosk);
}

/* The key for what one agrees to leads through the pages first. */
static bool leads_on(struct fake_kiosk *kiosk)
{
    bool waits = false;
    struct ui_tree *tree = journey_screen(kiosk->journey, &kiosk->theme);
    for (struct ui_node *node = ui_tree_root(tree); node; node = ui_node_walk(node))
        waits |= node->waits_for_last;
    ui_tree_destroy(&tree);
    return waits;
}

static void what_was_seen_to_its_end_need_not_be_seen_again(void **state)
{
    (void)state;
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "consent");
    assert_true(leads_on(&kiosk));
    journey_shown(kiosk.journey, false);
    assert_true(leads_on(&kiosk));
    fake_tap(&kiosk, UI_ACTION_HELP, 0);
    journey_shown(kiosk.journey, true); /* that was the help's last page */
    fake_tap(&kiosk, UI_ACTION_BACK, 0);
    assert_true(leads_on(&kiosk));
    fake_tap(&kiosk, UI_ACTION_PAGE, 1);
    journey_shown(kiosk.journey, true);
    assert_false(leads_on(&kiosk));
    fake_tap(&kiosk, UI_ACTION_TEXT_SIZE, 0); /* larger, so there are more pages: she has read them */
    journey_shown(kiosk.journey, false);
    assert_false(leads_on(&kiosk));
    fake_tap(&kiosk, UI_ACTION_HELP, 0);
    fake_tap(&kiosk, UI_ACTION_BACK, 0);
    assert_false(leads_on(&kiosk));
    fake_tap(&kiosk, UI_ACTION_BACK, 0); /* the guide, maybe of another service next */
    fake_go(&kiosk, "consent");
    assert_true(leads_on(&kiosk));
    fake_kiosk_stop(&kiosk);
}

/* The guide informs: who knows enough starts from any of its pages, and then meets what she must read. */
static void a_service_starts_from_any_page_of_its_guide(void **state)
{
    (void)state;
    for (int page = 0; page < 3; page++) {
        struct fake_kiosk kiosk;
        fake_kiosk_start(&kiosk);
        fake_go(&kiosk, "guide");
        fake_tap(&kiosk, UI_ACTION_PAGE, page);
        struct ui_tree *tree = journey_screen(kiosk.journey, &kiosk.theme);
        const struct ui_node *start = ui_tree_find(tree, "next");
        assert_non_null(start);
        assert_false(start->waits_for_last || start->is_disabled);
        int action = start->action;
        ui_tree_destroy(&tree);
        fake_tap(&kiosk, action, 0);
        assert_state(&kiosk, "consent");
        assert_true(leads_on(&kiosk));
        fake_kiosk_stop(&kiosk);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tap_is_for_the_screen_it_was_meant_for),
        cmocka_unit_test(what_was_seen_to_its_end_need_not_be_seen_again),
        cmocka_unit_test(a_service_starts_from_any_page_of_its_guide),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
