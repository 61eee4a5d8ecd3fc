/* Applications on a stick: out, to the county, receipts back; and every way a stick or the road can
 * disappoint. */
#include "tests/offline/program.h"
#include "tests/offline/stick.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/fixture.h"
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static void out_to_the_county_and_receipts_back(void **state)
{
    struct story *story = *state;
    char numbers[3][CASE_NUMBER_SIZE];

    stick_save(story, 3, numbers);
    assert_int_equal(stick_export(story).applications, 3);
    assert_int_equal(kiosk_case(&story->kiosk, numbers[0]).state, OUTBOX_ON_STICK);
    assert_int_equal(stick_upload(story).applications, 3);
    assert_int_equal(stick_import(story).applications, 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(kiosk_case(&story->kiosk, numbers[i]).state, OUTBOX_PURGED);
    assert_int_equal(platform_count(&story->platform, "complete"), 3);
    json_t *all = platform_ask(&story->platform, "submissions");
    assert_true(json_is_true(json_object_get(json_array_get(all, 0), "opened")));
    json_decref(all);
}

/* The link comes back while the courier is on the road. */
static void both_ways_at_once_deliver_once(void **state)
{
    struct story *story = *state;
    char numbers[2][CASE_NUMBER_SIZE];

    stick_save(story, 2, numbers);
    stick_export(story);
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_int_equal(kiosk_case(&story->kiosk, numbers[0]).state, OUTBOX_PURGED);
    assert_int_equal(stick_upload(story).left, 0);
    assert_int_equal(stick_import(story).applications, 0);
    assert_int_equal(platform_count(&story->platform, "submissions"), 2);
    assert_int_equal(platform_count(&story->platform, "conflicts"), 0);
    assert_int_equal(platform_count(&story->platform, "duplicates"), 0);
}

/* The platform has what it refused by network. */
static void a_receipt_ends_what_was_parked_meanwhile(void **state)
{
    struct story *story = *state;
    char numbers[1][CASE_NUMBER_SIZE];

    stick_save(story, 1, numbers);
    stick_export(story);
    platform_tell(&story->platform, "faults",
                  "{\"do\":\"status\",\"on\":\"submission\",\"status\":400,\"marked\":true}");
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_int_equal(kiosk_case(&story->kiosk, numbers[0]).state, OUTBOX_PARKED);
    assert_int_equal(stick_upload(story).applications, 1);
    assert_int_equal(stick_import(story).applications, 1);
    assert_int_equal(kiosk_case(&story->kiosk, numbers[0]).state, OUTBOX_PURGED);
}

/* What was sent on an earlier day is not sent again; what was not, is. */
static void an_upload_goes_on_where_it_ended(void **state)
{
    struct story *story = *state;
    char numbers[3][CASE_NUMBER_SIZE];

    stick_save(story, 3, numbers);
    stick_export(story);
    platform_tell(&story->platform, "faults",
                  "{\"do\":\"status\",\"on\":\"submission\",\"status\":503,\"skip\":1}");
    struct courier_counts counts = stick_upload(story);
    assert_int_equal(counts.applications, 2);
    assert_int_equal(counts.left, 1);
    assert_non_null(strstr(counts.why_left, "busy"));
    assert_int_equal(stick_import(story).applications, 2);
    assert_int_equal(stick_upload(story).applications, 1);
    assert_int_equal(stick_import(story).applications, 1);
    assert_int_equal(platform_count(&story->platform, "repeats"), 0);
}

static void lose_stick(const struct story *story, const char *name)
{
    char stick[96], away[120];
    stick_dir(story, stick);
    snprintf(away, sizeof away, "%s/%s", story->dir, name);
    assert_int_equal(rename(stick, away), 0);
}

/* Nobody at the kiosk hears that a stick was lost. Found again, it does no harm. */
static void what_went_with_a_lost_stick_goes_with_the_next(void **state)
{
    struct story *story = *state;
    char numbers[2][CASE_NUMBER_SIZE], stick[96], lost[120];

    stick_save(story, 2, numbers);
    assert_int_equal(stick_export(story).applications, 2);
    assert_int_equal(stick_export(story).applications, 0); /* it has them */
    lose_stick(story, "lost");
    assert_int_equal(stick_export(story).applications, 2);
    assert_int_equal(kiosk_case(&story->kiosk, numbers[0]).state, OUTBOX_ON_STICK);
    assert_int_equal(stick_upload(story).applications, 2);
    assert_int_equal(stick_import(story).applications, 2);
    lose_stick(story, "done");
    stick_dir(story, stick);
    assert_int_equal(rmdir(stick), 0);
    snprintf(lost, sizeof lost, "%s/lost", story->dir);
    assert_int_equal(rename(lost, stick), 0);
    assert_int_equal(stick_upload(story).left, 0);
    assert_int_equal(stick_import(story).applications, 0);
    assert_int_equal(platform_count(&story->platform, "complete"), 2);
    assert_int_equal(platform_count(&story->platform, "conflicts"), 0);
}

static void what_a_stick_lost_goes_onto_it_again(void **state)
{
    struct story *story = *state;
    char numbers[2][CASE_NUMBER_SIZE], path[300];

    stick_save(story, 2, numbers);
    stick_export(story);
    stick_application(story, numbers[1], "photo.jpg.enc", path);
    stick_damage(path, 1000);
    assert_int_equal(stick_export(story).applications, 1);
}

/* ---- the link comes back while the stick is written ---- */

enum { SMALL = 1000 }; /* bytes of a photo that goes with the first POST */

/* At the next step of its kind. */
struct network {
    struct story *story;
    bool at_begin, at_settle;
};

static struct err sync_at_begin(void *context)
{
    struct network *network = context;
    if (network->at_begin)
        kiosk_sync(&network->story->kiosk, SYNC_NOW);
    network->at_begin = false;
    return err_ok();
}

static struct err sync_at_settle(void *context)
{
    struct network *network = context;
    if (network->at_settle)
        kiosk_sync(&network->story->kiosk, SYNC_NOW);
    network->at_settle = false;
    return err_ok();
}

static struct courier_counts export_with(struct story *story, struct network *network)
{
    const struct courier_medium medium = {network, sync_at_begin, sync_at_settle};
    struct courier_counts counts;
    char stick[96];
    stick_dir(story, stick);
    assert_ok(courier_export(story->kiosk.outbox, story->kiosk.key, 17, stick, &medium, &counts));
    return counts;
}

static void what_went_by_network_meanwhile_keeps_no_other_back(void **state)
{
    struct story *story = *state;
    char numbers[3][CASE_NUMBER_SIZE];
    struct network network = {story, .at_begin = true};

    for (int i = 0; i < 3; i++)
        assert_ok(kiosk_apply(&story->kiosk, SMALL, numbers[i]));
    platform_tell(&story->platform, "faults",
                  "{\"do\":\"status\",\"on\":\"submission\",\"status\":503,\"skip\":1,\"count\":100}");
    assert_int_equal(export_with(story, &network).applications, 2);
    assert_int_equal(kiosk_case(&story->kiosk, numbers[0]).state, OUTBOX_PURGED);
    assert_int_equal(kiosk_case(&story->kiosk, numbers[2]).state, OUTBOX_ON_STICK);
    platform_heal(&story->platform);
    assert_int_equal(stick_upload(story).applications, 2);
    assert_int_equal(platform_count(&story->platform, "complete"), 3);
}

static void what_was_delivered_while_the_stick_settled_is_delivered(void **state)
{
    struct story *story = *state;
    char numbers[2][CASE_NUMBER_SIZE];
    struct network network = {story, .at_settle = true};

    stick_save(story, 2, numbers);
    assert_int_equal(export_with(story, &network).applications, 0);
    assert_int_equal(kiosk_case(&story->kiosk, numbers[0]).state, OUTBOX_PURGED);
    assert_int_equal(stick_upload(story).left, 0);
    assert_int_equal(platform_count(&story->platform, "submissions"), 2);
}

/* More than one batch holds: what the network takes of the first moves none of the second out of sight. */
static void a_queue_of_two_batches_goes_whole(void **state)
{
    enum { MANY = 1001 };
    struct story *story = *state;
    char number[CASE_NUMBER_SIZE];
    struct network network = {story, .at_begin = true};

    assert_ok(kiosk_apply(&story->kiosk, SMALL, number)); /* the oldest is sent first */
    for (int i = 1; i < MANY; i++)
        assert_ok(fixture_save(story->kiosk.outbox, 10, number));
    platform_tell(&story->platform, "faults",
                  "{\"do\":\"status\",\"on\":\"submission\",\"status\":503,\"skip\":1,\"count\":100}");
    struct courier_counts counts = export_with(story, &network);
    assert_int_equal(counts.applications, MANY - 1);
    assert_int_equal(counts.batches, 2);
    assert_int_equal(kiosk_counts(&story->kiosk).in_state[OUTBOX_ON_STICK], MANY - 1);
}

static void one_damaged_on_the_disk_keeps_no_other_from_the_stick(void **state)
{
    struct story *story = *state;
    char numbers[2][CASE_NUMBER_SIZE];

    stick_save(story, 2, numbers);
    fixture_forget_bytes(story->kiosk.config.store.dir, numbers[0]);
    struct courier_counts counts = stick_export(story);
    assert_int_equal(counts.applications, 1);
    assert_int_equal(counts.refused, 1);
    assert_non_null(strstr(counts.refusal, numbers[0]));
    assert_int_equal(kiosk_case(&story->kiosk, numbers[0]).state, OUTBOX_QUEUED);
    counts = stick_upload(story);
    assert_int_equal(counts.applications, 1);
    assert_int_equal(counts.refused, 0);
}

static void nothing_waits_no_batch(void **state)
{
    struct story *story = *state;
    struct courier_counts counts = stick_export(story);
    assert_int_equal(counts.batches, 0);
    assert_int_equal(stick_upload(story).batches, 0);
}

/* A stick that is full or gone: everything stays queued. */
static void a_stick_that_cannot_be_written_changes_nothing(void **state)
{
    struct story *story = *state;
    char numbers[2][CASE_NUMBER_SIZE];
    struct courier_counts counts = {0};

    stick_save(story, 2, numbers);
    struct err e = courier_export(story->kiosk.outbox, story->kiosk.key, 17, "/proc/nowhere", NULL, &counts);
    assert_true(err_is(&e));
    assert_int_equal(kiosk_counts(&story->kiosk).in_state[OUTBOX_QUEUED], 2);
}

static size_t entries_in(const char *folder)
{
    size_t count = 0;
    DIR *open = opendir(folder);
    assert_non_null(open);
    for (struct dirent *entry = readdir(open); entry; entry = readdir(open))
        count += entry->d_name[0] != '.';
    closedir(open);
    return count;
}

/* Nor does what found no room take it from the next try. */
static void a_stick_that_is_full_is_left_as_it_was(void **state)
{
    struct story *story = *state;
    char numbers[2][CASE_NUMBER_SIZE], stick[96], folder[160];
    struct courier_counts counts = {0};
    struct rlimit whole, small;

    stick_save(story, 2, numbers);
    stick_dir(story, stick);
    stick_batches(story, folder);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &whole), 0);
    small = whole;
    small.rlim_cur = 50 * 1000; /* a photo does not fit, what is before it does */
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    struct err e = courier_export(story->kiosk.outbox, story->kiosk.key, 17, stick, NULL, &counts);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &whole), 0);
    assert_int_equal(e.code, EFBIG);
    assert_int_equal(entries_in(folder), 0);
    assert_int_equal(kiosk_counts(&story->kiosk).in_state[OUTBOX_QUEUED], 2);
    assert_int_equal(stick_export(story).applications, 2);
}

/* A stick that was tampered with is not uploaded from. */
static void a_changed_batch_is_refused(void **state)
{
    struct story *story = *state;
    char numbers[1][CASE_NUMBER_SIZE], path[300];

    stick_save(story, 1, numbers);
    stick_export(story);
    stick_application(story, numbers[0], "photo.jpg.enc", path);
    stick_damage(path, 1000);
    struct courier_counts counts = stick_upload(story);
    assert_int_equal(counts.refused, 1);
    assert_non_null(strstr(counts.refusal, "is not what the index says"));
    stick_damage(path, 1000); /* well again */
    stick_batch(story, "INDEX", path);
    stick_damage(path, 60);
    assert_int_equal(stick_upload(story).refused, 1);
    assert_int_equal(platform_count(&story->platform, "submissions"), 0);
}

/* Begun by another kiosk, from which the stick was pulled too early. */
static void a_batch_without_its_end_keeps_no_other_back(void **state)
{
    struct story *story = *state;
    char numbers[1][CASE_NUMBER_SIZE], folder[160], path[300];

    stick_save(story, 1, numbers);
    stick_export(story);
    stick_batches(story, folder);
    snprintf(path, sizeof path, "%s/0000-begun", folder);
    assert_int_equal(mkdir(path, 0755), 0);
    struct courier_counts counts = stick_upload(story);
    assert_int_equal(counts.applications, 1);
    assert_int_equal(counts.refused, 0);
    counts = stick_import(story);
    assert_int_equal(counts.applications, 1);
    assert_int_equal(counts.refused, 0);
}

/* One bad place on the stick costs one application. */
static void a_damaged_application_keeps_no_other_of_its_batch_back(void **state)
{
    struct story *story = *state;
    char numbers[3][CASE_NUMBER_SIZE], path[300];

    stick_save(story, 3, numbers);
    stick_export(story);
    stick_application(story, numbers[1], "photo.jpg.enc", path);
    stick_damage(path, 1000);
    struct courier_counts counts = stick_upload(story);
    assert_int_equal(counts.applications, 2);
    assert_int_equal(counts.refused, 1);
    assert_int_equal(stick_import(story).applications, 2);
    assert_int_equal(kiosk_case(&story->kiosk, numbers[1]).state, OUTBOX_ON_STICK);
}

/* ---- nobody answers at the office ---- */

struct dead_road {
    struct http http; /* must be first */
    enum http_failure failure;
    int asked;
};

static struct err nobody(struct http *http, const struct http_request *request,
                         struct http_response *out_response)
{
    struct dead_road *road = (struct dead_road *)http;
    (void)request;
    road->asked++;
    out_response->failure = road->failure;
    return err_make(ERR_RETRY, "test", 0, "nobody is there");
}

static struct courier_counts upload_on(struct story *story, struct dead_road *road)
{
    struct openrosa client;
    struct courier_counts counts;
    struct device_key *key = stick_key(story, "office");
    char stick[96];

    stick_dir(story, stick);
    assert_ok(openrosa_init(&client, &road->http, &story->kiosk.clock.clock, story->platform.url));
    assert_ok(courier_upload(&client, key, &story->kiosk.clock.clock, stick, &counts));
    device_key_close(&key);
    return counts;
}

/* Each would be waited for as long as the first. */
static void a_dead_network_is_noticed_once(void **state)
{
    static const struct {
        enum http_failure failure;
        int asked;
        const char *why;
    } roads[] = {{HTTP_CLIENT_OFFLINE, 1, "client offline: nobody is there"},
                 {HTTP_SERVER_OFFLINE, 1, "server offline: nobody is there"},
                 {HTTP_TLS_FAILED, 1, "tls: nobody is there"},
                 {HTTP_CUT, 2, "cut: nobody is there"}};
    struct story *story = *state;
    char numbers[4][CASE_NUMBER_SIZE];

    stick_save(story, 2, numbers);
    stick_export(story);
    stick_save(story, 2, numbers + 2);
    stick_export(story);
    for (size_t i = 0; i < sizeof roads / sizeof *roads; i++) {
        struct dead_road road = {{.exchange = nobody}, roads[i].failure, 0};
        struct courier_counts counts = upload_on(story, &road);
        assert_int_equal(road.asked, roads[i].asked);
        assert_int_equal(counts.left, 4);
        assert_string_equal(counts.why_left, roads[i].why);
    }
    assert_int_equal(stick_upload(story).applications, 4);
}

/* A file of it cannot be read any more. */
static void a_batch_that_lacks_a_file_keeps_no_other_back(void **state)
{
    struct story *story = *state;
    char numbers[2][CASE_NUMBER_SIZE], path[300];

    stick_save(story, 1, numbers);
    stick_export(story);
    stick_application(story, numbers[0], "photo.jpg.enc", path);
    assert_int_equal(unlink(path), 0);
    stick_save(story, 1, numbers + 1);
    assert_int_equal(stick_export(story).applications, 2); /* what the stick lost, once more */
    struct courier_counts counts = stick_upload(story);
    assert_int_equal(counts.applications, 2);
    assert_int_equal(counts.refused, 1);
    assert_int_equal(stick_import(story).applications, 2);
}

static bool file_holds(const char *path, const char *text)
{
    char command[400];
    FILE *file = fopen(path, "r");
    size_t length = file ? fread(command, 1, sizeof command - 1, file) : 0;
    command[length] = '\0';
    if (file)
        fclose(file);
    return strstr(command, text) != NULL;
}

static void pin_office(struct story *story, const char *key)
{
    FILE *file = fopen(story->kiosk.config_path, "a");
    assert_non_null(file);
    fprintf(file, "[courier]\noffice_key = %s", key);
    assert_int_equal(fclose(file), 0);
}

/* The whole way by the commands that a technician types; nothing on the stick can be read. */
static void the_commands_do_it_too(void **state)
{
    struct story *story = *state;
    char numbers[1][CASE_NUMBER_SIZE], stick[96], office[96], text[1024], log[4096], path[300];

    stick_save(story, 1, numbers);
    stick_dir(story, stick);
    snprintf(office, sizeof office, "%s/office", story->dir);
    mkdir(office, 0700);
    const char *const out[] = {"courier", "export", stick, "--config", story->kiosk.config_path,
                               "--json",  NULL};
    const char *const send[] = {"courier",           "upload", stick,  "--url",
                                story->platform.url, "--key",  office, NULL};
    const char *const tell[] = {"courier", "key", office, NULL};
    const char *const in[] = {"courier", "import", stick, "--config", story->kiosk.config_path,
                              "--json",  NULL};
    assert_int_equal(program_run("yizhanctl", out, text, sizeof text, log, sizeof log), 0);
    assert_non_null(strstr(text, "\"applications\":1"));
    stick_application(story, numbers[0], "submission.xml.enc", path);
    assert_false(file_holds(path, "王秀兰"));
    assert_int_equal(program_run("yizhanctl", send, text, sizeof text, log, sizeof log), 1);
    assert_non_null(strstr(log, "name the folder that yizhanctl courier key made"));
    assert_int_equal(program_run("yizhanctl", tell, text, sizeof text, log, sizeof log), 0);
    assert_int_equal(program_run("yizhanctl", send, text, sizeof text, log, sizeof log), 0);
    assert_string_equal(text, "1 applications were received, 1 batches\n");
    assert_int_equal(program_run("yizhanctl", in, text, sizeof text, log, sizeof log), 1);
    assert_non_null(strstr(text, "this kiosk knows no office"));
    assert_int_equal(program_run("yizhanctl", tell, text, sizeof text, log, sizeof log), 0);
    pin_office(story, text);
    assert_int_equal(program_run("yizhanctl", in, text, sizeof text, log, sizeof log), 0);
    assert_int_equal(kiosk_case(&story->kiosk, numbers[0]).state, OUTBOX_PURGED);
}

int main(void)
{
#define STORY(test) cmocka_unit_test_setup_teardown(test, story_setup, story_teardown)
    const struct CMUnitTest tests[] = {
        STORY(out_to_the_county_and_receipts_back),
        STORY(both_ways_at_once_deliver_once),
        STORY(a_receipt_ends_what_was_parked_meanwhile),
        STORY(an_upload_goes_on_where_it_ended),
        STORY(what_went_with_a_lost_stick_goes_with_the_next),
        STORY(what_a_stick_lost_goes_onto_it_again),
        STORY(what_went_by_network_meanwhile_keeps_no_other_back),
        STORY(what_was_delivered_while_the_stick_settled_is_delivered),
        STORY(a_queue_of_two_batches_goes_whole),
        STORY(one_damaged_on_the_disk_keeps_no_other_from_the_stick),
        STORY(nothing_waits_no_batch),
        STORY(a_stick_that_cannot_be_written_changes_nothing),
        STORY(a_stick_that_is_full_is_left_as_it_was),
        STORY(a_changed_batch_is_refused),
        STORY(a_batch_without_its_end_keeps_no_other_back),
        STORY(a_damaged_application_keeps_no_other_of_its_batch_back),
        STORY(a_dead_network_is_noticed_once),
        STORY(a_batch_that_lacks_a_file_keeps_no_other_back),
        STORY(the_commands_do_it_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
