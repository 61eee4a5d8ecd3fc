/*
 * Factory reset: keys first, then all this kiosk ever stored, then its configuration, so that one which a
 * power cut interrupts has lost what matters and is gone through again at the next start.
 *
 * Files are overwritten, synced and unlinked, and their file system is trimmed. On flash none of that is a
 * promise: the medium may keep an old copy of any block where no program can reach it. What the copies hold
 * is sealed to the county's key or to the keys that are destroyed here; only an encrypted partition whose key
 * is destroyed too (board/units/yizhan-reset) makes the rest unreadable for certain.
 *
 * Blocks on the disk; one thread.
 */
#ifndef YIZHAN_FLEET_RESET_H
#define YIZHAN_FLEET_RESET_H

#include "board/base/clock.h"
#include "board/base/config.h"
#include "offline/courier.h"

/* Applications that no platform has acknowledged, whatever became of them so far; none where there is no
 * outbox. The kiosk's own reports to the fleet are not among them: they go with the kiosk. */
struct reset_unsent {
    int64_t applications;
    int64_t newest; /* the outbox's row of the last of them: what is saved later has a higher one */
};

/* ERR_REFUSED: there may be more, which the outbox itself has lost; they lie in the quarantine or on the
 * mirror. */
MUST_USE struct err reset_unsent(const struct config *config, const struct clock *clock,
                                 struct reset_unsent *out_unsent);

/* All of those onto a stick, as a courier's batch signed by this kiosk; medium as in courier_export. Call
 * before anything is destroyed. */
MUST_USE struct err reset_export(const struct config *config, const struct clock *clock, const char *dir,
                                 const struct courier_medium *medium, struct courier_counts *out_counts);

/* Laid down in the folder visit beside [store] dir, which is root's alone, and obeyed by
 * board/units/yizhan-reset.service at the next start: the kiosk that shows the visit cannot be destroyed
 * under itself. It says what was carried away, "COUNT:ROW": should anything else wait by then, nothing is
 * reset.
 */
MUST_USE struct err reset_mark(const struct config *config, const struct reset_unsent *carried);
/* What stands in it; a technician who types may leave out ":ROW". False: it is neither. */
bool reset_carried_read(const char *text, struct reset_unsent *out_carried);
/* Taken back: the box serves on. */
void reset_unmark(const struct config *config);

struct reset_report {
    int files;
    int failed; /* files and folders that are still there, or could not be overwritten */
    int64_t bytes;
    bool is_trimmed;   /* the file system took the hint that its blocks are free */
    bool lacks_mirror; /* [store] mirror was not there, or failed: that medium has to be destroyed by hand */
};

/* ERR_SYSTEM: a key, or all of the store, could not be destroyed; the configuration stays, for another try.
 * ERR_REFUSED: yizhan-kiosk or yizhan-sync is running, or a folder is one that no kiosk's data would lie in.
 * What is not there is no error: going through it again is harmless. */
MUST_USE struct err reset_destroy(const struct config *config, const char *config_path,
                                  struct reset_report *out_report);

#endif
