/*
 * What was filled in, tied to the card that began it: noted after each answer in case the power fails, kept
 * for thirty days when the person asks for it or walks away from it, offered again to the same card only.
 */
#include "app/journey/keep.h"

#include "app/journey/card_fill.h"
#include "app/journey/internal.h"
#include "board/base/log.h"
#include "board/base/wipe.h"

#include <stdio.h>
#include <string.h>

bool keep_is_possible(const struct journey *journey)
{
    const struct visit *visit = journey->visit;
    const struct person *person = &visit->person;
    return journey->keeps_cards && person->has_card && person->knows_kept && !person->holds_other_kept &&
           visit->session && visit->service;
}

bool keep_is_unknown(const struct journey *journey)
{
    const struct person *person = &journey->visit->person;
    return journey->keeps_cards && person->has_card && !person->knows_kept;
}

static struct kept_head head_of(const struct journey *journey, bool is_wanted)
{
    const struct visit *visit = journey->visit;
    struct kept_head head = {.saved_ms = journey->clock->wall_ms(journey->clock),
                             .is_wanted = is_wanted,
                             .is_helping = visit->person.is_helping};
    snprintf(head.form_id, sizeof head.form_id, "%s", visit->service->id);
    snprintf(head.instance_id, sizeof head.instance_id, "%s", visit->instance_id);
    if (journey_place(journey) != STATE_REVIEW && !visit->signs)
        snprintf(head.at, sizeof head.at, "%s", visit->draft.ref);
    return head;
}

static struct err write_down(struct journey *journey, bool is_wanted, struct buf *out_bytes)
{
    struct visit *visit = journey->visit;
    struct kept_head head = head_of(journey, is_wanted);
    struct buf xml, audit;
    buf_init_private(&xml);
    buf_init_private(&audit);
    struct err e = session_submission(visit->session, false, &xml);
    if (!err_is(&e))
        e = session_audit(visit->session, &audit);
    if (!err_is(&e))
        e = kept_write(&head, &xml, &audit, visit->attachments, visit->attachment_count, out_bytes);
    buf_finish(&xml);
    buf_finish(&audit);
    wipe(&head, sizeof head);
    return e;
}

/* Of the draft that the applicant's card opens. */
static void ask_with_card(struct journey *journey, struct store_request *request)
{
    char card[CARD_SECRET_SIZE];
    card_secret(&journey->visit->person.card, card);
    journey_ask(journey, request, card);
    wipe(card, sizeof card);
}

/* The newest state replaces the one before. */
static struct err hand_over(struct journey *journey, bool is_wanted, bool answers)
{
    struct store_request request = {.kind = REQUEST_KEEP, .wants_answer = answers};
    buf_init_private(&request.draft);
    struct err e = write_down(journey, is_wanted, &request.draft);
    if (err_is(&e)) {
        log_err("journey", &e);
        store_request_finish(&request);
    } else {
        ask_with_card(journey, &request);
        journey->visit->has_draft = true;
    }
    return e;
}

void keep_note(struct journey *journey)
{
    struct visit *visit = journey->visit;
    if (!visit->has_news || !keep_is_possible(journey))
        return;
    visit->has_news = false;
    struct err no_draft = hand_over(journey, visit->is_draft_wanted, false);
    (void)no_draft; /* logged; the visit goes on without that safety */
}

void keep_for_later(struct journey *journey)
{
    struct err e = hand_over(journey, true, true);
    journey->visit->keep = err_is(&e) ? KEEP_FAILED : KEEP_RUNNING;
}

void keep_unasked(struct journey *journey)
{
    struct visit *visit = journey->visit;
    if (!visit->has_draft || !keep_is_possible(journey))
        return;
    keep_note(journey);
    visit->is_draft_wanted = true; /* by her who fetches her glasses; keep_forget() leaves it */
}

void keep_forget(struct journey *journey, bool all)
{
    struct visit *visit = journey->visit;
    if (!visit->has_draft || (visit->is_draft_wanted && !all))
        return;
    ask_with_card(journey, &(struct store_request){.kind = REQUEST_DROP_KEPT});
    visit->has_draft = visit->is_draft_wanted = false;
}

void keep_look_for(struct journey *journey)
{
    ask_with_card(journey, &(struct store_request){.kind = REQUEST_FIND_KEPT});
}

bool keep_found(struct journey *journey, const struct store_answer *answer)
{
    struct person *person = &journey->visit->person;
    kept_destroy(&person->offer);
    person->knows_kept = true;
    if (err_is(&answer->err) || !answer->found)
        return false;
    struct err e = kept_read(answer->kept.data, answer->kept.length, &person->offer);
    if (err_is(&e)) {
        log_err("journey", &e);
        return false;
    }
    if (catalogue_find(journey->catalogue, person->offer->head.form_id))
        return true;
    kept_destroy(&person->offer); /* of a service that is not offered now: it waits on the disk */
    person->holds_other_kept = true;
    return false;
}

void keep_resume(struct journey *journey)
{
    struct kept *kept = journey->visit->person.offer;
    journey->visit->person.offer = NULL;
    struct err e = visit_resume(journey, &kept);
    if (!err_is(&e))
        return;
    log_err("journey", &e);
    kept_destroy(&kept);
    journey_goto(journey, STATE_HOME, "the form has changed too much");
}
