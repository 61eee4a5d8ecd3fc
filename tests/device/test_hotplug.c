/* Arrivals and departures as a driver's worker hears of them: once each, however often udev says so. */
#include "drivers/hotplug.h"
#include "tests/device/stand/uevents.h"
#include "tests/unit/cmocka.h"

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <umockdev.h>
#include <unistd.h>

#define WAIT_MS 20000 /* only ends a test that has failed */

struct scene {
    UMockdevTestbed *testbed;
    struct hotplug *hotplug;
    int heard[2]; /* a letter for each: capital came, small left */
};

/* How many messages from udev are lost yet for want of room, as on a real netlink socket; libudev receives
 * them through this. */
static atomic_int to_lose;

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    ssize_t (*next)(int, struct msghdr *, int);
    *(void **)&next = dlsym(RTLD_NEXT, "recvmsg");
    ssize_t size = next(fd, message, flags);
    if (size < 0 || to_lose == 0 || flags & MSG_PEEK)
        return size;
    to_lose--;
    errno = ENOBUFS;
    return -1;
}

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

/* Plugged in, with a number on its bus. */
static void put_numbered(struct scene *scene, char letter, int number)
{
    g_autofree char *text = g_strdup_printf(
        "P: /devices/desk/%c\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\nA: devnum=%d\\n\n\n"
        "P: /devices/desk/%c/tty/ttyS%d\nE: SUBSYSTEM=tty\nE: DEVNAME=/dev/ttyS%d\nE: MAJOR=4\nE: MINOR=%d\n",
        letter, number, letter, letter - 'a', letter - 'a', 64 + letter - 'a');
    g_autoptr(GError) error = NULL;
    assert_true(umockdev_testbed_add_from_string(scene->testbed, text, &error));
}

static void put(struct scene *scene, char letter)
{
    put_numbered(scene, letter, 5);
}

/* Pulled out, and nobody says so. */
static void take(struct scene *scene, char letter)
{
    g_autofree char *path = g_strdup_printf("/sys/devices/desk/%c/tty/ttyS%d", letter, letter - 'a');
    g_autofree char *parent = g_strdup_printf("/sys/devices/desk/%c", letter);
    umockdev_testbed_remove_device(scene->testbed, path);
    umockdev_testbed_remove_device(scene->testbed, parent);
}

static void say(struct scene *scene, char letter, const char *action)
{
    g_autofree char *path = g_strdup_printf("/sys/devices/desk/%c/tty/ttyS%d", letter, letter - 'a');
    uevents_say(scene->testbed, path, action);
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
    hears(scene, "B"); /* the testbed's queue holds ten */
    say(scene, 'a', "remove");
    say(scene, 'a', "remove");
    put(scene, 'c');
    say(scene, 'c', "remove"); /* of what nobody saw come */
    say(scene, 'c', "add");
    hears(scene, "aC");
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

/* Lost: a left, b came, c was changed for another of its kind. What is told after them is heard as ever. */
static void what_was_lost_is_looked_for(void **state)
{
    struct scene *scene = *state;
    hears(scene, "A");
    put(scene, 'c');
    put(scene, 'd');
    say(scene, 'c', "add");
    say(scene, 'd', "add");
    hears(scene, "CD");
    take(scene, 'a');
    take(scene, 'c');
    put_numbered(scene, 'c', 6);
    put(scene, 'b');
    to_lose = 1;
    say(scene, 'b', "add");
    char heard[5] = "";
    for (int i = 0; i < 4; i++) {
        struct pollfd fd = {.fd = scene->heard[0], .events = POLLIN};
        assert_int_equal(poll(&fd, 1, WAIT_MS), 1);
        assert_int_equal(read(scene->heard[0], &heard[i], 1), 1);
    }
    assert_non_null(strchr(heard, 'B'));
    assert_non_null(strchr(heard, 'a'));
    assert_non_null(strchr(heard, 'c'));
    assert_non_null(strchr(heard, 'C'));
    assert_true(strchr(heard, 'c') < strchr(heard, 'C'));
    say(scene, 'd', "remove"); /* which was told of once and did not move */
    say(scene, 'd', "add");
    hears(scene, "dD");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_is_told_once, setup, teardown),
        cmocka_unit_test_setup_teardown(a_loose_contact_ends_where_it_is, setup, teardown),
        cmocka_unit_test_setup_teardown(what_was_lost_is_looked_for, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
