#include "app/fleet/pin.h"
#include "app/visit/visit_private.h"
#include "board/base/log.h"
#include "board/base/wipe.h"

#include <stdio.h>
#include <string.h>

_Static_assert((int)PIN_TRIES == (int)TECHNICIAN_PIN_TRIES, "the screen counts other tries");

enum {
    LOOK_MS = 500,
    PIN_PATIENCE_MS = 3 * 60 * 1000,
    START_PATIENCE_MS = 10 * 60 * 1000,
    LOCK_PATIENCE_MS = 60000
};

/* ---- the screen and the log ---- */

void visit_show(struct technician_visit *visit)
{
    visit->setup->ports->show(visit->setup->ports->context, &visit->view);
}

/* Everything that happens in a visit passes here: first on the log, durable, then on the screen. */
static struct err note(struct technician_visit *visit, const char *step, const char *event,
                       const char *detail)
{
    log_info("visit", "%s: %s%s%s", step, event, *detail ? ": " : "", detail);
    TRY(visit_log_add(visit->log,
                      &(struct visit_log_line){visit->pass.id, visit->pass.who, step, event, detail}));
    visit_show(visit);
    return err_ok();
}

bool visit_await(struct technician_visit *visit, int timeout_ms, struct technician_event *out_event)
{
    const struct visit_ports *ports = visit->setup->ports;
    const struct clock *clock = visit->setup->clock;
    int64_t until_ms = clock->monotonic_ms(clock) + timeout_ms;
    while (mount_is_there(visit->stick)) {
        int left_ms = timeout_ms ? clock_left_ms(clock, until_ms) : LOOK_MS;
        if (left_ms == 0)
            return false;
        if (ports->await(ports->context, left_ms < LOOK_MS ? left_ms : LOOK_MS, out_event))
            return true;
    }
    return false;
}

static struct err pulled(void)
{
    return err_make(ERR_DEVICE, "visit", 0, "the stick was pulled");
}

/* ---- who is it ---- */

static void show_pin(struct technician_visit *visit, const struct pin_guard *guard)
{
    visit->view.screen = TECHNICIAN_PIN;
    visit->view.tries_left = guard->tries_left;
    visit->view.wait_s = (int)((guard->wait_ms + 999) / 1000);
    visit_show(visit);
}

static struct err judge_pin(struct technician_visit *visit, struct technician_event *event, bool *out_right)
{
    struct err e = pin_try(visit->setup->config, visit->setup->clock, visit->pass.who, event->pin, out_right);
    wipe(event, sizeof *event);
    if (err_is(&e) && e.class == ERR_RETRY)
        return err_ok(); /* typed while it waits */
    if (!err_is(&e))
        e = note(visit, "pin", *out_right ? "done" : "failed", "");
    return e;
}

/* A wait is shown again every minute, so that the screen counts down; nobody is waited for for ever. */
static struct err ask_pin(struct technician_visit *visit)
{
    const struct clock *clock = visit->setup->clock;
    int64_t until_ms = clock->monotonic_ms(clock) + PIN_PATIENCE_MS;
    bool right = false;
    while (!right) {
        struct technician_event event = {0};
        struct pin_guard guard;
        TRY(pin_ask(visit->setup->config->visit.dir, clock, &guard));
        show_pin(visit, &guard);
        int left_ms = guard.wait_ms > 0 ? (int)(guard.wait_ms < 60000 ? guard.wait_ms : 60000)
                                        : clock_left_ms(clock, until_ms);
        bool came = left_ms > 0 && visit_await(visit, left_ms, &event);
        if (!mount_is_there(visit->stick))
            return pulled();
        if ((!came && guard.wait_ms == 0) || event.kind == TECHNICIAN_CANCEL)
            return pass_refuse(PASS_FAULT_CANCELLED, "no PIN was given");
        if (guard.wait_ms > 0)
            until_ms = clock->monotonic_ms(clock) + PIN_PATIENCE_MS;
        if (came && event.kind == TECHNICIAN_PIN_TYPED)
            TRY(judge_pin(visit, &event, &right));
    }
    return err_ok();
}

/* While somebody is being served the screen does not come; the stick waits. */
static struct err await_screen(struct technician_visit *visit)
{
    struct technician_event event = {.kind = TECHNICIAN_BUSY};
    bool was_busy = false;
    while (event.kind != TECHNICIAN_SHOWN) {
        if (!visit_await(visit, 0, &event))
            return pulled();
        if (event.kind == TECHNICIAN_BUSY && !was_busy)
            TRY(note(visit, "visit", "waits", "somebody is being served"));
        was_busy |= event.kind == TECHNICIAN_BUSY;
    }
    return err_ok();
}

/* ---- the plan ---- */

static void make_plan(struct technician_visit *visit)
{
    visit->view.screen = TECHNICIAN_PLAN;
    visit->view.step_count = 0;
    for (int i = 0; i < visit_step_count; i++) {
        if (visit_steps[i].actions && !(visit->pass.actions & visit_steps[i].actions))
            continue;
        struct technician_step *shown = &visit->view.steps[visit->view.step_count++];
        *shown = (struct technician_step){.percent = -1};
        snprintf(shown->name, sizeof shown->name, "%s", visit_steps[i].name);
        /* What a reset carries away and marks counts only in the insertion that comes to its end. */
        if (visit_steps[i].run == step_reset ||
            !visit_log_is_done(visit->log, visit->pass.id, visit_steps[i].name))
            continue;
        visit_say(shown, TECHNICIAN_DONE, "before", "%s", "");
        visit->result.wants_reboot |= visit_steps[i].run == step_update &&
                                      strcmp(visit->pass.update_version, visit->setup->version) != 0;
        visit->result.wants_restart |= visit_steps[i].run == step_config;
    }
}

static struct err ask_start(struct technician_visit *visit)
{
    struct technician_event event = {.kind = TECHNICIAN_SHOWN};
    TRY(visit_gather_facts(visit));
    make_plan(visit);
    visit->view.ask = TECHNICIAN_ASKS_START;
    visit_show(visit);
    while (event.kind != TECHNICIAN_START) {
        bool came = visit_await(visit, START_PATIENCE_MS, &event);
        if (!mount_is_there(visit->stick))
            return pulled();
        if (!came || event.kind == TECHNICIAN_CANCEL)
            return pass_refuse(PASS_FAULT_CANCELLED, "nobody said start");
    }
    visit->view.ask = TECHNICIAN_ASKS_NOTHING;
    return err_ok();
}

/* The kernel takes the device away a moment after the first read of it has failed. */
static bool is_gone(struct technician_visit *visit)
{
    struct technician_event ignored;
    if (mount_is_there(visit->stick))
        visit->setup->ports->await(visit->setup->ports->context, LOOK_MS, &ignored);
    return !mount_is_there(visit->stick);
}

static const struct visit_step *find_step(const char *name)
{
    for (int i = 0; i < visit_step_count; i++)
        if (strcmp(visit_steps[i].name, name) == 0)
            return &visit_steps[i];
    return NULL;
}

/* A step that failed stops nothing but itself; only the stick's end and our own log's end the visit. */
static struct err run_step(struct technician_visit *visit, struct technician_step *shown)
{
    static const char *const events[TECHNICIAN_STATES] = {"done", "done", "done", "skipped", "failed"};
    char detail[160];
    shown->state = TECHNICIAN_RUNNING;
    TRY(note(visit, shown->name, "begin", ""));
    struct err e = find_step(shown->name)->run(visit, shown);
    if ((err_is(&e) || shown->state == TECHNICIAN_FAILED) && is_gone(visit)) {
        visit_say(shown, TECHNICIAN_WAITING, "", "%s", "");
        return pulled();
    }
    if (err_is(&e))
        visit_say(shown, TECHNICIAN_FAILED, "error", "%s", "");
    if (shown->state == TECHNICIAN_RUNNING)
        shown->state = TECHNICIAN_DONE;
    shown->percent = -1;
    snprintf(detail, sizeof detail, "%s%s%s", err_is(&e) ? e.text : shown->note, *shown->value ? " " : "",
             shown->value);
    TRY(note(visit, shown->name, events[shown->state], detail));
    return mount_is_there(visit->stick) ? err_ok() : pulled();
}

static struct err run_steps(struct technician_visit *visit)
{
    for (size_t i = 0; i < visit->view.step_count; i++)
        if (visit->view.steps[i].state == TECHNICIAN_WAITING)
            TRY(run_step(visit, &visit->view.steps[i]));
    return err_ok();
}

/* ---- the whole ---- */

static struct err work(struct technician_visit *visit)
{
    TRY(intake(visit));
    snprintf(visit->view.who, sizeof visit->view.who, "%s", visit->pass.who);
    TRY(note(visit, "visit", "begin", visit->pass.office));
    TRY(await_screen(visit));
    TRY(ask_pin(visit));
    TRY(ask_start(visit));
    return run_steps(visit);
}

static bool has_failed(const struct technician_visit *visit)
{
    for (size_t i = 0; i < visit->view.step_count; i++)
        if (visit->view.steps[i].state == TECHNICIAN_FAILED)
            return true;
    return false;
}

static struct err end_well(struct technician_visit *visit)
{
    visit->result.end = has_failed(visit) ? VISIT_UNFINISHED : VISIT_DONE;
    visit->view.screen = TECHNICIAN_TAKE;
    return note(visit, "visit", "end", has_failed(visit) ? "something failed" : "");
}

static struct err end_refused(struct technician_visit *visit, const struct err *why)
{
    visit->result.end = VISIT_REFUSED;
    visit->view.screen = TECHNICIAN_REFUSED;
    snprintf(visit->view.fault, sizeof visit->view.fault, "%s", pass_fault_name((enum pass_fault)why->code));
    return note(visit, "visit", "refused", why->text);
}

static struct err end_pulled(struct technician_visit *visit)
{
    visit->result.end = VISIT_PULLED;
    visit->view.screen = TECHNICIAN_PULLED;
    return note(visit, "visit", "pulled", "");
}

static struct err end(struct technician_visit *visit, const struct err *how)
{
    visit->view.ask = TECHNICIAN_ASKS_NOTHING;
    if (!err_is(how))
        return end_well(visit);
    if (is_gone(visit))
        return end_pulled(visit);
    if (how->class == ERR_REFUSED && strcmp(how->module, "visit") == 0)
        return end_refused(visit, how);
    return *how;
}

static struct err open_log(struct technician_visit *visit)
{
    const struct clock *clock = visit->setup->clock;
    int64_t until_ms = clock->monotonic_ms(clock) + LOCK_PATIENCE_MS;
    struct technician_event ignored;
    for (;;) {
        struct err e = visit_log_open(visit->setup->config->visit.dir, clock, &visit->log);
        if (e.class != ERR_RETRY || clock_left_ms(clock, until_ms) == 0)
            return e;
        visit->setup->ports->await(visit->setup->ports->context, LOOK_MS, &ignored);
    }
}

static struct err open_stores(struct technician_visit *visit)
{
    const struct config *config = visit->setup->config;
    const struct outbox_options outbox = {
        .dir = config->store.dir, .kiosk_number = config->kiosk.number, .clock = visit->setup->clock};
    const struct formstore_options forms = {.dir = config->store.dir, .clock = visit->setup->clock};
    TRY(device_key_open(config->secrets.dir, &visit->key));
    TRY(outbox_open(&outbox, &visit->outbox));
    return formstore_open(&forms, &visit->forms);
}

static void close_stores(struct technician_visit *visit)
{
    formstore_close(&visit->forms);
    outbox_close(&visit->outbox);
    device_key_close(&visit->key);
    visit_log_close(&visit->log);
}

static void show_failure(struct technician_visit *visit)
{
    visit->view.screen = TECHNICIAN_REFUSED;
    snprintf(visit->view.fault, sizeof visit->view.fault, "%s", pass_fault_name(PASS_FAULT_FAILED));
    visit_show(visit);
}

struct err visit_run(const struct visit_setup *setup, struct mount *stick, struct visit_result *out_result)
{
    struct technician_visit visit = {
        .setup = setup, .stick = stick, .began_ms = setup->clock->wall_ms(setup->clock)};
    snprintf(visit.spool, sizeof visit.spool, "%s/spool", setup->config->visit.dir);
    TRY(open_log(&visit));
    visit_show(&visit);
    struct err e = open_stores(&visit);
    if (!err_is(&e)) {
        struct err how = work(&visit);
        e = end(&visit, &how);
    }
    if (err_is(&e))
        show_failure(&visit);
    if (visit.result.end != VISIT_PULLED)
        intake_forget(&visit);
    close_stores(&visit);
    if (!err_is(&e))
        *out_result = visit.result;
    return e;
}

struct err visit_refuse(const struct visit_setup *setup, enum pass_fault fault)
{
    struct technician_visit visit = {.setup = setup};
    const struct err why = pass_refuse(fault, "%s", pass_fault_name(fault));
    TRY(visit_log_open(setup->config->visit.dir, setup->clock, &visit.log));
    struct err e = end_refused(&visit, &why);
    visit_log_close(&visit.log);
    return e;
}
