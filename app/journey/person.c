/*
 * Who stands here, from one service to the next. A card on the reader speaks for its owner. Once it was taken
 * nobody knows who comes next: what is known waits for that card, unseen. See docs/decisions/006.
 */
#include "app/journey/person.h"

#include "app/journey/card_fill.h"
#include "app/journey/internal.h"
#include "app/journey/keep.h"
#include "app/journey/remember.h"
#include "board/base/wipe.h"

#include <string.h>

static bool is_same(const struct idcard *one, const struct idcard *other)
{
    return strcmp(one->id_number, other->id_number) == 0;
}

void person_forget(struct person *person)
{
    remember_nothing(person);
    kept_destroy(&person->offer);
    wipe(person, sizeof *person);
}

void person_forget_absent(struct visit *visit)
{
    if (!visit->absent)
        return;
    person_forget(visit->absent);
    private_free(visit->absent, sizeof *visit->absent);
    visit->absent = NULL;
}

void person_put_aside(struct visit *visit)
{
    person_forget_absent(visit);
    visit->absent = private_alloc(sizeof *visit->absent);
    if (visit->absent) {
        *visit->absent = visit->person;
        wipe(&visit->person, sizeof visit->person);
    }
    person_forget(&visit->person); /* no memory to wait in: she is asked again */
}

void person_doubt(struct visit *visit)
{
    struct person *person = &visit->person;
    if (person->has_card && !person->is_here) {
        person_put_aside(visit);
    } else if (!person->has_card) {
        remember_nothing(person);
        person->is_helping = person->has_helper = false;
        wipe(&person->helper, sizeof person->helper);
    }
}

void person_replace(struct journey *journey)
{
    struct person *person = &journey->visit->person;
    bool is_helping = person->is_helping;
    keep_forget(journey, false); /* the draft is of the card before */
    journey_void_requests(journey);
    person_forget(person);
    person->is_helping = is_helping;
}

/* In place: no copy of a card stays on the stack. */
static void exchange(struct idcard *one, struct idcard *other)
{
    uint8_t *a = (uint8_t *)one, *b = (uint8_t *)other;
    for (size_t i = 0; i < sizeof *one; i++) {
        uint8_t byte = a[i];
        a[i] = b[i];
        b[i] = byte;
    }
}

void person_swap(struct journey *journey)
{
    struct person *person = &journey->visit->person;
    bool has_card = person->has_helper;
    keep_forget(journey, false); /* the draft is of the card before */
    journey_void_requests(journey);
    person_forget_absent(journey->visit);
    remember_nothing(person);
    kept_destroy(&person->offer);
    person->done_count = 0;
    person->suggested = 0;
    person->knows_kept = person->holds_other_kept = false;
    exchange(&person->card, &person->helper);
    person->has_helper = person->has_card;
    person->has_card = has_card;
    if (has_card)
        card_prefer_by_age(journey);
}

/* What she answered, and what she finished; who acts for her shows her own card again. */
static void take_back(struct visit *visit, const struct idcard *card)
{
    struct person *person = &visit->person, *absent = visit->absent;
    if (absent && is_same(&absent->card, card)) {
        remember_nothing(person);
        memcpy(person->answers, absent->answers, sizeof person->answers);
        memcpy(person->done, absent->done, sizeof person->done);
        person->answer_count = absent->answer_count;
        person->done_count = absent->done_count;
        absent->answer_count = 0; /* the buffers are hers now */
    }
    person_forget_absent(visit);
}

void person_meet(struct journey *journey, const struct idcard *card)
{
    struct person *person = &journey->visit->person;
    if (person->has_card && !is_same(&person->card, card))
        person_replace(journey);
    take_back(journey->visit, card);
    person->card = *card;
    person->has_card = person->is_here = true;
    card_prefer_by_age(journey);
}

void person_meet_helper(struct person *person, const struct idcard *card)
{
    person->helper = *card;
    person->has_helper = person->is_here = true;
}
