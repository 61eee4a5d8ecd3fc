/* A printer's tape without what was printed: every dot white, every command as it was. */
#ifndef YIZHAN_PRINTER_MASK_H
#define YIZHAN_PRINTER_MASK_H

#include "drivers/driver.h"
#include "drivers/tape/tape.h"

void escpos_mask(const struct model *model, struct tape *tape);

#endif
