/* The same screens on a bad day, and what they say when something has come of it: each row stages one thing
 * that a person may meet there. */
#include "tests/ui/tour_parts.h"

#include "drivers/printer/printer.h"
#include "tests/unit/cmocka.h"

#include <stdio.h>
#include <string.h>

static void nothing_wrong(struct tour *tour)
{
    (void)tour;
}

static void reader_down(struct tour *tour)
{
    fake_device(&tour->kiosk, DEVICE_IDCARD, false, 0);
}

static void camera_down(struct tour *tour)
{
    fake_device(&tour->kiosk, DEVICE_CAMERA, false, 0);
}

static void printer_down(struct tour *tour)
{
    fake_device(&tour->kiosk, DEVICE_PRINTER, false, 0);
}

static void paper_out(struct tour *tour)
{
    fake_device(&tour->kiosk, DEVICE_PRINTER, true, PRINTER_PAPER_OUT);
}

static void paper_near(struct tour *tour)
{
    fake_device(&tour->kiosk, DEVICE_PRINTER, true, PRINTER_PAPER_NEAR);
}

static void everything_down(struct tour *tour)
{
    for (int class = 0; class < DEVICE_CLASS_COUNT; class ++)
        fake_device(&tour->kiosk, (enum device_class) class, false, 0);
    tour->kiosk.is_mute = true;
}

static void store_down(struct tour *tour)
{
    tour->kiosk.journey->is_store_down = true;
}

static void no_services(struct tour *tour)
{
    tour->kiosk.journey->catalogue->count = 0;
}

static void services_unknown(struct tour *tour)
{
    tour->kiosk.journey->catalogue = NULL;
}

static void link_up(struct tour *tour)
{
    tour->kiosk.journey->link.state = OUTBOX_LINK_UP;
}

static void suggested(struct tour *tour)
{
    tour->kiosk.journey->visit->person.suggested = ~(uint64_t)0;
}

static void card_left(struct tour *tour)
{
    tour->kiosk.journey->is_card_on_reader = true;
}

static void card_moved(struct tour *tour)
{
    struct journey *journey = tour->kiosk.journey;
    snprintf(journey->visit->card_notice, sizeof journey->visit->card_notice, "card.moved");
}

static void card_found(struct tour *tour)
{
    tour->kiosk.journey->visit->is_card_found = true;
}

/* On by the card: the question after it says whose it was. */
static void card_read(struct tour *tour)
{
    fake_place_card(&tour->kiosk);
}

static void applicant_read(struct tour *tour)
{
    fake_tap(&tour->kiosk, ACTION_HELPER, 0);
    fake_place_card(&tour->kiosk);
}

static void helper_read_first(struct tour *tour)
{
    applicant_read(tour);
    fake_tap(&tour->kiosk, ACTION_SWAP, 0);
}

static void both_read(struct tour *tour)
{
    applicant_read(tour);
    fake_place_card_of(&tour->kiosk, "李梅", "990123198007010023");
}

static void back_to_both(struct tour *tour)
{
    both_read(tour);
    fake_tap(&tour->kiosk, UI_ACTION_BACK, 0);
}

static void printing(struct tour *tour)
{
    tour->kiosk.journey->visit->print = PRINT_RUNNING;
}

static void print_slow(struct tour *tour)
{
    tour->kiosk.journey->visit->print = PRINT_SLOW;
}

static void print_failed(struct tour *tour)
{
    struct visit *visit = tour->kiosk.journey->visit;
    visit->print = PRINT_FAILED;
    visit->print_trouble = "saved.paper_out";
}

static void print_unproved(struct tour *tour)
{
    tour->kiosk.journey->visit->print = PRINT_UNPROVED;
}

static void delivered(struct tour *tour)
{
    struct visit *visit = tour->kiosk.journey->visit;
    visit->case_line.state = OUTBOX_DELIVERED;
    visit->case_line.delivered_ms = visit->case_line.saved_ms + 60000;
    visit->progress.stage = CASE_RECEIVED;
}

static void county_says(struct tour *tour, enum case_stage stage)
{
    struct visit *visit = tour->kiosk.journey->visit;
    delivered(tour);
    visit->progress.stage = stage;
    snprintf(visit->progress.message, sizeof visit->progress.message, "请补户口本首页的照片");
    snprintf(visit->progress.due, sizeof visit->progress.due, "2026-12-06");
}

static void needs_papers(struct tour *tour)
{
    county_says(tour, CASE_NEEDS_PAPERS);
}

static void withdrawn(struct tour *tour)
{
    delivered(tour);
    tour->kiosk.journey->visit->case_line.is_withdrawn = true;
}

static void finished(struct tour *tour)
{
    county_says(tour, CASE_FINISHED);
}

static void rejected(struct tour *tour)
{
    county_says(tour, CASE_REJECTED);
}

static void keeping(struct tour *tour)
{
    tour->kiosk.journey->visit->keep = KEEP_RUNNING;
}

static void kept(struct tour *tour)
{
    tour->kiosk.journey->visit->keep = KEEP_DONE;
}

static void not_kept(struct tour *tour)
{
    tour->kiosk.journey->visit->keep = KEEP_FAILED;
}

static void can_keep(struct tour *tour)
{
    tour->kiosk.journey->keeps_cards = true;
    tour->kiosk.journey->visit->person.has_card = tour->kiosk.journey->visit->person.knows_kept = true;
}

static void over_guide(struct tour *tour)
{
    tour->kiosk.journey->under = STATE_GUIDE;
}

static void rated(struct tour *tour)
{
    tour->kiosk.journey->visit->rating = 5;
}

static const struct trouble {
    enum journey_state_id state;
    const char *name;
    void (*stage)(struct tour *tour);
} troubles[] = {
    {STATE_ATTRACT, "card-left", card_left},
    {STATE_ATTRACT, "out-of-order", store_down},
    {STATE_HOME, "reader-down", reader_down},
    {STATE_HOME, "camera-down", camera_down},
    {STATE_HOME, "printer-down", printer_down},
    {STATE_HOME, "paper-out", paper_out},
    {STATE_HOME, "paper-near", paper_near},
    {STATE_HOME, "everything-down", everything_down},
    {STATE_HOME, "out-of-order", store_down},
    {STATE_HOME, "no-services-yet", no_services},
    {STATE_HOME, "starting", services_unknown},
    {STATE_HOME, "link-up", link_up},
    {STATE_HOME, "suggested", suggested},
    {STATE_GUIDE, "reader-down", reader_down},
    {STATE_GUIDE, "camera-down", camera_down},
    {STATE_GUIDE, "printer-down", printer_down},
    {STATE_CARD, "awaited", nothing_wrong},
    {STATE_CARD, "reader-down", reader_down},
    {STATE_CARD, "moved", card_moved},
    {STATE_CARD, "found", card_found},
    {STATE_CARD, "read", card_read},
    {STATE_CARD, "applicant-read", applicant_read},
    {STATE_CARD, "helper-read-first", helper_read_first},
    {STATE_CARD, "both-read", both_read},
    {STATE_CARD, "back-to-both", back_to_both},
    {STATE_SAVED, "printing", printing},
    {STATE_SAVED, "slow", print_slow},
    {STATE_SAVED, "paper-out", print_failed},
    {STATE_SAVED, "unproved", print_unproved},
    {STATE_SAVED, "delivered", delivered},
    {STATE_TAKE_CARD, "still-there", card_left},
    {STATE_RATING, "rated", rated},
    {STATE_CASE, "needs-papers", needs_papers},
    {STATE_CASE, "withdrawn", withdrawn},
    {STATE_CASE, "finished", finished},
    {STATE_CASE, "rejected", rejected},
    {STATE_KEPT, "running", keeping},
    {STATE_KEPT, "done", kept},
    {STATE_KEPT, "failed", not_kept},
    {STATE_STOP, "can-keep", can_keep},
    {STATE_HELP, "helper", over_guide},
};

/* What a stage may have changed and the next visitor would not set right. */
struct good_day {
    struct catalogue *catalogue;
    size_t services;
    struct outbox_link link;
};

static struct good_day remember_day(const struct tour *tour)
{
    const struct journey *journey = tour->kiosk.journey;
    return (struct good_day){journey->catalogue, journey->catalogue->count, journey->link};
}

static void restore_day(struct tour *tour, const struct good_day *day)
{
    struct journey *journey = tour->kiosk.journey;
    journey->catalogue = day->catalogue;
    journey->catalogue->count = day->services;
    journey->link = day->link;
    journey->is_store_down = journey->keeps_cards = journey->is_card_on_reader = false;
    journey->visit->rating = 0; /* or leaving would give it away */
    tour->kiosk.is_mute = false;
    for (int class = 0; class < DEVICE_CLASS_COUNT; class ++)
        fake_device(&tour->kiosk, (enum device_class) class, true, 0);
}

static const char *first_card_group(struct xform_session *session)
{
    for (struct session_position at = session_first(session); at.step != SESSION_END;
         at = session_next(session)) {
        struct session_node node;
        if (at.step != SESSION_GROUP)
            continue;
        assert_ok(session_look(session, at.ref, &node));
        if (node.intent)
            return at.ref;
    }
    return NULL;
}

void tour_troubles(struct tour *tour, size_t service, tour_stop_at *stop_at, const void *walk)
{
    struct journey *journey = tour->kiosk.journey;
    for (size_t i = 0; i < sizeof troubles / sizeof troubles[0]; i++) {
        const struct trouble *trouble = &troubles[i];
        struct good_day day = remember_day(tour);
        char variant[40];
        tour_open_service(tour, service);
        if (trouble->state == STATE_CARD && !first_card_group(journey->visit->session))
            continue;
        if (trouble->state > STATE_HOME)
            tour_stage_case(journey);
        journey_goto(journey, trouble->state, "tour");
        trouble->stage(tour);
        snprintf(variant, sizeof variant, "+%s", trouble->name);
        stop_at(walk, journey_states[trouble->state].name, variant);
        restore_day(tour, &day);
    }
}
