/*
 * A village's line: 20 kbit/s, dead every 30 seconds, that is after every 75 kB. Here forty times as fast
 * (800 kbit/s, 75 kB), which changes no byte. How much more than the payload goes over it? A POST is answered
 * whole or not at all, so a file that was cut goes again from its beginning: the floor grows with the size of
 * files.
 */
#include "tests/offline/story.h"
#include "tests/unit/cmocka.h"
#include <stdio.h>

enum { APPLICATIONS = 40, RATE = 100 * 1000, CUT_BYTES = 75 * 1000, RUNS_MAX = 2000 };

/* Past the backoff and no further: forms are pulled when their own time comes. */
static void wait_for_turn(struct kiosk *kiosk)
{
    int64_t left_ms = kiosk_link(kiosk).next_try_ms - kiosk->clock.wall_now_ms;
    clock_fake_advance(&kiosk->clock, left_ms > 0 ? left_ms : 1000);
}

static int64_t send_all(struct story *story, size_t photo_bytes, int64_t *out_payload)
{
    const struct proxy_road fine = {0}, road = {.bytes_per_s = RATE, .cut_every = CUT_BYTES};
    char number[CASE_NUMBER_SIZE];

    if (!story->proxy)
        story_road(story, &fine);
    proxy_change(story->proxy, &fine);
    kiosk_sync(&story->kiosk, SYNC_NOW);
    for (int i = 0; i < APPLICATIONS; i++)
        assert_ok(kiosk_apply(&story->kiosk, photo_bytes, number));
    *out_payload = kiosk_counts(&story->kiosk).waiting_bytes;
    int64_t before = proxy_bytes(story->proxy);
    proxy_change(story->proxy, &road);
    for (int i = 0; i < RUNS_MAX && kiosk_counts(&story->kiosk).waiting > 0; i++) {
        wait_for_turn(&story->kiosk);
        kiosk_sync(&story->kiosk, SYNC_WHEN_DUE);
    }
    assert_int_equal(kiosk_counts(&story->kiosk).waiting, 0);
    return proxy_bytes(story->proxy) - before;
}

static void report(const char *name, int64_t sent, int64_t payload)
{
    printf("{\"name\":\"%s\",\"value\":%.0f,\"unit\":\"B\",\"peer\":\"sealed bytes of the "
           "applications\",\"peer_value\":%.0f,\"ratio\":%.4f,\"runs\":1,\"how\":\"./dev bench %s\"}\n",
           name, (double)sent, (double)payload, (double)sent / (double)payload, name);
}

int main(void)
{
    struct story *story = NULL;
    int64_t payload = 0;

    if (story_setup((void **)&story) != 0)
        return 1;
    int64_t sent = send_all(story, 10 * 1000, &payload);
    report("sync.weak_link_waste", sent, payload);
    sent = send_all(story, 60 * 1000, &payload);
    report("sync.weak_link_waste_large", sent, payload);
    story_teardown((void **)&story);
    return 0;
}
