/* Hand scanners from device.h down to their nodes: what was scanned while nobody asked is not an answer. */
#include "drivers/scanner/scanner.h"
#include "tests/device/loop_thread.h"
#include "tests/device/stand/char_stand.h"
#include "tests/unit/cmocka.h"

#include <errno.h>
#include <linux/hidraw.h>
#include <linux/input.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#define MODELS   YIZHAN_ROOT "/drivers/models.ini"
#define AGAIN_MS 200
#define WAIT_MS  20000 /* only ends a test that has failed */

struct scene {
    UMockdevTestbed *testbed;
    struct char_stand *stand;
    struct loop_thread *loop;
    struct devices *devices;
    struct device *scanner;
    struct device_message message;
};

static int setup(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);

    assert_non_null(scene);
    scene->testbed = umockdev_testbed_new();
    *state = scene;
    return 0;
}

static int teardown(void **state)
{
    struct scene *scene = *state;

    devices_destroy(&scene->devices);
    loop_thread_destroy(&scene->loop);
    char_stand_destroy(&scene->stand);
    g_object_unref(scene->testbed);
    free(scene);
    return 0;
}

/* Takes messages until one of this kind comes; false when none does in that time. */
static bool comes(struct scene *scene, enum device_message_kind kind, int timeout_ms)
{
    struct pollfd fd = {.fd = devices_fd(scene->devices), .events = POLLIN};

    do
        while (devices_take(scene->devices, &scene->message))
            if (scene->message.kind == kind)
                return true;
    while (poll(&fd, 1, timeout_ms) == 1);
    return false;
}

static void await(struct scene *scene, enum device_message_kind kind)
{
    assert_true(comes(scene, kind, WAIT_MS));
}

static void start(struct scene *scene, const struct char_stand_setup *node)
{
    assert_ok(char_stand_create(scene->testbed, node, &scene->stand));
    scene->loop = loop_thread_create();
    assert_ok(devices_create(MODELS, 1u << DEVICE_SCANNER, &scene->devices));
    scene->scanner = devices_get(scene->devices, DEVICE_SCANNER);
    do
        await(scene, DEVICE_STATUS);
    while (!scene->message.status.in_service);
}

/* Something scanned too early, then the command, then the real thing until it answers: the first time it may
 * still be thrown away with what came before. */
static const struct scanner_event *scan(struct scene *scene, const void *early, size_t early_size,
                                        const void *bytes, size_t size)
{
    uint32_t ticket;

    assert_ok(char_stand_send(scene->stand, early, early_size));
    while (char_stand_unread(scene->stand) < (int)early_size)
        sched_yield();
    assert_ok(scanner_read(scene->scanner, 0, &ticket));
    while (char_stand_unread(scene->stand) > 0)
        sched_yield();
    do
        assert_ok(char_stand_send(scene->stand, bytes, size));
    while (!comes(scene, DEVICE_RESULT, AGAIN_MS));
    assert_int_equal(scene->message.ticket, ticket);
    assert_int_equal(scene->message.err.class, ERR_NONE);
    return scanner_event(&scene->message);
}

/* ---- the three kinds ---- */

static bool grab_only(UMockdevIoctlClient *client, int *out_errno)
{
    (void)out_errno;
    return umockdev_ioctl_client_get_request(client) == EVIOCGRAB;
}

static size_t press(struct input_event *events, size_t count, unsigned short key)
{
    events[count++] = (struct input_event){.type = EV_KEY, .code = key, .value = 1};
    events[count++] = (struct input_event){.type = EV_KEY, .code = key, .value = 0};
    events[count++] = (struct input_event){.type = EV_SYN, .code = SYN_REPORT};
    return count;
}

static void a_scanner_that_types(void **state)
{
    struct scene *scene = *state;
    struct input_event early[3], events[12];
    size_t count = 0;

    start(scene, &(struct char_stand_setup){
                     .subsystem = "input", .node = "input/event3", .vendor = 0x0c2e, .on_ioctl = grab_only});
    press(early, 0, KEY_9);
    count = press(events, count, KEY_Y);
    count = press(events, count, KEY_Z);
    count = press(events, count, KEY_1);
    count = press(events, count, KEY_ENTER);
    assert_string_equal(scan(scene, early, sizeof early, events, count * sizeof events[0])->code.text, "yz1");
}

static bool describe_scanner(UMockdevIoctlClient *client, int *out_errno)
{
    static const uint8_t descriptor[] = {0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01, 0xC0};
    unsigned long request = umockdev_ioctl_client_get_request(client);
    bool asks_size = request == HIDIOCGRDESCSIZE;
    size_t size = asks_size ? sizeof(int) : sizeof(struct hidraw_report_descriptor);
    UMockdevIoctlData *memory;

    if (!asks_size && request != HIDIOCGRDESC)
        return false;
    memory = umockdev_ioctl_data_resolve(umockdev_ioctl_client_get_arg(client), 0, size, NULL);
    if (!memory)
        *out_errno = EFAULT;
    else if (asks_size)
        *(int *)(void *)memory->data = sizeof descriptor;
    else
        memcpy(((struct hidraw_report_descriptor *)(void *)memory->data)->value, descriptor,
               sizeof descriptor);
    g_clear_object(&memory);
    return true;
}

static void a_scanner_that_sends_reports(void **state)
{
    struct scene *scene = *state;
    const uint8_t early[64] = {2, 3, ']', 'Q', '1', 'o', 'l', 'd'};
    const uint8_t report[64] = {2, 8, ']', 'Q', '1', 0xb4, 0xe5, 0xce, 0xc0, 0xc9, 0xfa, 0xca, 0xd2};
    const struct scanner_event *event;

    start(scene,
          &(struct char_stand_setup){
              .subsystem = "hidraw", .node = "hidraw0", .vendor = 0x0c2e, .on_ioctl = describe_scanner});
    event = scan(scene, early, sizeof early, report, sizeof report);
    assert_string_equal(event->code.text, "村卫生室");
    assert_true(event->has_symbology);
    assert_int_equal(event->code.symbology, CODE_QR);
}

static void a_scanner_on_a_serial_port(void **state)
{
    struct scene *scene = *state;

    start(scene, &(struct char_stand_setup){.subsystem = "tty", .node = "ttyACM0", .vendor = 0x1eab});
    assert_string_equal(scan(scene, "old\r", 4, "YZ-0001\r\n", 9)->code.text, "YZ-0001");
}

static void unplug(void *context)
{
    struct scene *scene = context;

    char_stand_unplug(scene->stand);
}

static void unplugged_while_somebody_waits(void **state)
{
    struct scene *scene = *state;
    uint32_t ticket;

    start(scene, &(struct char_stand_setup){.subsystem = "tty", .node = "ttyACM0", .vendor = 0x1eab});
    assert_ok(scanner_read(scene->scanner, 0, &ticket));
    loop_thread_run(scene->loop, unplug, scene);
    await(scene, DEVICE_RESULT);
    assert_int_equal(scene->message.err.class, ERR_DEVICE);
    assert_err_class(scanner_read(scene->scanner, 0, &ticket), ERR_DEVICE);
}

static void a_cancelled_wait_ends_at_once(void **state)
{
    struct scene *scene = *state;
    uint32_t ticket;

    start(scene, &(struct char_stand_setup){
                     .subsystem = "input", .node = "input/event3", .vendor = 0x0c2e, .on_ioctl = grab_only});
    assert_ok(scanner_read(scene->scanner, 0, &ticket));
    device_cancel(scene->scanner, ticket);
    await(scene, DEVICE_RESULT);
    assert_true(device_was_cancelled(&scene->message.err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_scanner_that_types, setup, teardown),
        cmocka_unit_test_setup_teardown(a_scanner_that_sends_reports, setup, teardown),
        cmocka_unit_test_setup_teardown(a_scanner_on_a_serial_port, setup, teardown),
        cmocka_unit_test_setup_teardown(unplugged_while_somebody_waits, setup, teardown),
        cmocka_unit_test_setup_teardown(a_cancelled_wait_ends_at_once, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
