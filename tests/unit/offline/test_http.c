/* The real client against a server of a few lines: what it does between request and answer, and what it takes
 * for an answer. */
#include "offline/openrosa.h"
#include "tests/unit/cmocka.h"
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    PIECE = 64 * 1024,
    LARGE = 300 * 1000,
    FILLS_THE_LINE = 8 * 1000 * 1000, /* more than the kernel takes for a server that does not read */
};

#define TAKEN                                                                                                \
    "HTTP/1.1 201 Created\r\nX-OpenRosa-Version: 1.0\r\nContent-Type: text/xml\r\nConnection: close\r\n\r\n" \
    "<OpenRosaResponse xmlns=\"http://openrosa.org/http/response\"><message>ok</message>"

struct desk {
    struct clock_fake clock;
    struct http *http;
    struct openrosa client;

    int listener;
    pthread_t thread;
    int moment[2]; /* a socket pair: meanwhile says it was called */
    bool is_endless;
    bool is_clogged; /* the server reads nothing before the moment */
    int meanwhiles;
};

/* ---- the server: one request ---- */

static void read_whole_request(int fd)
{
    static const char end[] = "--\r\n"; /* of a multipart body */
    char text[4 + PIECE] = "";          /* the last four bytes, and what comes after them */
    ssize_t got = 1;
    while (got > 0 && memcmp(text, end, 4) != 0) {
        got = recv(fd, text + 4, PIECE, 0);
        if (got > 0)
            memmove(text, text + got, 4);
    }
}

static bool waits_for_the_moment(struct desk *d)
{
    char byte;
    return recv(d->moment[0], &byte, 1, 0) == 1;
}

/* Answers when the kiosk has found the moment, and never before: without it nobody gets anywhere. */
static void *serve(void *context)
{
    static const char rest[] = "</OpenRosaResponse>";
    struct desk *d = context;
    int fd = accept(d->listener, NULL, NULL);
    bool is_found = d->is_clogged && waits_for_the_moment(d);
    read_whole_request(fd);
    if (is_found || waits_for_the_moment(d)) {
        send(fd, TAKEN, strlen(TAKEN), MSG_NOSIGNAL);
        while (d->is_endless && send(fd, "<message/>", 10, MSG_NOSIGNAL) == 10)
            continue;
        send(fd, rest, strlen(rest), MSG_NOSIGNAL);
    }
    close(fd);
    return NULL;
}

static void meanwhile(void *context)
{
    struct desk *d = context;
    d->meanwhiles++;
    assert_int_equal(send(d->moment[1], "!", 1, 0), 1);
}

static int setup(void **state)
{
    struct desk *d = calloc(1, sizeof *d);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const struct http_curl_config config = {.connect_timeout_ms = 10000, .stall_timeout_ms = 10000};
    socklen_t size = sizeof address;
    char url[64];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, d->moment), 0);
    d->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(d->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(d->listener, 4), 0);
    assert_int_equal(getsockname(d->listener, (struct sockaddr *)&address, &size), 0);
    assert_int_equal(pthread_create(&d->thread, NULL, serve, d), 0);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/v1", ntohs(address.sin_port));
    clock_fake_init(&d->clock, 1787500800000);
    assert_ok(http_curl_create(&config, &d->http));
    assert_ok(openrosa_init(&d->client, d->http, &d->clock.clock, url));
    *state = d;
    return 0;
}

static int teardown(void **state)
{
    struct desk *d = *state;
    http_destroy(&d->http);
    close(d->moment[1]);
    shutdown(d->listener, SHUT_RDWR);
    pthread_join(d->thread, NULL);
    close(d->listener);
    close(d->moment[0]);
    free(d);
    return 0;
}

/* ---- tests ---- */

static struct openrosa_answer submit(struct desk *d, size_t size)
{
    char *bytes = calloc(1, size);
    const struct http_part part = {.name = "xml_submission_file",
                                   .filename = "submission.xml",
                                   .content_type = "text/xml",
                                   .size = (int64_t)size,
                                   .bytes = bytes};
    const struct openrosa_submission submission = {
        .parts = &part, .part_count = 1, .meanwhile = meanwhile, .meanwhile_context = d};
    struct http_response response;
    struct openrosa_answer answer;

    http_response_init(&response);
    assert_ok(openrosa_submit(&d->client, &submission, &response, &answer));
    http_response_finish(&response);
    free(bytes);
    return answer;
}

static void the_moment_is_after_the_last_byte(void **state)
{
    struct desk *d = *state;
    assert_int_equal(submit(d, 100).meaning, OPENROSA_ACCEPTED);
    assert_int_equal(d->meanwhiles, 1);
}

/* What was acknowledged before is committed while the next one's photos take their minutes. */
static void a_body_that_fills_the_line_leaves_time_too(void **state)
{
    struct desk *d = *state;
    d->is_clogged = true;
    assert_int_equal(submit(d, FILLS_THE_LINE).meaning, OPENROSA_ACCEPTED);
    assert_int_equal(d->meanwhiles, 1);
}

static void of_a_large_body_too(void **state)
{
    struct desk *d = *state;
    assert_int_equal(submit(d, LARGE).meaning, OPENROSA_ACCEPTED);
    assert_int_equal(d->meanwhiles, 1);
}

/* No receipt is that long, and nobody fetches megabytes over 20 kbit/s to learn "created". */
static void an_endless_receipt_is_none(void **state)
{
    struct desk *d = *state;
    d->is_endless = true;
    struct openrosa_answer answer = submit(d, 100);
    assert_int_equal(answer.meaning, OPENROSA_LINK_DOWN);
    assert_int_equal(answer.trouble, OPENROSA_BAD_ANSWER);
    assert_string_equal(answer.message, "answer larger than 65536 bytes");
}

#define DESK(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK(the_moment_is_after_the_last_byte),
        DESK(of_a_large_body_too),
        DESK(a_body_that_fills_the_line_leaves_time_too),
        DESK(an_endless_receipt_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
