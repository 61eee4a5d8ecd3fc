/* What lies on the review: each answer by itself, or of a long one its parts: groups of the form, and each
 * person of a list. Thread: the journey's. */
#ifndef YIZHAN_JOURNEY_REVIEW_PARTS_H
#define YIZHAN_JOURNEY_REVIEW_PARTS_H

#include "app/form/session.h"
#include "board/base/arena.h"

struct lang;
struct visit;

struct review_part {
    const struct session_answer_line *const *answers; /* in the arena and the session */
    size_t count;                                     /* 1: an answer by itself */
    bool is_last;                                     /* nothing follows it on the whole review */
};

struct review_list {
    const struct review_part *parts; /* a line each; of an open part its answers */
    size_t count;
    const struct review_part *open; /* NULL: all is looked at */
};

/* As it is now. A part that a changed answer has taken away is closed. */
struct review_list review_list(struct visit *visit, struct arena *arena);

/* As the form calls the group, the list of which it is an entry, or else its first question; borrowed from
 * the session. */
const char *review_part_name(struct xform_session *session, const struct lang *lang,
                             const struct review_part *part);
bool review_part_is_entry(const struct review_part *part);

#endif
