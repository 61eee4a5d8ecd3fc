#include "app/visit/child.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const char MODULE[] = "child";

static struct err start(const char *const *argv, int out_fd, pid_t *out_pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", 0, 0);
    posix_spawn_file_actions_adddup2(&actions, out_fd, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out_fd, STDERR_FILENO);
    int failed = posix_spawnp(out_pid, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return failed ? err_errno(MODULE, failed, "start %.60s", argv[0]) : err_ok();
}

static void take_words(FILE *words, char *last, size_t size,
                       void (*take_line)(void *context, const char *line), void *context)
{
    char line[512];
    while (fgets(line, sizeof line, words)) {
        line[strcspn(line, "\r\n")] = '\0';
        if (*line)
            snprintf(last, size, "%s", line);
        if (take_line)
            take_line(context, line);
    }
}

struct err child_run(const char *const *argv, void (*take_line)(void *context, const char *line),
                     void *context)
{
    int ends[2], status = 0;
    char last[160] = "";
    pid_t pid = 0;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_errno(MODULE, errno, "make a pipe");
    struct err e = start(argv, ends[1], &pid);
    close(ends[1]);
    FILE *words = fdopen(ends[0], "r");
    if (!words) {
        close(ends[0]);
        return err_is(&e) ? e : err_no_memory(MODULE);
    }
    if (!err_is(&e)) {
        take_words(words, last, sizeof last, take_line, context);
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
            ;
    }
    fclose(words);
    if (!err_is(&e) && (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
        e = err_make(ERR_REFUSED, MODULE, status, "%.40s: %.150s", argv[0], last);
    return e;
}
