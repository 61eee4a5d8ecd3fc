/*
 * Time zones from TZif bytes (RFC 8536, /usr/share/zoneinfo), read by the caller: no files here, no TZ
 * variable. Immutable, any thread.
 */
#ifndef YIZHAN_FORM_TZ_H
#define YIZHAN_FORM_TZ_H

#include "board/base/err.h"
#include <stddef.h>
#include <stdint.h>

struct tz;

/* bytes are borrowed during the call. ERR_DATA when they are not TZif version 1 to 4. */
MUST_USE struct err tz_create(const void *bytes, size_t length, struct tz **out_tz);
/* A zone that is always the same, e.g. 28800 for +08:00. */
MUST_USE struct err tz_create_fixed(int offset_s, struct tz **out_tz);
void tz_destroy(struct tz **tz);

/* Seconds east of UTC at a moment (seconds since 1970 UTC). tz NULL is UTC. */
int tz_offset_at(const struct tz *tz, int64_t utc_s);
/* The same for a local wall time: in a gap the offset before it, in an overlap the earlier moment's. */
int tz_offset_local(const struct tz *tz, int64_t local_s);

#endif
