/*
 * Model of a hand scanner in its three modes, for tests and development: a keyboard (struct input_event of an
 * evdev node), HID-POS (input reports of 64 bytes of a hidraw node), a serial line.
 *
 * The kernel's own driver stands between it and the program, so it has no descriptors and takes nothing: usb
 * and control of its struct device_model are NULL, out takes what comes and forgets it, in knows no endpoints
 * and gives one event, one report or any number of bytes.
 *
 * Its one fault is to be pulled out: the rest of what was scanned is gone then.
 */
#ifndef YIZHAN_SCANNER_MODEL_H
#define YIZHAN_SCANNER_MODEL_H

#include "board/base/err.h"
#include "drivers/model/device_model.h"

enum scanner_wiring { SCANNER_KEYBOARD, SCANNER_HIDPOS, SCANNER_SERIAL };

struct scanner_model;

MUST_USE struct err scanner_model_create(enum scanner_wiring wiring, struct scanner_model **out_model);
/* Takes NULL. */
void scanner_model_destroy(struct scanner_model **model);
/* Its ops; borrowed. */
const struct device_model *scanner_model_device(const struct scanner_model *model);

/* The trigger is pulled over a QR code with these bytes. ERR_DATA: a keyboard cannot type them. */
MUST_USE struct err scanner_model_scan(struct scanner_model *model, const char *payload);

#endif
