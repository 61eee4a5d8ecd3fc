/* A box dies. Its disk, or its mirror, is read at another machine, and everybody's application arrives. */
#include "offline/mirror.h"
#include "tests/offline/program.h"
#include "tests/offline/story.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/fixture.h"
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { SAVED = 4, PHOTO_BYTES = 90 * 1000 };

/* One waits, one is parked, one is on a stick that was lost, one was being sent when the power went. */
static void save_in_every_state(struct story *story, char numbers[SAVED][CASE_NUMBER_SIZE])
{
    struct outbox *outbox = story->kiosk.outbox;
    const struct outbox_answer refused = {.http_status = 400, .reason = "made up"};

    for (int i = 0; i < SAVED; i++)
        assert_ok(kiosk_apply(&story->kiosk, PHOTO_BYTES, numbers[i]));
    assert_ok(outbox_mark_sending(outbox, kiosk_case(&story->kiosk, numbers[1]).row));
    assert_ok(outbox_park(outbox, kiosk_case(&story->kiosk, numbers[1]).row, &refused));
    assert_ok(outbox_mark_on_stick(outbox, kiosk_case(&story->kiosk, numbers[2]).row));
    assert_ok(outbox_mark_sending(outbox, kiosk_case(&story->kiosk, numbers[3]).row));
}

static void rescue_from(struct story *story, const char *disk)
{
    char stick[96], office[96], text[1024], log[4096];

    snprintf(stick, sizeof stick, "%s/stick", story->dir);
    snprintf(office, sizeof office, "%s/office", story->dir);
    mkdir(stick, 0755);
    mkdir(office, 0700);
    const char *const look[] = {"rescue", disk, NULL};
    const char *const take[] = {"rescue", disk, "--to", stick, "--key", office, NULL};
    const char *const send[] = {"courier",           "upload", stick,  "--url",
                                story->platform.url, "--key",  office, NULL};
    assert_int_equal(program_run("yizhanctl", look, text, sizeof text, log, sizeof log), 0);
    assert_non_null(strstr(text, "kiosk 0017: 4 applications that the platform has not acknowledged"));
    assert_int_equal(program_run("yizhanctl", take, text, sizeof text, log, sizeof log), 0);
    assert_non_null(strstr(text, "4 are on the stick"));
    assert_int_equal(program_run("yizhanctl", send, text, sizeof text, log, sizeof log), 0);
    assert_int_equal(platform_count(&story->platform, "complete"), SAVED);
    assert_int_equal(platform_count(&story->platform, "conflicts"), 0);
}

static void a_dead_boxs_disk_is_read(void **state)
{
    struct story *story = *state;
    char numbers[SAVED][CASE_NUMBER_SIZE], disk[100];

    save_in_every_state(story, numbers);
    snprintf(disk, sizeof disk, "%s", story->kiosk.dir);
    rescue_from(story, disk);
    /* the disk itself was only read */
    assert_int_equal(kiosk_case(&story->kiosk, numbers[1]).state, OUTBOX_PARKED);
    assert_int_equal(kiosk_case(&story->kiosk, numbers[2]).state, OUTBOX_ON_STICK);
}

static void its_mirror_is_as_good(void **state)
{
    struct story *story = *state;
    char numbers[SAVED][CASE_NUMBER_SIZE], medium[96];
    struct mirror *mirror = NULL;

    save_in_every_state(story, numbers);
    snprintf(medium, sizeof medium, "%s/medium", story->dir);
    mkdir(medium, 0755);
    const struct mirror_setup setup = {.store_dir = story->kiosk.config.store.dir,
                                       .mirror_dir = medium,
                                       .same_disk = true,
                                       .kiosk_number = 17,
                                       .clock = &story->kiosk.clock.clock};
    assert_ok(mirror_create(&setup, &mirror));
    assert_ok(mirror_follow(mirror));
    mirror_destroy(&mirror);
    rescue_from(story, medium);
}

/* A kiosk that wrote of itself only, which has no citizen's number to know it by: whose it is, is known all
 * the same, and such a record is found by what stands in its number's place. */
static void a_kiosk_that_only_wrote_of_itself_is_known(void **state)
{
    struct story *story = *state;
    struct kiosk *kiosk = &story->kiosk;
    char own[CASE_NUMBER_SIZE], text[1024], log[4096];
    const char *const look[] = {"rescue", kiosk->dir, NULL};
    const char *const find[] = {"queue", "show", own, "--config", kiosk->config_path, NULL};

    case_number_own("uuid:0b8f7d0e-6f3c-4a52-9d33-1f3c0c1d2e3f", own);
    assert_ok(fixture_save_as(kiosk->outbox, own, 1000));
    assert_int_equal(program_run("yizhanctl", look, text, sizeof text, log, sizeof log), 0);
    assert_non_null(strstr(text, "kiosk 0017: 1 applications that the platform has not acknowledged"));
    assert_int_equal(program_run("yizhanctl", find, text, sizeof text, log, sizeof log), 0);
    assert_non_null(strstr(text, own));
}

static void a_disk_without_an_outbox_is_said(void **state)
{
    struct story *story = *state;
    char text[1024], log[4096];
    const char *const look[] = {"rescue", story->platform.dir, NULL};

    assert_int_equal(program_run("yizhanctl", look, text, sizeof text, log, sizeof log), 1);
    assert_non_null(strstr(log, "no outbox.db under"));
}

int main(void)
{
#define STORY(test) cmocka_unit_test_setup_teardown(test, story_setup, story_teardown)
    const struct CMUnitTest tests[] = {
        STORY(a_dead_boxs_disk_is_read),
        STORY(its_mirror_is_as_good),
        STORY(a_kiosk_that_only_wrote_of_itself_is_known),
        STORY(a_disk_without_an_outbox_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
