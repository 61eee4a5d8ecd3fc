/* Every driver there is: adding one is its line here and its rows in models.ini. */
#include "drivers/driver.h"
#include "drivers/idcard/driver.h"
#include "drivers/printer/driver.h"

const struct driver *const driver_registry[] = {
    &sam_driver,
    &escpos_driver,
    NULL,
};
