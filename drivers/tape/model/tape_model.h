/*
 * Plays a tape (drivers/tape/tape.h) as the device it was recorded from.
 *
 * What the driver sends must be what it sent then, in the same order; what came then comes now, as soon as
 * everything that was sent before it has been sent. Nothing goes by time. At the tape's end the device takes
 * whatever comes and says nothing more.
 */
#ifndef YIZHAN_TAPE_MODEL_H
#define YIZHAN_TAPE_MODEL_H

#include "drivers/model/device_model.h"
#include "drivers/tape/tape.h"

struct tape_model;

/* tape: borrowed for life. ERR_DATA when it has more endpoints than models know. */
MUST_USE struct err tape_model_create(const struct tape *tape, struct tape_model **out_model);
void tape_model_destroy(struct tape_model **model);
const struct device_model *tape_model_device(const struct tape_model *model);

/* Where the driver first did something else than then: "transfer 12: 02 got ... instead of ...", "" while it
 * never did. Borrowed. */
const char *tape_model_complaint(const struct tape_model *model);
/* Everything on it was sent and was fetched. */
bool tape_model_is_over(const struct tape_model *model);

#endif
