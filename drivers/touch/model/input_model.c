#include "drivers/touch/model/input_model.h"
#include "drivers/model/talker.h"
#include <linux/input.h>
#include <stdlib.h>
#include <string.h>

struct input_model {
    struct talker talker; /* of struct input_event; first, for unplug() */
    int slot;
    int values[INPUT_MODEL_FINGERS][ABS_CNT - ABS_MT_SLOT]; /* the tracking id: plus 1, so that 0 is none */
};

static void say(struct buf *said, unsigned type, unsigned code, int value)
{
    const struct input_event event = {.type = (uint16_t)type, .code = (uint16_t)code, .value = value};
    buf_append(said, &event, sizeof event);
}

/* Ends the report and passes it on; takes said. */
static struct err end_report(struct input_model *model, const char *word, struct buf *said)
{
    say(said, EV_SYN, SYN_REPORT, 0);
    struct err e = buf_check(said, "model");
    if (!err_is(&e))
        e = talker_say(&model->talker, word, said->data, said->length);
    buf_finish(said);
    return e;
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

static int *value_of(struct input_model *model, int finger, unsigned axis)
{
    return &model->values[finger][axis - ABS_MT_SLOT];
}

/* As the kernel passes it on: what is so already is not said. */
static void set(struct input_model *model, int finger, unsigned axis, int value, struct buf *said)
{
    int kept = axis == ABS_MT_TRACKING_ID ? value + 1 : value;
    if (*value_of(model, finger, axis) == kept)
        return;
    if (model->slot != finger)
        say(said, EV_ABS, ABS_MT_SLOT, finger);
    model->slot = finger;
    *value_of(model, finger, axis) = kept;
    say(said, EV_ABS, axis, value);
}

bool input_model_value(const struct input_model *model, unsigned axis, int finger, int *out_value)
{
    bool is_told = axis == ABS_MT_POSITION_X || axis == ABS_MT_POSITION_Y || axis == ABS_MT_TOUCH_MAJOR ||
                   axis == ABS_MT_TOOL_TYPE;
    if (axis == ABS_MT_SLOT)
        *out_value = model->slot;
    else if (is_told && has_finger(finger))
        *out_value = model->values[finger][axis - ABS_MT_SLOT];
    return axis == ABS_MT_SLOT || (is_told && has_finger(finger));
}

struct err input_model_touch(struct input_model *model, const struct input_model_finger *where)
{
    struct buf said = {0};
    int finger = where->finger;
    if (!has_finger(finger))
        return no_finger();
    if (*value_of(model, finger, ABS_MT_TRACKING_ID) == 0)
        set(model, finger, ABS_MT_TRACKING_ID, 100 + finger, &said);
    set(model, finger, ABS_MT_POSITION_X, where->x, &said);
    set(model, finger, ABS_MT_POSITION_Y, where->y, &said);
    set(model, finger, ABS_MT_TOUCH_MAJOR, where->size, &said);
    set(model, finger, ABS_MT_TOOL_TYPE, where->is_palm ? MT_TOOL_PALM : MT_TOOL_FINGER, &said);
    if (where->is_lost) {
        buf_clear(&said);
        say(&said, EV_SYN, SYN_DROPPED, 0);
    }
    return end_report(model, "touch", &said);
}

struct err input_model_lift(struct input_model *model, int finger)
{
    struct buf said = {0};
    if (!has_finger(finger))
        return no_finger();
    set(model, finger, ABS_MT_TRACKING_ID, -1, &said);
    return end_report(model, "lift", &said);
}

struct err input_model_press(struct input_model *model, const char *key)
{
    static const struct {
        const char *name;
        uint16_t code; /* of the keypad driver's own settings */
    } keys[] = {{"up", KEY_UP},    {"down", KEY_DOWN}, {"left", KEY_LEFT}, {"right", KEY_RIGHT},
                {"ok", KEY_ENTER}, {"back", KEY_ESC},  {"repeat", KEY_F2}, {"help", KEY_F1}};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        struct buf said = {0};
        if (strcmp(key, keys[i].name) != 0)
            continue;
        say(&said, EV_KEY, keys[i].code, 1);
        say(&said, EV_SYN, SYN_REPORT, 0);
        say(&said, EV_KEY, keys[i].code, 0);
        return end_report(model, "press", &said);
    }
    return err_make(ERR_DATA, "model", 0, "there is no key %s", key);
}

struct err input_model_script(struct input_model *model, const char *script)
{
    return talker_script(&model->talker, script, "touch lift press");
}

/* A hand on it when it is pulled out is forgotten, too. */
static void unplug(void *self)
{
    struct input_model *model = self;
    talker_unplug(self);
    memset(model->values, 0, sizeof model->values);
    model->slot = 0;
}

struct err input_model_create(struct input_model **out_model)
{
    struct input_model *model = calloc(1, sizeof *model);
    if (!model)
        return err_no_memory("model");
    talker_init(&model->talker, sizeof(struct input_event));
    model->talker.device.unplug = unplug;
    *out_model = model;
    return err_ok();
}

void input_model_destroy(struct input_model **model)
{
    if (!*model)
        return;
    talker_finish(&(*model)->talker);
    free(*model);
    *model = NULL;
}

const struct device_model *input_model_device(const struct input_model *model)
{
    return &model->talker.device;
}
