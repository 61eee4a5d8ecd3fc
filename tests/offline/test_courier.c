/* Applications on a stick: out, to the county, receipts back; and every way a stick can disappoint. */
#include "board/base/utf8.h"
#include "offline/courier_internal.h"
#include "offline/crypto.h"
#include "tests/offline/program.h"
#include "tests/offline/story.h"
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

static void stick_of(const struct story *story, char out_path[96])
{
    snprintf(out_path, 96, "%s/stick", story->dir);
    mkdir(out_path, 0755);
}

static struct courier_counts export(struct story *story)
{
    struct courier_counts counts;
    char stick[96];
    stick_of(story, stick);
    assert_ok(courier_export(story->kiosk.outbox, story->kiosk.key, 17, stick, NULL, &counts));
    return counts;
}

/* name: "office" is the one that the kiosk pins. */
static struct device_key *open_key(const struct story *story, const char *name)
{
    struct device_key *key = NULL;
    char dir[96];
    snprintf(dir, sizeof dir, "%s/%s", story->dir, name);
    mkdir(dir, 0700);
    assert_ok(device_key_open(dir, &key));
    return key;
}

static struct courier_counts upload_by(struct story *story, const char *office)
{
    struct openrosa client;
    struct courier_counts counts;
    struct device_key *key = open_key(story, office);
    char stick[96];

    stick_of(story, stick);
    assert_ok(openrosa_init(&client, story->kiosk.http, &story->kiosk.clock.clock, story->platform.url));
    assert_ok(courier_upload(&client, key, &story->kiosk.clock.clock, stick, &counts));
    device_key_close(&key);
    return counts;
}

static struct courier_counts upload(struct story *story)
{
    return upload_by(story, "office");
}

static void public_hex(struct story *story, const char *name, char out_hex[65])
{
    uint8_t public_key[DEVICE_KEY_SIZE];
    struct device_key *key = open_key(story, name);
    device_key_public(key, public_key);
    device_key_close(&key);
    crypto_hex(public_key, sizeof public_key, out_hex);
}

static struct courier_counts import_as(struct story *story, int kiosk_number, int offices)
{
    struct courier_counts counts;
    char stick[96], office_key[1][65];
    const struct courier_trust trust = {story->kiosk.key, office_key, offices};

    public_hex(story, "office", office_key[0]);
    stick_of(story, stick);
    assert_ok(courier_import(story->kiosk.outbox, &trust, kiosk_number, stick, &counts));
    return counts;
}

static struct courier_counts import(struct story *story)
{
    return import_as(story, 17, 1);
}

static void save(struct story *story, int count, char numbers[][CASE_NUMBER_SIZE])
{
    for (int i = 0; i < count; i++)
        assert_ok(kiosk_apply(&story->kiosk, 90 * 1000, numbers[i]));
}

static void batches_of(const struct story *story, char out_path[160])
{
    snprintf(out_path, 160, "%s/stick/" COURIER_FOLDER, story->dir);
}

/* Path of the one batch, or of something in it. */
static void in_batch(struct story *story, const char *name, char out_path[300])
{
    char folder[160];
    batches_of(story, folder);
    DIR *open = opendir(folder);
    assert_non_null(open);
    for (struct dirent *entry = readdir(open); entry; entry = readdir(open)) {
        if (entry->d_name[0] != '.')
            snprintf(out_path, 300, "%s/%.60s%s%.100s", folder, entry->d_name, *name ? "/" : "", name);
    }
    closedir(open);
}

/* Path of an application's folder in the one batch, or of a file in it. */
static void in_application(struct story *story, const char *number, const char *name, char out_path[300])
{
    char path[100];
    snprintf(path, sizeof path, "%s%s%.40s", kiosk_case(&story->kiosk, number).instance_id + 5,
             *name ? "/" : "", name);
    in_batch(story, path, out_path);
}

/* Changes one byte. */
static void damage(const char *path, long at)
{
    FILE *file = fopen(path, "r+");
    assert_non_null(file);
    fseek(file, at, SEEK_SET);
    int byte = fgetc(file);
    fseek(file, at, SEEK_SET);
    fputc(byte ^ 1, file);
    fclose(file);
}

static void out_to_the_county_and_receipts_back(void **state)
{
    struct story *story = *state;
    char numbers[3][CASE_NUMBER_SIZE];

    save(story, 3, numbers);
    assert_int_equal(export(story).applications, 3);
    assert_int_equal(kiosk_case(&story->kiosk, numbers[0]).state, OUTBOX_ON_STICK);
    assert_int_equal(upload(story).applications, 3);
    assert_int_equal(import(story).applications, 3);
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

    save(story, 2, numbers);
    export(story);
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_int_equal(kiosk_case(&story->kiosk, numbers[0]).state, OUTBOX_PURGED);
    assert_int_equal(upload(story).left, 0);
    assert_int_equal(import(story).applications, 0);
    assert_int_equal(platform_count(&story->platform, "submissions"), 2);
    assert_int_equal(platform_count(&story->platform, "conflicts"), 0);
    assert_int_equal(platform_count(&story->platform, "duplicates"), 0);
}

/* The platform has what it refused by network. */
static void a_receipt_ends_what_was_parked_meanwhile(void **state)
{
    struct story *story = *state;
    char numbers[1][CASE_NUMBER_SIZE];

    save(story, 1, numbers);
    export(story);
    platform_tell(&story->platform, "faults",
                  "{\"do\":\"status\",\"on\":\"submission\",\"status\":400,\"marked\":true}");
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_int_equal(kiosk_case(&story->kiosk, numbers[0]).state, OUTBOX_PARKED);
    assert_int_equal(upload(story).applications, 1);
    assert_int_equal(import(story).applications, 1);
    assert_int_equal(kiosk_case(&story->kiosk, numbers[0]).state, OUTBOX_PURGED);
}

/* What was sent on an earlier day is not sent again; what was not, is. */
static void an_upload_goes_on_where_it_ended(void **state)
{
    struct story *story = *state;
    char numbers[3][CASE_NUMBER_SIZE];

    save(story, 3, numbers);
    export(story);
    platform_tell(&story->platform, "faults",
                  "{\"do\":\"status\",\"on\":\"submission\",\"status\":503,\"skip\":1}");
    struct courier_counts counts = upload(story);
    assert_int_equal(counts.applications, 2);
    assert_int_equal(counts.left, 1);
    assert_int_equal(import(story).applications, 2);
    assert_int_equal(upload(story).applications, 1);
    assert_int_equal(import(story).applications, 1);
    assert_int_equal(platform_count(&story->platform, "repeats"), 0);
}

static void lose_stick(const struct story *story, const char *name)
{
    char stick[96], away[120];
    stick_of(story, stick);
    snprintf(away, sizeof away, "%s/%s", story->dir, name);
    assert_int_equal(rename(stick, away), 0);
}

/* Nobody at the kiosk hears that a stick was lost. Found again, it does no harm. */
static void what_went_with_a_lost_stick_goes_with_the_next(void **state)
{
    struct story *story = *state;
    char numbers[2][CASE_NUMBER_SIZE], stick[96], lost[120];

    save(story, 2, numbers);
    assert_int_equal(export(story).applications, 2);
    assert_int_equal(export(story).applications, 0); /* it has them */
    lose_stick(story, "lost");
    assert_int_equal(export(story).applications, 2);
    assert_int_equal(kiosk_case(&story->kiosk, numbers[0]).state, OUTBOX_ON_STICK);
    assert_int_equal(upload(story).applications, 2);
    assert_int_equal(import(story).applications, 2);
    lose_stick(story, "done");
    stick_of(story, stick);
    assert_int_equal(rmdir(stick), 0);
    snprintf(lost, sizeof lost, "%s/lost", story->dir);
    assert_int_equal(rename(lost, stick), 0);
    assert_int_equal(upload(story).left, 0);
    assert_int_equal(import(story).applications, 0);
    assert_int_equal(platform_count(&story->platform, "complete"), 2);
    assert_int_equal(platform_count(&story->platform, "conflicts"), 0);
}

static void what_a_stick_lost_goes_onto_it_again(void **state)
{
    struct story *story = *state;
    char numbers[2][CASE_NUMBER_SIZE], path[300];

    save(story, 2, numbers);
    export(story);
    in_application(story, numbers[1], "photo.jpg.enc", path);
    damage(path, 1000);
    assert_int_equal(export(story).applications, 1);
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
    stick_of(story, stick);
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
    assert_int_equal(upload(story).applications, 2);
    assert_int_equal(platform_count(&story->platform, "complete"), 3);
}

static void what_was_delivered_while_the_stick_settled_is_delivered(void **state)
{
    struct story *story = *state;
    char numbers[2][CASE_NUMBER_SIZE];
    struct network network = {story, .at_settle = true};

    save(story, 2, numbers);
    assert_int_equal(export_with(story, &network).applications, 0);
    assert_int_equal(kiosk_case(&story->kiosk, numbers[0]).state, OUTBOX_PURGED);
    assert_int_equal(upload(story).left, 0);
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

    save(story, 2, numbers);
    fixture_forget_bytes(story->kiosk.config.store.dir, numbers[0]);
    struct courier_counts counts = export(story);
    assert_int_equal(counts.applications, 1);
    assert_int_equal(counts.refused, 1);
    assert_non_null(strstr(counts.refusal, numbers[0]));
    assert_int_equal(kiosk_case(&story->kiosk, numbers[0]).state, OUTBOX_QUEUED);
    counts = upload(story);
    assert_int_equal(counts.applications, 1);
    assert_int_equal(counts.refused, 0);
}

static void nothing_waits_no_batch(void **state)
{
    struct story *story = *state;
    struct courier_counts counts = export(story);
    assert_int_equal(counts.batches, 0);
    assert_int_equal(upload(story).batches, 0);
}

/* A stick that is full or gone: everything stays queued. */
static void a_stick_that_cannot_be_written_changes_nothing(void **state)
{
    struct story *story = *state;
    char numbers[2][CASE_NUMBER_SIZE];
    struct courier_counts counts = {0};

    save(story, 2, numbers);
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

    save(story, 2, numbers);
    stick_of(story, stick);
    batches_of(story, folder);
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
    assert_int_equal(export(story).applications, 2);
}

/* A stick that was tampered with is not uploaded from. */
static void a_changed_batch_is_refused(void **state)
{
    struct story *story = *state;
    char numbers[1][CASE_NUMBER_SIZE], path[300];

    save(story, 1, numbers);
    export(story);
    in_application(story, numbers[0], "photo.jpg.enc", path);
    damage(path, 1000);
    struct courier_counts counts = upload(story);
    assert_int_equal(counts.refused, 1);
    assert_non_null(strstr(counts.refusal, "is not what the index says"));
    damage(path, 1000); /* well again */
    in_batch(story, "INDEX", path);
    damage(path, 60);
    assert_int_equal(upload(story).refused, 1);
    assert_int_equal(platform_count(&story->platform, "submissions"), 0);
}

/* Begun by another kiosk, from which the stick was pulled too early. */
static void a_batch_without_its_end_keeps_no_other_back(void **state)
{
    struct story *story = *state;
    char numbers[1][CASE_NUMBER_SIZE], folder[160], path[300];

    save(story, 1, numbers);
    export(story);
    batches_of(story, folder);
    snprintf(path, sizeof path, "%s/0000-begun", folder);
    assert_int_equal(mkdir(path, 0755), 0);
    struct courier_counts counts = upload(story);
    assert_int_equal(counts.applications, 1);
    assert_int_equal(counts.refused, 0);
    counts = import(story);
    assert_int_equal(counts.applications, 1);
    assert_int_equal(counts.refused, 0);
}

/* One bad place on the stick costs one application. */
static void a_damaged_application_keeps_no_other_of_its_batch_back(void **state)
{
    struct story *story = *state;
    char numbers[3][CASE_NUMBER_SIZE], path[300];

    save(story, 3, numbers);
    export(story);
    in_application(story, numbers[1], "photo.jpg.enc", path);
    damage(path, 1000);
    struct courier_counts counts = upload(story);
    assert_int_equal(counts.applications, 2);
    assert_int_equal(counts.refused, 1);
    assert_int_equal(import(story).applications, 2);
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
    struct device_key *key = open_key(story, "office");
    char stick[96];

    stick_of(story, stick);
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

    save(story, 2, numbers);
    export(story);
    save(story, 2, numbers + 2);
    export(story);
    for (size_t i = 0; i < sizeof roads / sizeof *roads; i++) {
        struct dead_road road = {{.exchange = nobody}, roads[i].failure, 0};
        struct courier_counts counts = upload_on(story, &road);
        assert_int_equal(road.asked, roads[i].asked);
        assert_int_equal(counts.left, 4);
        assert_string_equal(counts.why_left, roads[i].why);
    }
    assert_int_equal(upload(story).applications, 4);
}

/* A file of it cannot be read any more. */
static void a_batch_that_lacks_a_file_keeps_no_other_back(void **state)
{
    struct story *story = *state;
    char numbers[2][CASE_NUMBER_SIZE], path[300];

    save(story, 1, numbers);
    export(story);
    in_application(story, numbers[0], "photo.jpg.enc", path);
    assert_int_equal(unlink(path), 0);
    save(story, 1, numbers + 1);
    assert_int_equal(export(story).applications, 2); /* what the stick lost, once more */
    struct courier_counts counts = upload(story);
    assert_int_equal(counts.applications, 2);
    assert_int_equal(counts.refused, 1);
    assert_int_equal(import(story).applications, 2);
}

/* ---- a stick from anybody: whatever lies on it, nothing outside it is read and nothing is sent ---- */

#define AN_ID   "0b8f7d0e-6f3c-4a52-9d33-1f3c0c1d2e3f"
#define A_HASH  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define A_BATCH "yizhan courier 1\nkiosk 17\n"

static void sign_as_stranger(struct story *story, const char *path, const char *content)
{
    struct device_key *stranger = open_key(story, "stranger");
    struct buf text = {0};
    buf_append_text(&text, content);
    assert_ok(courier_signed_write(path, &text, stranger));
    buf_finish(&text);
    device_key_close(&stranger);
}

/* On a terminal, and in JSON. */
static void assert_one_line(const char *text)
{
    assert_true(utf8_valid(text, strlen(text)));
    for (const char *at = text; *at; at++)
        assert_true((unsigned char)*at >= ' ' && *at != 0x7f);
}

static void an_index_of_anything_is_refused(void **state)
{
    static const char *const indices[] = {
        "",
        "\n",
        "yizhan courier 2\n",
        A_BATCH "application ../../../../../../../../etc/shadow..\n",
        A_BATCH "application " AN_ID "/\n",
        A_BATCH "application .hidden\n",
        A_BATCH "application " AN_ID "\nfile " A_HASH " 0 ../../../../etc/hostname\n",
        A_BATCH "application " AN_ID "\nfile " A_HASH " 0 a/b\n",
        A_BATCH "application " AN_ID "\nfile " A_HASH " 0 \n",
        A_BATCH "application " AN_ID "\nfile " A_HASH " -1 submission.xml\n",
        A_BATCH "application " AN_ID "\nfile " A_HASH " 99999999999999999999 submission.xml\n",
        A_BATCH "application " AN_ID "\nfile short 0 submission.xml\n",
        A_BATCH "file " A_HASH " 0 submission.xml\n",
        A_BATCH "application " AN_ID "\nfile " A_HASH " 0 missing.xml\n",
        A_BATCH "rm -rf\n",
        A_BATCH "application 0b8f7d0e-6f3c-4a52-9d33-1f3c0c1d2e\xff\x1b\nfile " A_HASH " 0 manifest\n",
        A_BATCH "application " AN_ID "\nfile " A_HASH " 0 manifest\nfile " A_HASH " 0 \x1b[2J\x1b]0;\a\n",
        A_BATCH "application " AN_ID "\nfile " A_HASH " 9000000000000 manifest\n",
    };
    struct story *story = *state;
    char stick[96], folder[160], path[300];

    stick_of(story, stick);
    batches_of(story, folder);
    mkdir(folder, 0755);
    snprintf(path, sizeof path, "%s/batch", folder);
    mkdir(path, 0755);
    in_batch(story, "INDEX", path);
    for (size_t i = 0; i < sizeof indices / sizeof *indices; i++) {
        sign_as_stranger(story, path, indices[i]);
        struct courier_counts counts = upload(story);
        if (counts.refused != 1 || counts.applications != 0)
            fail_msg("taken: %s", indices[i]);
        assert_one_line(counts.refusal);
    }
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0644), 0); /* nobody waits for who writes into it */
    assert_int_equal(upload(story).refused, 1);
    assert_int_equal(platform_count(&story->platform, "submissions"), 0);
}

static void refuses_link_at(struct story *story, const char *path)
{
    char away[160];
    snprintf(away, sizeof away, "%s/away", story->dir);
    assert_int_equal(rename(path, away), 0);
    assert_int_equal(symlink(away, path), 0);
    struct courier_counts counts = upload(story);
    assert_int_equal(counts.applications, 0);
    assert_int_equal(counts.refused, 1);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rename(away, path), 0);
}

/* Whatever it leads to, a link on a stick does not lead to what lies on the stick. */
static void a_link_is_not_followed(void **state)
{
    struct story *story = *state;
    char numbers[1][CASE_NUMBER_SIZE], path[300];

    save(story, 1, numbers);
    export(story);
    in_application(story, numbers[0], "photo.jpg.enc", path);
    refuses_link_at(story, path);
    in_application(story, numbers[0], "", path);
    refuses_link_at(story, path);
    in_batch(story, "INDEX", path);
    refuses_link_at(story, path);
    in_batch(story, "", path);
    refuses_link_at(story, path);
    assert_int_equal(upload(story).applications, 1);
}

/* ---- receipts that nobody may believe: each is refused in a sentence, and nothing is forgotten ---- */

static void assert_refused(struct story *story, const struct courier_counts *counts, const char *number,
                           const char *sentence)
{
    assert_int_equal(counts->refused, 1);
    assert_int_equal(counts->applications, 0);
    if (!strstr(counts->refusal, sentence))
        fail_msg("\"%s\" does not say \"%s\"", counts->refusal, sentence);
    assert_int_equal(kiosk_case(&story->kiosk, number).state, OUTBOX_ON_STICK);
    assert_true(kiosk_case(&story->kiosk, number).sealed_bytes > 0);
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void receipts_that_nobody_signed_are_refused(void **state)
{
    struct story *story = *state;
    char numbers[1][CASE_NUMBER_SIZE], path[300], text[200];

    save(story, 1, numbers);
    export(story);
    struct outbox_case item = kiosk_case(&story->kiosk, numbers[0]);
    in_batch(story, "RECEIPTS", path);
    snprintf(text, sizeof text, "%s 201 1787500800000\n", item.instance_id + 5);
    write_text(path, text);
    struct courier_counts counts = import(story);
    assert_refused(story, &counts, numbers[0], "not signed");
    /* and at the office they do not keep anything from being sent */
    assert_int_equal(upload(story).applications, 1);
    assert_int_equal(import(story).applications, 1);
}

/* Whoever holds the stick can sign whatever he likes, by a key of his own. */
static void receipts_of_another_office_are_refused(void **state)
{
    struct story *story = *state;
    char numbers[1][CASE_NUMBER_SIZE];

    save(story, 1, numbers);
    export(story);
    assert_int_equal(upload_by(story, "stranger").applications, 1);
    struct courier_counts counts = import(story);
    assert_refused(story, &counts, numbers[0], "who is not in [courier] office_key");
    counts = import_as(story, 17, 0);
    assert_refused(story, &counts, numbers[0], "this kiosk knows no office");
}

static void a_changed_receipt_is_refused(void **state)
{
    struct story *story = *state;
    char numbers[1][CASE_NUMBER_SIZE], path[300];

    save(story, 1, numbers);
    export(story);
    upload(story);
    in_batch(story, "RECEIPTS", path);
    damage(path, 100);
    struct courier_counts counts = import(story);
    assert_refused(story, &counts, numbers[0], "the signature does not fit");
}

static void copy_file(const char *from, const char *to)
{
    char bytes[4096];
    FILE *in = fopen(from, "r"), *out = fopen(to, "w");
    assert_true(in && out);
    size_t length = fread(bytes, 1, sizeof bytes, in);
    assert_int_equal(fwrite(bytes, 1, length, out), length);
    fclose(in);
    assert_int_equal(fclose(out), 0);
}

/* A true receipt of last month's batch, laid beside this month's. */
static void replayed_receipts_are_refused(void **state)
{
    struct story *story = *state;
    char numbers[1][CASE_NUMBER_SIZE], second[1][CASE_NUMBER_SIZE], path[300], folder[160], kept[160],
        old[160];

    save(story, 1, numbers);
    export(story);
    upload(story);
    in_batch(story, "RECEIPTS", path);
    snprintf(kept, sizeof kept, "%s/receipts.kept", story->dir);
    copy_file(path, kept);
    assert_int_equal(import(story).applications, 1);
    batches_of(story, folder);
    snprintf(old, sizeof old, "%s/old-batches", story->dir);
    assert_int_equal(rename(folder, old), 0);
    save(story, 1, second);
    export(story);
    in_batch(story, "RECEIPTS", path);
    copy_file(kept, path);
    struct courier_counts counts = import(story);
    assert_refused(story, &counts, second[0], "belongs to another batch");
}

/* A batch with our number and the name of our application, made and signed by somebody else, and receipts for
 * it by an office that was taken in. */
static void a_batch_that_this_kiosk_did_not_make_is_refused(void **state)
{
    struct story *story = *state;
    char numbers[1][CASE_NUMBER_SIZE], path[300];
    struct device_key *forger = open_key(story, "forger");
    struct buf text = {0};
    uint8_t key[DEVICE_KEY_SIZE];

    save(story, 1, numbers);
    export(story);
    in_batch(story, "INDEX", path);
    assert_ok(courier_signed_read(path, &text, key));
    assert_ok(courier_signed_write(path, &text, forger));
    buf_finish(&text);
    device_key_close(&forger);
    assert_int_equal(upload(story).applications, 1);
    struct courier_counts counts = import(story);
    assert_refused(story, &counts, numbers[0], "this kiosk did not make it");
}

static void receipts_of_nothing_are_refused(void **state)
{
    struct story *story = *state;
    char numbers[1][CASE_NUMBER_SIZE], path[300];

    save(story, 1, numbers);
    export(story);
    in_batch(story, "RECEIPTS", path);
    sign_as_stranger(story, path, "");
    struct courier_counts counts = import(story);
    assert_refused(story, &counts, numbers[0], "names no batch");
}

static void another_kiosks_receipts_are_not_ours(void **state)
{
    struct story *story = *state;
    char numbers[1][CASE_NUMBER_SIZE];

    save(story, 1, numbers);
    export(story);
    upload(story);
    assert_int_equal(import_as(story, 18, 1).applications, 0);
    assert_int_equal(kiosk_case(&story->kiosk, numbers[0]).state, OUTBOX_ON_STICK);
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

    save(story, 1, numbers);
    stick_of(story, stick);
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
    in_application(story, numbers[0], "submission.xml.enc", path);
    assert_false(file_holds(path, "王秀兰"));
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
        STORY(an_index_of_anything_is_refused),
        STORY(a_link_is_not_followed),
        STORY(receipts_that_nobody_signed_are_refused),
        STORY(receipts_of_another_office_are_refused),
        STORY(a_changed_receipt_is_refused),
        STORY(replayed_receipts_are_refused),
        STORY(a_batch_that_this_kiosk_did_not_make_is_refused),
        STORY(receipts_of_nothing_are_refused),
        STORY(another_kiosks_receipts_are_not_ours),
        STORY(the_commands_do_it_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
