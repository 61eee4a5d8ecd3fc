#include "tests/device/desk.h"
#include "tests/device/loop_thread.h"
#include "tests/device/stand/usbfs.h"
#include "tests/unit/cmocka.h"
#include <poll.h>
#include <stdlib.h>

#define PATIENCE_MS 60000

struct desk {
    UMockdevTestbed *testbed;
    struct loop_thread *thread;
    struct usbfs_bus *bus;
    const struct device_model *model;
    struct usbfs_port *port;
    struct devices *devices;
    enum device_class class;
};

static void stir(void *bus)
{
    usbfs_bus_stir(bus);
}

void desk_hands(struct desk *desk, void (*act)(void *context), void *context)
{
    loop_thread_run(desk->thread, act, context);
    loop_thread_run(desk->thread, stir, desk->bus);
}

static void plug(void *context)
{
    struct desk *desk = context;
    assert_ok(usbfs_plug(desk->bus, desk->model, &desk->port));
}

static void unplug(void *context)
{
    struct desk *desk = context;
    usbfs_unplug(desk->port);
}

void desk_plug(struct desk *desk)
{
    desk_hands(desk, plug, desk);
}

void desk_unplug(struct desk *desk)
{
    desk_hands(desk, unplug, desk);
}

struct desk *desk_create(enum device_class class, const struct device_model *model)
{
    return desk_create_recorded(class, model, NULL);
}

struct desk *desk_create_recorded(enum device_class class, const struct device_model *model,
                                  struct tape *tape)
{
    struct tape *tapes[DEVICE_CLASS_COUNT] = {NULL};
    struct desk *desk = calloc(1, sizeof *desk);
    assert_non_null(desk);
    tapes[class] = tape;
    desk->model = model;
    desk->class = class;
    desk->testbed = umockdev_testbed_new();
    assert_ok(usbfs_bus_create(desk->testbed, &desk->bus));
    desk->thread = loop_thread_create();
    desk_plug(desk);
    assert_ok(devices_create_recorded(YIZHAN_ROOT "/drivers/models.ini", 1u << class, tapes, &desk->devices));
    return desk;
}

void desk_destroy(struct desk **desk)
{
    struct desk *d = *desk;
    if (!d)
        return;
    devices_destroy(&d->devices);
    loop_thread_destroy(&d->thread);
    usbfs_bus_destroy(&d->bus);
    g_object_unref(d->testbed);
    free(d);
    *desk = NULL;
}

struct device *desk_device(struct desk *desk)
{
    return devices_get(desk->devices, desk->class);
}

struct device_message desk_next(struct desk *desk)
{
    struct device_message message;
    while (!devices_take(desk->devices, &message)) {
        struct pollfd fd = {.fd = devices_fd(desk->devices), .events = POLLIN};
        assert_int_equal(poll(&fd, 1, PATIENCE_MS), 1);
    }
    return message;
}

struct device_status desk_await_service(struct desk *desk, bool in_service)
{
    struct device_message message;
    do
        message = desk_next(desk);
    while (message.kind != DEVICE_STATUS || message.status.in_service != in_service);
    return message.status;
}

struct device_message desk_result(struct desk *desk, uint32_t ticket)
{
    struct device_message message;
    do
        message = desk_next(desk);
    while (message.kind != DEVICE_RESULT || message.ticket != ticket);
    return message;
}
