/* Tapes of what has no endpoints (touch panel, keypad, serial scanner), played back to the unmodified driver.
 */
#include "drivers/scanner/scanner.h"
#include "drivers/tape/tape.h"
#include "drivers/touch/touch.h"
#include "tests/device/loop_thread.h"
#include "tests/device/stand/char_stand.h"
#include "tests/unit/cmocka.h"
#include <errno.h>
#include <linux/input.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define TAPES       YIZHAN_ROOT "/tests/device/tapes/"
#define MODELS      YIZHAN_ROOT "/drivers/models.ini"
#define PATIENCE_MS 60000
#define AGAIN_MS    2000
#define PANEL_MAX   4095

struct playback {
    struct tape *tape;
    UMockdevTestbed *testbed;
    struct char_stand *stand;
    struct loop_thread *loop;
    struct devices *devices;
    struct device *device;
    struct device_message message;
};

static bool answer(void *context, UMockdevIoctlClient *client, int *out_errno)
{
    unsigned long request = umockdev_ioctl_client_get_request(client);
    (void)context;
    if (request == EVIOCGRAB)
        return true;
    if (request != EVIOCGABS(ABS_MT_POSITION_X) && request != EVIOCGABS(ABS_MT_POSITION_Y))
        return false;
    UMockdevIoctlData *data = umockdev_ioctl_data_resolve(umockdev_ioctl_client_get_arg(client), 0,
                                                          sizeof(struct input_absinfo), NULL);
    if (data)
        *(struct input_absinfo *)(void *)data->data = (struct input_absinfo){.maximum = PANEL_MAX};
    *out_errno = data ? 0 : EFAULT;
    g_clear_object(&data);
    return true;
}

static bool comes(struct playback *playback, enum device_message_kind kind, int timeout_ms)
{
    struct pollfd fd = {.fd = devices_fd(playback->devices), .events = POLLIN};
    do
        while (devices_take(playback->devices, &playback->message))
            if (playback->message.kind == kind)
                return true;
    while (poll(&fd, 1, timeout_ms) == 1);
    return false;
}

static struct playback *begin(enum device_class class, const char *tape, const char *node, const char *kind)
{
    struct playback *playback = calloc(1, sizeof *playback);
    assert_ok(tape_load(tape, &playback->tape));
    const struct tape_device *device = tape_get_device(playback->tape);
    const struct char_stand_setup setup = {.subsystem = device->subsystem,
                                           .node = node,
                                           .kind = kind,
                                           .vendor = device->vendor,
                                           .product = device->product,
                                           .on_ioctl =
                                               strcmp(device->subsystem, "input") == 0 ? answer : NULL};
    playback->testbed = umockdev_testbed_new();
    assert_ok(char_stand_create(playback->testbed, &setup, &playback->stand));
    playback->loop = loop_thread_create();
    assert_ok(devices_create(MODELS, 1u << class, &playback->devices));
    playback->device = devices_get(playback->devices, class);
    do
        assert_true(comes(playback, DEVICE_STATUS, PATIENCE_MS));
    while (!playback->message.status.in_service);
    return playback;
}

static void end(struct playback *playback)
{
    devices_destroy(&playback->devices);
    loop_thread_destroy(&playback->loop);
    char_stand_destroy(&playback->stand);
    g_object_unref(playback->testbed);
    tape_destroy(&playback->tape);
    free(playback);
}

static void say_all(struct playback *playback)
{
    for (size_t i = 0; i < tape_count(playback->tape); i++)
        assert_ok(char_stand_send(playback->stand, tape_bytes(playback->tape, i),
                                  tape_entry(playback->tape, i)->size));
}

/* What comes before the driver listens is nobody's: the tape is played until it is heard. */
static void say_until_heard(struct playback *playback, enum device_message_kind kind)
{
    do
        say_all(playback);
    while (!comes(playback, kind, AGAIN_MS));
}

/* The fourth finger, lifted in the lower right; the palm after it is nothing. */
static bool is_last_touch(const struct touch_event *event)
{
    return event->kind == TOUCH_UP && event->x > TOUCH_FULL / 2 && event->y > TOUCH_FULL * 2 / 3;
}

static void four_touches_and_a_palm(void **state)
{
    (void)state;
    struct playback *playback = begin(DEVICE_TOUCH, TAPES "touch.tape", "input/event3", "TOUCHSCREEN");
    uint32_t ticket;
    int downs = 0, ups = 0;
    assert_ok(touch_listen(playback->device, &ticket));
    say_until_heard(playback, DEVICE_PROGRESS);
    while (!is_last_touch(touch_event(&playback->message))) /* the rest of the first playing */
        assert_true(comes(playback, DEVICE_PROGRESS, PATIENCE_MS));
    say_all(playback);
    do {
        assert_true(comes(playback, DEVICE_PROGRESS, PATIENCE_MS));
        downs += touch_event(&playback->message)->kind == TOUCH_DOWN;
        ups += touch_event(&playback->message)->kind == TOUCH_UP;
    } while (!is_last_touch(touch_event(&playback->message)));
    assert_int_equal(downs, 4);
    assert_int_equal(ups, 4);
    end(playback);
}

static void all_eight_keys(void **state)
{
    (void)state;
    struct playback *playback = begin(DEVICE_KEYPAD, TAPES "keypad.tape", "input/event3", "KEYBOARD");
    uint32_t ticket;
    int count = 0;
    assert_ok(keypad_listen(playback->device, &ticket));
    say_until_heard(playback, DEVICE_PROGRESS);
    while (keypad_event(&playback->message)->key != KEYPAD_HELP)
        assert_true(comes(playback, DEVICE_PROGRESS, PATIENCE_MS));
    say_all(playback);
    for (; count < 8; count++) {
        assert_true(comes(playback, DEVICE_PROGRESS, PATIENCE_MS));
        assert_int_equal(keypad_event(&playback->message)->key, KEYPAD_UP + count);
    }
    end(playback);
}

static void a_code_in_two_pieces(void **state)
{
    (void)state;
    struct playback *playback = begin(DEVICE_SCANNER, TAPES "scanner-serial.tape", "ttyACM0", NULL);
    uint32_t ticket;
    assert_ok(scanner_read(playback->device, 0, &ticket));
    say_until_heard(playback, DEVICE_RESULT);
    assert_ok(playback->message.err);
    assert_string_equal(scanner_event(&playback->message)->code.text, "1111111");
    end(playback);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_touches_and_a_palm),
        cmocka_unit_test(all_eight_keys),
        cmocka_unit_test(a_code_in_two_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
