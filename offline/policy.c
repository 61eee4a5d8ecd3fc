#include "offline/policy.h"

#include <stddef.h>

enum { MAX_DOUBLINGS = 20 };

struct policy policy_default(int spread_s)
{
    return (struct policy){
        .base_ms = 5000,
        .cap_ms = 15 * 60 * 1000,
        .spread_ms = (int64_t)spread_s * 1000,
        .outage_ms = 30 * 60 * 1000,
        .pull_every_ms = 10 * 60 * 1000,
        .retry_floor_ms = 6 * 3600 * 1000,
    };
}

/* Uniform in [0, limit]; the modulo's bias is below 2^-30 for the hours that are asked for. */
static int64_t uniform(int64_t limit, policy_random random, void *context)
{
    if (limit <= 0)
        return 0;
    return (int64_t)(random(context) % ((uint64_t)limit + 1));
}

static void wait_from(struct policy_state *state, int64_t now_ms, int64_t wait_ms)
{
    state->not_before_ms = now_ms + wait_ms;
    state->wait_ms = wait_ms;
}

void policy_succeeded(struct policy_state *state, int64_t now_ms)
{
    state->failures = 0;
    state->last_good_ms = now_ms;
    wait_from(state, now_ms, 0);
}

static int64_t ceiling(const struct policy *policy, int failures)
{
    int doublings = failures < MAX_DOUBLINGS ? failures : MAX_DOUBLINGS;
    int64_t ceiling_ms = policy->base_ms << doublings;
    return ceiling_ms < policy->cap_ms ? ceiling_ms : policy->cap_ms;
}

void policy_failed(struct policy_state *state, const struct policy *policy, int64_t now_ms, int retry_after_s,
                   policy_random random, void *random_context)
{
    int64_t wait_ms = uniform(ceiling(policy, state->failures), random, random_context);
    int64_t floor_ms = retry_after_s > 0 ? (int64_t)retry_after_s * 1000 : 0;
    if (floor_ms > policy->retry_floor_ms)
        floor_ms = policy->retry_floor_ms;
    if (state->failures < MAX_DOUBLINGS)
        state->failures++;
    /* The floor is the same for every kiosk that was turned away together: the jitter goes on top of it. */
    wait_from(state, now_ms, floor_ms + wait_ms);
}

bool policy_spread(struct policy_state *state, const struct policy *policy, int64_t now_ms,
                   policy_random random, void *random_context)
{
    int64_t silence_ms = now_ms - state->last_good_ms;
    if (state->last_good_ms == 0 || policy->spread_ms <= 0)
        return false;
    if (silence_ms >= 0 && silence_ms < policy->outage_ms)
        return false;
    int64_t wait_ms = uniform(policy->spread_ms, random, random_context);
    if (policy_due(state, now_ms) < wait_ms)
        wait_from(state, now_ms, wait_ms);
    return true;
}

bool policy_mend(struct policy_state *state, int64_t now_ms)
{
    if (state->not_before_ms - now_ms <= state->wait_ms)
        return false;
    state->not_before_ms = now_ms + state->wait_ms;
    return true;
}

int64_t policy_due(const struct policy_state *state, int64_t now_ms)
{
    int64_t left_ms = state->not_before_ms - now_ms;
    return left_ms > 0 ? left_ms : 0;
}

int64_t policy_pull_interval(const struct policy *policy, policy_random random, void *random_context)
{
    int64_t quarter_ms = policy->pull_every_ms / 4;
    return policy->pull_every_ms - quarter_ms + uniform(2 * quarter_ms, random, random_context);
}
