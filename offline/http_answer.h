/* What comes in of one exchange: header lines and pieces of a body become a struct http_response. Whoever
 * carries the bytes calls; not thread-safe. */
#ifndef YIZHAN_OFFLINE_HTTP_ANSWER_H
#define YIZHAN_OFFLINE_HTTP_ANSWER_H

#include "offline/http.h"

struct http_answer {
    const struct http_request *request; /* borrowed */
    struct http_response *response;     /* borrowed, filled */
    struct err err;                     /* from the sink or a limit; ends the exchange */
    size_t body_bytes;
    bool is_enough; /* of a page: the rest is not wanted */
};

/* One header or status line, with or without its end. */
void http_answer_line(struct http_answer *answer, const char *line, size_t length);

/* False when no more shall come: err or is_enough says why. */
bool http_answer_take(struct http_answer *answer, int status, const char *data, size_t size);

/* Whether the body of this status is what was asked for, and not a page. */
bool http_answer_is_wanted(const struct http_request *request, int status);

/* The answer is larger than was asked for. */
struct err http_answer_too_large(const struct http_request *request);

#endif
