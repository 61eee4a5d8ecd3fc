/* What a platform's answer means: the table of offline.md, row by row. */
#include "offline/openrosa.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static struct openrosa_answer trouble(enum openrosa_trouble why, const char *message)
{
    struct openrosa_answer answer = {.meaning = OPENROSA_LINK_DOWN, .trouble = why};
    snprintf(answer.message, sizeof answer.message, "%s", message);
    return answer;
}

static struct openrosa_answer unanswered(enum http_failure failure)
{
    static const enum openrosa_trouble why[] = {
        [HTTP_ANSWERED] = OPENROSA_CUT,
        [HTTP_CLIENT_OFFLINE] = OPENROSA_CLIENT_OFFLINE,
        [HTTP_SERVER_OFFLINE] = OPENROSA_SERVER_OFFLINE,
        [HTTP_TLS_FAILED] = OPENROSA_TLS,
        [HTTP_CUT] = OPENROSA_CUT,
    };
    return trouble(why[failure], "");
}

static struct openrosa_answer answer_of(enum openrosa_meaning meaning, enum openrosa_trouble why,
                                        const char *message)
{
    struct openrosa_answer answer = {.meaning = meaning, .trouble = why};
    snprintf(answer.message, sizeof answer.message, "%s", message);
    return answer;
}

static struct openrosa_answer strange_answer(int status)
{
    char message[64];
    bool is_portal = status < 400;
    snprintf(message, sizeof message, "HTTP %d without the platform's mark", status);
    return trouble(is_portal ? OPENROSA_CAPTIVE_PORTAL : OPENROSA_NOT_THE_PLATFORM, message);
}

/* 202 says "taken, not stored yet" in HTTP, "stored" in OpenRosa. 200 and 204 are nobody's receipt. */
static bool is_success(enum openrosa_verb verb, const struct http_response *response, bool has_body)
{
    bool marked = response->has_openrosa_version;

    switch (verb) {
    case OPENROSA_LIST:
        return response->status == 200 && marked;
    case OPENROSA_PLAIN:
        return response->status == 200 && strncasecmp(response->content_type, "text/html", 9) != 0;
    case OPENROSA_PROBE:
        return (response->status == 204 || response->status == 200) && marked;
    case OPENROSA_SUBMIT:
        return (response->status == 201 || response->status == 202) && marked && has_body;
    }
    return false;
}

/* is_ours: the platform's mark, or its kind of body (Central answers a revoked token 403 without the mark).
 */
static struct openrosa_answer refused(int status, bool is_ours, const char *message)
{
    switch (status) {
    case 401: /* a web server in front may keep the door */
        return answer_of(OPENROSA_CREDENTIALS, OPENROSA_REFUSED, message);
    case 408:
    case 429:
        return trouble(OPENROSA_BUSY, message);
    case 413: /* often answered by the proxy in front of the platform, which has no mark */
        return answer_of(OPENROSA_TOO_LARGE, OPENROSA_FINE, message);
    default:
        break;
    }
    /* Anybody's 404 page must not park a queue of good applications. */
    if (!is_ours)
        return strange_answer(status);
    if (status == 403)
        return answer_of(OPENROSA_CREDENTIALS, OPENROSA_REFUSED, message);
    return answer_of(status == 409 ? OPENROSA_CONFLICT : OPENROSA_REJECTED, OPENROSA_FINE, message);
}

/* 500 may be about this one application (Central: bytes that are not UTF-8), the others are about the server.
 */
static struct openrosa_answer failed(enum openrosa_verb verb, int status, const char *message)
{
    if (verb == OPENROSA_SUBMIT && status == 500)
        return answer_of(OPENROSA_SERVER_ERROR, OPENROSA_BUSY, message);
    return trouble(OPENROSA_BUSY, message);
}

struct openrosa_answer openrosa_classify(enum openrosa_verb verb, const struct http_response *response)
{
    char message[128] = "";
    int status = response->status;

    if (response->failure != HTTP_ANSWERED)
        return unanswered(response->failure);
    bool has_body =
        openrosa_read_response(buf_text(&response->body), response->body.length, message, sizeof message);
    if (is_success(verb, response, has_body))
        return answer_of(verb == OPENROSA_SUBMIT ? OPENROSA_ACCEPTED : OPENROSA_FETCHED, OPENROSA_FINE,
                         message);
    if (status == 304 && (verb == OPENROSA_LIST || verb == OPENROSA_PLAIN))
        return answer_of(OPENROSA_UNCHANGED, OPENROSA_FINE, "");
    if (status >= 400 && status < 500)
        return refused(status, response->has_openrosa_version || has_body, message);
    if (status >= 500)
        return failed(verb, status, message);
    return strange_answer(status);
}

const char *openrosa_meaning_name(enum openrosa_meaning meaning)
{
    static const char *const names[] = {
        "accepted", "fetched",   "unchanged", "link down",   "credentials refused",
        "conflict", "too large", "rejected",  "server error"};
    return names[meaning];
}

const char *openrosa_trouble_name(enum openrosa_trouble why)
{
    static const char *const names[OPENROSA_TROUBLE_COUNT] = {
        [OPENROSA_FINE] = "fine",
        [OPENROSA_CLIENT_OFFLINE] = "client offline",
        [OPENROSA_SERVER_OFFLINE] = "server offline",
        [OPENROSA_TLS] = "tls",
        [OPENROSA_CUT] = "cut",
        [OPENROSA_BUSY] = "busy",
        [OPENROSA_REFUSED] = "refused",
        [OPENROSA_CAPTIVE_PORTAL] = "captive portal",
        [OPENROSA_NOT_THE_PLATFORM] = "not the platform",
        [OPENROSA_NO_FORMS] = "no forms",
        [OPENROSA_BAD_ANSWER] = "bad answer",
    };
    return names[why];
}
