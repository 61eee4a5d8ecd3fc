/* "You may also claim this." */
#ifndef YIZHAN_JOURNEY_SUGGEST_H
#define YIZHAN_JOURNEY_SUGGEST_H

#include "board/base/err.h"

struct journey;

/* This service is finished: nobody suggests it again. */
void suggest_done(struct journey *journey);
/* Looks anew which services fit the card of this visit. */
void suggest_find(struct journey *journey);
/* Of the index-th service of the catalogue. */
bool suggest_has(const struct journey *journey, size_t index);

#endif
