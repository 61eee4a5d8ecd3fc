/*
 * What a clerk should mend in a form that this kiosk holds, and offers all the same: gaps in its guide, card
 * fields that no card fills, pictures that are none. The kiosk's side of `yizhanctl form check`.
 */
#ifndef YIZHAN_CTL_FORM_REMARKS_H
#define YIZHAN_CTL_FORM_REMARKS_H

#include "offline/formstore.h"

#include <jansson.h>

/* Appends one sentence each, with its file and line, to the array. A form that does not load has its reason
 * in the form store; nothing is added for it. Errors are the store's. */
MUST_USE struct err form_remarks(struct formstore *store, int64_t row, json_t *remarks);

#endif
