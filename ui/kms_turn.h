/* Copies a rectangle of what was drawn into a buffer that is mounted turned. Private to presenter_kms and its
 * test. */
#ifndef YIZHAN_UI_KMS_TURN_H
#define YIZHAN_UI_KMS_TURN_H

#include "ui/geometry.h"

struct SDL_Surface;

struct kms_target {
    void *pixels; /* XRGB8888 */
    int pitch;    /* bytes a row */
    int width, height;
};

/* turn_degrees: clockwise, 0 90 180 270. Returns the rectangle of the target that was written. */
struct ui_rect kms_turn_copy(const struct SDL_Surface *surface, struct ui_rect rect, int turn_degrees,
                             const struct kms_target *target);

#endif
