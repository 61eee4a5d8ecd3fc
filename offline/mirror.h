/*
 * The outbox's second copy, on a medium that can be pulled out of a dead box: [store] mirror.
 *
 * MIRROR/outbox.db has the outbox's own schema and is brought in line row by row, each application whole in
 * one transaction of its own. It only ever follows: a medium that is missing, full, slow or broken costs the
 * citizen nothing, because this runs in a thread of yizhan-sync with connections of its own, reads the outbox
 * in transactions as short as one chunk, and holds none while the medium is written. What the platform has
 * acknowledged is purged from the mirror too; what the outbox has lost (a corrupt database, quarantined)
 * stays on it until somebody rescues it. How far it has come lies in DIR/mirror.state, for status.
 *
 * `yizhanctl rescue` reads a mirror and a dead box's own disk alike: rescue.h. One thread.
 */
#ifndef YIZHAN_OFFLINE_MIRROR_H
#define YIZHAN_OFFLINE_MIRROR_H

#include "offline/outbox.h"

struct mirror;

struct mirror_setup {
    const char *store_dir;  /* [store] dir; copied */
    const char *mirror_dir; /* [store] mirror; copied. Another disk than store_dir's, or it is refused */
    bool same_disk;         /* a test's: both folders may be on one disk */
    int kiosk_number;
    const struct clock *clock;      /* borrowed */
    bool (*stopped)(void *context); /* true ends a pass between two applications; NULL for never */
    void *stopped_context;          /* borrowed */
};
MUST_USE struct err mirror_create(const struct mirror_setup *setup, struct mirror **out_mirror);
void mirror_destroy(struct mirror **mirror);

/* One pass, when the outbox has changed since the last good one. The error is the medium's or the outbox's,
 * is noted in mirror.state, and the next call tries again. */
MUST_USE struct err mirror_follow(struct mirror *mirror);

enum mirror_state { MIRROR_OFF, MIRROR_CURRENT, MIRROR_BEHIND, MIRROR_FAILED };
/* "off", "current", "behind", "failed". */
const char *mirror_state_name(enum mirror_state state);

struct mirror_status {
    enum mirror_state state; /* MIRROR_OFF when nothing was ever noted */
    int64_t at_ms;           /* wall, of the last pass that said something new */
    int64_t missing;         /* applications that waited and were not on the medium then */
    char reason[OUTBOX_REASON_SIZE];
};
/* What the last pass noted. Any process. */
void mirror_status(const char *store_dir, struct mirror_status *out_status);

#endif
