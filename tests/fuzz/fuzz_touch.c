/* Any events of a touch panel: each press ends, by being lifted or taken back, and lies on the panel. */
#include "drivers/touch/track.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Type, code and value as small as they come, so that what the panel really says is often hit. */
static struct input_event event_of(const uint8_t bytes[6])
{
    static const uint16_t types[] = {EV_SYN, EV_ABS, EV_KEY, EV_REP};
    struct input_event event = {.type = types[bytes[0] % 4], .code = bytes[1]};
    if (event.type == EV_KEY)
        event.code = BTN_TOUCH;
    memcpy(&event.value, bytes + 2, sizeof event.value);
    return event;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct touch_track track;
    bool is_down = false;
    if (size < 4)
        return 0;
    touch_track_init(&track,
                     &(struct touch_setup){.x = {data[0], data[1]},
                                           .y = {data[1], data[0] * 100},
                                           .turn_degrees = data[2] % 4 * 90,
                                           .palm_size = data[3]},
                     &(struct touch_known){.slot = data[3] - 128, .x = data[2]});
    for (size_t at = 4; at + 6 <= size; at += 6) {
        struct input_event in = event_of(data + at);
        struct touch_event out;
        if (!touch_track_push(&track, &in, &out))
            continue;
        if (out.kind == TOUCH_DOWN ? is_down : !is_down)
            abort();
        is_down = out.kind == TOUCH_DOWN || out.kind == TOUCH_MOVE;
    }
    return 0;
}
