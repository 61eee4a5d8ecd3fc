/*
 * Device nodes that come and go, from udev, on a thread of its own.
 *
 * A double arrival is one arrival, a leave without arrival is none. When the kernel's messages come faster
 * than they are heard and some are lost, everything is looked at again, and what changed is told. The only
 * place that knows libudev.
 */
#ifndef YIZHAN_DRIVERS_HOTPLUG_H
#define YIZHAN_DRIVERS_HOTPLUG_H

#include "drivers/driver.h"

struct hotplug;

/* Called on the hotplug thread, first for everything that is there already. Must not block. */
struct hotplug_listener {
    void (*arrive)(void *context, const struct arrival *arrival);
    void (*leave)(void *context, const char *syspath);
    void *context;
};

/* Starts the thread. listener is copied; its context is borrowed until destroy. */
MUST_USE struct err hotplug_create(const struct hotplug_listener *listener, struct hotplug **out_hotplug);
/* Joins the thread; no call comes after it. Takes NULL. */
void hotplug_destroy(struct hotplug **hotplug);

#endif
