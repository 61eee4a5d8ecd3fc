/*
 * When to try next. Pure code on a handed-in time and a handed-in random number, so that the simulator runs
 * 5,000 kiosks through the very same lines.
 *
 * Full jitter: the wait is uniform in [0, min(cap, base * 2^failures)), never below what the platform's
 * Retry-After asked for. The state is stored (store_link) and survives reboots. When a link comes back after
 * a long outage, the first contact waits a share of the configured window, so that a county whose power
 * returns does not arrive in one second.
 */
#ifndef YIZHAN_OFFLINE_POLICY_H
#define YIZHAN_OFFLINE_POLICY_H

#include <stdbool.h>
#include <stdint.h>

struct policy {
    int64_t base_ms;       /* 5 s */
    int64_t cap_ms;        /* 15 min */
    int64_t spread_ms;     /* [sync] spread_s */
    int64_t outage_ms;     /* no contact for this long makes the next one an "after the outage" one: 30 min */
    int64_t pull_every_ms; /* between pulls while all is well: 10 min, jittered by a quarter */
    int64_t retry_floor_ms; /* the longest Retry-After that is believed: 6 h */
};

/* What is remembered of one link. Wall times, because they outlive the process; a clock set back can only
 * make a wait shorter: see policy_due(). */
struct policy_state {
    int failures;         /* since the last contact */
    int64_t last_good_ms; /* wall; 0 for never */
    int64_t not_before_ms;
    int64_t wait_ms; /* how long that wait was when it was set */
};

/* 64 uniform random bits. */
typedef uint64_t (*policy_random)(void *context);

struct policy policy_default(int spread_s);

/* A contact worked. */
void policy_succeeded(struct policy_state *state, int64_t now_ms);

/* A contact failed; retry_after_s is the platform's wish or -1. */
void policy_failed(struct policy_state *state, const struct policy *policy, int64_t now_ms, int retry_after_s,
                   policy_random random, void *random_context);

/* To be asked at program start and whenever the network comes back: after an outage, moves not_before into
 * the spread window once. True when it did. */
bool policy_spread(struct policy_state *state, const struct policy *policy, int64_t now_ms,
                   policy_random random, void *random_context);

/* A clock that was set back (dead battery, ten years) must not make the wait longer than it was meant: call
 * before policy_due. True when it changed something. */
bool policy_mend(struct policy_state *state, int64_t now_ms);

/* Milliseconds until the next try, 0 when it is due. */
int64_t policy_due(const struct policy_state *state, int64_t now_ms);

/* The jittered time between two pulls. */
int64_t policy_pull_interval(const struct policy *policy, policy_random random, void *random_context);

#endif
