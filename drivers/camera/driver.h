/* Drivers of class DEVICE_CAMERA, for registry.c. */
#ifndef YIZHAN_CAMERA_DRIVER_H
#define YIZHAN_CAMERA_DRIVER_H

#include "drivers/driver.h"

extern const struct driver camera_v4l2_driver;

#endif
