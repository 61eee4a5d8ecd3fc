/*
 * The time below which no clock is believed, and how far the kiosk's clock can be believed above it.
 *
 * The floor is the newest of the time of this build, the last Date of a verified platform, a verified stick's
 * time. It lies in DIR/time.floor and only ever rises. A dead clock shows itself by lying below it; TLS
 * certificates are then judged at the floor, because a Date that would mend the clock could never arrive
 * otherwise. Any thread.
 */
#ifndef YIZHAN_OFFLINE_TIME_FLOOR_H
#define YIZHAN_OFFLINE_TIME_FLOOR_H

#include "board/base/clock.h"
#include "offline/outbox.h"

/* Wall milliseconds. A file that is missing or damaged leaves the time of the build. */
int64_t time_floor(const char *store_dir);

/* Raises it to a time that somebody trusted has told; an older one changes nothing. Written durably when it
 * rises by an hour or more, so that a stored time is enough and the disk is spared. One lie must not lock the
 * kiosk out of every later truth: a platform's Date is no later than the end of its certificate (sync.c), and
 * a time more than 20 years above the floor is ERR_REFUSED. */
MUST_USE struct err time_floor_raise(const char *store_dir, int64_t trusted_ms);

/*
 * How far the clock is from what a verified platform's Date said, kept in DIR/time.platform as
 * "OFFSET_MS AT_MS" (platform minus clock; the clock's own time then). Neither program of ours may set the
 * clock: whoever has the right (a unit of the image, a technician) finds the offer there. Written when it
 * changes by more than two seconds, Date's own grain, or has grown old.
 */
MUST_USE struct err time_note_platform(const char *store_dir, int64_t platform_ms, int64_t wall_ms);
/* False when no platform has said anything this clock could be compared with: never, more than a day ago, or
 * under a clock that has been set back since. */
bool time_offset(const char *store_dir, int64_t wall_ms, int64_t *out_offset_ms);

/* What to write beside a wall time: UNSET below the floor or when a platform knows better by more than a
 * minute, SERVER when one agrees, NTP when the kernel's clock is kept in step, else RTC. */
enum outbox_trust time_trust(const char *store_dir, const struct clock *clock);

/* The clock's time, or the floor when that is later: what certificate dates are judged at. */
int64_t time_for_certificates(const char *store_dir, const struct clock *clock);

#endif
