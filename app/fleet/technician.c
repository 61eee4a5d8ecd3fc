#include "app/fleet/technician.h"

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char MODULE[] = "technician";

static const char *const screens[TECHNICIAN_SCREENS] = {"checking", "refused", "pin",
                                                        "plan",     "take",    "pulled"};
static const char *const asks[TECHNICIAN_ASKS] = {"nothing", "start", "self-test", "slip"};
static const char *const states[TECHNICIAN_STATES] = {"waiting", "running", "done", "skipped", "failed"};
static const char *const events[TECHNICIAN_EVENTS] = {"busy",   "shown",  "pin",    "start",
                                                      "cancel", "tested", "printed"};
static const char *const tests[TEST_COUNT] = {"printer", "card", "scan", "touch", "sound"};
static const char *const verdicts[VERDICTS] = {"none", "good", "bad", "missing"};

const char *technician_test_name(enum technician_test test)
{
    return tests[test];
}

const char *technician_verdict_name(enum technician_verdict verdict)
{
    return verdicts[verdict];
}

/* ---- writing ---- */

static struct err write_line(json_t *object, struct buf *out_line)
{
    char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    if (!text)
        return err_no_memory(MODULE);
    buf_printf(out_line, "%s\n", text);
    free(text);
    return buf_check(out_line, MODULE);
}

static json_t *steps_json(const struct technician_view *view)
{
    json_t *list = json_array();
    for (size_t i = 0; i < view->step_count; i++) {
        const struct technician_step *step = &view->steps[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:i, s:s, s:s}", "name", step->name, "state",
                                              states[step->state], "percent", step->percent, "note",
                                              step->note, "value", step->value));
    }
    return list;
}

static json_t *facts_json(const struct technician_view *view)
{
    json_t *list = json_array();
    for (size_t i = 0; i < view->fact_count; i++)
        json_array_append_new(
            list, json_pack("{s:s, s:s}", "name", view->facts[i].name, "value", view->facts[i].value));
    return list;
}

struct err technician_view_write(const struct technician_view *view, struct buf *out_line)
{
    return write_line(json_pack("{s:s, s:s, s:i, s:s, s:s, s:i, s:i, s:o, s:o}", "screen",
                                screens[view->screen], "ask", asks[view->ask], "percent", view->percent,
                                "fault", view->fault, "who", view->who, "tries_left", view->tries_left,
                                "wait_s", view->wait_s, "steps", steps_json(view), "facts", facts_json(view)),
                      out_line);
}

/* A PIN never comes near the JSON library: what that once held stays in the heap. So its line has one
 * spelling. */
static const char pin_begins[] = "{\"event\":\"pin\",\"pin\":\"", pin_ends[] = "\"}";

static struct err write_pin(const char *pin, struct buf *out_line)
{
    if (pin[strspn(pin, "0123456789")] != '\0')
        return err_make(ERR_REFUSED, MODULE, 0, "a PIN is of digits");
    buf_append_text(out_line, pin_begins);
    buf_append_text(out_line, pin);
    buf_append_text(out_line, pin_ends);
    buf_append_byte(out_line, '\n');
    return buf_check(out_line, MODULE);
}

struct err technician_event_write(const struct technician_event *event, struct buf *out_line)
{
    if (event->kind == TECHNICIAN_PIN_TYPED)
        return write_pin(event->pin, out_line);
    json_t *object = json_pack("{s:s}", "event", events[event->kind]);
    if (event->kind == TECHNICIAN_PRINTED)
        json_object_set_new(object, "print", json_string(verdicts[event->print]));
    for (int i = 0; event->kind == TECHNICIAN_TESTED && i < TEST_COUNT; i++)
        json_object_set_new(object, tests[i], json_string(verdicts[event->tests[i]]));
    return write_line(object, out_line);
}

/* ---- reading ---- */

static bool take_text(const json_t *object, const char *key, char *out_text, size_t size)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text && snprintf(out_text, size, "%s", text) < (int)size;
}

static bool take_word(const json_t *object, const char *key, const char *const *words, int count,
                      int *out_index)
{
    const char *text = json_string_value(json_object_get(object, key));
    for (int i = 0; text && i < count; i++)
        if (strcmp(words[i], text) == 0) {
            *out_index = i;
            return true;
        }
    return false;
}

static bool take_int(const json_t *object, const char *key, int *out_number)
{
    const json_t *number = json_object_get(object, key);
    *out_number = (int)json_integer_value(number);
    return json_is_integer(number);
}

static bool take_step(const json_t *object, struct technician_step *step)
{
    int state = 0;
    bool whole = take_text(object, "name", step->name, sizeof step->name) &&
                 take_word(object, "state", states, TECHNICIAN_STATES, &state) &&
                 take_int(object, "percent", &step->percent) &&
                 take_text(object, "note", step->note, sizeof step->note) &&
                 take_text(object, "value", step->value, sizeof step->value);
    step->state = (enum technician_state)state;
    return whole;
}

static bool take_lists(const json_t *object, struct technician_view *view)
{
    const json_t *list = json_object_get(object, "steps"), *facts = json_object_get(object, "facts");
    bool whole =
        json_array_size(list) <= TECHNICIAN_STEPS_MAX && json_array_size(facts) <= TECHNICIAN_FACTS_MAX;
    for (size_t i = 0; whole && i < json_array_size(list); i++)
        whole = take_step(json_array_get(list, i), &view->steps[view->step_count++]);
    for (size_t i = 0; whole && i < json_array_size(facts); i++) {
        struct technician_fact *fact = &view->facts[view->fact_count++];
        whole = take_text(json_array_get(facts, i), "name", fact->name, sizeof fact->name) &&
                take_text(json_array_get(facts, i), "value", fact->value, sizeof fact->value);
    }
    return whole;
}

static bool take_view(const json_t *object, struct technician_view *view)
{
    int screen = 0, ask = 0;
    bool whole = take_word(object, "screen", screens, TECHNICIAN_SCREENS, &screen) &&
                 take_word(object, "ask", asks, TECHNICIAN_ASKS, &ask) &&
                 take_int(object, "percent", &view->percent) &&
                 take_text(object, "fault", view->fault, sizeof view->fault) &&
                 take_text(object, "who", view->who, sizeof view->who) &&
                 take_int(object, "tries_left", &view->tries_left) &&
                 take_int(object, "wait_s", &view->wait_s) && take_lists(object, view);
    view->screen = (enum technician_screen)screen;
    view->ask = (enum technician_ask)ask;
    return whole;
}

static bool take_event(const json_t *object, struct technician_event *event)
{
    int kind = 0, verdict = 0;
    bool whole = take_word(object, "event", events, TECHNICIAN_EVENTS, &kind) && kind != TECHNICIAN_PIN_TYPED;
    event->kind = (enum technician_event_kind)kind;
    if (whole && event->kind == TECHNICIAN_PRINTED)
        whole = take_word(object, "print", verdicts, VERDICTS, &verdict);
    event->print = (enum technician_verdict)verdict;
    for (int i = 0; whole && event->kind == TECHNICIAN_TESTED && i < TEST_COUNT; i++) {
        whole = take_word(object, tests[i], verdicts, VERDICTS, &verdict);
        event->tests[i] = (enum technician_verdict)verdict;
    }
    return whole;
}

static struct err not_ours(const char *what)
{
    return err_make(ERR_DATA, MODULE, 0, "that is no %s", what);
}

struct err technician_view_read(const char *line, struct technician_view *out_view)
{
    struct technician_view view = {0};
    json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
    bool whole = object && take_view(object, &view);
    json_decref(object);
    if (!whole)
        return not_ours("view");
    *out_view = view;
    return err_ok();
}

static struct err read_pin(const char *digits, struct technician_event *out_event)
{
    size_t count = strspn(digits, "0123456789");
    if (count >= TECHNICIAN_PIN_SIZE || strncmp(digits + count, pin_ends, strlen(pin_ends)) != 0)
        return not_ours("event");
    *out_event = (struct technician_event){.kind = TECHNICIAN_PIN_TYPED};
    memcpy(out_event->pin, digits, count);
    return err_ok();
}

struct err technician_event_read(const char *line, struct technician_event *out_event)
{
    struct technician_event event = {0};
    if (strncmp(line, pin_begins, strlen(pin_begins)) == 0)
        return read_pin(line + strlen(pin_begins), out_event);
    json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
    bool whole = object && take_event(object, &event);
    json_decref(object);
    if (!whole)
        return not_ours("event");
    *out_event = event;
    return err_ok();
}
