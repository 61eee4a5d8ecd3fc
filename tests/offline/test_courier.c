/* Applications on a stick: out, to the county, receipts back; and every way a stick can disappoint. */
#include "offline/courier.h"
#include "tests/offline/program.h"
#include "tests/offline/story.h"
#include "tests/unit/cmocka.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
    assert_ok(courier_export(story->kiosk.outbox, story->kiosk.key, 17, stick, &counts));
    return counts;
}

static struct err upload(struct story *story, struct courier_counts *counts)
{
    struct openrosa client;
    char stick[96];
    stick_of(story, stick);
    assert_ok(openrosa_init(&client, story->kiosk.http, &story->kiosk.clock.clock, story->platform.url));
    return courier_upload(&client, &story->kiosk.clock.clock, stick, counts);
}

static struct courier_counts import(struct story *story)
{
    struct courier_counts counts;
    char stick[96];
    stick_of(story, stick);
    assert_ok(courier_import(story->kiosk.outbox, 17, stick, &counts));
    return counts;
}

static void save(struct story *story, int count, char numbers[][CASE_NUMBER_SIZE])
{
    for (int i = 0; i < count; i++)
        assert_ok(kiosk_apply(&story->kiosk, 90 * 1000, numbers[i]));
}

/* Path of the one batch, or of something in it. */
static void in_batch(struct story *story, const char *name, char out_path[300])
{
    char folder[160];
    snprintf(folder, sizeof folder, "%s/stick/" COURIER_FOLDER, story->dir);
    DIR *open = opendir(folder);
    assert_non_null(open);
    for (struct dirent *entry = readdir(open); entry; entry = readdir(open)) {
        if (entry->d_name[0] != '.')
            snprintf(out_path, 300, "%s/%.60s%s%.100s", folder, entry->d_name, *name ? "/" : "", name);
    }
    closedir(open);
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
    struct courier_counts counts;

    save(story, 3, numbers);
    assert_int_equal(export(story).applications, 3);
    assert_int_equal(kiosk_case(&story->kiosk, numbers[0]).state, OUTBOX_ON_STICK);
    assert_ok(upload(story, &counts));
    assert_int_equal(counts.applications, 3);
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
    struct courier_counts counts;

    save(story, 2, numbers);
    export(story);
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_int_equal(kiosk_case(&story->kiosk, numbers[0]).state, OUTBOX_PURGED);
    assert_ok(upload(story, &counts));
    assert_int_equal(counts.left, 0);
    assert_int_equal(import(story).applications, 0);
    assert_int_equal(platform_count(&story->platform, "submissions"), 2);
    assert_int_equal(platform_count(&story->platform, "conflicts"), 0);
    assert_int_equal(platform_count(&story->platform, "duplicates"), 0);
}

/* What was sent on an earlier day is not sent again; what was not, is. */
static void an_upload_goes_on_where_it_ended(void **state)
{
    struct story *story = *state;
    char numbers[3][CASE_NUMBER_SIZE];
    struct courier_counts counts;

    save(story, 3, numbers);
    export(story);
    platform_tell(&story->platform, "faults",
                  "{\"do\":\"status\",\"on\":\"submission\",\"status\":503,\"skip\":1}");
    assert_ok(upload(story, &counts));
    assert_int_equal(counts.applications, 2);
    assert_int_equal(counts.left, 1);
    assert_int_equal(import(story).applications, 2);
    assert_ok(upload(story, &counts));
    assert_int_equal(counts.applications, 1);
    assert_int_equal(import(story).applications, 1);
    assert_int_equal(platform_count(&story->platform, "repeats"), 0);
}

static void nothing_waits_no_batch(void **state)
{
    struct story *story = *state;
    struct courier_counts counts = export(story);
    assert_int_equal(counts.batches, 0);
    assert_ok(upload(story, &counts));
    assert_int_equal(counts.batches, 0);
}

/* A stick that is full or gone: everything stays queued. */
static void a_stick_that_cannot_be_written_changes_nothing(void **state)
{
    struct story *story = *state;
    char numbers[2][CASE_NUMBER_SIZE];
    struct courier_counts counts = {0};

    save(story, 2, numbers);
    struct err e = courier_export(story->kiosk.outbox, story->kiosk.key, 17, "/proc/nowhere", &counts);
    assert_true(err_is(&e));
    assert_int_equal(kiosk_counts(&story->kiosk).in_state[OUTBOX_QUEUED], 2);
}

/* A stick that was tampered with is not uploaded from, and imports nothing. */
static void a_changed_batch_is_refused(void **state)
{
    struct story *story = *state;
    char numbers[1][CASE_NUMBER_SIZE], path[300], name[100];
    struct courier_counts counts;

    save(story, 1, numbers);
    export(story);
    struct outbox_case item = kiosk_case(&story->kiosk, numbers[0]);
    snprintf(name, sizeof name, "%s/photo.jpg.enc", item.instance_id + 5);
    in_batch(story, name, path);
    damage(path, 1000);
    assert_err_class(upload(story, &counts), ERR_DATA);
    damage(path, 1000); /* well again */
    in_batch(story, "INDEX", path);
    damage(path, 60);
    struct err e = upload(story, &counts);
    assert_true(e.class == ERR_DATA || e.class == ERR_REFUSED);
    assert_int_equal(platform_count(&story->platform, "submissions"), 0);
}

static void another_kiosks_receipts_are_not_ours(void **state)
{
    struct story *story = *state;
    char numbers[1][CASE_NUMBER_SIZE], stick[96];
    struct courier_counts counts;

    save(story, 1, numbers);
    export(story);
    assert_ok(upload(story, &counts));
    stick_of(story, stick);
    assert_ok(courier_import(story->kiosk.outbox, 18, stick, &counts));
    assert_int_equal(counts.applications, 0);
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

/* The whole way by the commands that a technician types; nothing on the stick can be read. */
static void the_commands_do_it_too(void **state)
{
    struct story *story = *state;
    char numbers[1][CASE_NUMBER_SIZE], stick[96], text[1024], log[4096], path[300], name[100];

    save(story, 1, numbers);
    stick_of(story, stick);
    const char *const out[] = {"courier", "export", stick, "--config", story->kiosk.config_path,
                               "--json",  NULL};
    const char *const send[] = {"courier", "upload", stick, "--url", story->platform.url, NULL};
    const char *const in[] = {"courier", "import", stick, "--config", story->kiosk.config_path,
                              "--json",  NULL};
    assert_int_equal(program_run("yizhanctl", out, text, sizeof text, log, sizeof log), 0);
    assert_non_null(strstr(text, "\"applications\":1"));
    snprintf(name, sizeof name, "%s/submission.xml.enc",
             kiosk_case(&story->kiosk, numbers[0]).instance_id + 5);
    in_batch(story, name, path);
    assert_false(file_holds(path, "王秀兰"));
    assert_int_equal(program_run("yizhanctl", send, text, sizeof text, log, sizeof log), 0);
    assert_string_equal(text, "1 applications were received, 0 were not\n");
    assert_int_equal(program_run("yizhanctl", in, text, sizeof text, log, sizeof log), 0);
    assert_int_equal(kiosk_case(&story->kiosk, numbers[0]).state, OUTBOX_PURGED);
}

int main(void)
{
#define STORY(test) cmocka_unit_test_setup_teardown(test, story_setup, story_teardown)
    const struct CMUnitTest tests[] = {
        STORY(out_to_the_county_and_receipts_back),
        STORY(both_ways_at_once_deliver_once),
        STORY(an_upload_goes_on_where_it_ended),
        STORY(nothing_waits_no_batch),
        STORY(a_stick_that_cannot_be_written_changes_nothing),
        STORY(a_changed_batch_is_refused),
        STORY(another_kiosks_receipts_are_not_ours),
        STORY(the_commands_do_it_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
