#include "app/visit/kiosk_link.h"
#include "board/base/log.h"
#include "board/base/wipe.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { RETRY_MS = 300, SEND_TIMEOUT_S = 2, LINE_MAX_BYTES = 4096 };

struct kiosk_link {
    const struct clock *clock;
    struct sockaddr_un address;
    char store_dir[sizeof((struct sockaddr_un *)0)->sun_path];
    int fd;          /* -1: not connected */
    struct buf view; /* the newest, as a line */
    struct buf in;   /* what came and is no whole line yet; a PIN may stand in it */
};

struct err kiosk_link_create(const char *store_dir, const struct clock *clock, struct kiosk_link **out_link)
{
    struct kiosk_link *link = calloc(1, sizeof *link);
    if (!link)
        return err_no_memory("kiosk_link");
    link->clock = clock;
    link->fd = -1;
    link->address.sun_family = AF_UNIX;
    buf_init_private(&link->in);
    int length =
        snprintf(link->address.sun_path, sizeof link->address.sun_path, "%s/" TECHNICIAN_SOCKET, store_dir);
    if (length >= (int)sizeof link->address.sun_path) {
        kiosk_link_destroy(&link);
        return err_make(ERR_DATA, "kiosk_link", 0, "%.120s is too long for a socket", store_dir);
    }
    snprintf(link->store_dir, sizeof link->store_dir, "%s", store_dir);
    *out_link = link;
    return err_ok();
}

static void hang_up(struct kiosk_link *link)
{
    if (link->fd >= 0)
        close(link->fd);
    link->fd = -1;
    buf_clear(&link->in);
}

void kiosk_link_destroy(struct kiosk_link **link)
{
    if (!link || !*link)
        return;
    hang_up(*link);
    buf_finish(&(*link)->view);
    buf_finish(&(*link)->in);
    free(*link);
    *link = NULL;
}

static void send_view(struct kiosk_link *link)
{
    for (size_t sent = 0; link->fd >= 0 && sent < link->view.length;) {
        ssize_t now = send(link->fd, link->view.data + sent, link->view.length - sent, MSG_NOSIGNAL);
        if (now < 0)
            hang_up(link);
        else
            sent += (size_t)now;
    }
}

/* Whoever may write into the store's folder could have laid this socket there, and be told a PIN: only root
 * and the folder's owner, which is the kiosk, are believed to be the screen. */
static bool is_kiosk(const struct kiosk_link *link)
{
    struct ucred peer = {0};
    struct stat folder;
    socklen_t size = sizeof peer;
    if (getsockopt(link->fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 ||
        stat(link->store_dir, &folder) != 0)
        return false;
    return peer.uid == 0 || peer.uid == folder.st_uid;
}

static bool dial(struct kiosk_link *link)
{
    const struct timeval patience = {.tv_sec = SEND_TIMEOUT_S};
    if (link->fd >= 0)
        return true;
    link->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (link->fd < 0)
        return false;
    setsockopt(link->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (connect(link->fd, (const struct sockaddr *)&link->address, sizeof link->address) != 0)
        hang_up(link);
    else if (!is_kiosk(link)) {
        log_warn("kiosk_link", "%s is not the kiosk's", link->address.sun_path);
        hang_up(link);
    }
    send_view(link);
    return link->fd >= 0;
}

void kiosk_link_show(struct kiosk_link *link, const struct technician_view *view)
{
    buf_clear(&link->view);
    struct err e = technician_view_write(view, &link->view);
    if (err_is(&e)) {
        log_err("kiosk_link", &e);
        return;
    }
    if (link->fd >= 0)
        send_view(link);
    else
        dial(link);
}

/* The first whole line of what came. */
static bool take_line(struct kiosk_link *link, struct technician_event *out_event)
{
    char *end = link->in.length ? memchr(link->in.data, '\n', link->in.length) : NULL;
    if (!end)
        return false;
    *end = '\0';
    struct err e = technician_event_read(link->in.data, out_event);
    size_t size = (size_t)(end - link->in.data) + 1;
    memmove(link->in.data, end + 1, link->in.length - size);
    wipe(link->in.data + link->in.length - size, size);
    link->in.length -= size;
    if (err_is(&e))
        log_err("kiosk_link", &e);
    return !err_is(&e);
}

static void receive(struct kiosk_link *link)
{
    char chunk[512];
    ssize_t got = recv(link->fd, chunk, sizeof chunk, MSG_DONTWAIT);
    if (got > 0 && link->in.length < LINE_MAX_BYTES)
        buf_append(&link->in, chunk, (size_t)got);
    else
        hang_up(link);
    wipe(chunk, sizeof chunk);
}

bool kiosk_link_await(struct kiosk_link *link, int timeout_ms, struct technician_event *out_event)
{
    int64_t until_ms = link->clock->monotonic_ms(link->clock) + timeout_ms;
    while (!take_line(link, out_event)) {
        int left_ms = clock_left_ms(link->clock, until_ms);
        if (left_ms == 0)
            return false;
        if (!dial(link)) {
            poll(NULL, 0, left_ms < RETRY_MS ? left_ms : RETRY_MS);
            continue;
        }
        struct pollfd fd = {.fd = link->fd, .events = POLLIN};
        if (poll(&fd, 1, left_ms) > 0)
            receive(link);
    }
    return true;
}
