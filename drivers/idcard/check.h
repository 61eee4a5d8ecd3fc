/* What on a card does not agree with the rest of it. Pure. */
#ifndef YIZHAN_IDCARD_CHECK_H
#define YIZHAN_IDCARD_CHECK_H

#include "drivers/idcard/idcard.h"

/* enum idcard_doubt bits of a decoded card. */
uint32_t idcard_doubts(const struct idcard *card);

/* A calendar date as YYYY-MM-DD; the parts are untouched when it is none. */
bool idcard_date_parse(const char *text, int *out_year, int *out_month, int *out_day);

#endif
