/*
 * From evdev events to one finger. Pure. Source: the kernel's multi-touch protocol, type B
 * (Documentation/input/multi-touch-protocol.rst), and plain ABS_X, ABS_Y with BTN_TOUCH.
 */
#ifndef YIZHAN_TOUCH_TRACK_H
#define YIZHAN_TOUCH_TRACK_H

#include "drivers/touch/touch.h"
#include <linux/input.h>

struct touch_range {
    int min, max; /* as the panel counts; calibration narrows or turns them round (min > max) */
};

struct touch_setup {
    struct touch_range x, y;
    int turn_degrees; /* clockwise, how the panel is mounted: 0 90 180 270 */
    int palm_size; /* contacts at least so large are palms, in the panel's ABS_MT_TOUCH_MAJOR; 0: cannot tell
                    */
};

struct touch_track {
    struct touch_setup setup;
    int slot;                                        /* the slot events are about */
    int finger_slot;                                 /* the slot of our finger, -1 for none */
    int x, y;                                        /* of our finger */
    bool is_down, was_down, moved, is_palm, ignored; /* ignored: a palm, until it is lifted */
    bool lost; /* SYN_DROPPED: nothing is believed until the next report */
};

void touch_track_init(struct touch_track *track, const struct touch_setup *setup);
/* True when a report is complete and *out_event is to be told. */
bool touch_track_push(struct touch_track *track, const struct input_event *in, struct touch_event *out_event);

#endif
