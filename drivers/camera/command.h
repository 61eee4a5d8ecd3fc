/* What camera.h's calls put into a device command, and the worker's side of the feed. */
#ifndef YIZHAN_CAMERA_COMMAND_H
#define YIZHAN_CAMERA_COMMAND_H

#include "drivers/camera/camera.h"

enum camera_verb { CAMERA_DO_PREVIEW, CAMERA_DO_READ_CODE, CAMERA_DO_PHOTO };

/* The payload of a command. */
struct camera_request {
    struct camera_feed *feed; /* borrowed; NULL: no preview wanted */
    unsigned epoch; /* of the feed when the command was sent: a wipe since then makes its pictures stale */
    struct camera_photo photo;
};

void camera_feed_size(const struct camera_feed *feed, int *out_width, int *out_height);
unsigned camera_feed_epoch(struct camera_feed *feed);
/* Swaps a finished preview into the feed; *picture comes back as scratch memory for the next one. */
void camera_feed_put_frame(struct camera_feed *feed, unsigned epoch, struct picture *picture);
/* Takes the JPEG's memory over; an older photo nobody fetched, or this one when it is stale, is wiped. */
void camera_feed_put_photo(struct camera_feed *feed, unsigned epoch, struct buf *jpeg);

#endif
