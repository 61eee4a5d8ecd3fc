/* Touch panels and the eight-key keypad as the app sees them; for boards, where no window system listens. */
#ifndef YIZHAN_DRIVERS_TOUCH_H
#define YIZHAN_DRIVERS_TOUCH_H

#include "drivers/device.h"

enum touch_kind { TOUCH_DOWN, TOUCH_MOVE, TOUCH_UP, TOUCH_CANCEL };

#define TOUCH_FULL 65535 /* the panel's right and lower edge */

/* One finger: the first that comes, until it goes; others and palms are nothing. */
struct touch_event {
    enum touch_kind kind; /* CANCEL: forget this touch, nothing was meant (a palm, lost events) */
    uint16_t x, y;        /* 0..TOUCH_FULL from the left and from above, as the person sees the panel */
};

/* The keys of the keypad, in the order of ui/event.h. */
enum keypad_key {
    KEYPAD_UP = 1,
    KEYPAD_DOWN,
    KEYPAD_LEFT,
    KEYPAD_RIGHT,
    KEYPAD_OK,
    KEYPAD_BACK,
    KEYPAD_REPEAT,
    KEYPAD_HELP
};

struct keypad_event {
    enum keypad_key key; /* pressed; holding it down says nothing more */
};
_Static_assert(sizeof(struct keypad_event) <= DEVICE_PAYLOAD_SIZE, "raise DEVICE_PAYLOAD_SIZE");

/* Progress messages until cancelled or the device leaves; send it again when it is back in service. MOVEs may
 * be dropped under load, the others are not. */
MUST_USE struct err touch_listen(struct device *panel, uint32_t *out_ticket);
MUST_USE struct err keypad_listen(struct device *keypad, uint32_t *out_ticket);

/* The event of a progress message of class DEVICE_TOUCH or DEVICE_KEYPAD. */
const struct touch_event *touch_event(const struct device_message *message);
const struct keypad_event *keypad_event(const struct device_message *message);

#endif
