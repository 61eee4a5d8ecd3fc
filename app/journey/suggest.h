/* "You may also claim this." */
#ifndef YIZHAN_JOURNEY_SUGGEST_H
#define YIZHAN_JOURNEY_SUGGEST_H

#include "board/base/err.h"

struct journey;
struct person;
struct visit;

/* This service is finished: nobody suggests it again. */
void suggest_done(struct visit *visit);
/* Looks anew which services fit the card of this visit. */
void suggest_find(struct journey *journey);
/* The index-th service of the catalogue may fit her. */
bool suggest_has(const struct person *person, size_t index);

#endif
