/* Drivers of class DEVICE_SCANNER, for registry.c. */
#ifndef YIZHAN_SCANNER_DRIVER_H
#define YIZHAN_SCANNER_DRIVER_H

#include "drivers/driver.h"

extern const struct driver scanner_keyboard_driver; /* evdev, grabbed */
extern const struct driver scanner_hidpos_driver;   /* hidraw, usage page 8C */
extern const struct driver scanner_serial_driver;   /* CDC-ACM or UART */

#endif
