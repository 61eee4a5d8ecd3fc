/*
 * USB for drivers: open the device that arrived, claim an interface, move bytes against a deadline.
 *
 * The only place that knows libusb. Each pipe set belongs to one worker and has a libusb context of its own,
 * so that workers never wait for each other. All calls are for the worker, except usb_wake().
 *
 * Errors: ERR_DEVICE ENODEV gone, ERR_DEVICE EBUSY held by another program, ERR_RETRY ETIMEDOUT, ERR_RETRY
 * EPIPE stalled (the stall is cleared already), worker_stop_error() when stopped.
 */
#ifndef YIZHAN_DRIVERS_USB_H
#define YIZHAN_DRIVERS_USB_H

#include "drivers/driver.h"

struct usb;

#define USB_ENDPOINTS_MAX 16

struct usb_endpoint {
    uint8_t address; /* bit 7 set: IN, device to host */
    uint8_t type;    /* 2 bulk, 3 interrupt */
    uint16_t packet; /* largest packet in bytes */
};

struct usb_interface {
    uint8_t number, class, subclass, protocol;
    struct usb_endpoint endpoints[USB_ENDPOINTS_MAX];
    int endpoint_count;
};

/* Opens the device of that bus and address and claims its first interface of interface_class (-1: its first),
 * taking it from a kernel driver for the time being. */
MUST_USE struct err usb_open(struct worker *worker, const struct arrival *arrival, int interface_class,
                             struct usb **out_usb);
/* Cancels, releases, closes, gives the interface back to the kernel. Takes NULL, clears *usb. */
void usb_close(struct usb **usb);
const struct usb_interface *usb_interface(const struct usb *usb);
/* First endpoint of that type and direction; NULL when there is none. */
const struct usb_endpoint *usb_find_endpoint(const struct usb *usb, uint8_t type, bool in);

/* Sends all bytes; after an error *out_sent (may be NULL) says how many the device took. */
MUST_USE struct err usb_write(struct usb *usb, uint8_t endpoint, const void *data, size_t size, int left_ms,
                              size_t *out_sent);
/* Receives one transfer of up to size bytes; *out_size may be 0 for an empty packet. Bytes that came before a
 * timeout are kept: then it is a success. left_ms 0: the caller's deadline has passed, maybe because we
 * slept; looks once for what is there already, and the second time in a row no more. left_ms INT_MAX waits
 * without a wake-up until usb_wake(). */
MUST_USE struct err usb_read(struct usb *usb, uint8_t endpoint, void *out_data, size_t size, int left_ms,
                             size_t *out_size);
/* Control transfer on endpoint 0; the direction is bit 7 of request_type. *out_size may be NULL. */
MUST_USE struct err usb_control(struct usb *usb, uint8_t request_type, uint8_t request, uint16_t value,
                                uint16_t index, void *data, uint16_t size, int left_ms, size_t *out_size);
/* Lets a blocked transfer look at worker_stopped() now. Any thread. */
void usb_wake(struct usb *usb);

#endif
