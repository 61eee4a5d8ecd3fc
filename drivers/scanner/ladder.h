/*
 * The filters a frame goes through before zbar sees it. Pure.
 *
 * Measured on tests/scenes/code_scene at 1280x720 (share read of 20 scenes, one frame): zbar on the raw frame
 * reads 11 with noise, 17 with blur, 1 with all hardships at once; halved, evened and sharpened together 20,
 * 19 and 17. Perspective beyond zbar's reach (11) needs the sheet straightened (20).
 */
#ifndef YIZHAN_SCANNER_LADDER_H
#define YIZHAN_SCANNER_LADDER_H

#include "drivers/picture/homography.h"
#include "drivers/picture/picture.h"

enum rung {
    RUNG_HALF,     /* half size: fast, and averaging is a blur; reads most of what is near and sharp */
    RUNG_EVEN,     /* blurred, then black or white against its surroundings: noise, low contrast, shade */
    RUNG_SHARP,    /* noise blurred away, then edges steepened: a lens out of focus */
    RUNG_SHEET,    /* the bright sheet the code is on, straightened: perspective */
    RUNG_INVERTED, /* as RUNG_EVEN, white on black */
};

/* Memory kept from frame to frame; zeroed is empty. */
struct ladder {
    struct picture seen; /* what the last rung made */
    struct picture soft, softer, small, smaller;
};

void ladder_finish(struct ladder *ladder);

/* Makes that rung's picture of a luma frame in ladder->seen. *out_there: there is one (there may be no
 * sheet). *out_to_frame takes its pixels to the frame's. */
MUST_USE struct err ladder_climb(struct ladder *ladder, enum rung rung, const struct picture *frame,
                                 bool *out_there, struct homography *out_to_frame);

#endif
