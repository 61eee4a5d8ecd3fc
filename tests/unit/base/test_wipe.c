/* Private memory, and that a crash leaves nothing of it on the disk. */
#include "board/base/wipe.h"

#include "tests/unit/cmocka.h"

#include <signal.h>
#include <stdlib.h>
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
        cmocka_unit_test(private_memory_begins_zeroed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
