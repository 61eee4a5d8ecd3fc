/* Hand scanners from device.h down to their nodes: what was scanned while nobody asked is not an answer. */
#include "drivers/scanner/model/scanner_model.h"
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
    struct scanner_model *model;
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
    scanner_model_destroy(&scene->model);
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

/* The trigger is pulled; returns how much the node had to say. */
static int pull(struct scene *scene, const char *payload)
{
    const struct device_model *model = scanner_model_device(scene->model);
    uint8_t bytes[256];
    int told = 0;

    assert_ok(scanner_model_scan(scene->model, payload));
    for (int size; (size = model->in(model->self, 0, bytes, sizeof bytes)) > 0; told += size)
        assert_ok(char_stand_send(scene->stand, bytes, (size_t)size));
    return told;
}

/* Something scanned too early, then the command, then the real thing until it answers: the first time it may
 * still be thrown away with what came before. */
static const struct scanner_event *scan(struct scene *scene, enum scanner_wiring wiring, const char *early,
                                        const char *payload)
{
    uint32_t ticket;

    assert_ok(scanner_model_create(wiring, &scene->model));
    int early_size = pull(scene, early);
    while (char_stand_unread(scene->stand) < early_size)
        sched_yield();
    assert_ok(scanner_read(scene->scanner, 0, &ticket));
    while (char_stand_unread(scene->stand) > 0)
        sched_yield();
    do
        pull(scene, payload);
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

static void a_scanner_that_types(void **state)
{
    struct scene *scene = *state;
    start(scene, &(struct char_stand_setup){
                     .subsystem = "input", .node = "input/event3", .vendor = 0x0c2e, .on_ioctl = grab_only});
    assert_string_equal(scan(scene, SCANNER_KEYBOARD, "9", "https://fuwu.cn/R?m=1_a")->code.text,
                        "https://fuwu.cn/R?m=1_a");
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
    const struct scanner_event *event;

    start(scene,
          &(struct char_stand_setup){
              .subsystem = "hidraw", .node = "hidraw0", .vendor = 0x0c2e, .on_ioctl = describe_scanner});
    event = scan(scene, SCANNER_HIDPOS, "old", "\xb4\xe5\xce\xc0\xc9\xfa\xca\xd2");
    assert_string_equal(event->code.text, "村卫生室");
    assert_true(event->has_symbology);
    assert_int_equal(event->code.symbology, CODE_QR);
}

static void a_scanner_on_a_serial_port(void **state)
{
    struct scene *scene = *state;

    start(scene, &(struct char_stand_setup){.subsystem = "tty", .node = "ttyACM0", .vendor = 0x1eab});
    assert_string_equal(scan(scene, SCANNER_SERIAL, "old", "YZ-0001")->code.text, "YZ-0001");
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
