/*
 * One device on an umockdev testbed, in the test's own process: the real libusb and the real driver on one
 * side, the device's model on the other. The test must run under umockdev-wrapper (yizhan_device_test).
 *
 * The model lives on a thread of its own, as a device does: touch it through desk_hands() only.
 */
#ifndef YIZHAN_TESTS_DESK_H
#define YIZHAN_TESTS_DESK_H

#include "drivers/device.h"
#include "drivers/model/device_model.h"

struct desk;
struct tape;

/* Plugs the model in and starts the devices of that class with the shipped models.ini. Fails the test. */
struct desk *desk_create(enum device_class class, const struct device_model *model);
/* The same, and what passes goes onto this tape; look at it after desk_destroy(). */
struct desk *desk_create_recorded(enum device_class class, const struct device_model *model,
                                  struct tape *tape);
void desk_destroy(struct desk **desk);

struct device *desk_device(struct desk *desk);
/* The next message; fails the test when none comes in a minute. */
struct device_message desk_next(struct desk *desk);
/* Passes messages over until the device is in service, or not, as wished. */
struct device_status desk_await_service(struct desk *desk, bool in_service);
/* Passes messages over until the result of that command. */
struct device_message desk_result(struct desk *desk, uint32_t ticket);

/* Does something to the model, on its own thread, and waits for it. */
void desk_hands(struct desk *desk, void (*act)(void *context), void *context);
void desk_unplug(struct desk *desk);
void desk_plug(struct desk *desk);

#endif
