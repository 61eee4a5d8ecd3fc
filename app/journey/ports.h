/*
 * Everything the journey can do to the world, as one table handed in: the kiosk puts devices, store thread
 * and voice behind it, tests put fakes. Nothing here blocks; results come back as journey_device() and
 * journey_store() events.
 */
#ifndef YIZHAN_JOURNEY_PORTS_H
#define YIZHAN_JOURNEY_PORTS_H

#include "app/fleet/technician.h"
#include "app/journey/store_port.h"
#include "board/base/clock.h"
#include "drivers/device.h"
#include "ui/receipt.h"
#include "ui/tree.h"

enum camera_use { CAMERA_OFF, CAMERA_CODES, CAMERA_DOCUMENT, CAMERA_PORTRAIT };

struct spoken_line {
    const char *lang; /* BCP 47 */
    const char *text;
    bool is_slow, is_loud;
};

struct journey_ports {
    void *context;

    /* A device that is away is ERR_DEVICE, here and below; nobody logs that: its status says so. */

    /* Until a card was read; until the card that lies there is taken. Each ends the other, card_stop both. */
    struct err (*card_read)(void *context);
    struct err (*card_await_removal)(void *context);
    void (*card_stop)(void *context);

    /* Renders for the printer's paper and prints; job comes back in printer events. */
    struct err (*print_receipt)(void *context, uint32_t job, const struct lang *lang,
                                const struct receipt *receipt);
    struct err (*print_slip)(void *context, uint32_t job, const struct lang *lang,
                             const struct receipt_slip *slip);

    /* Switches between uses; CAMERA_OFF ends any, and never fails. CAMERA_CODES is the hand scanner's too:
     * either of the two is enough. */
    struct err (*camera)(void *context, enum camera_use use);
    /* The newest preview picture, or an empty one. */
    struct ui_image (*camera_preview)(void *context);
    /* longer_side_px: the photo has at most that; 0 when the form does not say. */
    struct err (*camera_take)(void *context, int longer_side_px);
    /* Moves the photo taken to the end of out_jpeg; false when there is none. */
    bool (*camera_photo)(void *context, struct buf *out_jpeg);

    /* A signature as PNG, and the record that stands in for one. */
    struct err (*strokes_png)(void *context, const struct ui_strokes *strokes, struct buf *out_png);
    struct err (*words_png)(void *context, const char *words, struct buf *out_png);

    void (*device_status)(void *context, enum device_class class, struct device_status *out_status);

    /* The store thread; takes what the request owns and wipes it. */
    void (*store)(void *context, struct store_request *request);

    /* False: whatever is said, nobody hears it. */
    bool (*voice_works)(void *context);
    void (*say)(void *context, const struct spoken_line *line);
    void (*hush)(void *context);
    /* To yizhan-visit; nothing happens when no visit is under way. */
    void (*technician)(void *context, const struct technician_event *event);

    /* A person has gone: whatever the outside still holds of her is wiped too. */
    void (*forget)(void *context);
};

#endif
