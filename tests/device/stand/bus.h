/*
 * Where the models of USB devices are plugged in: umockdev's usbfs around a program (usbfs.h), or usb-redir
 * towards a virtual machine (tests/device/usbredir/usbredir.h). What hands do is the same with both.
 */
#ifndef YIZHAN_STAND_BUS_H
#define YIZHAN_STAND_BUS_H

#include "board/base/err.h"
#include "drivers/model/device_model.h"

struct stand_bus {
    void *self;
    /* Plugs a model in. name: which device it is, "printer"; both borrowed for the bus's life. The port
     * belongs to the bus. */
    struct err (*plug)(void *self, const char *name, const struct device_model *model, void **out_port);
    /* Transfers under way end, then it is gone. A second time does nothing. */
    void (*unplug)(void *port);
    /* False too when the model fell off the bus by itself. */
    bool (*is_plugged)(const void *port);
    /* Around every direct use of a model that is plugged in. May be nested. */
    void (*lock)(void *self);
    void (*unlock)(void *self);
    /* Hands did something to a model: whatever waits for it looks again. */
    void (*stir)(void *self);
};

#endif
