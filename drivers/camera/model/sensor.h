/*
 * What the camera's model sees: a desk with a paper on it, exposed frame by frame in the encoding and size
 * that were agreed. Not thread-safe; one owner.
 */
#ifndef YIZHAN_CAMERA_SENSOR_H
#define YIZHAN_CAMERA_SENSOR_H

#include "drivers/camera/model/desk.h"
#include "drivers/camera/v4l2.h"

struct sensor_size {
    int width, height; /* pixels */
};
#define SENSOR_SIZES 3
extern const struct sensor_size sensor_sizes[SENSOR_SIZES]; /* from the smallest */

struct sensor_setup {
    double noise; /* grey levels */
    uint32_t seed;
};

struct sensor;

MUST_USE struct err sensor_create(const struct sensor_setup *setup, struct sensor **out_sensor);
/* Takes NULL. */
void sensor_destroy(struct sensor **sensor);

/* encoding: V4L2_YUYV or V4L2_MJPEG. */
MUST_USE struct err sensor_set_shape(struct sensor *sensor, const struct sensor_size *size,
                                     enum v4l2_encoding encoding);
/* Room one frame needs, bytes. */
size_t sensor_frame_room(const struct sensor *sensor);

/* Lays a paper (copied; luma or RGB) before the camera, centred and filling most of the view, slightly askew;
 * a long strip is passed through the view piece by piece, as a hand does. NULL takes it away. */
MUST_USE struct err sensor_show(struct sensor *sensor, const struct picture *paper);

/* Writes the next frame, at most sensor_frame_room() bytes. On a desk where nothing moves the noise begins
 * anew after eight. */
MUST_USE struct err sensor_expose(struct sensor *sensor, uint8_t *out_bytes, size_t *out_size);

#endif
