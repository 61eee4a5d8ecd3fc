#include "app/journey/internal.h"

#include "tests/unit/cmocka.h"

static bool is_state(enum journey_state_id id)
{
    return (id > STATE_UNSET && id < STATE_COUNT) || id == STATE_UNDER;
}

static bool is_key(enum journey_state_id id)
{
    return is_state(id) || id == STATE_HERE || id == STATE_NOWHERE;
}

/* A blank is STATE_UNSET: each field must be written and must make sense. */
static void no_row_has_a_blank(void **state)
{
    (void)state;
    for (size_t i = STATE_UNSET + 1; i < STATE_COUNT; i++) {
        const struct state_row *row = &journey_states[i];
        assert_non_null(row->name);
        assert_non_null(row->build);
        assert_true(is_state(row->on_timeout));
        assert_true(is_key(row->on_back));
        assert_true(is_key(row->on_stop));
        if (row->on_back == STATE_HERE || row->on_stop == STATE_HERE)
            assert_non_null(row->ui);
        for (size_t other = STATE_UNSET + 1; other < i; other++)
            assert_string_not_equal(row->name, journey_states[other].name);
    }
}

/* Left alone for long enough, every screen ends at the one that wipes; only saving waits for the disk. */
static void every_screen_ends_at_attract_by_itself(void **state)
{
    (void)state;
    for (size_t i = STATE_UNSET + 1; i < STATE_COUNT; i++) {
        enum journey_state_id at = (enum journey_state_id)i;
        for (size_t steps = 0; at != STATE_ATTRACT && at != STATE_SAVING; steps++) {
            assert_true(steps < STATE_COUNT);
            assert_true(journey_states[at].timeout_ms > 0);
            at = journey_states[at].on_timeout;
        }
    }
}

/* 60 to 90 seconds of rest before the question, 30 more before it counts as a no. */
static void a_person_gets_the_time_that_was_promised(void **state)
{
    (void)state;
    assert_int_equal(journey_states[STATE_STILL_THERE].timeout_ms, 30000);
    for (size_t i = STATE_UNSET + 1; i < STATE_COUNT; i++)
        if (journey_states[i].on_timeout == STATE_STILL_THERE)
            assert_in_range(journey_states[i].timeout_ms, 60000, 90000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_row_has_a_blank),
        cmocka_unit_test(every_screen_ends_at_attract_by_itself),
        cmocka_unit_test(a_person_gets_the_time_that_was_promised),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
