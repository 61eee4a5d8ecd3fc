/* What lies over another screen: help, "are you still there". Stop is in states_keep.c. */
#include "app/journey/states.h"

static const char *phone_of(const struct journey *journey)
{
    const struct service *service = journey->visit->service;
    return service ? guide_text(service->guide, "phone", lang_tag(journey_lang(journey))) : "";
}

/* Help speaks of the screen under it: "help.question" where there are words for it. */
static const char *help_words(const struct journey *journey)
{
    char id[48] = "help.";
    const char *name = journey_states[journey->under].name;
    for (size_t at = 5; *name && at + 1 < sizeof id; at++, name++) {
        id[at] = *name;
        id[at + 1] = '\0';
    }
    const struct lang *lang = journey_lang(journey);
    return lang_has(lang, id) ? lang_text(lang, id) : lang_text(lang, "help.any");
}

void help_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    frame->back_label = journey_text(journey, "help.back");
    screen_say(tree, frame,
               &(struct view_say){
                   .heading = journey_text(journey, "help.title"),
                   .help = help_words(journey),
                   .phone = phone_of(journey),
                   .picture = "help",
               });
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
                                  .help = journey_text(journey, "still_there.help")});
}

void still_there_ui(struct journey *journey, const struct ui_event *event)
{
    if (event->action == ACTION_YES || event->kind == UI_EVENT_KEY)
        journey_goto(journey, STATE_UNDER, "still here");
}
