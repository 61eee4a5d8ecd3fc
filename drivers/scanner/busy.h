/* Where in a frame a code may be. Pure. */
#ifndef YIZHAN_SCANNER_BUSY_H
#define YIZHAN_SCANNER_BUSY_H

#include "drivers/picture/picture.h"

/* A code is among the busiest things a camera sees: light and dark follow each other module by module. */
struct busy {
    int x, y, width, height; /* the box around it in the frame, pixels, with room for the quiet zone */
    /* Memory kept from frame to frame; zeroed is empty. */
    struct picture half, steps;
};

void busy_finish(struct busy *busy);

/* Finds the box around all of a luma frame that is nearly as busy as its busiest place: the whole frame where
 * everything is, as in the noise of a dark room. */
MUST_USE struct err busy_find(struct busy *busy, const struct picture *frame);

/* What is in the box. */
MUST_USE struct err busy_cut_out(const struct busy *busy, const struct picture *frame, struct picture *out);

#endif
