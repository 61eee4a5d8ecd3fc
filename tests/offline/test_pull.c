/* Forms on their way to the kiosk: whole or not at all, and never taken away by a platform that has lost its
 * mind. */
#include "tests/offline/story.h"
#include "tests/unit/cmocka.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The one form that is offered, as "version/number of media". */
static const char *offered(struct story *story, char out_text[64])
{
    struct formstore_list list = {0};
    struct formstore_media_list media = {0};

    assert_ok(formstore_offered(story->kiosk.forms, &list));
    snprintf(out_text, 64, "none");
    if (list.count > 0) {
        assert_ok(formstore_media_of(story->kiosk.forms, list.items[0].row, &media));
        snprintf(out_text, 64, "%.*s/%zu", (int)strcspn(list.items[0].version, "["), list.items[0].version,
                 media.count);
        formstore_media_list_finish(&media);
    }
    formstore_list_finish(&list);
    return out_text;
}

static size_t offered_count(struct story *story)
{
    struct formstore_list list = {0};
    assert_ok(formstore_offered(story->kiosk.forms, &list));
    size_t count = list.count;
    formstore_list_finish(&list);
    return count;
}

static void publish(struct story *story, const char *id, const char *version, const char *const *media)
{
    platform_publish(&story->platform, id, version, media);
    platform_tell(&story->platform, "forms", "{}");
}

static void fault(struct story *story, const char *rule)
{
    platform_tell(&story->platform, "faults", rule);
}

static void pull(struct story *story)
{
    kiosk_sync(&story->kiosk, SYNC_NOW);
}

/* What the platform has under its own names: guide.csv and the cases list. */
static void a_form_comes_with_its_media(void **state)
{
    struct story *story = *state;
    char text[64];
    struct buf guide = {0};
    struct formstore_form form;
    bool found = false;

    assert_string_equal(offered(story, text), "1/2");
    assert_ok(formstore_find(story->kiosk.forms, "test", &form, &found));
    assert_true(found);
    assert_ok(formstore_medium(story->kiosk.forms, form.row, "guide.csv", &guide, &found));
    assert_true(found);
    assert_string_equal(buf_text(&guide), "key,lang,value\ntitle,,Test\n");
    buf_finish(&guide);
}

static void nothing_new_costs_almost_nothing(void **state)
{
    struct story *story = *state;
    pull(story);
    assert_int_equal(story->kiosk.counts.forms, 0);
    assert_true(story->kiosk.counts.bytes_received < 1000);
}

static void a_new_version_and_a_new_form_arrive(void **state)
{
    struct story *story = *state;
    static const char *const media[] = {"guide.csv=key,lang,value\ntitle,,Two\n", "b.csv=x\n", NULL};
    char text[64];

    publish(story, "test", "2", media);
    publish(story, "zoo", "1", NULL);
    pull(story);
    assert_int_equal(story->kiosk.counts.forms, 2);
    assert_string_equal(offered(story, text), "2/3");
    assert_int_equal(offered_count(story), 2);
}

/* Entity lists and guides change without the form: the manifest says so, and only the medium travels. */
static void changed_media_alone_are_noticed(void **state)
{
    struct story *story = *state;
    struct formstore_form form;
    struct buf cases = {0};
    bool found = false;

    platform_tell(
        &story->platform, "cases",
        "{\"name\":\"uuid:1\",\"kiosk\":\"0017\",\"status\":\"accepted\",\"message\":\"来, \\\"取\\\"\"}");
    pull(story);
    assert_int_equal(story->kiosk.counts.forms, 1);
    assert_ok(formstore_find(story->kiosk.forms, "test", &form, &found));
    assert_ok(formstore_medium(story->kiosk.forms, form.row, "cases.csv", &cases, &found));
    assert_string_equal(buf_text(&cases), "name,label,__version,kiosk,status,message,updated,due\n"
                                          "uuid:1,accepted,1,0017,accepted,\"来, \"\"取\"\"\",,\n");
    buf_finish(&cases);
}

/* Each step is broken once: what is offered stays the whole old version, and the next pull brings the whole
 * new one. */
static void a_pull_broken_anywhere_leaves_the_old_form(void **state)
{
    static const char *const rules[] = {
        "{\"do\":\"cut_before\",\"on\":\"formList\",\"count\":2}",
        "{\"do\":\"cut_answer\",\"on\":\"formList\"}",
        "{\"do\":\"garbage\",\"on\":\"formList\"}",
        "{\"do\":\"portal\",\"on\":\"formList\"}",
        "{\"do\":\"late_error\",\"on\":\"formList\"}",
        "{\"do\":\"cut_before\",\"on\":\"manifest\",\"count\":2}",
        "{\"do\":\"cut_answer\",\"on\":\"manifest\"}",
        "{\"do\":\"garbage\",\"on\":\"manifest\"}",
        "{\"do\":\"status\",\"on\":\"manifest\",\"status\":404,\"marked\":true}",
        "{\"do\":\"portal\",\"on\":\"manifest\"}",
        "{\"do\":\"late_error\",\"on\":\"manifest\"}",
        "{\"do\":\"cut_before\",\"on\":\"attachment\",\"count\":2}",
        "{\"do\":\"cut_answer\",\"on\":\"attachment\"}",
        "{\"do\":\"garbage\",\"on\":\"attachment\",\"path\":\"guide.csv\"}",
        "{\"do\":\"status\",\"on\":\"attachment\",\"status\":404,\"marked\":true}",
        "{\"do\":\"portal\",\"on\":\"attachment\"}",
        "{\"do\":\"status\",\"on\":\"attachment\",\"status\":503}",
        "{\"do\":\"cut_before\",\"on\":\"form\",\"count\":2}",
        "{\"do\":\"cut_answer\",\"on\":\"form\"}",
        "{\"do\":\"garbage\",\"on\":\"form\"}",
        "{\"do\":\"redirect\",\"on\":\"form\"}",
        "{\"do\":\"portal\",\"on\":\"form\"}",
    };
    struct story *story = *state;
    char text[64], version[16], guide[64], expected[64];

    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        const char *media[] = {guide, NULL};
        snprintf(version, sizeof version, "%zu", i + 2);
        snprintf(guide, sizeof guide, "guide.csv=key,lang,value\ntitle,,Version %zu\n", i);
        publish(story, "test", version, media);
        fault(story, rules[i]);
        pull(story);
        snprintf(expected, sizeof expected, "%zu/2", i + 1);
        if (strcmp(offered(story, text), expected) != 0)
            fail_msg("%s: offered %s, not %s", rules[i], text, expected);
        platform_heal(&story->platform);
        pull(story);
        snprintf(expected, sizeof expected, "%zu/2", i + 2);
        if (strcmp(offered(story, text), expected) != 0)
            fail_msg("after %s: offered %s, not %s", rules[i], text, expected);
        assert_int_equal(kiosk_link(&story->kiosk).state, OUTBOX_LINK_UP);
    }
}

/* One form that is broken says so and does not keep the next one from coming. */
static void one_bad_form_does_not_stop_the_others(void **state)
{
    struct story *story = *state;

    publish(story, "test", "2", NULL);
    publish(story, "zoo", "1", NULL);
    fault(story, "{\"do\":\"garbage\",\"on\":\"form\",\"path\":\"test\"}");
    pull(story);
    assert_int_equal(offered_count(story), 2);
    assert_int_equal(kiosk_link(&story->kiosk).state, OUTBOX_LINK_UP);
    assert_non_null(strstr(kiosk_link(&story->kiosk).reason, "form test"));
}

/* A cache on the way that answers for itself. Nothing is there yet that could be unchanged. */
static void unchanged_is_no_answer_about_what_is_not_held(void **state)
{
    static const char *const media[] = {"guide.csv=key,lang,value\ntitle,,Two\n", NULL};
    static const char *const where[] = {"formList", "manifest", "attachment", "form"};
    struct story *story = *state;
    char rule[100], text[64], dir[96];

    snprintf(dir, sizeof dir, "%s", story->kiosk.dir);
    publish(story, "test", "2", media);
    for (size_t i = 0; i < sizeof where / sizeof *where; i++) {
        snprintf(rule, sizeof rule, "{\"do\":\"status\",\"on\":\"%s\",\"status\":304}", where[i]);
        kiosk_close(&story->kiosk); /* which forgets the list and its ETag */
        kiosk_open(&story->kiosk, dir);
        fault(story, rule);
        pull(story);
        if (kiosk_link(&story->kiosk).state != OUTBOX_LINK_NOT_PLATFORM)
            fail_msg("%s: the link is %s", where[i], outbox_link_state_name(kiosk_link(&story->kiosk).state));
        assert_string_equal(offered(story, text), "1/2");
    }
    pull(story);
    assert_string_equal(offered(story, text), "2/2");
}

/* What room.h says in this program; see CMakeLists.txt. */
static int64_t room = INT64_MAX;
int64_t __wrap_room_left(const char *dir);
int64_t __wrap_room_left(const char *dir)
{
    (void)dir;
    return room;
}

/* A platform that is careless or hostile takes nobody the room to save an application. */
static void a_form_that_would_fill_the_disk_is_left(void **state)
{
    static const char *const media[] = {"guide.csv=key,lang,value\ntitle,,A guide as long as this line\n",
                                        NULL};
    static const int64_t rooms[] = {-1, 40, 400}; /* none, none for the guide, none for the form */
    struct story *story = *state;
    char text[64];

    publish(story, "test", "2", media);
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
        room = rooms[i];
        pull(story);
        room = INT64_MAX;
        assert_string_equal(offered(story, text), "1/2");
        assert_string_equal(kiosk_link(&story->kiosk).reason, "form test: the kiosk has no room for it");
    }
    pull(story);
    assert_string_equal(offered(story, text), "2/2");
}

/* A form that cannot be written to the disk is the disk's trouble: applications go out all the same. */
static void a_disk_without_room_for_a_form_still_sends(void **state)
{
    struct story *story = *state;
    static const char *const media[] = {"guide.csv=key,lang,value\ntitle,,Two\n", NULL};
    char number[CASE_NUMBER_SIZE], path[128];

    assert_ok(kiosk_apply(&story->kiosk, 1000, number));
    publish(story, "test", "2", media);
    snprintf(path, sizeof path, "%s/pull.part", story->kiosk.config.store.dir);
    assert_int_equal(mkdir(path, 0755), 0); /* where a download would go */
    struct err e = sync_run(story->kiosk.sync, SYNC_NOW, &story->kiosk.counts);
    assert_true(err_is(&e));
    assert_int_equal(kiosk_case(&story->kiosk, number).state, OUTBOX_DELIVERED);
    assert_int_equal(rmdir(path), 0);
    pull(story);
    assert_int_equal(story->kiosk.counts.forms, 1);
}

/* A token without access gets a 200 with an empty list. */
static void an_empty_list_takes_nothing_away(void **state)
{
    struct story *story = *state;
    char text[64];

    fault(story, "{\"do\":\"empty_list\",\"on\":\"formList\",\"count\":-1}");
    pull(story);
    assert_string_equal(offered(story, text), "1/2");
    assert_int_equal(kiosk_link(&story->kiosk).state, OUTBOX_LINK_CREDENTIALS);
    assert_non_null(strstr(kiosk_link(&story->kiosk).reason, "no forms"));
}

/* The county's server was restored from a backup, or an older one took its place. What it offers is offered;
 * what it does not know waits with the technician, and is not lost. */
static void a_server_that_is_older_than_before_is_followed(void **state)
{
    struct story *story = *state;
    char number[CASE_NUMBER_SIZE], text[64], path[128];

    publish(story, "test", "2", NULL);
    pull(story);
    assert_string_equal(offered(story, text), "2/2");
    assert_ok(kiosk_apply(&story->kiosk, 1000, number)); /* with version 2, which it will not know */
    platform_stop(&story->platform);
    snprintf(path, sizeof path, "%s/platform.db", story->platform.dir);
    unlink(path);
    platform_publish(&story->platform, "test", "1", NULL);
    platform_restart(&story->platform);
    pull(story);
    assert_string_equal(offered(story, text), "1/2");
    assert_int_equal(kiosk_link(&story->kiosk).state, OUTBOX_LINK_UP);
    assert_int_equal(kiosk_case(&story->kiosk, number).state, OUTBOX_PARKED);
    publish(story, "test", "2", NULL); /* the technician called the county */
    assert_ok(outbox_release(story->kiosk.outbox, kiosk_case(&story->kiosk, number).row));
    pull(story);
    assert_int_equal(kiosk_case(&story->kiosk, number).state, OUTBOX_PURGED);
}

static void an_unlisted_form_is_no_longer_offered(void **state)
{
    struct story *story = *state;

    publish(story, "zoo", "1", NULL);
    pull(story);
    assert_int_equal(offered_count(story), 2);
    platform_tell(&story->platform, "forms", "{\"id\":\"zoo\",\"state\":\"closing\"}");
    pull(story);
    assert_int_equal(offered_count(story), 1);
    platform_tell(&story->platform, "forms", "{\"id\":\"zoo\",\"state\":\"open\"}");
    pull(story);
    assert_int_equal(offered_count(story), 2);
}

/* The engine refused this version: it is not fetched again, and the last good one is offered. */
static void a_refused_version_is_not_pulled_again(void **state)
{
    struct story *story = *state;
    struct formstore_form form;
    bool found = false;
    char text[64];

    assert_ok(formstore_find(story->kiosk.forms, "test", &form, &found));
    assert_ok(formstore_accept(story->kiosk.forms, form.row));
    publish(story, "test", "2", NULL);
    pull(story);
    assert_ok(formstore_find(story->kiosk.forms, "test", &form, &found));
    assert_ok(formstore_refuse(story->kiosk.forms, form.row, "line 3: no such control"));
    pull(story);
    assert_int_equal(story->kiosk.counts.forms, 0);
    assert_string_equal(offered(story, text), "1/2");
}

/* The platform may name itself by a domain this kiosk cannot reach: addresses are taken by their path. */
static void foreign_domains_are_fetched_under_our_base(void **state)
{
    static const char *const arguments[] = {"--domain", "https://central.invalid", NULL};
    struct story *story = *state;
    char text[64];

    story->platform.arguments = arguments;
    publish(story, "test", "2", NULL);
    platform_restart(&story->platform);
    pull(story);
    assert_string_equal(offered(story, text), "2/2");
}

/* Pulls come by themselves at intervals, not at every wake-up. */
static void a_pull_waits_for_its_time(void **state)
{
    struct story *story = *state;
    int64_t wait_ms = 0;

    publish(story, "test", "2", NULL);
    kiosk_sync(&story->kiosk, SYNC_WHEN_DUE);
    assert_int_equal(story->kiosk.counts.forms, 0);
    assert_ok(sync_due(story->kiosk.sync, &wait_ms));
    assert_true(wait_ms > 0);
    clock_fake_advance(&story->kiosk.clock, 15 * 60 * 1000);
    kiosk_sync(&story->kiosk, SYNC_WHEN_DUE);
    assert_int_equal(story->kiosk.counts.forms, 1);
}

/* A dead battery sets the clock back ten years: neither pulls nor pushes wait for the old time to come again.
 */
static void a_clock_set_back_ten_years_stops_nothing(void **state)
{
    struct story *story = *state;
    char number[CASE_NUMBER_SIZE];

    publish(story, "test", "2", NULL);
    fault(story, "{\"do\":\"status\",\"on\":\"submission\",\"status\":503}");
    assert_ok(kiosk_apply(&story->kiosk, 1000, number));
    kiosk_sync(&story->kiosk, SYNC_WHEN_DUE);
    clock_fake_advance(&story->kiosk.clock, -(int64_t)10 * 365 * 24 * 3600 * 1000);
    int64_t wait_ms = 0;
    assert_ok(sync_due(story->kiosk.sync, &wait_ms));
    assert_true(wait_ms <= 15 * 60 * 1000);
    clock_fake_advance(&story->kiosk.clock, wait_ms);
    kiosk_sync(&story->kiosk, SYNC_WHEN_DUE);
    assert_int_equal(kiosk_case(&story->kiosk, number).state, OUTBOX_PURGED);
    assert_int_equal(story->kiosk.counts.forms, 1);
}

/* ---- who may ask ---- */

/* The kiosk with other credentials than those of the story. */
static void sync_as(struct story *story, const char *path, const char *user, const char *password)
{
    char url[200];
    struct http_curl_config config = {
        .user = user, .password = password, .connect_timeout_ms = 5000, .stall_timeout_ms = 2000};
    struct sync_setup setup = {.endpoint = ENDPOINT_PLATFORM,
                               .url = url,
                               .outbox = story->kiosk.outbox,
                               .forms = story->kiosk.forms,
                               .clock = &story->kiosk.clock.clock,
                               .temp_dir = story->kiosk.config.store.dir,
                               .challenged = user != NULL,
                               .policy = policy_default(0)};
    snprintf(url, sizeof url, "http://127.0.0.1:%d%s", story->platform.port, path);
    sync_destroy(&story->kiosk.sync);
    http_destroy(&story->kiosk.http);
    assert_ok(http_curl_create(&config, &story->kiosk.http));
    setup.http = story->kiosk.http;
    assert_ok(sync_create(&setup, &story->kiosk.sync));
    pull(story);
}

/* posts: how often the photo may travel. */
static void check_user(struct story *story, const char *const *arguments, int posts)
{
    char number[CASE_NUMBER_SIZE];

    story->platform.arguments = arguments;
    platform_restart(&story->platform);
    assert_ok(kiosk_apply(&story->kiosk, 200 * 1000, number));
    sync_as(story, "/v1/projects/1", "kiosk", "wrong");
    assert_int_equal(kiosk_link(&story->kiosk).state, OUTBOX_LINK_CREDENTIALS);
    assert_int_equal(kiosk_case(&story->kiosk, number).state, OUTBOX_QUEUED);
    sync_as(story, "/v1/projects/1", "kiosk", "right");
    assert_int_equal(kiosk_link(&story->kiosk).state, OUTBOX_LINK_UP);
    assert_int_equal(kiosk_case(&story->kiosk, number).state, OUTBOX_PURGED);
    assert_true(story->kiosk.counts.bytes_sent < posts * 230 * 1000);
}

static void a_basic_challenge_is_answered(void **state)
{
    static const char *const arguments[] = {"--user", "kiosk", "--password", "right",
                                            "--auth", "basic", NULL};
    check_user(*state, arguments, 1); /* the challenge was met by a HEAD, without the photo in hand */
}

static void a_digest_challenge_is_answered(void **state)
{
    static const char *const arguments[] = {"--user", "kiosk",  "--password", "right",
                                            "--auth", "digest", NULL};
    check_user(*state, arguments, 2); /* this platform's nonces are good for one method and address */
}

static void a_revoked_token_is_the_technicians(void **state)
{
    struct story *story = *state;
    char number[CASE_NUMBER_SIZE], text[64];

    assert_ok(kiosk_apply(&story->kiosk, 1000, number));
    sync_as(story, "/v1/key/revoked/projects/1", NULL, NULL);
    assert_int_equal(kiosk_link(&story->kiosk).state, OUTBOX_LINK_CREDENTIALS);
    sync_as(story, "/v1/key/powerless/projects/1", NULL, NULL);
    assert_int_equal(kiosk_link(&story->kiosk).state, OUTBOX_LINK_CREDENTIALS);
    assert_int_equal(kiosk_case(&story->kiosk, number).state, OUTBOX_QUEUED);
    assert_string_equal(offered(story, text), "1/2");
}

/* On a road that is cut in the middle of every photograph of a guide: applications go out all the same, and
 * nobody pays for the same bytes again and again. */
static void a_form_that_never_comes_whole_keeps_nothing_back(void **state)
{
    struct story *story = *state;
    static const char *const media[] = {"guide.csv=key,lang,value\ntitle,,New\n", "a.txt=a", NULL};
    char number[CASE_NUMBER_SIZE], text[64];

    publish(story, "test", "2", media);
    fault(story, "{\"do\":\"cut_answer\",\"on\":\"attachment\",\"count\":-1}");
    assert_ok(kiosk_apply(&story->kiosk, 1000, number));
    pull(story);
    assert_int_equal(kiosk_case(&story->kiosk, number).state, OUTBOX_PURGED);
    assert_int_equal(kiosk_link(&story->kiosk).state, OUTBOX_LINK_UP);
    assert_non_null(strstr(kiosk_link(&story->kiosk).reason, "did not come whole"));
    kiosk_sync(&story->kiosk, SYNC_WHEN_DUE);
    assert_int_equal(story->kiosk.counts.bytes_sent, 0);
    platform_heal(&story->platform);
    clock_fake_advance(&story->kiosk.clock, 15 * 60 * 1000);
    kiosk_sync(&story->kiosk, SYNC_WHEN_DUE);
    assert_string_equal(offered(story, text), "2/3");
}

/* Whoever applies while a guide's photographs come down goes between two of them: here the second never
 * comes.
 */
static void an_application_goes_between_two_media(void **state)
{
    struct story *story = *state;
    static const char *const media[] = {"a.txt=a", "b.txt=b", NULL};
    char number[CASE_NUMBER_SIZE], text[64];

    publish(story, "test", "2", media);
    fault(story, "{\"do\":\"status\",\"status\":503,\"on\":\"attachment\",\"path\":\"b.txt\",\"count\":-1}");
    assert_ok(kiosk_apply(&story->kiosk, 1000, number));
    pull(story);
    assert_int_equal(kiosk_case(&story->kiosk, number).state, OUTBOX_PURGED);
    assert_string_equal(offered(story, text), "1/2");
    platform_heal(&story->platform);
    assert_ok(kiosk_apply(&story->kiosk, 1000, number));
    pull(story); /* in one run: up to b, the application, then the rest */
    assert_int_equal(kiosk_case(&story->kiosk, number).state, OUTBOX_PURGED);
    assert_string_equal(offered(story, text), "2/4");
}

/* Cut after the second of three media: those two are not fetched again. */
static void media_that_came_are_not_fetched_again(void **state)
{
    enum { LARGE = 40000 };
    struct story *story = *state;
    static char one[LARGE], two[LARGE];
    const char *const media[] = {one, two, "c.txt=c", NULL};
    char text[64];

    memset(one, 'x', sizeof one - 1);
    memset(two, 'y', sizeof two - 1);
    memcpy(one, "a.txt=", 6);
    memcpy(two, "b.txt=", 6);
    publish(story, "test", "2", media);
    fault(story, "{\"do\":\"cut_answer\",\"on\":\"attachment\",\"path\":\"c.txt\"}");
    clock_fake_advance(&story->kiosk.clock, 15 * 60 * 1000);
    kiosk_sync(&story->kiosk, SYNC_WHEN_DUE);
    assert_true(story->kiosk.counts.bytes_received > 2 * LARGE);
    assert_int_equal(story->kiosk.counts.forms, 0);
    clock_fake_advance(&story->kiosk.clock, 60 * 1000); /* past the backoff, before the next usual pull */
    kiosk_sync(&story->kiosk, SYNC_WHEN_DUE);
    assert_int_equal(story->kiosk.counts.forms, 1);
    assert_true(story->kiosk.counts.bytes_received < LARGE);
    assert_string_equal(offered(story, text), "2/5");
}

int main(void)
{
#define STORY(test) cmocka_unit_test_setup_teardown(test, story_setup, story_teardown)
    const struct CMUnitTest tests[] = {
        STORY(a_form_comes_with_its_media),
        STORY(nothing_new_costs_almost_nothing),
        STORY(a_new_version_and_a_new_form_arrive),
        STORY(changed_media_alone_are_noticed),
        STORY(a_pull_broken_anywhere_leaves_the_old_form),
        STORY(a_form_that_never_comes_whole_keeps_nothing_back),
        STORY(an_application_goes_between_two_media),
        STORY(media_that_came_are_not_fetched_again),
        STORY(one_bad_form_does_not_stop_the_others),
        STORY(unchanged_is_no_answer_about_what_is_not_held),
        STORY(a_form_that_would_fill_the_disk_is_left),
        STORY(a_disk_without_room_for_a_form_still_sends),
        STORY(an_empty_list_takes_nothing_away),
        STORY(a_server_that_is_older_than_before_is_followed),
        STORY(an_unlisted_form_is_no_longer_offered),
        STORY(a_refused_version_is_not_pulled_again),
        STORY(foreign_domains_are_fetched_under_our_base),
        STORY(a_pull_waits_for_its_time),
        STORY(a_clock_set_back_ten_years_stops_nothing),
        STORY(a_basic_challenge_is_answered),
        STORY(a_digest_challenge_is_answered),
        STORY(a_revoked_token_is_the_technicians),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
