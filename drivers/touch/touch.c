#include "drivers/touch/touch.h"
#include <assert.h>

/* Their drivers know one verb: listen. */
static struct err listen(struct device *device, uint32_t *out_ticket)
{
    const struct device_command command = {.timeout_ms = 0};
    return device_send(device, &command, out_ticket);
}

struct err touch_listen(struct device *panel, uint32_t *out_ticket)
{
    return listen(panel, out_ticket);
}

struct err keypad_listen(struct device *keypad, uint32_t *out_ticket)
{
    return listen(keypad, out_ticket);
}

const struct touch_event *touch_event(const struct device_message *message)
{
    assert(message->class == DEVICE_TOUCH);
    return (const struct touch_event *)(const void *)message->payload.bytes;
}

const struct keypad_event *keypad_event(const struct device_message *message)
{
    assert(message->class == DEVICE_KEYPAD);
    return (const struct keypad_event *)(const void *)message->payload.bytes;
}
