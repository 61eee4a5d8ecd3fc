/*
 * A form on the desk and a session of it, driven by JSON commands (docs/form-session.md). How authors, tests
 * and ODK's own suites drive the engine. One thread.
 */
#ifndef YIZHAN_CTL_FORM_DESK_H
#define YIZHAN_CTL_FORM_DESK_H

#include <jansson.h>

struct form_desk;

/* An empty desk; NULL when there is no memory. */
struct form_desk *form_desk_create(void);
/* Takes NULL, sets *desk to NULL. */
void form_desk_destroy(struct form_desk **desk);
/* The answer to one line, a new reference; a bad command gets {"ok":false,"error":..}. NULL when there is no
 * memory. */
json_t *form_desk_answer(struct form_desk *desk, const char *line, size_t length);

#endif
