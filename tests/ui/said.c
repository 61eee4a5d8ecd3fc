/*
 * What the voice is given on every screen of the tour: ui_said prints each line once, as
 *   LANG<tab>SCREEN<tab>HOW<tab>WORDS
 * WORDS as they are pronounced (voice_words_expand); HOW: "comes" with the screen, "again" when the repeat
 * key asks, "key" when the keypad stands on a control. For reading line by line, and for said.py.
 */
#include "app/journey/states.h"
#include "board/base/hash.h"
#include "drivers/voice/voice_words.h"
#include "tests/ui/panels.h"
#include "tests/ui/tour.h"
#include "tests/unit/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES_MAX = 1 << 16 };

struct listener {
    struct ui_theme theme;
    const char *screen, *how;
    uint64_t *heard;
    size_t count;
};

static struct listener *listener; /* the journey's ports have the kiosk for their context */

static void hear(void *context, const struct spoken_line *line)
{
    struct buf words = {0};
    (void)context;
    voice_words_expand(voice_tongue(line->lang), line->text, &words);
    uint64_t hash = hash_text(hash_text(HASH_START, line->lang), buf_text(&words));
    size_t i = 0;
    while (i < listener->count && listener->heard[i] != hash)
        i++;
    if (i == listener->count) {
        assert_true(listener->count < LINES_MAX);
        listener->heard[listener->count++] = hash;
        printf("%s\t%s\t%s\t", line->lang, listener->screen, listener->how);
        for (const char *p = buf_text(&words); *p; p++)
            putchar(*p == '\n' || *p == '\t' ? '|' : *p);
        putchar('\n');
    }
    buf_finish(&words);
}

static void walk_keys(struct tour *tour, struct ui_tree *tree)
{
    listener->how = "key";
    for (struct ui_node *node = ui_tree_root(tree); node; node = ui_node_walk(node))
        if (node->action != UI_ACTION_NONE && !node->is_hidden)
            journey_focus(tour->kiosk.journey, node);
}

static void listen(void *context, struct tour *tour, const char *screen)
{
    static const char *const ways[] = {"comes", "again"};
    struct journey *journey = tour->kiosk.journey;
    (void)context;
    listener->screen = screen;
    for (int lang = 0; lang < TOUR_LANGS; lang++)
        for (int again = 0; again < 2; again++) {
            listener->how = ways[again];
            journey->speech = (struct speech){.is_asked_for = again};
            struct ui_tree *tree = tour_screen(tour, &listener->theme, lang, 0);
            if (again)
                walk_keys(tour, tree);
            ui_tree_destroy(&tree);
        }
}

/* The tour stands on one help screen; each state has its own. */
static void listen_to_help(struct tour *tour)
{
    struct journey *journey = tour->kiosk.journey;
    journey_goto(journey, STATE_HOME, "help");
    journey_goto(journey, STATE_HELP, "help");
    for (int state = STATE_ATTRACT; state < STATE_COUNT; state++) {
        char name[80];
        journey->under = (enum journey_state_id)state;
        snprintf(name, sizeof name, "help/%s", journey_states[state].name);
        listen(NULL, tour, name);
    }
    journey->under = STATE_HOME;
}

int main(void)
{
    struct tour *tour = calloc(1, sizeof *tour);
    struct ui_panel panel;
    struct listener here = {.heard = calloc(LINES_MAX, sizeof *here.heard)};
    assert_true(tour && here.heard);
    assert_ok(ui_panel_from_diagonal(panels[0].width_px, panels[0].height_px, panels[0].inch, &panel));
    ui_theme_init(&panel, &(struct ui_prefs){0}, &here.theme);
    listener = &here;
    tour_start(tour);
    tour->kiosk.ports.say = hear;
    tour_run(tour, "every-question", listen, NULL);
    tour_technician(tour, true, listen, NULL);
    listen_to_help(tour);
    tour_run(tour, NULL, listen, NULL);
    tour_stop(tour);
    free(here.heard);
    free(tour);
    return 0;
}
