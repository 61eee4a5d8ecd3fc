/* One finger out of evdev events: calibrated, turned, palms and second fingers ignored. */
#include "drivers/touch/track.h"
#include "tests/unit/cmocka.h"
#include <limits.h>
#include <stdio.h>
#include <string.h>

static struct touch_track begin(int turn_degrees, int palm_size)
{
    struct touch_track track;
    touch_track_init(&track,
                     &(struct touch_setup){
                         .x = {0, 1000}, .y = {0, 500}, .turn_degrees = turn_degrees, .palm_size = palm_size},
                     &(struct touch_known){0});
    return track;
}

/* Plays "type.code=value ..." ("S" is SYN_REPORT, "X" is SYN_DROPPED) and writes what is told. */
static const char *play(struct touch_track *track, const char *script)
{
    static const struct {
        const char *name;
        uint16_t type, code;
    } names[] = {{"slot", EV_ABS, ABS_MT_SLOT},
                 {"id", EV_ABS, ABS_MT_TRACKING_ID},
                 {"mx", EV_ABS, ABS_MT_POSITION_X},
                 {"my", EV_ABS, ABS_MT_POSITION_Y},
                 {"major", EV_ABS, ABS_MT_TOUCH_MAJOR},
                 {"tool", EV_ABS, ABS_MT_TOOL_TYPE},
                 {"x", EV_ABS, ABS_X},
                 {"y", EV_ABS, ABS_Y},
                 {"touch", EV_KEY, BTN_TOUCH},
                 {"S", EV_SYN, SYN_REPORT},
                 {"X", EV_SYN, SYN_DROPPED}};
    static const char kinds[] = "DMUC";
    static char told[512];
    char name[16];
    int value = 0, used;
    told[0] = '\0';
    for (; sscanf(script, " %15[a-zSX]%n", name, &used) == 1;) {
        script += used;
        value = 0;
        if (sscanf(script, "=%d%n", &value, &used) == 1)
            script += used;
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
            struct touch_event event;
            struct input_event in = {.type = names[i].type, .code = names[i].code, .value = value};
            if (strcmp(name, names[i].name) == 0 && touch_track_push(track, &in, &event))
                snprintf(told + strlen(told), sizeof told - strlen(told), "%c%d,%d ", kinds[event.kind],
                         event.x, event.y);
        }
    }
    return told;
}

static void one_finger_comes_moves_and_goes(void **state)
{
    struct touch_track track = begin(0, 0);
    (void)state;
    assert_string_equal(play(&track, "slot=0 id=7 mx=500 my=250 S"), "D32767,32767 ");
    assert_string_equal(play(&track, "S"), "");
    assert_string_equal(play(&track, "mx=1000 S"), "M65535,32767 ");
    assert_string_equal(play(&track, "id=-1 S"), "U65535,32767 ");
}

static void a_second_finger_is_nothing(void **state)
{
    struct touch_track track = begin(0, 0);
    (void)state;
    play(&track, "slot=0 id=1 mx=0 my=0 S");
    assert_string_equal(play(&track, "slot=1 id=2 mx=900 my=400 S mx=901 S"), "");
    assert_string_equal(play(&track, "slot=0 id=-1 S"), "U0,0 ");
    assert_string_equal(play(&track, "slot=1 mx=905 S id=-1 S"), "");
    assert_string_equal(play(&track, "slot=0 id=3 mx=1000 my=0 S"), "D65535,0 ");
}

static void a_palm_is_nothing(void **state)
{
    struct touch_track track = begin(0, 80);
    (void)state;
    assert_string_equal(play(&track, "id=1 mx=5 my=5 major=120 S mx=9 S id=-1 S"), "");
    assert_string_equal(play(&track, "id=2 mx=5 my=5 tool=2 S id=-1 S"), "");
    assert_string_equal(play(&track, "id=3 mx=0 my=0 major=20 tool=0 S"), "D0,0 ");
    assert_string_equal(play(&track, "major=100 S"), "C0,0 "); /* it grew into one: what began is not meant */
    assert_string_equal(play(&track, "mx=90 S id=-1 S"), "");
    assert_string_equal(play(&track, "id=4 mx=0 my=0 major=20 S"), "D0,0 ");
}

/* The kernel never says a value twice: where a finger comes down that was there before, nothing is said of
 * it, slot by slot. */
static void what_was_said_is_not_said_again(void **state)
{
    struct touch_track track = begin(0, 80);
    (void)state;
    play(&track, "slot=0 id=1 mx=1000 my=0 S slot=1 id=2 mx=0 my=500 S id=-1 S slot=0 id=-1 S");
    assert_string_equal(play(&track, "id=3 S id=-1 S"), "D65535,0 U65535,0 ");
    assert_string_equal(play(&track, "slot=1 id=4 S id=-1 S"), "D0,65535 U0,65535 ");
    assert_string_equal(play(&track, "id=5 major=120 S id=-1 S id=6 S id=-1 S"), ""); /* as broad as before */
    assert_string_equal(play(&track, "id=7 major=20 S"), "D0,65535 ");
}

static void the_first_touch_after_a_start_may_be_at_the_last_ones_place(void **state)
{
    const struct touch_setup setup = {.x = {0, 1000}, .y = {0, 500}};
    const struct touch_known known = {
        .slot = 3, .contacts = {[2] = {.x = 0, .y = 500}, [3] = {.x = 1000, .y = 500}}, .x = 1000};
    struct touch_track track;
    (void)state;
    touch_track_init(&track, &setup, &known);
    assert_string_equal(play(&track, "id=1 S id=-1 S"), "D65535,65535 U65535,65535 ");
    assert_string_equal(play(&track, "slot=2 id=2 S id=-1 S"), "D0,65535 U0,65535 ");
    touch_track_init(&track, &setup, &known);
    assert_string_equal(play(&track, "touch=1 S touch=0 S"), "D65535,0 U65535,0 "); /* without slots */
}

static void slots_nobody_can_remember_are_nobodys(void **state)
{
    struct touch_track track = begin(0, 0);
    (void)state;
    assert_string_equal(play(&track, "slot=9999 id=1 mx=5 my=5 S slot=-5 id=2 mx=7 S"), "");
    assert_string_equal(play(&track, "slot=0 id=3 mx=0 my=0 S"), "D0,0 ");
}

static void turned_panels_are_seen_upright(void **state)
{
    static const struct {
        int turn;
        const char *told;
    } table[] = {{0, "D0,0 "}, {90, "D65535,0 "}, {180, "D65535,65535 "}, {270, "D0,65535 "}};
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct touch_track track = begin(table[i].turn, 0);
        assert_string_equal(play(&track, "id=1 mx=0 my=0 S"), table[i].told);
    }
}

static void calibration_narrows_and_turns_round(void **state)
{
    struct touch_track track;
    (void)state;
    touch_track_init(&track, &(struct touch_setup){.x = {100, 900}, .y = {400, 100}},
                     &(struct touch_known){0});
    assert_string_equal(play(&track, "id=1 mx=100 my=400 S"), "D0,0 ");
    assert_string_equal(play(&track, "mx=50 my=100 S"), "M0,65535 ");
    assert_string_equal(play(&track, "mx=9999 S"), "M65535,65535 ");
}

static void plain_panels_without_slots_work(void **state)
{
    struct touch_track track = begin(0, 0);
    (void)state;
    assert_string_equal(play(&track, "touch=1 x=1000 y=500 S"), "D65535,65535 ");
    assert_string_equal(play(&track, "x=0 S touch=0 S"), "M0,65535 U0,65535 ");
}

/* A panel that is broken names places no glass has: they are at its edge. */
static void places_beyond_the_panel_are_at_its_edge(void **state)
{
    (void)state;
    struct touch_track track;
    touch_track_init(&track, &(struct touch_setup){.x = {100, 1000}, .y = {INT_MIN, INT_MAX}},
                     &(struct touch_known){0});
    assert_string_equal(play(&track, "id=1 mx=-2147483648 my=-2147483648 S mx=2147483647 my=2147483647 S"),
                        "D0,0 M65535,65535 ");
}

static void lost_events_cancel_what_was_begun(void **state)
{
    struct touch_track track = begin(0, 0);
    (void)state;
    play(&track, "id=1 mx=0 my=0 S");
    assert_string_equal(play(&track, "X mx=500 id=-1 S"), "C0,0 ");
    assert_string_equal(play(&track, "id=2 mx=1000 my=0 S"), "D65535,0 ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_finger_comes_moves_and_goes),
        cmocka_unit_test(a_second_finger_is_nothing),
        cmocka_unit_test(a_palm_is_nothing),
        cmocka_unit_test(what_was_said_is_not_said_again),
        cmocka_unit_test(the_first_touch_after_a_start_may_be_at_the_last_ones_place),
        cmocka_unit_test(slots_nobody_can_remember_are_nobodys),
        cmocka_unit_test(turned_panels_are_seen_upright),
        cmocka_unit_test(calibration_narrows_and_turns_round),
        cmocka_unit_test(plain_panels_without_slots_work),
        cmocka_unit_test(places_beyond_the_panel_are_at_its_edge),
        cmocka_unit_test(lost_events_cancel_what_was_begun),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
