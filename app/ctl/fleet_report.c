/*
 * yizhanctl fleet report --out FILE.html: one page on how the kiosks of a county are.
 *
 * With the desk's configuration (--config, as for `desk`) it fetches the health reports from Central into
 * [desk] dir/health and adds the desk's overdue cases; --from DIR reads a folder of submissions instead and
 * needs no network. Both may be given: then the folder is read, and desk.ini says whose keys to expect.
 */
#include "app/ctl/command.h"
#include "app/ctl/fleet_fetch.h"
#include "app/ctl/fleet_page.h"
#include "app/ctl/options.h"
#include "app/ctl/stores.h"
#include "board/base/file.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SILENT_DAYS = 3, QUEUE_DAYS = 7, DAYS_MAX = 365, DISK_MB = 500 };

#define CONFIG_DEFAULT "/etc/yizhan-desk/desk.ini"

struct order {
    const char *config_path, *from, *out;
    struct fleet_limits limits;
    bool json;
    struct desk_config config;
    bool has_config;
    struct desk_cases cases;
    struct fleet fleet;
    int fetched;
};

static bool read_options(struct order *order, int argc, char **argv)
{
    const char *silent = NULL, *queue = NULL;
    const struct option_place places[] = {{"config", .value = &order->config_path},
                                          {"from", .value = &order->from},
                                          {"out", .value = &order->out},
                                          {"silent", .value = &silent},
                                          {"queue", .value = &queue},
                                          {"json", .given = &order->json},
                                          {.name = NULL}};
    struct fleet_limits *limits = &order->limits;
    *limits = (struct fleet_limits){(int64_t)time(NULL) * 1000, SILENT_DAYS, QUEUE_DAYS, DISK_MB};
    return options_read(argc, argv, places, NULL, 0) && order->out &&
           options_number(silent, 1, DAYS_MAX, &limits->silent_days) &&
           options_number(queue, 1, DAYS_MAX, &limits->queue_days);
}

/* ---- what is known ---- */

static struct err load_config(struct order *order)
{
    if (!order->config_path && order->from)
        return err_ok();
    order->has_config = true;
    return desk_config_load(order->config_path ? order->config_path : CONFIG_DEFAULT, &order->config);
}

static struct err fetch(struct order *order, const char *folder)
{
    struct central *central = NULL;
    signal(SIGPIPE, SIG_IGN); /* a TLS connection that closes is an error, not the end */
    struct err e = central_open(&order->config, &central);
    if (!err_is(&e))
        e = fleet_fetch(&order->config, central, folder, order->limits.now_ms, &order->fetched);
    central_close(&central);
    return e;
}

/* A case's number begins with that of its kiosk. */
static void charge_overdue(struct order *order)
{
    char today[DATE_SIZE];
    desk_day(order->limits.now_ms, today);
    for (size_t i = 0; i < order->cases.count; i++) {
        int number = 0;
        sscanf(order->cases.items[i].number, "%4d", &number);
        struct fleet_kiosk *kiosk = fleet_find(&order->fleet, number);
        if (kiosk && desk_case_is_overdue(&order->cases.items[i], today))
            kiosk->overdue++;
    }
}

static struct err gather(struct order *order)
{
    char folder[DESK_PATH_SIZE + 16];
    TRY(load_config(order));
    snprintf(folder, sizeof folder, "%s/health", order->config.dir);
    if (!order->from)
        TRY(fetch(order, folder));
    else if (access(order->from, R_OK | X_OK) != 0)
        return err_errno("fleet", errno, "open the folder %.200s", order->from);
    TRY(fleet_read(order->from ? order->from : folder, order->has_config ? &order->config : NULL,
                   &order->fleet));
    if (!order->from)
        TRY(fleet_prune(folder, &order->fleet, order->limits.now_ms));
    if (order->fleet.count == 0)
        return err_make(ERR_DATA, "fleet", 0, "no kiosk has ever reported, and desk.ini names none");
    if (order->has_config)
        TRY(desk_cases_read(order->config.dir, &order->cases));
    charge_overdue(order);
    return err_ok();
}

/* ---- what is said ---- */

static struct err write_page(struct order *order)
{
    struct buf html = {0};
    struct err e = fleet_page(&order->fleet, order->has_config ? &order->cases : NULL, &order->limits, &html);
    if (!err_is(&e))
        e = file_write(order->out, buf_text(&html), html.length, 0644);
    buf_finish(&html);
    return e;
}

static json_t *kiosk_json(const struct fleet_kiosk *kiosk, unsigned troubles)
{
    json_t *names = json_array();
    for (unsigned i = 0; i < FLEET_TROUBLE_COUNT; i++)
        if (troubles & 1u << i)
            json_array_append_new(names, json_string(fleet_trouble_name((enum fleet_trouble)i)));
    return json_pack("{s:i, s:s, s:o, s:o}", "kiosk", kiosk->number, "place", kiosk->text[FLEET_PLACE],
                     "heard", stores_time(kiosk->heard_ms), "troubles", names);
}

static json_t *order_json(const struct order *order)
{
    json_t *needy = json_array();
    for (size_t i = 0; i < order->fleet.count; i++) {
        unsigned troubles = fleet_troubles(&order->fleet.kiosks[i], &order->limits);
        if (troubles)
            json_array_append_new(needy, kiosk_json(&order->fleet.kiosks[i], troubles));
    }
    return json_pack("{s:b, s:s, s:I, s:I, s:I, s:i, s:o}", "ok", 1, "page", order->out, "kiosks",
                     (json_int_t)order->fleet.count, "reports", (json_int_t)order->fleet.reports, "unread",
                     (json_int_t)order->fleet.unread, "fetched", order->fetched, "needy", needy);
}

int command_fleet_report(int argc, char **argv)
{
    struct order *order = calloc(1, sizeof *order);
    int status = COMMAND_USAGE;
    if (!order)
        return STORES_EXIT_FAILED;
    if (read_options(order, argc, argv)) {
        struct stores none = {.json = order->json};
        struct err e = gather(order);
        if (!err_is(&e))
            e = write_page(order);
        if (err_is(&e))
            status = stores_fail(&none, &e);
        else if (order->json)
            status = stores_print(&none, order_json(order));
        else
            status = printf("%s: %zu kiosks, %zu reports, %zu files were none\n", order->out,
                            order->fleet.count, order->fleet.reports, order->fleet.unread) < 0;
    }
    free(order->cases.items);
    fleet_finish(&order->fleet);
    free(order);
    return status;
}
