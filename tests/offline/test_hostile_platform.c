/* Whoever answers under the platform's address may be anybody: what he sends costs a bounded answer's memory,
 * and moves nothing but the link's state. */
#include "tests/offline/kiosk.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/fixture.h"
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REQUEST_SIZE = 8192, ANSWER_MEMORY_KB = 64 * 1024 };

#define A_KEY  "0000000000000000000000000000000000000000000000000000000000000000"
#define MARKED "HTTP/1.1 200 OK\r\nX-OpenRosa-Version: 1.0\r\nContent-Type: text/xml\r\n"

struct hostile {
    struct kiosk kiosk;
    char dir[80];
    int listener;
    pthread_t thread;
    void (*answer)(int fd);
    int requests;
    char request[REQUEST_SIZE]; /* the newest */
};

/* ---- what he answers ---- */

/* false when the other side has had enough. */
static bool say(int fd, const char *text, size_t size)
{
    return send(fd, text, size, MSG_NOSIGNAL) == (ssize_t)size;
}

static void say_text(int fd, const char *text)
{
    say(fd, text, strlen(text));
}

static void say_for_ever(int fd, const char *line)
{
    while (say(fd, line, strlen(line)))
        continue;
}

static void endless_body(int fd)
{
    say_text(fd, MARKED "\r\n<xforms xmlns=\"http://openrosa.org/xforms/xformsList\">");
    say_for_ever(fd, "<xform><formID>a</formID><name>a</name><hash>md5:0</hash></xform>");
}

static void a_terabyte(int fd)
{
    char byte;
    say_text(fd, MARKED "Content-Length: 1099511627776\r\n\r\n");
    while (recv(fd, &byte, 1, 0) > 0) /* until the other side has gone */
        continue;
}

static void endless_headers(int fd)
{
    say_text(fd, "HTTP/1.1 200 OK\r\n");
    say_for_ever(fd, "X-Filler: 0123456789012345678901234567890123456789\r\n");
}

static void one_endless_header(int fd)
{
    say_text(fd, "HTTP/1.1 200 OK\r\nX-Filler: ");
    say_for_ever(fd, "0123456789012345678901234567890123456789");
}

static void endless_page(int fd)
{
    say_text(fd, "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<html>");
    say_for_ever(fd, "<p>There is nothing here, and there is a lot of it.</p>");
}

static void a_terabyte_of_page(int fd)
{
    char byte;
    say_text(fd, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 1099511627776\r\n\r\n");
    while (recv(fd, &byte, 1, 0) > 0)
        continue;
}

/* Ten bytes a second, until the other side has gone. */
static void drops(int fd)
{
    struct pollfd line = {.fd = fd, .events = POLLIN};
    say_text(fd, MARKED "Content-Length: 1000000\r\n\r\n");
    while (poll(&line, 1, 100) == 0 && say(fd, " ", 1))
        continue;
}

static void packed(int fd)
{
    static const char gzip[] = "\x1f\x8b\x08\0\0\0\0\0\0\x03";
    say_text(fd, MARKED "Content-Encoding: gzip\r\nConnection: close\r\n\r\n");
    say(fd, gzip, sizeof gzip - 1);
}

static void redirect(int fd)
{
    say_text(fd, "HTTP/1.1 302 Found\r\nX-OpenRosa-Version: 1.0\r\nLocation: /elsewhere\r\n"
                 "Content-Length: 0\r\nConnection: close\r\n\r\n");
}

static void endless_interim(int fd)
{
    say_for_ever(fd, "HTTP/1.1 100 Continue\r\n\r\n");
}

static void endless_early_hints(int fd)
{
    say_for_ever(fd, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
}

static void endless_chunk_size(int fd)
{
    say_text(fd, MARKED "Transfer-Encoding: chunked\r\n\r\n");
    say_for_ever(fd, "0000000000000000");
}

static void endless_trailer(int fd)
{
    say_text(fd, MARKED "Transfer-Encoding: chunked\r\n\r\n0\r\n");
    say_for_ever(fd, "X-Filler: 0123456789012345678901234567890123456789\r\n");
}

/* ---- his server, until the listener is shut down ---- */

static void read_request(struct hostile *h, int fd)
{
    size_t length = 0;
    ssize_t got;
    h->request[0] = '\0';
    while (length < REQUEST_SIZE - 1 && !strstr(h->request, "\r\n\r\n") &&
           (got = recv(fd, h->request + length, REQUEST_SIZE - 1 - length, 0)) > 0) {
        length += (size_t)got;
        h->request[length] = '\0';
    }
}

static void *serve(void *context)
{
    struct hostile *h = context;
    for (int fd; (fd = accept(h->listener, NULL, NULL)) >= 0; close(fd)) {
        read_request(h, fd);
        h->requests++;
        h->answer(fd);
    }
    return NULL;
}

static int setup(void **state)
{
    struct hostile *h = calloc(1, sizeof *h);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    char url[64];

    snprintf(h->dir, sizeof h->dir, "/tmp/yizhan-hostile-XXXXXX");
    assert_non_null(mkdtemp(h->dir));
    h->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(h->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(h->listener, 4), 0);
    assert_int_equal(getsockname(h->listener, (struct sockaddr *)&address, &size), 0);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/v1", ntohs(address.sin_port));
    kiosk_write_config(h->dir, url, A_KEY, "");
    kiosk_open(&h->kiosk, h->dir);
    *state = h;
    return 0;
}

static int teardown(void **state)
{
    struct hostile *h = *state;
    kiosk_close(&h->kiosk);
    shutdown(h->listener, SHUT_RDWR);
    pthread_join(h->thread, NULL);
    close(h->listener);
    fixture_remove_dir(h->dir);
    free(h);
    return 0;
}

/* ---- what comes of it ---- */

static long peak_kb(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static struct outbox_link sync_with(struct hostile *h, void (*answer)(int fd))
{
    h->answer = answer;
    assert_int_equal(pthread_create(&h->thread, NULL, serve, h), 0);
    long before = peak_kb();
    kiosk_sync(&h->kiosk, SYNC_NOW);
    assert_in_range(peak_kb() - before, 0, ANSWER_MEMORY_KB);
    return kiosk_link(&h->kiosk);
}

static void an_endless_list_ends(void **state)
{
    assert_int_not_equal(sync_with(*state, endless_body).state, OUTBOX_LINK_UP);
}

/* Known by its length, before any of it is fetched. */
static void a_terabyte_is_not_begun(void **state)
{
    struct hostile *h = *state;
    struct outbox_link link = sync_with(h, a_terabyte);
    assert_non_null(strstr(link.reason, "larger than"));
    assert_true(h->kiosk.counts.bytes_received < 1000);
}

/* Known for what it is by its beginning. */
static void an_endless_error_page_is_an_error_page(void **state)
{
    struct hostile *h = *state;
    struct outbox_link link = sync_with(h, endless_page);
    assert_int_equal(link.state, OUTBOX_LINK_NOT_PLATFORM);
    assert_non_null(strstr(link.reason, "HTTP 404"));
    assert_true(h->kiosk.counts.bytes_received < 1000 * 1000);
}

static void a_terabyte_of_error_page_is_not_begun(void **state)
{
    struct hostile *h = *state;
    assert_non_null(strstr(sync_with(h, a_terabyte_of_page).reason, "busy"));
    assert_true(h->kiosk.counts.bytes_received < 1000);
}

/* Who answers by drops holds nobody for a day. */
static void drops_are_not_waited_for(void **state)
{
    struct hostile *h = *state;
    assert_non_null(strstr(sync_with(h, drops).reason, "Timeout was reached"));
    assert_true(h->kiosk.counts.bytes_received < 2000);
}

static void endless_headers_end(void **state)
{
    assert_int_not_equal(sync_with(*state, endless_headers).state, OUTBOX_LINK_UP);
}

static void endless_interim_answers_end(void **state)
{
    assert_int_not_equal(sync_with(*state, endless_interim).state, OUTBOX_LINK_UP);
}

static void endless_early_hints_end(void **state)
{
    assert_int_not_equal(sync_with(*state, endless_early_hints).state, OUTBOX_LINK_UP);
}

static void an_endless_chunk_size_ends(void **state)
{
    assert_int_not_equal(sync_with(*state, endless_chunk_size).state, OUTBOX_LINK_UP);
}

static void an_endless_trailer_ends(void **state)
{
    assert_int_not_equal(sync_with(*state, endless_trailer).state, OUTBOX_LINK_UP);
}

static void one_endless_header_ends(void **state)
{
    assert_int_not_equal(sync_with(*state, one_endless_header).state, OUTBOX_LINK_UP);
}

/* What is packed can be a thousand times as large as it looks: it is not asked for, and not unpacked. */
static void nothing_is_unpacked(void **state)
{
    struct hostile *h = *state;
    struct outbox_link link = sync_with(h, packed);
    assert_null(strcasestr(h->request, "accept-encoding"));
    assert_non_null(strstr(link.reason, "bad answer"));
}

static void a_redirect_is_not_followed(void **state)
{
    struct hostile *h = *state;
    assert_int_equal(sync_with(h, redirect).state, OUTBOX_LINK_NOT_PLATFORM);
    assert_int_equal(h->requests, 1);
    assert_null(strstr(h->request, "elsewhere"));
}

int main(void)
{
#define HOSTILE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        HOSTILE(a_terabyte_is_not_begun),
        HOSTILE(an_endless_list_ends),
        HOSTILE(endless_headers_end),
        HOSTILE(one_endless_header_ends),
        HOSTILE(endless_interim_answers_end),
        HOSTILE(endless_early_hints_end),
        HOSTILE(an_endless_chunk_size_ends),
        HOSTILE(an_endless_trailer_ends),
        HOSTILE(nothing_is_unpacked),
        HOSTILE(a_redirect_is_not_followed),
        HOSTILE(an_endless_error_page_is_an_error_page),
        HOSTILE(a_terabyte_of_error_page_is_not_begun),
        HOSTILE(drops_are_not_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
