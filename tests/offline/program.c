#include "tests/offline/program.h"
#include "tests/unit/cmocka.h"
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_ARGUMENTS = 16 };

static void exec_program(const char *name, const char *const *arguments)
{
    char path[200];
    const char *argv[MAX_ARGUMENTS] = {path};

    snprintf(path, sizeof path, "%s/bin/%s", YIZHAN_BUILD, name);
    for (int i = 1; *arguments && i < MAX_ARGUMENTS - 1; i++)
        argv[i] = *arguments++;
    execv(path, (char *const *)(uintptr_t)argv);
    _exit(127);
}

pid_t program_start(const char *name, const char *const *arguments, int *out_log_fd, int *out_stdout_fd)
{
    int log[2], text[2];

    assert_int_equal(pipe(log), 0);
    assert_int_equal(pipe(text), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        dup2(log[1], STDERR_FILENO);
        dup2(text[1], STDOUT_FILENO);
        for (int i = 0; i < 2; i++) {
            close(log[i]);
            close(text[i]);
        }
        exec_program(name, arguments);
    }
    close(log[1]);
    close(text[1]);
    *out_log_fd = log[0];
    if (out_stdout_fd)
        *out_stdout_fd = text[0];
    else
        close(text[0]);
    return pid;
}

int program_wait_for(int log_fd, const char *text)
{
    char line[512];
    size_t length = 0;

    while (read(log_fd, line + length, 1) == 1) {
        if (line[length] != '\n') {
            length += length < sizeof line - 2;
            continue;
        }
        line[length] = '\0';
        if (strstr(line, text))
            return 1;
        length = 0;
    }
    return 0;
}

/* Appends what can be read; false at the end of file. */
static int drain(int fd, char *out_text, size_t size)
{
    char piece[4096];
    ssize_t got = read(fd, piece, sizeof piece);
    size_t used = strlen(out_text);
    if (got <= 0)
        return 0;
    size_t room = size - used - 1;
    size_t kept = (size_t)got < room ? (size_t)got : room;
    memcpy(out_text + used, piece, kept);
    out_text[used + kept] = '\0';
    return 1;
}

int program_run(const char *name, const char *const *arguments, char *out_text, size_t text_size,
                char *out_log, size_t log_size)
{
    int log_fd = -1, text_fd = -1, status = 0;
    pid_t pid = program_start(name, arguments, &log_fd, &text_fd);
    struct pollfd ends[] = {{.fd = log_fd, .events = POLLIN}, {.fd = text_fd, .events = POLLIN}};

    out_text[0] = out_log[0] = '\0';
    while (ends[0].fd >= 0 || ends[1].fd >= 0) {
        assert_true(poll(ends, 2, 60 * 1000) > 0);
        if (ends[0].revents && !drain(log_fd, out_log, log_size))
            ends[0].fd = -1;
        if (ends[1].revents && !drain(text_fd, out_text, text_size))
            ends[1].fd = -1;
    }
    close(log_fd);
    close(text_fd);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
