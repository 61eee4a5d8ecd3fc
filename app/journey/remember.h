/* Asked once a visit. */
#ifndef YIZHAN_JOURNEY_REMEMBER_H
#define YIZHAN_JOURNEY_REMEMBER_H

#include "app/form/session.h"

struct person;
struct visit;

/* Takes what was answered in the session that ends. */
void remember_answers(struct visit *visit);
/* Answers this question as it was answered before in this visit. False: it must be asked. */
bool remember_answer(struct visit *visit, const struct session_node *node);
/* An answer for the service just chosen that the kiosk itself knows, whatever the words of the question. The
 * name is borrowed. */
void remember_fact(struct visit *visit, const char *name, const char *value);
/* Puts such facts where a new session has a field without a question for them. */
void remember_fields(struct visit *visit);
void remember_nothing(struct person *person);

#endif
