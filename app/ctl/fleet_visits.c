/*
 * yizhanctl fleet visits STICK --ca FILE.pem: what a stick that went round did at which kiosk, as one report,
 * and which kiosks of its pass are still to visit. Reads only; what it reads is app/fleet/stick.h.
 */
#include "app/ctl/command.h"
#include "app/ctl/options.h"
#include "app/ctl/stores.h"
#include "app/fleet/stick.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A pass for "1-9999" is for whoever comes: nobody in particular is still to visit. */
enum { NUMBERS = 10000, NAMED_MAX = 1000 };

struct round {
    const char *dir, *ca;
    bool json;
    struct pass pass;
    int named, visited, unfinished;
    json_t *visits;  /* array */
    json_t *left;    /* array of numbers */
    json_t *damaged; /* array of sentences */
};

static bool read_options(struct round *round, int argc, char **argv)
{
    const struct option_place places[] = {
        {"ca", .value = &round->ca}, {"json", .given = &round->json}, {.name = NULL}};
    return options_read(argc, argv, places, &round->dir, 1) && round->dir && round->ca;
}

/* ---- reading ---- */

static json_t *visit_json(const struct stick_visit *visit)
{
    json_t *steps = json_array();
    for (int i = 0; i < visit->step_count; i++)
        json_array_append_new(steps, json_pack("{s:s, s:s, s:s}", "step", visit->steps[i].step, "outcome",
                                               visit->steps[i].outcome, "detail", visit->steps[i].detail));
    return json_pack("{s:i, s:s, s:o, s:I, s:s, s:s, s:o}", "kiosk", visit->kiosk, "place", visit->place,
                     "began", stores_time(visit->began_ms), "seconds",
                     (json_int_t)(visit->ended_ms - visit->began_ms) / 1000, "version_before",
                     visit->version_before, "version_after", visit->version_after, "steps", steps);
}

static bool is_finished(const struct stick_visit *visit)
{
    for (int i = 0; i < visit->step_count; i++)
        if (strcmp(visit->steps[i].outcome, "done") != 0 && strcmp(visit->steps[i].outcome, "skipped") != 0)
            return false;
    return true;
}

/* One damaged file does not hide the other kiosks. A visit by another pass is of another round. */
static void look_at(struct round *round, int kiosk)
{
    struct stick_visit visit;
    bool found = false;
    struct err e = stick_visit_read(round->dir, kiosk, &visit, &found);
    if (err_is(&e))
        json_array_append_new(round->damaged, json_string(e.text));
    if (!err_is(&e) && found && strcmp(visit.pass, round->pass.id) == 0) {
        json_array_append_new(round->visits, visit_json(&visit));
        round->visited++;
        round->unfinished += !is_finished(&visit);
    } else {
        json_array_append_new(round->left, json_integer(kiosk));
    }
}

static struct err look_round(struct round *round)
{
    TRY(stick_pass(round->dir, round->ca, (int64_t)time(NULL) * 1000, &round->pass));
    for (int kiosk = 1; kiosk < NUMBERS; kiosk++)
        if (pass_names_kiosk(round->pass.kiosks, kiosk)) {
            round->named++;
            look_at(round, kiosk);
        }
    if (round->named > NAMED_MAX)
        json_array_clear(round->left);
    return err_ok();
}

/* ---- saying ---- */

static const char *text(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value ? value : "";
}

static void print_visit(const json_t *visit)
{
    const json_t *steps = json_object_get(visit, "steps"), *step;
    size_t i;
    printf("%04lld  %s  %s  %lld s", (long long)json_integer_value(json_object_get(visit, "kiosk")),
           text(visit, "began"), text(visit, "place"),
           (long long)json_integer_value(json_object_get(visit, "seconds")));
    if (strcmp(text(visit, "version_before"), text(visit, "version_after")) != 0)
        printf("  %s -> %s", text(visit, "version_before"), text(visit, "version_after"));
    putchar('\n');
    json_array_foreach(steps, i, step)
        printf("      %-10s %s%s%s\n", text(step, "step"), text(step, "outcome"),
               *text(step, "detail") ? ": " : "", text(step, "detail"));
}

/* "1-6 8-20 27", as the pass writes them. */
static void print_left(const json_t *left)
{
    size_t count = json_array_size(left);
    printf("still to visit:%s", count ? "" : " none");
    for (size_t i = 0; i < count;) {
        long long first = json_integer_value(json_array_get(left, i)), last = first;
        while (++i < count && json_integer_value(json_array_get(left, i)) == last + 1)
            last++;
        printf(first == last ? " %lld" : " %lld-%lld", first, last);
    }
    putchar('\n');
}

static void print_round(const struct round *round)
{
    const json_t *line;
    size_t i;
    printf("%s (%s) for kiosks %s of %s: %d of %d visited, %d of them left something undone\n",
           round->pass.who, round->pass.office, round->pass.kiosks, round->pass.town, round->visited,
           round->named, round->unfinished);
    json_array_foreach(round->visits, i, line) print_visit(line);
    if (round->named <= NAMED_MAX)
        print_left(round->left);
    json_array_foreach(round->damaged, i, line) printf("damaged: %s\n", json_string_value(line));
}

static json_t *round_json(const struct round *round)
{
    return json_pack("{s:b, s:s, s:s, s:s, s:s, s:i, s:i, s:i, s:O, s:O, s:O}", "ok", 1, "pass",
                     round->pass.id, "who", round->pass.who, "office", round->pass.office, "kiosks",
                     round->pass.kiosks, "named", round->named, "visited", round->visited, "unfinished",
                     round->unfinished, "visits", round->visits, "left", round->left, "damaged",
                     round->damaged);
}

int command_fleet_visits(int argc, char **argv)
{
    struct round round = {.visits = json_array(), .left = json_array(), .damaged = json_array()};
    struct stores none = {0};
    int status = COMMAND_USAGE;
    if (read_options(&round, argc, argv)) {
        struct err e = look_round(&round);
        none.json = round.json;
        status = 0;
        if (err_is(&e))
            status = stores_fail(&none, &e);
        else if (round.json)
            status = stores_print(&none, round_json(&round));
        else
            print_round(&round);
    }
    json_decref(round.visits);
    json_decref(round.left);
    json_decref(round.damaged);
    return status;
}
