#include "drivers/node/node_mask.h"
#include <string.h>

void node_mask_events(struct tape *tape, void (*change_key)(struct input_event *event))
{
    struct input_event event;
    for (size_t i = 0; i < tape_count(tape); i++) {
        uint8_t *bytes = tape_bytes(tape, i);
        size_t left = tape_entry(tape, i)->size;
        for (; left >= sizeof event; left -= sizeof event, bytes += sizeof event) {
            memcpy(&event, bytes, sizeof event);
            memset(&event.time, 0, sizeof event.time);
            if (change_key && event.type == EV_KEY)
                change_key(&event);
            memcpy(bytes, &event, sizeof event);
        }
        memset(bytes, 0, left);
    }
}
