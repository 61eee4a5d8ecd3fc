/*
 * The document camera as the app sees it: a live picture, codes held before it, photos of papers.
 *
 * Pixels do not fit into messages. They go through a camera_feed, which the app owns and lends to a command;
 * the messages only say that something new lies there. The newest preview replaces an older one that nobody
 * took, so a slow screen costs frames, never memory.
 */
#ifndef YIZHAN_DRIVERS_CAMERA_H
#define YIZHAN_DRIVERS_CAMERA_H

#include "board/base/buf.h"
#include "drivers/device.h"
#include "drivers/picture/picture.h"
#include "drivers/scanner/codes.h"

/* Doubts about a photo: say them and offer another try, never block. */
enum camera_warning {
    CAMERA_BLURRED = 1 << 0,
    CAMERA_GLARE = 1 << 1,
    CAMERA_CUT_CORNER = 1 << 2, /* the paper reaches beyond the picture */
    CAMERA_NO_PAGE = 1 << 3,    /* no edge of a paper found: the whole frame is kept as it is */
    CAMERA_DARK = 1 << 4
};

enum camera_stage {
    CAMERA_FRAME, /* progress: a preview frame lies in the feed */
    CAMERA_CODE,  /* result of camera_read_code: `code` is filled */
    CAMERA_PHOTO  /* result of camera_take_photo: the JPEG lies in the feed */
};

struct camera_event {
    enum camera_stage stage;
    uint32_t frame;            /* counts frames of this command from 1 */
    bool has_page;             /* FRAME of camera_preview: a paper is in sight, page tells where */
    struct code_point page[4]; /* FRAME: in the feed picture's pixels, clockwise from top left */
    uint32_t warnings;         /* PHOTO: camera_warning bits */
    int width, height;         /* PHOTO: pixels */
    size_t jpeg_size;          /* PHOTO: bytes */
    struct code code;          /* CODE; may be personal: wipe the message */
};
_Static_assert(sizeof(struct camera_event) <= DEVICE_PAYLOAD_SIZE, "raise DEVICE_PAYLOAD_SIZE");

/* Where the worker leaves pictures for the screen. Both sides may use it at any time; neither waits for the
 * other longer than a copy. */
struct camera_feed;

/* Previews in it are width_px x height_px RGB, or less where the camera's shape leaves borders. */
MUST_USE struct err camera_feed_create(int width_px, int height_px, struct camera_feed **out_feed);
/* Wipes what is in it. Only after the result of every command it was lent to, or after devices_destroy(). */
void camera_feed_destroy(struct camera_feed **feed);
/* Wipes what is in it and whatever a command sent before now still brings: nothing of one person reaches the
 * next. */
void camera_feed_wipe(struct camera_feed *feed);
/* Swaps the newest preview into *picture (zeroed, or from an earlier call); false when none is newer. */
bool camera_feed_take_frame(struct camera_feed *feed, struct picture *picture);
/* Moves the photo's JPEG to the end of out_jpeg (make it private); false when none lies there. */
bool camera_feed_take_photo(struct camera_feed *feed, struct buf *out_jpeg);

/* Live picture, at least 15 frames a second, until cancelled. Its CAMERA_FRAME progress may be dropped. feed
 * is borrowed until the result. */
MUST_USE struct err camera_preview(struct device *camera, struct camera_feed *feed, uint32_t *out_ticket);
/* Live picture (feed may be NULL) until a code is read: result CAMERA_CODE. timeout_ms 0: until cancelled. */
MUST_USE struct err camera_read_code(struct device *camera, struct camera_feed *feed, int timeout_ms,
                                     uint32_t *out_ticket);

struct camera_photo {
    int max_pixels;      /* longer side, as the form's orx:max-pixels says; 0: as the camera gives it */
    size_t budget_bytes; /* the JPEG is at most this large; 0: 500,000 */
    bool as_it_is;       /* true: keep the whole frame, do not look for a paper (a portrait, a field) */
};
/* A photo of the paper that lies there: page found, straightened, evenly lit. Result CAMERA_PHOTO. */
MUST_USE struct err camera_take_photo(struct device *camera, struct camera_feed *feed,
                                      const struct camera_photo *photo, int timeout_ms, uint32_t *out_ticket);

/* The event of a message of class DEVICE_CAMERA. */
const struct camera_event *camera_event(const struct device_message *message);

#endif
