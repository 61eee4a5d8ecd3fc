/* The card, and going without it. */
#include "app/journey/states.h"

#include "app/journey/card_fill.h"
#include "app/journey/keep.h"
#include "app/journey/walk.h"
#include "board/base/log.h"

#include <stdio.h>
#include <string.h>

/* ---- card ---- */

static bool here(struct journey *journey, struct session_node *out_node)
{
    struct session_position position = session_here(journey->visit->session);
    struct err e = session_look(journey->visit->session, position.ref, out_node);
    if (err_is(&e))
        log_err("journey", &e);
    return !err_is(&e);
}

/* It stands on the first page. */
static void card_notice(struct journey *journey, const char *notice)
{
    snprintf(journey->visit->card_notice, sizeof journey->visit->card_notice, "%s", notice);
    journey->page = 0;
    journey_touch(journey);
}

static void start_reading(struct journey *journey)
{
    journey->visit->is_card_found = false;
    if (!journey_read_card(journey))
        card_notice(journey, "card.left");
}

/* Who goes back to this screen stays on it: the card that lies there was read. Another one is, once it has
 * gone. What another screen asked the store is not answered here: nobody goes on by it. */
void card_enter(struct journey *journey)
{
    struct session_node group;
    journey->visit->card_notice[0] = '\0';
    journey_void_requests(journey);
    if (!journey->is_card_on_reader || !here(journey, &group) ||
        !card_known(&journey->visit->person, &group)) {
        start_reading(journey);
        return;
    }
    journey_watch_card(journey);
    if (card_waits_for_kept(journey, &group))
        keep_look_for(journey); /* she left before the store had answered */
}

void card_leave(struct journey *journey)
{
    journey_stop_reading(journey);
    journey->visit->is_card_found = false;
}

/* Who has two cards in her hand must know which comes first. */
static const char *heading_of(const struct journey *journey, const struct session_node *group)
{
    const struct person *person = &journey->visit->person;
    if (person->is_helping && !card_is_for_helper(group))
        return journey_text(journey, person->has_helper ? "card.title_theirs_now" : "card.title_theirs");
    return *group->label.text ? group->label.text : journey_text(journey, "card.title");
}

static void add_owner(const struct lang *lang, struct arena *arena, const char *who_id,
                      const struct idcard *card, struct view_line *out_line)
{
    *out_line = (struct view_line){.name = lang_text(lang, who_id),
                                   .value = arena_strdup(arena, card->name),
                                   .portrait = card_portrait(card, arena)};
}

enum { OWNERS_MAX = 2 };

/* Whose cards were read, as far as they are known: who sees her own face as the applicant's sees the mistake.
 */
static size_t owners(const struct person *person, const struct lang *lang, struct arena *arena,
                     struct view_line out_lines[OWNERS_MAX])
{
    size_t count = 0;
    if (person->has_card)
        add_owner(lang, arena, "card.applicant", &person->card, &out_lines[count++]);
    if (person->is_helping && person->has_helper)
        add_owner(lang, arena, "card.helper", &person->helper, &out_lines[count++]);
    return count;
}

/* What sets the order right; NULL while there is nothing to set right. */
static const char *swap_words(const struct journey *journey)
{
    const struct person *person = &journey->visit->person;
    if (!person->is_helping || (!person->has_card && !person->has_helper))
        return NULL;
    return journey_text(journey, person->has_card && person->has_helper ? "card.swap"
                                 : person->has_card                     ? "card.was_mine"
                                                                        : "card.was_theirs");
}

/* Two keys stand there at most: what sets the order right takes the place of what nobody needs then. */
static bool may_go_without(const struct person *person, const struct session_node *group)
{
    return !card_is_for_helper(group) && !(person->is_helping && person->has_card);
}

static bool may_turn_helper(const struct person *person, const struct session_node *group)
{
    bool has_only_helper = person->is_helping && person->has_helper && !person->has_card;
    return !card_is_for_helper(group) && !has_only_helper;
}

void card_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    struct session_node group;
    if (!here(journey, &group))
        return;
    const struct visit *visit = journey->visit;
    const struct guide *guide = visit->service->guide;
    struct view_line read[OWNERS_MAX];
    size_t read_count = owners(&visit->person, journey_lang(journey), ui_tree_arena(tree), read);
    struct session_progress progress = session_progress(visit->session);
    frame->part = progress.here;
    frame->whole = progress.total;
    frame->has_stop = true;
    bool is_down = !journey_device_ready(journey, DEVICE_IDCARD);
    const char *no_card = guide_text(guide, "no_card", "");
    const char *notice =
        is_down ? journey_text(journey, "card.down") : journey_notice(journey, visit->card_notice);
    screen_card(
        tree, frame,
        &(struct view_card){
            .heading = heading_of(journey, &group),
            .hint = *group.hint.text ? group.hint.text : journey_text(journey, "card.hint"),
            .notice = notice,
            .is_reading = visit->is_card_found && !notice,
            .is_down = is_down,
            .can_go_without = *no_card && may_go_without(&visit->person, &group),
            .can_help = guide_item(guide, "helper_allowed", "", 0) && may_turn_helper(&visit->person, &group),
            .is_helping = visit->person.is_helping,
            .is_known = card_known(&journey->visit->person, &group) != NULL,
            .read = read,
            .read_count = read_count,
            .swap = swap_words(journey),
        });
}

/* Back on this screen without another card: the one that was read still holds. */
static void use_known_card(struct journey *journey)
{
    struct session_node group;
    if (!here(journey, &group) || !card_known(&journey->visit->person, &group))
        return;
    if (card_waits_for_kept(journey, &group))
        keep_look_for(journey);
    else
        walk_after_group(journey);
}

/* Whose card this is has changed: it is read anew. */
static void turn_helper(struct journey *journey)
{
    visit_turn_helper(journey);
    start_reading(journey);
}

/* Somebody who acts for the applicant shows her own card, not the applicant's twice; and not hers again while
 * the applicant's is missing. */
static bool is_same_person(const struct person *person, bool is_helper, const struct idcard *card)
{
    const struct idcard *other = is_helper ? &person->card : &person->helper;
    bool knows_other =
        is_helper ? person->has_card : person->is_helping && person->has_helper && !person->has_card;
    return knows_other && strcmp(other->id_number, card->id_number) == 0;
}

/* On to the next question; only the helper's own card is read at once, by the screen that asks for it. */
static void go_on(struct journey *journey)
{
    walk_after_group(journey);
    if (journey->state != STATE_CARD)
        journey_watch_card(journey);
}

/* On, by way of what was kept for her card. */
static void greet_applicant(struct journey *journey)
{
    if (journey->keeps_cards)
        keep_look_for(journey); /* card_store() goes on */
    else
        go_on(journey);
}

static void use_card(struct journey *journey, const struct idcard *card)
{
    struct session_node group;
    const char *message = "";
    if (!here(journey, &group))
        return;
    bool is_helper = card_is_for_helper(&group);
    if (is_same_person(&journey->visit->person, is_helper, card)) {
        card_notice(journey, is_helper ? "card.same_person" : "card.same_helper");
        start_reading(journey);
        return;
    }
    struct err e = card_fill(journey->visit, &group, card, &message);
    if (err_is(&e)) {
        card_notice(journey, *message ? message : "card.does_not_fit");
        log_err("journey", &e);
        start_reading(journey);
        return;
    }
    bool is_helping = journey->visit->person.is_helping;
    speech_tell(journey,
                is_helper    ? "speech.read_yours"
                : is_helping ? "speech.read_theirs"
                             : "speech.read",
                "", 0);
    if (is_helper) {
        person_meet_helper(&journey->visit->person, card);
        go_on(journey);
    } else {
        person_meet(journey, card);
        greet_applicant(journey);
    }
}

/* Read in the wrong order: each is whose she is, and what is still missing is asked for. */
static void swap(struct journey *journey)
{
    person_swap(journey);
    walk_settle_cards(journey->visit);
    if (!walk_to_first_card(journey->visit->session))
        return;
    if (!journey->visit->person.has_card)
        journey_goto(journey, STATE_CARD, "the helper's card came first");
    else
        greet_applicant(journey);
}

void card_ui(struct journey *journey, const struct ui_event *event)
{
    if (event->action == UI_ACTION_BACK)
        walk_back(journey);
    else if (event->action == ACTION_HELPER)
        turn_helper(journey);
    else if (event->action == ACTION_SWAP && swap_words(journey))
        swap(journey);
    else if (event->action == ACTION_NO_CARD)
        journey_goto(journey, STATE_NO_CARD, "no card");
    else if (event->action == ACTION_NEXT)
        use_known_card(journey);
}

void card_store(struct journey *journey, struct store_answer *answer)
{
    if (answer->kind != STORE_FOUND_KEPT)
        return;
    if (!keep_found(journey, answer)) {
        go_on(journey);
        return;
    }
    journey_goto(journey, STATE_RESUME, "an interrupted application of this card");
    journey_watch_card(journey);
}

void card_device(struct journey *journey, const struct device_message *message)
{
    if (message->class != DEVICE_IDCARD)
        return;
    if (message->kind == DEVICE_STATUS) {
        if (message->status.in_service)
            start_reading(journey); /* plugged in again: no restart, no question lost */
        return;
    }
    const struct idcard_event *event = idcard_event(message);
    if (event->stage == IDCARD_REMOVED && message->kind == DEVICE_RESULT && !err_is(&message->err)) {
        card_notice(journey, "");
        start_reading(journey);
    } else if (event->stage == IDCARD_NOTICE) {
        card_notice(journey, card_notice_of(&message->err));
    } else if (event->stage == IDCARD_FOUND) {
        journey->visit->is_card_found = true;
        card_notice(journey, "");
    } else if (event->stage == IDCARD_READ && message->kind == DEVICE_RESULT && !err_is(&message->err)) {
        use_card(journey, &event->card);
    }
}

/* ---- no card ---- */

static bool may_type_number(const struct service *service)
{
    return strncmp(guide_text(service->guide, "no_card", ""), "typed", 5) == 0;
}

void no_card_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    bool may_type = may_type_number(journey->visit->service);
    const struct ui_choice type_it = {
        .id = "type-number",
        .label = journey_text(journey, "no_card.type"),
        .icon = "keyboard",
        .action = ACTION_YES,
    };
    frame->primary = may_type ? &type_it : NULL;
    frame->has_stop = true;
    screen_say(
        tree, frame,
        &(struct view_say){
            .heading = journey_text(journey, "no_card.title"),
            .help = journey_text(journey, may_type ? "no_card.may_type" : "no_card.refused"),
            .phone = guide_text(journey->visit->service->guide, "phone", lang_tag(journey_lang(journey))),
        });
}

void no_card_ui(struct journey *journey, const struct ui_event *event)
{
    if (event->action != ACTION_YES)
        return;
    person_replace(journey); /* whoever types is nobody of whom a card was read */
    person_forget_absent(journey->visit);
    walk_settle_cards(journey->visit);
    journey->visit->types_card = true;
    struct err e = session_set_field(journey->visit->session, "card_unverified", "yes");
    (void)e; /* a form without that node takes the empty card fields as the sign */
    walk_next(journey);
}
