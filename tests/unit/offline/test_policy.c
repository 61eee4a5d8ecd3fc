/* When to try next, on a clock and dice of ours. */
#include "offline/policy.h"
#include "offline/sync_tables.h"
#include "tests/unit/cmocka.h"

static const int64_t NOW_MS = 1787500800000;

static uint64_t highest(void *context)
{
    (void)context;
    return UINT64_MAX;
}

static uint64_t lowest(void *context)
{
    (void)context;
    return 0;
}

/* xorshift64: the same dice every time. */
static uint64_t dice(void *context)
{
    uint64_t *seed = context;
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static void backoff_doubles_up_to_the_cap_and_is_spread_over_all_of_it(void **state)
{
    struct policy policy = policy_default(0);
    struct policy_state state_now = {0};
    int64_t ceiling_ms = policy.base_ms;
    (void)state;

    for (int i = 0; i < 30; i++) {
        uint64_t seed = (uint64_t)i + 1;
        int64_t longest_ms = 0, shortest_ms = INT64_MAX;
        for (int throws = 0; throws < 2000; throws++) {
            struct policy_state thrown = state_now;
            policy_failed(&thrown, &policy, NOW_MS, -1, dice, &seed);
            longest_ms = thrown.wait_ms > longest_ms ? thrown.wait_ms : longest_ms;
            shortest_ms = thrown.wait_ms < shortest_ms ? thrown.wait_ms : shortest_ms;
        }
        assert_in_range(longest_ms, ceiling_ms * 9 / 10, ceiling_ms);
        assert_in_range(shortest_ms, 0, ceiling_ms / 10);
        policy_failed(&state_now, &policy, NOW_MS, -1, lowest, NULL);
        ceiling_ms = ceiling_ms * 2 < policy.cap_ms ? ceiling_ms * 2 : policy.cap_ms;
    }
}

static void success_begins_anew(void **state)
{
    struct policy policy = policy_default(0);
    struct policy_state link = {0};
    uint64_t seed = 7;
    (void)state;

    for (int i = 0; i < 10; i++)
        policy_failed(&link, &policy, NOW_MS, -1, dice, &seed);
    policy_succeeded(&link, NOW_MS + 5);
    assert_int_equal(link.failures, 0);
    assert_int_equal(link.last_good_ms, NOW_MS + 5);
    assert_int_equal(policy_due(&link, NOW_MS + 5), 0);
}

static void retry_after_is_a_floor_and_not_believed_for_ever(void **state)
{
    struct policy policy = policy_default(0);
    struct policy_state link = {0};
    uint64_t seed = 3;
    (void)state;

    policy_failed(&link, &policy, NOW_MS, 120, lowest, NULL);
    assert_int_equal(policy_due(&link, NOW_MS), 120 * 1000);
    /* Kiosks turned away together do not come back together. */
    link = (struct policy_state){0};
    policy_failed(&link, &policy, NOW_MS, 120, dice, &seed);
    assert_in_range(policy_due(&link, NOW_MS), 120 * 1000 + 1, 120 * 1000 + policy.base_ms);
    policy_failed(&link, &policy, NOW_MS, 1000000, lowest, NULL);
    assert_int_equal(policy_due(&link, NOW_MS), policy.retry_floor_ms);
}

static void a_clock_set_back_does_not_prolong_a_wait(void **state)
{
    struct policy policy = policy_default(0);
    struct policy_state link = {0};
    int64_t long_ago_ms = NOW_MS - (int64_t)10 * 365 * 24 * 3600 * 1000;
    (void)state;

    policy_failed(&link, &policy, NOW_MS, -1, highest, NULL);
    assert_false(policy_mend(&link, NOW_MS));
    assert_true(policy_mend(&link, long_ago_ms));
    assert_in_range(policy_due(&link, long_ago_ms), 0, policy.cap_ms);
    assert_int_equal(policy_due(&link, long_ago_ms + policy.cap_ms), 0);
}

/* After an outage the county's first contacts fill the window instead of its first second. */
static void first_contact_after_an_outage_is_spread(void **state)
{
    struct policy policy = policy_default(600);
    enum { KIOSKS = 6000, MINUTES = 10 };
    int in_minute[MINUTES] = {0};
    uint64_t seed = 42;
    (void)state;

    for (int i = 0; i < KIOSKS; i++) {
        struct policy_state link = {.last_good_ms = NOW_MS - 3600 * 1000};
        assert_true(policy_spread(&link, &policy, NOW_MS, dice, &seed));
        int64_t wait_ms = policy_due(&link, NOW_MS);
        assert_in_range(wait_ms, 0, 600 * 1000);
        in_minute[wait_ms == 600 * 1000 ? MINUTES - 1 : wait_ms / 60000]++;
    }
    for (int i = 0; i < MINUTES; i++)
        assert_in_range(in_minute[i], KIOSKS / MINUTES * 8 / 10, KIOSKS / MINUTES * 12 / 10);
}

static void no_outage_no_spread(void **state)
{
    struct policy policy = policy_default(600);
    struct policy_state fresh = {0}, recent = {.last_good_ms = NOW_MS - 60 * 1000};
    uint64_t seed = 5;
    (void)state;
    assert_false(policy_spread(&fresh, &policy, NOW_MS, dice, &seed));
    assert_false(policy_spread(&recent, &policy, NOW_MS, dice, &seed));
}

static void pulls_do_not_keep_step(void **state)
{
    struct policy policy = policy_default(0);
    (void)state;
    assert_int_equal(policy_pull_interval(&policy, lowest, NULL), policy.pull_every_ms * 3 / 4);
    uint64_t seed = 11;
    for (int i = 0; i < 1000; i++)
        assert_in_range(policy_pull_interval(&policy, dice, &seed), policy.pull_every_ms * 3 / 4,
                        policy.pull_every_ms * 5 / 4);
}

/* ---- the state tables ---- */

/* Every state but the last can be reached and left. */
static void pull_has_no_dead_end(void **state)
{
    bool reached[PULL_STATE_COUNT] = {[PULL_LIST] = true};
    (void)state;
    for (int round = 0; round < PULL_STATE_COUNT; round++) {
        for (int from = 0; from < PULL_STATE_COUNT; from++) {
            for (int event = 0; event < PULL_EVENT_COUNT; event++) {
                if (reached[from] && pull_knows((enum pull_state)from, (enum pull_event)event))
                    reached[pull_after((enum pull_state)from, (enum pull_event)event)] = true;
            }
        }
    }
    for (int from = 0; from < PULL_STATE_COUNT; from++) {
        int exits = 0;
        for (int event = 0; event < PULL_EVENT_COUNT; event++)
            exits += pull_knows((enum pull_state)from, (enum pull_event)event);
        assert_true(reached[from]);
        assert_int_equal(exits > 0, from != PULL_DONE);
    }
}

static void push_has_no_dead_end(void **state)
{
    bool reached[PUSH_STATE_COUNT] = {[PUSH_PROBE] = true};
    (void)state;
    for (int round = 0; round < PUSH_STATE_COUNT; round++) {
        for (int from = 0; from < PUSH_STATE_COUNT; from++) {
            for (int event = 0; event < PUSH_EVENT_COUNT; event++) {
                if (reached[from] && push_knows((enum push_state)from, (enum push_event)event))
                    reached[push_after((enum push_state)from, (enum push_event)event)] = true;
            }
        }
    }
    for (int from = 0; from < PUSH_STATE_COUNT; from++) {
        int exits = 0;
        for (int event = 0; event < PUSH_EVENT_COUNT; event++)
            exits += push_knows((enum push_state)from, (enum push_event)event);
        assert_true(reached[from]);
        assert_int_equal(exits > 0, from != PUSH_DONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(backoff_doubles_up_to_the_cap_and_is_spread_over_all_of_it),
        cmocka_unit_test(success_begins_anew),
        cmocka_unit_test(retry_after_is_a_floor_and_not_believed_for_ever),
        cmocka_unit_test(a_clock_set_back_does_not_prolong_a_wait),
        cmocka_unit_test(first_contact_after_an_outage_is_spread),
        cmocka_unit_test(no_outage_no_spread),
        cmocka_unit_test(pulls_do_not_keep_step),
        cmocka_unit_test(pull_has_no_dead_end),
        cmocka_unit_test(push_has_no_dead_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
