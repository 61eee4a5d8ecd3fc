/*
 * The citizen's journey: which screen, what happens next, and what is known of the person meanwhile.
 *
 * A state table (states.c) driven by four kinds of events: touch and keys, devices, the store thread, time.
 * Each change of state goes through one function that logs from, to and cause. All that is known of a person
 * lives in one private visit and goes in one step at the end, on stop, and when she walks away.
 *
 * UI thread only; nothing blocks.
 */
#ifndef YIZHAN_JOURNEY_JOURNEY_H
#define YIZHAN_JOURNEY_JOURNEY_H

#include "app/journey/ports.h"
#include "board/base/config.h"
#include "ui/event.h"
#include "ui/tree.h"

struct journey;
struct text_input;
struct tz;

struct journey_setup {
    const struct config *config; /* all borrowed for life */
    const struct clock *clock;
    const struct journey_ports *ports;
    const struct lang *const *langs; /* the languages of the language key, in its order */
    size_t lang_count;
    const struct tz *tz;       /* of the kiosk; NULL is UTC */
    struct text_input *typing; /* for questions that want words */
};

MUST_USE struct err journey_create(const struct journey_setup *setup, struct journey **out_journey);
/* Wipes. Takes NULL. */
void journey_destroy(struct journey **journey);

void journey_ui(struct journey *journey, const struct ui_event *event);
/* The keypad stands on this control now: the voice says what it is. */
void journey_focus(struct journey *journey, const struct ui_node *control);
void journey_device(struct journey *journey, const struct device_message *message);
/* Takes and wipes the answer. */
void journey_store(struct journey *journey, struct store_answer *answer);
/* The voice works again, or no longer. */
void journey_voice(struct journey *journey);
/* What yizhan-visit wants shown, copied; NULL: it is gone. It waits while somebody is being served. */
void journey_technician(struct journey *journey, const struct technician_view *view);
/* Runs what is due; call when journey_wait_ms() has passed. */
void journey_tick(struct journey *journey);
/* Milliseconds until journey_tick() has something to do; -1 for nothing. */
int journey_wait_ms(const struct journey *journey);

/* The text size, contrast and reach of the person at the kiosk. */
const struct ui_prefs *journey_prefs(const struct journey *journey);
/* Something personal is on a screen that nobody has touched for a minute: it is to be shown dim. The first
 * touch only wakes it. */
bool journey_is_dim(const struct journey *journey);
/* Whether the screen is not what journey_screen() would give now. */
bool journey_has_changed(const struct journey *journey);
/* The screen for this moment; what it should say goes to the voice when the screen is another one. NULL
 * without memory. */
struct ui_tree *journey_screen(struct journey *journey, const struct ui_theme *theme);
/* It is on the panel; whether it is all there is of it. What is to be agreed to must have been shown. */
void journey_shown(struct journey *journey, bool is_last_page);

/* "home", "question" ...: for the log, tests and the control program. */
const char *journey_state(const struct journey *journey);

#endif
