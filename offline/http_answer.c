/* Of curl only the reading of dates is used. */
#include "offline/http_answer.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char MODULE[] = "http";

/* Of an answer that is not what was asked for, this much is enough to know it by. */
enum { PAGE_MAX = 64 * 1024 };

/* ---- headers ---- */

static bool value_of(const char *line, size_t length, const char *name, char *out_value, size_t value_size)
{
    size_t name_length = strlen(name);
    if (length <= name_length || strncasecmp(line, name, name_length) != 0 || line[name_length] != ':')
        return false;
    const char *start = line + name_length + 1;
    const char *end = line + length;
    while (start < end && (*start == ' ' || *start == '\t'))
        start++;
    while (end > start && (unsigned char)end[-1] <= ' ')
        end--;
    size_t size = (size_t)(end - start);
    if (size >= value_size)
        return false;
    memcpy(out_value, start, size);
    out_value[size] = '\0';
    return true;
}

static long whole_number(const char *text)
{
    char *end = NULL;
    errno = 0;
    long number = strtol(text, &end, 10);
    return end == text || *end || number < 0 || errno ? -1 : number;
}

static void take_retry_after(struct http_response *response, const char *value)
{
    long seconds = whole_number(value);
    if (seconds < 0) {
        time_t until = curl_getdate(value, NULL);
        int64_t now_s = response->date_ms / 1000;
        seconds = until > 0 && now_s > 0 && until > now_s ? (long)(until - now_s) : -1;
    }
    response->retry_after_s = seconds > 1000000 ? 1000000 : (int)seconds;
}

/* "bytes 0-65535/1234567" (RFC 9110, 14.4) */
static void take_range(struct http_response *response, const char *value)
{
    long long from = -1, to = -1, of = -1;
    if (sscanf(value, "bytes %lld-%lld/%lld", &from, &to, &of) == 3 && from >= 0 && to >= from && of > to) {
        response->range_from = from;
        response->range_of = of;
    }
}

/* Another answer begins (100, or after a challenge): what the one before said is void. */
static void begin_again(struct http_response *response)
{
    response->has_openrosa_version = false;
    response->accept_length = -1;
    response->retry_after_s = -1;
    response->etag[0] = response->content_type[0] = '\0';
    response->range_from = response->range_of = -1;
    buf_clear(&response->body);
}

void http_answer_line(struct http_answer *answer, const char *line, size_t length)
{
    struct http_response *response = answer->response;
    char value[HTTP_ETAG_MAX];

    if (length > 5 && strncmp(line, "HTTP/", 5) == 0) {
        begin_again(response);
    } else if (value_of(line, length, "X-OpenRosa-Version", value, sizeof value)) {
        response->has_openrosa_version = true;
    } else if (value_of(line, length, "X-OpenRosa-Accept-Content-Length", value, sizeof value)) {
        response->accept_length = whole_number(value);
    } else if (value_of(line, length, "Date", value, sizeof value)) {
        time_t date = curl_getdate(value, NULL);
        response->date_ms = date > 0 ? (int64_t)date * 1000 : 0;
    } else if (value_of(line, length, "Retry-After", value, sizeof value)) {
        take_retry_after(response, value);
    } else if (value_of(line, length, "Content-Range", value, sizeof value)) {
        take_range(response, value);
    } else if (value_of(line, length, "Content-Type", value, sizeof value)) {
        snprintf(response->content_type, sizeof response->content_type, "%.63s", value);
    } else {
        value_of(line, length, "ETag", response->etag, sizeof response->etag);
    }
}

/* ---- bodies ---- */

struct err http_answer_too_large(const struct http_request *request)
{
    return err_make(ERR_REFUSED, MODULE, 0, "answer larger than %zu bytes", request->max_body);
}

bool http_answer_is_wanted(const struct http_request *request, int status)
{
    return request->sink ? status == 200 || status == 206 : status >= 200 && status < 300;
}

static bool keep(struct http_answer *answer, const char *data, size_t size)
{
    buf_append(&answer->response->body, data, size);
    answer->err = buf_check(&answer->response->body, MODULE);
    return !err_is(&answer->err);
}

/* Whoever does not send what was asked for gets no room for it, whatever room that would have had. */
static bool take_page(struct http_answer *answer, const char *data, size_t size)
{
    size_t left = PAGE_MAX - answer->response->body.length;
    answer->is_enough = size > left;
    return keep(answer, data, size < left ? size : left) && !answer->is_enough;
}

/* Only what was asked for goes to the sink: error pages are for the classifier to read. */
bool http_answer_take(struct http_answer *answer, int status, const char *data, size_t size)
{
    const struct http_request *request = answer->request;

    if (!http_answer_is_wanted(request, status))
        return take_page(answer, data, size);
    answer->body_bytes += size;
    if (answer->body_bytes > request->max_body) {
        answer->err = http_answer_too_large(request);
        return false;
    }
    if (!request->sink)
        return keep(answer, data, size);
    answer->err = request->sink(request->sink_context, data, size);
    return !err_is(&answer->err);
}
