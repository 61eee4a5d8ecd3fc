/*
 * A touch panel through its node: where a finger comes down that the panel has told of before, the kernel
 * says nothing of the place any more. What it said before anybody listened must be asked for.
 */
#include "drivers/touch/touch.h"
#include "tests/device/loop_thread.h"
#include "tests/device/stand/stand.h"
#include "tests/unit/cmocka.h"
#include <poll.h>
#include <stdlib.h>

#define MODELS      YIZHAN_ROOT "/drivers/models.ini"
#define PATIENCE_MS 60000
#define AGAIN_MS    1000 /* what is under way by then is heard twice, later */
#define QUIET_MS    200

struct scene {
    UMockdevTestbed *testbed;
    struct stand_device panel;
    struct loop_thread *loop;
    struct devices *devices;
    struct device_message message; /* the last one that came */
    const char *doing;             /* what hands do next */
};

static void act(void *context)
{
    struct scene *scene = context;
    json_t *command = json_loads(scene->doing, 0, NULL), *answer = json_object();
    assert_non_null(command);
    assert_ok(scene->panel.act(scene->panel.self, "touch", command, answer));
    json_decref(command);
    json_decref(answer);
}

static void hand(struct scene *scene, const char *doing)
{
    scene->doing = doing;
    loop_thread_run(scene->loop, act, scene);
}

static int setup(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    int last_number = 0;
    assert_non_null(scene);
    scene->testbed = umockdev_testbed_new();
    assert_ok(stand_input_create(scene->testbed, STAND_TOUCH, &last_number, &scene->panel));
    assert_ok(scene->panel.plug(scene->panel.self));
    scene->loop = loop_thread_create();
    *state = scene;
    return 0;
}

static int teardown(void **state)
{
    struct scene *scene = *state;
    devices_destroy(&scene->devices);
    loop_thread_destroy(&scene->loop);
    scene->panel.destroy(scene->panel.self);
    g_object_unref(scene->testbed);
    free(scene);
    return 0;
}

static bool comes(struct scene *scene, enum device_message_kind kind, int wait_ms)
{
    struct pollfd fd = {.fd = devices_fd(scene->devices), .events = POLLIN};
    while (poll(&fd, 1, wait_ms) == 1)
        if (devices_take(scene->devices, &scene->message) && scene->message.kind == kind)
            return true;
    return false;
}

/* A program starts, finds the panel and listens to it. */
static void start(struct scene *scene)
{
    uint32_t ticket;
    assert_ok(devices_create(MODELS, 1u << DEVICE_TOUCH, &scene->devices));
    do
        assert_true(comes(scene, DEVICE_STATUS, PATIENCE_MS));
    while (!scene->message.status.in_service);
    assert_ok(touch_listen(devices_get(scene->devices, DEVICE_TOUCH), &ticket));
}

/* Taps there; what comes before the driver listens is nobody's: until it is heard. */
static struct touch_event tap_until_heard(struct scene *scene, const char *down)
{
    do {
        hand(scene, down);
        hand(scene, "{\"at\":null}");
    } while (!comes(scene, DEVICE_PROGRESS, AGAIN_MS));
    return *touch_event(&scene->message);
}

static void assert_down(const struct touch_event *event, int x, int y)
{
    assert_int_equal(event->kind, TOUCH_DOWN);
    assert_int_equal(event->x / (TOUCH_FULL / 4), x);
    assert_int_equal(event->y / (TOUCH_FULL / 4), y);
}

static void the_first_touch_may_be_where_the_last_one_was(void **state)
{
    struct scene *scene = *state;
    hand(scene, "{\"at\":[3500,1200]}"); /* by the program before this one */
    hand(scene, "{\"at\":null}");
    start(scene);
    const struct touch_event event = tap_until_heard(scene, "{\"at\":[3500,1200]}");
    assert_down(&event, 3, 1);
}

static void what_the_kernel_dropped_is_asked_for(void **state)
{
    struct scene *scene = *state;
    start(scene);
    tap_until_heard(scene, "{\"at\":[200,200]}");
    while (touch_event(&scene->message)->kind != TOUCH_UP)
        assert_true(comes(scene, DEVICE_PROGRESS, PATIENCE_MS));
    hand(scene, "{\"at\":[2500,3500],\"lost\":true}");
    hand(scene, "{\"at\":null}");
    tap_until_heard(scene, "{\"at\":[2500,3500]}");
    while (touch_event(&scene->message)->kind != TOUCH_DOWN) /* the end of what was dropped */
        assert_true(comes(scene, DEVICE_PROGRESS, PATIENCE_MS));
    assert_down(touch_event(&scene->message), 2, 3);
}

/* A hand that lies on the glass as the program starts did not mean anything on its screen. */
static void a_finger_that_is_down_already_must_be_lifted_first(void **state)
{
    struct scene *scene = *state;
    hand(scene, "{\"at\":[200,200]}");
    start(scene);
    for (int i = 0; i < 3; i++)
        hand(scene, i % 2 ? "{\"at\":[200,200]}" : "{\"at\":[900,900]}");
    assert_false(comes(scene, DEVICE_PROGRESS, QUIET_MS));
    hand(scene, "{\"at\":null}");
    const struct touch_event event = tap_until_heard(scene, "{\"at\":[2500,3500]}");
    assert_down(&event, 2, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_first_touch_may_be_where_the_last_one_was, setup, teardown),
        cmocka_unit_test_setup_teardown(what_the_kernel_dropped_is_asked_for, setup, teardown),
        cmocka_unit_test_setup_teardown(a_finger_that_is_down_already_must_be_lifted_first, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
