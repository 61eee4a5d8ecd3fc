/*
 * What a person at the kiosk would trip over in a form that the engine finds correct: words she cannot read
 * or hear, lists she cannot find herself in, answers she does not have with her. Advice only.
 */
#ifndef YIZHAN_CTL_CLERK_CHECK_H
#define YIZHAN_CTL_CLERK_CHECK_H

#include "app/ctl/advice.h"
#include "app/form/xform.h"
#include "app/service/guide.h"

/* guide: NULL when the form has none. */
MUST_USE struct err clerk_check(const struct xform *form, const struct guide *guide, struct advice *advice);

/* The office knows a case by the number on the receipt: whoever shows a card gets one. Part of clerk_check().
 */
void clerk_check_number(const struct xform *form, struct advice *advice);

#endif
