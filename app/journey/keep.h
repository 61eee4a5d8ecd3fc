/* Drafts tied to the card: what waits for her when she goes home, and when the power fails. */
#ifndef YIZHAN_JOURNEY_KEEP_H
#define YIZHAN_JOURNEY_KEEP_H

#include "app/journey/store_port.h"

struct journey;

/* Whether what was filled in can wait for this person's card: a card keeps one application, and the one of
 * another service is not written over. */
bool keep_is_possible(const struct journey *journey);
/* In case the power fails. */
void keep_note(struct journey *journey);
/* Because she asks for it; the store thread answers. */
void keep_for_later(struct journey *journey);
/* She walked away in the middle: what her card can open again stays, as after a power cut. */
void keep_unasked(struct journey *journey);
/* What nobody asked to keep goes; also what was asked for when `all`. */
void keep_forget(struct journey *journey, bool all);
/* Whether the store has yet to say what waits for this person's card: until then nothing takes its place. */
bool keep_is_unknown(const struct journey *journey);
/* Asks the store thread for the draft of the card just read. */
void keep_look_for(struct journey *journey);
/* From its answer; true when there is something to go on with. */
bool keep_found(struct journey *journey, const struct store_answer *answer);

/* Goes on with what was found. */
void keep_resume(struct journey *journey);

#endif
