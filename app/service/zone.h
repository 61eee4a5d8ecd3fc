/* The time zone of this machine, read once at start: $TZ as a zone name, else /etc/localtime. */
#ifndef YIZHAN_SERVICE_ZONE_H
#define YIZHAN_SERVICE_ZONE_H

#include "app/form/tz.h"

/* An error leaves *out_tz alone: NULL then is UTC, which is wrong by some hours but serves. */
MUST_USE struct err zone_load(struct tz **out_tz);

#endif
