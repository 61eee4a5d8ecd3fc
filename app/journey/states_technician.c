/* The technician's screens: what yizhan-visit wants shown, and what whoever stands there answers. */
#include "app/journey/states.h"

#include "board/base/log.h"
#include "board/base/wipe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- whose screen it is ---- */

static void tell(struct journey *journey, enum technician_event_kind kind)
{
    const struct technician_event event = {.kind = kind};
    journey->ports->technician(journey->ports->context, &event);
}

static bool is_technician(enum journey_state_id state)
{
    return state >= STATE_TECHNICIAN && state <= STATE_TECHNICIAN_TAKE;
}

/* Nobody is thrown out: not who has laid her card there, and not who is between two services. */
static bool is_free(const struct journey *journey)
{
    const struct person *person = &journey->visit->person;
    bool is_nobody = !person->has_card && person->done_count == 0 && !journey->visit->absent;
    return journey->state == STATE_ATTRACT || (journey->state == STATE_HOME && is_nobody);
}

static enum journey_state_id screen_of(const struct technician_view *view)
{
    static const enum journey_state_id states[TECHNICIAN_SCREENS] = {
        [TECHNICIAN_CHECKING] = STATE_TECHNICIAN,  [TECHNICIAN_REFUSED] = STATE_TECHNICIAN,
        [TECHNICIAN_PIN] = STATE_TECHNICIAN_PIN,   [TECHNICIAN_PLAN] = STATE_TECHNICIAN_PLAN,
        [TECHNICIAN_TAKE] = STATE_TECHNICIAN_TAKE, [TECHNICIAN_PULLED] = STATE_TECHNICIAN,
    };
    return view->ask == TECHNICIAN_ASKS_SELF_TEST ? STATE_TECHNICIAN_TEST : states[view->screen];
}

/* Never into a citizen's visit: her own paper is in the printer then. */
static void print_slip(struct journey *journey)
{
    if (!journey->technician.owes_slip)
        return;
    journey->technician.owes_slip = false;
    technician_slip(journey);
}

static void follow(struct journey *journey)
{
    const struct technician_desk *desk = &journey->technician;
    enum journey_state_id to = screen_of(&desk->view);
    bool looks_at_status = journey->state == STATE_TECHNICIAN_STATUS && to == STATE_TECHNICIAN_PLAN;
    if (journey_place(journey) != to && !looks_at_status)
        journey_goto(journey, to, "the visit goes on");
    journey->touched_ms = journey->clock->monotonic_ms(journey->clock);
    journey_touch(journey);
    print_slip(journey);
}

void technician_tick(struct journey *journey)
{
    struct technician_desk *desk = &journey->technician;
    if (!desk->has_view || desk->is_dismissed || !is_free(journey))
        return;
    journey_goto(journey, screen_of(&desk->view), "a stick is in");
    tell(journey, TECHNICIAN_SHOWN);
    print_slip(journey);
}

/* Left alone, or left: the machine is the citizens' again until there is something new to show. */
void technician_dismiss(struct journey *journey)
{
    struct technician_desk *desk = &journey->technician;
    wipe(desk->pin, sizeof desk->pin);
    if (!desk->has_view || desk->is_dismissed)
        return;
    enum journey_state_id left = journey_states[journey->left].is_overlay ? journey->under : journey->left;
    if (!is_technician(left))
        return;
    desk->is_dismissed = true;
    if (desk->view.screen == TECHNICIAN_PIN || desk->view.screen == TECHNICIAN_PLAN)
        tell(journey, TECHNICIAN_CANCEL);
}

void journey_technician(struct journey *journey, const struct technician_view *view)
{
    struct technician_desk *desk = &journey->technician;
    bool wants_slip = view && view->ask == TECHNICIAN_ASKS_SLIP;
    bool did_want = desk->has_view && desk->view.ask == TECHNICIAN_ASKS_SLIP;
    desk->owes_slip = wants_slip && (desk->owes_slip || !did_want);
    desk->has_view = view != NULL;
    desk->is_dismissed = false;
    if (view)
        desk->view = *view;
    if (!is_technician(journey_place(journey))) {
        if (view && !is_free(journey))
            tell(journey, TECHNICIAN_BUSY);
    } else if (view) {
        follow(journey);
    } else {
        journey_goto(journey, STATE_ATTRACT, "the visit is over");
    }
}

/* ---- one thing said ---- */

static const char *fault_words(const struct journey *journey)
{
    char id[64];
    snprintf(id, sizeof id, "visit.fault.%s", journey->technician.view.fault);
    return journey_text(journey, id);
}

void technician_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    const struct technician_view *view = &journey->technician.view;
    if (view->screen == TECHNICIAN_REFUSED)
        screen_say(tree, frame,
                   &(struct view_say){.picture = "usb",
                                      .heading = journey_text(journey, "technician.refused"),
                                      .help = fault_words(journey)});
    else if (view->screen == TECHNICIAN_PULLED)
        screen_say(tree, frame,
                   &(struct view_say){.picture = "usb",
                                      .heading = journey_text(journey, "technician.pulled"),
                                      .help = journey_text(journey, "technician.pulled_help")});
    else
        screen_checking(tree, frame, view->percent);
}

/* ---- PIN ---- */

void technician_pin_leave(struct journey *journey)
{
    wipe(journey->technician.pin, sizeof journey->technician.pin);
}

static const char *pin_message(struct journey *journey, struct arena *arena)
{
    const struct technician_view *view = &journey->technician.view;
    char number[16];
    if (view->wait_s > 0) {
        snprintf(number, sizeof number, "%d", (view->wait_s + 59) / 60);
        return journey_text_with(journey, arena, "technician.pin_wait", number);
    }
    if (view->tries_left >= TECHNICIAN_PIN_TRIES)
        return NULL;
    snprintf(number, sizeof number, "%d", view->tries_left);
    return journey_text_with(journey, arena, "technician.pin_wrong", number);
}

void technician_pin_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    const struct technician_desk *desk = &journey->technician;
    screen_pin(tree, frame,
               &(struct view_pin){.who = desk->view.who,
                                  .digits = strlen(desk->pin),
                                  .message = pin_message(journey, ui_tree_arena(tree)),
                                  .can_type = desk->view.wait_s == 0});
}

static void send_pin(struct journey *journey)
{
    struct technician_desk *desk = &journey->technician;
    struct technician_event event = {.kind = TECHNICIAN_PIN_TYPED};
    if (strlen(desk->pin) == 0)
        return;
    snprintf(event.pin, sizeof event.pin, "%s", desk->pin);
    wipe(desk->pin, sizeof desk->pin);
    journey->ports->technician(journey->ports->context, &event);
    wipe(&event, sizeof event);
}

void technician_pin_ui(struct journey *journey, const struct ui_event *event)
{
    struct technician_desk *desk = &journey->technician;
    size_t length = strlen(desk->pin);
    if (event->action == ACTION_KEY && length + 2 < sizeof desk->pin) {
        desk->pin[length] = (char)event->arg;
        desk->pin[length + 1] = '\0';
    } else if (event->action == ACTION_ERASE && length > 0) {
        desk->pin[length - 1] = '\0';
    } else if (event->action == ACTION_NEXT) {
        send_pin(journey);
    } else if (event->action == ACTION_NO) {
        tell(journey, TECHNICIAN_CANCEL);
    }
}

/* ---- the plan ---- */

const char *technician_words(const struct lang *lang, const char *begin, const char *name)
{
    char id[64];
    snprintf(id, sizeof id, "technician.%s.%s", begin, name);
    return lang_text(lang, id);
}

static const char *note_words(const struct lang *lang, struct arena *arena,
                              const struct technician_step *step)
{
    char id[64];
    if (!*step->note)
        return NULL;
    snprintf(id, sizeof id, "technician.note.%s", step->note);
    return words_with(lang, arena, id, step->value);
}

size_t technician_works(const struct technician_view *view, const struct lang *lang, struct arena *arena,
                        struct view_work out_works[TECHNICIAN_STEPS_MAX])
{
    for (size_t i = 0; i < view->step_count; i++)
        out_works[i] = (struct view_work){
            .title = technician_words(lang, "step", view->steps[i].name),
            .note = note_words(lang, arena, &view->steps[i]),
            .state = view->steps[i].state,
            .percent = view->steps[i].percent,
        };
    return view->step_count;
}

void technician_plan_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    const struct technician_view *view = &journey->technician.view;
    struct view_work works[TECHNICIAN_STEPS_MAX];
    size_t count = technician_works(view, journey_lang(journey), ui_tree_arena(tree), works);
    screen_plan(tree, frame,
                &(struct view_plan){.who = view->who,
                                    .works = works,
                                    .count = count,
                                    .can_start = view->ask == TECHNICIAN_ASKS_START});
}

void technician_plan_ui(struct journey *journey, const struct ui_event *event)
{
    if (event->action == ACTION_NEXT && journey->technician.view.ask == TECHNICIAN_ASKS_START)
        tell(journey, TECHNICIAN_START);
    else if (event->action == ACTION_NO)
        tell(journey, TECHNICIAN_CANCEL);
    else if (event->action == ACTION_STATUS)
        journey_goto(journey, STATE_TECHNICIAN_STATUS, "tapped");
}

/* ---- the end ---- */

void technician_take_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    struct view_work works[TECHNICIAN_STEPS_MAX];
    size_t count =
        technician_works(&journey->technician.view, journey_lang(journey), ui_tree_arena(tree), works);
    bool is_good = true;
    for (size_t i = 0; i < count; i++)
        is_good = is_good && works[i].state != TECHNICIAN_FAILED;
    screen_take(tree, frame, &(struct view_plan){.works = works, .count = count, .is_good = is_good});
}
