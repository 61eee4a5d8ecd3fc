/*
 * ODK Central as a clerk's program meets it: its REST API, signed in as a web user. Only what the desk needs.
 *
 * Paths are below the API's base: "/projects/1/forms". Every function blocks until it is answered or given
 * up. err.code is the HTTP status of an answer that is no success, 0 when there was none. Source:
 * docs.getodk.org/central-api.
 */
#ifndef YIZHAN_CTL_DESK_CENTRAL_H
#define YIZHAN_CTL_DESK_CENTRAL_H

#include "app/ctl/desk_config.h"
#include "board/base/buf.h"
#include <jansson.h>

struct central;

/* Signs in. ERR_REFUSED when Central knows no such user or password. */
MUST_USE struct err central_open(const struct desk_config *config, struct central **out_central);
/* Takes NULL. */
void central_close(struct central **central);

/* Appends the body of a 200. */
MUST_USE struct err central_get(struct central *central, const char *path, struct buf *out_body);
MUST_USE struct err central_get_json(struct central *central, const char *path, json_t **out_json);
/* Take the body. The answer's own body is read and dropped. */
MUST_USE struct err central_post(struct central *central, const char *path, json_t *body);
MUST_USE struct err central_patch(struct central *central, const char *path, json_t *body);

/* Appends a path component percent-encoded. */
void central_escape(struct buf *path, const char *component);

#endif
