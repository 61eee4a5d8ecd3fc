#include "board/base/clock.h"

#include "offline/crypto.h"
#include "tests/sim/sim_platform.h"
#include <stdio.h>
#include <string.h>

static const char form[] = "<h:html>pension 2026</h:html>";
static const char thanks[] = "<OpenRosaResponse xmlns=\"http://openrosa.org/http/response\"><message>full "
                             "submission upload was successful!"
                             "</message></OpenRosaResponse>";

/* ---- taking submissions ---- */

static struct sim_record *find(struct sim_platform *p, const char *number)
{
    for (int i = 0; i < p->record_count; i++) {
        if (strcmp(p->records[i].number, number) == 0)
            return &p->records[i];
    }
    return NULL;
}

const struct sim_record *sim_platform_find(const struct sim_platform *platform, const char *number)
{
    for (int i = 0; i < platform->record_count; i++) {
        if (strcmp(platform->records[i].number, number) == 0)
            return &platform->records[i];
    }
    return NULL;
}

/* Reads a part as a network would, in pieces; compares with what the application was made of. */
static struct err read_part(const struct http_part *part, char *out_begin, size_t capacity,
                            bool *out_is_pattern)
{
    static uint8_t piece[7000];
    size_t got = 1;
    int64_t at = 0;
    *out_is_pattern = true;
    while (at < part->size && got > 0) {
        TRY(http_part_read(part, at, piece, sizeof piece, &got));
        bool is_pattern = true;
        for (size_t i = 0; i < got; i++)
            is_pattern &= piece[i] == (uint8_t)(((size_t)at + i) * 7);
        for (size_t i = (size_t)at; i - (size_t)at < got && i < capacity - 1; i++)
            out_begin[i] = (char)piece[i - (size_t)at];
        *out_is_pattern &= is_pattern;
        at += (int64_t)got;
    }
    out_begin[(size_t)at < capacity ? (size_t)at : capacity - 1] = 0;
    return at == part->size ? err_ok() : err_make(ERR_DATA, "sim", 0, "a part is shorter than it said");
}

static struct err take_file(struct sim_platform *p, struct sim_record *record, const struct http_part *part)
{
    char begin[64];
    bool is_pattern;
    TRY(read_part(part, begin, sizeof begin, &is_pattern));
    if (strcmp(part->name, "submission.xml.enc") == 0) {
        p->altered += strcmp(begin, "sealed instance") != 0;
        record->has_xml = true;
    } else {
        p->altered += !is_pattern;
        record->has_portrait = true;
    }
    return err_ok();
}

/* *out_status 201, or 409 for other bytes under a known number. */
static struct err take(struct sim_platform *p, const struct http_request *request, int *out_status)
{
    char manifest[96], number[CASE_NUMBER_SIZE] = "";
    bool unused;
    TRY(read_part(&request->parts[0], manifest, sizeof manifest, &unused));
    if (sscanf(manifest, "<data id=\"pension\">%10[0-9]", number) != 1)
        return err_make(ERR_DATA, "sim", 0, "a manifest that is none");
    struct sim_record *record = find(p, number);
    if (record && strcmp(record->manifest, manifest) != 0) {
        p->altered++;
        *out_status = 409;
        return err_ok();
    }
    if (!record) {
        record = &p->records[p->record_count++];
        snprintf(record->number, sizeof record->number, "%s", number);
        snprintf(record->manifest, sizeof record->manifest, "%s", manifest);
    }
    for (size_t i = 1; i < request->part_count; i++)
        TRY(take_file(p, record, &request->parts[i]));
    *out_status = 201;
    return err_ok();
}

/* ---- answering ---- */

static struct err answer(struct http_response *response, int status, bool marked, const char *body)
{
    response->failure = HTTP_ANSWERED;
    response->status = status;
    response->has_openrosa_version = marked;
    snprintf(response->content_type, sizeof response->content_type, "%s", marked ? "text/xml" : "text/html");
    buf_append_text(&response->body, body);
    return buf_check(&response->body, "sim");
}

static struct err no_answer(struct http_response *response, enum http_failure failure)
{
    response->failure = failure;
    return err_make(ERR_RETRY, "http", 0, "%s", http_failure_name(failure));
}

static struct err list_forms(struct http_response *response)
{
    uint8_t md5[CRYPTO_DIGEST_MAX];
    char hex[2 * CRYPTO_DIGEST_MAX + 1], list[512];
    TRY(crypto_digest("MD5", form, strlen(form), md5, NULL));
    crypto_hex(md5, 16, hex);
    snprintf(
        list, sizeof list,
        "<xforms "
        "xmlns=\"http://openrosa.org/xforms/xformsList\"><xform><formID>pension</formID><name>pension</name>"
        "<version>2026</version><hash>md5:%s</hash><downloadUrl>" SIM_URL
        "/forms/pension.xml</downloadUrl></xform>"
        "</xforms>",
        hex);
    return answer(response, 200, true, list);
}

static struct err serve(struct sim_platform *p, const struct http_request *request,
                        struct http_response *response)
{
    int status = 201;
    if (request->method == HTTP_HEAD)
        return answer(response, 204, true, "");
    if (request->method == HTTP_GET && strstr(request->url, "formList"))
        return list_forms(response);
    if (request->method == HTTP_GET) {
        TRY(answer(response, 200, true, request->sink ? "" : form));
        return request->sink ? request->sink(request->sink_context, form, strlen(form)) : err_ok();
    }
    p->posts++;
    TRY(take(p, request, &status));
    response->bytes_sent = 100;
    return answer(response, status, true, thanks);
}

/* What an answer becomes on its way. */
static struct err interfere(struct sim_platform *p, const struct http_request *request,
                            struct http_response *response, int64_t mischief)
{
    struct http_response lost;
    struct err e;
    switch (mischief) {
    case 0:
        return no_answer(response, HTTP_CLIENT_OFFLINE);
    case 1:
        return no_answer(response, HTTP_SERVER_OFFLINE);
    case 2:
        return no_answer(response, HTTP_CUT);
    case 3:
        return answer(response, 200, false, "<html>welcome to the hotel</html>");
    case 4:
        response->retry_after_s = (int)dice_below(p->dice, 7200);
        return answer(response, 503, true, "<html>busy</html>");
    case 5:
        return answer(response, dice_one_in(p->dice, 2) ? 500 : 429, true, "{}");
    case 6:
        return answer(response, 401, false, "");
    case 7: /* a proxy in front finds it too large */
        return answer(response, request->part_count > 2 ? 413 : 502, false, "<html>proxy</html>");
    default:
        break;
    }
    /* taken, but the answer is lost, or a race makes it a conflict, or the network repeats it */
    http_response_init(&lost);
    e = serve(p, request, &lost);
    http_response_finish(&lost);
    if (err_is(&e) || mischief == 8)
        return err_is(&e) ? e : no_answer(response, HTTP_CUT);
    if (mischief == 9 && request->method == HTTP_POST)
        return answer(response, 409, true, thanks);
    return serve(p, request, response);
}

static struct err exchange(struct http *http, const struct http_request *request,
                           struct http_response *response)
{
    struct sim_platform *p = (struct sim_platform *)http;
    if (p->is_down)
        return no_answer(response, HTTP_SERVER_OFFLINE);
    response->date_ms = p->clock->wall_now_ms;
    if (request->meanwhile && !dice_one_in(p->dice, 4)) /* curl may never find the moment */
        request->meanwhile(request->meanwhile_context);
    if (!p->chaos || !dice_one_in(p->dice, 3))
        return serve(p, request, response);
    p->faults++;
    return interfere(p, request, response, dice_below(p->dice, 11));
}

static void destroy(struct http *http)
{
    (void)http;
}

void sim_platform_init(struct sim_platform *platform, struct dice *dice, const struct clock_fake *clock)
{
    *platform = (struct sim_platform){
        .http = {.exchange = exchange, .destroy = destroy}, .dice = dice, .clock = clock};
}
