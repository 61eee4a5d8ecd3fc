/* JSON lines on a UNIX socket: one object a line in, one a line out, in order. Runs in the default main
 * context. */
#ifndef YIZHAN_STAND_LINES_H
#define YIZHAN_STAND_LINES_H

#include "board/base/err.h"
#include <jansson.h>

struct lines;

/* answer: called with each object (NULL: the line was none); returns the answer, a new reference. */
MUST_USE struct err lines_create(const char *path, json_t *(*answer)(void *context, json_t *command),
                                 void *context, struct lines **out_lines);
/* Closes and removes the socket. Takes NULL. */
void lines_destroy(struct lines **lines);

#endif
