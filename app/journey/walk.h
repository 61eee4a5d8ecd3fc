/* From question to question. */
#ifndef YIZHAN_JOURNEY_WALK_H
#define YIZHAN_JOURNEY_WALK_H

#include "board/base/err.h"

struct journey;
struct visit;
struct xform_session;

void walk_start(struct journey *journey);
void walk_next(struct journey *journey);
void walk_back(struct journey *journey);
/* Past the card group in which the session stands. */
void walk_after_group(struct journey *journey);
/* To where the person was interrupted: that question, else the first that is still open, else the review. */
void walk_resume(struct journey *journey, const char *at);
/* Whether a card answers this question, unless she has none. */
bool walk_is_of_card(struct xform_session *session, const char *ref);
/* Each card group of the form holds the card of whom it asks for, as far as that is known now, and else
 * nothing. */
void walk_settle_cards(struct visit *visit);
/* The session stands at the form's first card group. False: it has none. */
bool walk_to_first_card(struct xform_session *session);
/* To one question of the review, and back to the review after it. */
void walk_to(struct journey *journey, const char *ref);
/* She wants no more of visit->repeat_ref. */
void walk_past_list(struct journey *journey);
/* To the first answer that does not hold, as saving found. False: it has no screen. */
bool walk_to_violation(struct journey *journey);
/* What is still open; else the signatures that come after the review; then saving. */
void walk_sign(struct journey *journey);

/* One more instance of visit->repeat_ref: its first question. */
void walk_into_new_instance(struct journey *journey);

#endif
