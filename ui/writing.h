/*
 * The page where text is written: field, candidates, pad or keys, and the ways of writing.
 *
 * A pure view: what was written, the strokes and the candidates come from the view model; ui/input_*.h has
 * the recognisers that make candidates.
 */
#ifndef YIZHAN_UI_WRITING_H
#define YIZHAN_UI_WRITING_H

#include "ui/widgets.h"

/* The ways of writing, in the order of their keys. */
enum ui_method {
    UI_METHOD_HAND,
    UI_METHOD_PINYIN,
    UI_METHOD_STROKES,
    UI_METHOD_LETTERS,
    UI_METHOD_DIGITS,
    UI_METHODS
};

enum { UI_CANDIDATES = 8 };

struct ui_writing {
    struct ui_field field;
    enum ui_method method;
    int switch_action; /* arg: ui_method */

    const char *const *candidates; /* UTF-8; borrowed during the call */
    size_t candidate_count;        /* the first UI_CANDIDATES are shown */
    int candidate_action;          /* arg: index */

    struct ui_strokes strokes; /* HAND: on the pad "writing" */
    int clear_action;

    int key_action;    /* other methods: arg is the character of the key, '1'..'5' for strokes */
    const char *typed; /* letters or strokes not yet a character; shown before the candidates */
    bool is_upper;     /* LETTERS: capitals */
    int shift_action;
};

/* Fills the body of a page; the body must be empty. */
void ui_writing(struct ui_node *body, const struct ui_writing *writing);

#endif
