#include "tests/fleet/web_server.h"

#include "tests/unit/cmocka.h"

#include <stdio.h>
#include <string.h>

enum { CHUNK = 4096 };

uint64_t web_roll(struct web_server *server)
{
    server->dice = server->dice * 6364136223846793005u + 1442695040888963407u;
    return server->dice >> 33;
}

static struct err no_memory_of(struct err e)
{
    assert_false(err_is(&e) && e.class == ERR_SPACE);
    return e;
}

static struct err answer_file(struct web_server *server, const struct http_request *request,
                              struct http_response *response)
{
    long long from = 0, to = (long long)server->file.length - 1;
    bool is_same = true, has_range = false;
    for (size_t i = 0; i < request->header_count; i++) {
        has_range |= sscanf(request->headers[i], "Range: bytes=%lld-%lld", &from, &to) == 2;
        if (strncmp(request->headers[i], "If-Range: ", 10) == 0)
            is_same = strcmp(request->headers[i] + 10, server->etag) == 0;
    }
    bool is_part = has_range && server->gives_ranges && is_same;
    from = is_part ? from : 0;
    to = is_part ? to : (long long)server->file.length - 1;
    response->status = is_part ? 206 : 200;
    response->range_from = is_part ? from : -1;
    response->range_of = is_part ? (int64_t)server->file.length : -1;
    snprintf(response->etag, sizeof response->etag, "%s", server->etag);
    int64_t left = to + 1 - from;
    if (server->cut_one_in && web_roll(server) % server->cut_one_in == 0)
        left = (int64_t)(web_roll(server) % (uint64_t)left);
    bool is_cut = left < to + 1 - from;
    for (int64_t at = from; left > 0;) {
        size_t size = left < CHUNK ? (size_t)left : CHUNK;
        TRY(request->sink(request->sink_context, server->file.data + at, size));
        clock_fake_advance(server->clock, (int64_t)size * 1000 / WEB_LINK_BYTES_S);
        server->served += (int64_t)size;
        at += (int64_t)size;
        left -= (int64_t)size;
    }
    response->failure = is_cut ? HTTP_CUT : HTTP_ANSWERED;
    return is_cut ? err_make(ERR_RETRY, "http", 0, "cut") : err_ok();
}

static struct err exchange(struct http *http, const struct http_request *request,
                           struct http_response *response)
{
    struct web_server *server = (struct web_server *)http;
    server->exchanges++;
    if (!strstr(request->url, ".cms"))
        return no_memory_of(answer_file(server, request, response));
    response->status = server->descriptor.length ? 200 : 404;
    buf_append(&response->body, buf_text(&server->descriptor), server->descriptor.length);
    return err_ok();
}

static void destroy_nothing(struct http *http)
{
    (void)http;
}

bool web_is_interrupted(void *context)
{
    return ((struct web_server *)context)->is_interrupted;
}

const struct http web_http = {exchange, destroy_nothing};
