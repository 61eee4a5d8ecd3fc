/* What became of an application: the cases of a card, one case, and where it leads. */
#include "app/journey/states.h"

#include "app/journey/keep.h"
#include "app/journey/receipt_view.h"
#include "app/journey/remember.h"
#include "app/service/own_form.h"
#include "board/base/log.h"

#include <string.h>

/* ---- the words for how far it is ---- */

struct verdict {
    enum ui_state state;
    const char *title, *detail;
};

/* While it is on its way: what the outbox knows. */
static const struct verdict on_the_way[OUTBOX_STATE_COUNT] = {
    [OUTBOX_QUEUED] = {UI_STATE_WAITING, "case.waiting", "case.waiting_detail"},
    [OUTBOX_SENDING] = {UI_STATE_WAITING, "case.sending", "case.sending_detail"},
    [OUTBOX_DELIVERED] = {UI_STATE_DONE, "case.received", "case.received_detail"},
    [OUTBOX_PURGED] = {UI_STATE_DONE, "case.received", "case.received_detail"},
    [OUTBOX_PARKED] = {UI_STATE_FAILED, "case.parked", "case.parked_detail"},
    [OUTBOX_ON_STICK] = {UI_STATE_WAITING, "case.on_stick", "case.on_stick_detail"},
};

/* Once the county has spoken: what it says. */
static const struct verdict decided[CASE_STAGE_COUNT] = {
    [CASE_ACCEPTED] = {UI_STATE_DONE, "case.accepted", "case.accepted_detail"},
    [CASE_NEEDS_PAPERS] = {UI_STATE_WAITING, "case.needs_papers", "case.needs_papers_detail"},
    [CASE_REJECTED] = {UI_STATE_FAILED, "case.rejected", "case.rejected_detail"},
    [CASE_FINISHED] = {UI_STATE_DONE, "case.finished", "case.finished_detail"},
};

static const struct verdict *verdict_of(const struct outbox_case *line, const struct case_progress *progress)
{
    const struct verdict *said = &decided[progress->stage];
    return said->title ? said : &on_the_way[line->state];
}

/* ---- the cases of a card ---- */

static const char *line_detail(struct journey *journey, struct arena *arena,
                               const struct case_list_item *item)
{
    const char *values[] = {journey_when(journey, arena, item->line.saved_ms),
                            journey_text(journey, verdict_of(&item->line, &item->progress)->title)};
    const char *text = lang_format(journey_lang(journey), arena, "cases.line", 2, values);
    return text ? text : "";
}

/* By the form store and in the visitor's language: the outbox keeps no service's name. */
static const char *service_of(struct journey *journey, const struct outbox_case *line)
{
    const struct service *service = catalogue_find(journey->catalogue, line->form_id);
    return service ? service_title(service, lang_tag(journey_lang(journey))) : line->form_id;
}

void cases_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    const struct visit *visit = journey->visit;
    struct arena *arena = ui_tree_arena(tree);
    const struct kept *kept = visit->person.offer;
    const struct service *service = kept ? catalogue_find(journey->catalogue, kept->head.form_id) : NULL;
    size_t count = visit->cases ? visit->cases->count : 0;
    struct view_case_line *lines = arena_array(arena, count, sizeof *lines);
    for (size_t i = 0; lines && i < count; i++)
        lines[i] = (struct view_case_line){service_of(journey, &visit->cases->items[i].line),
                                           line_detail(journey, arena, &visit->cases->items[i])};
    const struct view_cases view = {
        .lines = lines,
        .count = lines ? count : 0,
        .kept = service ? service_title(service, lang_tag(journey_lang(journey))) : NULL,
        .kept_detail = service ? journey_text_with(journey, arena, "cases.kept",
                                                   journey_when(journey, arena, kept->head.saved_ms))
                               : NULL,
    };
    screen_cases(tree, frame, &view);
}

/* case_store() is answered. */
static void look_again(struct journey *journey)
{
    journey_ask(journey, &(struct store_request){.kind = REQUEST_FIND_NUMBER},
                journey->visit->case_line.number);
}

void cases_ui(struct journey *journey, const struct ui_event *event)
{
    struct visit *visit = journey->visit;
    if (event->action == ACTION_RESUME && visit->person.offer) {
        keep_resume(journey);
    } else if (event->action == ACTION_CASE && visit->cases && event->arg >= 0 &&
               (size_t)event->arg < visit->cases->count) {
        visit->case_line = visit->cases->items[event->arg].line;
        visit->progress = visit->cases->items[event->arg].progress;
        journey_goto(journey, STATE_CASE, "one of them");
        look_again(journey); /* it may have gone further while she read the list */
    }
}

/* ---- one case ---- */

/* The form that this case leads to, as its service's guide says; NULL when there is none. A guide is whatever
 * was pulled: it leads nobody into a form that the kiosk fills itself and sends unsealed. */
static const struct service *led_to(const struct journey *journey, const char *key)
{
    const struct service *service = catalogue_find(journey->catalogue, journey->visit->case_line.form_id);
    const char *id = service ? guide_text(service->guide, key, "") : "";
    return own_form_is(id) ? NULL : catalogue_find(journey->catalogue, id);
}

static bool is_decided(const struct case_progress *progress)
{
    return progress->stage == CASE_REJECTED || progress->stage == CASE_FINISHED;
}

/* Papers can be added until it is decided, and are asked for when the county wants some. */
static const struct service *supplement_form(const struct journey *journey)
{
    return is_decided(&journey->visit->progress) ? NULL : led_to(journey, "supplement_form");
}

/* Once is enough. */
static const struct service *withdraw_form(const struct journey *journey)
{
    bool is_over = is_decided(&journey->visit->progress) || journey->visit->case_line.is_withdrawn;
    return is_over ? NULL : led_to(journey, "withdraw_form");
}

static const char *notice_of(const struct journey *journey, const char **out_icon)
{
    bool has_failed = journey->visit->print == PRINT_FAILED;
    *out_icon = has_failed ? "warning" : "undo";
    if (has_failed)
        return journey_text(journey, "guide.print_failed");
    bool is_pending = journey->visit->case_line.is_withdrawn && !is_decided(&journey->visit->progress);
    return is_pending ? journey_text(journey, "case.withdrawn") : NULL;
}

/* The county waits for her, and she can do it here. */
static bool can_bring(const struct journey *journey)
{
    return journey->visit->progress.stage == CASE_NEEDS_PAPERS && supplement_form(journey);
}

/* True of this case, too. */
static const char *detail_of(const struct journey *journey, const struct verdict *verdict)
{
    const struct visit *visit = journey->visit;
    enum case_stage stage = visit->progress.stage;
    if (stage == CASE_NEEDS_PAPERS && !supplement_form(journey))
        return "case.needs_papers_counter";
    if (stage == CASE_REJECTED && !*visit->progress.message)
        return "case.rejected_no_reason";
    bool waits = verdict == &on_the_way[OUTBOX_QUEUED];
    return waits && case_is_being_sent(journey, &visit->case_line) ? "case.sending_detail" : verdict->detail;
}

static const char *message_of(struct journey *journey)
{
    const char *message = journey->visit->progress.message;
    return *message ? lang_text(journey_lang(journey), message) : NULL; /* a code with words here, or words */
}

/* Once the county has spoken there is something to take home. */
static bool can_print_result(const struct journey *journey)
{
    return journey->visit->progress.stage > CASE_RECEIVED && journey->visit->print != PRINT_RUNNING &&
           printer_can_print(journey);
}

static void print_result(struct journey *journey)
{
    const struct visit *visit = journey->visit;
    struct err e =
        result_print(journey, journey_text(journey, verdict_of(&visit->case_line, &visit->progress)->title),
                     message_of(journey));
    paper_started(journey, e);
}

void case_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    const struct ui_choice done = {
        .id = "done", .label = journey_text(journey, "case.done"), .icon = "check", .action = ACTION_DONE};
    const struct ui_choice bring = {.id = "supplement",
                                    .label = journey_text(journey, "case.bring"),
                                    .icon = "plus",
                                    .action = ACTION_SUPPLEMENT};
    const struct outbox_case *line = &journey->visit->case_line;
    const struct case_progress *progress = &journey->visit->progress;
    const struct verdict *verdict = verdict_of(line, progress);
    struct view_step steps[3];
    char number[CASE_NUMBER_GROUPED_SIZE];
    size_t count = case_steps(journey, ui_tree_arena(tree), line, progress, journey_when, steps);
    case_number_group(line->number, number);
    bool brings = can_bring(journey);
    const char *icon, *notice = notice_of(journey, &icon);
    frame->primary = brings ? &bring : &done;
    screen_case(tree, frame,
                &(struct view_case){
                    .verdict = verdict->state,
                    .title = journey_text(journey, verdict->title),
                    .detail = journey_text(journey, detail_of(journey, verdict)),
                    .service = service_of(journey, line),
                    .number = number,
                    .steps = steps,
                    .step_count = count,
                    .message = message_of(journey),
                    .notice = notice,
                    .notice_icon = icon,
                    .can_supplement = !brings && supplement_form(journey) != NULL,
                    .can_leave = brings,
                    .can_withdraw = withdraw_form(journey) != NULL,
                    .can_print = can_print_result(journey),
                });
}

/* The case's number and id go along, so that nobody types them. */
static void lead_to(struct journey *journey, const struct service *service)
{
    struct outbox_case line = journey->visit->case_line;
    visit_choose(journey, service);
    remember_fact(journey->visit, "parent_number", line.number);
    remember_fact(journey->visit, "parent_id", line.instance_id);
    journey_goto(journey, STATE_CONSENT, service->id);
}

void case_ui(struct journey *journey, const struct ui_event *event)
{
    bool has_list = journey->visit->cases != NULL;
    if (event->action == ACTION_DONE)
        journey_goto(journey, journey_card_lies_there(journey) ? STATE_TAKE_CARD : STATE_ATTRACT, "seen");
    else if (event->action == UI_ACTION_BACK)
        journey_goto(journey, has_list ? STATE_CASES : STATE_FIND, "back");
    else if (event->action == ACTION_PRINT_LIST && can_print_result(journey))
        print_result(journey);
    else if (event->action == ACTION_SUPPLEMENT && supplement_form(journey))
        lead_to(journey, supplement_form(journey));
    else if (event->action == ACTION_WITHDRAW && withdraw_form(journey))
        lead_to(journey, withdraw_form(journey));
}

/* While the person still stands here, sync may deliver: the steps then say so. */
void case_store(struct journey *journey, struct store_answer *answer)
{
    struct visit *visit = journey->visit;
    if (answer->kind == STORE_LINK && visit->case_line.delivered_ms == 0)
        look_again(journey);
    if (answer->kind == STORE_CASE && answer->found &&
        strcmp(answer->case_line.number, visit->case_line.number) == 0) {
        visit->case_line = answer->case_line;
        visit->progress = answer->progress;
        journey_touch(journey);
    }
}
