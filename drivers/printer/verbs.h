/* What a driver of class DEVICE_PRINTER is asked: one verb, its payload, and the bits as the command's blob.
 */
#ifndef YIZHAN_PRINTER_VERBS_H
#define YIZHAN_PRINTER_VERBS_H

#include "drivers/printer/printer.h"

enum printer_verb { PRINTER_DO_PRINT };

struct printer_order {
    uint32_t job;
    struct printer_bitmap bitmap; /* its bits are the command's blob */
};
_Static_assert(sizeof(struct printer_order) <= DEVICE_PAYLOAD_SIZE, "raise DEVICE_PAYLOAD_SIZE");

#endif
