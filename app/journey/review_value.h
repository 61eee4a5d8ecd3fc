/* Answers as the review shows them. */
#ifndef YIZHAN_JOURNEY_REVIEW_VALUE_H
#define YIZHAN_JOURNEY_REVIEW_VALUE_H

#include "app/form/session.h"
#include "ui/tree.h"

/* An answer as a person writes it: a date in words, a number in groups, money with its unit, a citizen number
 * without its middle. Lives in the tree, or is the line's own. */
const char *review_value(struct ui_tree *tree, const struct session_answer_line *line);

#endif
