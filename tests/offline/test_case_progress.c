/* A case on its way, as the citizen and the technician see it: through the real platform's list. */
#include "app/service/case_progress.h"
#include "tests/offline/program.h"
#include "tests/offline/story.h"
#include "tests/unit/cmocka.h"
#include <stdio.h>
#include <string.h>

static struct case_progress progress_of(struct story *story, const char *number)
{
    struct case_progress progress;
    struct outbox_case item = kiosk_case(&story->kiosk, number);
    assert_ok(case_progress_read(story->kiosk.forms, &item, &progress));
    return progress;
}

/* The county writes to the list of cases; the kiosk pulls it. */
static void county_says(struct story *story, const char *instance_id, const char *status, const char *message)
{
    char json[400];
    snprintf(json, sizeof json,
             "{\"name\":\"%s\",\"kiosk\":\"0017\",\"status\":\"%s\",\"message\":\"%s\",\"updated\":\"2026-08-"
             "24\"}",
             instance_id, status, message);
    platform_tell(&story->platform, "cases", json);
    kiosk_sync(&story->kiosk, SYNC_NOW);
}

static void a_case_goes_its_whole_way(void **state)
{
    struct story *story = *state;
    char number[CASE_NUMBER_SIZE];

    assert_ok(kiosk_apply(&story->kiosk, 200 * 1000, number));
    assert_int_equal(progress_of(story, number).stage, CASE_SAVED);
    platform_tell(&story->platform, "faults",
                  "{\"do\":\"status\",\"on\":\"submission\",\"status\":503,\"skip\":1,\"count\":-1}");
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_int_equal(progress_of(story, number).stage, CASE_SENT);
    platform_heal(&story->platform);
    kiosk_sync(&story->kiosk, SYNC_NOW);
    assert_int_equal(progress_of(story, number).stage, CASE_RECEIVED);
    struct outbox_case item = kiosk_case(&story->kiosk, number);
    county_says(story, item.instance_id + 5, "hasIssues", "请补一张户口本照片");
    struct case_progress progress = progress_of(story, number);
    assert_int_equal(progress.stage, CASE_NEEDS_PAPERS);
    assert_string_equal(progress.message, "请补一张户口本照片");
    assert_string_equal(progress.updated, "2026-08-24");
    county_says(story, item.instance_id + 5, "finished", "");
    assert_int_equal(progress_of(story, number).stage, CASE_FINISHED);
}

/* A list, even a forged one, cannot call received what is still here. */
static void the_list_cannot_say_received_before_it_is(void **state)
{
    struct story *story = *state;
    char number[CASE_NUMBER_SIZE];

    platform_tell(&story->platform, "faults",
                  "{\"do\":\"status\",\"on\":\"submission\",\"status\":503,\"count\":-1}");
    assert_ok(kiosk_apply(&story->kiosk, 1000, number));
    county_says(story, kiosk_case(&story->kiosk, number).instance_id, "finished", "come and fetch it");
    struct case_progress progress = progress_of(story, number);
    assert_int_equal(progress.stage, CASE_SAVED);
    assert_string_equal(progress.message, "");
}

static void the_technician_asks_by_number(void **state)
{
    struct story *story = *state;
    char number[CASE_NUMBER_SIZE], text[2048], log[2048];

    assert_ok(kiosk_apply(&story->kiosk, 1000, number));
    kiosk_sync(&story->kiosk, SYNC_NOW);
    county_says(story, kiosk_case(&story->kiosk, number).instance_id, "accepted", "ok");
    const char *const arguments[] = {"case", number, "--config", story->kiosk.config_path, "--json", NULL};
    assert_int_equal(program_run("yizhanctl", arguments, text, sizeof text, log, sizeof log), 0);
    json_t *answer = json_loads(text, 0, NULL);
    assert_string_equal(json_string_value(json_object_get(answer, "stage")), "accepted");
    assert_string_equal(json_string_value(json_object_get(answer, "number")), number);
    json_decref(answer);
    const char *const nobody[] = {"case", "0017999990", "--config", story->kiosk.config_path, NULL};
    assert_int_not_equal(program_run("yizhanctl", nobody, text, sizeof text, log, sizeof log), 0);
}

/* ---- lists as they come ---- */

static void lists_are_read_as_they_come(void **state)
{
    static const struct {
        const char *csv;
        bool found;
        enum case_stage stage;
    } lists[] = {
        {"name,label,__version,status\nABCD,x,1,approved\n", true, CASE_ACCEPTED},
        {"status;name\nrejected;uuid:abcd\n", true, CASE_REJECTED},
        {"name,status\nabcd,\"something new\"\n", true, CASE_RECEIVED},
        {"name,status\nabc,finished\n", false, CASE_SAVED},
        {"label\nabcd\n", false, CASE_SAVED},
        {"", false, CASE_SAVED},
    };
    (void)state;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        struct case_progress progress = {.stage = CASE_SAVED};
        bool found = false;
        assert_ok(case_progress_find(lists[i].csv, strlen(lists[i].csv), "uuid:abcd", &progress, &found));
        assert_int_equal(found, lists[i].found);
        assert_int_equal(progress.stage, lists[i].stage);
    }
}

int main(void)
{
#define STORY(test) cmocka_unit_test_setup_teardown(test, story_setup, story_teardown)
    const struct CMUnitTest tests[] = {
        STORY(a_case_goes_its_whole_way),
        STORY(the_list_cannot_say_received_before_it_is),
        STORY(the_technician_asks_by_number),
        cmocka_unit_test(lists_are_read_as_they_come),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
