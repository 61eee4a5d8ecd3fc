/* Arrivals and departures as a driver's worker hears of them: once each, however often udev says so. */
#include "drivers/hotplug.h"
#include "tests/unit/cmocka.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <umockdev.h>
#include <unistd.h>

#define WAIT_MS 20000 /* only ends a test that has failed */

struct scene {
    UMockdevTestbed *testbed;
    struct hotplug *hotplug;
    int heard[2]; /* a letter for each: capital came, small left */
};

/* /sys/devices/desk/a/tty/ttyS1 is device "a" and so on. */
static char letter_of(const char *syspath)
{
    const char *desk = strstr(syspath, "/desk/");
    return desk ? desk[6] : '?';
}

static void tell(const struct scene *scene, char letter)
{
    assert_int_equal(write(scene->heard[1], &letter, 1), 1);
}

static void on_arrive(void *context, const struct arrival *arrival)
{
    tell(context, (char)(letter_of(arrival->syspath) - 'a' + 'A'));
}

static void on_leave(void *context, const char *syspath)
{
    tell(context, letter_of(syspath));
}

static void hears(struct scene *scene, const char *wanted)
{
    for (; *wanted; wanted++) {
        struct pollfd fd = {.fd = scene->heard[0], .events = POLLIN};
        char letter;
        assert_int_equal(poll(&fd, 1, WAIT_MS), 1);
        assert_int_equal(read(scene->heard[0], &letter, 1), 1);
        assert_int_equal(letter, *wanted);
    }
}

static void put(struct scene *scene, char letter)
{
    g_autofree char *text = g_strdup_printf(
        "P: /devices/desk/%c\nE: SUBSYSTEM=platform\n\n"
        "P: /devices/desk/%c/tty/ttyS%d\nE: SUBSYSTEM=tty\nE: DEVNAME=/dev/ttyS%d\nE: MAJOR=4\nE: MINOR=%d\n",
        letter, letter, letter - 'a', letter - 'a', 64 + letter - 'a');
    g_autoptr(GError) error = NULL;
    assert_true(umockdev_testbed_add_from_string(scene->testbed, text, &error));
}

static void say(struct scene *scene, char letter, const char *action)
{
    g_autofree char *path = g_strdup_printf("/sys/devices/desk/%c/tty/ttyS%d", letter, letter - 'a');
    umockdev_testbed_uevent(scene->testbed, path, action);
}

static int setup(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    assert_non_null(scene);
    assert_int_equal(pipe(scene->heard), 0);
    scene->testbed = umockdev_testbed_new();
    put(scene, 'a'); /* there before anybody listened */
    const struct hotplug_listener listener = {.context = scene, .arrive = on_arrive, .leave = on_leave};
    assert_ok(hotplug_create(&listener, &scene->hotplug));
    *state = scene;
    return 0;
}

static int teardown(void **state)
{
    struct scene *scene = *state;
    hotplug_destroy(&scene->hotplug);
    g_object_unref(scene->testbed);
    close(scene->heard[0]);
    close(scene->heard[1]);
    free(scene);
    return 0;
}

static void each_is_told_once(void **state)
{
    struct scene *scene = *state;
    hears(scene, "A");
    say(scene, 'a', "add"); /* found by looking, and told by udev as well */
    say(scene, 'a', "change");
    put(scene, 'b');
    say(scene, 'b', "add");
    say(scene, 'b', "add");
    say(scene, 'b', "bind");
    say(scene, 'a', "remove");
    say(scene, 'a', "remove");
    put(scene, 'c');
    say(scene, 'c', "remove"); /* of what nobody saw come */
    say(scene, 'c', "add");
    hears(scene, "BaC");
}

/* A contact that is loose: in and out twenty times, and in the end it is in. */
static void a_loose_contact_ends_where_it_is(void **state)
{
    struct scene *scene = *state;
    hears(scene, "A");
    for (int i = 0; i < 20; i++) {
        say(scene, 'a', "remove");
        say(scene, 'a', "add");
        hears(scene, "aA");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_is_told_once, setup, teardown),
        cmocka_unit_test_setup_teardown(a_loose_contact_ends_where_it_is, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
