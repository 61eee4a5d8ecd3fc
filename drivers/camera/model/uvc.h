/*
 * USB video class, as far as a document camera over a bulk pipe needs it: what model and back end say to each
 * other. Source: USB Device Class Definition for Video Devices, revision 1.1 (chapter and table by each).
 */
#ifndef YIZHAN_CAMERA_UVC_H
#define YIZHAN_CAMERA_UVC_H

#include <stdint.h>

/* Table A-8: class requests. */
enum uvc_request {
    UVC_SET_CUR = 0x01,
    UVC_GET_CUR = 0x81,
    UVC_GET_MIN,
    UVC_GET_MAX,
    UVC_GET_RES,
    UVC_GET_LEN,
    UVC_GET_INFO,
    UVC_GET_DEF
};
#define UVC_MAY_GET_AND_SET 3    /* what GET_INFO tells: table 4-3 */
#define UVC_TO_INTERFACE    0x21 /* bmRequestType of SET requests */
#define UVC_FROM_INTERFACE  0xa1

/* Interfaces and what is in the first; wIndex of a request is entity << 8 | interface. */
enum { UVC_CONTROL_INTERFACE, UVC_STREAMING_INTERFACE };
enum { UVC_CAMERA = 1, UVC_PROCESSING = 2, UVC_OUTPUT = 3 };

/* Tables: wValue of a request is selector << 8. */
enum { UVC_FOCUS_ABSOLUTE = 0x06, UVC_FOCUS_AUTO = 0x08 }; /* of UVC_CAMERA */
enum { UVC_POWER_LINE_FREQUENCY = 0x05 };                  /* of UVC_PROCESSING */
enum { UVC_PROBE = 0x01, UVC_COMMIT = 0x02 };              /* of the streaming interface */

/* Tables: class-specific descriptors. */
enum { UVC_CS_INTERFACE = 0x24 };
enum { UVC_VC_HEADER = 1, UVC_VC_INPUT_TERMINAL, UVC_VC_OUTPUT_TERMINAL, UVC_VC_PROCESSING_UNIT = 5 };
enum {
    UVC_VS_INPUT_HEADER = 1,
    UVC_VS_FORMAT_UNCOMPRESSED = 4,
    UVC_VS_FRAME_UNCOMPRESSED,
    UVC_VS_FORMAT_MJPEG,
    UVC_VS_FRAME_MJPEG
};

#define UVC_STREAM_PIPE 0x81

/* Table 2-5: the header of each payload; here always these two bytes. */
#define UVC_PAYLOAD_HEAD 2
enum { UVC_FRAME_ID = 1 << 0, UVC_END_OF_FRAME = 1 << 1, UVC_ERROR = 1 << 6, UVC_END_OF_HEADER = 1 << 7 };

/* Table 4-75: what probe and commit carry. */
struct uvc_probe {
    uint8_t format, frame;      /* indices of the descriptors, from 1 */
    uint32_t interval_100ns;    /* from frame to frame */
    uint32_t frame_bytes_max;   /* of a whole frame */
    uint32_t payload_bytes_max; /* header included */
};
#define UVC_PROBE_SIZE 34
void uvc_pack_probe(const struct uvc_probe *probe, uint8_t out_bytes[UVC_PROBE_SIZE]);
void uvc_unpack_probe(const uint8_t bytes[UVC_PROBE_SIZE], struct uvc_probe *out_probe);

/* A number as descriptors have it: least significant byte first. */
static inline uint16_t uvc_u16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] | bytes[1] << 8);
}

#endif
