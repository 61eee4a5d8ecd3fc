/* Applications on their way to a platform that does everything a platform or the road to it can do. */
#include "tests/offline/story.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/fixture.h"
#include <string.h>

static void save(struct story *story, size_t media_size, char number[CASE_NUMBER_SIZE])
{
    assert_ok(kiosk_apply(&story->kiosk, media_size, number));
}

static enum outbox_state state_of(struct story *story, const char *number)
{
    return kiosk_case(&story->kiosk, number).state;
}

/* What every story must end with: the platform has each application once, whole, and it opens. */
static void assert_arrived_once(struct story *story, long count)
{
    json_t *all = platform_ask(&story->platform, "submissions"), *one = NULL;
    size_t index = 0;

    assert_int_equal(json_array_size(all), count);
    json_array_foreach(all, index, one)
    {
        assert_true(json_is_true(json_object_get(one, "encrypted")));
        assert_true(json_is_true(json_object_get(one, "complete")));
        if (!json_is_true(json_object_get(one, "opened")))
            fail_msg("%s", json_string_value(json_object_get(one, "error")));
        const char *name = json_string_value(json_object_get(json_object_get(one, "fields"), "name"));
        assert_string_equal(name, "王秀兰");
        assert_int_equal(json_array_size(json_object_get(one, "media")), 1);
    }
    json_decref(all);
    assert_int_equal(platform_count(&story->platform, "duplicates"), 0);
}

static void an_application_is_delivered_whole_and_purged(void **state)
{
    struct story *story = *state;
    char number[CASE_NUMBER_SIZE];

    save(story, 300 * 1000, number);
    kiosk_sync(&story->kiosk, SYNC_WHEN_DUE);
    assert_int_equal(story->kiosk.counts.delivered, 1);
    struct outbox_case item = kiosk_case(&story->kiosk, number);
    assert_int_equal(item.state, OUTBOX_PURGED);
    assert_int_equal(item.sealed_bytes, 0);
    assert_true(item.delivered_ms > 0);
    assert_int_equal(kiosk_link(&story->kiosk).state, OUTBOX_LINK_UP);
    assert_arrived_once(story, 1);
    assert_int_equal(platform_count(&story->platform, "repeats"), 0);
}

/* The small first POST of everybody goes before anybody's large rest. */
static void small_goes_first(void **state)
{
    struct story *story = *state;
    char large[CASE_NUMBER_SIZE], small[CASE_NUMBER_SIZE];

    save(story, 3 * 1000 * 1000, large);
    save(story, 1000, small);
    platform_tell(&story->platform, "faults",
                  "{\"do\":\"cut_before\",\"on\":\"submission\",\"skip\":2,\"count\":-1}");
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_int_equal(state_of(story, small), OUTBOX_PURGED);
    assert_int_equal(state_of(story, large), OUTBOX_QUEUED);
    assert_true(kiosk_case(&story->kiosk, large).xml_acknowledged);
    platform_heal(&story->platform);
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_arrived_once(story, 2);
}

/* What was acknowledged is not sent again: the second run costs the photo, not photo and submission. */
static void acknowledged_parts_are_remembered(void **state)
{
    struct story *story = *state;
    char number[CASE_NUMBER_SIZE];

    save(story, 1000 * 1000, number);
    platform_tell(&story->platform, "faults",
                  "{\"do\":\"cut_during\",\"on\":\"submission\",\"skip\":1,\"count\":-1}");
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_true(kiosk_case(&story->kiosk, number).xml_acknowledged);
    assert_int_equal(state_of(story, number), OUTBOX_QUEUED);
    platform_heal(&story->platform);
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_int_equal(state_of(story, number), OUTBOX_PURGED);
    assert_true(story->kiosk.counts.bytes_sent < 1100 * 1000);
    assert_arrived_once(story, 1);
    assert_int_equal(platform_count(&story->platform, "repeats"), 0);
}

/* ---- the link ---- */

static const struct link_story {
    const char *fault;
    enum outbox_link_state link;
    const char *reason; /* begins with */
} link_stories[] = {
    {"{\"do\":\"cut_before\",\"on\":\"submission\",\"count\":2}", OUTBOX_LINK_DOWN, "cut"},
    {"{\"do\":\"cut_during\",\"on\":\"submission\",\"count\":2}", OUTBOX_LINK_DOWN, "cut"},
    {"{\"do\":\"cut_after\",\"on\":\"submission\",\"count\":2}", OUTBOX_LINK_DOWN, "cut"},
    {"{\"do\":\"cut_answer\",\"on\":\"submission\"}", OUTBOX_LINK_DOWN, "cut"},
    {"{\"do\":\"status\",\"on\":\"submission\",\"status\":503}", OUTBOX_LINK_DOWN, "busy"},
    {"{\"do\":\"status\",\"on\":\"submission\",\"status\":429,\"marked\":true}", OUTBOX_LINK_DOWN, "busy"},
    {"{\"do\":\"status\",\"on\":\"submission\",\"status\":502}", OUTBOX_LINK_DOWN, "busy"},
    {"{\"do\":\"status\",\"on\":\"submission\",\"status\":404}", OUTBOX_LINK_NOT_PLATFORM,
     "not the platform"},
    {"{\"do\":\"status\",\"on\":\"submission\",\"status\":200,\"marked\":true}", OUTBOX_LINK_NOT_PLATFORM,
     "captive"},
    {"{\"do\":\"portal\",\"on\":\"submission\"}", OUTBOX_LINK_NOT_PLATFORM, "captive portal"},
    {"{\"do\":\"portal\"}", OUTBOX_LINK_NOT_PLATFORM, "captive portal"},
    {"{\"do\":\"redirect\",\"on\":\"submission\"}", OUTBOX_LINK_NOT_PLATFORM, "captive portal"},
    {"{\"do\":\"lie\",\"on\":\"submission\"}", OUTBOX_LINK_NOT_PLATFORM, "captive portal"},
    {"{\"do\":\"status\",\"on\":\"submission\",\"status\":401,\"marked\":true}", OUTBOX_LINK_CREDENTIALS,
     "refused"},
    {"{\"do\":\"status\",\"on\":\"submission\",\"status\":403,\"marked\":true}", OUTBOX_LINK_CREDENTIALS,
     "refused"},
};

/* The cuts come twice, because the first may have met a stale connection, which is tried again at once. None
 * of these loses, parks or doubles anything; each is named; the next contact delivers. */
static void a_bad_link_only_delays(void **state)
{
    struct story *story = *state;
    size_t count = sizeof link_stories / sizeof link_stories[0];

    for (size_t i = 0; i < count; i++) {
        char number[CASE_NUMBER_SIZE];
        save(story, 2000, number);
        platform_tell(&story->platform, "faults", link_stories[i].fault);
        kiosk_sync(&story->kiosk, SYNC_NOW);
        struct outbox_link link = kiosk_link(&story->kiosk);
        if (link.state != link_stories[i].link ||
            strncmp(link.reason, link_stories[i].reason, strlen(link_stories[i].reason)) != 0)
            fail_msg("%s: link %s, \"%s\"", link_stories[i].fault, outbox_link_state_name(link.state),
                     link.reason);
        assert_int_equal(state_of(story, number), OUTBOX_QUEUED);
        assert_true(link.failures > 0);
        platform_heal(&story->platform);
        story_wait(story);
        kiosk_sync(&story->kiosk, SYNC_WHEN_DUE);
        assert_int_equal(state_of(story, number), OUTBOX_PURGED);
        assert_int_equal(kiosk_link(&story->kiosk).state, OUTBOX_LINK_UP);
    }
    assert_arrived_once(story, (long)count);
}

static void nobody_at_home_is_no_error(void **state)
{
    struct story *story = *state;
    char number[CASE_NUMBER_SIZE];

    save(story, 2000, number);
    platform_stop(&story->platform);
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_int_equal(kiosk_link(&story->kiosk).state, OUTBOX_LINK_DOWN);
    assert_true(strncmp(kiosk_link(&story->kiosk).reason, "server offline", 14) == 0);
    assert_int_equal(state_of(story, number), OUTBOX_QUEUED);
    platform_restart(&story->platform);
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_arrived_once(story, 1);
}

/* A hung platform is given up after the stall limit, and nothing is lost by it. */
static void a_silent_platform_is_given_up(void **state)
{
    struct story *story = *state;
    char number[CASE_NUMBER_SIZE];

    save(story, 2000, number);
    platform_tell(&story->platform, "faults", "{\"do\":\"hang\",\"on\":\"submission\"}");
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_int_equal(kiosk_link(&story->kiosk).state, OUTBOX_LINK_DOWN);
    platform_tell(&story->platform, "release", "{}");
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_arrived_once(story, 1);
}

static void retry_after_is_the_floor(void **state)
{
    struct story *story = *state;
    char number[CASE_NUMBER_SIZE];
    int64_t wait_ms = 0;

    save(story, 2000, number);
    platform_tell(&story->platform, "faults",
                  "{\"do\":\"status\",\"on\":\"submission\",\"status\":503,\"retry_after\":900}");
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_ok(sync_due(story->kiosk.sync, &wait_ms));
    assert_true(wait_ms >= 900 * 1000);
    clock_fake_advance(&story->kiosk.clock, 899 * 1000);
    kiosk_sync(&story->kiosk, SYNC_WHEN_DUE);
    assert_int_equal(state_of(story, number), OUTBOX_QUEUED);
    story_wait(story);
    kiosk_sync(&story->kiosk, SYNC_WHEN_DUE);
    assert_int_equal(state_of(story, number), OUTBOX_PURGED);
}

/* The power goes and comes: who was told to wait waits on, and a reboot is no way around it. */
static void a_wait_is_kept_across_a_reboot(void **state)
{
    struct story *story = *state;
    struct kiosk *kiosk = &story->kiosk;
    char number[CASE_NUMBER_SIZE], dir[80];
    int64_t wait_ms = 0;

    save(story, 2000, number);
    platform_tell(&story->platform, "faults",
                  "{\"do\":\"status\",\"on\":\"submission\",\"status\":503,\"retry_after\":900}");
    kiosk_sync(kiosk, SYNC_NOW);
    snprintf(dir, sizeof dir, "%s", kiosk->dir);
    kiosk_close(kiosk);
    kiosk_open(kiosk, dir);
    assert_ok(sync_start(kiosk->sync));
    assert_ok(sync_due(kiosk->sync, &wait_ms));
    assert_true(wait_ms > 800 * 1000);
    kiosk_sync(kiosk, SYNC_WHEN_DUE);
    assert_int_equal(state_of(story, number), OUTBOX_QUEUED);
    story_wait(story);
    kiosk_sync(kiosk, SYNC_WHEN_DUE);
    assert_int_equal(state_of(story, number), OUTBOX_PURGED);
}

/* Central closes idle connections after 5 s; that says nothing about the link. */
static void a_closed_idle_connection_is_retried_silently(void **state)
{
    struct story *story = *state;
    char number[CASE_NUMBER_SIZE];

    save(story, 2000, number);
    platform_tell(&story->platform, "faults", "{\"do\":\"close_idle\",\"on\":\"submission\"}");
    kiosk_sync(&story->kiosk, SYNC_NOW);
    save(story, 2000, number);
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_int_equal(story->kiosk.counts.delivered, 1);
    assert_int_equal(story->kiosk.counts.retried, 0);
    assert_arrived_once(story, 2);
}

/* ---- one application ---- */

/* Central answers a race of identical posts with 409 although it stored one: ask again, then it is delivered.
 */
static void a_conflict_is_asked_about_again(void **state)
{
    struct story *story = *state;
    char number[CASE_NUMBER_SIZE];

    save(story, 2000, number);
    platform_tell(&story->platform, "faults", "{\"do\":\"conflict\",\"on\":\"submission\"}");
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_int_equal(state_of(story, number), OUTBOX_QUEUED);
    assert_int_equal(kiosk_link(&story->kiosk).state, OUTBOX_LINK_UP);
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_int_equal(state_of(story, number), OUTBOX_QUEUED); /* not before its time */
    story_wait(story);
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_int_equal(state_of(story, number), OUTBOX_PURGED);
    assert_arrived_once(story, 1);
}

static void a_conflict_that_repeats_is_parked(void **state)
{
    struct story *story = *state;
    char poison[CASE_NUMBER_SIZE], good[CASE_NUMBER_SIZE];

    save(story, 2000, poison);
    platform_tell(&story->platform, "faults", "{\"do\":\"conflict\",\"on\":\"submission\"}");
    kiosk_sync(&story->kiosk, SYNC_NOW);
    save(story, 2000, good); /* who was never sent goes before who was sent back */
    platform_tell(&story->platform, "faults", "{\"do\":\"conflict\",\"on\":\"submission\",\"skip\":1}");
    story_wait(story);
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_int_equal(state_of(story, poison), OUTBOX_PARKED);
    assert_non_null(strstr(kiosk_case(&story->kiosk, poison).reason, "409"));
    assert_int_equal(state_of(story, good), OUTBOX_PURGED);
    assert_int_equal(kiosk_link(&story->kiosk).state, OUTBOX_LINK_UP);
}

static void a_closed_form_parks_and_a_release_delivers(void **state)
{
    struct story *story = *state;
    char number[CASE_NUMBER_SIZE];

    save(story, 2000, number);
    platform_tell(&story->platform, "forms", "{\"id\":\"test\",\"state\":\"closed\"}");
    kiosk_sync(&story->kiosk, SYNC_NOW);
    story_wait(story);
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_int_equal(state_of(story, number), OUTBOX_PARKED);
    platform_tell(&story->platform, "forms", "{\"id\":\"test\",\"state\":\"open\"}");
    assert_ok(outbox_release(story->kiosk.outbox, kiosk_case(&story->kiosk, number).row));
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_arrived_once(story, 1);
}

static void a_rejection_parks_one_and_the_rest_flows(void **state)
{
    struct story *story = *state;
    char poison[CASE_NUMBER_SIZE], good[CASE_NUMBER_SIZE];

    save(story, 2000, poison);
    save(story, 2000, good);
    platform_tell(&story->platform, "faults",
                  "{\"do\":\"status\",\"on\":\"submission\",\"status\":400,\"marked\":true}");
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_int_equal(state_of(story, poison), OUTBOX_PARKED);
    assert_int_equal(state_of(story, good), OUTBOX_PURGED);
    assert_int_equal(story->kiosk.counts.parked, 1);
    assert_arrived_once(story, 1);
}

/* Small: seen when it is opened. Large: seen in the middle of its POST. */
static void one_damaged_on_the_disk_keeps_no_other_back(void **state)
{
    struct story *story = *state;
    char small[CASE_NUMBER_SIZE], large[CASE_NUMBER_SIZE], good[CASE_NUMBER_SIZE];

    save(story, 2000, small);
    save(story, 300 * 1000, large);
    save(story, 2000, good);
    fixture_forget_bytes(story->kiosk.config.store.dir, small);
    fixture_forget_bytes(story->kiosk.config.store.dir, large);
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_int_equal(state_of(story, good), OUTBOX_PURGED);
    assert_int_equal(state_of(story, small), OUTBOX_PARKED);
    assert_int_equal(state_of(story, large), OUTBOX_PARKED);
    assert_non_null(strstr(kiosk_case(&story->kiosk, small).reason, "damaged on this disk"));
    assert_int_equal(kiosk_link(&story->kiosk).state, OUTBOX_LINK_UP);
}

/* A server that fails at one application for ever must not stop the others, nor be asked without end. */
static void a_server_error_for_ever_is_parked_in_the_end(void **state)
{
    struct story *story = *state;
    char poison[CASE_NUMBER_SIZE], good[CASE_NUMBER_SIZE];

    save(story, 2000, poison);
    platform_tell(&story->platform, "faults",
                  "{\"do\":\"status\",\"on\":\"submission\",\"status\":500,\"marked\":true}");
    kiosk_sync(&story->kiosk, SYNC_NOW);
    clock_fake_advance(&story->kiosk.clock, 20 * 60 * 1000);
    for (int tries = 0; tries < 20 && state_of(story, poison) == OUTBOX_QUEUED; tries++) {
        platform_tell(&story->platform, "faults",
                      "{\"do\":\"status\",\"on\":\"submission\",\"status\":500,\"marked\":true,\"skip\":1}");
        save(story, 2000, good);
        kiosk_sync(&story->kiosk, SYNC_NOW);
        assert_int_equal(state_of(story, good), OUTBOX_PURGED);
        clock_fake_advance(&story->kiosk.clock, 20 * 60 * 1000);
    }
    assert_int_equal(state_of(story, poison), OUTBOX_PARKED);
}

/* But when it fails at everything it is the server: nothing is parked, and it is not asked for each one. */
static void a_failing_server_is_left_alone(void **state)
{
    struct story *story = *state;
    char number[CASE_NUMBER_SIZE];

    for (int i = 0; i < 10; i++)
        save(story, 500, number);
    long before = platform_count(&story->platform, "requests");
    platform_tell(&story->platform, "faults",
                  "{\"do\":\"status\",\"on\":\"submission\",\"status\":500,\"marked\":true,\"count\":-1}");
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_int_equal(kiosk_counts(&story->kiosk).in_state[OUTBOX_QUEUED], 10);
    assert_int_equal(kiosk_link(&story->kiosk).state, OUTBOX_LINK_DOWN);
    /* the two questions, the rule, list, manifest and two posts */
    assert_true(platform_count(&story->platform, "requests") - before <= 7);
    platform_heal(&story->platform);
    story_wait(story);
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_arrived_once(story, 10);
}

/* A county's database that is full fails at everything for days: a technician at each kiosk who releases what
 * was parked would be the second disaster. */
static void a_server_that_fails_for_days_parks_nobody(void **state)
{
    struct story *story = *state;
    char number[CASE_NUMBER_SIZE];

    save(story, 500, number);
    kiosk_sync(&story->kiosk, SYNC_NOW); /* it worked until yesterday */
    save(story, 500, number);
    save(story, 500, number);
    platform_tell(&story->platform, "faults",
                  "{\"do\":\"status\",\"on\":\"submission\",\"status\":500,\"marked\":true,\"count\":-1}");
    for (int tries = 0; tries < 20; tries++) {
        clock_fake_advance(&story->kiosk.clock, 20 * 60 * 1000);
        kiosk_sync(&story->kiosk, SYNC_NOW);
    }
    assert_int_equal(kiosk_counts(&story->kiosk).in_state[OUTBOX_PARKED], 0);
    platform_heal(&story->platform);
    story_wait(story);
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_arrived_once(story, 3);
}

/* Turns that were cut before they came to it say nothing against an application. */
static void cuts_before_its_turn_are_no_errors_of_its_own(void **state)
{
    struct story *story = *state;
    char first[CASE_NUMBER_SIZE], second[CASE_NUMBER_SIZE];

    save(story, 500, first);
    save(story, 500, second);
    platform_tell(&story->platform, "faults", "{\"do\":\"cut_before\",\"on\":\"submission\",\"count\":-1}");
    for (int tries = 0; tries < 12; tries++)
        kiosk_sync(&story->kiosk, SYNC_NOW);
    platform_heal(&story->platform);
    platform_tell(&story->platform, "faults",
                  "{\"do\":\"status\",\"on\":\"submission\",\"status\":500,\"marked\":true,\"count\":2}");
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_int_equal(kiosk_counts(&story->kiosk).in_state[OUTBOX_PARKED], 0);
    story_wait(story);
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_arrived_once(story, 2);
}

/* A token that may not use one form is answered as one that may use none: the others must not wait for it. */
static void one_form_without_rights_does_not_stop_the_others(void **state)
{
    struct story *story = *state;
    char refused[CASE_NUMBER_SIZE], good[CASE_NUMBER_SIZE];

    save(story, 2000, refused);
    save(story, 2000, good);
    platform_tell(&story->platform, "faults",
                  "{\"do\":\"status\",\"on\":\"submission\",\"status\":401,\"marked\":true}");
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_int_equal(state_of(story, refused), OUTBOX_QUEUED);
    assert_int_equal(state_of(story, good), OUTBOX_PURGED);
    story_wait(story);
    kiosk_sync(&story->kiosk, SYNC_WHEN_DUE);
    assert_arrived_once(story, 2);
}

static void too_large_is_tried_in_smaller_posts(void **state)
{
    struct story *story = *state;
    char number[CASE_NUMBER_SIZE];

    save(story, 20 * 1000, number);
    platform_tell(&story->platform, "faults", "{\"do\":\"status\",\"on\":\"submission\",\"status\":413}");
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_int_equal(state_of(story, number), OUTBOX_PURGED);
    assert_arrived_once(story, 1);
}

static void too_large_for_ever_is_parked(void **state)
{
    struct story *story = *state;
    char number[CASE_NUMBER_SIZE];

    save(story, 20 * 1000, number);
    platform_tell(&story->platform, "faults",
                  "{\"do\":\"status\",\"on\":\"submission\",\"status\":413,\"count\":-1}");
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_int_equal(state_of(story, number), OUTBOX_PARKED);
    assert_non_null(strstr(kiosk_case(&story->kiosk, number).reason, "413"));
}

static void an_older_version_of_a_form_is_still_taken(void **state)
{
    struct story *story = *state;
    char number[CASE_NUMBER_SIZE];

    save(story, 2000, number);
    platform_publish(&story->platform, "test", "2", NULL);
    platform_tell(&story->platform, "forms", "{}");
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_int_equal(story->kiosk.counts.forms, 1);
    assert_int_equal(state_of(story, number), OUTBOX_PURGED);
}

int main(void)
{
#define STORY(test) cmocka_unit_test_setup_teardown(test, story_setup, story_teardown)
    const struct CMUnitTest tests[] = {
        STORY(an_application_is_delivered_whole_and_purged),
        STORY(small_goes_first),
        STORY(acknowledged_parts_are_remembered),
        STORY(a_bad_link_only_delays),
        STORY(nobody_at_home_is_no_error),
        STORY(a_silent_platform_is_given_up),
        STORY(retry_after_is_the_floor),
        STORY(a_wait_is_kept_across_a_reboot),
        STORY(a_closed_idle_connection_is_retried_silently),
        STORY(a_conflict_is_asked_about_again),
        STORY(a_conflict_that_repeats_is_parked),
        STORY(a_closed_form_parks_and_a_release_delivers),
        STORY(a_rejection_parks_one_and_the_rest_flows),
        STORY(one_damaged_on_the_disk_keeps_no_other_back),
        STORY(a_server_error_for_ever_is_parked_in_the_end),
        STORY(a_failing_server_is_left_alone),
        STORY(a_server_that_fails_for_days_parks_nobody),
        STORY(cuts_before_its_turn_are_no_errors_of_its_own),
        STORY(one_form_without_rights_does_not_stop_the_others),
        STORY(too_large_is_tried_in_smaller_posts),
        STORY(too_large_for_ever_is_parked),
        STORY(an_older_version_of_a_form_is_still_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
