/* A reader on a serial line, which one names in models.ini: read, left alone, unplugged and plugged in again.
 */
#include "board/base/file.h"
#include "drivers/idcard/idcard.h"
#include "drivers/idcard/model/sam_model.h"
#include "tests/deck/deck.h"
#include "tests/device/loop_thread.h"
#include "tests/device/stand/char_stand.h"
#include "tests/unit/cmocka.h"
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE_MS 60000

static struct deck deck;

struct line {
    UMockdevTestbed *testbed;
    struct char_stand *stand;
    struct sam_model *model;
    struct loop_thread *thread;
    struct devices *devices;
    struct device *reader;
    struct device_message message;
    const char *person, *script;
};

/* The other end of the line: what the kiosk sends goes into the model, what the model says comes back. */
static void serve(void *context, const uint8_t *bytes, size_t size)
{
    struct line *line = context;
    const struct device_model *model = sam_model_device(line->model);
    uint8_t answer[2048];
    int count;
    model->out(model->self, 0, bytes, size);
    while ((count = model->in(model->self, 0, answer, sizeof answer)) > 0)
        assert_ok(char_stand_send(line->stand, answer, (size_t)count));
}

static void plug(void *context)
{
    struct line *line = context;
    const struct char_stand_setup setup = {.subsystem = "tty",
                                           .node = "ttyUSB0",
                                           .vendor = 0x0403,
                                           .product = 0x6001,
                                           .on_bytes = serve,
                                           .context = line};
    assert_ok(char_stand_create(line->testbed, &setup, &line->stand));
}

static void unplug(void *context)
{
    char_stand_destroy(&((struct line *)context)->stand);
}

static void act(void *context)
{
    struct line *line = context;
    struct sam_card card;
    assert_ok(sam_model_script(line->model, line->script));
    deck_card(deck_find(&deck, line->person), &card);
    sam_model_place(line->model, &card);
}

static int set_up(void **state)
{
    static const char models[] =
        "[tty:ttyUSB0]\nname = SAM_V reader on a line\ndriver = sam\nbaud = 115200\n";
    char path[] = "/tmp/yz-models-XXXXXX";
    struct line *line = calloc(1, sizeof *line);
    *state = line;
    close(mkstemp(path));
    assert_ok(file_write(path, models, sizeof models - 1, 0600));
    assert_ok(sam_model_create(SAM_WIRED_SERIAL, &line->model));
    line->testbed = umockdev_testbed_new();
    line->thread = loop_thread_create();
    loop_thread_run(line->thread, plug, line);
    assert_ok(devices_create(path, 1u << DEVICE_IDCARD, &line->devices));
    line->reader = devices_get(line->devices, DEVICE_IDCARD);
    return unlink(path);
}

static int tear_down(void **state)
{
    struct line *line = *state;
    devices_destroy(&line->devices);
    loop_thread_run(line->thread, unplug, line);
    loop_thread_destroy(&line->thread);
    sam_model_destroy(&line->model);
    g_object_unref(line->testbed);
    free(line);
    return 0;
}

static struct device_message *next(struct line *line)
{
    while (!devices_take(line->devices, &line->message)) {
        struct pollfd fd = {.fd = devices_fd(line->devices), .events = POLLIN};
        assert_int_equal(poll(&fd, 1, PATIENCE_MS), 1);
    }
    return &line->message;
}

static void await_service(struct line *line, bool in_service)
{
    while (next(line)->kind != DEVICE_STATUS || line->message.status.in_service != in_service) {
    }
}

static const struct idcard *read_card(struct line *line, const char *person, const char *script)
{
    uint32_t ticket;
    line->person = person;
    line->script = script;
    assert_ok(idcard_read(line->reader, 0, &ticket));
    loop_thread_run(line->thread, act, line);
    while (next(line)->kind != DEVICE_RESULT) {
    }
    assert_ok(line->message.err);
    return &idcard_event(&line->message)->card;
}

static void a_card_is_read_over_a_line(void **state)
{
    await_service(*state, true);
    assert_string_equal(read_card(*state, "wang-xiulan", "")->name, "王秀兰");
}

static void noise_on_the_line_is_asked_about_again(void **state)
{
    await_service(*state, true);
    assert_string_equal(read_card(*state, "zhao-rare", "find:garbage,find:stray")->name, "赵𤥂");
}

static void a_line_that_breaks_heals(void **state)
{
    struct line *line = *state;
    await_service(line, true);
    loop_thread_run(line->thread, unplug, line);
    await_service(line, false);
    loop_thread_run(line->thread, plug, line);
    await_service(line, true);
    assert_string_equal(read_card(line, "li-mei", "")->name, "李梅");
}

#define line_test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        line_test(a_card_is_read_over_a_line),
        line_test(noise_on_the_line_is_asked_about_again),
        line_test(a_line_that_breaks_heals),
    };
    assert_ok(deck_load(YIZHAN_ROOT "/tests/deck/people.ini", &deck));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
