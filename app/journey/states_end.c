/* Saving, saved, take your card, rating. */
#include "app/journey/states.h"

#include "app/journey/keep.h"
#include "app/journey/receipt_view.h"
#include "app/journey/remember.h"
#include "app/journey/suggest.h"
#include "app/journey/walk.h"
#include "app/service/own_form.h"
#include "board/base/log.h"
#include "drivers/printer/printer.h"

#include <stdio.h>
#include <string.h>

/* ---- saving ---- */

/* An answer that does not hold is hers to mend; everything else is the machine's. */
static void save_failed(struct journey *journey, const struct err *e)
{
    log_err("journey", e);
    if (e->class == ERR_USER && walk_to_violation(journey))
        return;
    journey_goto(journey, STATE_SAVE_FAILED, err_class_name(e->class));
}

static void save(struct journey *journey)
{
    struct save_request *request = NULL;
    struct err e = visit_save_request(journey, &request);
    if (err_is(&e))
        save_failed(journey, &e);
    else
        journey_ask(journey, &(struct store_request){.kind = REQUEST_SAVE, .save = request}, "");
}

/* A number that was taken for a try that failed serves the next try. */
void saving_enter(struct journey *journey)
{
    if (journey->visit->number[0])
        save(journey);
    else
        journey_ask(journey, &(struct store_request){.kind = REQUEST_NUMBER}, "");
}

void saving_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    screen_say(tree, frame,
               &(struct view_say){.picture = "lock",
                                  .heading = journey_text(journey, "saving.title"),
                                  .help = journey_text(journey, "saving.help")});
}

void saving_store(struct journey *journey, struct store_answer *answer)
{
    struct visit *visit = journey->visit;
    if (answer->kind != STORE_NUMBER && answer->kind != STORE_SAVED)
        return;
    if (err_is(&answer->err)) {
        save_failed(journey, &answer->err);
    } else if (answer->kind == STORE_NUMBER) {
        memcpy(visit->number, answer->number, sizeof visit->number);
        save(journey);
    } else {
        memcpy(visit->code, answer->code, sizeof visit->code);
        visit->case_line = answer->case_line;
        visit->progress = answer->progress;
        journey_goto(journey, STATE_SAVED, "committed");
    }
}

void save_failed_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    const struct ui_choice again = {.id = "again",
                                    .label = journey_text(journey, "save_failed.again"),
                                    .icon = "repeat",
                                    .action = ACTION_YES};
    frame->primary = &again;
    frame->has_stop = true;
    screen_say(tree, frame,
               &(struct view_say){
                   .heading = journey_text(journey, "save_failed.title"),
                   .help = journey_text(journey, "save_failed.help"),
                   .phone = journey_phone(journey),
               });
}

void save_failed_ui(struct journey *journey, const struct ui_event *event)
{
    if (event->action == ACTION_YES)
        journey_goto(journey, STATE_SAVING, "try again");
}

/* ---- saved ---- */

static void print(struct journey *journey)
{
    receipt_started(journey, receipt_print(journey));
}

void saved_enter(struct journey *journey)
{
    remember_answers(journey->visit);
    suggest_done(journey->visit);
    journey->visit->has_draft = journey->visit->is_draft_wanted = false; /* the commit took it away */
    session_destroy(&journey->visit->session); /* the answers are sealed; the screen needs them no more */
    draft_clear(&journey->visit->draft);
    journey_watch_card(journey); /* she may have laid it down again */
    print(journey);
}

static const char *saved_notice(struct journey *journey, const char **out_icon)
{
    const struct visit *visit = journey->visit;
    *out_icon = "printer";
    switch (visit->print) {
    case PRINT_RUNNING:
        return journey_text(journey, "saved.printing");
    case PRINT_SLOW:
        return journey_text(journey, "saved.printing_slow");
    case PRINT_FAILED:
        *out_icon = "warning";
        return journey_text(journey, visit->print_trouble);
    case PRINT_UNPROVED:
        return journey_text(journey, "saved.look_for_receipt");
    case PRINT_NONE:
    case PRINT_DONE:
        break;
    }
    *out_icon = "id-card";
    return journey_text(journey, journey_card_lies_there(journey) ? "saved.take_card" : "saved.take_receipt");
}

void saved_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    const struct ui_choice done = {
        .id = "done", .label = journey_text(journey, "saved.done"), .icon = "check", .action = ACTION_DONE};
    const struct ui_choice another = {
        .id = "another", .label = journey_text(journey, "saved.another"), .action = ACTION_ANOTHER};
    struct arena *arena = ui_tree_arena(tree);
    struct visit *visit = journey->visit;
    struct view_step steps[3];
    const char *icon;
    char number[CASE_NUMBER_GROUPED_SIZE];
    size_t count = case_steps(journey, arena, &visit->case_line, &visit->progress, journey_when, steps);
    bool is_sent = visit->case_line.delivered_ms > 0;
    const char *detail = is_sent                                          ? "saved.detail_received"
                         : case_is_being_sent(journey, &visit->case_line) ? "case.sending_detail"
                                                                          : "saved.detail";
    const char *notice = saved_notice(journey, &icon);
    case_number_group(visit->number, number);
    frame->primary = &done;
    frame->secondary = &another;
    screen_case(tree, frame,
                &(struct view_case){
                    .verdict = UI_STATE_DONE,
                    .title = journey_text(journey, is_sent ? "saved.title_received" : "saved.title"),
                    .detail = journey_text(journey, detail),
                    .number = number,
                    .steps = steps,
                    .step_count = count,
                    .notice = notice,
                    .notice_icon = icon,
                });
}

/* The number would be gone with this screen: she notes it first. */
static void begin_another(struct journey *journey)
{
    struct visit *visit = journey->visit;
    visit->wants_another = visit->print != PRINT_DONE;
    journey_goto(journey, visit->wants_another ? STATE_TAKE_CARD : STATE_HOME, "another service");
}

void saved_ui(struct journey *journey, const struct ui_event *event)
{
    if (event->action == ACTION_DONE)
        journey_goto(journey, STATE_TAKE_CARD, "done");
    else if (event->action == ACTION_ANOTHER)
        begin_another(journey);
}

/* Paper put in, cover closed, plugged in again: a whole new receipt, which says "copy" when some of the first
 * may be on paper. */
static bool printer_is_mended(const struct visit *visit, const struct device_message *message)
{
    return visit->print == PRINT_FAILED && message->status.in_service &&
           !(message->status.conditions & PRINTER_CANNOT_PRINT);
}

void saved_device(struct journey *journey, const struct device_message *message)
{
    if (message->class == DEVICE_IDCARD)
        journey_touch(journey);
    if (message->class != DEVICE_PRINTER)
        return;
    if (message->kind == DEVICE_STATUS && printer_is_mended(journey->visit, message)) {
        journey_ask(journey, &(struct store_request){.kind = REQUEST_PRINT_INTENT}, journey->visit->number);
        print(journey);
    }
}

/* ---- take your card ---- */

const char *number_to_note(const struct visit *visit, struct arena *arena)
{
    char number[CASE_NUMBER_GROUPED_SIZE];
    if (!visit_is_saved(visit) || visit->print == PRINT_DONE)
        return NULL;
    case_number_group(visit->number, number);
    return arena_strdup(arena, number);
}

/* What there is to take away; a reader that is down cannot say whether her card lies there. Who stays for
 * another service leaves it. */
struct takings {
    bool card, receipt, number;
};

static struct takings takings(const struct journey *journey)
{
    const struct visit *visit = journey->visit;
    bool is_saved = visit_is_saved(visit), is_blind = !journey_device_ready(journey, DEVICE_IDCARD);
    return (struct takings){
        .card = !visit->wants_another &&
                (journey_card_lies_there(journey) || (visit->person.has_card && is_blind)),
        .receipt = is_saved && (visit->print == PRINT_RUNNING || visit->print == PRINT_DONE ||
                                visit->print == PRINT_UNPROVED),
        .number = is_saved && visit->print != PRINT_DONE,
    };
}

static const char *take_heading(const struct takings *what)
{
    if (what->card && what->receipt)
        return "take_card.title";
    if (what->receipt)
        return "saved.take_receipt";
    if (what->number)
        return what->card ? "take_card.title_number" : "take_card.title_only_number";
    return "take_card.title_card";
}

static bool must_take_card(const struct journey *journey)
{
    return journey_card_lies_there(journey) && !journey->visit->wants_another;
}

bool rating_is_open(const struct journey *journey)
{
    return !journey->visit->has_rated && catalogue_find(journey->catalogue, OWN_FORM_RATING);
}

static void leave(struct journey *journey);

void take_card_enter(struct journey *journey)
{
    const struct takings what = takings(journey);
    journey_watch_card(journey);
    if (!what.card && !what.receipt && !what.number)
        leave(journey);
}

void take_card_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    const struct takings what = takings(journey);
    bool is_only_number = what.number && !what.card && !what.receipt;
    const struct ui_choice done = {
        .id = "taken",
        .label = journey_text(journey, is_only_number ? "take_card.noted" : "take_card.taken"),
        .icon = "check",
        .action = ACTION_DONE};
    frame->primary = &done;
    screen_say(tree, frame,
               &(struct view_say){
                   .picture = is_only_number ? NULL : "picture-take-card",
                   .heading = journey_text(journey, take_heading(&what)),
                   .help = journey_text(journey, is_only_number ? "take_card.help_number" : "take_card.help"),
                   .number = number_to_note(journey->visit, ui_tree_arena(tree)),
                   .notice = must_take_card(journey) ? journey_text(journey, "take_card.still_there") : NULL,
               });
}

/* Who has finished something may say how it was, where a form takes the answer; nobody else is asked. */
static void leave(struct journey *journey)
{
    bool can_rate = visit_is_saved(journey->visit) && rating_is_open(journey);
    if (journey->visit->wants_another)
        journey_goto(journey, STATE_HOME, "another service");
    else
        journey_goto(journey, can_rate ? STATE_RATING : STATE_ATTRACT, "all taken");
}

void take_card_ui(struct journey *journey, const struct ui_event *event)
{
    if (event->action != ACTION_DONE)
        return;
    journey->visit->wants_to_leave = true; /* with the card still there: as soon as it is taken */
    if (must_take_card(journey))
        speech_again(journey);
    else
        leave(journey);
}

void take_card_device(struct journey *journey, const struct device_message *message)
{
    if (message->class == DEVICE_PRINTER && visit_is_saved(journey->visit))
        saved_device(journey, message); /* her receipt may still come */
    if (message->class != DEVICE_IDCARD)
        return;
    if (message->kind != DEVICE_STATUS && idcard_event(message)->stage == IDCARD_LEFT &&
        must_take_card(journey))
        speech_again(journey);
    journey_touch(journey);
    if (journey->visit->wants_to_leave && !journey_card_lies_there(journey))
        leave(journey);
}

/* ---- rating ---- */

void rating_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    screen_rating(tree, frame, journey->visit->rating);
}

void rating_ui(struct journey *journey, const struct ui_event *event)
{
    if (event->action == ACTION_RATE) {
        char face[16];
        snprintf(face, sizeof face, "face.%d", event->arg);
        journey->visit->rating = event->arg;
        speech_tell(journey, "speech.chosen", journey_text(journey, face), 1);
    } else if (event->action == ACTION_DONE) { /* who came from the home screen is not done */
        journey_goto(journey, journey->visit->service ? STATE_ATTRACT : STATE_HOME, "finished");
    }
}

/* The face that was touched last counts, however she leaves. */
void rating_leave(struct journey *journey)
{
    struct visit *visit = journey->visit;
    visit->has_rated = visit->has_rated || visit->rating > 0;
    if (visit->rating > 0)
        journey_ask(journey, &(struct store_request){.kind = REQUEST_RATE, .score = visit->rating},
                    visit->service ? visit->service->id : "");
}
