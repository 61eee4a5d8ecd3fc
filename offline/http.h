/*
 * One HTTP exchange at a time, over whatever carries it.
 *
 * `struct http` is an interface: http_curl.c is the real one, tests and the simulator hand in another.
 * Whoever calls owns the thread; an exchange blocks until it is answered, failed or past its deadline. An
 * answer of any status is a success here: what it means is decided in openrosa.h.
 */
#ifndef YIZHAN_OFFLINE_HTTP_H
#define YIZHAN_OFFLINE_HTTP_H

#include "board/base/buf.h"
#include "board/base/err.h"
#include <stddef.h>
#include <stdint.h>

#define HTTP_ETAG_MAX 128
#define HTTP_URL_MAX  1024

/* Why there was no answer; the technician's and the link row's word for it. */
enum http_failure {
    HTTP_ANSWERED,       /* there was one */
    HTTP_CLIENT_OFFLINE, /* this kiosk has no way out: no route, no address for any name */
    HTTP_SERVER_OFFLINE, /* the way is there, nobody answers: refused, timed out */
    HTTP_TLS_FAILED,     /* certificate, host name, protocol version */
    HTTP_CUT,            /* the connection ended before the answer was whole: whether it arrived is unknown */
};

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PATCH };

/* A part of a multipart/form-data body. What is large is pulled while it is sent, so that it never lies in
 * memory and no database transaction stays open across the network. */
struct http_part {
    const char *name;         /* borrowed */
    const char *filename;     /* borrowed */
    const char *content_type; /* borrowed */
    int64_t size;             /* bytes in all */
    const void *bytes;        /* borrowed: all of them lie here; NULL: read gives them */
    /* Copies up to size bytes from offset; less than asked only at the end. Called in order of offset, and
     * again from 0 when the body must be sent again (an authentication challenge). */
    struct err (*read)(void *context, int64_t offset, void *out_bytes, size_t size, size_t *out_read);
    void *context; /* borrowed */
};

/* From wherever they come; as read above. */
MUST_USE struct err http_part_read(const struct http_part *part, int64_t offset, void *out_bytes, size_t size,
                                   size_t *out_read);

struct http_request {
    enum http_method method;
    const char *url;            /* borrowed, absolute */
    const char *const *headers; /* borrowed lines "Name: value" */
    size_t header_count;
    const char *if_none_match;     /* borrowed; NULL or "" for none */
    const struct http_part *parts; /* borrowed; of a POST */
    size_t part_count;
    const char *json; /* borrowed; of a POST or PATCH instead of parts: a whole JSON text */
    /* Called at most once: when the parts are on their way and only the answer is missing, or when they have
     * filled the line for a second. Time that costs nothing. It must not use this http. NULL for nothing to
     * do. */
    void (*meanwhile)(void *context);
    void *meanwhile_context; /* borrowed */
    size_t max_body;         /* what was asked for, if larger than this, is ERR_REFUSED */
    /* Where the body of a 200 or 206 goes piece by piece; NULL collects a 2xx's in response.body. Of any
     * other answer no more than the first 64 KiB are there. */
    struct err (*sink)(void *context, const void *data, size_t size);
    void *sink_context; /* borrowed */
};

struct http_response {
    enum http_failure failure;
    int status;                   /* 0 when failure is not HTTP_ANSWERED */
    bool has_openrosa_version;    /* an X-OpenRosa-Version header came with it */
    int64_t accept_length;        /* X-OpenRosa-Accept-Content-Length, -1 when not given */
    int64_t date_ms;              /* the Date header in wall milliseconds, 0 when absent or malformed */
    int64_t certificate_until_ms; /* wall, the end of the certificate by which TLS vouched; 0 without TLS */
    int retry_after_s;            /* Retry-After in seconds (dates are taken against Date), -1 when absent */
    char etag[HTTP_ETAG_MAX];     /* "" when absent, too long, or the status is not 200, 206 or 304 */
    int64_t range_from, range_of; /* Content-Range of a 206: first byte and size of the whole; -1 when not
                                     given. Known before the sink gets its first byte */
    char content_type[64];
    int64_t bytes_sent; /* on the wire above TLS: request heads and bodies, every try counted */
    int64_t bytes_received;
    struct buf body; /* owned by the response: http_response_finish */
};

struct http {
    /* Always fills out_response (init first, finish after). ERR_NONE: answered. ERR_RETRY: no answer, failure
     * says why. ERR_REFUSED: answer larger than max_body. Other classes come from read or sink unchanged. */
    struct err (*exchange)(struct http *http, const struct http_request *request,
                           struct http_response *out_response);
    void (*destroy)(struct http *http);
};

void http_response_init(struct http_response *response);
void http_response_finish(struct http_response *response);

/* Calls destroy and clears; tolerates NULL. */
void http_destroy(struct http **http);

/* "answered", "client offline", "server offline", "tls", "cut" */
const char *http_failure_name(enum http_failure failure);

/* ---- the real one ---- */

/* Settings of one endpoint; strings are copied. */
struct http_curl_config {
    const char *user;        /* NULL or "" for none; answered to Basic and Digest challenges only */
    const char *password;    /* NULL or "" */
    const char *ca;          /* PEM file of the pinned CA, nobody else's; NULL or "" for the system's */
    const char *client_cert; /* PEM file with certificate and key; NULL or "" for none */
    /* Wall time that certificates' dates are judged at, asked at each exchange: another answer than before
     * makes a new connection. 0 or NULL: the system's clock. Chain and host name are checked all the same.
     * For a kiosk whose clock is dead: time_floor.h. */
    int64_t (*certificate_ms)(void *context);
    void *certificate_context; /* borrowed */
    int connect_timeout_ms;
    int stall_timeout_ms; /* an exchange that hardly moves (64 bytes a second) for this long is given up */
    /* Asked about once a second during an exchange; true gives it up (SIGTERM). NULL for never. */
    bool (*stopped)(void *context);
    void *stopped_context;
};

/* One kept connection, TLS 1.2 or newer, no redirects followed, no proxies from the environment. */
MUST_USE struct err http_curl_create(const struct http_curl_config *config, struct http **out_http);

#endif
