/* The sample deck: made-up people and their cards, from people.ini. */
#ifndef YIZHAN_TESTS_DECK_H
#define YIZHAN_TESTS_DECK_H

#include "drivers/idcard/idcard.h"
#include "drivers/idcard/model/sam_model.h"

#define DECK_PEOPLE_MAX 32

struct deck_person {
    char id[32];
    char note[128];
    char letter; /* of the text block; 0: the type's own */
    struct idcard card;
    char new_address[112];
};

struct deck {
    struct deck_person people[DECK_PEOPLE_MAX];
    int count;
};

MUST_USE struct err deck_load(const char *path, struct deck *out_deck);
/* NULL when there is nobody of that id. */
const struct deck_person *deck_find(const struct deck *deck, const char *id);
/* The bytes that lie on this person's card. */
void deck_card(const struct deck_person *person, struct sam_card *out_card);

#endif
