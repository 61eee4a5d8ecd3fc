#include "offline/http.h"

#include <string.h>

struct err http_part_read(const struct http_part *part, int64_t offset, void *out_bytes, size_t size,
                          size_t *out_read)
{
    if (!part->bytes)
        return part->read(part->context, offset, out_bytes, size, out_read);
    size_t left = offset < part->size ? (size_t)(part->size - offset) : 0;
    *out_read = size < left ? size : left;
    memcpy(out_bytes, (const char *)part->bytes + offset, *out_read);
    return err_ok();
}

void http_response_init(struct http_response *response)
{
    *response =
        (struct http_response){.accept_length = -1, .retry_after_s = -1, .range_from = -1, .range_of = -1};
    buf_init(&response->body);
}

void http_response_finish(struct http_response *response)
{
    buf_finish(&response->body);
}

void http_destroy(struct http **http)
{
    if (!http || !*http)
        return;
    (*http)->destroy(*http);
    *http = NULL;
}

const char *http_failure_name(enum http_failure failure)
{
    static const char *const names[] = {"answered", "client offline", "server offline", "tls", "cut"};
    return names[failure];
}
