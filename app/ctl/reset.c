/*
 * yizhanctl reset [--yes] [--to STICK | --carried N | --abandon-unsent]: destroys this kiosk's keys, what it
 * stored and its configuration (app/fleet/reset.h). Run by board/units/yizhan-reset.service after a
 * technician's stick asked for it, or by hand when a box leaves the fleet. Applications that no platform has
 * acknowledged are put on a stick first, or it refuses. Without --yes it only says whether it would.
 */
#include "app/fleet/reset.h"
#include "app/ctl/command.h"
#include "app/ctl/options.h"
#include "app/ctl/stores.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct order {
    const char *config_path, *stick;
    bool is_meant, abandons, json;
    struct reset_unsent unsent, carried; /* carried: which are known to lie on a stick already */
    struct courier_counts saved;
    struct reset_report report;
};

static bool read_options(struct order *order, int argc, char **argv)
{
    const char *carried = NULL;
    const struct option_place places[] = {{"config", .value = &order->config_path},
                                          {"to", .value = &order->stick},
                                          {"carried", .value = &carried},
                                          {"yes", .given = &order->is_meant},
                                          {"abandon-unsent", .given = &order->abandons},
                                          {"json", .given = &order->json},
                                          {.name = NULL}};
    *order = (struct order){.config_path = CONFIG_DEFAULT_PATH};
    return options_read(argc, argv, places, NULL, 0) &&
           (!carried || reset_carried_read(carried, &order->carried));
}

/* Nothing is lost unasked: what has not arrived is known to be carried, or will be, or is given up. */
static struct err check_unsent(struct order *order, const struct config *config)
{
    TRY(reset_unsent(config, clock_system(), &order->unsent));
    bool is_carried = order->unsent.applications <= order->carried.applications &&
                      order->unsent.newest <= order->carried.newest;
    if (is_carried || order->abandons || order->stick)
        return err_ok();
    return err_make(ERR_REFUSED, "reset", 0,
                    "%" PRId64 " applications have not arrived: --to STICK carries them away sealed, "
                    "--abandon-unsent destroys them",
                    order->unsent.applications);
}

static struct err carry_unsent(struct order *order, const struct config *config)
{
    if (order->unsent.applications == 0 || !order->stick)
        return err_ok();
    TRY(reset_export(config, clock_system(), order->stick, NULL, &order->saved));
    return order->saved.applications == order->unsent.applications
               ? err_ok()
               : err_make(ERR_REFUSED, "reset", 0,
                          "only %d of %" PRId64 " applications went onto the stick: %s",
                          order->saved.applications, order->unsent.applications, order->saved.refusal);
}

static struct err reset(struct order *order)
{
    struct config config;
    TRY(config_load(order->config_path, &config));
    if (order->abandons && order->is_meant)
        return reset_destroy(&config, order->config_path, &order->report);
    TRY(check_unsent(order, &config));
    if (!order->is_meant)
        return err_ok();
    TRY(carry_unsent(order, &config));
    return reset_destroy(&config, order->config_path, &order->report);
}

static void print(const struct order *order)
{
    if (!order->is_meant) {
        printf("nothing was destroyed, --yes would: %" PRId64 " applications have not arrived\n",
               order->unsent.applications);
        return;
    }
    if (order->report.failed > 0)
        printf("%d files could not be overwritten or removed: destroy the disk\n", order->report.failed);
    printf("%d applications saved on the stick, %d files destroyed (%" PRId64 " bytes)%s\n",
           order->saved.applications, order->report.files, order->report.bytes,
           order->report.is_trimmed ? ", disk trimmed" : "");
    if (order->report.lacks_mirror)
        puts("the second medium was not there: destroy it by hand");
}

int command_reset(int argc, char **argv)
{
    struct order order;
    if (!read_options(&order, argc, argv))
        return COMMAND_USAGE;
    struct stores none = {.json = order.json};
    struct err e = reset(&order);
    if (err_is(&e))
        return stores_fail(&none, &e);
    if (order.json)
        return stores_print(&none, json_pack("{s:b, s:i, s:i, s:i, s:I, s:b, s:b}", "ok", 1, "saved",
                                             order.saved.applications, "files", order.report.files, "failed",
                                             order.report.failed, "bytes", (json_int_t)order.report.bytes,
                                             "trimmed", (int)order.report.is_trimmed, "lacks_mirror",
                                             (int)order.report.lacks_mirror));
    print(&order);
    return 0;
}
