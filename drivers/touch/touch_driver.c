/* Driver of touch panels: one finger of an evdev node, calibrated and turned. */
#include "drivers/node/node.h"
#include "drivers/node/node_mask.h"
#include "drivers/touch/driver.h"
#include "drivers/touch/track.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#define EVENTS_AT_ONCE 64
#define RETRY_MS       5 /* while the mailbox is full; only MOVEs may be lost */
#define OWN            -1

enum { SET_TURN, SET_MIN_X, SET_MAX_X, SET_MIN_Y, SET_MAX_Y, SET_PALM_SIZE };
static const struct setting settings[] = {
    [SET_TURN] = {.key = "turn", .words = "0 90 180 270"},
    [SET_MIN_X] = {.key = "min_x", .min = OWN, .max = 65535, .fallback = OWN},
    [SET_MAX_X] = {.key = "max_x", .min = OWN, .max = 65535, .fallback = OWN},
    [SET_MIN_Y] = {.key = "min_y", .min = OWN, .max = 65535, .fallback = OWN},
    [SET_MAX_Y] = {.key = "max_y", .min = OWN, .max = 65535, .fallback = OWN},
    [SET_PALM_SIZE] = {.key = "palm_size", .min = 0, .max = 65535, .fallback = 0},
    {.key = NULL},
};

struct panel {
    struct node *node;
    struct touch_track track;
};

static bool touch_probe(const struct arrival *arrival, const struct model *model)
{
    (void)model;
    return strcmp(arrival->subsystem, "input") == 0 && strstr(arrival->node, "/event");
}

static void touch_close(void *handle)
{
    struct panel *panel = handle;
    node_close(&panel->node);
    free(panel);
}

/* The model row's calibration, or what the panel says of itself. */
static struct err range_of(const struct node *node, int axis, int mt_axis, int min, int max,
                           struct touch_range *out_range)
{
    struct input_absinfo own = {0};
    bool asked = min != OWN && max != OWN;
    /* Of an axis it does not have, a panel may say that it goes from 0 to 0. */
    bool has_mt =
        !asked && ioctl(node_fd(node), EVIOCGABS((unsigned)mt_axis), &own) == 0 && own.maximum > own.minimum;
    if (!asked && !has_mt && ioctl(node_fd(node), EVIOCGABS((unsigned)axis), &own) < 0)
        return err_make(ERR_DEVICE, "touch", errno, "the panel does not say how large it is");
    if (!asked && own.maximum <= own.minimum)
        return err_make(ERR_DEVICE, "touch", ERANGE, "the panel says it has no size");
    *out_range =
        (struct touch_range){.min = min != OWN ? min : own.minimum, .max = max != OWN ? max : own.maximum};
    return err_ok();
}

static struct err begin(struct panel *panel, const struct model *model)
{
    const int *values = model->values;
    struct touch_setup setup = {.turn_degrees = values[SET_TURN] * 90, .palm_size = values[SET_PALM_SIZE]};
    TRY(range_of(panel->node, ABS_X, ABS_MT_POSITION_X, values[SET_MIN_X], values[SET_MAX_X], &setup.x));
    TRY(range_of(panel->node, ABS_Y, ABS_MT_POSITION_Y, values[SET_MIN_Y], values[SET_MAX_Y], &setup.y));
    touch_track_init(&panel->track, &setup);
    return err_ok();
}

static struct err touch_open(struct worker *worker, const struct arrival *arrival, const struct model *model,
                             int left_ms, void **out_handle)
{
    struct panel *panel = calloc(1, sizeof *panel);
    (void)left_ms;
    if (!panel)
        return err_no_memory("touch");
    struct err e = node_open(worker, arrival->node, &panel->node);
    if (!err_is(&e))
        e = begin(panel, model);
    if (err_is(&e))
        touch_close(panel);
    else
        *out_handle = panel;
    return e;
}

static struct err touch_sense(struct worker *worker, void *handle, int left_ms, uint32_t *out_conditions)
{
    (void)worker;
    (void)left_ms;
    *out_conditions = 0;
    return node_alive(((struct panel *)handle)->node);
}

static void tell(struct worker *worker, const struct touch_event *event)
{
    while (!worker_progress(worker, err_ok(), event, sizeof *event) && event->kind != TOUCH_MOVE)
        if (!worker_sleep(worker, RETRY_MS))
            return;
}

static struct err touch_execute(struct worker *worker, void *handle, const struct device_command *command,
                                union device_payload *out_payload)
{
    struct panel *panel = handle;
    struct input_event events[EVENTS_AT_ONCE];
    struct touch_event event;
    (void)command;
    (void)out_payload;
    const struct touch_setup setup = panel->track.setup;
    touch_track_init(&panel->track, &setup);
    node_drain(panel->node);
    for (;;) {
        size_t size;
        TRY(node_read(panel->node, events, sizeof events, &size));
        for (size_t i = 0; i < size / sizeof events[0]; i++)
            if (touch_track_push(&panel->track, &events[i], &event))
                tell(worker, &event);
    }
}

static void touch_cancel(void *handle)
{
    node_wake(((struct panel *)handle)->node);
}

/* Where fingers went is nobody's secret; when, is not asked. */
static void touch_mask(const struct model *model, struct tape *tape)
{
    (void)model;
    node_mask_events(tape, NULL);
}

const struct driver touch_driver = {
    .name = "touch",
    .class = DEVICE_TOUCH,
    .settings = settings,
    .probe = touch_probe,
    .open = touch_open,
    .sense = touch_sense,
    .execute = touch_execute,
    .cancel = touch_cancel,
    .close = touch_close,
    .mask = touch_mask,
};
