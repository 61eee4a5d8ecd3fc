/* The receipt, the slip of papers, and the steps with their truths: one wording for paper and screen. */
#include "app/journey/receipt_view.h"

#include "app/journey/internal.h"
#include "board/base/log.h"
#include "board/base/utf8.h"
#include "board/base/wipe.h"
#include "drivers/printer/printer.h"

#include <stdio.h>
#include <string.h>

static bool is_received(const struct outbox_case *line)
{
    return line->state == OUTBOX_DELIVERED || line->state == OUTBOX_PURGED;
}

/* What the county made of it, once it said so. */
static const struct {
    enum ui_state state;
    const char *icon, *title;
} handled[CASE_STAGE_COUNT] = {
    [CASE_SAVED] = {UI_STATE_LATER, "building", "step.handled"},
    [CASE_SENT] = {UI_STATE_LATER, "building", "step.handled"},
    [CASE_RECEIVED] = {UI_STATE_WAITING, "building", "step.handled"},
    [CASE_ACCEPTED] = {UI_STATE_DONE, "check", "step.accepted"},
    [CASE_NEEDS_PAPERS] = {UI_STATE_WAITING, "document", "step.needs_papers"},
    [CASE_REJECTED] = {UI_STATE_FAILED, "cross", "step.rejected"},
    [CASE_FINISHED] = {UI_STATE_DONE, "check", "step.finished"},
};

/* On its way this minute: nobody needs to wait for the network. */
bool case_is_being_sent(const struct journey *journey, const struct outbox_case *line)
{
    bool is_up = journey->has_link && journey->link.state == OUTBOX_LINK_UP;
    return is_up && (line->state == OUTBOX_QUEUED || line->state == OUTBOX_SENDING);
}

static const char *not_sent(const struct journey *journey, const struct outbox_case *line)
{
    if (line->state == OUTBOX_PARKED)
        return "step.not_taken";
    return case_is_being_sent(journey, line) ? "step.being_sent" : "step.not_sent";
}

static const char *time_limit(struct journey *journey, const struct outbox_case *line)
{
    const struct service *service = catalogue_find(journey->catalogue, line->form_id);
    const char *limit =
        service ? guide_text(service->guide, "time_limit", lang_tag(journey_lang(journey))) : "";
    return *limit ? limit : journey_text(journey, "step.handled_later");
}

/* Until when the county, or she, has to do something; when it last changed; or the service's promise. */
static const char *handled_detail(struct journey *journey, struct arena *arena,
                                  const struct outbox_case *line, const struct case_progress *progress)
{
    char today[DATE_SIZE], due[DATE_SIZE];
    journey_today(journey, today);
    snprintf(due, sizeof due, "%s", progress->due);
    bool is_open = progress->stage == CASE_RECEIVED || progress->stage == CASE_ACCEPTED;
    if (is_open && *due)
        return journey_text_with(journey, arena, strcmp(today, due) > 0 ? "step.overdue" : "step.due",
                                 journey_near_day(journey, arena, due));
    if (progress->stage == CASE_NEEDS_PAPERS && *due)
        return journey_text_with(journey, arena, "step.papers_due", journey_near_day(journey, arena, due));
    if (progress->stage > CASE_RECEIVED && *progress->updated)
        return journey_text_with(journey, arena, "step.updated",
                                 journey_near_day(journey, arena, progress->updated));
    bool is_promise_over = progress->stage > CASE_ACCEPTED;
    return is_promise_over ? "" : time_limit(journey, line);
}

size_t case_steps(struct journey *journey, struct arena *arena, const struct outbox_case *line,
                  const struct case_progress *progress, case_when *when, struct view_step out_steps[3])
{
    bool received = is_received(line);
    enum case_stage stage = received && progress->stage < CASE_RECEIVED ? CASE_RECEIVED : progress->stage;
    out_steps[0] = (struct view_step){
        .state = UI_STATE_DONE,
        .icon = "check",
        .title = journey_text(journey, "step.saved"),
        .detail = journey_text_with(journey, arena, "step.saved_at", when(journey, arena, line->saved_ms)),
    };
    out_steps[1] = (struct view_step){
        .state = received                       ? UI_STATE_DONE
                 : line->state == OUTBOX_PARKED ? UI_STATE_FAILED
                                                : UI_STATE_WAITING,
        .icon = received ? "check" : "cloud",
        .title = journey_text(journey, "step.sent"),
        .detail = received ? journey_text_with(journey, arena, "step.sent_at",
                                               when(journey, arena, line->delivered_ms))
                           : journey_text(journey, not_sent(journey, line)),
    };
    out_steps[2] = (struct view_step){
        .state = handled[stage].state,
        .icon = handled[stage].icon,
        .title = journey_text(journey, handled[stage].title),
        .detail = handled_detail(journey, arena, line, progress),
    };
    return 3;
}

/* "王**": the first character and one star for each of the others. */
static const char *masked_name(struct arena *arena, const char *name)
{
    char text[64];
    const char *rest = name, *end = name + strlen(name);
    if (rest < end)
        utf8_next(&rest, end);
    size_t length = (size_t)(rest - name);
    memcpy(text, name, length);
    while (rest < end && length + 1 < sizeof text) {
        utf8_next(&rest, end);
        text[length++] = '*';
    }
    return arena_strndup(arena, text, length);
}

static const char *printed_at(struct journey *journey, struct arena *arena)
{
    return journey_date_time(journey, arena, journey->clock->wall_ms(journey->clock));
}

/* One line that any phone shows, ending in the code by which a kiosk finds the case again. */
static const char *receipt_qr(struct journey *journey, struct arena *arena, const char *number,
                              const char *verdict, const char *phone)
{
    char text[512];
    snprintf(text, sizeof text, "%s %s %s %s %s", journey->config->kiosk.place, number, verdict, phone,
             journey->visit->code);
    return arena_strdup(arena, text);
}

static void fill_truths(struct journey *journey, struct arena *arena, struct receipt *receipt)
{
    struct view_step steps[3];
    receipt->truth_count = case_steps(journey, arena, &journey->visit->case_line, &journey->visit->progress,
                                      journey_date_time, steps);
    for (size_t i = 0; i < receipt->truth_count; i++)
        receipt->truths[i] = (struct receipt_truth){steps[i].state, steps[i].title, steps[i].detail};
    bool is_said = receipt->time_limit && strcmp(steps[2].detail, receipt->time_limit) == 0;
    receipt->time_limit = is_said ? NULL : receipt->time_limit; /* once is enough */
}

/* What is said on every paper of a case; service: NULL for one that is not offered any more. */
static struct receipt receipt_of(struct journey *journey, struct arena *arena, const struct service *service,
                                 const char *case_number, const char *verdict)
{
    const struct visit *visit = journey->visit;
    const char *lang = lang_tag(journey_lang(journey));
    const char *phone = service ? guide_text(service->guide, "phone", lang) : "";
    char grouped[CASE_NUMBER_GROUPED_SIZE];
    case_number_group(case_number, grouped);
    const char *number = arena_strdup(arena, grouped);
    return (struct receipt){
        .place = journey->config->kiosk.place,
        .service = service ? service_title(service, lang) : visit->case_line.form_id,
        .person = visit->person.has_card ? masked_name(arena, visit->person.card.name) : NULL,
        .number = number,
        .verdict = verdict,
        .printed_at = printed_at(journey, arena),
        .phone = phone,
        .qr = receipt_qr(journey, arena, grouped, verdict, phone),
        .finds_by_card = journey->keeps_cards && visit->person.has_card,
    };
}

static struct err print(struct journey *journey, struct arena *arena, struct receipt *receipt)
{
    fill_truths(journey, arena, receipt);
    return journey->ports->print_receipt(journey->ports->context, ++journey->job, journey_lang(journey),
                                         receipt);
}

struct err receipt_print(struct journey *journey)
{
    const struct visit *visit = journey->visit;
    const struct person *person = &visit->person;
    struct arena *arena = arena_create(ARENA_PRIVATE, 0);
    if (!arena)
        return err_no_memory("journey");
    const char *verdict = is_received(&visit->case_line) ? "saved.title_received" : "saved.title";
    struct receipt receipt =
        receipt_of(journey, arena, visit->service, visit->number, journey_text(journey, verdict));
    bool has_helper = person->is_helping && person->has_helper;
    receipt.helper = has_helper ? masked_name(arena, person->helper.name) : NULL;
    receipt.time_limit = guide_text(visit->service->guide, "time_limit", lang_tag(journey_lang(journey)));
    receipt.is_copy = visit->is_copy;
    struct err e = print(journey, arena, &receipt);
    arena_destroy(&arena);
    return e;
}

/* How far a case is, as the county said it: the receipt's form, without the code that only the first one has.
 */
struct err result_print(struct journey *journey, const char *verdict, const char *message)
{
    const struct visit *visit = journey->visit;
    const struct service *service = catalogue_find(journey->catalogue, visit->case_line.form_id);
    struct arena *arena = arena_create(ARENA_PRIVATE, 0);
    if (!arena)
        return err_no_memory("journey");
    struct receipt receipt = receipt_of(journey, arena, service, visit->case_line.number, verdict);
    receipt.papers[0] = message;
    receipt.paper_count = message && visit->progress.stage == CASE_NEEDS_PAPERS ? 1 : 0;
    struct err e = print(journey, arena, &receipt);
    arena_destroy(&arena);
    return e;
}

static struct err slip_print(struct journey *journey)
{
    const struct service *service = journey->visit->service;
    const char *lang = lang_tag(journey_lang(journey));
    char names[RECEIPT_PAPERS_MAX][160];
    const char *lines[RECEIPT_PAPERS_MAX];
    size_t count = 0;
    for (const char *paper;
         count < RECEIPT_PAPERS_MAX && (paper = guide_item(service->guide, "material", lang, count)) != NULL;
         count++) {
        guide_part(paper, 0, names[count], sizeof names[count]);
        lines[count] = names[count];
    }
    const struct receipt_slip slip = {
        .place = journey->config->kiosk.place,
        .service = service_title(service, lang),
        .heading = journey_text(journey, "guide.papers"),
        .lines = lines,
        .line_count = count,
        .time_limit = guide_text(service->guide, "time_limit", lang),
        .phone = guide_text(service->guide, "phone", lang),
    };
    return journey->ports->print_slip(journey->ports->context, ++journey->job, journey_lang(journey), &slip);
}

bool printer_can_print(const struct journey *journey)
{
    return journey_device_ready(journey, DEVICE_PRINTER) &&
           !(journey_conditions(journey, DEVICE_PRINTER) & PRINTER_CANNOT_PRINT);
}

bool slip_can_be_printed(const struct journey *journey)
{
    return printer_can_print(journey) && guide_item(journey->visit->service->guide, "material", "", 0);
}

void slip_start(struct journey *journey)
{
    struct err e = slip_print(journey);
    paper_started(journey, e);
}

/* It runs, or it says that it does not. */
void paper_started(struct journey *journey, struct err e)
{
    if (err_is(&e))
        log_err("journey", &e);
    journey->visit->print = err_is(&e) ? PRINT_FAILED : PRINT_RUNNING;
    journey->visit->print_job = journey->job;
    journey_touch(journey);
}

static const char *printer_trouble(uint32_t conditions)
{
    if (conditions & PRINTER_PAPER_OUT)
        return "saved.paper_out";
    if (conditions & PRINTER_COVER_OPEN)
        return "saved.cover_open";
    return "saved.no_printer";
}

/* ---- the receipt of what was saved ---- */

/* Paper is out after two or three seconds; a printer that says nothing for so long hangs, or never says. */
enum { PRINT_PATIENCE_MS = 10000 };

static void tell_outcome(struct journey *journey, const char *number, bool is_printed)
{
    journey_ask(journey, &(struct store_request){.kind = REQUEST_PRINT_OUTCOME, .is_printed = is_printed},
                number);
}

static struct receipt_under_way *slot_of(struct journey *journey, uint32_t job)
{
    return &journey->receipts[job % RECEIPTS_UNDER_WAY];
}

void receipt_started(struct journey *journey, struct err e)
{
    struct visit *visit = journey->visit;
    visit->print = err_is(&e) ? PRINT_FAILED : PRINT_RUNNING;
    visit->print_job = journey->job;
    visit->print_ms = journey->clock->monotonic_ms(journey->clock);
    journey_touch(journey);
    if (!err_is(&e)) {
        struct receipt_under_way *slot = slot_of(journey, journey->job);
        slot->job = journey->job;
        memcpy(slot->number, visit->number, sizeof slot->number);
        return;
    }
    visit->print_trouble = "saved.no_printer";
    tell_outcome(journey, visit->number, false);
    journey_log_device(e);
}

int receipt_wait_ms(const struct journey *journey)
{
    const struct visit *visit = journey->visit;
    if (visit->print != PRINT_RUNNING || !visit_is_saved(visit))
        return -1;
    return clock_left_ms(journey->clock, visit->print_ms + PRINT_PATIENCE_MS);
}

void receipt_tick(struct journey *journey)
{
    if (receipt_wait_ms(journey) != 0)
        return;
    journey->visit->print = PRINT_SLOW;
    journey_touch(journey);
}

/* She may have gone. */
static void settle_receipt(struct journey *journey, const struct device_message *message)
{
    const struct printer_event *event = printer_event(message);
    struct receipt_under_way *slot = slot_of(journey, event->job);
    if (slot->job != event->job || !*slot->number)
        return;
    tell_outcome(journey, slot->number, !err_is(&message->err) && event->outcome == PRINTER_PROVED);
    wipe(slot, sizeof *slot);
}

static void receipt_printed(struct visit *visit, const struct device_message *message)
{
    const struct printer_event *event = printer_event(message);
    if (!err_is(&message->err) && event->outcome == PRINTER_PROVED) {
        visit->print = PRINT_DONE;
    } else if (!err_is(&message->err)) {
        visit->print = PRINT_UNPROVED;
    } else {
        visit->print = PRINT_FAILED;
        visit->is_copy = visit->is_copy || event->outcome != PRINTER_NOT_PRINTED;
        visit->print_trouble = printer_trouble(event->conditions);
    }
}

void paper_device(struct journey *journey, const struct device_message *message)
{
    struct visit *visit = journey->visit;
    bool is_under_way = visit->print == PRINT_RUNNING || visit->print == PRINT_SLOW;
    if (message->class != DEVICE_PRINTER || message->kind != DEVICE_RESULT)
        return;
    settle_receipt(journey, message);
    if (!is_under_way || printer_event(message)->job != visit->print_job)
        return;
    if (visit_is_saved(visit))
        receipt_printed(visit, message);
    else
        visit->print = err_is(&message->err) ? PRINT_FAILED : PRINT_DONE;
    journey_touch(journey);
}

void paper_enter(struct journey *journey)
{
    if (journey->visit->print != PRINT_RUNNING)
        journey->visit->print = PRINT_NONE;
}
