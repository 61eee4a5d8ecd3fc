/*
 * What a person at the kiosk would trip over in a form that the engine finds correct: words she cannot read
 * or hear, lists she cannot find herself in, answers she does not have with her. Advice only.
 */
#ifndef YIZHAN_CTL_CLERK_CHECK_H
#define YIZHAN_CTL_CLERK_CHECK_H

#include "app/form/xform.h"
#include "app/journey/guide.h"

struct clerk_report {
    /* ref: of the question, "" when it is about the whole form. hint: what to do. */
    void (*say)(void *context, const char *ref, const char *text, const char *hint);
    void *context;
};

/* guide: NULL when the form has none. *out_said: how often it had something to say. */
MUST_USE struct err clerk_check(const struct xform *form, const struct guide *guide,
                                struct clerk_report report, int *out_said);

#endif
