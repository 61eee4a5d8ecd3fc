/*
 * The camera's model on a V4L2 node of an umockdev testbed: the unmodified driver opens, maps and streams.
 * What stands between the node and the UVC device is the kernel's uvcvideo in small: formats out of its
 * descriptors, probe and commit, payloads put together to frames.
 *
 * Thread: the GLib main loop that the testbed's handlers run in.
 */
#ifndef YIZHAN_TESTS_V4L2_STAND_H
#define YIZHAN_TESTS_V4L2_STAND_H

#include "drivers/camera/model/camera_model.h"
#include <umockdev.h>

struct v4l2_stand;

/* testbed and model are borrowed for life. Nothing is plugged in yet. */
MUST_USE struct err v4l2_stand_create(UMockdevTestbed *testbed, struct camera_model *model,
                                      struct v4l2_stand **out_stand);
/* Unplugs first. */
void v4l2_stand_destroy(struct v4l2_stand **stand);

/* A new node appears, with its "add" event. Each plugging gets a node of its own, as the kernel does while
 * the old one is still held open. */
MUST_USE struct err v4l2_stand_plug(struct v4l2_stand *stand);
/* Gone, also in the middle of a frame: whatever waits is answered ENODEV, then the "remove" event follows. */
void v4l2_stand_unplug(struct v4l2_stand *stand);
bool v4l2_stand_is_plugged(const struct v4l2_stand *stand);
/* "/dev/video0": of the present or last plugging. */
const char *v4l2_stand_node(const struct v4l2_stand *stand);
/* Is it sending, its lamp lit? */
bool v4l2_stand_streams(const struct v4l2_stand *stand);
/* What the program set a control (V4L2_CID_...) to; -1: it did not. */
int v4l2_stand_knob(struct v4l2_stand *stand, unsigned id);
/* Frames sent since it was created. */
unsigned v4l2_stand_frames(const struct v4l2_stand *stand);

#endif
