/*
 * The umockdev back end of device models: answers the usbfs ioctls that the unmodified libusb in an
 * unmodified program makes, by the ops of a device model.
 *
 * Pitfalls this knows of: the device node must be a PTY (a plain file would poll ready for ever), POLLOUT is
 * what tells libusb that an URB can be reaped, so the PTY's flow is stopped unless one can; unplugging closes
 * the PTY's master, then comes the "remove" event.
 *
 * Threads: umockdev answers ioctls in a thread of its own, hands act in another; the bus's lock is held while
 * either touches ports or models. Who calls a model directly takes it too.
 */
#ifndef YIZHAN_STAND_USBFS_H
#define YIZHAN_STAND_USBFS_H

#include "board/base/err.h"
#include "drivers/model/device_model.h"
#include "tests/device/stand/bus.h"
#include <umockdev.h>

struct usbfs_bus;
struct usbfs_port;

/* testbed: borrowed, outlives the bus. */
MUST_USE struct err usbfs_bus_create(UMockdevTestbed *testbed, struct usbfs_bus **out_bus);
/* Frees all its ports; the client must have ended. */
void usbfs_bus_destroy(struct usbfs_bus **bus);
/* Around every direct use of a model that is plugged in. May be nested. */
void usbfs_bus_lock(struct usbfs_bus *bus);
void usbfs_bus_unlock(struct usbfs_bus *bus);
/* Hands did something to a model: whatever waits for it looks again. */
void usbfs_bus_stir(struct usbfs_bus *bus);

/* Plugs a model in; as with a real cable it gets a new address each time. The port belongs to the bus. */
MUST_USE struct err usbfs_plug(struct usbfs_bus *bus, const struct device_model *model,
                               struct usbfs_port **out_port);
/* Pulls it: transfers under way end with ESHUTDOWN, then it is gone. A second time does nothing. */
void usbfs_unplug(struct usbfs_port *port);
/* False too when the model fell off the bus by itself. */
bool usbfs_is_plugged(const struct usbfs_port *port);

/* The same for hands that know only of buses. */
struct stand_bus usbfs_stand_bus(struct usbfs_bus *bus);

#endif
