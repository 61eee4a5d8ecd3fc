/* Every driver there is: adding one is its line here and its rows in models.ini. */
#include "drivers/camera/driver.h"
#include "drivers/driver.h"
#include "drivers/idcard/driver.h"
#include "drivers/printer/driver.h"
#include "drivers/scanner/driver.h"
#include "drivers/touch/driver.h"

const struct driver *const driver_registry[] = {
    &sam_driver,
    &escpos_driver,
    &camera_v4l2_driver,
    &scanner_hidpos_driver,
    &scanner_keyboard_driver,
    &scanner_serial_driver,
    &touch_driver,
    &keypad_driver,
    NULL,
};
