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

/* "村卫生室" and the rare 𠮷 (four bytes) ten times, after one letter, as old programs write them. */
#define CLINIC_GB18030 "\xb4\xe5\xce\xc0\xc9\xfa\xca\xd2\x95\x34\xb2\x35"
#define CLINIC_TEXT    "村卫生室𠮷"
#define TEN(it)        it it it it it it it it it it
#define LONG_GB18030   "R" TEN(CLINIC_GB18030)
#define LONG_TEXT      "R" TEN(CLINIC_TEXT)

/* ---- the three kinds ---- */

static bool grab_only(void *context, UMockdevIoctlClient *client, int *out_errno)
{
    (void)context;
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

static bool describe_scanner(void *context, UMockdevIoctlClient *client, int *out_errno)
{
    static const uint8_t descriptor[] = {0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01, 0xC0};
    unsigned long request = umockdev_ioctl_client_get_request(client);
    bool asks_size = request == HIDIOCGRDESCSIZE;
    (void)context;
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
    event = scan(scene, SCANNER_HIDPOS, "old", LONG_GB18030); /* three reports, cut within characters */
    assert_string_equal(event->code.text, LONG_TEXT);
    assert_true(event->has_symbology);
    assert_int_equal(event->code.symbology, CODE_QR);
}

static void a_scanner_on_a_serial_port(void **state)
{
    struct scene *scene = *state;

    start(scene, &(struct char_stand_setup){.subsystem = "tty", .node = "ttyACM0", .vendor = 0x1eab});
    assert_string_equal(scan(scene, SCANNER_SERIAL, "old", "YZ-0001")->code.text, "YZ-0001");
}

/* The trigger was pulled just before the question came: half of the code is older than the question. */
static void the_tail_of_an_early_code_is_no_answer(void **state)
{
    static const char early[] = "1234567890123456789012345678901234567890123456789012345678901234567890";
    struct scene *scene = *state;
    uint8_t bytes[4096];
    size_t size = 0;
    uint32_t ticket;

    start(scene,
          &(struct char_stand_setup){
              .subsystem = "hidraw", .node = "hidraw0", .vendor = 0x0c2e, .on_ioctl = describe_scanner});
    assert_ok(scanner_model_create(SCANNER_HIDPOS, &scene->model));
    const struct device_model *model = scanner_model_device(scene->model);
    assert_ok(scanner_model_scan(scene->model, early));
    for (int count; (count = model->in(model->self, 0, bytes + size, sizeof bytes - size)) > 0;)
        size += (size_t)count;
    assert_int_equal(size, 2 * 64);
    assert_ok(char_stand_send(scene->stand, bytes, 64));
    while (char_stand_unread(scene->stand) < 64)
        sched_yield();
    assert_ok(scanner_read(scene->scanner, 0, &ticket));
    while (char_stand_unread(scene->stand) > 0)
        sched_yield();
    assert_ok(char_stand_send(scene->stand, bytes + 64, 64));
    do
        pull(scene, "the whole one");
    while (!comes(scene, DEVICE_RESULT, AGAIN_MS));
    assert_string_equal(scanner_event(&scene->message)->code.text, "the whole one");
}

static const uint8_t endless_report[64] = {2, 58, ']', 'Q', '1', 'n', 'o', [63] = 1};
static const uint8_t lying_report[64] = {2, 255, ']', 'Q', '1'};

/* Noise, reports that never end, then a report that lies, then somebody scans a code. */
static void a_scanner_that_talks_nonsense_reads_the_next_code(void **state)
{
    struct scene *scene = *state;
    uint32_t ticket;

    start(scene,
          &(struct char_stand_setup){
              .subsystem = "hidraw", .node = "hidraw0", .vendor = 0x0c2e, .on_ioctl = describe_scanner});
    assert_ok(scanner_model_create(SCANNER_HIDPOS, &scene->model));
    assert_ok(scanner_read(scene->scanner, 0, &ticket));
    assert_ok(scanner_model_script(scene->model, "scan:garbage"));
    pull(scene, LONG_GB18030);
    for (int i = 0; i < 200; i++) {
        assert_ok(char_stand_send(scene->stand, endless_report, sizeof endless_report));
        while (char_stand_unread(scene->stand) > 0)
            sched_yield();
    }
    assert_ok(char_stand_send(scene->stand, lying_report, sizeof lying_report));
    pull(scene, "lost with what was spoilt");
    do
        pull(scene, "YZ-0001");
    while (!comes(scene, DEVICE_RESULT, AGAIN_MS));
    assert_string_equal(scanner_event(&scene->message)->code.text, "YZ-0001");
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
        cmocka_unit_test_setup_teardown(the_tail_of_an_early_code_is_no_answer, setup, teardown),
        cmocka_unit_test_setup_teardown(a_scanner_that_talks_nonsense_reads_the_next_code, setup, teardown),
        cmocka_unit_test_setup_teardown(unplugged_while_somebody_waits, setup, teardown),
        cmocka_unit_test_setup_teardown(a_cancelled_wait_ends_at_once, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
