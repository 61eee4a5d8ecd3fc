#include "app/ctl/stores.h"
#include "app/ctl/command.h"
#include "app/ctl/options.h"
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define LIMIT_DEFAULT 100

static bool parse(struct stores *stores, int argc, char **argv)
{
    const char *limit = NULL;
    const struct option_place places[] = {{"config", .value = &stores->config_path},
                                          {"state", .value = &stores->state},
                                          {"limit", .value = &limit},
                                          {"json", .given = &stores->json},
                                          {.name = NULL}};
    *stores = (struct stores){.config_path = CONFIG_DEFAULT_PATH, .limit = LIMIT_DEFAULT};
    return options_read(argc, argv, places, &stores->word, 1) &&
           options_number(limit, 1, INT_MAX, &stores->limit);
}

static struct err open_all(struct stores *stores)
{
    TRY(config_load(stores->config_path, &stores->config));
    struct outbox_options outbox = {.dir = stores->config.store.dir,
                                    .kiosk_number = stores->config.kiosk.number,
                                    .clock = clock_system()};
    struct formstore_options forms = {.dir = stores->config.store.dir, .clock = clock_system()};
    TRY(outbox_open(&outbox, &stores->outbox));
    return formstore_open(&forms, &stores->forms);
}

bool stores_open(struct stores *stores, int argc, char **argv, int *out_exit)
{
    if (!parse(stores, argc, argv)) {
        *out_exit = COMMAND_USAGE;
        return false;
    }
    struct err e = open_all(stores);
    if (err_is(&e))
        *out_exit = stores_fail(stores, &e);
    return !err_is(&e);
}

void stores_close(struct stores *stores)
{
    formstore_close(&stores->forms);
    outbox_close(&stores->outbox);
}

int stores_fail(struct stores *stores, const struct err *e)
{
    if (stores->json) {
        json_t *object = json_pack("{s:b, s:s}", "ok", 0, "error", e->text);
        json_dumpf(object, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(object);
    } else {
        fprintf(stderr, "yizhanctl: %s\n", e->text);
    }
    stores_close(stores);
    return STORES_EXIT_FAILED;
}

int stores_print(struct stores *stores, json_t *object)
{
    json_dumpf(object, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(object);
    stores_close(stores);
    return 0;
}

json_t *stores_time(int64_t wall_ms)
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm utc;
    char text[40];
    if (wall_ms == 0 || !gmtime_r(&seconds, &utc))
        return json_null();
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return json_string(text);
}

struct err stores_find_case(struct stores *stores, struct outbox_case *out_case)
{
    char number[CASE_NUMBER_SIZE];
    bool found = false;
    if (!stores->word)
        return err_make(ERR_DATA, "ctl", 0, "which one? give its number or its instanceID");
    struct err not_a_number = case_number_read(stores->word, number);
    if (err_is(&not_a_number))
        TRY(outbox_find_instance(stores->outbox, stores->word, out_case, &found));
    if (!found)
        TRY(outbox_find_number(stores->outbox, err_is(&not_a_number) ? stores->word : number, out_case,
                               &found));
    return found ? err_ok() : err_make(ERR_DATA, "ctl", 0, "no application %.60s here", stores->word);
}
