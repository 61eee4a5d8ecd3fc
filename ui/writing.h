/*
 * The page where words are written: field, candidates, pad or keys, and the ways of writing.
 *
 * A pure view of what ui/text_input.h knows: what was written, the strokes, the candidates and the ways come
 * in, taps and strokes go out.
 */
#ifndef YIZHAN_UI_WRITING_H
#define YIZHAN_UI_WRITING_H

#include "ui/widgets.h"

enum { UI_CANDIDATES_MAX = 8, UI_WAYS_MAX = 6 };

/* All borrowed during the call. */
struct ui_writing {
    struct ui_field field;

    bool has_candidates; /* their places stay even while there are none: nothing moves under a finger */
    const char *const *candidates;
    size_t candidate_count, first_candidate; /* the first that is shown: there may be more than places */
    int candidate_action;                    /* arg: index; ids "candidate:0" */
    int more_action;                         /* arg: the candidate to be shown first; id "more-candidates" */

    bool has_pad; /* a pad "writing" instead of keys */
    struct ui_strokes strokes;
    int clear_action;

    const char *const *keys; /* " " becomes the word for space */
    size_t key_count;
    int key_action;   /* arg: index; ids "text-key:0" */
    int group;        /* of keys that do not fit on one page: the group that is open, -1 for none */
    int group_action; /* arg: index; ids "key-group:0" */

    const char *const *ways; /* what their keys say: "手写", "拼音" */
    size_t way_count;
    size_t way;     /* the present one */
    int way_action; /* arg: index; ids "way:0" */
};

/* Fills the body of a page; the body must be empty. */
void ui_writing(struct ui_node *body, const struct ui_writing *writing);

#endif
