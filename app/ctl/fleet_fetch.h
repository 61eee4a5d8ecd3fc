/* Health reports from ODK Central's open project into a folder, for fleet_health.h to read. */
#ifndef YIZHAN_CTL_FLEET_FETCH_H
#define YIZHAN_CTL_FLEET_FETCH_H

#include "app/ctl/desk_central.h"
#include "app/ctl/fleet_health.h"

/* Reports are kept this long; of a kiosk that says nothing for longer, its last one stays. */
#define FLEET_KEPT_MS (35 * FLEET_DAY_MS)

/* Fetches the reports of the last FLEET_KEPT_MS that folder does not have, each file dated when Central took
 * it. The folder is made when it is not there; the one around it must exist. */
MUST_USE struct err fleet_fetch(const struct desk_config *config, struct central *central, const char *folder,
                                int64_t now_ms, int *out_fetched);

/* Removes the reports that are older and that no kiosk of the fleet still speaks by. */
MUST_USE struct err fleet_prune(const char *folder, const struct fleet *fleet, int64_t now_ms);

#endif
