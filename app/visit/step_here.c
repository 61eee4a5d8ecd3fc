/* What is done at the machine: the self-test, the slip, the record for the county. */
#include "app/service/own_form.h"
#include "app/visit/visit_private.h"
#include "board/base/poke.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { SELF_TEST_MS = 20 * 60 * 1000, SLIP_MS = 2 * 60 * 1000 };

/* Shows a plan that asks, until the screen answers; false: nobody did. */
static bool ask(struct technician_visit *visit, enum technician_ask what, enum technician_event_kind answer,
                int timeout_ms, struct technician_event *out_event)
{
    int64_t until_ms = visit->setup->clock->monotonic_ms(visit->setup->clock) + timeout_ms;
    bool came = false;
    visit->view.ask = what;
    visit_show(visit);
    do {
        int left_ms = clock_left_ms(visit->setup->clock, until_ms);
        came = left_ms > 0 && visit_await(visit, left_ms, out_event);
    } while (came && out_event->kind != answer);
    visit->view.ask = TECHNICIAN_ASKS_NOTHING;
    return came;
}

VISIT_STEP(step_selftest)
{
    struct technician_event event;
    int good = 0, bad = 0;
    if (!ask(visit, TECHNICIAN_ASKS_SELF_TEST, TECHNICIAN_TESTED, SELF_TEST_MS, &event))
        return err_make(ERR_USER, "visit", 0, "nobody answered the self-test");
    memcpy(visit->tests, event.tests, sizeof visit->tests);
    for (int i = 0; i < TEST_COUNT; i++) {
        good += event.tests[i] == VERDICT_GOOD;
        bad += event.tests[i] == VERDICT_BAD;
    }
    if (bad > 0)
        visit_say(shown, TECHNICIAN_FAILED, "tests_bad", "%d", bad);
    else
        visit_say(shown, TECHNICIAN_DONE, "tests_good", "%d", good);
    return err_ok();
}

VISIT_STEP(step_slip)
{
    struct technician_event event;
    if (!ask(visit, TECHNICIAN_ASKS_SLIP, TECHNICIAN_PRINTED, SLIP_MS, &event))
        return err_make(ERR_DEVICE, "visit", 0, "the printer did not answer");
    if (event.print == VERDICT_MISSING)
        visit_say(shown, TECHNICIAN_SKIPPED, "no_printer", "%s", "");
    else if (event.print != VERDICT_GOOD)
        visit_say(shown, TECHNICIAN_FAILED, "not_printed", "%s", "");
    return err_ok();
}

/* ---- the record ---- */

enum { VALUES_MAX = 64 };
static const char *const ends[TECHNICIAN_STATES] = {"waiting", "running", "done", "skipped", "failed"};

struct record {
    struct own_form_value values[VALUES_MAX];
    size_t count;
};

static void tell(struct record *record, const char *name, const char *value)
{
    if (record->count < VALUES_MAX)
        record->values[record->count++] = (struct own_form_value){name, value};
}

static void print_time(int64_t wall_ms, char out_text[40])
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    strftime(out_text, 40, "%Y-%m-%dT%H:%M:%S.000Z", &utc);
}

/* One round of a visit is one record, however often it was broken off. */
static void name_record(const struct technician_visit *visit, char out_id[OUTBOX_ID_SIZE])
{
    const char *hex = visit_log_round(visit->log);
    snprintf(out_id, OUTBOX_ID_SIZE, "uuid:%.8s-%.4s-4%.3s-8%.3s-%.12s", hex, hex + 8, hex + 12, hex + 15,
             hex + 18);
}

/* "courier done 3; update skipped": how each step ended that has. */
static void print_result(const struct technician_visit *visit, struct buf *out_text)
{
    const struct technician_view *view = &visit->view;
    for (size_t i = 0; i < view->step_count; i++) {
        const struct technician_step *step = &view->steps[i];
        if (step->state >= TECHNICIAN_DONE)
            buf_printf(out_text, "%s%s %s%s%s", out_text->length ? "; " : "", step->name, ends[step->state],
                       *step->value ? " " : "", step->value);
    }
}

static void print_note(const struct technician_visit *visit, struct buf *out_text)
{
    for (int i = 0; i < TEST_COUNT; i++)
        if (visit->tests[i] != VERDICT_NONE)
            buf_printf(out_text, "%s %s; ", technician_test_name((enum technician_test)i),
                       technician_verdict_name(visit->tests[i]));
    buf_printf(out_text, "pass %s; log %s", visit->pass.id, visit_log_head(visit->log));
}

static const char *value_of(const struct technician_visit *visit, const char *step)
{
    for (size_t i = 0; i < visit->view.step_count; i++)
        if (strcmp(visit->view.steps[i].name, step) == 0 && visit->view.steps[i].state == TECHNICIAN_DONE)
            return visit->view.steps[i].value;
    return "0";
}

/* The fields of assets/fleet/technician-visit; and all of kiosk-health for who asks for them. */
static void tell_visit(struct record *record, const struct technician_visit *visit, const char *result,
                       const char *note)
{
    const struct technician_view *view = &visit->view;
    const char *update = visit->result.wants_reboot ? visit->pass.update_version : "";
    tell(record, "technician", visit->pass.who);
    tell(record, "office", visit->pass.office);
    tell(record, "software_before", visit->setup->version);
    tell(record, "software_after", *update ? update : visit->setup->version);
    tell(record, "updates", update);
    tell(record, "exported", value_of(visit, "courier"));
    tell(record, "receipts", value_of(visit, "receipts"));
    tell(record, "result", result);
    tell(record, "note", note);
    for (size_t i = 0; i < view->fact_count; i++)
        tell(record, view->facts[i].name, view->facts[i].value);
}

VISIT_STEP(step_report)
{
    const struct visit_setup *setup = visit->setup;
    const struct own_form_stores stores = {setup->config, setup->clock, visit->key, visit->outbox,
                                           visit->forms};
    struct record record = {.count = 0};
    struct buf result = {0}, note = {0};
    char id[OUTBOX_ID_SIZE], visited[40];
    bool saved = false;
    TRY(visit_gather_facts(visit));
    print_time(visit->began_ms, visited);
    name_record(visit, id);
    print_result(visit, &result);
    print_note(visit, &note);
    tell(&record, "visited", visited);
    tell_visit(&record, visit, buf_text(&result), buf_text(&note));
    struct err e = own_form_save_once(&stores, OWN_FORM_VISIT, id, record.values, record.count, &saved);
    buf_finish(&result);
    buf_finish(&note);
    if (!err_is(&e) && !saved)
        visit_say(shown, TECHNICIAN_SKIPPED, "no_form", "%s", "");
    else if (!err_is(&e))
        poke_send(setup->config->store.dir, "sync");
    return e;
}
