/*
 * Every screen of one service, one after the other, drawn before any person meets it: for `yizhanctl form
 * show`.
 *
 * The journey's own builders make the screens from the form's own session; behind them there is no device, no
 * store and nobody. Each question is answered with a sample after it was shown, so that what depends on it
 * (lists, sums, "review") has something to show. A question that earlier answers would hide is shown all the
 * same: an author wants to see it too. UI thread only.
 */
#ifndef YIZHAN_JOURNEY_SHOW_H
#define YIZHAN_JOURNEY_SHOW_H

#include "app/service/catalogue.h"
#include "ui/tree.h"

struct show;
struct text_input;
struct tz;

struct show_setup {
    const struct service *service; /* all borrowed for life */
    const struct lang *const *langs;
    size_t lang_count;
    const struct clock *clock;
    const struct tz *tz; /* NULL is UTC */
    struct text_input *typing;
    /* The author's own sample for a question, NULL for one by its type. May be NULL. */
    const char *(*answer)(void *context, const char *ref);
    void *answer_context;
};

MUST_USE struct err show_create(const struct show_setup *setup, struct show **out_show);
/* Takes NULL. */
void show_destroy(struct show **show);

/* Begins anew with the guide, in that language and look. */
MUST_USE struct err show_begin(struct show *show, size_t lang, const struct ui_prefs *prefs);
/* To the next screen; false after the last. */
bool show_next(struct show *show);
/* "guide", "question-village", "question-birth-year": letters, digits and hyphens; the same in every look. */
const char *show_name(const struct show *show);
/* That page of the screen on which the show stands, from 0. NULL without memory. */
struct ui_tree *show_screen(struct show *show, int page, const struct ui_theme *theme);

#endif
