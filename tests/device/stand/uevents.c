#include "tests/device/stand/uevents.h"
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/socket.h>

#define PATIENCE_MS 10000 /* with a listener that does not listen */

static _Thread_local bool is_saying;

static ssize_t next_sendmsg(int fd, const struct msghdr *message, int flags)
{
    ssize_t (*next)(int, const struct msghdr *, int);
    *(void **)&next = dlsym(RTLD_NEXT, "sendmsg");
    return next(fd, message, flags);
}

static size_t size_of(const struct msghdr *message)
{
    size_t size = 0;
    for (size_t i = 0; i < message->msg_iovlen; i++)
        size += message->msg_iov[i].iov_len;
    return size;
}

/* Before libc's: umockdev sends through this. */
ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    struct pollfd ready = {.fd = fd, .events = POLLOUT};
    ssize_t sent = next_sendmsg(fd, message, flags);
    while (is_saying && sent < 0 && errno == EAGAIN && poll(&ready, 1, PATIENCE_MS) == 1)
        sent = next_sendmsg(fd, message, flags);
    return is_saying && sent < 0 && errno == ECONNREFUSED ? (ssize_t)size_of(message) : sent;
}

gboolean uevents_add(UMockdevTestbed *testbed, const char *text, GError **out_error)
{
    is_saying = true;
    gboolean added = umockdev_testbed_add_from_string(testbed, text, out_error);
    is_saying = false;
    return added;
}

void uevents_say(UMockdevTestbed *testbed, const char *syspath, const char *action)
{
    is_saying = true;
    umockdev_testbed_uevent(testbed, syspath, action);
    is_saying = false;
}
