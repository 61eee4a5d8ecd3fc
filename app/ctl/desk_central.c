#include "app/ctl/desk_central.h"

#include "board/base/wipe.h"
#include "offline/credentials.h"
#include "offline/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char MODULE[] = "central";

enum {
    CONNECT_TIMEOUT_MS = 20 * 1000,
    STALL_TIMEOUT_MS = 60 * 1000,
    BODY_BYTES_MAX = 64 << 20,
    AUTHORIZATION_SIZE = 512
};

struct central {
    struct http *http;
    char url[DESK_PATH_SIZE];
    char authorization[AUTHORIZATION_SIZE]; /* a header line; "" before signing in */
};

/* Central's errors are {"message": ...}: a sentence for people. */
static struct err refusal(const struct http_response *response, const char *path)
{
    json_t *body = json_loadb(buf_text(&response->body), response->body.length, 0, NULL);
    const char *message = json_string_value(json_object_get(body, "message"));
    bool is_credentials = response->status == 401 || response->status == 403;
    struct err e =
        err_make(is_credentials ? ERR_REFUSED : ERR_DATA, MODULE, response->status, "%.120s: %d %.200s", path,
                 response->status, message ? message : "and no word why");
    json_decref(body);
    return e;
}

static struct err exchange(struct central *central, enum http_method method, const char *path,
                           const char *json, struct buf *out_body)
{
    char url[HTTP_URL_MAX];
    const char *headers[] = {central->authorization};
    struct http_response response;
    snprintf(url, sizeof url, "%s%s", central->url, path);
    const struct http_request request = {
        .method = method,
        .url = url,
        .headers = headers,
        .header_count = *central->authorization ? 1 : 0,
        .json = json,
        .max_body = BODY_BYTES_MAX,
    };
    http_response_init(&response);
    struct err e = central->http->exchange(central->http, &request, &response);
    if (err_is(&e))
        e = err_make(e.class, MODULE, 0, "no answer from %.120s: %.80s", central->url, e.text);
    else if (response.status < 200 || response.status > 299)
        e = refusal(&response, path);
    else if (out_body)
        buf_append(out_body, buf_text(&response.body), response.body.length);
    http_response_finish(&response);
    return e;
}

static struct err send_json(struct central *central, enum http_method method, const char *path, json_t *body,
                            struct buf *out_body)
{
    char *text = json_dumps(body, JSON_COMPACT);
    json_decref(body);
    if (!text)
        return err_no_memory(MODULE);
    struct err e = exchange(central, method, path, text, out_body);
    wipe(text, strlen(text));
    free(text);
    return e;
}

static struct err read_json(const struct buf *body, const char *path, json_t **out_json)
{
    *out_json = json_loadb(buf_text(body), body->length, 0, NULL);
    return *out_json ? err_ok() : err_make(ERR_DATA, MODULE, 0, "%.120s was not answered in JSON", path);
}

static struct err sign_in(struct central *central, const char *user, const char *password)
{
    struct buf answer;
    json_t *session = NULL;
    buf_init_private(&answer);
    struct err e = send_json(central, HTTP_POST, "/sessions",
                             json_pack("{s:s, s:s}", "email", user, "password", password), &answer);
    if (!err_is(&e))
        e = read_json(&answer, "/sessions", &session);
    const char *token = json_string_value(json_object_get(session, "token"));
    if (!err_is(&e) && !token)
        e = err_make(ERR_DATA, MODULE, 0, "Central answered without a session token");
    if (!err_is(&e))
        snprintf(central->authorization, sizeof central->authorization, "Authorization: Bearer %s", token);
    json_decref(session);
    buf_finish(&answer);
    return e;
}

struct err central_open(const struct desk_config *config, struct central **out_central)
{
    const struct http_curl_config http = {
        .ca = config->ca, .connect_timeout_ms = CONNECT_TIMEOUT_MS, .stall_timeout_ms = STALL_TIMEOUT_MS};
    struct central *central = calloc(1, sizeof *central);
    struct buf password;
    if (!central)
        return err_no_memory(MODULE);
    buf_init_private(&password);
    snprintf(central->url, sizeof central->url, "%s", config->url);
    struct err e = credentials_read(config->password_file, &password);
    if (!err_is(&e))
        e = http_curl_create(&http, &central->http);
    if (!err_is(&e))
        e = sign_in(central, config->user, buf_text(&password));
    buf_finish(&password);
    if (err_is(&e))
        central_close(&central);
    else
        *out_central = central;
    return e;
}

void central_close(struct central **central)
{
    if (!central || !*central)
        return;
    http_destroy(&(*central)->http);
    wipe(*central, sizeof **central);
    free(*central);
    *central = NULL;
}

struct err central_get(struct central *central, const char *path, struct buf *out_body)
{
    return exchange(central, HTTP_GET, path, NULL, out_body);
}

struct err central_get_json(struct central *central, const char *path, json_t **out_json)
{
    struct buf body = {0};
    struct err e = central_get(central, path, &body);
    if (!err_is(&e))
        e = read_json(&body, path, out_json);
    buf_finish(&body);
    return e;
}

struct err central_post(struct central *central, const char *path, json_t *body)
{
    return send_json(central, HTTP_POST, path, body, NULL);
}

struct err central_patch(struct central *central, const char *path, json_t *body)
{
    return send_json(central, HTTP_PATCH, path, body, NULL);
}

void central_escape(struct buf *path, const char *component)
{
    for (; *component; component++) {
        unsigned char byte = (unsigned char)*component;
        bool is_plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                        (byte >= 'a' && byte <= 'z') || strchr("-._~", byte);
        if (is_plain)
            buf_append_byte(path, byte);
        else
            buf_printf(path, "%%%02X", byte);
    }
}
