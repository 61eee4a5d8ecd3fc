#include "board/base/notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { SIGNS_PER_TIMEOUT = 3 }; /* one may be late and one lost */

static int connect_to(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = path ? strlen(path) : 0;
    if (length == 0 || length >= sizeof address.sun_path || (*path != '/' && *path != '@'))
        return -1;
    memcpy(address.sun_path, path, length);
    if (*path == '@')
        address.sun_path[0] = '\0'; /* Linux's abstract names */
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, size) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static int64_t watchdog_period_ms(void)
{
    const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
    if (!usec || (pid && strtol(pid, NULL, 10) != (long)getpid()))
        return 0;
    long long timeout = strtoll(usec, NULL, 10);
    return timeout > 0 ? timeout / 1000 / SIGNS_PER_TIMEOUT : 0;
}

void notifier_init(struct notifier *notifier)
{
    *notifier = (struct notifier){.fd = connect_to(getenv("NOTIFY_SOCKET"))};
    if (notifier->fd >= 0)
        notifier->period_ms = watchdog_period_ms();
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
}

void notifier_finish(struct notifier *notifier)
{
    if (notifier->fd >= 0)
        close(notifier->fd);
    notifier->fd = -1;
}

/* A datagram that does not fit the queue is lost, and the next sign of life makes up for it. */
static void say(const struct notifier *notifier, const char *what)
{
    if (notifier->fd >= 0)
        (void)!write(notifier->fd, what, strlen(what));
}

void notifier_ready(struct notifier *notifier)
{
    say(notifier, "READY=1");
}

void notifier_turn(struct notifier *notifier, int64_t now_ms)
{
    if (notifier->period_ms == 0 || now_ms < notifier->next_ms)
        return;
    say(notifier, "WATCHDOG=1");
    notifier->next_ms = now_ms + notifier->period_ms;
}

int notifier_wait_ms(const struct notifier *notifier, int64_t now_ms)
{
    if (notifier->period_ms == 0)
        return -1;
    return notifier->next_ms > now_ms ? (int)(notifier->next_ms - now_ms) : 0;
}
