/* The machine's status as the technician reads it, and the same on paper; the slip of a visit. */
#include "app/journey/states.h"

#include "app/journey/receipt_view.h"
#include "board/base/log.h"
#include "drivers/printer/printer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LINES_MAX = TECHNICIAN_FACTS_MAX + 1 + DEVICE_CLASS_COUNT, LINE_SIZE = 480 };

/* What is worth a line to somebody who stands there, in this order; the rest is for the county. */
static const struct {
    const char *name;
    /* WORD: "technician.NAME." and the value's first word is a text id. CAUSE: all before its colon is, with
       dashes for its blanks, and what follows is for the county. */
    enum { PLAIN, WORD, CAUSE, TIME } kind;
} shown[] = {
    {"software", PLAIN},          {"slot", WORD},          {"queue_waiting", PLAIN},  {"queue_oldest", TIME},
    {"queue_for_courier", PLAIN}, {"queue_parked", PLAIN}, {"queue_on_stick", PLAIN}, {"link_state", WORD},
    {"link_reason", CAUSE},       {"last_contact", TIME},  {"clock", WORD},           {"disk_free_mb", PLAIN},
    {"printer_paper", WORD},      {"mirror_state", WORD},  {"forms_refused", PLAIN},  {"quarantine", PLAIN},
};

static const char *value_of(const struct technician_view *view, const char *name)
{
    for (size_t i = 0; i < view->fact_count; i++)
        if (strcmp(view->facts[i].name, name) == 0)
            return view->facts[i].value;
    return "";
}

/* "2026-11-22T08:15:02.000Z", as the facts tell times. */
static const char *time_words(struct journey *journey, struct arena *arena, const char *value)
{
    struct tm then = {0};
    const char *end = strptime(value, "%Y-%m-%dT%H:%M:%S", &then);
    return end ? journey_date_time(journey, arena, (int64_t)timegm(&then) * 1000) : value;
}

static const char *value_words(struct journey *journey, struct arena *arena, size_t i)
{
    const char *value = value_of(&journey->technician.view, shown[i].name);
    char id[96];
    if (shown[i].kind == TIME && *value)
        return time_words(journey, arena, value);
    if (shown[i].kind == PLAIN || shown[i].kind == TIME)
        return value;
    size_t length = strcspn(value, shown[i].kind == CAUSE ? ":" : ": ");
    snprintf(id, sizeof id, "technician.%s.%.*s", shown[i].name, (int)length, value);
    for (char *c = id; *c; c++)
        *c = *c == ' ' ? '-' : *c;
    if (!lang_has(journey_lang(journey), id))
        return value;
    const char *rest = value + length + strspn(value + length, ": ");
    return journey_text_with(journey, arena, id, rest); /* "A" of "good A" */
}

/* A fact without a value is nothing to report: no link ever, nothing refused. */
static size_t list_facts(struct journey *journey, struct arena *arena, struct view_fact *out_facts)
{
    static const char *const classes[DEVICE_CLASS_COUNT] = {[DEVICE_IDCARD] = "idcard",
                                                            [DEVICE_PRINTER] = "printer",
                                                            [DEVICE_CAMERA] = "camera",
                                                            [DEVICE_SCANNER] = "scanner"};
    size_t count = 0;
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        const char *value = value_words(journey, arena, i);
        if (*value)
            out_facts[count++] =
                (struct view_fact){technician_words(journey_lang(journey), "fact", shown[i].name), value};
    }
    const char *cause = value_of(&journey->technician.view, "link_reason");
    if (*cause) /* as it stands in the log, to be read out on the telephone */
        out_facts[count++] =
            (struct view_fact){technician_words(journey_lang(journey), "fact", "link_detail"), cause};
    for (int class = 0; class < DEVICE_CLASS_COUNT; class ++)
        if (classes[class])
            out_facts[count++] = (struct view_fact){
                technician_words(journey_lang(journey), "device", classes[class]),
                journey_text(journey, journey_device_ready(journey, (enum device_class) class)
                                          ? "technician.device_ready"
                                          : "technician.device_missing")};
    return count;
}

void technician_status_build(struct journey *journey, struct ui_tree *tree, struct ui_frame *frame)
{
    struct arena *arena = ui_tree_arena(tree);
    struct view_fact *facts = arena_array(arena, LINES_MAX, sizeof *facts);
    screen_status(tree, frame,
                  &(struct view_status){.facts = facts,
                                        .count = facts ? list_facts(journey, arena, facts) : 0,
                                        .can_print = printer_can_print(journey)});
}

/* ---- on paper ---- */

static struct err print_lines(struct journey *journey, struct arena *arena, const char *heading,
                              const char *const *lines, size_t count)
{
    const struct receipt_slip slip = {
        .place = journey->config->kiosk.place,
        .service = heading,
        .heading = journey_date_time(journey, arena, journey->clock->wall_ms(journey->clock)),
        .lines = lines,
        .line_count = count,
        .is_report = true,
    };
    return journey->ports->print_slip(journey->ports->context, ++journey->job, journey_lang(journey), &slip);
}

static const char *join(const struct lang *lang, struct arena *arena, const char *name, const char *value)
{
    const char *values[] = {name, value};
    const char *line = lang_format(lang, arena, "technician.slip_line", 2, values);
    return line ? line : "";
}

static size_t fact_lines(struct journey *journey, struct arena *arena, const char **out_lines)
{
    struct view_fact *facts = arena_array(arena, LINES_MAX, sizeof *facts);
    size_t count = facts ? list_facts(journey, arena, facts) : 0;
    for (size_t i = 0; i < count; i++)
        out_lines[i] = join(journey_lang(journey), arena, facts[i].name, facts[i].value);
    return count;
}

static struct err print_status(struct journey *journey, struct arena *arena)
{
    const char *lines[LINES_MAX];
    size_t count = fact_lines(journey, arena, lines);
    return print_lines(journey, arena, journey_text(journey, "technician.status"), lines, count);
}

/* Who, what was done, and how the machine was left. */
static struct err print_visit(struct journey *journey, struct arena *arena)
{
    static const char *const ends[TECHNICIAN_STATES] = {"waiting", "running", "done", "skipped", "failed"};
    const char *lines[LINES_MAX + TECHNICIAN_STEPS_MAX + 1];
    struct view_work works[TECHNICIAN_STEPS_MAX];
    size_t count = 0,
           works_count = technician_works(&journey->technician.view, journey_lang(journey), arena, works);
    lines[count++] = join(journey_lang(journey), arena, journey_text(journey, "technician.slip_who"),
                          journey->technician.view.who);
    for (size_t i = 0; i < works_count; i++)
        if (works[i].state >= TECHNICIAN_DONE)
            lines[count++] =
                join(journey_lang(journey), arena, works[i].title,
                     works[i].note ? works[i].note
                                   : technician_words(journey_lang(journey), "state", ends[works[i].state]));
    count += fact_lines(journey, arena, lines + count);
    return print_lines(journey, arena, journey_text(journey, "technician.slip"), lines, count);
}

static struct err print_with(struct journey *journey,
                             struct err (*print)(struct journey *journey, struct arena *arena))
{
    struct arena *arena = arena_create(ARENA_PLAIN, 0);
    if (!arena)
        return err_no_memory("journey");
    struct err e = print(journey, arena);
    arena_destroy(&arena);
    journey_log_device(e);
    return e;
}

void technician_status_ui(struct journey *journey, const struct ui_event *event)
{
    if (event->action != ACTION_PRINT_LIST)
        return;
    struct err e = print_with(journey, print_status);
    (void)e; /* logged; a printer that is gone is on this very screen */
}

/* ---- the slip of the visit ---- */

static void say_printed(struct journey *journey, enum technician_verdict verdict)
{
    const struct technician_event event = {.kind = TECHNICIAN_PRINTED, .print = verdict};
    journey->technician.slip_job = 0;
    journey->ports->technician(journey->ports->context, &event);
}

void technician_slip(struct journey *journey)
{
    if (!journey_device_ready(journey, DEVICE_PRINTER)) {
        say_printed(journey, VERDICT_MISSING);
        return;
    }
    struct err e = print_with(journey, print_visit);
    if (err_is(&e))
        say_printed(journey, VERDICT_BAD);
    else
        journey->technician.slip_job = journey->job;
}

void technician_plan_device(struct journey *journey, const struct device_message *message)
{
    if (message->class != DEVICE_PRINTER || message->kind != DEVICE_RESULT || !journey->technician.slip_job ||
        printer_event(message)->job != journey->technician.slip_job)
        return;
    bool proved = !err_is(&message->err) && printer_event(message)->outcome == PRINTER_PROVED;
    say_printed(journey, proved ? VERDICT_GOOD : VERDICT_BAD);
}
