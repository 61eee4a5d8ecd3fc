/* The inside of a tape, shared by tape.c and tape_text.c. */
#ifndef YIZHAN_DRIVERS_TAPE_PARTS_H
#define YIZHAN_DRIVERS_TAPE_PARTS_H

#include "board/base/buf.h"
#include "drivers/tape/tape.h"

struct tape {
    struct tape_device device;
    struct buf bytes;   /* private */
    struct buf entries; /* of struct tape_entry */
};

void tape_add(struct tape *tape, enum tape_kind kind, uint8_t pipe, const void *bytes, size_t size);

#endif
