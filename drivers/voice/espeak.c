#include "drivers/voice/espeak.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const char module[] = "voice";

static int spawn(struct espeak *espeak, int in_fd, int out_fd)
{
    char rate[16];
    char *arguments[] = {"espeak-ng", "--stdin", "--stdout", "-v", espeak->name, "-s", rate, NULL};
    posix_spawn_file_actions_t actions;
    int rc;

    snprintf(rate, sizeof rate, "%d", espeak->rate);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in_fd, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out_fd, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    rc = posix_spawnp(&espeak->pid, arguments[0], &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    return rc;
}

static void close_both(const int fds[2])
{
    close(fds[0]);
    close(fds[1]);
}

/* The words go through a socket: arguments can be read by everybody in /proc, and a pipe to a process that
 * died raises SIGPIPE. */
struct err espeak_start(const char *name, int rate, struct espeak *out_espeak)
{
    struct espeak espeak = {.rate = rate};
    int words[2], samples[2], rc;

    snprintf(espeak.name, sizeof espeak.name, "%s", name);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, words) < 0)
        return err_errno(module, errno, "a way to espeak-ng");
    if (pipe2(samples, O_CLOEXEC) < 0) {
        rc = errno;
        close_both(words);
        return err_errno(module, rc, "a way from espeak-ng");
    }
    rc = spawn(&espeak, words[1], samples[1]);
    if (rc) {
        close_both(words);
        close_both(samples);
        return err_make(ERR_RETRY, module, rc, "espeak-ng does not start");
    }
    close(words[1]);
    close(samples[1]);
    fcntl(samples[0], F_SETFL, O_NONBLOCK);
    espeak.words_fd = words[0];
    espeak.samples_fd = samples[0];
    *out_espeak = espeak;
    return err_ok();
}

/* A screen's text is far shorter than what the socket holds, so this never waits for the reader. */
bool espeak_say(struct espeak *espeak, const void *words, size_t size)
{
    bool all = send(espeak->words_fd, words, size, MSG_NOSIGNAL) == (ssize_t)size;

    return shutdown(espeak->words_fd, SHUT_WR) == 0 && all;
}

void espeak_end(struct espeak *espeak)
{
    if (espeak->pid == 0)
        return;
    close(espeak->words_fd);
    close(espeak->samples_fd);
    kill(espeak->pid, SIGKILL);
    while (waitpid(espeak->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    *espeak = (struct espeak){.pid = 0};
}
