/* What the files of the tour share. */
#ifndef YIZHAN_TESTS_UI_TOUR_PARTS_H
#define YIZHAN_TESTS_UI_TOUR_PARTS_H

#include "app/journey/states.h"
#include "tests/ui/tour.h"

/* walk: that of tour.c; the name is made of both words. */
typedef void tour_stop_at(const void *walk, const char *what, const char *variant);

/* To the guide of a service, with its session begun; a draft and cases of it as they lie there. */
void tour_open_service(struct tour *tour, size_t index);
void tour_stage_case(struct journey *journey);

void tour_troubles(struct tour *tour, size_t service, tour_stop_at *stop_at, const void *walk);

#endif
