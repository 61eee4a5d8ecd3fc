/* Leaving before the end, and coming back: stop, kept, resume. */
#include "app/journey/states.h"

#include "app/journey/keep.h"
#include "app/journey/receipt_view.h"
#include "app/journey/walk.h"
#include "board/base/log.h"

#include <stdio.h>

/* ---- stop: keep it, or throw it away ---- */

void stop_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    frame->has_back = false;
    screen_stop(tree, frame,
                &(struct view_stop){.can_keep = keep_is_possible(journey),
                                    .has_card = journey->visit->person.has_card});
}

void stop_ui(struct journey *journey, const struct ui_event *event)
{
    if (event->action == ACTION_NO) {
        journey_goto(journey, STATE_UNDER, "go on");
    } else if (event->action == ACTION_KEEP && keep_is_possible(journey)) {
        keep_for_later(journey);
        journey_goto(journey, STATE_KEPT, "kept for later");
    } else if (event->action == ACTION_YES) {
        keep_forget(journey, true);
        journey_goto(journey, STATE_TAKE_CARD, "thrown away");
    }
}

/* ---- kept ---- */

static const struct {
    const char *picture, *title, *help;
} kept_words[] = {
    [KEEP_NONE] = {"lock", "kept.failed", "kept.failed_help"},
    [KEEP_RUNNING] = {"lock", "kept.running", "saving.help"},
    [KEEP_DONE] = {"picture-papers", "kept.title", "kept.help"},
    [KEEP_FAILED] = {"warning", "kept.failed", "kept.failed_help"},
};

void kept_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    enum keep_state keep = journey->visit->keep;
    const struct ui_choice done = {
        .id = "done", .label = journey_text(journey, "kept.done"), .icon = "check", .action = ACTION_DONE};
    const struct ui_choice print = {
        .id = "print-list",
        .label =
            journey_text(journey, journey->visit->print == PRINT_RUNNING ? "guide.printing" : "kept.print"),
        .action = ACTION_PRINT_LIST,
        .is_disabled = journey->visit->print == PRINT_RUNNING};
    frame->has_back = keep == KEEP_FAILED;
    frame->primary = keep == KEEP_DONE ? &done : NULL;
    frame->secondary = keep == KEEP_DONE && slip_can_be_printed(journey) ? &print : NULL;
    screen_say(tree, frame,
               &(struct view_say){.picture = kept_words[keep].picture,
                                  .heading = journey_text(journey, kept_words[keep].title),
                                  .help = journey_text(journey, kept_words[keep].help),
                                  .notice = journey->visit->print == PRINT_FAILED
                                                ? journey_text(journey, "guide.print_failed")
                                                : NULL});
}

void kept_ui(struct journey *journey, const struct ui_event *event)
{
    if (event->action == ACTION_DONE)
        journey_goto(journey, STATE_TAKE_CARD, "kept");
    else if (event->action == ACTION_PRINT_LIST)
        slip_start(journey);
    else if (event->action == UI_ACTION_BACK && journey->visit->keep == KEEP_FAILED)
        walk_resume(journey, journey->visit->draft.ref);
}

void kept_store(struct journey *journey, struct store_answer *answer)
{
    struct visit *visit = journey->visit;
    if (answer->kind != STORE_KEPT)
        return;
    visit->keep = err_is(&answer->err) ? KEEP_FAILED : KEEP_DONE;
    if (err_is(&answer->err))
        log_err("journey", &answer->err);
    else
        visit->is_draft_wanted = true;
    journey_touch(journey);
}

/* ---- resume: this card has something half done ---- */

static bool offer_is_of_this_service(const struct journey *journey)
{
    const struct visit *visit = journey->visit;
    return catalogue_find(journey->catalogue, visit->person.offer->head.form_id) == visit->service;
}

void resume_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    const struct kept_head *head = &journey->visit->person.offer->head;
    const struct service *service = catalogue_find(journey->catalogue, head->form_id);
    const char *lang = lang_tag(journey_lang(journey));
    struct arena *arena = ui_tree_arena(tree);
    const struct ui_choice go_on = {
        .id = "go-on", .label = journey_text(journey, "resume.go_on"), .icon = "next", .action = ACTION_YES};
    const struct ui_choice afresh = {
        .id = "afresh",
        .label =
            journey_text(journey, offer_is_of_this_service(journey) ? "resume.afresh" : "resume.other_first"),
        .action = ACTION_NO};
    const char *values[] = {service ? service_title(service, lang) : "",
                            journey_when(journey, arena, head->saved_ms)};
    const char *help = lang_format(journey_lang(journey), arena, "resume.help", 2, values);
    frame->primary = &go_on;
    frame->secondary = &afresh;
    screen_say(tree, frame,
               &(struct view_say){.picture = "document",
                                  .heading = journey_text(journey, "resume.title"),
                                  .help = help ? help : ""});
}

/* The same service from its beginning takes the old draft's place; another one leaves it where it is. */
static void decline_offer(struct journey *journey)
{
    struct visit *visit = journey->visit;
    bool same = offer_is_of_this_service(journey);
    kept_destroy(&visit->person.offer);
    visit->has_draft = same;
    visit->person.holds_other_kept = !same;
    if (same)
        keep_forget(journey, true);
    if (session_here(visit->session).step == SESSION_START)
        walk_start(journey);
    else
        walk_after_group(journey);
}

void resume_ui(struct journey *journey, const struct ui_event *event)
{
    if (event->action == ACTION_YES)
        keep_resume(journey);
    else if (event->action == ACTION_NO && offer_is_of_this_service(journey))
        journey_goto(journey, STATE_AFRESH, "from the beginning");
    else if (event->action == ACTION_NO)
        decline_offer(journey);
}

/* ---- afresh: what was kept goes, and nobody loses it by one tap ---- */

void afresh_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    (void)journey;
    screen_afresh(tree, frame);
}

void afresh_ui(struct journey *journey, const struct ui_event *event)
{
    if (event->action == ACTION_NO)
        keep_resume(journey);
    else if (event->action == ACTION_YES)
        decline_offer(journey);
}
