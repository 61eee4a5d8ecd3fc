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
    struct touch_setup setup;
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
    struct touch_setup *setup = &panel->setup;
    *setup = (struct touch_setup){.turn_degrees = values[SET_TURN] * 90, .palm_size = values[SET_PALM_SIZE]};
    TRY(range_of(panel->node, ABS_X, ABS_MT_POSITION_X, values[SET_MIN_X], values[SET_MAX_X], &setup->x));
    return range_of(panel->node, ABS_Y, ABS_MT_POSITION_Y, values[SET_MIN_Y], values[SET_MAX_Y], &setup->y);
}

/* --- what the panel said before anybody listened -------------------------------------------------------- */

static int last_value(const struct node *node, int axis)
{
    struct input_absinfo axis_info = {0};
    return ioctl(node_fd(node), EVIOCGABS((unsigned)axis), &axis_info) == 0 ? axis_info.value : 0;
}

struct slot_values {
    uint32_t code;
    int32_t values[TOUCH_SLOTS];
};

static struct slot_values last_of_slots(const struct node *node, uint32_t code)
{
    struct slot_values slots = {.code = code};
    if (ioctl(node_fd(node), EVIOCGMTSLOTS(sizeof slots), &slots) < 0)
        slots = (struct slot_values){.code = code};
    return slots;
}

/* Until somebody listens nothing is meant, and a finger that is down already must be lifted first. */
static void start_over(struct panel *panel)
{
    const struct node *node = panel->node;
    node_drain(panel->node);
    const struct slot_values x = last_of_slots(node, ABS_MT_POSITION_X),
                             y = last_of_slots(node, ABS_MT_POSITION_Y),
                             size = last_of_slots(node, ABS_MT_TOUCH_MAJOR),
                             tool = last_of_slots(node, ABS_MT_TOOL_TYPE);
    struct touch_known known = {
        .slot = last_value(node, ABS_MT_SLOT), .x = last_value(node, ABS_X), .y = last_value(node, ABS_Y)};
    for (int i = 0; i < TOUCH_SLOTS; i++)
        known.contacts[i] = (struct touch_contact){
            .x = x.values[i], .y = y.values[i], .size = size.values[i], .tool = tool.values[i]};
    touch_track_init(&panel->track, &panel->setup, &known);
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

static bool is_dropped(const struct input_event *event)
{
    return event->type == EV_SYN && event->code == SYN_DROPPED;
}

/* What the kernel still has after it dropped something is the middle of a story: begun anew. */
static void take(struct worker *worker, struct panel *panel, const struct input_event *events, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct touch_event event;
        if (touch_track_push(&panel->track, &events[i], &event))
            tell(worker, &event);
        if (is_dropped(&events[i])) {
            start_over(panel);
            return;
        }
    }
}

static struct err touch_execute(struct worker *worker, void *handle, const struct device_command *command,
                                union device_payload *out_payload)
{
    struct panel *panel = handle;
    struct input_event events[EVENTS_AT_ONCE];
    (void)command;
    (void)out_payload;
    start_over(panel);
    for (;;) {
        size_t size;
        TRY(node_read(panel->node, events, sizeof events, &size));
        take(worker, panel, events, size / sizeof events[0]);
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
