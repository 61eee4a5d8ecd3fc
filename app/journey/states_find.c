/* Finding a case by its receipt or number, and showing its true state. */
#include "app/journey/states.h"

#include "board/base/log.h"
#include "board/base/wipe.h"
#include "drivers/camera/camera.h"
#include "drivers/scanner/scanner.h"

#include <stdio.h>
#include <string.h>

void find_enter(struct journey *journey)
{
    journey->visit->typed_number[0] = '\0';
    journey->visit->find_message[0] = '\0';
    struct err e = journey->ports->camera(journey->ports->context, CAMERA_CODES);
    if (err_is(&e) && e.class != ERR_DEVICE)
        log_err("journey", &e);
}

void find_leave(struct journey *journey)
{
    struct err e = journey->ports->camera(journey->ports->context, CAMERA_OFF);
    if (err_is(&e))
        log_err("journey", &e);
}

void find_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    const struct visit *visit = journey->visit;
    char grouped[24];
    snprintf(grouped, sizeof grouped, "%.4s%s%.5s%s%s", visit->typed_number,
             strlen(visit->typed_number) > 4 ? " " : "",
             strlen(visit->typed_number) > 4 ? visit->typed_number + 4 : "",
             strlen(visit->typed_number) > 9 ? " " : "",
             strlen(visit->typed_number) > 9 ? visit->typed_number + 9 : "");
    screen_find(tree, frame,
                &(struct view_find){
                    .typed = grouped,
                    .message = *visit->find_message ? visit->find_message : NULL,
                    .has_camera = journey_device_ready(journey, DEVICE_CAMERA) ||
                                  journey_device_ready(journey, DEVICE_SCANNER),
                    .image = journey->ports->camera_preview(journey->ports->context),
                });
}

static void find_message(struct journey *journey, const char *text_id)
{
    snprintf(journey->visit->find_message, sizeof journey->visit->find_message, "%s",
             journey_text(journey, text_id));
    journey_touch(journey);
}

static void find_typed(struct journey *journey)
{
    char number[CASE_NUMBER_SIZE];
    struct err e = case_number_read(journey->visit->typed_number, number);
    if (err_is(&e))
        find_message(journey, "find.number_wrong");
    else
        journey->ports->store_find_number(journey->ports->context, number);
}

void find_ui(struct journey *journey, const struct ui_event *event)
{
    char *typed = journey->visit->typed_number;
    size_t length = strlen(typed);
    journey->visit->find_message[0] = '\0';
    if (event->action == ACTION_KEY && length < CASE_NUMBER_SIZE - 1) {
        typed[length] = (char)event->arg;
        typed[length + 1] = '\0';
    } else if (event->action == ACTION_ERASE && length > 0) {
        typed[length - 1] = '\0';
    } else if (event->action == ACTION_NEXT) {
        find_typed(journey);
    }
}

void find_device(struct journey *journey, const struct device_message *message)
{
    if (message->class == DEVICE_CAMERA)
        journey_touch(journey); /* a new picture of what it sees */
    if (err_is(&message->err) || message->kind != DEVICE_RESULT)
        return;
    if (message->class == DEVICE_CAMERA && camera_event(message)->stage == CAMERA_CODE)
        journey->ports->store_find_code(journey->ports->context, camera_event(message)->code.text);
    else if (message->class == DEVICE_SCANNER)
        journey->ports->store_find_code(journey->ports->context, scanner_event(message)->code.text);
}

void find_store(struct journey *journey, const struct store_answer *answer)
{
    if (answer->kind != STORE_CASE)
        return;
    if (!err_is(&answer->err) && answer->found) {
        journey->visit->case_line = answer->case_line;
        journey_goto(journey, STATE_CASE, "found");
        return;
    }
    find_message(journey, answer->err.class == ERR_REFUSED ? "find.other_kiosk" : "find.not_found");
    find_leave(journey);
    struct err e = journey->ports->camera(journey->ports->context, CAMERA_CODES);
    if (err_is(&e) && e.class != ERR_DEVICE)
        log_err("journey", &e);
}

/* ---- the case ---- */

static const struct {
    enum ui_state verdict;
    const char *title, *detail;
} verdicts[OUTBOX_STATE_COUNT] = {
    [OUTBOX_QUEUED] = {UI_STATE_WAITING, "case.waiting", "case.waiting_detail"},
    [OUTBOX_SENDING] = {UI_STATE_WAITING, "case.sending", "case.sending_detail"},
    [OUTBOX_DELIVERED] = {UI_STATE_DONE, "case.received", "case.received_detail"},
    [OUTBOX_PURGED] = {UI_STATE_DONE, "case.received", "case.received_detail"},
    [OUTBOX_PARKED] = {UI_STATE_FAILED, "case.parked", "case.parked_detail"},
    [OUTBOX_ON_STICK] = {UI_STATE_WAITING, "case.on_stick", "case.on_stick_detail"},
};

void case_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    const struct ui_choice done = {
        .id = "done", .label = journey_text(journey, "case.done"), .icon = "check", .action = ACTION_DONE};
    const struct outbox_case *line = &journey->visit->case_line;
    struct view_step steps[3];
    char number[CASE_NUMBER_GROUPED_SIZE];
    size_t count = case_steps(journey, ui_tree_arena(tree), line, journey_when, steps);
    case_number_group(line->number, number);
    frame->primary = &done;
    screen_case(tree, frame,
                &(struct view_case){
                    .verdict = verdicts[line->state].verdict,
                    .title = journey_text(journey, verdicts[line->state].title),
                    .detail = journey_text(journey, verdicts[line->state].detail),
                    .service = *line->title ? line->title : NULL,
                    .number = number,
                    .steps = steps,
                    .step_count = count,
                });
}

void case_ui(struct journey *journey, const struct ui_event *event)
{
    if (event->action == ACTION_DONE)
        journey_goto(journey, STATE_ATTRACT, "seen");
}

void case_store(struct journey *journey, const struct store_answer *answer)
{
    struct outbox_case *line = &journey->visit->case_line;
    if (answer->kind == STORE_LINK && line->delivered_ms == 0)
        journey->ports->store_find_number(journey->ports->context, line->number);
    if (answer->kind == STORE_CASE && answer->found && strcmp(answer->case_line.number, line->number) == 0) {
        *line = answer->case_line;
        journey_touch(journey);
    }
}
