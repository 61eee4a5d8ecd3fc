/*
 * The camera's model: what a UVC camera above a desk would send, as frames of bytes. A back end (umockdev's
 * V4L2 ioctls) carries them to the unmodified driver. Not thread-safe; one owner.
 */
#ifndef YIZHAN_CAMERA_MODEL_H
#define YIZHAN_CAMERA_MODEL_H

#include "drivers/camera/model/desk.h"
#include "drivers/camera/v4l2.h"

struct camera_model_setup {
    bool mjpeg;   /* offers MJPEG beside YUYV */
    double noise; /* of the sensor, grey levels */
    uint32_t seed;
};

/* What goes wrong, until another fault or CAMERA_MODEL_FINE is set. */
enum camera_model_fault {
    CAMERA_MODEL_FINE,
    CAMERA_MODEL_CUT_SHORT, /* frames end in the middle */
    CAMERA_MODEL_FLAGGED,   /* frames carry the driver's error flag */
    CAMERA_MODEL_SILENT     /* no frames come */
};

struct camera_model;

MUST_USE struct err camera_model_create(const struct camera_model_setup *setup,
                                        struct camera_model **out_model);
void camera_model_destroy(struct camera_model **model);

/* Sizes and encodings it can do. index from 0; false beyond the last. */
bool camera_model_offers(const struct camera_model *model, unsigned index, enum v4l2_encoding *out_encoding);
/* Takes what is wished, answers with the nearest it can do; encoding is V4L2_YUYV or V4L2_MJPEG. */
MUST_USE struct err camera_model_agree(struct camera_model *model, int *width, int *height,
                                       enum v4l2_encoding *encoding);
/* Room one frame needs, bytes. */
size_t camera_model_frame_room(const struct camera_model *model);

/* Lays a paper (copied; luma or RGB) before the camera, centred and filling most of the view, slightly askew;
 * a long strip is passed through the view piece by piece, as a hand does. NULL takes it away. */
MUST_USE struct err camera_model_show(struct camera_model *model, const struct picture *paper);
void camera_model_set_fault(struct camera_model *model, enum camera_model_fault fault);
enum camera_model_fault camera_model_fault(const struct camera_model *model);

/* Writes the next frame, at most camera_model_frame_room() bytes; *out_size less than a whole one when cut
 * short. */
MUST_USE struct err camera_model_expose(struct camera_model *model, uint8_t *out_bytes, size_t *out_size);

#endif
