/* UVC 1.1 chapter 3, a camera with one bulk pipe: control interface, streaming interface, formats, frames. */
#include "drivers/camera/model/descriptors.h"
#include "drivers/camera/model/sensor.h"
#include "drivers/camera/model/uvc.h"
#include <string.h>

enum { VIDEO_CLASS = 0x0e, VIDEO_CONTROL = 1, VIDEO_STREAMING = 2, VIDEO_COLLECTION = 3 };
enum { IAD = 0x0b, CONFIGURATION = 2, INTERFACE = 4, ENDPOINT = 5, BULK = 2 };
enum { BITS_A_PIXEL = 16 };

#define LOW(word)  (uint8_t)(word)
#define HIGH(word) (uint8_t)((word) >> 8)

/* A descriptor of these bytes behind its length. */
#define PUT(out, ...)                                                                                        \
    do {                                                                                                     \
        const uint8_t bytes_[] = {__VA_ARGS__};                                                              \
        buf_append_byte((out), (uint8_t)(sizeof bytes_ + 1));                                                \
        buf_append((out), bytes_, sizeof bytes_);                                                            \
    } while (0)

#define U16(word) LOW(word), HIGH(word)
#define U32(word) U16(word), U16((word) >> 16)

/* Header, camera with its two focus controls, processing with the mains control, output. */
static void put_control(struct buf *out)
{
    enum { HEADER_BYTES = 13, CAMERA_BYTES = 18, PROCESSING_BYTES = 12, OUTPUT_BYTES = 9 };
    enum { TOTAL = HEADER_BYTES + CAMERA_BYTES + PROCESSING_BYTES + OUTPUT_BYTES };
    PUT(out, INTERFACE, UVC_CONTROL_INTERFACE, 0, 0, VIDEO_CLASS, VIDEO_CONTROL, 0, 0);
    PUT(out, UVC_CS_INTERFACE, UVC_VC_HEADER, U16(0x0110), U16(TOTAL), U32(48000000u), 1,
        UVC_STREAMING_INTERFACE);
    PUT(out, UVC_CS_INTERFACE, UVC_VC_INPUT_TERMINAL, UVC_CAMERA, U16(0x0201), 0, 0, U16(0), U16(0), U16(0),
        3, 1 << 5, 0, 1 << 1);
    PUT(out, UVC_CS_INTERFACE, UVC_VC_PROCESSING_UNIT, UVC_PROCESSING, UVC_CAMERA, U16(0), 2, 0, 1 << 2, 0,
        0);
    PUT(out, UVC_CS_INTERFACE, UVC_VC_OUTPUT_TERMINAL, UVC_OUTPUT, U16(0x0101), 0, UVC_PROCESSING, 0);
}

static void put_frames(struct buf *out, uint8_t kind)
{
    for (unsigned i = 0; i < SENSOR_SIZES; i++) {
        const struct sensor_size *size = &sensor_sizes[i];
        uint32_t bytes = (uint32_t)(size->width * size->height) * BITS_A_PIXEL / 8,
                 bits_a_second = bytes * 240;
        PUT(out, UVC_CS_INTERFACE, kind, (uint8_t)(i + 1), 0, U16(size->width), U16(size->height),
            U32(bits_a_second), U32(bits_a_second), U32(bytes), U32(CAMERA_FRAME_INTERVAL_100NS), 1,
            U32(CAMERA_FRAME_INTERVAL_100NS));
    }
}

static void put_formats(struct buf *out)
{
    PUT(out, UVC_CS_INTERFACE, UVC_VS_FORMAT_UNCOMPRESSED, CAMERA_FORMAT_YUYV, SENSOR_SIZES, 'Y', 'U', 'Y',
        '2', 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71, BITS_A_PIXEL, 1, 0, 0, 0, 0);
    put_frames(out, UVC_VS_FRAME_UNCOMPRESSED);
    PUT(out, UVC_CS_INTERFACE, UVC_VS_FORMAT_MJPEG, CAMERA_FORMAT_MJPEG, SENSOR_SIZES, 0, 1, 0, 0, 0, 0);
    put_frames(out, UVC_VS_FRAME_MJPEG);
}

static void put_streaming(struct buf *out)
{
    enum { HEADER_BYTES = 15 };
    struct buf formats = {0};
    put_formats(&formats);
    size_t total = HEADER_BYTES + formats.length;
    PUT(out, INTERFACE, UVC_STREAMING_INTERFACE, 0, 1, VIDEO_CLASS, VIDEO_STREAMING, 0, 0);
    PUT(out, UVC_CS_INTERFACE, UVC_VS_INPUT_HEADER, 2, U16(total), UVC_STREAM_PIPE, 0, UVC_OUTPUT, 0, 0, 0, 1,
        0, 0);
    buf_append(out, formats.data, formats.length);
    buf_finish(&formats);
    PUT(out, ENDPOINT, UVC_STREAM_PIPE, BULK, U16(CAMERA_PACKET), 0);
}

void camera_configuration(struct buf *out_bytes)
{
    enum { HEAD_BYTES = 9 };
    struct buf body = {0};
    PUT(&body, IAD, UVC_CONTROL_INTERFACE, 2, VIDEO_CLASS, VIDEO_COLLECTION, 0, 0);
    put_control(&body);
    put_streaming(&body);
    size_t total = HEAD_BYTES + body.length;
    PUT(out_bytes, CONFIGURATION, U16(total), 2, 1, 0, 0x80, 250);
    buf_append(out_bytes, body.data, body.length);
    buf_finish(&body);
}
