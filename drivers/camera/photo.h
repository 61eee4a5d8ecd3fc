/* From a camera frame to the photo of a paper that goes into an application. Pure. */
#ifndef YIZHAN_CAMERA_PHOTO_H
#define YIZHAN_CAMERA_PHOTO_H

#include "drivers/camera/camera.h"

struct photo_report {
    uint32_t warnings; /* enum camera_warning */
    int width, height; /* of the JPEG */
};

/* Finds the page, straightens it, evens the light, scales to max_pixels and to the byte budget, and appends
 * the JPEG. frame: RGB. A frame without a page is kept whole, with a warning. */
MUST_USE struct err photo_make(const struct picture *frame, const struct camera_photo *wish,
                               struct buf *out_jpeg, struct photo_report *out_report);

/* How sharp a luma picture is: about 1 in focus, under PHOTO_BLURRED with a lens out of focus or a hand that
 * moved; -1 when nothing in it has an edge to judge by. */
double photo_sharpness(const struct picture *luma);
#define PHOTO_BLURRED 0.5

/* Glare and darkness of a page as the camera saw it, before its light is evened; of the whole frame where no
 * paper was found. */
uint32_t photo_light_warnings(const struct picture *luma, bool has_paper);

#endif
