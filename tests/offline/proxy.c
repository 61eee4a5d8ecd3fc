#include "tests/offline/proxy.h"
#include "tests/unit/cmocka.h"
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PIECE = 4096, TICK_MS = 5 };

struct proxy {
    pthread_t thread;
    pthread_mutex_t lock; /* of road and counts */
    int listen_fd, stop_fd, port, platform_port;
    struct proxy_road road;
    int64_t bytes, cuts, since_cut;
};

/* One connection at a time: yizhan-sync has one. */
struct link {
    int kiosk, platform;
    int64_t allowance; /* bytes that may pass now */
    int64_t begun_ms, counted_ms;
    bool answer_cut; /* ends at the first byte of the answer */
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static struct sockaddr_in local(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static bool send_whole(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        bytes += sent;
        size -= (size_t)sent;
    }
    return true;
}

/* How many bytes may go towards the platform now, and whether the road ends there. */
static size_t may_pass(struct proxy *proxy, struct link *link, bool *out_cut)
{
    int64_t now = now_ms(), most = PIECE;
    const struct proxy_road *road = &proxy->road;

    *out_cut = false;
    if (now - link->begun_ms < road->delay_ms)
        return 0;
    if (road->bytes_per_s > 0) {
        link->allowance += road->bytes_per_s * (now - link->counted_ms) / 1000;
        link->counted_ms = now;
        if (link->allowance > PIECE)
            link->allowance = PIECE;
        most = link->allowance;
    }
    if (road->cut_every > 0 && proxy->since_cut + most >= road->cut_every) {
        most = road->cut_every - proxy->since_cut;
        *out_cut = most <= 0;
    }
    return most > 0 ? (size_t)most : 0;
}

/* False: the connection is over. */
static bool pass_request(struct proxy *proxy, struct link *link)
{
    char bytes[PIECE];
    bool cut = false;

    pthread_mutex_lock(&proxy->lock);
    size_t most = may_pass(proxy, link, &cut);
    pthread_mutex_unlock(&proxy->lock);
    if (cut) {
        pthread_mutex_lock(&proxy->lock);
        proxy->cuts++;
        proxy->since_cut = 0;
        pthread_mutex_unlock(&proxy->lock);
        return false;
    }
    if (most == 0)
        return true;
    ssize_t got = recv(link->kiosk, bytes, most, 0);
    if (got <= 0 || !send_whole(link->platform, bytes, (size_t)got))
        return false;
    pthread_mutex_lock(&proxy->lock);
    proxy->bytes += got;
    proxy->since_cut += got;
    link->allowance -= got;
    pthread_mutex_unlock(&proxy->lock);
    return true;
}

static bool pass_answer(struct proxy *proxy, struct link *link)
{
    char bytes[PIECE];

    if (link->answer_cut) {
        pthread_mutex_lock(&proxy->lock);
        proxy->cuts++;
        pthread_mutex_unlock(&proxy->lock);
        return false;
    }
    ssize_t got = recv(link->platform, bytes, sizeof bytes, 0);
    return got > 0 && send_whole(link->kiosk, bytes, (size_t)got);
}

static bool take(struct proxy *proxy, int64_t *left)
{
    pthread_mutex_lock(&proxy->lock);
    bool taken = *left > 0;
    *left -= taken;
    pthread_mutex_unlock(&proxy->lock);
    return taken;
}

static bool is_stopping(const struct proxy *proxy)
{
    struct pollfd stop = {.fd = proxy->stop_fd, .events = POLLIN};
    return poll(&stop, 1, 0) > 0;
}

/* Nothing is read, nothing is answered, until the kiosk gives up. */
static void swallow(const struct proxy *proxy, int kiosk)
{
    struct pollfd fds[] = {{.fd = kiosk, .events = POLLRDHUP}, {.fd = proxy->stop_fd, .events = POLLIN}};
    poll(fds, 2, -1);
}

static void serve(struct proxy *proxy, struct link *link)
{
    bool goes_on = true;
    while (goes_on && !is_stopping(proxy)) {
        struct pollfd fds[] = {{.fd = link->kiosk, .events = POLLIN},
                               {.fd = link->platform, .events = POLLIN}};
        bool is_slow = proxy->road.bytes_per_s > 0 || proxy->road.delay_ms > 0;
        poll(fds, 2, 100);
        if (fds[1].revents)
            goes_on = pass_answer(proxy, link);
        if (goes_on && fds[0].revents)
            goes_on = pass_request(proxy, link);
        if (is_slow && goes_on)
            poll(NULL, 0, TICK_MS); /* the road's own pace */
    }
}

static void accept_one(struct proxy *proxy)
{
    struct sockaddr_in address = local(proxy->platform_port);
    struct link link = {.begun_ms = now_ms(), .counted_ms = now_ms()};

    link.kiosk = accept(proxy->listen_fd, NULL, NULL);
    if (link.kiosk < 0)
        return;
    if (take(proxy, &proxy->road.black_hole)) {
        swallow(proxy, link.kiosk);
        close(link.kiosk);
        return;
    }
    link.answer_cut = take(proxy, &proxy->road.cut_answer);
    link.platform = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(link.platform, (struct sockaddr *)&address, sizeof address) == 0)
        serve(proxy, &link);
    const struct linger reset = {.l_onoff = 1};
    setsockopt(link.kiosk, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(link.kiosk);
    close(link.platform);
}

static void *run(void *context)
{
    struct proxy *proxy = context;
    struct pollfd fds[] = {{.fd = proxy->listen_fd, .events = POLLIN},
                           {.fd = proxy->stop_fd, .events = POLLIN}};

    while (poll(fds, 2, -1) > 0 && !fds[1].revents)
        accept_one(proxy);
    return NULL;
}

struct proxy *proxy_start(int port, const struct proxy_road *road)
{
    struct sockaddr_in address = local(0);
    socklen_t size = sizeof address;
    struct proxy *proxy = calloc(1, sizeof *proxy);

    assert_non_null(proxy);
    pthread_mutex_init(&proxy->lock, NULL);
    proxy->road = *road;
    proxy->platform_port = port;
    proxy->stop_fd = eventfd(0, EFD_CLOEXEC);
    proxy->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(proxy->listen_fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(proxy->listen_fd, 16), 0);
    assert_int_equal(getsockname(proxy->listen_fd, (struct sockaddr *)&address, &size), 0);
    proxy->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&proxy->thread, NULL, run, proxy), 0);
    return proxy;
}

int proxy_port(const struct proxy *proxy)
{
    return proxy->port;
}

void proxy_change(struct proxy *proxy, const struct proxy_road *road)
{
    pthread_mutex_lock(&proxy->lock);
    proxy->road = *road;
    proxy->since_cut = 0;
    pthread_mutex_unlock(&proxy->lock);
}

int64_t proxy_cuts(struct proxy *proxy)
{
    pthread_mutex_lock(&proxy->lock);
    int64_t cuts = proxy->cuts;
    pthread_mutex_unlock(&proxy->lock);
    return cuts;
}

int64_t proxy_bytes(struct proxy *proxy)
{
    pthread_mutex_lock(&proxy->lock);
    int64_t bytes = proxy->bytes;
    pthread_mutex_unlock(&proxy->lock);
    return bytes;
}

void proxy_stop(struct proxy **proxy)
{
    if (!*proxy)
        return;
    eventfd_write((*proxy)->stop_fd, 1);
    pthread_join((*proxy)->thread, NULL);
    close((*proxy)->listen_fd);
    close((*proxy)->stop_fd);
    pthread_mutex_destroy(&(*proxy)->lock);
    free(*proxy);
    *proxy = NULL;
}
