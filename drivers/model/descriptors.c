#include "drivers/model/device_model.h"
#include <assert.h>
#include <string.h>

#define LOW(word)  (uint8_t)(word)
#define HIGH(word) (uint8_t)((word) >> 8)

#define DEVICE_SIZE 18

enum { TYPE_DEVICE = 1, TYPE_CONFIGURATION = 2, TYPE_HID = 0x21, TYPE_REPORT = 0x22 };
enum { GET_STATUS = 0, CLEAR_FEATURE = 1, SET_FEATURE = 3, GET_DESCRIPTOR = 6, GET_CONFIGURATION = 8 };

static uint8_t *put(uint8_t *at, const uint8_t *bytes, size_t size)
{
    memcpy(at, bytes, size);
    return at + size;
}

/* HID 1.11 clause 6.2.1; one report descriptor. */
static uint8_t *put_hid(uint8_t *at, const struct model_usb *usb)
{
    const uint8_t hid[9] = {
        9, TYPE_HID, 0x11, 0x01, 0, 1, TYPE_REPORT, LOW(usb->report_size), HIGH(usb->report_size)};
    return usb->report ? put(at, hid, sizeof hid) : at;
}

static uint8_t *put_endpoints(uint8_t *at, const struct model_usb *usb)
{
    for (int i = 0; i < usb->endpoint_count; i++) {
        uint16_t packet = usb->endpoints[i].packet;
        const uint8_t endpoint[7] = {
            7, 5, usb->endpoints[i].address, usb->endpoints[i].type, LOW(packet), HIGH(packet), 10};
        at = put(at, endpoint, sizeof endpoint);
    }
    return at;
}

/* USB 2.0 table 9-8. */
static uint8_t *put_device(uint8_t *at, const struct model_usb *usb)
{
    const uint8_t device[DEVICE_SIZE] = {18,
                                         TYPE_DEVICE,
                                         0,
                                         2,
                                         usb->device_class,
                                         usb->device_subclass,
                                         usb->device_protocol,
                                         64,
                                         LOW(usb->vendor),
                                         HIGH(usb->vendor),
                                         LOW(usb->product),
                                         HIGH(usb->product),
                                         0,
                                         1,
                                         0,
                                         0,
                                         0,
                                         1};
    return put(at, device, sizeof device);
}

/* USB 2.0 tables 9-10, 9-12, 9-13. */
static uint8_t *put_configuration(uint8_t *at, const struct model_usb *usb)
{
    size_t total = 9 + 9 + (usb->report ? 9u : 0u) + 7 * (size_t)usb->endpoint_count;
    const uint8_t config[9] = {9, TYPE_CONFIGURATION, LOW(total), HIGH(total), 1, 1, 0, 0x80, 50};
    const uint8_t interface[9] = {9,
                                  4,
                                  0,
                                  0,
                                  (uint8_t)usb->endpoint_count,
                                  usb->interface_class,
                                  usb->interface_subclass,
                                  usb->interface_protocol,
                                  0};
    at = put(at, config, sizeof config);
    at = put(at, interface, sizeof interface);
    at = put_hid(at, usb);
    return put_endpoints(at, usb);
}

size_t model_descriptors(const struct model_usb *usb, uint8_t out_bytes[MODEL_DESCRIPTORS_MAX])
{
    assert(usb->configuration_size <= MODEL_DESCRIPTORS_MAX - DEVICE_SIZE);
    uint8_t *at = put_device(out_bytes, usb);
    at = usb->configuration ? put(at, usb->configuration, usb->configuration_size)
                            : put_configuration(at, usb);
    return (size_t)(at - out_bytes);
}

static int give(uint8_t *out_data, size_t room, const uint8_t *bytes, size_t size)
{
    size_t count = size < room ? size : room;
    memcpy(out_data, bytes, count);
    return (int)count;
}

static int give_descriptor(const struct model_usb *usb, uint8_t type, uint8_t *data, size_t size)
{
    uint8_t bytes[MODEL_DESCRIPTORS_MAX];
    size_t total = model_descriptors(usb, bytes);
    if (type == TYPE_DEVICE)
        return give(data, size, bytes, DEVICE_SIZE);
    if (type == TYPE_CONFIGURATION)
        return give(data, size, bytes + DEVICE_SIZE, total - DEVICE_SIZE);
    if (type == TYPE_REPORT && usb->report)
        return give(data, size, usb->report, usb->report_size);
    return MODEL_STALL; /* no strings, and no second speed */
}

int model_standard_control(const struct device_model *model, const uint8_t setup[8], uint8_t *data,
                           size_t size)
{
    static const uint8_t nothing[2] = {0}, configuration[1] = {1};
    const uint8_t kind_bits = 0x60;
    if (setup[0] & kind_bits)
        return model->control(model->self, setup, data, size);
    switch (setup[1]) {
    case GET_DESCRIPTOR:
        return give_descriptor(model->usb, setup[3], data, size);
    case GET_STATUS:
        return give(data, size, nothing, sizeof nothing);
    case GET_CONFIGURATION:
        return give(data, size, configuration, sizeof configuration);
    case CLEAR_FEATURE:
    case SET_FEATURE:
        return 0;
    default:
        return MODEL_STALL;
    }
}
