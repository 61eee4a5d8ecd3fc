#include "offline/http.h"

#include <string.h>

struct err http_read_memory(void *memory, int64_t offset, void *out_bytes, size_t size, size_t *out_read)
{
    const struct http_memory *from = memory;
    size_t at = (size_t)offset < from->size ? (size_t)offset : from->size;
    size_t left = from->size - at;
    *out_read = size < left ? size : left;
    memcpy(out_bytes, (const char *)from->data + at, *out_read);
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
