#include "drivers/camera/command.h"

#include <string.h>

static struct err send_request(struct device *camera, enum camera_verb verb,
                               const struct camera_request *request, int timeout_ms, uint32_t *out_ticket)
{
    struct device_command command = {.verb = (int)verb, .timeout_ms = timeout_ms};

    _Static_assert(sizeof *request <= DEVICE_PAYLOAD_SIZE, "raise DEVICE_PAYLOAD_SIZE");
    memcpy(command.payload.bytes, request, sizeof *request);
    return device_send(camera, &command, out_ticket);
}

struct err camera_preview(struct device *camera, struct camera_feed *feed, uint32_t *out_ticket)
{
    const struct camera_request request = {.feed = feed, .epoch = feed ? camera_feed_epoch(feed) : 0};

    return send_request(camera, CAMERA_DO_PREVIEW, &request, 0, out_ticket);
}

struct err camera_read_code(struct device *camera, struct camera_feed *feed, int timeout_ms,
                            uint32_t *out_ticket)
{
    const struct camera_request request = {.feed = feed, .epoch = feed ? camera_feed_epoch(feed) : 0};

    return send_request(camera, CAMERA_DO_READ_CODE, &request, timeout_ms, out_ticket);
}

struct err camera_take_photo(struct device *camera, struct camera_feed *feed,
                             const struct camera_photo *photo, int timeout_ms, uint32_t *out_ticket)
{
    const struct camera_request request = {.feed = feed, .epoch = camera_feed_epoch(feed), .photo = *photo};

    return send_request(camera, CAMERA_DO_PHOTO, &request, timeout_ms, out_ticket);
}

const struct camera_event *camera_event(const struct device_message *message)
{
    return (const struct camera_event *)(const void *)message->payload.bytes;
}
