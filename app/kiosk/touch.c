/* Fingers and keypad of a board, where no window system listens: from drivers/touch to the screen. */
#include "drivers/touch/touch.h"
#include "app/kiosk/internal.h"
#include "board/base/log.h"

static void listen(struct kiosk *kiosk, const struct device_message *message)
{
    uint32_t ticket;
    struct device *device = devices_get(kiosk->devices, message->class);
    if (!message->status.in_service)
        return;
    struct err e =
        message->class == DEVICE_TOUCH ? touch_listen(device, &ticket) : keypad_listen(device, &ticket);
    if (err_is(&e))
        log_err("kiosk", &e);
}

static int scale(uint16_t at, int size_px)
{
    return (int)((int64_t)at * (size_px - 1) / TOUCH_FULL);
}

static void put_finger(struct kiosk *kiosk, const struct touch_event *event)
{
    static const enum ui_input_kind kinds[] = {[TOUCH_DOWN] = UI_INPUT_DOWN,
                                               [TOUCH_MOVE] = UI_INPUT_MOVE,
                                               [TOUCH_UP] = UI_INPUT_UP,
                                               [TOUCH_CANCEL] = UI_INPUT_CANCEL};
    const struct ui_presenter_size size = ui_presenter_size(kiosk->presenter);
    const struct ui_input input = {.kind = kinds[event->kind],
                                   .at = {scale(event->x, size.width_px), scale(event->y, size.height_px)}};
    ui_input(kiosk->ui, &input);
}

static void put_key(struct kiosk *kiosk, const struct keypad_event *event)
{
    static const enum ui_key keys[] = {
        [KEYPAD_UP] = UI_KEY_UP,         [KEYPAD_DOWN] = UI_KEY_DOWN, [KEYPAD_LEFT] = UI_KEY_LEFT,
        [KEYPAD_RIGHT] = UI_KEY_RIGHT,   [KEYPAD_OK] = UI_KEY_OK,     [KEYPAD_BACK] = UI_KEY_BACK,
        [KEYPAD_REPEAT] = UI_KEY_REPEAT, [KEYPAD_HELP] = UI_KEY_HELP,
    };
    const struct ui_input input = {.kind = UI_INPUT_KEY, .key = keys[event->key]};
    ui_input(kiosk->ui, &input);
}

void kiosk_touch_note(struct kiosk *kiosk, const struct device_message *message)
{
    if (message->class != DEVICE_TOUCH && message->class != DEVICE_KEYPAD)
        return;
    if (message->kind == DEVICE_STATUS)
        listen(kiosk, message);
    else if (message->kind == DEVICE_PROGRESS && message->class == DEVICE_TOUCH)
        put_finger(kiosk, touch_event(message));
    else if (message->kind == DEVICE_PROGRESS)
        put_key(kiosk, keypad_event(message));
}

uint32_t kiosk_device_classes(const struct kiosk *kiosk)
{
    const uint32_t input = 1u << DEVICE_TOUCH | 1u << DEVICE_KEYPAD;
    bool window_listens =
        ui_presenter_fd(kiosk->presenter) >= 0 || ui_presenter_poll_ms(kiosk->presenter) >= 0;
    return window_listens ? DEVICES_ALL & ~input : DEVICES_ALL;
}
