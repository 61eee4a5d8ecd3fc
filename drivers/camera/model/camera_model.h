/*
 * Model of a document camera: a UVC device with one bulk pipe, for tests, the demo and development. A host
 * asks what it can do (descriptors), agrees on format and size (probe, commit) and fetches payloads. A
 * program under umockdev meets it through tests/device/stand/v4l2_stand.h, which does what the kernel's
 * uvcvideo does; a virtual machine through usb-redir, where the real uvcvideo does it.
 *
 * A model has no clock: camera_model_tick() makes the next frame due; until then the pipe is silent.
 *
 * Fault events: probe, commit, frame=N (the N-th frame since the commit, from 1). Kinds: stall (probe and
 * commit are refused; of a frame, the pipe stalls), flagged (the frame carries the error bit), cut (it ends
 * in the middle), garbage (noise for its picture), silent (it does not come), unplug=N (the device falls off
 * the bus after N bytes of it).
 */
#ifndef YIZHAN_CAMERA_MODEL_H
#define YIZHAN_CAMERA_MODEL_H

#include "drivers/camera/model/sensor.h"
#include "drivers/model/device_model.h"

struct camera_model;

MUST_USE struct err camera_model_create(const struct sensor_setup *setup, struct camera_model **out_model);
/* Takes NULL. */
void camera_model_destroy(struct camera_model **model);
/* Its four ops; borrowed. */
const struct device_model *camera_model_device(const struct camera_model *model);

/* As sensor_show(). */
MUST_USE struct err camera_model_show(struct camera_model *model, const struct picture *paper);
MUST_USE struct err camera_model_script(struct camera_model *model, const char *script);
/* A thirtieth of a second went by. */
void camera_model_tick(struct camera_model *model);

#endif
