/* Drivers of class DEVICE_IDCARD, for registry.c. */
#ifndef YIZHAN_IDCARD_DRIVER_H
#define YIZHAN_IDCARD_DRIVER_H

#include "drivers/driver.h"

extern const struct driver sam_driver;

#endif
