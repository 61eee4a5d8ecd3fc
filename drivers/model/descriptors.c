#include "drivers/model/device_model.h"
#include <string.h>

#define LOW(word)  (uint8_t)(word)
#define HIGH(word) (uint8_t)((word) >> 8)

/* USB 2.0 tables 9-8, 9-10, 9-12, 9-13. */
size_t model_descriptors(const struct model_usb *usb, uint8_t out_bytes[MODEL_DESCRIPTORS_MAX])
{
    size_t total = 9 + 9 + 7 * (size_t)usb->endpoint_count;
    const uint8_t device[18] = {
        18, 1, 0, 2, 0, 0, 0, 64, LOW(usb->vendor), HIGH(usb->vendor), LOW(usb->product), HIGH(usb->product),
        0,  1, 0, 0, 0, 1};
    const uint8_t config[9] = {9, 2, LOW(total), HIGH(total), 1, 1, 0, 0x80, 50};
    const uint8_t interface[9] = {9,
                                  4,
                                  0,
                                  0,
                                  (uint8_t)usb->endpoint_count,
                                  usb->interface_class,
                                  usb->interface_subclass,
                                  usb->interface_protocol,
                                  0};
    uint8_t *at = out_bytes;
    memcpy(at, device, sizeof device);
    memcpy(at + 18, config, sizeof config);
    memcpy(at + 27, interface, sizeof interface);
    at += 36;
    for (int i = 0; i < usb->endpoint_count; i++, at += 7) {
        const uint8_t endpoint[7] = {7,
                                     5,
                                     usb->endpoints[i].address,
                                     usb->endpoints[i].type,
                                     LOW(usb->endpoints[i].packet),
                                     HIGH(usb->endpoints[i].packet),
                                     10};
        memcpy(at, endpoint, sizeof endpoint);
    }
    return (size_t)(at - out_bytes);
}
