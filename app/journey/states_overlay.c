/* What lies over another screen: help, "are you still there". Stop is in states_keep.c. */
#include "app/journey/states.h"

#include "app/journey/keep.h"

#include <stdio.h>

/* Help speaks of the screen under it: "help.question" where there are words for it. */
static const char *help_words(const struct journey *journey)
{
    char id[48];
    snprintf(id, sizeof id, "help.%s", journey_states[journey->under].name);
    const struct lang *lang = journey_lang(journey);
    return lang_has(lang, id) ? lang_text(lang, id) : lang_text(lang, "help.any");
}

/* Before the first question: later the applicant's own card has been asked for and answered. */
static bool can_offer_helper(const struct journey *journey)
{
    const struct service *service = journey->visit->service;
    bool is_before = journey->under == STATE_GUIDE || journey->under == STATE_CONSENT ||
                     (journey->under == STATE_CARD && !journey->visit->person.has_card);
    return is_before && service && guide_item(service->guide, "helper_allowed", "", 0);
}

void help_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    bool is_helping = journey->visit->person.is_helping;
    const struct ui_choice helper = {.id = "helper",
                                     .label =
                                         journey_text(journey, is_helping ? "card.helping" : "card.help"),
                                     .action = ACTION_HELPER,
                                     .is_selected = is_helping};
    bool offers_helper = can_offer_helper(journey);
    frame->back_label = journey_text(journey, "help.back");
    screen_say(
        tree, frame,
        &(struct view_say){
            .heading = journey_text(journey, "help.title"),
            .help = offers_helper && is_helping ? journey_text(journey, "help.helper") : help_words(journey),
            .phone = journey_phone(journey),
            .picture = "help",
            .offer = offers_helper ? &helper : NULL,
        });
}

void help_ui(struct journey *journey, const struct ui_event *event)
{
    if (event->action == ACTION_HELPER && can_offer_helper(journey))
        visit_turn_helper(journey);
}

/* What becomes of it all when nobody answers. */
static const char *still_there_help(const struct journey *journey)
{
    if (visit_is_saved(journey->visit))
        return "still_there.help_saved";
    bool stays = journey->visit->has_draft && keep_is_possible(journey);
    return stays ? "still_there.help_keep" : "still_there.help";
}

void still_there_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    const struct ui_choice here = {.id = "here",
                                   .label = journey_text(journey, "still_there.here"),
                                   .icon = "check",
                                   .action = ACTION_YES};
    frame->primary = &here;
    frame->has_back = false;
    screen_say(tree, frame,
               &(struct view_say){.picture = "clock",
                                  .heading = journey_text(journey, "still_there.title"),
                                  .help = journey_text(journey, still_there_help(journey)),
                                  .number = number_to_note(journey->visit, ui_tree_arena(tree))});
}

void still_there_ui(struct journey *journey, const struct ui_event *event)
{
    if (event->action == ACTION_YES || event->kind == UI_EVENT_KEY || event->kind == UI_EVENT_TOUCH)
        journey_goto(journey, STATE_UNDER, "still here");
}
