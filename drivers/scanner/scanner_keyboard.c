/* Scanners that type as a keyboard: grabbed, so that what they read types into nothing else. */
#include "board/base/wipe.h"
#include "drivers/node/node.h"
#include "drivers/node/node_mask.h"
#include "drivers/scanner/driver.h"
#include "drivers/scanner/typed.h"
#include "drivers/scanner/verbs.h"
#include <linux/input.h>
#include <stdlib.h>
#include <string.h>

#define EVENTS_AT_ONCE 64

struct keyboard {
    struct node *node;
    struct typed typed;
};

static bool keyboard_probe(const struct arrival *arrival, const struct model *model)
{
    (void)model;
    return strcmp(arrival->subsystem, "input") == 0 && strstr(arrival->node, "/event");
}

static void keyboard_close(void *handle)
{
    struct keyboard *keyboard = handle;

    node_close(&keyboard->node); /* which ends the grab */
    typed_clear(&keyboard->typed);
    free(keyboard);
}

static struct err keyboard_open(struct worker *worker, const struct arrival *arrival,
                                const struct model *model, int left_ms, void **out_handle)
{
    struct keyboard *keyboard = calloc(1, sizeof *keyboard);
    struct err e;

    (void)model;
    (void)left_ms;
    if (!keyboard)
        return err_no_memory("scanner");
    e = node_open(worker, arrival->node, &keyboard->node);
    if (!err_is(&e))
        e = node_grab(keyboard->node);
    if (err_is(&e))
        keyboard_close(keyboard);
    else
        *out_handle = keyboard;
    return e;
}

static struct err keyboard_sense(struct worker *worker, void *handle, int left_ms, uint32_t *out_conditions)
{
    const struct keyboard *keyboard = handle;

    (void)worker;
    (void)left_ms;
    *out_conditions = 0;
    return node_alive(keyboard->node);
}

/* True when a code is complete. Events that the kernel lost may have been part of one. */
static bool type_event(struct typed *typed, const struct input_event *event)
{
    if (event->type == EV_SYN && event->code == SYN_DROPPED)
        typed_lost(typed);
    return event->type == EV_KEY && typed_key(typed, event->code, event->value);
}

/* A batch of events; out_code NULL: nobody asked. */
static struct err hear(struct typed *typed, const struct input_event *events, size_t count,
                       struct code *out_code, bool *has_come)
{
    for (size_t i = 0; i < count; i++)
        if (type_event(typed, &events[i]))
            TRY(typed_deliver(typed, out_code, has_come));
    return err_ok();
}

/* What was scanned before anybody asked; of a code whose end is still to come, that end too. */
static struct err pass_over(struct keyboard *keyboard)
{
    struct input_event events[EVENTS_AT_ONCE];
    struct err e = err_ok();
    bool complete = false;
    size_t size;

    while (!err_is(&e) && node_take(keyboard->node, events, sizeof events, &size))
        e = hear(&keyboard->typed, events, size / sizeof events[0], NULL, &complete);
    wipe(events, sizeof events);
    typed_spoil(&keyboard->typed);
    return e;
}

static struct err keyboard_execute(struct worker *worker, void *handle, const struct device_command *command,
                                   union device_payload *out_payload)
{
    struct keyboard *keyboard = handle;
    struct scanner_event *event = (struct scanner_event *)(void *)out_payload->bytes;
    struct input_event events[EVENTS_AT_ONCE];
    struct err e = pass_over(keyboard);
    bool complete = false;
    size_t size;

    (void)worker;
    (void)command;
    while (!err_is(&e) && !complete) {
        e = node_read(keyboard->node, events, sizeof events, &size);
        if (!err_is(&e))
            e = hear(&keyboard->typed, events, size / sizeof events[0], &event->code, &complete);
    }
    wipe(events, sizeof events);
    typed_spoil(&keyboard->typed); /* what began already is not waited for */
    return e;
}

static void keyboard_cancel(void *handle)
{
    node_wake(((struct keyboard *)handle)->node);
}

/* Every character becomes a 1; what ends a code and what shifts stays. */
static void change_key(struct input_event *event)
{
    bool stays = event->code == KEY_ENTER || event->code == KEY_KPENTER || event->code == KEY_TAB ||
                 event->code == KEY_LEFTSHIFT || event->code == KEY_RIGHTSHIFT;
    if (!stays)
        event->code = KEY_1;
}

static void keyboard_mask(const struct model *model, struct tape *tape)
{
    (void)model;
    node_mask_events(tape, change_key);
}

const struct driver scanner_keyboard_driver = {
    .name = "scanner-keyboard",
    .class = DEVICE_SCANNER,
    .settings = (const struct setting[]){{0}},
    .probe = keyboard_probe,
    .open = keyboard_open,
    .sense = keyboard_sense,
    .sense_ms = 60000,
    .execute = keyboard_execute,
    .cancel = keyboard_cancel,
    .close = keyboard_close,
    .mask = keyboard_mask,
};
