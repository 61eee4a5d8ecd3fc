/* Who stands here, from one service to the next (person.c). */
#ifndef YIZHAN_JOURNEY_PERSON_H
#define YIZHAN_JOURNEY_PERSON_H

#include "app/journey/kept.h"
#include "drivers/idcard/idcard.h"
#include "offline/formstore.h"

struct journey;
struct visit;

enum { REMEMBERED_MAX = 48, DONE_MAX = 8, SUGGESTED_MAX = 64 };

/* What stays known from one service of a visit to the next: nobody is asked twice. */
struct person {
    struct idcard card, helper;
    bool has_card, has_helper;
    bool is_here;    /* the card read last has lain on the reader since */
    bool is_helping; /* somebody acts for the applicant */
    struct remembered {
        char name[64];  /* of the question's node */
        uint64_t label; /* hash of how it was asked */
        struct buf value;
    } answers[REMEMBERED_MAX];
    size_t answer_count;
    char done[DONE_MAX][FORMSTORE_ID_SIZE]; /* services finished in this visit */
    size_t done_count;
    uint64_t suggested;    /* bit i: the i-th service of the catalogue may fit her */
    struct kept *offer;    /* found for this card, not yet decided on */
    bool knows_kept;       /* the store has said what waits for this card */
    bool holds_other_kept; /* that of another service, which stays where it is */
};

/* This card was read, as the applicant's or the helper's. What was known before stays if it is of this card.
 */
void person_meet(struct journey *journey, const struct idcard *card);
void person_meet_helper(struct person *person, const struct idcard *card);
/* Between two services: what is known of whoever's card does not lie there waits for that card; what no card
 * stands for goes. */
void person_doubt(struct visit *visit);
/* What is known waits until that card is read again. */
void person_put_aside(struct visit *visit);
/* Somebody else is the applicant: nothing stays but that she has a helper. */
void person_replace(struct journey *journey);
/* Read in the wrong order: the applicant's card is the helper's, and the other way round. What was known of
 * the one who is not the applicant goes. */
void person_swap(struct journey *journey);
/* All of it. */
void person_forget(struct person *person);
void person_forget_absent(struct visit *visit);

#endif
