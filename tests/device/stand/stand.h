/*
 * The stand's devices, each behind the same few hands. main.c carries JSON to them; a device turns it into
 * what hands would do.
 */
#ifndef YIZHAN_STAND_STAND_H
#define YIZHAN_STAND_STAND_H

#include "board/base/err.h"
#include "tests/device/stand/bus.h"
#include <jansson.h>
#include <umockdev.h>

struct stand_device {
    const char *name; /* what {"device":...} calls it: "idcard" */
    void *self;
    struct err (*plug)(void *self);
    void (*unplug)(void *self);
    /* A command whose "do" is in verbs; more may be put into answer. */
    struct err (*act)(void *self, const char *verb, json_t *command, json_t *answer);
    const char *verbs;  /* "card fault-idcard" */
    bool is_a_visitors; /* not plugged in before somebody does: a keyboard, a scanner */
    /* What it looks like now, for {"do":"state"}; a new reference. */
    json_t *(*state)(void *self);
    void (*destroy)(void *self);
};

struct deck;

/* Each makes its model, not plugged in yet. bus, deck and testbed are borrowed for life. */
MUST_USE struct err stand_idcard_create(const struct stand_bus *bus, const struct deck *deck,
                                        struct stand_device *out_device);
MUST_USE struct err stand_printer_create(const struct stand_bus *bus, struct stand_device *out_device);
/* As a V4L2 node. */
MUST_USE struct err stand_camera_create(UMockdevTestbed *testbed, struct stand_device *out_device);
/* As the USB device that it is. */
MUST_USE struct err stand_usb_camera_create(const struct stand_bus *bus, struct stand_device *out_device);

/* As a serial port. */
MUST_USE struct err stand_scanner_create(UMockdevTestbed *testbed, struct stand_device *out_device);

enum stand_input { STAND_TOUCH, STAND_KEYPAD, STAND_KEYBOARD };
/* last_number: of the testbed's nodes, one for all, from 0. */
MUST_USE struct err stand_input_create(UMockdevTestbed *testbed, enum stand_input kind, int *last_number,
                                       struct stand_device *out_device);

#endif
