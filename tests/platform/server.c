/* The HTTP side: libmicrohttpd, a thread per connection. What an answer says is decided elsewhere. */
#include "tests/platform/platform.h"

#include "board/base/file.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

static const char MODULE[] = "platform";

enum { POST_BUFFER = 64 * 1024, IDLE_S = 5 };

/* ---- what comes in ---- */

static struct posted_part *part_named(struct request *request, const char *name, const char *filename)
{
    if (request->part_count > 0) {
        struct posted_part *last = &request->parts[request->part_count - 1];
        if (strcmp(last->name, name) == 0)
            return last;
    }
    struct posted_part *longer = realloc(request->parts, (request->part_count + 1) * sizeof *longer);
    if (!longer)
        return NULL;
    request->parts = longer;
    struct posted_part *part = &request->parts[request->part_count++];
    *part = (struct posted_part){0};
    snprintf(part->name, sizeof part->name, "%s", name);
    snprintf(part->filename, sizeof part->filename, "%s", filename ? filename : "");
    return part;
}

static enum MHD_Result on_part(void *context, enum MHD_ValueKind kind, const char *key, const char *filename,
                               const char *content_type, const char *encoding, const char *data,
                               uint64_t offset, size_t size)
{
    struct request *request = context;
    (void)kind, (void)content_type, (void)encoding, (void)offset;
    struct posted_part *part = part_named(request, key ? key : "", filename);
    if (!part)
        return MHD_NO;
    buf_append(&part->bytes, data, size);
    return part->bytes.failed ? MHD_NO : MHD_YES;
}

static const char *header(struct request *request, const char *name)
{
    const char *value = MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
    return value ? value : "";
}

static enum MHD_Result begin(struct platform *platform, struct MHD_Connection *connection, const char *path,
                             const char *method, void **state)
{
    struct request *request = calloc(1, sizeof *request);
    if (!request)
        return MHD_NO;
    *state = request;
    request->platform = platform;
    request->connection = connection;
    request->method = strdup(method);
    request->path = strdup(path);
    request->target = target_of(path);
    if (request->target.route != ROUTE_ADMIN)
        request->fault = faults_take(platform->faults, route_name(request->target.route), path);
    if (request->fault.kind == FAULT_CUT_BEFORE) {
        platform_log(platform, "%s %s: cut before the body", method, path);
        return MHD_NO;
    }
    request->too_large = strtoull(header(request, "Content-Length"), NULL, 10) > platform->options.max_body;
    if (request->target.route == ROUTE_SUBMISSION && strcmp(method, "POST") == 0)
        request->post = MHD_create_post_processor(connection, POST_BUFFER, on_part, request);
    return MHD_YES;
}

static enum MHD_Result take_body(struct request *request, const char *data, size_t size)
{
    request->received += size;
    if (request->fault.kind == FAULT_CUT_DURING) {
        platform_log(request->platform, "%s %s: cut in the body", request->method, request->path);
        return MHD_NO;
    }
    request->too_large |= request->received > request->platform->options.max_body;
    if (request->too_large)
        return MHD_YES;
    if (request->post)
        MHD_post_process(request->post, data, size);
    else if (request->target.route == ROUTE_ADMIN || request->target.route == ROUTE_CENTRAL)
        buf_append(&request->body, data, size);
    return MHD_YES;
}

/* ---- what goes out ---- */

/* Gives half a body, then breaks off: the client sees a connection cut in the middle of an answer. */
static ssize_t half_a_body(void *context, uint64_t at, char *out_bytes, size_t size)
{
    struct buf *body = context;
    size_t half = body->length / 2;
    if (at >= half)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    size_t given = half - (size_t)at < size ? half - (size_t)at : size;
    memcpy(out_bytes, body->data + at, given);
    return (ssize_t)given;
}

static void free_body(void *context)
{
    struct buf *body = context;
    buf_finish(body);
    free(body);
}

static struct MHD_Response *response_of(struct request *request, struct reply *reply)
{
    if (request->fault.kind != FAULT_CUT_ANSWER)
        return MHD_create_response_from_buffer(reply->body.length, (void *)(uintptr_t)buf_text(&reply->body),
                                               MHD_RESPMEM_MUST_COPY);
    struct buf *body = calloc(1, sizeof *body);
    if (!body)
        return NULL;
    buf_append(body, buf_text(&reply->body), reply->body.length);
    return MHD_create_response_from_callback(body->length, 4096, half_a_body, body, free_body);
}

static void add_headers(struct MHD_Response *response, const struct reply *reply)
{
    char seconds[16];
    if (reply->marked) {
        MHD_add_response_header(response, "X-OpenRosa-Version", "1.0");
        MHD_add_response_header(response, "X-OpenRosa-Accept-Content-Length", "100000000");
    }
    if (reply->content_type)
        MHD_add_response_header(response, "Content-Type", reply->content_type);
    if (*reply->etag)
        MHD_add_response_header(response, "ETag", reply->etag);
    if (reply->location)
        MHD_add_response_header(response, "Location", reply->location);
    if (reply->retry_after_s >= 0) {
        snprintf(seconds, sizeof seconds, "%d", reply->retry_after_s);
        MHD_add_response_header(response, "Retry-After", seconds);
    }
}

/* libmicrohttpd adds a true Date where there is none. */
static void add_wrong_date(struct MHD_Response *response, int ahead_s)
{
    char date[64];
    struct tm utc;
    time_t then = (time_t)(platform_now_ms() / 1000 + ahead_s);

    if (ahead_s == 0)
        return;
    gmtime_r(&then, &utc);
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &utc);
    MHD_add_response_header(response, "Date", date);
}

static enum MHD_Result send_reply(struct request *request, struct reply *reply)
{
    struct platform *platform = request->platform;
    struct MHD_Response *response = response_of(request, reply);
    enum MHD_Result result = MHD_NO;

    platform_log(platform, "%s %s: %d, %zu bytes in, %zu out", request->method, request->path, reply->status,
                 request->received, reply->body.length);
    if (!response)
        return MHD_NO;
    add_headers(response, reply);
    add_wrong_date(response, platform->options.date_ahead_s);
    if (reply->status == 401 && strcmp(platform->options.auth, "digest") == 0)
        result = MHD_queue_auth_fail_response2(request->connection, "yizhan", "opaque", response,
                                               request->stale_nonce ? MHD_YES : MHD_NO, MHD_DIGEST_ALG_MD5);
    else if (reply->status == 401)
        result = MHD_queue_basic_auth_fail_response(request->connection, "yizhan", response);
    else
        result = MHD_queue_response(request->connection, (unsigned)reply->status, response);
    MHD_destroy_response(response);
    return result;
}

/* ---- faults that need no understanding of the request ---- */

/* What somebody between the kiosk and the platform would say. */
static void reply_page(struct reply *reply, int status, const char *page)
{
    buf_clear(&reply->body);
    buf_append_text(&reply->body, page);
    reply->status = status;
    reply->content_type = "text/html";
    reply->marked = false;
}

static bool answer_by_fault(struct request *request, struct reply *reply)
{
    const struct fault *fault = &request->fault;

    switch (fault->kind) {
    case FAULT_PORTAL:
        *reply = (struct reply){.status = 200, .content_type = "text/html", .retry_after_s = -1};
        buf_append_text(&reply->body,
                        "<!DOCTYPE html><html><body>Please log in to the network.</body></html>");
        return true;
    case FAULT_REDIRECT:
        *reply =
            (struct reply){.status = 302, .location = "http://portal.invalid/login", .retry_after_s = -1};
        return true;
    case FAULT_LIE:
        *reply = (struct reply){.status = 201, .content_type = "text/html", .retry_after_s = -1};
        return true;
    case FAULT_STATUS:
        reply_message(reply, fault->status, "scripted fault");
        if (!fault->marked)
            reply_page(reply, fault->status, "<html><body>Gateway</body></html>");
        reply->retry_after_s = fault->retry_after_s;
        return true;
    default:
        return false;
    }
}

/* Those that come before the answer is made, and after. */
static void delay(struct request *request)
{
    if (request->fault.kind == FAULT_HANG)
        faults_hold(request->platform->faults, -1);
    else if (request->fault.kind == FAULT_SLOW)
        faults_hold(request->platform->faults, request->fault.delay_ms);
}

static void spoil(struct request *request, struct reply *reply)
{
    switch (request->fault.kind) {
    case FAULT_CONFLICT:
        buf_clear(&reply->body);
        reply_message(reply, 409, "submission has been deleted");
        break;
    case FAULT_EMPTY_LIST:
        buf_clear(&reply->body);
        reply->status = 200;
        buf_append_text(&reply->body, "<xforms xmlns=\"http://openrosa.org/xforms/xformsList\"/>");
        reply->etag[0] = '\0';
        break;
    case FAULT_LATE_ERROR: /* Central puts an ETag on its errors too */
        buf_clear(&reply->body);
        reply_message(reply, 500, "scripted fault");
        break;
    case FAULT_GARBAGE:
        buf_clear(&reply->body);
        reply->status = 200;
        buf_append_text(&reply->body, "<xforms><xform><formID>half");
        reply->etag[0] = '\0';
        break;
    default:
        break;
    }
}

static enum MHD_Result answer(struct request *request)
{
    struct reply reply = {.retry_after_s = -1};
    enum MHD_Result result = MHD_NO;

    delay(request);
    if (request->target.route == ROUTE_ADMIN)
        answer_admin(request, &reply);
    else if (answer_by_fault(request, &reply))
        ; /* somebody in between has answered */
    else if (request->target.route == ROUTE_CENTRAL)
        answer_central(request, &reply);
    else
        answer_openrosa(request, &reply);
    spoil(request, &reply);
    request->close_idle = request->fault.kind == FAULT_CLOSE_IDLE;
    if (request->fault.kind == FAULT_CUT_AFTER)
        platform_log(request->platform, "%s %s: %d, cut before the answer", request->method, request->path,
                     reply.status);
    else
        result = send_reply(request, &reply);
    buf_finish(&reply.body);
    return result;
}

/* ---- libmicrohttpd ---- */

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *path,
                                  const char *method, const char *version, const char *data, size_t *size,
                                  void **state)
{
    (void)version;
    if (!*state)
        return begin(context, connection, path, method, state);
    struct request *request = *state;
    if (*size > 0) {
        enum MHD_Result result = take_body(request, data, *size);
        *size = 0;
        return result;
    }
    return answer(request);
}

static void on_completed(void *context, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode how)
{
    struct platform *platform = context;
    struct request *request = *state;
    (void)how;
    if (!request)
        return;
    pthread_mutex_lock(&platform->lock);
    platform->requests++;
    platform->bytes_in += (int64_t)request->received;
    pthread_mutex_unlock(&platform->lock);
    if (request->close_idle)
        shutdown(MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd,
                 SHUT_RDWR);
    if (request->post)
        MHD_destroy_post_processor(request->post);
    for (size_t i = 0; i < request->part_count; i++)
        buf_finish(&request->parts[i].bytes);
    free(request->parts);
    buf_finish(&request->body);
    free(request->method);
    free(request->path);
    free(request);
    *state = NULL;
}

/* Paths are decoded where they are taken apart: a file name may hold an encoded slash. */
static size_t keep_encoded(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context, (void)connection;
    return strlen(text);
}

struct err server_start(struct platform *platform)
{
    struct sockaddr_in local = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    unsigned char secret[16];
    FILE *urandom = fopen("/dev/urandom", "r");

    local.sin_port = htons((uint16_t)platform->options.port);
    if (!urandom || fread(secret, sizeof secret, 1, urandom) != 1)
        memset(secret, 7, sizeof secret); /* a test's nonces need no strength */
    if (urandom)
        fclose(urandom);
    if (platform->options.tls)
        TRY(file_read(platform->options.tls, 1 << 20, &platform->tls_pem));
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_KEY, 0, platform->tls_pem.data},
        {MHD_OPTION_HTTPS_MEM_CERT, 0, platform->tls_pem.data},
        {MHD_OPTION_END, 0, NULL},
    };
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION;
    if (platform->options.tls)
        flags |= MHD_USE_TLS;
    else
        tls[0].option = MHD_OPTION_END;
    platform->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, platform, MHD_OPTION_SOCK_ADDR, &local, MHD_OPTION_NOTIFY_COMPLETED,
        on_completed, platform, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S, MHD_OPTION_UNESCAPE_CALLBACK,
        keep_encoded, NULL, MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_DIGEST_AUTH_RANDOM,
        sizeof secret, secret, MHD_OPTION_NONCE_NC_SIZE, 300u, MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
    if (!platform->daemon)
        return err_errno(MODULE, errno, "cannot listen on port %d", platform->options.port);
    platform->port = MHD_get_daemon_info(platform->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
    return err_ok();
}

void server_stop(struct platform *platform)
{
    faults_clear(platform->faults);
    if (platform->daemon)
        MHD_stop_daemon(platform->daemon);
    platform->daemon = NULL;
    buf_finish(&platform->tls_pem);
}
