/*
 * Every bad road between a kiosk and its platform, by a proxy of the test: rate, delay, cuts, silence. On
 * each the same must hold: nothing lost, nothing twice, nothing called received that the platform does not
 * have; and a citizen's commit never waits for the road. What only loses packets is TCP's business; these
 * kernels have no netem, and the byte is where our promises begin.
 */
#include "tests/offline/story.h"
#include "tests/unit/cmocka.h"
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { APPLICATIONS = 4, PHOTO_BYTES = 40 * 1000, TURNS_MAX = 400 };

static int roads, lost, twice, lied; /* over all roads; the last three must stay 0 */

static void look_for_lies(struct story *story)
{
    struct outbox_list list = {0};
    long complete = platform_count(&story->platform, "complete");
    assert_ok(outbox_list(story->kiosk.outbox, 1u << OUTBOX_DELIVERED | 1u << OUTBOX_PURGED, 0, 100, &list));
    lied += (long)list.count > complete;
    outbox_list_finish(&list);
}

/* Saves, then takes turns on this road, then on a good one until all is through. */
static void travel(struct story *story, const struct proxy_road *road, int turns)
{
    const struct proxy_road fine = {0};
    char number[CASE_NUMBER_SIZE];

    story_road(story, &fine);
    for (int i = 0; i < APPLICATIONS; i++)
        assert_ok(kiosk_apply(&story->kiosk, PHOTO_BYTES, number));
    proxy_change(story->proxy, road);
    for (int i = 0; i < turns && kiosk_counts(&story->kiosk).waiting > 0; i++) {
        story_wait(story);
        kiosk_sync(&story->kiosk, SYNC_WHEN_DUE);
        look_for_lies(story);
    }
    proxy_change(story->proxy, &fine);
    for (int i = 0; i < TURNS_MAX && kiosk_counts(&story->kiosk).waiting > 0; i++) {
        story_wait(story);
        kiosk_sync(&story->kiosk, SYNC_WHEN_DUE);
    }
    look_for_lies(story);
    roads++;
    lost += APPLICATIONS - (int)platform_count(&story->platform, "complete");
    twice +=
        (int)(platform_count(&story->platform, "duplicates") + platform_count(&story->platform, "conflicts"));
    assert_int_equal(lost + twice + lied, 0);
    assert_int_equal(kiosk_counts(&story->kiosk).in_state[OUTBOX_PARKED], 0);
}

/* Cut within head, manifest, sealed XML, photo, at many places: a prime step meets all of them. */
static void a_link_that_dies_every_so_many_bytes(void **state)
{
    travel(*state, &(struct proxy_road){.cut_every = 13007}, 60);
}

static void a_link_that_dies_in_every_head(void **state)
{
    travel(*state, &(struct proxy_road){.cut_every = 211}, 20);
}

/* The platform has it, the kiosk never hears of it: asked again with the same bytes, counted once. */
static void an_answer_that_never_comes_back(void **state)
{
    struct story *story = *state;
    travel(story, &(struct proxy_road){.cut_answer = 8}, 12);
    assert_true(proxy_cuts(story->proxy) > 0);
}

static void a_black_hole(void **state)
{
    travel(*state, &(struct proxy_road){.black_hole = 1}, 2);
}

static void a_long_delay(void **state)
{
    travel(*state, &(struct proxy_road){.delay_ms = 300}, 10);
}

static void a_slow_line_with_cuts(void **state)
{
    travel(*state, &(struct proxy_road){.bytes_per_s = 400 * 1000, .cut_every = 70001}, 40);
}

/* ---- what no road carries ---- */

/* OpenRosa has no resuming: a photo that is larger than what passes between two cuts never arrives. It does
 * not keep the others back, and after some tries everybody can see that it needs a courier. */
static void a_photo_larger_than_the_road_holds_nobody_up_and_is_told(void **state)
{
    struct story *story = *state;
    const struct proxy_road fine = {0};
    char large[CASE_NUMBER_SIZE], small[CASE_NUMBER_SIZE];

    story_road(story, &fine);
    assert_ok(kiosk_apply(&story->kiosk, 200 * 1000, large));
    assert_ok(kiosk_apply(&story->kiosk, PHOTO_BYTES, small));
    proxy_change(story->proxy, &(struct proxy_road){.cut_every = 90 * 1000});
    for (int i = 0; i < 6; i++) {
        story_wait(story);
        kiosk_sync(&story->kiosk, SYNC_WHEN_DUE);
    }
    assert_int_equal(kiosk_case(&story->kiosk, small).state, OUTBOX_PURGED);
    assert_int_equal(kiosk_counts(&story->kiosk).for_courier, 0); /* not yet: it may be bad luck */
    for (int i = 0; i < OUTBOX_CUTS_MANY; i++) {
        story_wait(story);
        kiosk_sync(&story->kiosk, SYNC_WHEN_DUE);
    }
    assert_int_equal(kiosk_case(&story->kiosk, large).state, OUTBOX_QUEUED);
    assert_int_equal(kiosk_counts(&story->kiosk).for_courier, 1);
    proxy_change(story->proxy, &fine);
    story_wait(story);
    kiosk_sync(&story->kiosk, SYNC_WHEN_DUE);
    assert_int_equal(kiosk_case(&story->kiosk, large).state, OUTBOX_PURGED);
    assert_int_equal(kiosk_counts(&story->kiosk).for_courier, 0);
}

/* ---- the citizen and a hanging upload ---- */

struct saver {
    struct story *story;
    struct outbox *outbox;   /* of the kiosk's process */
    int64_t begins_at_bytes; /* when the photo is on its way */
    struct err err;
    atomic_bool is_uploaded;
    bool has_waited;
};

static void *save_meanwhile(void *context)
{
    const struct proxy_road fine = {0};
    struct saver *saver = context;
    while (proxy_bytes(saver->story->proxy) < saver->begins_at_bytes && !saver->is_uploaded)
        poll(NULL, 0, 1);
    for (int i = 0; i < 5 && !err_is(&saver->err); i++) {
        char number[CASE_NUMBER_SIZE];
        saver->err = outbox_take_number(saver->outbox, number);
    }
    saver->has_waited = saver->is_uploaded;
    proxy_change(saver->story->proxy, &fine);
    return NULL;
}

static void a_commit_does_not_wait_for_an_upload_that_hangs(void **state)
{
    struct story *story = *state;
    const struct proxy_road fine = {0}, crawl = {.bytes_per_s = 5 * 1000};
    char number[CASE_NUMBER_SIZE];
    struct saver saver = {.story = story};
    pthread_t thread;

    story_road(story, &fine);
    const struct outbox_options options = {
        .dir = story->kiosk.config.store.dir, .kiosk_number = 17, .clock = &story->kiosk.clock.clock};
    assert_ok(outbox_open(&options, &saver.outbox));
    assert_ok(kiosk_apply(&story->kiosk, 100 * 1000, number));
    saver.begins_at_bytes = proxy_bytes(story->proxy) + 8 * 1000;
    proxy_change(story->proxy, &crawl); /* twenty seconds for the photo, or until all is saved */
    assert_int_equal(pthread_create(&thread, NULL, save_meanwhile, &saver), 0);
    kiosk_sync(&story->kiosk, SYNC_NOW);
    saver.is_uploaded = true;
    pthread_join(thread, NULL);
    outbox_close(&saver.outbox);
    assert_ok(saver.err);
    assert_false(saver.has_waited);
}

static int say(void **state)
{
    (void)state;
    print_message(
        "roads: %d travelled; saved and lost %d, delivered twice %d, called received too early %d\n", roads,
        lost, twice, lied);
    return 0;
}

int main(void)
{
#define STORY(test) cmocka_unit_test_setup_teardown(test, story_setup, story_teardown)
    const struct CMUnitTest tests[] = {
        STORY(a_link_that_dies_every_so_many_bytes),
        STORY(a_link_that_dies_in_every_head),
        STORY(an_answer_that_never_comes_back),
        STORY(a_black_hole),
        STORY(a_long_delay),
        STORY(a_slow_line_with_cuts),
        STORY(a_photo_larger_than_the_road_holds_nobody_up_and_is_told),
        STORY(a_commit_does_not_wait_for_an_upload_that_hangs),
    };
    return cmocka_run_group_tests(tests, NULL, say);
}
