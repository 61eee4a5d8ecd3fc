/*
 * A device model: the other end of a driver's protocol, in software, faults included.
 *
 * A back end (umockdev's usbfs, usb-redir, a test's direct calls) moves bytes between a host and the four ops
 * and knows nothing of the protocol; the model knows nothing of the back end. No threads, no clock: a model
 * acts when it is called, so scripts of faults go by events. A model's own header adds what hands do to the
 * device: place a card, open the cover, load a fault script.
 */
#ifndef YIZHAN_MODEL_DEVICE_MODEL_H
#define YIZHAN_MODEL_DEVICE_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MODEL_NAK = -1,   /* not now: the back end tries again after the next event */
    MODEL_STALL = -2, /* the pipe stalls; the host clears it */
    MODEL_GONE = -3   /* the device just fell off the bus: the back end unplugs it */
};

#define MODEL_ENDPOINTS_MAX 4

/* What its USB descriptors say. */
struct model_usb {
    uint16_t vendor, product;
    /* A device of more than one interface says it all itself, in a whole configuration descriptor; NULL: it
     * has one interface, as below. */
    const uint8_t *configuration;
    uint16_t configuration_size;
    uint8_t device_class, device_subclass, device_protocol; /* 0: each interface says its own */
    bool is_fast;                                           /* 480 Mbit/s, else 12 */
    uint8_t interface_class, interface_subclass, interface_protocol;
    struct {
        uint8_t address; /* bit 7: IN */
        uint8_t type;    /* 2 bulk, 3 interrupt */
        uint16_t packet;
    } endpoints[MODEL_ENDPOINTS_MAX];
    int endpoint_count;
    const uint8_t *report; /* HID report descriptor; NULL: no HID device, or one nobody asks for it */
    uint16_t report_size;
};

struct device_model {
    const struct model_usb *usb; /* NULL: it is met as a node (evdev, hidraw, tty), see control */
    void *self;
    /* Host to device: bytes taken (less than size: the rest later), or MODEL_*. */
    int (*out)(void *self, uint8_t endpoint, const uint8_t *data, size_t size);
    /* Device to host: bytes given, 0 for an empty packet, or MODEL_*. */
    int (*in)(void *self, uint8_t endpoint, uint8_t *out_data, size_t size);
    /* Class and vendor requests; setup as in USB 2.0 clause 9.3. Bytes moved, or MODEL_STALL.
     * NULL for what a program meets as a node: the kernel's own driver stands between and answers the ioctls.
     */
    int (*control)(void *self, const uint8_t setup[8], uint8_t *data, size_t size);
    /* The cable was pulled: forgets all that power kept. */
    void (*unplug)(void *self);
};

/* Device and configuration descriptor one after the other, as sysfs shows them; returns the size. */
#define MODEL_DESCRIPTORS_MAX 512
size_t model_descriptors(const struct model_usb *usb, uint8_t out_bytes[MODEL_DESCRIPTORS_MAX]);

/* For back ends under which a kernel enumerates the device: answers the standard requests of USB 2.0
 * clause 9.4 itself and leaves class and vendor requests to the model. Bytes moved, or MODEL_STALL. */
int model_standard_control(const struct device_model *model, const uint8_t setup[8], uint8_t *data,
                           size_t size);

#endif
