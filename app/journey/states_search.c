/* Finding a service by some of its characters or the first letters of its name. */
#include "app/journey/states.h"

#include "ui/initials.h"
#include "ui/text_input.h"

#include <stdio.h>
#include <string.h>

enum { FOUND_MAX = 64 };

/* The search is a question that no form asks: it is written, shown and spoken like any other. */
static struct session_node question(const struct journey *journey)
{
    return (struct session_node){
        .ref = "",
        .name = "search",
        .kind = XFORM_INPUT,
        .value = "",
        .label = {.text = journey_text(journey, "search.title")},
        .hint = {.text = journey_text(journey, "search.help")},
        .guidance = "",
        .intent_arguments = "",
    };
}

void search_enter(struct journey *journey)
{
    struct session_node node = question(journey);
    journey->visit->has_searched = false;
    draft_open(journey, &node);
}

void search_leave(struct journey *journey)
{
    draft_clear(&journey->visit->draft);
    text_input_forget(journey->typing);
}

static const char *wanted(const struct journey *journey)
{
    const struct buf *text = &journey->visit->draft.text;
    return text->length > 0 ? buf_text(text) : text_input_initials(journey->typing);
}

/* Names that begin so come first. Searches titles and categories in the language on the screen. */
static size_t find(struct journey *journey, size_t out_found[FOUND_MAX])
{
    const struct catalogue *catalogue = journey->catalogue;
    const char *lang = lang_tag(journey_lang(journey)), *typed = wanted(journey);
    size_t count = 0;
    char today[DATE_SIZE];
    journey_today(journey, today);
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; catalogue && *typed && i < catalogue->count && count < FOUND_MAX; i++) {
            const struct service *service = &catalogue->services[i];
            const char *title = service_title(service, lang);
            bool begins = initials_begin(title, typed);
            bool matches = begins || initials_match(title, typed) ||
                           initials_match(guide_text(service->guide, "category", lang), typed);
            if (matches && begins == (round == 0) && catalogue_lists(catalogue, service, today))
                out_found[count++] = i;
        }
    return count;
}

static void build_writing(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    struct session_node node = question(journey);
    struct arena *arena = ui_tree_arena(tree);
    struct view_question view;
    size_t found[FOUND_MAX];
    char count[16];
    draft_view(journey, &node, arena, &view);
    snprintf(count, sizeof count, "%zu", find(journey, found));
    if (*wanted(journey))
        view.hint = journey_text_with(journey, arena, "search.found", count);
    view.next_label = journey_text(journey, "search.look");
    screen_question(tree, frame, &view);
}

static void build_results(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    size_t found[FOUND_MAX], count = find(journey, found);
    char number[16];
    struct arena *arena = ui_tree_arena(tree);
    struct view_tile *tiles = arena_array(arena, count, sizeof *tiles);
    snprintf(number, sizeof number, "%zu", count);
    for (size_t i = 0; tiles && i < count; i++)
        tiles[i] = home_tile_of(journey, found[i]);
    screen_found(tree, frame, journey_text_with(journey, arena, "search.found", number), tiles,
                 tiles ? count : 0);
}

void search_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    if (journey->visit->has_searched)
        build_results(journey, tree, frame);
    else
        build_writing(journey, tree, frame);
}

static void look(struct journey *journey)
{
    size_t found[FOUND_MAX];
    journey->visit->has_searched = find(journey, found) > 0;
    if (!journey->visit->has_searched)
        snprintf(journey->visit->draft.message, sizeof journey->visit->draft.message, "search.nothing");
    journey_turn(journey, 0);
}

static void back(struct journey *journey)
{
    if (!journey->visit->has_searched)
        journey_goto(journey, STATE_HOME, "back");
    journey->visit->has_searched = false;
    journey_turn(journey, 0);
}

void search_ui(struct journey *journey, const struct ui_event *event)
{
    if (event->action == UI_ACTION_BACK)
        back(journey);
    else if (event->action == ACTION_NEXT)
        look(journey);
    else if (event->action == ACTION_SERVICE)
        home_open(journey, event->arg);
    else
        draft_ui(journey, event);
}
