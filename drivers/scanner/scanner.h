/* Hand scanners as the app sees them: HID keyboard (grabbed, so that it types into nothing else), HID-POS,
 * CDC-ACM. */
#ifndef YIZHAN_DRIVERS_SCANNER_H
#define YIZHAN_DRIVERS_SCANNER_H

#include "drivers/device.h"
#include "drivers/scanner/codes.h"

struct scanner_event {
    bool has_symbology; /* false: this scanner does not say what kind of code it was */
    struct code code;   /* corners are all 0; may be personal: wipe the message */
};
_Static_assert(sizeof(struct scanner_event) <= DEVICE_PAYLOAD_SIZE, "raise DEVICE_PAYLOAD_SIZE");

/* The next code that is scanned: one result. What was scanned before is thrown away. timeout_ms 0: until
 * cancelled. */
MUST_USE struct err scanner_read(struct device *scanner, int timeout_ms, uint32_t *out_ticket);

/* The event of a message of class DEVICE_SCANNER. */
const struct scanner_event *scanner_event(const struct device_message *message);

#endif
