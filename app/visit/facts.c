#include "app/service/health.h"
#include "app/visit/visit_private.h"

#include <stdio.h>
#include <stdlib.h>

struct err visit_gather_facts(struct technician_visit *visit)
{
    const struct visit_setup *setup = visit->setup;
    const struct own_form_stores stores = {setup->config, setup->clock, visit->key, visit->outbox,
                                           visit->forms};
    struct technician_view *view = &visit->view;
    struct device_note devices;
    TRY(device_note_load(setup->config->store.dir, &devices));
    struct health_facts *health = calloc(1, sizeof *health);
    if (!health)
        return err_no_memory("visit");
    struct err e = health_gather(&stores, &devices, health);
    view->fact_count = 0;
    for (size_t i = 0; !err_is(&e) && i < health->count && i < TECHNICIAN_FACTS_MAX; i++) {
        struct technician_fact *fact = &view->facts[view->fact_count++];
        snprintf(fact->name, sizeof fact->name, "%s", health->values[i].name);
        snprintf(fact->value, sizeof fact->value, "%s", health->values[i].value);
    }
    free(health);
    return e;
}
