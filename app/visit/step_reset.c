/* A box that leaves the fleet: what has not arrived goes with the stick, the rest is done at the next start.
 */
#include "app/fleet/reset.h"
#include "app/visit/visit_private.h"

VISIT_STEP(step_reset)
{
    const struct visit_setup *setup = visit->setup;
    struct courier_counts carried = {0};
    const struct courier_medium medium = visit_medium(visit);
    struct reset_unsent unsent = {0};
    TRY(reset_unsent(setup->config, setup->clock, &unsent));
    if (unsent.applications > 0)
        TRY(reset_export(setup->config, setup->clock, mount_dir(visit->stick), &medium, &carried));
    if (carried.applications < unsent.applications)
        return err_make(ERR_REFUSED, "visit", 0, "only %d of %lld applications went onto the stick: %s",
                        carried.applications, (long long)unsent.applications, carried.refusal);
    visit_say(shown, TECHNICIAN_DONE, "reset", "%d", carried.applications);
    visit->result.wants_reset = true;
    visit->result.carried = unsent;
    return err_ok();
}
