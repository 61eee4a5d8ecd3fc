/* What the camera's model says of itself when it is plugged in. */
#ifndef YIZHAN_CAMERA_MODEL_DESCRIPTORS_H
#define YIZHAN_CAMERA_MODEL_DESCRIPTORS_H

#include "board/base/buf.h"
#include <stdint.h>

#define CAMERA_FRAME_INTERVAL_100NS 333333u /* 30 frames a second */
#define CAMERA_PACKET               512u
/* What the kernel's driver takes at once: 32 packets. */
#define CAMERA_PAYLOAD_MAX (32 * CAMERA_PACKET)

/* Formats by their index: 1 is YUYV, 2 is MJPEG; frames by theirs: sensor_sizes. */
enum { CAMERA_FORMAT_YUYV = 1, CAMERA_FORMAT_MJPEG = 2 };

/* Appends the whole configuration descriptor. */
void camera_configuration(struct buf *out_bytes);

#endif
