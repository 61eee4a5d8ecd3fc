/* struct http over libcurl: transport, transfer, and what became of it. */
#include "board/base/wipe.h"
#include "offline/http_answer.h"

#include <curl/curl.h>
#include <errno.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char MODULE[] = "http";

enum {
    STALE_SENT_MAX = 64 * 1024,
    COPIED_MAX = 32 * 1024,      /* half of curl's buffer: two larger ones would not share it anyway */
    CRAWL_BYTES_PER_S = 64,      /* slower than this is standing still: nobody holds the line with drops */
    FULL_AFTER_US = 1000 * 1000, /* a body that is not through by then fills the line by itself for a while */
};

struct http_curl {
    struct http http; /* must be first */
    CURL *easy;
    struct curl_slist *headers; /* of the running exchange */
    bool (*stopped)(void *context);
    void *stopped_context;
    int64_t (*certificate_ms)(void *context);
    void *certificate_context;
    int64_t judged_ms; /* what certificate_ms said at the last handshake */
    long connect_timeout_ms;
    int stall_timeout_ms;
    long auth; /* the schemes a challenge may be answered with */
    char *user;
    char *password;
    char *ca;
    char *client_cert;
};

/* What the callbacks of one exchange share. */
struct exchange {
    const struct http_curl *self;
    const struct http_request *request;
    struct http_answer answer;
    struct err err; /* from read; stops the transfer */
    bool is_told;   /* meanwhile was called */
    size_t head_bytes;
};

struct part_cursor {
    const struct http_part *part;
    struct exchange *exchange;
    int64_t offset;
};

/* ---- in and out ---- */

static int status_of(CURL *easy)
{
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    return (int)status;
}

/* Of the connection that the answer comes by; 0 when it is not TLS. */
static int64_t certificate_until_ms(CURL *easy)
{
    const struct curl_tlssessioninfo *session = NULL;
    struct tm until = {0};
    if (curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &session) != CURLE_OK || !session->internals)
        return 0;
    const X509 *peer = SSL_get0_peer_certificate(session->internals);
    if (!peer || ASN1_TIME_to_tm(X509_get0_notAfter(peer), &until) != 1)
        return 0;
    return (int64_t)timegm(&until) * 1000;
}

/* Of all heads and trailers of an answer: curl 7.88 bounds what stands before a body, and keeps for ever what
 * comes after it. */
enum { HEAD_BYTES_MAX = 512 * 1024 };

static size_t on_header(char *line, size_t unit, size_t count, void *context)
{
    struct exchange *exchange = context;
    exchange->head_bytes += unit * count;
    if (exchange->head_bytes > HEAD_BYTES_MAX)
        return 0;
    http_answer_line(&exchange->answer, line, unit * count);
    if (exchange->answer.response->certificate_until_ms == 0)
        exchange->answer.response->certificate_until_ms = certificate_until_ms(exchange->self->easy);
    return unit * count;
}

static size_t on_body(char *data, size_t unit, size_t count, void *context)
{
    struct exchange *exchange = context;
    bool goes_on = http_answer_take(&exchange->answer, status_of(exchange->self->easy), data, unit * count);
    return goes_on ? unit * count : 0;
}

static size_t on_part_read(char *out_bytes, size_t unit, size_t count, void *context)
{
    struct part_cursor *cursor = context;
    const struct http_part *part = cursor->part;
    size_t given = 0;
    if (cursor->offset >= part->size) /* curl asks once more: spare the database the question */
        return 0;
    struct err e = http_part_read(part, cursor->offset, out_bytes, unit * count, &given);
    if (err_is(&e)) {
        cursor->exchange->err = e;
        return CURL_READFUNC_ABORT;
    }
    cursor->offset += (int64_t)given;
    return given;
}

static int on_part_seek(void *context, curl_off_t offset, int origin)
{
    struct part_cursor *cursor = context;
    if (origin != SEEK_SET)
        return CURL_SEEKFUNC_CANTSEEK;
    cursor->offset = offset;
    return CURL_SEEKFUNC_OK;
}

static bool is_the_moment(const struct exchange *exchange, curl_off_t up_total, curl_off_t up)
{
    curl_off_t taken_us = 0;
    if (!exchange->request->meanwhile || exchange->is_told || up_total <= 0)
        return false;
    curl_easy_getinfo(exchange->self->easy, CURLINFO_TOTAL_TIME_T, &taken_us);
    return up == up_total || (up > 0 && taken_us >= FULL_AFTER_US);
}

/* curl asks after every piece it moved and about once a second. */
static int on_progress(void *context, curl_off_t down_total, curl_off_t down, curl_off_t up_total,
                       curl_off_t up)
{
    struct exchange *exchange = context;
    const struct http_curl *self = exchange->self;

    (void)down_total, (void)down;
    if (is_the_moment(exchange, up_total, up)) {
        exchange->is_told = true;
        exchange->request->meanwhile(exchange->request->meanwhile_context);
    }
    return self->stopped && self->stopped(self->stopped_context);
}

/* curl keeps a copy of what is small, and so sends it in one piece with what is beside it. It calls back for
 * one part only in a piece: a large one, which is copied once less. */
static CURLcode set_bytes(curl_mimepart *made, struct part_cursor *cursor)
{
    const struct http_part *part = cursor->part;
    if (part->bytes && part->size <= COPIED_MAX)
        return curl_mime_data(made, part->bytes, (size_t)part->size);
    return curl_mime_data_cb(made, part->size, on_part_read, on_part_seek, NULL, cursor);
}

static struct err add_parts(struct http_curl *self, curl_mime *mime, struct exchange *exchange,
                            struct part_cursor *cursors)
{
    for (size_t i = 0; i < exchange->request->part_count; i++) {
        const struct http_part *part = &exchange->request->parts[i];
        cursors[i] = (struct part_cursor){.part = part, .exchange = exchange};
        curl_mimepart *made = curl_mime_addpart(mime);
        if (!made || curl_mime_name(made, part->name) || curl_mime_filename(made, part->filename) ||
            curl_mime_type(made, part->content_type) || set_bytes(made, &cursors[i]))
            return err_no_memory(MODULE);
    }
    curl_easy_setopt(self->easy, CURLOPT_MIMEPOST, mime);
    return err_ok();
}

/* ---- one exchange ---- */

static struct err add_header(struct http_curl *self, const char *line)
{
    struct curl_slist *longer = curl_slist_append(self->headers, line);
    if (!longer)
        return err_no_memory(MODULE);
    self->headers = longer;
    return err_ok();
}

static struct err set_headers(struct http_curl *self, const struct http_request *request)
{
    char line[HTTP_ETAG_MAX + 32];

    for (size_t i = 0; i < request->header_count; i++)
        TRY(add_header(self, request->headers[i]));
    if (request->if_none_match && *request->if_none_match) {
        snprintf(line, sizeof line, "If-None-Match: %s", request->if_none_match);
        TRY(add_header(self, line));
    }
    if (request->json)
        TRY(add_header(self, "Content-Type: application/json"));
    curl_easy_setopt(self->easy, CURLOPT_HTTPHEADER, self->headers);
    return err_ok();
}

static CURLcode on_tls(CURL *easy, void *tls, void *context)
{
    struct http_curl *self = context;
    int64_t at_ms = self->certificate_ms(self->certificate_context);
    (void)easy;
    self->judged_ms = at_ms;
    if (at_ms > 0)
        X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(tls), (time_t)(at_ms / 1000));
    return CURLE_OK;
}

/* A connection that was judged by another time is not kept: at the floor an old certificate may have passed.
 */
static bool is_judged_anew(struct http_curl *self)
{
    return self->certificate_ms && self->certificate_ms(self->certificate_context) != self->judged_ms;
}

static void set_endpoint(struct http_curl *self)
{
    CURL *easy = self->easy;
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "yizhan/" YIZHAN_VERSION);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, self->connect_timeout_ms);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)CRAWL_BYTES_PER_S);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)(self->stall_timeout_ms + 999) / 1000);
    if (self->ca) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, self->ca);
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL); /* Debian's curl believes its folder's besides */
    }
    if (self->client_cert)
        curl_easy_setopt(easy, CURLOPT_SSLCERT, self->client_cert);
    if (self->certificate_ms) {
        curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_tls);
        curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, self);
    }
    if (self->user) {
        curl_easy_setopt(easy, CURLOPT_USERNAME, self->user);
        curl_easy_setopt(easy, CURLOPT_PASSWORD, self->password ? self->password : "");
    }
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
}

static void set_exchange(struct http_curl *self, struct exchange *exchange)
{
    CURL *easy = self->easy;
    curl_easy_setopt(easy, CURLOPT_URL, exchange->request->url);
    curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L); /* undoes the method of the exchange before */
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, exchange->request->method == HTTP_PATCH ? "PATCH" : NULL);
    if (exchange->request->method == HTTP_HEAD)
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    if (exchange->request->json)
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, exchange->request->json);
    curl_easy_setopt(easy, CURLOPT_HTTPAUTH, self->auth);
    curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE,
                     exchange->request->method == HTTP_HEAD ? (curl_off_t)0
                                                            : (curl_off_t)exchange->request->max_body);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, exchange);
}

static bool is_offline(CURL *easy)
{
    long os_errno = 0;
    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &os_errno);
    return os_errno == ENETUNREACH || os_errno == ENETDOWN || os_errno == EHOSTUNREACH ||
           os_errno == EADDRNOTAVAIL;
}

static enum http_failure failure_of(CURL *easy, CURLcode code)
{
    curl_off_t request_begun_us = 0;

    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return HTTP_CLIENT_OFFLINE;
    case CURLE_COULDNT_CONNECT:
        return is_offline(easy) ? HTTP_CLIENT_OFFLINE : HTTP_SERVER_OFFLINE;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
        return HTTP_TLS_FAILED;
    default:
        curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &request_begun_us);
        return request_begun_us > 0 ? HTTP_CUT : HTTP_SERVER_OFFLINE;
    }
}

static void take_counts(CURL *easy, struct http_response *response)
{
    long head_sent = 0, head_received = 0;
    curl_off_t sent = 0, received = 0;
    curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &head_sent);
    curl_easy_getinfo(easy, CURLINFO_HEADER_SIZE, &head_received);
    curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &sent);
    curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &received);
    response->bytes_sent += head_sent + sent;
    response->bytes_received += head_received + received;
    response->status = status_of(easy);
}

/* A Digest or Basic challenge, once seen, is answered ahead from then on: else every body travels twice. */
static void remember_challenge(struct http_curl *self)
{
    long offered = 0;
    curl_easy_getinfo(self->easy, CURLINFO_HTTPAUTH_AVAIL, &offered);
    if (offered & (long)CURLAUTH_DIGEST)
        self->auth = (long)CURLAUTH_DIGEST;
    else if (offered & (long)CURLAUTH_BASIC)
        self->auth = (long)CURLAUTH_BASIC;
}

static struct err outcome(struct http_curl *self, struct exchange *exchange, CURLcode code)
{
    struct http_response *response = exchange->answer.response;

    take_counts(self->easy, response);
    TRY(exchange->err);
    TRY(exchange->answer.err);
    /* By what it says of itself: not a byte of it was fetched. */
    if (code == CURLE_FILESIZE_EXCEEDED && http_answer_is_wanted(exchange->request, response->status))
        return http_answer_too_large(exchange->request);
    if (code == CURLE_OK || code == CURLE_FILESIZE_EXCEEDED || exchange->answer.is_enough) {
        remember_challenge(self);
        if (response->status != 200 && response->status != 206 && response->status != 304)
            response->etag[0] = '\0';
        return err_ok();
    }
    response->failure = failure_of(self->easy, code);
    response->status = 0;
    return err_make(ERR_RETRY, MODULE, (int)code, "%s", curl_easy_strerror(code));
}

static struct err perform(struct http_curl *self, struct exchange *exchange, struct part_cursor *cursors,
                          bool fresh, CURLcode *out_code)
{
    curl_mime *mime = NULL;
    struct err e = err_ok();

    set_exchange(self, exchange);
    curl_easy_setopt(self->easy, CURLOPT_FRESH_CONNECT, fresh ? 1L : 0L);
    e = set_headers(self, exchange->request);
    if (err_is(&e))
        goto out;
    if (exchange->request->method == HTTP_POST && !exchange->request->json) {
        mime = curl_mime_init(self->easy);
        e = mime ? add_parts(self, mime, exchange, cursors) : err_no_memory(MODULE);
        if (err_is(&e))
            goto out;
    }
    *out_code = curl_easy_perform(self->easy);
    e = outcome(self, exchange, *out_code);
out:
    curl_mime_free(mime);
    curl_slist_free_all(self->headers);
    self->headers = NULL;
    return e;
}

/* A platform closes idle connections (Central after 5 s); the reset that greets the next request on one says
 * nothing about the link. Nothing was answered, and the same bytes may be sent twice. A connection that took
 * more than its first buffers was not stale. */
static bool met_a_stale_connection(CURL *easy, const struct http_response *response)
{
    long connections = 1, head_received = 0;
    curl_off_t sent = 0;
    curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &connections);
    curl_easy_getinfo(easy, CURLINFO_HEADER_SIZE, &head_received);
    curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &sent);
    return response->failure == HTTP_CUT && connections == 0 && head_received == 0 && sent <= STALE_SENT_MAX;
}

static struct err exchange_curl(struct http *http, const struct http_request *request,
                                struct http_response *out_response)
{
    struct http_curl *self = (struct http_curl *)http;
    struct exchange exchange = {
        .self = self, .request = request, .answer = {.request = request, .response = out_response}};
    CURLcode code = CURLE_OK;

    struct part_cursor *cursors = calloc(request->part_count + 1, sizeof *cursors);
    if (!cursors)
        return err_no_memory(MODULE);
    struct err e = perform(self, &exchange, cursors, is_judged_anew(self), &code);
    if (err_is(&e) && code != CURLE_ABORTED_BY_CALLBACK && code != CURLE_OPERATION_TIMEDOUT &&
        met_a_stale_connection(self->easy, out_response)) {
        out_response->failure = HTTP_ANSWERED;
        e = perform(self, &exchange, cursors, true, &code);
    }
    free(cursors);
    return e;
}

/* ---- life ---- */

static void destroy_curl(struct http *http)
{
    struct http_curl *self = (struct http_curl *)http;
    curl_easy_cleanup(self->easy);
    free(self->user);
    if (self->password)
        wipe(self->password, strlen(self->password));
    free(self->password);
    free(self->ca);
    free(self->client_cert);
    free(self);
}

/* NULL for nothing; *failed latches a lack of memory. */
static char *copy(const char *text, bool *failed)
{
    if (!text || !*text)
        return NULL;
    char *copied = strdup(text);
    *failed |= !copied;
    return copied;
}

struct err http_curl_create(const struct http_curl_config *config, struct http **out_http)
{
    struct http_curl *self = calloc(1, sizeof *self);
    bool failed = false;

    if (!self)
        return err_no_memory(MODULE);
    *self = (struct http_curl){
        .http = {.exchange = exchange_curl, .destroy = destroy_curl},
        .easy = curl_easy_init(),
        .stopped = config->stopped,
        .stopped_context = config->stopped_context,
        .certificate_ms = config->certificate_ms,
        .certificate_context = config->certificate_context,
        .connect_timeout_ms = config->connect_timeout_ms,
        .stall_timeout_ms = config->stall_timeout_ms,
        .auth = (long)(CURLAUTH_BASIC | CURLAUTH_DIGEST),
        .user = copy(config->user, &failed),
        .password = copy(config->password, &failed),
        .ca = copy(config->ca, &failed),
        .client_cert = copy(config->client_cert, &failed),
    };
    if (failed || !self->easy) {
        destroy_curl(&self->http);
        return err_no_memory(MODULE);
    }
    set_endpoint(self);
    *out_http = &self->http;
    return err_ok();
}
