/* Attract, home, guide. */
#include "app/journey/states.h"

#include "app/journey/degraded.h"
#include "app/journey/receipt_view.h"
#include "app/journey/suggest.h"
#include "board/base/log.h"
#include "ui/text_input.h"

#include <stdio.h>
#include <string.h>

/* ---- attract: nobody is here ---- */

void attract_enter(struct journey *journey)
{
    technician_dismiss(journey);
    journey->ports->hush(journey->ports->context);
    journey->ports->card_stop(journey->ports->context);
    journey->is_card_left = journey->is_card_on_reader;
    journey_watch_card(journey); /* a card that lies there is announced until somebody takes it */
    visit_forget(journey);
    journey->prefs = (struct ui_prefs){0};
    journey->voice = UI_VOICE_USUAL;
    journey->did_prefs_by_age = journey->is_large_by_age = false;
    journey->speech = (struct speech){0};
    journey->lang_index = 0;
    for (size_t i = 0; i < journey->lang_count; i++)
        if (strcmp(lang_tag(journey->langs[i]), journey->config->kiosk.lang) == 0)
            journey->lang_index = i;
    text_input_forget(journey->typing);
    journey->ports->forget(journey->ports->context);
    journey_tick(journey); /* a catalogue that waited for this person to leave */
}

static const char *card_left(const struct journey *journey)
{
    return journey_card_lies_there(journey) ? journey_text(journey, "attract.card_left") : NULL;
}

void attract_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    const struct ui_choice start = {
        .id = "start",
        .label = journey_text(journey, "attract.start"),
        .icon = "next",
        .action = ACTION_NEXT,
    };
    if (journey->is_store_down) {
        screen_say(tree, frame,
                   &(struct view_say){.picture = "warning",
                                      .heading = journey_text(journey, "home.broken_title"),
                                      .help = journey_text(journey, "home.no_store"),
                                      .notice = card_left(journey),
                                      .phone = journey_phone(journey)});
        return;
    }
    frame->primary = &start;
    screen_say(tree, frame,
               &(struct view_say){
                   .picture = "picture-welcome",
                   .heading = journey_text(journey, "attract.title"),
                   .help = journey_text(journey, "attract.help"),
                   .notice = card_left(journey),
               });
}

void attract_ui(struct journey *journey, const struct ui_event *event)
{
    bool is_key = event->kind == UI_EVENT_KEY || (event->kind == UI_EVENT_FOCUS && !journey->is_store_down);
    if (is_key || event->action == ACTION_NEXT)
        journey_goto(journey, STATE_HOME, "someone is here");
}

/* ---- home ---- */

static const char *icon_of(const struct service *service)
{
    const char *icon = guide_text(service->guide, "icon", "");
    return *icon ? icon : "document";
}

static const char *tile_note(const struct journey *journey, size_t index)
{
    struct degraded state = degraded_service(journey, &journey->catalogue->services[index]);
    if (state.note)
        return state.note;
    return suggest_has(&journey->visit->person, index) ? journey_text(journey, "home.suggested") : NULL;
}

struct view_tile home_tile_of(const struct journey *journey, size_t index)
{
    const struct service *service = &journey->catalogue->services[index];
    return (struct view_tile){
        .title = service_title(service, lang_tag(journey_lang(journey))),
        .icon = icon_of(service),
        .note = tile_note(journey, index),
        .service = (int)index,
    };
}

static size_t list_tiles(struct journey *journey, struct arena *arena, struct view_tile **out_tiles)
{
    const struct catalogue *catalogue = journey->catalogue;
    size_t count = 0;
    char today[DATE_SIZE];
    journey_today(journey, today);
    *out_tiles = catalogue ? arena_array(arena, catalogue->count, sizeof **out_tiles) : NULL;
    for (size_t i = 0; *out_tiles && i < catalogue->count; i++)
        if (catalogue_lists(catalogue, &catalogue->services[i], today))
            (*out_tiles)[count++] = home_tile_of(journey, i);
    return count;
}

void home_enter(struct journey *journey)
{
    visit_close_service(journey);
    person_doubt(journey->visit);
    journey_tick(journey);
    suggest_find(journey);
}

enum { HOME_WITHOUT_SEARCH = 6 };

void home_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    struct view_tile *tiles = NULL;
    const char *notices[DEGRADED_MAX];
    size_t notice_count = degraded_kiosk(journey, notices);
    size_t count = journey->is_store_down ? 0 : list_tiles(journey, ui_tree_arena(tree), &tiles);
    screen_home(tree, frame,
                &(struct view_home){.tiles = tiles,
                                    .count = count,
                                    .is_starting = !journey->catalogue,
                                    .is_out_of_order = journey->is_store_down,
                                    .phone = journey_phone(journey),
                                    .notices = notices,
                                    .notice_count = notice_count,
                                    .has_board = board_count(journey) > 0,
                                    .has_rating = count > 0 && rating_is_open(journey),
                                    .has_search = count > HOME_WITHOUT_SEARCH,
                                    .has_progress = !journey->is_store_down});
}

void home_open(struct journey *journey, int index)
{
    const struct catalogue *catalogue = journey->catalogue;
    if (!catalogue || index < 0 || (size_t)index >= catalogue->count)
        return;
    visit_choose(journey, &catalogue->services[index]);
    journey_goto(journey, STATE_GUIDE, journey->visit->service->id);
}

void home_ui(struct journey *journey, const struct ui_event *event)
{
    if (event->action == ACTION_PROGRESS)
        journey_goto(journey, STATE_FIND, "look for a case");
    else if (event->action == ACTION_SEARCH)
        journey_goto(journey, STATE_SEARCH, "look for a service");
    else if (event->action == ACTION_BOARD)
        journey_goto(journey, STATE_BOARD, "read the notices");
    else if (event->action == ACTION_RATE && rating_is_open(journey))
        journey_goto(journey, STATE_RATING, "a face at home");
    else if (event->action == ACTION_SERVICE)
        home_open(journey, event->arg);
}

/* ---- guide ---- */

/* As its sample picture is called. */
static const char *paper_icon(const char *material)
{
    static const struct {
        const char *sample, *icon;
    } known[] = {{"idcard.png", "id-card"},
                 {"signature.png", "pencil"},
                 {"bankcard.png", "bank-card"},
                 {"household.png", "family"}};
    char sample[64];
    guide_part(material, 3, sample, sizeof sample);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(sample, known[i].sample) == 0)
            return known[i].icon;
    return "document";
}

static size_t list_papers(const struct service *service, const char *lang, struct arena *arena,
                          struct view_paper **out_papers)
{
    size_t count = 0;
    while (guide_item(service->guide, "material", lang, count))
        count++;
    *out_papers = arena_array(arena, count, sizeof **out_papers);
    for (size_t i = 0; *out_papers && i < count; i++) {
        const char *material = guide_item(service->guide, "material", lang, i);
        char name[160], detail[160];
        guide_part(material, 0, name, sizeof name);
        guide_part(material, 4, detail, sizeof detail);
        (*out_papers)[i] =
            (struct view_paper){paper_icon(material), arena_strdup(arena, name), arena_strdup(arena, detail)};
    }
    return *out_papers ? count : 0;
}

static struct view_rows list_rows(const struct service *service, const char *key, const char *lang,
                                  struct arena *arena)
{
    struct view_rows list = {NULL, 0};
    while (guide_item(service->guide, key, lang, list.count))
        list.count++;
    const char **rows = arena_alloc(arena, (list.count + 1) * sizeof *rows);
    for (size_t i = 0; rows && i < list.count; i++)
        rows[i] = guide_item(service->guide, key, lang, i);
    list.rows = rows;
    list.count = rows ? list.count : 0;
    return list;
}

void guide_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    const struct service *service = journey->visit->service;
    const char *lang = lang_tag(journey_lang(journey));
    struct view_paper *papers;
    size_t count = list_papers(service, lang, ui_tree_arena(tree), &papers);
    struct degraded state = degraded_service(journey, service);
    bool has_failed = journey->visit->print == PRINT_FAILED && !state.note;
    screen_guide(tree, frame,
                 &(struct view_guide){
                     .title = service_title(service, lang),
                     .note = guide_text(service->guide, "note", lang),
                     .audience = guide_text(service->guide, "audience", lang),
                     .papers = papers,
                     .paper_count = count,
                     .fee = guide_text(service->guide, "fee", lang),
                     .time_limit = guide_text(service->guide, "time_limit", lang),
                     .result = guide_text(service->guide, "result", lang),
                     .phone = guide_text(service->guide, "phone", lang),
                     .conditions = list_rows(service, "condition", lang, ui_tree_arena(tree)),
                     .notice = has_failed ? journey_text(journey, "guide.print_failed") : state.note,
                     .can_start = !state.blocks,
                     .has_details = details_exist(service->guide),
                     .can_print = slip_can_be_printed(journey),
                     .is_printing = journey->visit->print == PRINT_RUNNING,
                 });
}

/* Back to the home screen ends the service: what was filled in does not go unasked. */
static void guide_back(struct journey *journey)
{
    bool is_begun = journey->visit->session && *journey->visit->draft.ref;
    journey_goto(journey, is_begun ? STATE_STOP : STATE_HOME, "back");
}

void guide_ui(struct journey *journey, const struct ui_event *event)
{
    if (event->action == UI_ACTION_BACK) {
        guide_back(journey);
    } else if (event->action == ACTION_NEXT) {
        journey_goto(journey, STATE_CONSENT, "start");
    } else if (event->action == ACTION_DETAILS) {
        journey_goto(journey, STATE_DETAILS, "details");
    } else if (event->action == ACTION_PRINT_LIST) {
        slip_start(journey);
    }
}
