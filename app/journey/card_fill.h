/* What a card gives. */
#ifndef YIZHAN_JOURNEY_CARD_FILL_H
#define YIZHAN_JOURNEY_CARD_FILL_H

#include "app/form/session.h"
#include "drivers/idcard/idcard.h"
#include "ui/tree.h"

struct journey;
struct person;
struct visit;

bool card_is_group(const struct session_node *node);
bool card_is_for_helper(const struct session_node *group);
/* Fills the group. ERR_USER: out_message says why it does not fit. */
struct err card_fill(struct visit *visit, const struct session_node *group, const struct idcard *card,
                     const char **out_message);
/* Nothing that a card gave stays in the group, nor its photo among the files. */
struct err card_clear(struct visit *visit, const struct session_node *group);
/* The photo on the card, in the arena. Without the site's decoder nobody can open it: an image without pixels
 * then, for which a neutral portrait stands. NULL without memory. */
const struct ui_image *card_portrait(const struct idcard *card, struct arena *arena);
/* The card of whom this group asks for; NULL when it was not read in this visit. */
const struct idcard *card_known(const struct person *person, const struct session_node *group);
/* It was read, and the store has yet to say whether something was kept for it. */
bool card_waits_for_kept(const struct journey *journey, const struct session_node *group);
/* Text id of what to tell the person about a reader's notice. */
const char *card_notice_of(const struct err *e);
/* Larger text for the elderly, once a visit. */
void card_prefer_by_age(struct journey *journey);

enum { CARD_SECRET_SIZE = 320 };
/* What only this card yields. Personal. */
void card_secret(const struct idcard *card, char out_secret[CARD_SECRET_SIZE]);

#endif
