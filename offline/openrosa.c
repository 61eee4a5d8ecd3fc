#include "offline/openrosa.h"
#include "board/base/utf8.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const char MODULE[] = "openrosa";

/* ---- addresses ---- */

/* Length of "scheme://host:port" of an absolute http(s) URL, 0 when it is not one. */
static size_t origin_length(const char *url)
{
    size_t scheme = strncmp(url, "http://", 7) == 0 ? 7 : strncmp(url, "https://", 8) == 0 ? 8 : 0;
    if (scheme == 0)
        return 0;
    size_t host = strcspn(url + scheme, "/?#");
    return host == 0 ? 0 : scheme + host;
}

static bool is_printable(const char *url)
{
    for (; *url; url++) {
        if ((unsigned char)*url <= ' ' || *url == 0x7f || *url == '"' || *url == '<' || *url == '>')
            return false;
    }
    return true;
}

struct err openrosa_init(struct openrosa *client, struct http *http, const struct clock *clock,
                         const char *base)
{
    size_t length = strlen(base);

    while (length > 0 && base[length - 1] == '/')
        length--;
    if (origin_length(base) == 0 || origin_length(base) > length || strpbrk(base, "?#") ||
        !is_printable(base))
        return err_make(ERR_DATA, MODULE, 0, "url must be like https://host/path, without ? or #");
    if (length + sizeof "/submission" > sizeof client->base)
        return err_make(ERR_DATA, MODULE, 0, "url is too long");
    client->http = http;
    client->clock = clock;
    memcpy(client->base, base, length);
    client->base[length] = '\0';
    return err_ok();
}

struct err openrosa_own_url(const struct openrosa *client, const char *url, char out_url[HTTP_URL_MAX])
{
    char own[HTTP_URL_MAX];
    size_t foreign = origin_length(url);
    const char *path = url + foreign;
    int prefix = (int)origin_length(client->base);
    const char *separator = "";

    if (!is_printable(url) || strchr(url, '#') || strlen(url) >= HTTP_URL_MAX)
        return err_make(ERR_DATA, MODULE, 0, "unusable address from the platform");
    if (foreign == 0 && *url != '/') {
        if (strstr(url, "://"))
            return err_make(ERR_DATA, MODULE, 0, "address with a foreign scheme");
        prefix = (int)strlen(client->base);
        separator = "/";
    }
    if (foreign > 0 && *path != '/') /* "https://host" or "https://host?query" */
        separator = "/";
    int length = snprintf(own, sizeof own, "%.*s%s%s", prefix, client->base, separator, path);
    if (length < 0 || (size_t)length >= sizeof own)
        return err_make(ERR_DATA, MODULE, 0, "address from the platform is too long");
    memcpy(out_url, own, (size_t)length + 1);
    return err_ok();
}

/* ---- exchanges ---- */

/* RFC 7231 IMF-fixdate, whatever the locale. */
static void date_header(const struct clock *clock, char *out_line, size_t size)
{
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t now_s = (time_t)(clock->wall_ms(clock) / 1000);
    struct tm utc;
    gmtime_r(&now_s, &utc);
    snprintf(out_line, size, "Date: %s, %02d %s %04d %02d:%02d:%02d GMT", days[utc.tm_wday], utc.tm_mday,
             months[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

/* ERR_RETRY is "no answer", which the answer itself tells; the rest is for the caller. */
static struct err exchange(struct openrosa *client, enum openrosa_verb verb, struct http_request *request,
                           struct http_response *out_response, struct openrosa_answer *out_answer)
{
    char date[64];
    const char *headers[] = {"X-OpenRosa-Version: 1.0", date};

    date_header(client->clock, date, sizeof date);
    request->headers = headers;
    request->header_count = sizeof headers / sizeof headers[0];
    struct err e = client->http->exchange(client->http, request, out_response);
    if (err_is(&e) && e.class != ERR_RETRY && e.class != ERR_REFUSED)
        return e;
    *out_answer = openrosa_classify(verb, out_response);
    if (e.class == ERR_REFUSED)
        *out_answer = (struct openrosa_answer){.meaning = OPENROSA_LINK_DOWN, .trouble = OPENROSA_BAD_ANSWER};
    if (err_is(&e)) {
        snprintf(out_answer->message, sizeof out_answer->message, "%.150s", e.text);
        utf8_clean(out_answer->message);
    }
    return err_ok();
}

struct err openrosa_get(struct openrosa *client, const struct openrosa_fetch *fetch,
                        struct http_response *out_response, struct openrosa_answer *out_answer)
{
    char url[HTTP_URL_MAX];
    TRY(openrosa_own_url(client, fetch->url, url));
    struct http_request request = {
        .method = HTTP_GET,
        .url = url,
        .if_none_match = fetch->etag,
        .max_body = fetch->max_body,
        .sink = fetch->sink,
        .sink_context = fetch->sink_context,
    };
    TRY(exchange(client, fetch->verb, &request, out_response, out_answer));
    if (out_answer->meaning == OPENROSA_UNCHANGED && !(fetch->etag && *fetch->etag))
        *out_answer = (struct openrosa_answer){.meaning = OPENROSA_LINK_DOWN,
                                               .trouble = OPENROSA_NOT_THE_PLATFORM,
                                               .message = "HTTP 304 about what is not held"};
    return err_ok();
}

struct err openrosa_probe(struct openrosa *client, struct http_response *out_response,
                          struct openrosa_answer *out_answer)
{
    char url[HTTP_URL_MAX];
    TRY(openrosa_own_url(client, "submission", url));
    struct http_request request = {.method = HTTP_HEAD, .url = url, .max_body = OPENROSA_ANSWER_MAX_BYTES};
    return exchange(client, OPENROSA_PROBE, &request, out_response, out_answer);
}

struct err openrosa_submit(struct openrosa *client, const struct openrosa_submission *submission,
                           struct http_response *out_response, struct openrosa_answer *out_answer)
{
    char url[HTTP_URL_MAX];
    TRY(openrosa_own_url(client, "submission", url));
    struct http_request request = {
        .method = HTTP_POST,
        .url = url,
        .parts = submission->parts,
        .part_count = submission->part_count,
        .meanwhile = submission->meanwhile,
        .meanwhile_context = submission->meanwhile_context,
        .max_body = OPENROSA_ANSWER_MAX_BYTES,
    };
    return exchange(client, OPENROSA_SUBMIT, &request, out_response, out_answer);
}
