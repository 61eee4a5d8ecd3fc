/* What tapes of evdev nodes have in common: struct input_event after struct input_event, of a 64-bit system.
 */
#ifndef YIZHAN_DRIVERS_NODE_MASK_H
#define YIZHAN_DRIVERS_NODE_MASK_H

#include "drivers/tape/tape.h"
#include <linux/input.h>

/* Forgets when things happened, and hands every event to change_key (NULL: nobody cares which key it was). */
void node_mask_events(struct tape *tape, void (*change_key)(struct input_event *event));

#endif
