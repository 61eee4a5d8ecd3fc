/* yizhan-visit check: what a stick is and may do; changes nothing. */
#include "app/fleet/pass.h"
#include "app/fleet/pin.h"
#include "app/visit/command.h"
#include "board/base/log.h"
#include "board/base/version.h"
#include "offline/time_floor.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

static struct err check(const struct options *options, struct pass *out_pass)
{
    struct config config;
    char version[64];
    TRY(config_load(options->config, &config));
    const char *ca = options->ca ? options->ca : config.visit.ca;
    if (!*ca)
        return err_make(ERR_DATA, "visit", 0, "%.150s: [visit] ca is missing: nobody may come",
                        options->config);
    version_running(options->release, version, sizeof version);
    const struct pass_rules rules = {
        .ca = ca,
        .town = config.visit.town,
        .kiosk_number = config.kiosk.number,
        .version = version,
        .now_ms = time_for_certificates(config.store.dir, clock_system()),
    };
    TRY(pass_read(options->word, &rules, out_pass));
    return pin_is_set(&config) ? err_ok()
                               : pass_refuse(PASS_FAULT_NO_PIN, "[visit] pin or its key is missing");
}

static void print_json(json_t *object)
{
    json_dumpf(object, stdout, JSON_COMPACT);
    puts("");
    json_decref(object);
}

static void print_plan(const struct pass *pass, bool json)
{
    json_t *plan = json_array();
    for (unsigned action = 1; action <= PASS_ACTION_LAST; action <<= 1)
        if (pass->actions & action)
            json_array_append_new(plan, json_string(pass_action_name((enum pass_action)action)));
    if (json) {
        print_json(json_pack("{s:b, s:s, s:s, s:s, s:o}", "ok", 1, "visit", pass->id, "who", pass->who,
                             "update", pass->update_version, "plan", plan));
        return;
    }
    printf("%s may do:", pass->who);
    for (size_t i = 0; i < json_array_size(plan); i++)
        printf(" %s", json_string_value(json_array_get(plan, i)));
    puts("");
    json_decref(plan);
}

static void print_fault(const struct err *e, bool json)
{
    enum pass_fault fault = (enum pass_fault)e->code;
    if (json)
        print_json(json_pack("{s:b, s:s, s:s, s:s}", "ok", 0, "fault", pass_fault_name(fault), "sentence",
                             pass_fault_sentence(fault), "detail", e->text));
    else
        printf("%s\n(%s)\n", pass_fault_sentence(fault), e->text);
}

int command_check(const struct options *options)
{
    struct pass pass;
    struct err e = check(options, &pass);
    if (!err_is(&e)) {
        print_plan(&pass, options->json);
        return EXIT_GOOD;
    }
    if (e.class == ERR_REFUSED && strcmp(e.module, "visit") == 0) {
        print_fault(&e, options->json);
        return EXIT_REFUSED;
    }
    log_err("visit", &e);
    return EXIT_FAILED;
}
