/* Drivers of classes DEVICE_TOUCH and DEVICE_KEYPAD, for registry.c. */
#ifndef YIZHAN_TOUCH_DRIVER_H
#define YIZHAN_TOUCH_DRIVER_H

#include "drivers/driver.h"

extern const struct driver touch_driver;
extern const struct driver keypad_driver;

#endif
