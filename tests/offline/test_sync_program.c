/* yizhan-sync as a program: its exit status and counts, its configuration, its lock, and kill -9 while it
 * sends; what yizhanctl tells of what it did. */
#include "tests/offline/program.h"
#include "tests/offline/story.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/fixture.h"
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TEXT_SIZE = 4096, QUICK_ROUNDS = 20, LONG_ROUNDS = 1000, EACH_ROUND = 3 };

struct ran {
    int status;
    char text[TEXT_SIZE];
    char log[TEXT_SIZE];
};

static struct ran once(struct story *story)
{
    const char *const arguments[] = {"--config", story->kiosk.config_path, "--once", NULL};
    struct ran ran;
    ran.status = program_run("yizhan-sync", arguments, ran.text, sizeof ran.text, ran.log, sizeof ran.log);
    return ran;
}

static long counted(const struct ran *ran, const char *name)
{
    json_t *counts = json_loads(ran->text, 0, NULL);
    if (!json_is_integer(json_object_get(counts, name)))
        fail_msg("no %s in: %s", name, ran->text);
    long count = (long)json_integer_value(json_object_get(counts, name));
    json_decref(counts);
    return count;
}

static void exit_status_says_what_waits(void **state)
{
    struct story *story = *state;
    char number[CASE_NUMBER_SIZE];

    struct ran clear = once(story);
    assert_int_equal(clear.status, 0);
    assert_ok(kiosk_apply(&story->kiosk, 1000, number));
    platform_stop(&story->platform);
    struct ran waits = once(story);
    assert_int_equal(waits.status, 1);
    assert_int_equal(counted(&waits, "waiting"), 1);
    assert_non_null(strstr(waits.text, "\"link\":\"down\""));
    platform_restart(&story->platform);
    platform_tell(&story->platform, "faults",
                  "{\"do\":\"status\",\"on\":\"submission\",\"status\":400,\"marked\":true}");
    struct ran parked = once(story);
    assert_int_equal(parked.status, 2);
    assert_int_equal(counted(&parked, "parked"), 1);
    assert_ok(outbox_release(story->kiosk.outbox, kiosk_case(&story->kiosk, number).row));
    struct ran done = once(story);
    assert_int_equal(done.status, 0);
    assert_int_equal(counted(&done, "delivered_now"), 1);
}

/* The platform has had its turn and the fleet has its own; now a citizen saves. "Nothing waits" is said of
 * her, too. */
static void what_is_saved_during_a_run_goes_with_it(void **state)
{
    struct story *story = *state;
    char fleet[200], dir[96], number[CASE_NUMBER_SIZE];
    int log_fd = -1, status = 0;

    snprintf(fleet, sizeof fleet, "[fleet]\nurl = http://127.0.0.1:%d/v1/key/demo/projects/2\n\n",
             story->platform.port);
    snprintf(dir, sizeof dir, "%s/kiosk", story->dir);
    kiosk_write_config(dir, story->platform.url, story->platform.key_sha256, fleet);
    assert_ok(kiosk_apply(&story->kiosk, 1000, number));
    platform_tell(&story->platform, "faults", "{\"do\":\"hang\",\"path\":\"projects/2\",\"count\":-1}");
    const char *const arguments[] = {"--config", story->kiosk.config_path, "--once", NULL};
    pid_t run = program_start("yizhan-sync", arguments, &log_fd, NULL);
    assert_true(program_wait_for(log_fd, "sending -> delivered"));
    assert_ok(kiosk_apply(&story->kiosk, 1000, number));
    platform_heal(&story->platform);
    assert_true(program_wait_for(log_fd, number));
    assert_int_equal(waitpid(run, &status, 0), run);
    close(log_fd);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_int_equal(platform_count(&story->platform, "complete"), 2);
}

static void a_bad_configuration_names_file_and_line(void **state)
{
    struct story *story = *state;
    FILE *file = fopen(story->kiosk.config_path, "a");

    assert_non_null(file);
    fprintf(file, "[platform]\ncolour = red\n");
    fclose(file);
    struct ran ran = once(story);
    assert_int_equal(ran.status, 3);
    assert_non_null(strstr(ran.log, "kiosk.ini:"));
    assert_string_equal(ran.text, "");
}

static void a_password_file_open_to_others_is_refused(void **state)
{
    struct story *story = *state;
    char path[160], extra[300];

    snprintf(path, sizeof path, "%s/password", story->dir);
    FILE *file = fopen(path, "w");
    fputs("right\n", file);
    fclose(file);
    snprintf(extra, sizeof extra, "user = kiosk\npassword_file = %s", path);
    kiosk_write_config(story->kiosk.dir, story->platform.url, story->platform.key_sha256, extra);
    chmod(path, 0644);
    struct ran open = once(story);
    assert_int_equal(open.status, 3);
    assert_non_null(strstr(open.log, "chmod"));
    assert_null(strstr(open.log, "right"));
    chmod(path, 0600);
    assert_int_equal(once(story).status, 0);
}

/* Between the acknowledgement and the purge. */
static void what_is_delivered_has_no_file_left_to_send(void **state)
{
    struct story *story = *state;
    struct kiosk *kiosk = &story->kiosk;
    char number[CASE_NUMBER_SIZE], text[TEXT_SIZE], log[TEXT_SIZE];
    struct outbox_list claimed = {0};
    const char *const show[] = {"queue", "show", number, "--json", "--config", kiosk->config_path, NULL};

    assert_ok(kiosk_apply(kiosk, 1000, number));
    assert_ok(outbox_claim(kiosk->outbox, ENDPOINT_PLATFORM, INT64_MAX, 1, &claimed));
    struct outbox_settlement settled = {.row = claimed.items[0].row, .answer = {.http_status = 201}};
    outbox_list_finish(&claimed);
    assert_int_equal(program_run("yizhanctl", show, text, sizeof text, log, sizeof log), 0);
    assert_non_null(strstr(text, "\"acknowledged\":false"));
    assert_ok(outbox_settle(kiosk->outbox, &settled, 1));
    assert_int_equal(program_run("yizhanctl", show, text, sizeof text, log, sizeof log), 0);
    assert_non_null(strstr(text, "\"state\":\"delivered\""));
    assert_non_null(strstr(text, "\"acknowledged\":true"));
    assert_null(strstr(text, "\"acknowledged\":false"));
}

/* Two senders would race each other into conflicts. */
static void a_second_sync_is_refused(void **state)
{
    struct story *story = *state;
    const char *const arguments[] = {"--config", story->kiosk.config_path, NULL};
    int log_fd = -1, status = 0;

    platform_tell(&story->platform, "faults", "{\"do\":\"hang\",\"on\":\"formList\"}");
    pid_t daemon = program_start("yizhan-sync", arguments, &log_fd, NULL);
    /* Its lock is taken before it asks for the list. */
    char number[CASE_NUMBER_SIZE];
    assert_ok(kiosk_apply(&story->kiosk, 1000, number));
    platform_heal(&story->platform);
    assert_true(program_wait_for(log_fd, "delivered -> purged"));
    struct ran second = once(story);
    assert_int_equal(second.status, 3);
    assert_non_null(strstr(second.log, "another yizhan-sync"));
    assert_int_equal(kill(daemon, SIGTERM), 0);
    assert_int_equal(waitpid(daemon, &status, 0), daemon);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    close(log_fd);
}

/* ---- the mirror ---- */

/* The platform is away for weeks: what waits is on the second medium, and status tells the truth about it. */
static void the_mirror_is_kept_without_a_link(void **state)
{
    struct story *story = *state;
    char medium[40], number[CASE_NUMBER_SIZE], text[TEXT_SIZE], log[TEXT_SIZE];
    const char *const ask[] = {"status", "--config", story->kiosk.config_path, NULL};
    const char *const look[] = {"rescue", medium, NULL};

    bool is_in_memory = strncmp(story->dir, "/dev/shm/", 9) == 0; /* a mirror lies on another file system */
    snprintf(medium, sizeof medium, "%s/yizhan-medium-XXXXXX", is_in_memory ? "/tmp" : "/dev/shm");
    assert_non_null(mkdtemp(medium));
    FILE *file = fopen(story->kiosk.config_path, "a");
    assert_non_null(file);
    fprintf(file, "[store]\nmirror = %s\n", medium);
    fclose(file);
    platform_stop(&story->platform);
    assert_ok(kiosk_apply(&story->kiosk, 100 * 1000, number));
    assert_int_equal(once(story).status, 1);
    assert_int_equal(program_run("yizhanctl", ask, text, sizeof text, log, sizeof log), 0);
    assert_non_null(strstr(text, "mirror    current"));
    assert_int_equal(program_run("yizhanctl", look, text, sizeof text, log, sizeof log), 0);
    assert_non_null(strstr(text, "1 applications that the platform has not acknowledged"));
    fixture_remove_dir(medium);
    assert_ok(kiosk_apply(&story->kiosk, 1000, number)); /* the medium is pulled out: nobody waits for it */
    assert_int_equal(once(story).status, 1);
    assert_int_equal(program_run("yizhanctl", ask, text, sizeof text, log, sizeof log), 0);
    assert_non_null(strstr(text, "mirror    failed"));
}

/* ---- kill -9 ---- */

static unsigned next_random(unsigned *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* Kills it after some lines of its log and some moments more; what it was doing then is anybody's guess. */
static void kill_somewhere(struct story *story, unsigned *seed)
{
    const char *const arguments[] = {"--config", story->kiosk.config_path, "--once", NULL};
    int log_fd = -1;
    pid_t pid = program_start("yizhan-sync", arguments, &log_fd, NULL);

    for (unsigned lines = next_random(seed) % 14; lines > 0; lines--)
        program_wait_for(log_fd, "");
    poll(NULL, 0, (int)(next_random(seed) % 3)); /* yields would be as long as others are busy */
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    close(log_fd);
}

static void nothing_is_lost_or_doubled_by_kill_9(void **state)
{
    struct story *story = *state;
    int rounds = fixture_is_long() ? LONG_ROUNDS : QUICK_ROUNDS;
    unsigned seed = 20261122;
    char number[CASE_NUMBER_SIZE];

    for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < EACH_ROUND; i++)
            assert_ok(kiosk_apply(&story->kiosk, next_random(&seed) % (200 * 1000), number));
        kill_somewhere(story, &seed);
    }
    assert_int_equal(once(story).status, 0);
    long saved = (long)rounds * EACH_ROUND;
    assert_int_equal(kiosk_counts(&story->kiosk).in_state[OUTBOX_PURGED], saved);
    assert_int_equal(platform_count(&story->platform, "submissions"), saved);
    assert_int_equal(platform_count(&story->platform, "complete"), saved);
    assert_int_equal(platform_count(&story->platform, "duplicates"), 0);
    assert_int_equal(platform_count(&story->platform, "conflicts"), 0);
    print_message("%d kills: saved %ld, delivered %ld, lost 0, twice 0, sent again unasked %ld\n", rounds,
                  saved, saved, platform_count(&story->platform, "repeats"));
}

int main(void)
{
#define STORY(test) cmocka_unit_test_setup_teardown(test, story_setup, story_teardown)
    const struct CMUnitTest tests[] = {
        STORY(exit_status_says_what_waits),
        STORY(what_is_saved_during_a_run_goes_with_it),
        STORY(a_bad_configuration_names_file_and_line),
        STORY(a_password_file_open_to_others_is_refused),
        STORY(what_is_delivered_has_no_file_left_to_send),
        STORY(a_second_sync_is_refused),
        STORY(the_mirror_is_kept_without_a_link),
        STORY(nothing_is_lost_or_doubled_by_kill_9),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
