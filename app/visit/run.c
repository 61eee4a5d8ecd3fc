/* yizhan-visit run: a visit on the real machine. */
#include "app/fleet/reset.h"
#include "app/visit/child.h"
#include "app/visit/command.h"
#include "app/visit/kiosk_link.h"
#include "app/visit/visit.h"
#include "board/base/log.h"
#include "board/base/version.h"

#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    TAKE_PATIENCE_MS = 30 * 60 * 1000,
    PULLED_PATIENCE_MS = 30 * 1000,
    REFUSED_PATIENCE_MS = 2 * 60 * 1000,
    NOT_PLAIN_SHOWN_MS = 20 * 1000,
    JOURNAL_BYTES_MAX = 8 << 20,
    LOOK_MS = 300
};

struct machine {
    const struct options *options;
    struct kiosk_link *link;
};

static void show(void *context, const struct technician_view *view)
{
    kiosk_link_show(((struct machine *)context)->link, view);
}

static bool await(void *context, int timeout_ms, struct technician_event *out_event)
{
    return kiosk_link_await(((struct machine *)context)->link, timeout_ms, out_event);
}

/* ---- RAUC ---- */

struct installing {
    void (*progress)(void *context, int percent);
    void *context;
};

/* " 40% Checking bundle done." */
static void take_percent(void *context, const char *line)
{
    const struct installing *installing = context;
    char *end = NULL;
    long percent = strtol(line, &end, 10);
    if (end != line && *end == '%' && percent >= 0 && percent <= 100)
        installing->progress(installing->context, (int)percent);
}

static struct err install(void *context, const char *bundle, void (*progress)(void *context, int percent),
                          void *progress_context)
{
    const struct machine *machine = context;
    const char *const argv[] = {machine->options->rauc, "install", bundle, NULL};
    struct installing installing = {progress, progress_context};
    return child_run(argv, take_percent, &installing);
}

static bool is_on_trial(void *context)
{
    char path[300];
    snprintf(path, sizeof path, "%s/healthy", ((const struct machine *)context)->options->run_dir);
    return access(path, F_OK) != 0;
}

/* ---- the programs' own words: by the house rule nothing of a citizen is among them ---- */

static void take_line(void *context, const char *line)
{
    struct buf *text = context;
    if (text->length < JOURNAL_BYTES_MAX)
        buf_printf(text, "%s\n", line);
}

static struct err journal(void *context, struct buf *out_text)
{
    static const char *const argv[] = {"journalctl",
                                       "--no-pager",
                                       "--output=short-iso",
                                       "--lines=20000",
                                       "--unit=yizhan-kiosk",
                                       "--unit=yizhan-sync",
                                       "--unit=yizhan-healthy",
                                       "--unit=yizhan-visit@*",
                                       NULL};
    (void)context;
    struct err e = child_run(argv, take_line, out_text);
    if (err_is(&e)) {
        log_err("visit", &e); /* a machine without a journal still has the visit log */
        buf_clear(out_text);
    }
    return buf_check(out_text, "visit");
}

/* ---- after it ---- */

/* As long as what is at path is there, or is not, but no longer than patience_ms. */
static void wait_while(struct machine *machine, const char *path, bool is_there, int patience_ms)
{
    const struct clock *clock = clock_system();
    int64_t until_ms = clock->monotonic_ms(clock) + patience_ms;
    struct technician_event ignored;
    while ((access(path, F_OK) == 0) == is_there && clock_left_ms(clock, until_ms) > 0)
        await(machine, LOOK_MS, &ignored);
}

/* Until the stick is taken. A pulled one is back within moments or not at all; what is wrong with one is said
 * for as long as the screen says it. */
static void wait_for_the_end(struct machine *machine, enum visit_end end)
{
    static const int patience_ms[] = {[VISIT_DONE] = TAKE_PATIENCE_MS,
                                      [VISIT_UNFINISHED] = TAKE_PATIENCE_MS,
                                      [VISIT_REFUSED] = REFUSED_PATIENCE_MS,
                                      [VISIT_PULLED] = PULLED_PATIENCE_MS};
    wait_while(machine, machine->options->word, end != VISIT_PULLED, patience_ms[end]);
}

/* Only after a visit that came to its end: until then the box is as it was. */
static struct err prepare_reset(const struct config *config, struct visit_result *result)
{
    if (!result->wants_reset || result->end != VISIT_DONE)
        return err_ok();
    TRY(reset_mark(config, &result->carried));
    result->wants_reboot = true;
    return err_ok();
}

static struct err restart(const struct machine *machine, const struct visit_result *result)
{
    const char *system = machine->options->system;
    const char *const reboot[] = {system, "reboot", NULL};
    const char *const programs[] = {system, "try-restart", "yizhan-kiosk.service", "yizhan-sync.service",
                                    NULL};
    if (!result->wants_reboot && !result->wants_restart)
        return err_ok();
    return child_run(result->wants_reboot ? reboot : programs, NULL, NULL);
}

/* NULL: there is nothing on it that we can read, which the screen has said until it was taken. */
static struct err open_stick(struct machine *machine, const struct visit_setup *setup,
                             struct mount **out_stick)
{
    char at[300];
    snprintf(at, sizeof at, "%s/stick", machine->options->run_dir);
    struct err e = mount_open(machine->options->word, at, out_stick);
    if (!err_is(&e) || access(machine->options->word, F_OK) != 0)
        return e;
    log_err("visit", &e);
    TRY(visit_refuse(setup, PASS_FAULT_UNREADABLE));
    wait_for_the_end(machine, VISIT_REFUSED);
    return err_ok();
}

static struct err visit_with(struct machine *machine, const struct visit_setup *setup,
                             struct visit_result *result)
{
    struct mount *stick = NULL;
    TRY(open_stick(machine, setup, &stick));
    if (!stick)
        return err_ok();
    struct err e = visit_run(setup, stick, result);
    wait_for_the_end(machine, result->end);
    mount_close(&stick);
    return e;
}

/* act: with the line to the screen open. */
static struct err at_the_screen(struct machine *machine, const struct config *config,
                                struct err (*act)(struct machine *machine, const struct visit_setup *setup,
                                                  struct visit_result *result),
                                struct visit_result *result)
{
    const struct visit_ports ports = {machine, show, await, install, is_on_trial, journal};
    char version[64];
    version_running(machine->options->release, version, sizeof version);
    const struct visit_setup setup = {config, machine->options->config, version, clock_system(), &ports};
    TRY(kiosk_link_create(config->store.dir, clock_system(), &machine->link));
    struct err e = act(machine, &setup, result);
    kiosk_link_destroy(&machine->link);
    return e;
}

static int status_of(const struct err *e, enum visit_end end)
{
    if (err_is(e)) {
        log_err("visit", e);
        return EXIT_FAILED;
    }
    return end == VISIT_DONE ? EXIT_GOOD : EXIT_REFUSED;
}

int command_run(const struct options *options)
{
    struct machine machine = {.options = options};
    struct visit_result result = {.end = VISIT_REFUSED};
    struct config config;
    signal(SIGPIPE, SIG_IGN);
    struct err e = config_load(options->config, &config);
    if (!err_is(&e) && !config.visit.ca[0])
        e = err_make(ERR_DATA, "visit", 0, "%.150s: [visit] ca is missing: nobody may come", options->config);
    if (!err_is(&e))
        e = at_the_screen(&machine, &config, visit_with, &result);
    if (!err_is(&e))
        e = prepare_reset(&config, &result);
    if (!err_is(&e) && result.end != VISIT_PULLED)
        e = restart(&machine, &result);
    if (err_is(&e) && result.wants_reset)
        reset_unmark(&config); /* it serves on: no later start may take it by surprise */
    return status_of(&e, result.end);
}

/* ---- what USB did not let in ---- */

static struct err refuse(struct machine *machine, const struct visit_setup *setup,
                         struct visit_result *result)
{
    (void)result;
    struct err e = visit_refuse(setup, PASS_FAULT_NOT_PLAIN);
    if (e.class == ERR_RETRY)
        return err_ok(); /* somebody's visit has the screen */
    wait_while(machine, "/", true, NOT_PLAIN_SHOWN_MS);
    return e;
}

int command_refuse(const struct options *options)
{
    struct machine machine = {.options = options};
    struct visit_result none = {.end = VISIT_REFUSED};
    struct config config;
    signal(SIGPIPE, SIG_IGN);
    struct err e = config_load(options->config, &config);
    if (!err_is(&e))
        e = at_the_screen(&machine, &config, refuse, &none);
    return status_of(&e, VISIT_DONE);
}
