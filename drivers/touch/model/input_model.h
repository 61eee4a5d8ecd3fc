/*
 * Models of a touch panel, of the keypad of eight keys and of a keyboard, for tests, the demo and
 * development.
 *
 * What they say is what an evdev node says: struct input_event, whole ones, and no value of an axis twice.
 *
 * Faults are those of drivers/model/talker.h at the events touch, lift and press; a piece is an event.
 */
#ifndef YIZHAN_TOUCH_INPUT_MODEL_H
#define YIZHAN_TOUCH_INPUT_MODEL_H

#include "board/base/err.h"
#include "drivers/model/device_model.h"

#define INPUT_MODEL_MAX     4095 /* a panel's places: 0 to this, both ways */
#define INPUT_MODEL_FINGERS 10

struct input_model;

MUST_USE struct err input_model_create(struct input_model **out_model);
/* Takes NULL. */
void input_model_destroy(struct input_model **model);
/* Its ops; borrowed. */
const struct device_model *input_model_device(const struct input_model *model);

struct input_model_finger {
    int finger; /* 0 to INPUT_MODEL_FINGERS - 1 */
    int x, y;
    int size;     /* how broad, in the panel's places */
    bool is_palm; /* the panel itself says so */
    bool is_lost; /* the kernel could not keep what it says: SYN_DROPPED comes instead */
};
/* A finger comes down there, or moves there. ERR_DATA: no such finger. */
MUST_USE struct err input_model_touch(struct input_model *model, const struct input_model_finger *where);
/* What the panel said last, as EVIOCGABS (finger ignored) and EVIOCGMTSLOTS answer it: ABS_MT_SLOT and the
 * values of fingers. False for an axis it does not have. */
bool input_model_value(const struct input_model *model, unsigned axis, int finger, int *out_value);
MUST_USE struct err input_model_lift(struct input_model *model, int finger);
/* Presses and lets go: up down left right ok back repeat help. ERR_DATA: no such key. */
MUST_USE struct err input_model_press(struct input_model *model, const char *key);
MUST_USE struct err input_model_script(struct input_model *model, const char *script);

#endif
