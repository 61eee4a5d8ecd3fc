/* Finding a case: by its receipt, by its number, by the card that began it. */
#include "app/journey/states.h"

#include "app/journey/card_fill.h"
#include "app/journey/keep.h"
#include "drivers/camera/camera.h"
#include "drivers/scanner/scanner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void look_for_code(struct journey *journey)
{
    journey_log_device(journey->ports->camera(journey->ports->context, CAMERA_CODES));
}

static void find_message(struct journey *journey, const char *text_id)
{
    snprintf(journey->visit->find_message, sizeof journey->visit->find_message, "%s", text_id);
    journey_touch(journey);
}

/* What became of the applications of whoever was here before is told to nobody else. */
static void look_for_card(struct journey *journey)
{
    journey->visit->finds_by_card = journey->keeps_cards;
    if (journey->keeps_cards && !journey_read_card(journey))
        find_message(journey, "card.left");
}

static bool can_use_card(const struct journey *journey)
{
    return journey->keeps_cards && journey_device_ready(journey, DEVICE_IDCARD);
}

void find_enter(struct journey *journey)
{
    visit_close_service(journey);
    person_doubt(journey->visit);
    journey_void_requests(journey); /* what she looked for when she was here before */
    journey->visit->typed_number[0] = '\0';
    journey->visit->find_message[0] = '\0';
    look_for_code(journey);
    look_for_card(journey);
}

void find_leave(struct journey *journey)
{
    journey_stop_camera(journey);
    journey_stop_reading(journey);
}

/* As far as it was typed, as case_number_group() groups all of it. */
static void group_typed(const char *typed, char out_text[CASE_NUMBER_GROUPED_SIZE])
{
    for (size_t i = 0; typed[i]; i++) {
        if (i == 4 || i == 9)
            *out_text++ = ' ';
        *out_text++ = typed[i];
    }
    *out_text = '\0';
}

void find_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    const struct visit *visit = journey->visit;
    char grouped[CASE_NUMBER_GROUPED_SIZE];
    group_typed(visit->typed_number, grouped);
    screen_find(tree, frame,
                &(struct view_find){
                    .typed = grouped,
                    .message = journey_notice(journey, visit->find_message),
                    .has_camera = journey_device_ready(journey, DEVICE_CAMERA) ||
                                  journey_device_ready(journey, DEVICE_SCANNER),
                    .has_card = can_use_card(journey),
                    .image = journey->ports->camera_preview(journey->ports->context),
                });
}

static void find_typed(struct journey *journey)
{
    char number[CASE_NUMBER_SIZE];
    struct err e = case_number_read(journey->visit->typed_number, number);
    if (err_is(&e))
        find_message(journey, "find.number_wrong");
    else
        journey_ask(journey, &(struct store_request){.kind = REQUEST_FIND_NUMBER}, number);
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

static void ask_by_card(struct journey *journey, const struct idcard *card)
{
    person_meet(journey, card);
    journey_ask(journey, &(struct store_request){.kind = REQUEST_FIND_CARD}, card->id_number);
}

static void ask_by_code(struct journey *journey, const char *scanned)
{
    journey_ask(journey, &(struct store_request){.kind = REQUEST_FIND_CODE}, scanned);
}

static void find_by_card(struct journey *journey, const struct device_message *message)
{
    const struct idcard_event *event = idcard_event(message);
    if (message->kind == DEVICE_STATUS)
        look_for_card(journey);
    else if (event->stage == IDCARD_NOTICE)
        find_message(journey, card_notice_of(&message->err));
    else if (message->kind != DEVICE_RESULT || err_is(&message->err))
        return;
    else if (event->stage == IDCARD_READ)
        ask_by_card(journey, &event->card);
    else if (event->stage == IDCARD_REMOVED) {
        find_message(journey, "");
        look_for_card(journey);
    }
}

void find_device(struct journey *journey, const struct device_message *message)
{
    if (message->class == DEVICE_CAMERA)
        journey_touch(journey); /* a new picture of what it sees */
    if (message->class == DEVICE_IDCARD)
        find_by_card(journey, message);
    else if (message->kind == DEVICE_STATUS &&
             (message->class == DEVICE_CAMERA || message->class == DEVICE_SCANNER))
        look_for_code(journey); /* pulled out, or plugged in again */
    if (err_is(&message->err) || message->kind != DEVICE_RESULT)
        return;
    if (message->class == DEVICE_CAMERA && camera_event(message)->stage == CAMERA_CODE)
        ask_by_code(journey, camera_event(message)->code.text);
    else if (message->class == DEVICE_SCANNER)
        ask_by_code(journey, scanner_event(message)->code.text);
}

/* By receipt or number: one case, or why there is none. */
static void found_case(struct journey *journey, const struct store_answer *answer)
{
    struct visit *visit = journey->visit;
    if (!err_is(&answer->err) && answer->found) {
        visit->case_line = answer->case_line;
        visit->progress = answer->progress;
        journey_goto(journey, STATE_CASE, "found");
        return;
    }
    find_message(journey, answer->err.class == ERR_REFUSED ? "find.other_kiosk"
                          : answer->err.class == ERR_USER  ? "find.not_a_receipt"
                                                           : "find.not_found");
    look_for_code(journey);
}

/* By card: first its cases, then what is kept for it. */
static void found_by_card(struct journey *journey, struct store_answer *answer)
{
    struct visit *visit = journey->visit;
    if (answer->kind == STORE_CASES) {
        free(visit->cases);
        visit->cases = answer->cases;
        answer->cases = NULL;
        keep_look_for(journey);
        return;
    }
    bool has_kept = keep_found(journey, answer);
    if (has_kept || (visit->cases && visit->cases->count > 0)) {
        journey_goto(journey, STATE_CASES, "found by card");
        journey_watch_card(journey);
    } else {
        find_message(journey, "find.nothing_of_card");
        look_for_card(journey);
    }
}

void find_store(struct journey *journey, struct store_answer *answer)
{
    if (answer->kind == STORE_CASE)
        found_case(journey, answer);
    else if (answer->kind == STORE_CASES || answer->kind == STORE_FOUND_KEPT)
        found_by_card(journey, answer);
    else if (answer->kind == STORE_LINK && !journey->visit->finds_by_card)
        look_for_card(journey); /* the store has opened since, and keeps cards */
}
