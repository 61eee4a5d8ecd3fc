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

#define TOUCH_SLOTS 32 /* fingers in further ones are nobody's */

/* The last values of a slot. */
struct touch_contact {
    int x, y;
    int size; /* ABS_MT_TOUCH_MAJOR */
    int tool; /* ABS_MT_TOOL_TYPE */
};

/* What the panel said last, for the kernel never says a value twice: not at the next touch either. */
struct touch_known {
    int slot; /* the slot events are about */
    struct touch_contact contacts[TOUCH_SLOTS];
    int x, y; /* of a panel without slots */
};

struct touch_track {
    struct touch_setup setup;
    struct touch_known known;
    int finger_slot;                                 /* the slot of our finger, -1 for none */
    int x, y;                                        /* of our finger */
    bool is_down, was_down, moved, is_palm, ignored; /* ignored: a palm, until it is lifted */
    bool lost; /* SYN_DROPPED: nothing is believed until the next report */
};

/* known: what the panel said before anybody listened; after SYN_DROPPED ask it again and begin anew. */
void touch_track_init(struct touch_track *track, const struct touch_setup *setup,
                      const struct touch_known *known);
/* True when a report is complete and *out_event is to be told. */
bool touch_track_push(struct touch_track *track, const struct input_event *in, struct touch_event *out_event);

#endif
