#include "drivers/serial/serial.h"
#include "drivers/tape/tape.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define SLICE_MS 250

struct serial {
    struct worker *worker;
    int fd;
    bool is_late; /* the last read began after its deadline */
};

static speed_t speed_of(int baud)
{
    static const struct {
        int baud;
        speed_t speed;
    } speeds[] = {{9600, B9600}, {19200, B19200}, {38400, B38400}, {57600, B57600}, {115200, B115200}};
    for (size_t i = 0; i < sizeof speeds / sizeof speeds[0]; i++)
        if (speeds[i].baud == baud)
            return speeds[i].speed;
    return B0;
}

static struct err configure(int fd, int baud)
{
    speed_t speed = speed_of(baud);
    if (speed == B0)
        return err_make(ERR_DATA, "serial", baud, "no such speed: %d baud", baud);
    struct termios raw;
    if (tcgetattr(fd, &raw) < 0)
        return err_errno("serial", errno, "not a terminal line");
    cfmakeraw(&raw);
    raw.c_cflag |= CLOCAL | CREAD;
    cfsetspeed(&raw, speed);
    if (tcsetattr(fd, TCSANOW, &raw) < 0)
        return err_errno("serial", errno, "set %d baud", baud);
    ioctl(fd, TIOCEXCL);
    tcflush(fd, TCIOFLUSH);
    return err_ok();
}

struct err serial_open(struct worker *worker, const char *node, int baud, struct serial **out_serial)
{
    int fd = open(node, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return err_make(ERR_DEVICE, "serial", errno, "cannot open %s", node);
    struct err e = configure(fd, baud);
    struct serial *serial = err_is(&e) ? NULL : malloc(sizeof *serial);
    if (!err_is(&e) && !serial)
        e = err_no_memory("serial");
    if (err_is(&e)) {
        close(fd);
        return e;
    }
    *serial = (struct serial){.worker = worker, .fd = fd};
    *out_serial = serial;
    return err_ok();
}

void serial_close(struct serial **serial)
{
    if (!*serial)
        return;
    close((*serial)->fd);
    free(*serial);
    *serial = NULL;
}

/* Looks once at least: the deadline may have passed while we slept, and what is wanted be there. */
static struct err await(struct serial *serial, short events, int64_t deadline_ms)
{
    const struct clock *clock = worker_clock(serial->worker);
    for (;;) {
        if (worker_stopped(serial->worker))
            return worker_stop_error(serial->worker);
        int left = clock_left_ms(clock, deadline_ms);
        struct pollfd fd = {.fd = serial->fd, .events = events};
        int ready = poll(&fd, 1, left < SLICE_MS ? left : SLICE_MS);
        if (ready > 0 && fd.revents & events)
            return err_ok();
        if (ready > 0)
            return err_make(ERR_DEVICE, "serial", ENODEV, "the line is gone");
        if (left == 0)
            return err_make(ERR_RETRY, "serial", ETIMEDOUT, "no answer in time");
    }
}

struct err serial_write(struct serial *serial, const void *data, size_t size, int left_ms)
{
    const struct clock *clock = worker_clock(serial->worker);
    int64_t deadline_ms = clock->monotonic_ms(clock) + left_ms;
    const char *bytes = data;
    while (size > 0) {
        TRY(await(serial, POLLOUT, deadline_ms));
        ssize_t count = write(serial->fd, bytes, size);
        if (count < 0 && errno != EAGAIN && errno != EINTR)
            return err_make(ERR_DEVICE, "serial", errno, "write failed");
        if (count > 0) {
            tape_sent(worker_tape(serial->worker), TAPE_LINE, bytes, (size_t)count);
            bytes += count;
            size -= (size_t)count;
        }
    }
    return err_ok();
}

struct err serial_read(struct serial *serial, void *out_data, size_t size, int left_ms, size_t *out_size)
{
    const struct clock *clock = worker_clock(serial->worker);
    bool was_late = serial->is_late;
    serial->is_late = left_ms <= 0;
    if (was_late && serial->is_late) /* a device that never stops talking stops at no deadline */
        return err_make(ERR_RETRY, "serial", ETIMEDOUT, "no answer in time");
    TRY(await(serial, POLLIN, clock->monotonic_ms(clock) + left_ms));
    ssize_t count = read(serial->fd, out_data, size);
    if (count <= 0)
        return err_make(ERR_DEVICE, "serial", ENODEV, "the line is gone");
    *out_size = (size_t)count;
    tape_came(worker_tape(serial->worker), TAPE_LINE, out_data, *out_size);
    return err_ok();
}
