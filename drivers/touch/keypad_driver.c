/*
 * Driver of the eight-key keypad: an evdev keyboard named in models.ini, grabbed. A keyboard that is not
 * named there is opened by nobody: what a visitor plugs in does nothing.
 */
#include "drivers/node/node.h"
#include "drivers/node/node_mask.h"
#include "drivers/touch/driver.h"
#include "drivers/touch/touch.h"
#include <linux/input.h>
#include <stdlib.h>
#include <string.h>

#define EVENTS_AT_ONCE 64
#define RETRY_MS       5
#define PRESSED        1 /* 0 is released, 2 is held */

/* Key codes of linux/input-event-codes.h, in the order of enum keypad_key. */
#define CODE(key_, code_)                                                                                    \
    {                                                                                                        \
        .key = (key_), .min = 1, .max = KEY_MAX, .fallback = (code_)                                         \
    }
static const struct setting settings[] = {
    CODE("up", KEY_UP),       CODE("down", KEY_DOWN), CODE("left", KEY_LEFT),
    CODE("right", KEY_RIGHT), CODE("ok", KEY_ENTER),  CODE("back", KEY_ESC),
    CODE("repeat", KEY_F2),   CODE("help", KEY_F1),   {.key = NULL},
};
#define KEY_COUNT 8

struct keypad {
    struct node *node;
    const struct model *model;
};

static bool keypad_probe(const struct arrival *arrival, const struct model *model)
{
    (void)model;
    return strcmp(arrival->subsystem, "input") == 0 && strstr(arrival->node, "/event");
}

static void keypad_close(void *handle)
{
    struct keypad *keypad = handle;
    node_close(&keypad->node);
    free(keypad);
}

static struct err keypad_open(struct worker *worker, const struct arrival *arrival, const struct model *model,
                              int left_ms, void **out_handle)
{
    struct keypad *keypad = calloc(1, sizeof *keypad);
    (void)left_ms;
    if (!keypad)
        return err_no_memory("keypad");
    keypad->model = model;
    struct err e = node_open(worker, arrival->node, &keypad->node);
    if (!err_is(&e))
        e = node_grab(keypad->node);
    if (err_is(&e))
        keypad_close(keypad);
    else
        *out_handle = keypad;
    return e;
}

static struct err keypad_sense(struct worker *worker, void *handle, int left_ms, uint32_t *out_conditions)
{
    (void)worker;
    (void)left_ms;
    *out_conditions = 0;
    return node_alive(((struct keypad *)handle)->node);
}

static void press(struct worker *worker, const struct keypad *keypad, uint16_t code)
{
    struct keypad_event event = {0};
    for (int i = 0; i < KEY_COUNT; i++)
        if (keypad->model->values[i] == code)
            event.key = (enum keypad_key)(i + 1);
    while (event.key && !worker_progress(worker, err_ok(), &event, sizeof event))
        if (!worker_sleep(worker, RETRY_MS))
            return;
}

static struct err keypad_execute(struct worker *worker, void *handle, const struct device_command *command,
                                 union device_payload *out_payload)
{
    const struct keypad *keypad = handle;
    struct input_event events[EVENTS_AT_ONCE];
    (void)command;
    (void)out_payload;
    node_drain(keypad->node);
    for (;;) {
        size_t size;
        TRY(node_read(keypad->node, events, sizeof events, &size));
        for (size_t i = 0; i < size / sizeof events[0]; i++)
            if (events[i].type == EV_KEY && events[i].value == PRESSED)
                press(worker, keypad, events[i].code);
    }
}

static void keypad_cancel(void *handle)
{
    node_wake(((struct keypad *)handle)->node);
}

static void keypad_mask(const struct model *model, struct tape *tape)
{
    (void)model;
    node_mask_events(tape, NULL);
}

const struct driver keypad_driver = {
    .name = "keypad",
    .class = DEVICE_KEYPAD,
    .settings = settings,
    .probe = keypad_probe,
    .open = keypad_open,
    .sense = keypad_sense,
    .execute = keypad_execute,
    .cancel = keypad_cancel,
    .close = keypad_close,
    .mask = keypad_mask,
};
