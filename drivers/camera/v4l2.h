/*
 * One V4L2 capture node, streaming through memory-mapped buffers. Source: the kernel's V4L2 API, chapter
 * "Streaming I/O (Memory Mapping)".
 *
 * Thread: one worker. Nothing here blocks longer than the milliseconds it is given.
 */
#ifndef YIZHAN_CAMERA_V4L2_H
#define YIZHAN_CAMERA_V4L2_H

#include "drivers/picture/picture.h"

struct v4l2;

enum v4l2_encoding {
    V4L2_AUTO,
    V4L2_YUYV,
    V4L2_MJPEG
}; /* auto: MJPEG where offered, since USB 2 is narrow */

/* ERR_DEVICE when the node is gone or no camera that streams. */
MUST_USE struct err v4l2_open(const char *node, struct v4l2 **out_v4l2);
void v4l2_close(struct v4l2 **v4l2);
/* Is it still there? ERR_DEVICE when not. */
MUST_USE struct err v4l2_ask(struct v4l2 *v4l2);

/* Whose flicker its exposure avoids. */
enum v4l2_mains { MAINS_OFF, MAINS_50_HZ, MAINS_60_HZ, MAINS_AUTO };

/* What a camera may be told about how it sees. */
struct v4l2_tuning {
    enum v4l2_mains mains;
    int focus;       /* its own scale, 0 far; -1: it focuses by itself */
    int exposure_us; /* -1: it chooses by itself */
};
/* Tells it; a camera without such a knob is left as it is. */
void v4l2_tune(struct v4l2 *v4l2, const struct v4l2_tuning *tuning);

/* Streams at the size nearest to this one; nothing to do when it already does. */
MUST_USE struct err v4l2_start(struct v4l2 *v4l2, int width, int height, enum v4l2_encoding encoding);
void v4l2_stop(struct v4l2 *v4l2);

/* One exposure, in the camera's own buffer. */
struct v4l2_frame {
    enum v4l2_encoding encoding;
    const uint8_t *bytes; /* borrowed until v4l2_release() */
    size_t size;
    size_t stride; /* YUYV: bytes from row to row */
    int width, height;
    unsigned buffer;
    unsigned number; /* from 1 since the stream began, damaged ones counted too */
};

/* The next frame that came whole. ERR_RETRY with ETIMEDOUT when none came in left_ms, with EIO when a damaged
 * one did; ERR_DEVICE when the camera is gone. */
MUST_USE struct err v4l2_next(struct v4l2 *v4l2, int left_ms, struct v4l2_frame *out_frame);
/* Gives the buffer back to the camera. */
MUST_USE struct err v4l2_release(struct v4l2 *v4l2, const struct v4l2_frame *frame);

/* The frame's picture, at 1/shrink of its size or larger (MJPEG decodes smaller for less, YUYV does not). */
MUST_USE struct err v4l2_picture(const struct v4l2_frame *frame, enum picture_format format, int shrink,
                                 struct picture *out);

#endif
