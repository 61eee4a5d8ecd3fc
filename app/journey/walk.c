/*
 * From question to question. The form's session knows the order; the kiosk adds three rules: a card group is
 * one screen, a signature is asked for after the review, and a question reached from the review leads back to
 * it, past what the changed answer brought along.
 */
#include "app/journey/walk.h"

#include "app/journey/card_fill.h"
#include "app/journey/internal.h"
#include "app/journey/remember.h"
#include "app/journey/scan_group.h"
#include "board/base/log.h"

#include <stdio.h>
#include <string.h>

enum direction { FORWARD, BACKWARD };

static bool is_signature(const struct session_node *node)
{
    return node->kind == XFORM_UPLOAD && session_has_appearance(node, "signature");
}

static bool look(struct xform_session *session, const char *ref, struct session_node *out_node)
{
    struct err e = session_look(session, ref, out_node);
    if (err_is(&e))
        log_err("journey", &e);
    return !err_is(&e);
}

/* The card group around a question, NULL when it stands in none. The ref is borrowed from the session. */
static const char *card_group_of(struct xform_session *session, const char *ref)
{
    const char *const *groups;
    size_t count;
    struct err e = session_path(session, ref, &groups, &count);
    for (size_t i = 0; !err_is(&e) && i < count; i++) {
        struct session_node node;
        if (look(session, groups[i], &node) && card_is_group(&node))
            return node.ref;
    }
    return NULL;
}

bool walk_is_of_card(struct xform_session *session, const char *ref)
{
    return card_group_of(session, ref) != NULL;
}

static void show_question(struct journey *journey, const struct session_node *node, const char *cause)
{
    draft_open(journey, node);
    journey_goto(journey, STATE_QUESTION, cause);
}

/* A note after the last question, but for signatures: the review says it, where it is read at leisure. */
static bool is_closing_note(struct xform_session *session, const struct session_node *node)
{
    if (!node->readonly && node->kind != XFORM_NOTE)
        return false;
    struct session_position at = session_next(session);
    for (struct session_node next; at.step == SESSION_QUESTION; at = session_next(session))
        if (!look(session, at.ref, &next) || !is_signature(&next))
            break;
    struct err e = session_jump(session, node->ref);
    return at.step == SESSION_END && !err_is(&e);
}

static bool show_card_again(struct journey *journey, const char *group)
{
    struct err e = session_jump(journey->visit->session, group);
    if (err_is(&e))
        return false;
    journey_goto(journey, STATE_CARD, "back to the card");
    return true;
}

/* Whether this step is a screen of its own; shows it when it is. */
static bool show_question_step(struct journey *journey, const char *ref, enum direction direction)
{
    struct visit *visit = journey->visit;
    struct session_node node;
    if (!look(visit->session, ref, &node))
        return false;
    const char *group = card_group_of(visit->session, ref);
    if (group && !visit->types_card)
        return direction == BACKWARD && show_card_again(journey, group);
    if (scan_part_of(visit->session, ref) == SCAN_SYMBOLOGY)
        return false;
    if ((group && !node.required) || is_signature(&node) != visit->signs)
        return false;
    if (direction == FORWARD && remember_answer(visit, &node))
        return false;
    if (!visit->signs && is_closing_note(visit->session, &node)) {
        snprintf(visit->closing_ref, sizeof visit->closing_ref, "%s", ref);
        return false;
    }
    show_question(journey, &node, direction == FORWARD ? "next question" : "previous question");
    return true;
}

/* A card that was read in this visit is not asked for again; going back leads to its screen all the same. */
static bool fill_from_known_card(struct visit *visit, const struct session_node *group)
{
    const struct idcard *card = card_known(&visit->person, group);
    if (!card)
        return false;
    struct err e = card_fill(visit, group, card, NULL);
    if (err_is(&e))
        log_err("journey", &e);
    return !err_is(&e);
}

static bool show_group_step(struct journey *journey, const char *ref, enum direction direction)
{
    struct visit *visit = journey->visit;
    struct session_node node;
    if (!look(visit->session, ref, &node) || !card_is_group(&node) || visit->types_card || visit->signs)
        return false;
    if (direction == FORWARD && !card_waits_for_kept(journey, &node) && fill_from_known_card(visit, &node))
        return false;
    journey_goto(journey, STATE_CARD, "card group");
    return true;
}

static bool show_prompt_step(struct journey *journey, const char *ref)
{
    struct visit *visit = journey->visit;
    if (visit->signs)
        return false;
    snprintf(visit->repeat_ref, sizeof visit->repeat_ref, "%s", ref);
    journey_goto(journey, STATE_REPEAT, "one more?");
    return true;
}

/* ---- what was asked ---- */

/* Before the review: whatever is relevant now has been shown, or answered without a screen. */
static void note_all_asked(struct visit *visit)
{
    struct xform_session *session = visit->session;
    session_first(session);
    for (struct session_position at = session_next(session); at.step != SESSION_END;
         at = session_next(session))
        refs_add(&visit->asked, at.ref);
}

/* Who goes on with what was kept has not walked past it in this visit. */
static void find_closing_note(struct visit *visit)
{
    struct xform_session *session = visit->session;
    struct session_node node;
    session_first(session);
    for (struct session_position at = session_next(session); at.step != SESSION_END;
         at = session_next(session))
        if (at.step == SESSION_QUESTION && look(session, at.ref, &node) && is_closing_note(session, &node))
            snprintf(visit->closing_ref, sizeof visit->closing_ref, "%s", at.ref);
}

static void go_to_review(struct journey *journey, const char *cause)
{
    struct visit *visit = journey->visit;
    note_all_asked(visit);
    find_closing_note(visit);
    visit->review_page = 0;
    visit->review_part[0] = '\0';
    buf_clear(&visit->looked_at);
    journey_goto(journey, STATE_REVIEW, cause);
}

static void finish_walk(struct journey *journey)
{
    if (journey->visit->signs)
        journey_goto(journey, STATE_SAVING, "signed");
    else
        go_to_review(journey, "all questions answered");
}

/* ---- steps ---- */

/* Whether this step is a screen of its own; shows it when it is. */
static bool show_step(struct journey *journey, struct session_position at, enum direction direction)
{
    switch (at.step) {
    case SESSION_QUESTION:
        return show_question_step(journey, at.ref, direction);
    case SESSION_GROUP:
        return show_group_step(journey, at.ref, direction);
    case SESSION_PROMPT_REPEAT:
        return show_prompt_step(journey, at.ref);
    case SESSION_REPEAT:
        return false;
    case SESSION_START:
        journey_goto(journey, STATE_CONSENT, "before the first question");
        return true;
    case SESSION_END:
        finish_walk(journey);
        return true;
    }
    return false;
}

/* Shows the first step from here on that is a screen. */
static void show_from(struct journey *journey, struct session_position position, enum direction direction)
{
    struct xform_session *session = journey->visit->session;
    while (!show_step(journey, position, direction))
        position = direction == FORWARD ? session_next(session) : session_prev(session);
}

/* ---- before the review says that all is there ---- */

/* A changed answer can bring questions along. One more of a list is offered until she wants none. */
static bool show_unasked(struct journey *journey)
{
    struct visit *visit = journey->visit;
    session_first(visit->session);
    for (struct session_position at = session_next(visit->session); at.step != SESSION_END;
         at = session_next(visit->session)) {
        if (refs_have(&visit->asked, at.ref))
            continue;
        if (at.step != SESSION_PROMPT_REPEAT)
            refs_add(&visit->asked, at.ref);
        if (show_step(journey, at, FORWARD))
            return true;
    }
    return false;
}

/* False: it has no screen on which she could mend it. */
static bool show_violation(struct journey *journey, const struct session_violation *violation)
{
    struct visit *visit = journey->visit;
    struct session_node node;
    char message[sizeof visit->draft.message];
    const char *ours = violation->kind == SESSION_REQUIRED ? "question.required" : "question.not_valid";
    snprintf(message, sizeof message, "%s",
             *violation->message ? violation->message : journey_text(journey, ours));
    if (!look(visit->session, violation->ref, &node) || node.readonly || is_signature(&node))
        return false;
    const char *group = visit->types_card ? NULL : card_group_of(visit->session, node.ref);
    struct err e = session_jump(visit->session, group ? group : node.ref);
    if (err_is(&e))
        return false;
    if (group)
        journey_goto(journey, STATE_CARD, "the card is missing");
    else
        show_question(journey, &node, "an answer does not hold");
    snprintf(group ? visit->card_notice : visit->draft.message, sizeof message, "%s", message);
    return true;
}

/* The first answer that does not hold any more, with its words. */
static bool show_first_violation(struct journey *journey)
{
    const struct session_violation *found;
    size_t count = session_validate(journey->visit->session, &found);
    for (size_t i = 0; i < count; i++)
        if (show_violation(journey, &found[i]))
            return true;
    return false;
}

/* True: she is on her way to a question that must be answered first, and then back to the review. */
static bool show_what_is_open(struct journey *journey)
{
    struct visit *visit = journey->visit;
    visit->changes_answer = true;
    visit->signs = false;
    if (show_unasked(journey) || show_first_violation(journey))
        return true;
    visit->changes_answer = false;
    return false;
}

/* What now() says, and when an audit log says that a question was left. */
static void tell_time(struct journey *journey)
{
    session_set_now(journey->visit->session, journey->clock->wall_ms(journey->clock));
}

void walk_start(struct journey *journey)
{
    tell_time(journey);
    session_first(journey->visit->session);
    if (journey->visit->person.offer) /* found when she looked for her cases */
        journey_goto(journey, STATE_RESUME, "an interrupted application of this card");
    else
        show_from(journey, session_next(journey->visit->session), FORWARD);
}

void walk_next(struct journey *journey)
{
    journey->visit->has_news = true;
    tell_time(journey);
    if (!journey->visit->changes_answer)
        show_from(journey, session_next(journey->visit->session), FORWARD);
    else if (!show_what_is_open(journey))
        journey_goto(journey, STATE_REVIEW, "answer changed");
}

void walk_past_list(struct journey *journey)
{
    refs_add(&journey->visit->asked, journey->visit->repeat_ref);
    walk_next(journey);
}

void walk_after_group(struct journey *journey)
{
    tell_time(journey);
    if (journey->visit->changes_answer)
        walk_next(journey);
    else
        show_from(journey, session_next_after(journey->visit->session), FORWARD);
}

void walk_back(struct journey *journey)
{
    tell_time(journey);
    if (journey->visit->changes_answer || journey->visit->signs) {
        journey->visit->changes_answer = false;
        journey->visit->signs = false;
        journey_goto(journey, STATE_REVIEW, "back to the review");
        return;
    }
    show_from(journey, session_prev(journey->visit->session), BACKWARD);
}

static bool is_open(const struct session_node *node)
{
    return node->required && !*node->value && !is_signature(node);
}

/* To the first question that must be answered and is not. False: there is none. */
static bool find_open_question(struct xform_session *session, struct session_node *out_node)
{
    session_first(session);
    for (struct session_position at = session_next(session); at.step != SESSION_END;
         at = session_next(session))
        if (at.step == SESSION_QUESTION && !card_group_of(session, at.ref) &&
            look(session, at.ref, out_node) && is_open(out_node))
            return true;
    return false;
}

/* Goes to the next card group; false after the last. */
static bool next_card_group(struct xform_session *session, struct session_node *out_group)
{
    for (struct session_position at = session_next(session); at.step != SESSION_END;
         at = session_next(session))
        if (at.step == SESSION_GROUP && look(session, at.ref, out_group) && card_is_group(out_group))
            return true;
    return false;
}

static void fill_card_groups(struct visit *visit)
{
    struct session_node group;
    session_first(visit->session);
    while (next_card_group(visit->session, &group))
        fill_from_known_card(visit, &group);
}

void walk_settle_cards(struct visit *visit)
{
    struct xform_session *session = visit->session;
    struct session_node group;
    struct err e = err_ok();
    char here[XFORM_REF_SIZE];
    snprintf(here, sizeof here, "%s", session_here(session).ref);
    session_first(session);
    while (!err_is(&e) && next_card_group(session, &group))
        if (!fill_from_known_card(visit, &group))
            e = card_clear(visit, &group);
    if (err_is(&e))
        log_err("journey", &e);
    e = session_jump(session, here);
    if (err_is(&e)) /* before the first question, or in a group that is gone */
        session_first(session);
}

bool walk_to_first_card(struct xform_session *session)
{
    struct session_node group;
    session_first(session);
    return next_card_group(session, &group);
}

void walk_resume(struct journey *journey, const char *at)
{
    struct xform_session *session = journey->visit->session;
    struct session_node node;
    fill_card_groups(journey->visit);
    struct err e = session_jump(session, at);
    bool is_there = !err_is(&e) && look(session, at, &node);
    if (is_there || find_open_question(session, &node))
        show_question(journey, &node, "where she was interrupted");
    else
        go_to_review(journey, "nothing is open");
}

void walk_to(struct journey *journey, const char *ref)
{
    struct xform_session *session = journey->visit->session;
    struct session_node node;
    tell_time(journey);
    struct err e = session_jump(session, ref);
    if (err_is(&e)) {
        log_err("journey", &e);
        return;
    }
    journey->visit->changes_answer = true;
    if (look(session, ref, &node))
        show_question(journey, &node, "change an answer");
}

void walk_into_new_instance(struct journey *journey)
{
    struct visit *visit = journey->visit;
    struct session_node series;
    char ref[XFORM_REF_SIZE];
    tell_time(journey);
    struct err e = session_add_repeat(visit->session, visit->repeat_ref, 0);
    if (!err_is(&e))
        e = session_look(visit->session, visit->repeat_ref, &series);
    if (!err_is(&e)) {
        snprintf(ref, sizeof ref, "%s[%zu]", visit->repeat_ref, series.child_count);
        e = session_jump(visit->session, ref);
    }
    if (err_is(&e))
        log_err("journey", &e);
    else if (!visit->changes_answer)
        show_from(journey, session_next(visit->session), FORWARD);
    else if (!show_what_is_open(journey))
        journey_goto(journey, STATE_REVIEW, "nothing to ask of it");
}

bool walk_to_violation(struct journey *journey)
{
    tell_time(journey);
    return show_what_is_open(journey);
}

void walk_sign(struct journey *journey)
{
    tell_time(journey);
    if (show_what_is_open(journey))
        return;
    journey->visit->signs = true;
    session_first(journey->visit->session);
    show_from(journey, session_next(journey->visit->session), FORWARD);
}
