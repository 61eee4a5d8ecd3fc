/* What the author's tool says about a session, as JSON. See the protocol in docs/form-session.md. */
#ifndef YIZHAN_CTL_FORM_JSON_H
#define YIZHAN_CTL_FORM_JSON_H

#include "app/form/session.h"
#include <jansson.h>

struct xpath_value;

/* All return a new reference, NULL when there is no memory. */
json_t *form_json_strings(const char *const *items, size_t count);
/* What <submission> says: action, method and base64RsaPublicKey, null where it says nothing. */
json_t *form_json_submission(const struct xform *form);
json_t *form_json_languages(const struct xform *form);
json_t *form_json_violations(struct xform_session *session);
json_t *form_json_position(struct session_position position);
/* {"type","value"} of an XPath value. path tells a node's path. */
json_t *form_json_value(const struct xpath_value *value,
                        const char *(*path)(void *context, const struct node *node), void *context);
/* The node and all below it. */
MUST_USE struct err form_json_node(struct xform_session *session, const char *ref, json_t **out_node);

#endif
