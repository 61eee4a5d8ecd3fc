/* The technician's screens, one after the other, as yizhan-visit would have them shown. */
#include "tests/ui/tour.h"

#include "tests/unit/cmocka.h"

#include <stdio.h>
#include <string.h>

struct stop {
    const char *name;
    struct technician_view view;
    enum journey_state_id then; /* a screen of the kiosk's own over it; 0 for none */
    enum technician_test test;
};

#define FACTS                                                                                                \
    .fact_count = 15, .facts = {{"software", "0.3.0"},                                                       \
                                {"slot", "good A"},                                                          \
                                {"queue_waiting", "17"},                                                     \
                                {"queue_oldest", "2026-11-02T02:26:00.000Z"},                                \
                                {"queue_parked", "0"},                                                       \
                                {"queue_on_stick", "4"},                                                     \
                                {"link_state", "down"},                                                      \
                                {"link_reason", "server offline: Couldn't connect to server"},               \
                                {"last_contact", "2026-11-02T01:00:00.000Z"},                                \
                                {"clock", "rtc"},                                                            \
                                {"disk_free_mb", "65512"},                                                   \
                                {"printer_paper", "near-end"},                                               \
                                {"mirror_state", "current"},                                                 \
                                {"forms_refused", "loan 3: its key is not pinned"},                          \
                                {"quarantine", ""}}
#define WHO .who = "王建国"

static const struct technician_step waiting[] = {
    {"config", TECHNICIAN_WAITING, -1, "", ""},   {"forms", TECHNICIAN_WAITING, -1, "", ""},
    {"receipts", TECHNICIAN_WAITING, -1, "", ""}, {"courier", TECHNICIAN_WAITING, -1, "", ""},
    {"update", TECHNICIAN_WAITING, -1, "", ""},   {"selftest", TECHNICIAN_WAITING, -1, "", ""},
    {"report", TECHNICIAN_WAITING, -1, "", ""},   {"slip", TECHNICIAN_WAITING, -1, "", ""},
    {"logs", TECHNICIAN_WAITING, -1, "", ""},     {"reset", TECHNICIAN_WAITING, -1, "", ""},
    {"eject", TECHNICIAN_WAITING, -1, "", ""},
};
enum { STEPS = sizeof waiting / sizeof *waiting };

static const struct technician_step working[STEPS] = {
    {"config", TECHNICIAN_SKIPPED, -1, "same", ""},     {"forms", TECHNICIAN_DONE, -1, "forms", "12"},
    {"receipts", TECHNICIAN_DONE, -1, "receipts", "4"}, {"courier", TECHNICIAN_DONE, -1, "carried", "17"},
    {"update", TECHNICIAN_RUNNING, 45, "", ""},         {"selftest", TECHNICIAN_WAITING, -1, "", ""},
    {"report", TECHNICIAN_WAITING, -1, "", ""},         {"slip", TECHNICIAN_WAITING, -1, "", ""},
    {"logs", TECHNICIAN_WAITING, -1, "", ""},           {"reset", TECHNICIAN_WAITING, -1, "", ""},
    {"eject", TECHNICIAN_WAITING, -1, "", ""},
};

static const struct technician_step done[STEPS] = {
    {"config", TECHNICIAN_SKIPPED, -1, "nothing_for_us", ""},
    {"forms", TECHNICIAN_DONE, -1, "forms", "12"},
    {"receipts", TECHNICIAN_FAILED, -1, "receipts_refused", "1"},
    {"courier", TECHNICIAN_SKIPPED, -1, "nothing_waits", ""},
    {"update", TECHNICIAN_DONE, -1, "updated", "0.4.0"},
    {"selftest", TECHNICIAN_FAILED, -1, "tests_bad", "1"},
    {"report", TECHNICIAN_SKIPPED, -1, "no_form", ""},
    {"slip", TECHNICIAN_FAILED, -1, "not_printed", ""},
    {"logs", TECHNICIAN_FAILED, -1, "error", ""},
    {"reset", TECHNICIAN_DONE, -1, "reset", "17"},
    {"eject", TECHNICIAN_DONE, -1, "", ""},
};

static const struct stop stops[] = {
    {"checking", {.screen = TECHNICIAN_CHECKING, .percent = 60}, 0, 0},
    {"refused", {.screen = TECHNICIAN_REFUSED, .fault = "file-damaged"}, 0, 0},
    {"pulled", {.screen = TECHNICIAN_PULLED}, 0, 0},
    {"pin", {.screen = TECHNICIAN_PIN, WHO, .tries_left = 5}, 0, 0},
    {"pin-wrong", {.screen = TECHNICIAN_PIN, WHO, .tries_left = 3}, 0, 0},
    {"pin-wait", {.screen = TECHNICIAN_PIN, WHO, .tries_left = 1, .wait_s = 230}, 0, 0},
    {"plan", {.screen = TECHNICIAN_PLAN, .ask = TECHNICIAN_ASKS_START, WHO, FACTS}, 0, 0},
    {"working", {.screen = TECHNICIAN_PLAN, WHO, FACTS}, 0, 0},
    {"status", {.screen = TECHNICIAN_PLAN, WHO, FACTS}, STATE_TECHNICIAN_STATUS, 0},
    {"test-printer", {.screen = TECHNICIAN_PLAN, .ask = TECHNICIAN_ASKS_SELF_TEST}, 0, TEST_PRINTER},
    {"test-card", {.screen = TECHNICIAN_PLAN, .ask = TECHNICIAN_ASKS_SELF_TEST}, 0, TEST_CARD},
    {"test-scan", {.screen = TECHNICIAN_PLAN, .ask = TECHNICIAN_ASKS_SELF_TEST}, 0, TEST_SCAN},
    {"test-touch", {.screen = TECHNICIAN_PLAN, .ask = TECHNICIAN_ASKS_SELF_TEST}, 0, TEST_TOUCH},
    {"test-sound", {.screen = TECHNICIAN_PLAN, .ask = TECHNICIAN_ASKS_SELF_TEST}, 0, TEST_SOUND},
    {"take", {.screen = TECHNICIAN_TAKE, WHO, FACTS}, 0, 0},
};

/* The faults differ in their words only, which the lint reads one by one. */
static const char *const faults[] = {
    "no-pass",    "garbled",     "not-ours",     "office",        "early",    "expired",
    "other-town", "other-kiosk", "file-missing", "older-version", "no-room",  "disk-full",
    "no-pin",     "cancelled",   "failed",       "unreadable",    "not-plain"};

static void stage_steps(struct technician_view *view, const char *name)
{
    const struct technician_step *steps = strcmp(name, "take") == 0      ? done
                                          : strcmp(name, "working") == 0 ? working
                                                                         : waiting;
    view->step_count = view->screen == TECHNICIAN_PLAN || view->screen == TECHNICIAN_TAKE ? STEPS : 0;
    memcpy(view->steps, steps, view->step_count * sizeof *steps);
}

static void go_to(struct journey *journey, const struct stop *stop)
{
    struct technician_view view = stop->view;
    stage_steps(&view, stop->name);
    journey_goto(journey, STATE_ATTRACT, "tour");
    journey_technician(journey, &view);
    journey_tick(journey);
    if (stop->then)
        journey_goto(journey, stop->then, "tour");
    while (view.ask == TECHNICIAN_ASKS_SELF_TEST && journey->technician.test != stop->test) {
        const struct ui_event next = {.kind = UI_EVENT_ACTIVATE, .action = ACTION_YES};
        journey_ui(journey, &next);
    }
}

void tour_technician(struct tour *tour, bool all_faults, tour_visit *visit, void *context)
{
    struct journey *journey = tour->kiosk.journey;
    char name[64];
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
        go_to(journey, &stops[i]);
        snprintf(name, sizeof name, "technician/%s", stops[i].name);
        visit(context, tour, name);
    }
    for (size_t i = 0; all_faults && i < sizeof faults / sizeof *faults; i++) {
        struct stop stop = {"refused", {.screen = TECHNICIAN_REFUSED}, 0, 0};
        snprintf(stop.view.fault, sizeof stop.view.fault, "%s", faults[i]);
        go_to(journey, &stop);
        snprintf(name, sizeof name, "technician/refused-%s", faults[i]);
        visit(context, tour, name);
    }
    journey_technician(journey, NULL);
}
