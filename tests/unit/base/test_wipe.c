/* Private memory, and that a crash leaves nothing of it on the disk. */
#include "board/base/wipe.h"

#include "tests/unit/cmocka.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void a_crash_leaves_no_core(void **state)
{
    (void)state;
    struct rlimit cores;
    int status = 0;
    assert_int_equal(getrlimit(RLIMIT_CORE, &cores), 0);
    if (cores.rlim_max < 4096)
        skip(); /* this machine allows none anyway */
    pid_t child = fork();
    if (child == 0) {
        cores.rlim_cur = cores.rlim_max;
        setrlimit(RLIMIT_CORE, &cores);
        forbid_core_dumps();
        signal(SIGABRT, SIG_DFL);
        abort();
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_false(WCOREDUMP(status));
}

/* Another process of the same user looks at what only the owner of a memory may see. */
static bool may_look(void (*forbid)(void))
{
    int ends[2], status = 0;
    char path[40];
    assert_int_equal(pipe(ends), 0);
    pid_t watched = fork();
    if (watched == 0) {
        if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0)
            _exit(1);
        prctl(PR_SET_DUMPABLE, 1); /* as after an exec: a change of user forbids too */
        forbid();
        close(ends[1]); /* ready */
        pause();
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], path, 1), 0);
    close(ends[0]);
    pid_t onlooker = fork();
    if (onlooker == 0) {
        if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0)
            _exit(1);
        snprintf(path, sizeof path, "/proc/%d/environ", watched);
        _exit(open(path, O_RDONLY) >= 0 ? 0 : 2);
    }
    assert_int_equal(waitpid(onlooker, &status, 0), onlooker);
    kill(watched, SIGKILL);
    waitpid(watched, NULL, 0);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) != 1);
    return WEXITSTATUS(status) == 0;
}

static void do_nothing(void)
{
}

static void nobody_looks_into_a_private_process(void **state)
{
    (void)state;
#ifdef __SANITIZE_ADDRESS__
    skip();
#endif
    assert_true(may_look(do_nothing)); /* the test can see */
    assert_false(may_look(forbid_onlookers));
}

static void private_memory_begins_zeroed(void **state)
{
    (void)state;
    char *memory = private_alloc(5000);
    assert_non_null(memory);
    for (size_t i = 0; i < 5000; i++)
        assert_int_equal(memory[i], 0);
    private_free(memory, 5000);
    private_free(NULL, 5000);
    assert_null(private_alloc(0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_crash_leaves_no_core),
        cmocka_unit_test(nobody_looks_into_a_private_process),
        cmocka_unit_test(private_memory_begins_zeroed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
