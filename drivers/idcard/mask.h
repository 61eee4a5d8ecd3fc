/* A reader's tape without the card that lay on it, and without the module's number. */
#ifndef YIZHAN_IDCARD_MASK_H
#define YIZHAN_IDCARD_MASK_H

#include "drivers/driver.h"
#include "drivers/tape/tape.h"

/* Cards become made-up ones (made_up.h), photos blank ones, the module's and a card's own numbers zeros; the
 * checksums fit again. Bytes that belong to no whole frame become 5A: they may be half a card. */
void sam_mask(const struct model *model, struct tape *tape);

#endif
