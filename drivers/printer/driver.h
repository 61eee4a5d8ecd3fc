/* Drivers of class DEVICE_PRINTER, for registry.c. */
#ifndef YIZHAN_PRINTER_DRIVER_H
#define YIZHAN_PRINTER_DRIVER_H

#include "drivers/driver.h"

extern const struct driver escpos_driver;

#endif
