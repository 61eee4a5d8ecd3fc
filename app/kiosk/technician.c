/* The line from yizhan-visit: one at a time, from root or this very user only. What comes is a view to show.
 */
#include "app/kiosk/internal.h"

#include "board/base/log.h"
#include "board/base/wipe.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct technician_line {
    int listen_fd, fd; /* -1: none */
    char path[sizeof((struct sockaddr_un *)0)->sun_path];
    struct buf in;
};

static struct err listen_at(struct technician_line *line, const char *store_dir)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int length = snprintf(line->path, sizeof line->path, "%s/" TECHNICIAN_SOCKET, store_dir);
    if (length >= (int)sizeof line->path)
        return err_make(ERR_DATA, "technician", 0, "%.120s is too long for a socket", store_dir);
    memcpy(address.sun_path, line->path, sizeof address.sun_path);
    line->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (line->listen_fd < 0)
        return err_errno("technician", errno, "no socket");
    unlink(line->path);
    mode_t mask = umask(0007); /* yizhan-visit comes by the group: its unit may not override modes */
    int failed = bind(line->listen_fd, (const struct sockaddr *)&address, sizeof address);
    umask(mask);
    if (failed != 0 || listen(line->listen_fd, 2) != 0)
        return err_errno("technician", errno, "listen on %.120s", line->path);
    return err_ok();
}

struct err technician_line_create(const char *store_dir, struct technician_line **out_line)
{
    struct technician_line *line = calloc(1, sizeof *line);
    if (!line)
        return err_no_memory("technician");
    line->listen_fd = line->fd = -1;
    struct err e = listen_at(line, store_dir);
    if (err_is(&e))
        technician_line_destroy(&line);
    else
        *out_line = line;
    return e;
}

static void hang_up(struct technician_line *line)
{
    if (line->fd >= 0)
        close(line->fd);
    line->fd = -1;
    buf_finish(&line->in);
}

void technician_line_destroy(struct technician_line **line)
{
    if (!line || !*line)
        return;
    hang_up(*line);
    if ((*line)->listen_fd >= 0) {
        close((*line)->listen_fd);
        unlink((*line)->path);
    }
    free(*line);
    *line = NULL;
}

size_t technician_line_fds(const struct technician_line *line, int out_fds[2])
{
    size_t count = 0;
    if (line && line->listen_fd >= 0)
        out_fds[count++] = line->listen_fd;
    if (line && line->fd >= 0)
        out_fds[count++] = line->fd;
    return count;
}

/* yizhan-sync shares the folder, and whoever breaks into it must not put a screen before a citizen. */
static bool is_welcome(int fd)
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        return false;
    if (peer.uid == 0 || peer.uid == geteuid())
        return true;
    log_warn("technician", "user %d is not heard", (int)peer.uid);
    return false;
}

/* The newest visit counts: an older one has lost its stick. */
static void welcome(struct technician_line *line)
{
    int fd = accept4(line->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return;
    if (!is_welcome(fd)) {
        close(fd);
        return;
    }
    hang_up(line);
    line->fd = fd;
}

/* False: the other end is gone, or does not speak our language. */
static bool receive(struct technician_line *line)
{
    char chunk[4096];
    for (;;) {
        ssize_t got = recv(line->fd, chunk, sizeof chunk, 0);
        if (got < 0)
            return errno == EAGAIN || errno == EINTR;
        if (got == 0 || line->in.length + (size_t)got > 2 * TECHNICIAN_LINE_MAX)
            return false;
        buf_append(&line->in, chunk, (size_t)got);
    }
}

/* Only the newest whole line matters. */
static bool take_view(struct technician_line *line, struct technician_view *out_view)
{
    bool found = false;
    for (char *end; line->in.length && (end = memchr(line->in.data, '\n', line->in.length)) != NULL;) {
        size_t size = (size_t)(end - line->in.data) + 1;
        *end = '\0';
        struct err e = technician_view_read(line->in.data, out_view);
        if (err_is(&e))
            log_err("technician", &e);
        found = found || !err_is(&e);
        memmove(line->in.data, end + 1, line->in.length - size);
        line->in.length -= size;
    }
    return found;
}

void technician_line_turn(struct technician_line *line, struct journey *journey)
{
    if (!line)
        return;
    welcome(line);
    if (line->fd < 0)
        return;
    bool is_there = receive(line);
    struct technician_view *view = calloc(1, sizeof *view);
    if (view && take_view(line, view))
        journey_technician(journey, view);
    free(view);
    if (is_there)
        return;
    hang_up(line);
    journey_technician(journey, NULL);
}

void technician_line_send(struct technician_line *line, const struct technician_event *event)
{
    struct buf text;
    if (!line || line->fd < 0)
        return;
    buf_init_private(&text);
    struct err e = technician_event_write(event, &text);
    if (!err_is(&e) && send(line->fd, text.data, text.length, MSG_NOSIGNAL) < 0)
        e = err_errno("technician", errno, "answer the visit");
    if (err_is(&e))
        log_err("technician", &e);
    buf_finish(&text);
}
