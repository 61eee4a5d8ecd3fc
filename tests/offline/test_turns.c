/* Two programs write as fast as the disk takes it; a technician who lists the queue and a citizen who saves
 * get their turn all the same. */
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/fixture.h"
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { LOOKS = 40, WRITERS = 2 };

/* On the disk, where a commit takes as long as it does at a kiosk. */
static int setup(void **state)
{
    static char dir[] = "/tmp/yizhan-turns-XXXXXX";
    *state = mkdtemp(dir);
    return *state ? 0 : 1;
}

static int teardown(void **state)
{
    fixture_remove_dir(*state);
    return 0;
}

static pid_t start_writer(const char *dir)
{
    pid_t pid = 0;
    posix_spawn_file_actions_t actions;
    const char *argv[] = {YIZHAN_BUILD "/tests/store_driver", dir, "save", NULL};
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    assert_int_equal(posix_spawn(&pid, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    return pid;
}

/* Each look is a program of its own, as yizhanctl is: opens, looks, closes. */
static void look(const char *dir, const struct clock *clock)
{
    const struct outbox_options options = {.dir = dir, .kiosk_number = 42, .clock = clock};
    struct outbox *outbox = NULL;
    struct outbox_list list = {0};
    assert_ok(outbox_open(&options, &outbox));
    assert_ok(outbox_list(outbox, 0, 0, 5, &list));
    outbox_list_finish(&list);
    outbox_close(&outbox);
}

static void everybody_gets_a_turn(void **state)
{
    const char *dir = *state;
    char number[CASE_NUMBER_SIZE];
    struct clock_fake clock;
    pid_t writers[WRITERS];

    clock_fake_init(&clock, FIXTURE_NOW_MS);
    const struct outbox_options options = {.dir = dir, .kiosk_number = 42, .clock = &clock.clock};
    struct outbox *citizen = NULL;
    assert_ok(outbox_open(&options, &citizen));
    for (int i = 0; i < WRITERS; i++)
        writers[i] = start_writer(dir);
    for (int i = 0; i < LOOKS; i++) {
        look(dir, &clock.clock);
        assert_ok(fixture_save(citizen, 20000, number));
    }
    for (int i = 0; i < WRITERS; i++) {
        kill(writers[i], SIGKILL);
        waitpid(writers[i], NULL, 0);
    }
    outbox_close(&citizen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(everybody_gets_a_turn, setup, teardown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
