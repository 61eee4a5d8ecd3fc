/*
 * What a clerk should know about a service's guide.csv before publishing: keys that a kiosk does not know or
 * misses, a language left out, papers nobody can bring because they are not named. Advice only: a kiosk
 * offers the form all the same. The keys are those of docs/ADDING_A_SERVICE.md.
 */
#ifndef YIZHAN_CTL_GUIDE_CHECK_H
#define YIZHAN_CTL_GUIDE_CHECK_H

#include "app/ctl/advice.h"
#include "app/form/xform.h"

/* bytes: the file as it is, in UTF-8 or GB18030. */
void guide_check(const char *bytes, size_t length, const struct xform *form, struct advice *advice);

#endif
