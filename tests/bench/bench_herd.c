/*
 * A county's power comes back: 5,000 kiosks start in the same five seconds and want to reach one platform.
 * The policy is the real one, on a clock of one-second ticks; the platform takes so many contacts a second
 * and answers the rest 503. Beside it the same without dice and without a window: everybody at once, and
 * again in step.
 */
#include "offline/policy.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { KIOSKS = 5000, BOOT_S = 5, CAPACITY = 145, SPREAD_S = 600, LONGEST_S = 24 * 3600 };

static const int64_t BACK_MS = 1787500800000;
static const int64_t OUTAGE_MS = 6 * 3600 * 1000;

struct kiosk {
    struct policy_state link;
    bool is_through;
};

struct outcome {
    int peak;     /* contacts in the worst second */
    int drain_s;  /* until the last one is through */
    int contacts; /* in all, refused ones included */
};

static uint64_t dice(void *context)
{
    uint64_t *seed = context;
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

/* Everybody throws the same. */
static uint64_t in_step(void *context)
{
    (void)context;
    return INT64_MAX;
}

static void boot(struct kiosk *kiosks, const struct policy *policy, policy_random random, uint64_t *seed)
{
    for (int i = 0; i < KIOSKS; i++) {
        int64_t now_ms = BACK_MS + (int64_t)(dice(seed) % BOOT_S) * 1000;
        kiosks[i] = (struct kiosk){.link = {.last_good_ms = BACK_MS - OUTAGE_MS, .not_before_ms = now_ms}};
        policy_spread(&kiosks[i].link, policy, now_ms, random, seed);
    }
}

/* One second; how many came. */
static int tick(struct kiosk *kiosks, const struct policy *policy, int64_t now_ms, policy_random random,
                uint64_t *seed, int *left)
{
    int contacts = 0;
    for (int i = 0; i < KIOSKS; i++) {
        struct kiosk *kiosk = &kiosks[i];
        if (kiosk->is_through || policy_due(&kiosk->link, now_ms) > 0)
            continue;
        if (++contacts > CAPACITY) {
            policy_failed(&kiosk->link, policy, now_ms, -1, random, seed);
            continue;
        }
        policy_succeeded(&kiosk->link, now_ms);
        kiosk->is_through = true;
        --*left;
    }
    return contacts;
}

static struct outcome come_back(const struct policy *policy, policy_random random)
{
    struct kiosk *kiosks = calloc(KIOSKS, sizeof *kiosks);
    struct outcome outcome = {0};
    uint64_t seed = 20261122;
    int left = KIOSKS;

    if (!kiosks)
        abort();
    boot(kiosks, policy, random, &seed);
    for (; left > 0 && outcome.drain_s < LONGEST_S; outcome.drain_s++) {
        int contacts = tick(kiosks, policy, BACK_MS + outcome.drain_s * 1000, random, &seed, &left);
        outcome.contacts += contacts;
        outcome.peak = contacts > outcome.peak ? contacts : outcome.peak;
    }
    free(kiosks);
    return outcome;
}

static void report(const char *name, const char *unit, int ours, int peer)
{
    printf(
        "{\"name\":\"%s\",\"value\":%d,\"unit\":\"%s\",\"peer\":\"no jitter, no window\",\"peer_value\":%d,"
        "\"ratio\":%.4f,\"runs\":1,\"how\":\"./dev bench %s\"}\n",
        name, ours, unit, peer, (double)ours / peer, name);
}

int main(void)
{
    struct policy policy = policy_default(SPREAD_S), no_window = policy_default(0);
    struct outcome ours = come_back(&policy, dice), peer = come_back(&no_window, in_step);

    report("sync.herd_peak", "contacts/s", ours.peak, peer.peak);
    report("sync.herd_drain", "s", ours.drain_s, peer.drain_s);
    report("sync.herd_contacts", "contacts", ours.contacts, peer.contacts);
    return 0;
}
