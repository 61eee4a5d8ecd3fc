/* What passes between the desk's folder and ODK Central. */
#ifndef YIZHAN_CTL_DESK_FETCH_H
#define YIZHAN_CTL_DESK_FETCH_H

#include "app/ctl/desk_case.h"
#include "app/ctl/desk_central.h"
#include "offline/unseal.h"

struct desk_counts {
    int fetched;    /* new cases */
    int incomplete; /* not all their files have arrived yet: another time */
    int unopened;   /* of the fetched: kept, but they do not open; case.json says why */
    int changed;    /* by sync: Central's reviewers said something new */
    int listed;     /* written into the cases list */
};

/* All submissions of the sealed project that are not here yet, with their forms. today: "2026-11-22". */
MUST_USE struct err desk_fetch(const struct desk_config *config, struct central *central,
                               const struct unseal_key *key, const char *today, struct desk_counts *counts);

/* Takes over what reviewers clicked in Central, and brings the cases list up to date. */
MUST_USE struct err desk_sync(const struct desk_config *config, struct central *central, const char *today,
                              struct desk_counts *counts);

/* Tells Central's reviewers and the cases list what the case's status and message are now, and saves it. What
 * does not get through now does at the next desk_sync(). */
MUST_USE struct err desk_tell(const struct desk_config *config, struct central *central,
                              struct desk_case *item);

#endif
