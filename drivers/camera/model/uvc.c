#include "drivers/camera/model/uvc.h"
#include <string.h>

/* Offsets of table 4-75. */
enum { AT_FORMAT = 2, AT_FRAME = 3, AT_INTERVAL = 4, AT_FRAME_BYTES = 18, AT_PAYLOAD_BYTES = 22 };

static void put_u32(uint8_t *bytes, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(value >> 8 * i);
}

static uint32_t take_u32(const uint8_t *bytes)
{
    return (uint32_t)uvc_u16(bytes) | (uint32_t)uvc_u16(bytes + 2) << 16;
}

void uvc_pack_probe(const struct uvc_probe *probe, uint8_t out_bytes[UVC_PROBE_SIZE])
{
    memset(out_bytes, 0, UVC_PROBE_SIZE);
    out_bytes[AT_FORMAT] = probe->format;
    out_bytes[AT_FRAME] = probe->frame;
    put_u32(out_bytes + AT_INTERVAL, probe->interval_100ns);
    put_u32(out_bytes + AT_FRAME_BYTES, probe->frame_bytes_max);
    put_u32(out_bytes + AT_PAYLOAD_BYTES, probe->payload_bytes_max);
}

void uvc_unpack_probe(const uint8_t bytes[UVC_PROBE_SIZE], struct uvc_probe *out_probe)
{
    *out_probe = (struct uvc_probe){.format = bytes[AT_FORMAT],
                                    .frame = bytes[AT_FRAME],
                                    .interval_100ns = take_u32(bytes + AT_INTERVAL),
                                    .frame_bytes_max = take_u32(bytes + AT_FRAME_BYTES),
                                    .payload_bytes_max = take_u32(bytes + AT_PAYLOAD_BYTES)};
}
