#include "drivers/node/node.h"
#include "board/base/wipe.h"
#include "drivers/tape/tape.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/input.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct node {
    struct worker *worker;
    int fd;
    int wake_fd;
};

struct err node_open(struct worker *worker, const char *path, struct node **out_node)
{
    struct node *node = malloc(sizeof *node);
    if (!node)
        return err_no_memory("node");
    *node = (struct node){.worker = worker,
                          .fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC),
                          .wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    if (node->fd < 0 || node->wake_fd < 0) {
        struct err e = err_make(ERR_DEVICE, "node", errno, "cannot open %s", path);
        node_close(&node);
        return e;
    }
    *out_node = node;
    return err_ok();
}

void node_close(struct node **node)
{
    if (!*node)
        return;
    if ((*node)->fd >= 0)
        close((*node)->fd);
    if ((*node)->wake_fd >= 0)
        close((*node)->wake_fd);
    free(*node);
    *node = NULL;
}

int node_fd(const struct node *node)
{
    return node->fd;
}

struct err node_grab(struct node *node)
{
    if (ioctl(node->fd, EVIOCGRAB, 1) < 0)
        return err_make(ERR_DEVICE, "node", errno, "cannot grab it: held by another program");
    return err_ok();
}

static struct err gone(void)
{
    return err_make(ERR_DEVICE, "node", ENODEV, "the device is gone");
}

/* Until it is readable, the worker is stopped or the node is gone. */
static struct err await(struct node *node)
{
    struct pollfd fds[] = {{.fd = node->fd, .events = POLLIN}, {.fd = node->wake_fd, .events = POLLIN}};
    while (!worker_stopped(node->worker)) {
        eventfd_t count;
        int left_ms = worker_left_ms(node->worker);
        poll(fds, 2, left_ms == INT_MAX ? -1 : left_ms);
        if (fds[1].revents)
            eventfd_read(node->wake_fd, &count);
        if (fds[0].revents)
            return fds[0].revents & POLLIN ? err_ok() : gone();
    }
    return worker_stop_error(node->worker);
}

struct err node_read(struct node *node, void *out_bytes, size_t room, size_t *out_size)
{
    for (;;) {
        TRY(await(node));
        ssize_t count = read(node->fd, out_bytes, room);
        if (count > 0) {
            *out_size = (size_t)count;
            tape_came(worker_tape(node->worker), TAPE_LINE, out_bytes, *out_size);
            return err_ok();
        }
        if (count == 0 || (errno != EAGAIN && errno != EINTR))
            return gone();
    }
}

bool node_take(struct node *node, void *out_bytes, size_t room, size_t *out_size)
{
    ssize_t count = read(node->fd, out_bytes, room);
    if (count <= 0)
        return false;
    *out_size = (size_t)count;
    return true;
}

void node_drain(struct node *node)
{
    uint8_t bytes[512];
    size_t size;
    while (node_take(node, bytes, sizeof bytes, &size)) {
    }
    wipe(bytes, sizeof bytes);
}

struct err node_alive(const struct node *node)
{
    struct pollfd fd = {.fd = node->fd, .events = POLLIN};
    poll(&fd, 1, 0);
    return fd.revents & (POLLERR | POLLHUP | POLLNVAL) ? gone() : err_ok();
}

void node_wake(struct node *node)
{
    eventfd_write(node->wake_fd, 1);
}
