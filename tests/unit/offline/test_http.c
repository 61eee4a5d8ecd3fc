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

enum { BODY_MAX = 1024 * 1024, LARGE = 300 * 1000 };

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
    int meanwhiles;
};

/* ---- the server: one request ---- */

static void read_whole_request(int fd)
{
    static const char end[] = "--\r\n"; /* of a multipart body */
    char *text = calloc(1, BODY_MAX);
    size_t length = 0;
    ssize_t got = 1;
    while (got > 0 && (length < 4 || memcmp(text + length - 4, end, 4) != 0)) {
        got = recv(fd, text + length, BODY_MAX - length, 0);
        length += got > 0 ? (size_t)got : 0;
    }
    free(text);
}

/* Answers when the kiosk has found the moment, and never before: without it nobody gets anywhere. */
static void *serve(void *context)
{
    static const char rest[] = "</OpenRosaResponse>";
    struct desk *d = context;
    char byte;
    int fd = accept(d->listener, NULL, NULL);
    read_whole_request(fd);
    if (recv(d->moment[0], &byte, 1, 0) == 1) {
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
        DESK(an_endless_receipt_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
