/* Amounts between two bounds, stars, and the kiosk's own place. */
#include "app/journey/answer_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- plus and minus ---- */

/* From this many steps on a second row of keys takes ten at a time. */
enum { MANY_STEPS = 20, LEAP = 10, STARS_MAX = 10 };

struct range {
    double low, high, step;
};

static double number_of(const struct session_node *node, const char *name, double otherwise)
{
    const char *text = session_attribute(node, name);
    return text ? strtod(text, NULL) : otherwise;
}

/* An author may count downwards. */
static struct range range_of(const struct session_node *node)
{
    double start = number_of(node, "start", 0), end = number_of(node, "end", 10),
           step = fabs(number_of(node, "step", 1));
    return (struct range){fmin(start, end), fmax(start, end), step > 0 ? step : 1};
}

static void open_text(struct journey *journey, const struct session_node *node)
{
    answer_set_text(draft_of(journey), node->value);
}

/* On the grid of steps from the lower bound; the first tap begins at the nearer bound. */
static double stepped(const struct range *range, const char *value, int by)
{
    if (!*value)
        return by > 0 ? range->low : range->high;
    double steps = round((strtod(value, NULL) - range->low) / range->step) + by;
    return fmin(fmax(range->low + steps * range->step, range->low), range->high);
}

static void step_range(struct journey *journey, const struct ui_event *event)
{
    struct draft *draft = draft_of(journey);
    struct session_node node;
    char text[32];
    struct err e = session_look(journey->visit->session, draft->ref, &node);
    if (event->action != ACTION_STEP || err_is(&e))
        return;
    struct range range = range_of(&node);
    snprintf(text, sizeof text, "%.10g", stepped(&range, buf_text(&draft->text), event->arg));
    answer_set_text(draft, text);
    speech_tell(journey, "speech.amount", text, 0);
}

static void view_range(struct journey *journey, const struct session_node *node, struct arena *arena,
                       struct view_question *out_view)
{
    struct range range = range_of(node);
    const char *value = buf_text(&draft_of(journey)->text);
    char bounds[80];
    snprintf(bounds, sizeof bounds, "%.10g – %.10g", range.low, range.high);
    out_view->bounds = arena_strdup(arena, bounds);
    out_view->leap = (range.high - range.low) / range.step > MANY_STEPS ? LEAP : 0;
    out_view->is_least = *value && strtod(value, NULL) <= range.low;
    out_view->is_most = *value && strtod(value, NULL) >= range.high;
}

/* ---- stars ---- */

static void choose_star(struct journey *journey, const struct ui_event *event)
{
    char text[16];
    if (event->action != ACTION_STAR)
        return;
    snprintf(text, sizeof text, "%d", event->arg);
    answer_set_text(draft_of(journey), text);
    speech_tell(journey, "speech.amount", text, 0);
}

static void view_stars(struct journey *journey, const struct session_node *node, struct arena *arena,
                       struct view_question *out_view)
{
    (void)arena;
    int most = (int)range_of(node).high;
    out_view->stars = most < 1 ? 1 : most > STARS_MAX ? STARS_MAX : most;
    out_view->stars_selected = (int)strtol(buf_text(&draft_of(journey)->text), NULL, 10);
}

/* ---- place ---- */

static void write_place(const struct journey *journey, char out_place[64])
{
    const struct config *config = journey->config;
    snprintf(out_place, 64, "%.6f %.6f 0 0", config->kiosk.place_lat, config->kiosk.place_lon);
}

/* A kiosk has no satellites to ask: where it stands is configured. */
static void open_place(struct journey *journey, const struct session_node *node)
{
    char place[64];
    write_place(journey, place);
    bool is_given = journey->config->kiosk.has_position && (node->required || *node->value);
    answer_set_text(draft_of(journey), is_given ? place : "");
}

static void choose_place(struct journey *journey, const struct ui_event *event)
{
    struct draft *draft = draft_of(journey);
    char place[64];
    if (event->action != ACTION_CHOICE)
        return;
    write_place(journey, place);
    answer_set_text(draft, draft->text.length ? "" : place);
    speech_tell(journey, draft->text.length ? "speech.chosen" : "speech.dropped",
                journey->config->kiosk.place, 1);
}

static void view_place(struct journey *journey, const struct session_node *node, struct arena *arena,
                       struct view_question *out_view)
{
    (void)node;
    struct view_choice *choice = arena_array(arena, 1, sizeof *choice);
    const struct config *config = journey->config;
    char lat[16], lon[16];
    if (!config->kiosk.has_position)
        out_view->message = journey_text(journey, "question.no_place");
    if (!choice || !config->kiosk.has_position)
        return;
    snprintf(lat, sizeof lat, "%.4f", config->kiosk.place_lat);
    snprintf(lon, sizeof lon, "%.4f", config->kiosk.place_lon);
    const char *values[] = {lat, lon};
    *choice = (struct view_choice){
        .label = config->kiosk.place,
        .detail = lang_format(journey_lang(journey), arena, "question.place_at", 2, values),
        .is_selected = draft_of(journey)->text.length > 0,
    };
    out_view->choices = choice;
    out_view->choice_count = 1;
}

const struct answer_kind answer_range = {open_text, step_range, answer_give_text, view_range};
const struct answer_kind answer_stars = {open_text, choose_star, answer_give_text, view_stars};
const struct answer_kind answer_place = {open_place, choose_place, answer_give_text, view_place};
