/* What device_command.verb means to a driver of class DEVICE_SCANNER. */
#ifndef YIZHAN_SCANNER_VERBS_H
#define YIZHAN_SCANNER_VERBS_H

#include "drivers/driver.h"
#include "drivers/scanner/scanner.h"

enum scanner_verb { SCANNER_DO_READ };

#endif
