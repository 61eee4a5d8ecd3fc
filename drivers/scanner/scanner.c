/* What the three kinds of hand scanner have in common. */
#include "drivers/scanner/scanner.h"

#include "board/base/wipe.h"
#include "drivers/scanner/verbs.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

static const char module[] = "scanner";

#define SLICE_MS 200

struct err scanner_read(struct device *scanner, int timeout_ms, uint32_t *out_ticket)
{
    const struct device_command command = {.verb = SCANNER_DO_READ, .timeout_ms = timeout_ms};

    return device_send(scanner, &command, out_ticket);
}

const struct scanner_event *scanner_event(const struct device_message *message)
{
    return (const struct scanner_event *)(const void *)message->payload.bytes;
}

struct err scanner_open_node(const struct arrival *arrival, int *out_fd)
{
    int fd = open(arrival->node, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0)
        return err_make(ERR_DEVICE, module, errno, "cannot open %s", arrival->node);
    *out_fd = fd;
    return err_ok();
}

static struct err gone(void)
{
    return err_make(ERR_DEVICE, module, ENODEV, "the scanner is gone");
}

struct err scanner_wait(struct worker *worker, int fd)
{
    struct pollfd node = {.fd = fd, .events = POLLIN};

    while (!worker_stopped(worker)) {
        int left_ms = worker_left_ms(worker);

        if (poll(&node, 1, left_ms < SLICE_MS ? left_ms : SLICE_MS) <= 0)
            continue;
        return node.revents & POLLIN ? err_ok() : gone();
    }
    return worker_stop_error(worker);
}

struct err scanner_take(int fd, void *out_bytes, size_t room, size_t *out_size)
{
    ssize_t got = read(fd, out_bytes, room);

    if (got < 0 && errno != EAGAIN && errno != EINTR)
        return gone();
    *out_size = got > 0 ? (size_t)got : 0;
    return err_ok();
}

void scanner_drain(int fd)
{
    uint8_t bytes[512];

    while (read(fd, bytes, sizeof bytes) > 0)
        ;
    wipe(bytes, sizeof bytes);
}

struct err scanner_alive(int fd)
{
    struct pollfd node = {.fd = fd, .events = POLLIN};

    poll(&node, 1, 0);
    return node.revents & (POLLERR | POLLHUP | POLLNVAL) ? gone() : err_ok();
}
