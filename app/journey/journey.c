#include "app/journey/internal.h"

#include "app/journey/keep.h"
#include "app/journey/receipt_view.h"
#include "board/base/log.h"
#include "board/base/wipe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct err journey_create(const struct journey_setup *setup, struct journey **out_journey)
{
    struct journey *journey = calloc(1, sizeof *journey);
    if (!journey)
        return err_no_memory("journey");
    journey->config = setup->config;
    journey->clock = setup->clock;
    journey->ports = setup->ports;
    journey->langs = setup->langs;
    journey->lang_count = setup->lang_count;
    journey->tz = setup->tz;
    journey->typing = setup->typing;
    journey->state = STATE_UNSET;
    journey->visit = visit_create();
    if (!journey->visit) {
        free(journey);
        return err_no_memory("journey");
    }
    journey_goto(journey, STATE_ATTRACT, "start");
    *out_journey = journey;
    return err_ok();
}

void journey_destroy(struct journey **journey)
{
    if (!journey || !*journey)
        return;
    visit_destroy(&(*journey)->visit);
    picture_shelf_clear(&(*journey)->pictures);
    catalogue_destroy(&(*journey)->catalogue);
    catalogue_destroy(&(*journey)->new_catalogue);
    wipe(*journey, sizeof **journey); /* a case number, a technician's digits, what was to be said */
    free(*journey);
    *journey = NULL;
}

static const struct state_row *row(const struct journey *journey)
{
    return &journey_states[journey->state];
}

enum journey_state_id journey_place(const struct journey *journey)
{
    return row(journey)->is_overlay ? journey->under : journey->state;
}

void journey_goto(struct journey *journey, enum journey_state_id to, const char *cause)
{
    const struct state_row *from = journey->state != STATE_UNSET ? row(journey) : NULL;
    if (to == STATE_UNDER)
        to = journey->under;
    const struct state_row *target = &journey_states[to];
    log_info("journey", "%s -> %s: %s", from ? from->name : "-", target->name, cause);
    bool was_overlay = from && from->is_overlay;
    bool returns = was_overlay && to == journey->under;
    if (target->is_overlay && !was_overlay) {
        journey->under = journey->state;
        journey->under_page = journey->page;
    } else if (!target->is_overlay && was_overlay && !returns && journey_states[journey->under].leave)
        journey_states[journey->under].leave(journey);
    else if (!target->is_overlay && !was_overlay && from && from->leave)
        from->leave(journey);
    journey->left = journey->state;
    journey->state = to;
    journey->was_seen = journey->was_seen && (target->is_overlay || returns);
    journey->touched_ms = journey->clock->monotonic_ms(journey->clock);
    journey_turn(journey, returns ? journey->under_page : 0);
    bool is_within = journey->is_moving;
    journey->is_moving = true;
    if (target->enter && !returns)
        target->enter(journey);
    journey->is_moving = is_within;
}

void journey_touch(struct journey *journey)
{
    journey->has_changed = true;
}

void journey_turn(struct journey *journey, int page)
{
    journey->turn++;
    journey->page = page;
    journey_touch(journey);
}

bool journey_device_ready(const struct journey *journey, enum device_class class)
{
    struct device_status status;
    journey->ports->device_status(journey->ports->context, class, &status);
    return status.in_service;
}

uint32_t journey_conditions(const struct journey *journey, enum device_class class)
{
    struct device_status status;
    journey->ports->device_status(journey->ports->context, class, &status);
    return status.in_service ? status.conditions : 0;
}

void journey_stop_camera(struct journey *journey)
{
    journey_log_device(journey->ports->camera(journey->ports->context, CAMERA_OFF));
}

void journey_log_device(struct err e)
{
    if (err_is(&e) && e.class != ERR_DEVICE)
        log_err("journey", &e);
}

/* ---- events ---- */

/* The form's own words, said in the language she left; ours are ids, which turn by themselves. */
static bool forget_words(const struct lang *lang, char *notice)
{
    bool is_words = *notice && !lang_has(lang, notice);
    if (is_words)
        *notice = '\0';
    return is_words;
}

static void turn_language(struct journey *journey)
{
    struct visit *visit = journey->visit;
    journey->lang_index = (journey->lang_index + 1) % journey->lang_count;
    forget_words(journey_lang(journey), visit->card_notice);
    if (!visit->session)
        return;
    struct err e = session_set_language(visit->session, lang_tag(journey_lang(journey)));
    if (err_is(&e))
        log_err("journey", &e);
    if (forget_words(journey_lang(journey),
                     visit->draft.message)) /* the form has them in this language too */
        draft_commit(journey);
}

static bool handle_settings(struct journey *journey, int action)
{
    struct ui_prefs *prefs = &journey->prefs;
    switch (action) {
    case UI_ACTION_TEXT_SIZE:
        prefs->text_size = journey->is_large_by_age ? UI_TEXT_NORMAL : (prefs->text_size + 1) % UI_TEXT_SIZES;
        journey->is_large_by_age = false;
        return true;
    case UI_ACTION_CONTRAST:
        prefs->contrast = (prefs->contrast + 1) % UI_CONTRASTS;
        return true;
    case UI_ACTION_LOW_REACH:
        prefs->low_reach = !prefs->low_reach;
        return true;
    case UI_ACTION_LANGUAGE:
        turn_language(journey);
        return true;
    case UI_ACTION_VOICE:
        speech_turn_voice(journey);
        return true;
    default:
        return false;
    }
}

static bool handle_navigation(struct journey *journey, const struct ui_event *event)
{
    enum journey_state_id to = STATE_HERE;
    const char *cause = "tapped";
    if (event->action == UI_ACTION_BACK) {
        to = row(journey)->on_back;
        cause = "back";
    } else if (event->action == UI_ACTION_STOP) {
        to = row(journey)->on_stop;
        cause = "stop";
    } else if (event->action == UI_ACTION_HELP && !row(journey)->is_overlay) {
        to = STATE_HELP;
        cause = "help";
    }
    if (to == STATE_HERE || to == STATE_NOWHERE)
        return false;
    journey_goto(journey, to, cause);
    return true;
}

enum { DIM_MS = 60000 };

bool journey_is_dim(const struct journey *journey)
{
    return row(journey)->is_personal && clock_left_ms(journey->clock, journey->touched_ms + DIM_MS) == 0;
}

/* Standing on a control is not choosing it (journey_focus() says what it is), and a touch beside all controls
 * says no more than that somebody is here. */
static bool is_only_presence(const struct journey *journey, const struct ui_event *event)
{
    return (event->kind == UI_EVENT_FOCUS && journey->state != STATE_ATTRACT) ||
           (event->kind == UI_EVENT_TOUCH && journey->state != STATE_STILL_THERE);
}

void journey_ui(struct journey *journey, const struct ui_event *event)
{
    bool only_wakes = journey_is_dim(journey) && event->kind != UI_EVENT_STROKE;
    journey->touched_ms = journey->clock->monotonic_ms(journey->clock);
    if (only_wakes) {
        speech_again(journey); /* what she touched she could not read */
        return;
    }
    if (journey->state == STATE_ATTRACT)
        speech_again(journey); /* whatever was touched: somebody is there to be invited */
    if (is_only_presence(journey, event))
        return;
    if (event->kind == UI_EVENT_ACTIVATE) {
        journey_touch(journey);
        journey->ports->hush(journey->ports->context);
        if (handle_settings(journey, event->action)) {
            journey_turn(journey, journey->page);
            return;
        }
        if (handle_navigation(journey, event))
            return;
        if (event->action == UI_ACTION_PAGE)
            journey_turn(journey, event->arg);
    }
    if (row(journey)->ui)
        row(journey)->ui(journey, event);
    if (event->kind == UI_EVENT_ACTIVATE && event->action == UI_ACTION_REPEAT)
        speech_again(journey);
}

/* Without its reader nobody knows of a card, and nobody is kept waiting for it. */
bool journey_card_lies_there(const struct journey *journey)
{
    return journey->is_card_on_reader && journey_device_ready(journey, DEVICE_IDCARD);
}

static bool is_card_there(const struct journey *journey, const struct device_message *message)
{
    enum idcard_stage stage = idcard_event(message)->stage;
    if (stage == IDCARD_FOUND || stage == IDCARD_READ || stage == IDCARD_LEFT)
        return true;
    return stage != IDCARD_REMOVED && stage != IDCARD_WAITING && journey->is_card_on_reader;
}

bool journey_read_card(struct journey *journey)
{
    bool is_of_who_left = journey->is_card_left;
    if (is_of_who_left)
        journey_watch_card(journey);
    else
        journey_log_device(journey->ports->card_read(journey->ports->context));
    return !is_of_who_left;
}

void journey_watch_card(struct journey *journey)
{
    struct err e = journey->ports->card_await_removal(journey->ports->context);
    if (!err_is(&e) || e.class == ERR_DEVICE)
        return;
    journey->is_card_on_reader = journey->is_card_left = false;
    log_err("journey", &e);
}

void journey_stop_reading(struct journey *journey)
{
    if (journey->is_card_on_reader)
        journey_watch_card(journey);
    else
        journey->ports->card_stop(journey->ports->context);
}

/* A reader that fails, or is told to stop, says nothing of the card; when it comes back it is asked. */
static void note_card(struct journey *journey, const struct device_message *message)
{
    bool was_there = journey->is_card_on_reader;
    bool has_failed = message->kind == DEVICE_RESULT && err_is(&message->err);
    if (message->class != DEVICE_IDCARD || has_failed)
        return;
    if (message->kind == DEVICE_STATUS) {
        if ((was_there || journey->state == STATE_ATTRACT) && message->status.in_service)
            journey_watch_card(journey);
        return;
    }
    journey->is_card_on_reader = is_card_there(journey, message);
    journey->is_card_left =
        journey->is_card_on_reader && (journey->is_card_left || journey->state == STATE_ATTRACT);
    if (journey->is_card_on_reader != was_there)
        journey_touch(journey);
    if (was_there && idcard_event(message)->stage == IDCARD_REMOVED)
        journey_watch_card(journey); /* it may have been laid down again, or another */
}

void journey_ask(struct journey *journey, struct store_request *request, const char *text)
{
    snprintf(request->text, sizeof request->text, "%s", text);
    request->ticket = ++journey->ticket;
    journey->ports->store(journey->ports->context, request);
}

void journey_void_requests(struct journey *journey)
{
    journey->void_ticket = journey->ticket;
}

/* Whose card goes from the home screen goes too. Elsewhere she may still be reading, or filling in her form.
 */
static void follow_person(struct journey *journey)
{
    struct person *person = &journey->visit->person;
    bool was_here = person->is_here;
    enum journey_state_id state = row(journey)->is_overlay ? journey->under : journey->state;
    person->is_here = was_here && journey_card_lies_there(journey);
    if (was_here && !person->is_here && state == STATE_HOME)
        journey_goto(journey, STATE_ATTRACT, "her card was taken");
}

void journey_device(struct journey *journey, const struct device_message *message)
{
    note_card(journey, message);
    paper_device(journey, message);
    follow_person(journey);
    if (message->kind == DEVICE_STATUS)
        journey_touch(journey);
    const struct state_row *place = &journey_states[journey_place(journey)];
    if (place->device)
        place->device(journey, message);
}

void journey_voice(struct journey *journey)
{
    journey_touch(journey);
}

static bool lists_services(const struct journey *journey)
{
    enum journey_state_id place = journey_place(journey);
    bool has_any = journey->catalogue && journey->catalogue->count > 0;
    return has_any && !journey->is_moving && (place == STATE_HOME || place == STATE_SEARCH);
}

/* A new catalogue replaces the old one when no session is inside one of its forms, and never under the eyes
 * of somebody who chooses: a tile that she reaches for is another one then. */
static void use_new_catalogue(struct journey *journey)
{
    if (!journey->new_catalogue || journey->visit->service || lists_services(journey))
        return;
    catalogue_destroy(&journey->catalogue);
    journey->catalogue = journey->new_catalogue;
    journey->new_catalogue = NULL;
    log_info("journey", "%zu services are offered", journey->catalogue->count);
    journey_touch(journey);
}

/* A store that cannot be opened takes every service off the home screen; it comes back when it can. */
static void use_link(struct journey *journey, const struct store_answer *answer)
{
    journey->is_store_down = err_is(&answer->err) && answer->err.class != ERR_RETRY;
    if (!err_is(&answer->err)) {
        journey->has_link = true;
        journey->link = answer->link;
        journey->counts = answer->counts;
        journey->keeps_cards = answer->keeps_cards;
    }
    journey_touch(journey);
}

void journey_store(struct journey *journey, struct store_answer *answer)
{
    if (answer->catalogue) {
        catalogue_destroy(&journey->new_catalogue);
        journey->new_catalogue = answer->catalogue;
        answer->catalogue = NULL;
        use_new_catalogue(journey);
    }
    if (answer->kind == STORE_LINK)
        use_link(journey, answer);
    const struct state_row *place = &journey_states[journey_place(journey)];
    bool is_void = answer->ticket > 0 && answer->ticket <= journey->void_ticket;
    if (place->store && !is_void)
        place->store(journey, answer);
    store_answer_finish(answer);
}

static int screen_wait_ms(const struct journey *journey)
{
    if (row(journey)->timeout_ms == 0)
        return -1;
    bool dims_first = row(journey)->is_personal && !journey_is_dim(journey);
    int wait_ms = dims_first ? DIM_MS : row(journey)->timeout_ms;
    return clock_left_ms(journey->clock, journey->touched_ms + wait_ms);
}

int journey_wait_ms(const struct journey *journey)
{
    return clock_sooner_ms(screen_wait_ms(journey), receipt_wait_ms(journey));
}

void journey_tick(struct journey *journey)
{
    use_new_catalogue(journey);
    receipt_tick(journey);
    int timeout_ms = row(journey)->timeout_ms;
    bool is_over = timeout_ms > 0 && clock_left_ms(journey->clock, journey->touched_ms + timeout_ms) == 0;
    if (is_over && row(journey)->on_timeout == STATE_ATTRACT)
        keep_unasked(journey);
    if (is_over)
        journey_goto(journey, row(journey)->on_timeout, "nobody touched it");
    if (!journey->is_moving)
        technician_tick(journey);
}

/* ---- the screen ---- */

const struct ui_prefs *journey_prefs(const struct journey *journey)
{
    return &journey->prefs;
}

bool journey_has_changed(const struct journey *journey)
{
    return journey->has_changed;
}

const char *journey_state(const struct journey *journey)
{
    return row(journey)->name;
}

static void frame_init(const struct journey *journey, struct ui_frame *frame)
{
    size_t next = (journey->lang_index + 1) % journey->lang_count;
    *frame = (struct ui_frame){
        .screen = row(journey)->name,
        .place = journey->config->kiosk.place,
        .link = !journey->has_link || journey->is_store_down ? UI_LINK_UNKNOWN
                : journey->link.state == OUTBOX_LINK_UP      ? UI_LINK_UP
                : journey->link.state == OUTBOX_LINK_UNKNOWN ? UI_LINK_UNKNOWN
                                                             : UI_LINK_DOWN,
        .turn = journey->turn,
        .page = journey->page,
        .other_language = journey->lang_count > 1 ? lang_short(journey->langs[next]) : NULL,
        .voice = journey->voice,
        .has_repeat = true,
        .has_back = row(journey)->on_back != STATE_NOWHERE,
        .has_stop = false,
    };
}

void journey_shown(struct journey *journey, bool is_last_page)
{
    journey->was_seen |= is_last_page && !row(journey)->is_overlay;
}

struct ui_tree *journey_screen(struct journey *journey, const struct ui_theme *theme)
{
    struct ui_tree *tree = ui_tree_create(theme, journey_lang(journey));
    if (!tree)
        return NULL;
    struct ui_frame frame;
    frame_init(journey, &frame);
    if (journey->visit->session)
        session_let_go(journey->visit->session);
    row(journey)->build(journey, tree, &frame);
    journey->has_changed = false;
    speech_of_screen(journey, tree);
    return tree;
}
