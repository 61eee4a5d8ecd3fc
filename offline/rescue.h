/*
 * What a dead box still holds: its outbox, read from its disk or its mirror at another machine.
 *
 * Everything is sealed, so nothing is opened here; what the platform does not have goes onto a stick as a
 * courier's batch and from there the usual way. The disk itself is only read: the work is done on a copy,
 * into which a transaction that a power cut interrupted is rolled back. One thread.
 */
#ifndef YIZHAN_OFFLINE_RESCUE_H
#define YIZHAN_OFFLINE_RESCUE_H

#include "board/base/clock.h"
#include "offline/courier.h"
#include "offline/outbox.h"

struct rescue;

/* disk: where it is mounted, or the folder with outbox.db itself. work_dir: for the copy; needs as much room.
 * ERR_DATA: no outbox there, or one so damaged that nothing can be read. */
MUST_USE struct err rescue_open(const char *disk, const char *work_dir, const struct clock *clock,
                                struct rescue **out_rescue);
/* Removes the copy; takes NULL. */
void rescue_close(struct rescue **rescue);

/* Citizens' applications that were not acknowledged. */
struct rescue_count {
    int64_t waiting;
    int64_t bytes;  /* sealed */
    int64_t newest; /* the highest row of them: whatever is saved later has a higher one. 0 when none waits */
    int64_t unknown; /* how many of them the other outbox has never heard of */
};

/* The number of the dead kiosk, 0 when it never took one; what waits in it. other: NULL for none. */
int rescue_kiosk_number(const struct rescue *rescue);
MUST_USE struct err rescue_count(struct rescue *rescue, struct rescue *other, struct rescue_count *out_count);

/* Writes all of it to the stick as courier_export does, whether it was queued, being sent, parked or on
 * another stick: the platform answers what it has already as it did at first. key signs the batch's index:
 * the dead kiosk's own lies sealed in its TPM, so the office's, which uploads it. medium: as there. */
MUST_USE struct err rescue_export(struct rescue *rescue, const struct device_key *key, const char *dir,
                                  const struct courier_medium *medium, struct courier_counts *out_counts);

#endif
