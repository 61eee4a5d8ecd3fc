#include "drivers/touch/model/input_model.h"
#include "board/base/buf.h"
#include <linux/input.h>
#include <stdlib.h>
#include <string.h>

struct input_model {
    struct device_model device;
    struct buf said; /* struct input_event, not fetched yet */
    bool is_down[INPUT_MODEL_FINGERS];
};

static void say(struct input_model *model, unsigned type, unsigned code, int value)
{
    const struct input_event event = {.type = (uint16_t)type, .code = (uint16_t)code, .value = value};
    buf_append(&model->said, &event, sizeof event);
}

static struct err end_report(struct input_model *model)
{
    say(model, EV_SYN, SYN_REPORT, 0);
    return buf_check(&model->said, "model");
}

/* --- hands ---------------------------------------------------------------------------------------------- */

static bool has_finger(int finger)
{
    return finger >= 0 && finger < INPUT_MODEL_FINGERS;
}

static struct err no_finger(void)
{
    return err_make(ERR_DATA, "model", 0, "a panel knows fingers 0 to %d", INPUT_MODEL_FINGERS - 1);
}

/* The slot, and that it is taken or free when that is new. */
static void choose(struct input_model *model, int finger, bool down)
{
    say(model, EV_ABS, ABS_MT_SLOT, finger);
    if (down != model->is_down[finger])
        say(model, EV_ABS, ABS_MT_TRACKING_ID, down ? 100 + finger : -1);
    model->is_down[finger] = down;
}

struct err input_model_touch(struct input_model *model, const struct input_model_finger *where)
{
    if (!has_finger(where->finger))
        return no_finger();
    choose(model, where->finger, true);
    say(model, EV_ABS, ABS_MT_POSITION_X, where->x);
    say(model, EV_ABS, ABS_MT_POSITION_Y, where->y);
    say(model, EV_ABS, ABS_MT_TOUCH_MAJOR, where->size);
    say(model, EV_ABS, ABS_MT_TOOL_TYPE, where->is_palm ? MT_TOOL_PALM : MT_TOOL_FINGER);
    return end_report(model);
}

struct err input_model_lift(struct input_model *model, int finger)
{
    if (!has_finger(finger))
        return no_finger();
    choose(model, finger, false);
    return end_report(model);
}

struct err input_model_press(struct input_model *model, const char *key)
{
    static const struct {
        const char *name;
        uint16_t code; /* of the keypad driver's own settings */
    } keys[] = {{"up", KEY_UP},    {"down", KEY_DOWN}, {"left", KEY_LEFT}, {"right", KEY_RIGHT},
                {"ok", KEY_ENTER}, {"back", KEY_ESC},  {"repeat", KEY_F2}, {"help", KEY_F1}};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (strcmp(key, keys[i].name) != 0)
            continue;
        say(model, EV_KEY, keys[i].code, 1);
        say(model, EV_SYN, SYN_REPORT, 0);
        say(model, EV_KEY, keys[i].code, 0);
        return end_report(model);
    }
    return err_make(ERR_DATA, "model", 0, "there is no key %s", key);
}

/* --- the ops -------------------------------------------------------------------------------------------- */

static int take(void *self, uint8_t endpoint, const uint8_t *data, size_t size)
{
    (void)self;
    (void)endpoint;
    (void)data;
    return (int)size;
}

static int give(void *self, uint8_t endpoint, uint8_t *out_data, size_t size)
{
    struct input_model *model = self;
    (void)endpoint;
    size_t room = size - size % sizeof(struct input_event);
    size_t count = model->said.length < room ? model->said.length : room;
    if (count == 0)
        return MODEL_NAK;
    memcpy(out_data, model->said.data, count);
    memmove(model->said.data, model->said.data + count, model->said.length - count);
    model->said.length -= count;
    return (int)count;
}

static void unplug(void *self)
{
    struct input_model *model = self;
    buf_clear(&model->said);
    memset(model->is_down, 0, sizeof model->is_down);
}

struct err input_model_create(struct input_model **out_model)
{
    struct input_model *model = calloc(1, sizeof *model);
    if (!model)
        return err_no_memory("model");
    model->device = (struct device_model){.self = model, .out = take, .in = give, .unplug = unplug};
    *out_model = model;
    return err_ok();
}

void input_model_destroy(struct input_model **model)
{
    if (!*model)
        return;
    buf_finish(&(*model)->said);
    free(*model);
    *model = NULL;
}

const struct device_model *input_model_device(const struct input_model *model)
{
    return &model->device;
}
