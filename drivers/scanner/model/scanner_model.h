/*
 * Model of a hand scanner in its three modes, for tests and development: a keyboard (struct input_event of an
 * evdev node), HID-POS (input reports of 64 bytes of a hidraw node), a serial line.
 *
 * Faults are those of drivers/model/talker.h at the event "scan"; a piece is an event, a report, a byte.
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
MUST_USE struct err scanner_model_script(struct scanner_model *model, const char *script);

#endif
