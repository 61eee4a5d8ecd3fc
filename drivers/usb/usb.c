#include "drivers/usb/usb.h"
#include "drivers/tape/tape.h"
#include <errno.h>
#include <libusb.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define SLICE_MS       250 /* longest wait between two looks at worker_stopped(), for drivers without cancel */
#define FOREVER_MS     3600000 /* the same for a wait without end, which usb_wake() cuts short */
#define DRAIN_MS       250     /* for a cancelled transfer to come back */
#define LEAST_MS       20      /* a transfer whose deadline passed already has: maybe we slept */
#define WRITE_CHUNK    16384
#define CONTROL_HEADER LIBUSB_CONTROL_SETUP_SIZE

struct usb {
    struct worker *worker;
    libusb_context *context;
    libusb_device_handle *handle;
    struct libusb_transfer *transfer;
    struct usb_interface interface;
    bool claimed;
    bool is_late; /* the last read began after its deadline */
};

static struct err usb_error(int code, const char *doing)
{
    switch (code) {
    case LIBUSB_ERROR_NO_DEVICE:
    case LIBUSB_ERROR_NOT_FOUND:
        return err_make(ERR_DEVICE, "usb", ENODEV, "%s: the device is gone", doing);
    case LIBUSB_ERROR_BUSY:
        return err_make(ERR_DEVICE, "usb", EBUSY, "%s: another program holds it", doing);
    case LIBUSB_ERROR_ACCESS:
        return err_make(ERR_DEVICE, "usb", EACCES, "%s: no permission, see board's udev rules", doing);
    case LIBUSB_ERROR_NO_MEM:
        return err_no_memory("usb");
    case LIBUSB_ERROR_PIPE:
        return err_make(ERR_RETRY, "usb", EPIPE, "%s: stalled", doing);
    case LIBUSB_ERROR_TIMEOUT:
        return err_make(ERR_RETRY, "usb", ETIMEDOUT, "%s: no answer in time", doing);
    default:
        return err_make(ERR_DEVICE, "usb", EIO, "%s: %s", doing, libusb_error_name(code));
    }
}

/* --- opening -------------------------------------------------------------------------------------------- */

static void copy_endpoints(const struct libusb_interface_descriptor *from, struct usb_interface *to)
{
    for (int i = 0; i < from->bNumEndpoints && i < USB_ENDPOINTS_MAX; i++) {
        const struct libusb_endpoint_descriptor *endpoint = &from->endpoint[i];
        to->endpoints[to->endpoint_count++] = (struct usb_endpoint){
            .address = endpoint->bEndpointAddress,
            .type = endpoint->bmAttributes & 3,
            .packet = endpoint->wMaxPacketSize & 0x7ff,
        };
    }
}

static bool pick_interface(const struct libusb_config_descriptor *config, int interface_class,
                           struct usb_interface *out)
{
    for (int i = 0; i < config->bNumInterfaces; i++) {
        const struct libusb_interface_descriptor *found = &config->interface[i].altsetting[0];
        if (config->interface[i].num_altsetting == 0 ||
            (interface_class >= 0 && found->bInterfaceClass != interface_class))
            continue;
        *out = (struct usb_interface){.number = found->bInterfaceNumber,
                                      .class = found->bInterfaceClass,
                                      .subclass = found->bInterfaceSubClass,
                                      .protocol = found->bInterfaceProtocol};
        copy_endpoints(found, out);
        return true;
    }
    return false;
}

static libusb_device *find_device(libusb_device **list, const struct arrival *arrival)
{
    for (; *list; list++)
        if (libusb_get_bus_number(*list) == arrival->bus &&
            libusb_get_device_address(*list) == arrival->address)
            return *list;
    return NULL;
}

static int open_handle(struct usb *usb, const struct arrival *arrival)
{
    libusb_device **list;
    ssize_t count = libusb_get_device_list(usb->context, &list);
    if (count < 0)
        return (int)count;
    libusb_device *device = find_device(list, arrival);
    int code = device ? libusb_open(device, &usb->handle) : LIBUSB_ERROR_NO_DEVICE;
    libusb_free_device_list(list, 1);
    return code;
}

static int claim(struct usb *usb, int interface_class)
{
    struct libusb_config_descriptor *config;
    int code = libusb_get_active_config_descriptor(libusb_get_device(usb->handle), &config);
    if (code)
        return code;
    bool found = pick_interface(config, interface_class, &usb->interface);
    libusb_free_config_descriptor(config);
    if (!found)
        return LIBUSB_ERROR_NOT_SUPPORTED;
    libusb_set_auto_detach_kernel_driver(usb->handle, 1);
    code = libusb_claim_interface(usb->handle, usb->interface.number);
    usb->claimed = code == 0;
    return code;
}

static void record_interface(const struct usb *usb)
{
    const struct usb_interface *interface = &usb->interface;
    struct tape_interface seen = {.class = interface->class,
                                  .subclass = interface->subclass,
                                  .protocol = interface->protocol,
                                  .pipe_count = interface->endpoint_count};
    for (int i = 0; i < interface->endpoint_count; i++) {
        seen.pipes[i].address = interface->endpoints[i].address;
        seen.pipes[i].type = interface->endpoints[i].type;
        seen.pipes[i].packet = interface->endpoints[i].packet;
    }
    tape_interface(worker_tape(usb->worker), &seen);
}

struct err usb_open(struct worker *worker, const struct arrival *arrival, int interface_class,
                    struct usb **out_usb)
{
    struct usb *usb = calloc(1, sizeof *usb);
    if (!usb)
        return err_no_memory("usb");
    usb->worker = worker;
    int code = libusb_init(&usb->context);
    if (!code)
        code = open_handle(usb, arrival);
    if (!code)
        code = claim(usb, interface_class);
    if (!code && !(usb->transfer = libusb_alloc_transfer(0)))
        code = LIBUSB_ERROR_NO_MEM;
    if (code) {
        usb_close(&usb);
        return usb_error(code, "open");
    }
    record_interface(usb);
    *out_usb = usb;
    return err_ok();
}

void usb_close(struct usb **usb)
{
    struct usb *u = *usb;
    if (!u)
        return;
    if (u->claimed)
        libusb_release_interface(u->handle, u->interface.number);
    libusb_free_transfer(u->transfer);
    if (u->handle)
        libusb_close(u->handle);
    if (u->context)
        libusb_exit(u->context);
    free(u);
    *usb = NULL;
}

const struct usb_interface *usb_interface(const struct usb *usb)
{
    return &usb->interface;
}

const struct usb_endpoint *usb_find_endpoint(const struct usb *usb, uint8_t type, bool in)
{
    for (int i = 0; i < usb->interface.endpoint_count; i++) {
        const struct usb_endpoint *endpoint = &usb->interface.endpoints[i];
        if (endpoint->type == type && ((endpoint->address & LIBUSB_ENDPOINT_IN) != 0) == in)
            return endpoint;
    }
    return NULL;
}

/* --- transfers ------------------------------------------------------------------------------------------ */

static void LIBUSB_CALL on_complete(struct libusb_transfer *transfer)
{
    *(int *)transfer->user_data = 1;
}

static void handle_events(struct usb *usb, int wait_ms, int *completed)
{
    struct timeval wait = {.tv_sec = wait_ms / 1000, .tv_usec = wait_ms % 1000 * 1000};
    libusb_handle_events_timeout_completed(usb->context, &wait, completed);
}

/* Waits in slices until the transfer is done, the deadline has passed or the worker is stopped; then takes it
 * back, so that the buffer is ours again when this returns. */
static void await(struct usb *usb, int left_ms, int *completed)
{
    const struct clock *clock = worker_clock(usb->worker);
    int64_t deadline_ms = clock->monotonic_ms(clock) + (left_ms > 0 ? left_ms : LEAST_MS);
    while (!*completed && !worker_stopped(usb->worker)) {
        int left = clock_left_ms(clock, deadline_ms);
        if (left == 0)
            break;
        int slice = left_ms == INT_MAX ? FOREVER_MS : SLICE_MS;
        handle_events(usb, left < slice ? left : slice, completed);
    }
    if (!*completed)
        libusb_cancel_transfer(usb->transfer);
    while (!*completed)
        handle_events(usb, DRAIN_MS, completed);
}

static struct err transfer_error(struct usb *usb, const char *doing)
{
    const struct libusb_transfer *transfer = usb->transfer;
    switch (transfer->status) {
    case LIBUSB_TRANSFER_COMPLETED:
        return err_ok();
    case LIBUSB_TRANSFER_CANCELLED:
    case LIBUSB_TRANSFER_TIMED_OUT:
        if (transfer->length > 0 && transfer->actual_length == transfer->length)
            return err_ok(); /* it was done already while we slept past the deadline */
        return worker_stopped(usb->worker) ? worker_stop_error(usb->worker)
                                           : usb_error(LIBUSB_ERROR_TIMEOUT, doing);
    case LIBUSB_TRANSFER_STALL:
        tape_stalled(worker_tape(usb->worker), usb->transfer->endpoint);
        if (usb->transfer->type != LIBUSB_TRANSFER_TYPE_CONTROL)
            libusb_clear_halt(usb->handle, usb->transfer->endpoint);
        return usb_error(LIBUSB_ERROR_PIPE, doing);
    case LIBUSB_TRANSFER_NO_DEVICE:
        return usb_error(LIBUSB_ERROR_NO_DEVICE, doing);
    default:
        return usb_error(LIBUSB_ERROR_IO, doing);
    }
}

static struct err submit(struct usb *usb, int left_ms, int *completed, const char *doing)
{
    usb->transfer->user_data = completed;
    usb->transfer->callback = on_complete;
    usb->transfer->dev_handle = usb->handle;
    usb->transfer->timeout = 0;
    int code = libusb_submit_transfer(usb->transfer);
    if (code)
        return usb_error(code, doing);
    await(usb, left_ms, completed);
    return transfer_error(usb, doing);
}

static struct err move(struct usb *usb, uint8_t endpoint, void *data, size_t size, int left_ms,
                       const char *doing)
{
    int completed = 0;
    uint8_t type = LIBUSB_TRANSFER_TYPE_BULK;
    for (int i = 0; i < usb->interface.endpoint_count; i++)
        if (usb->interface.endpoints[i].address == endpoint)
            type = usb->interface.endpoints[i].type;
    libusb_fill_bulk_transfer(usb->transfer, usb->handle, endpoint, data, (int)size, on_complete, &completed,
                              0);
    usb->transfer->type = type;
    return submit(usb, left_ms, &completed, doing);
}

struct err usb_write(struct usb *usb, uint8_t endpoint, const void *data, size_t size, int left_ms,
                     size_t *out_sent)
{
    const struct clock *clock = worker_clock(usb->worker);
    int64_t deadline_ms = clock->monotonic_ms(clock) + left_ms;
    const uint8_t *bytes = data;
    struct err e = err_ok();
    size_t sent = 0;
    while (sent < size && !err_is(&e)) {
        size_t chunk = size - sent < WRITE_CHUNK ? size - sent : WRITE_CHUNK;
        usb->transfer->actual_length = 0;
        e = move(usb, endpoint, (void *)(bytes + sent), chunk, clock_left_ms(clock, deadline_ms), "write");
        size_t moved = (size_t)usb->transfer->actual_length;
        if (moved > 0)
            tape_sent(worker_tape(usb->worker), endpoint, bytes + sent, moved);
        sent += moved;
    }
    if (out_sent)
        *out_sent = sent;
    return e;
}

struct err usb_read(struct usb *usb, uint8_t endpoint, void *out_data, size_t size, int left_ms,
                    size_t *out_size)
{
    bool was_late = usb->is_late;
    usb->is_late = left_ms <= 0;
    if (worker_stopped(usb->worker))
        return worker_stop_error(usb->worker);
    if (was_late && usb->is_late) /* a device that never stops talking stops at no deadline */
        return usb_error(LIBUSB_ERROR_TIMEOUT, "read");
    usb->transfer->actual_length = 0;
    struct err e = move(usb, endpoint, out_data, size, left_ms, "read");
    bool some = usb->transfer->actual_length > 0 && e.class == ERR_RETRY;
    if (err_is(&e) && !some)
        return e;
    *out_size = (size_t)usb->transfer->actual_length;
    tape_came(worker_tape(usb->worker), endpoint, out_data, *out_size);
    return err_ok();
}

struct err usb_control(struct usb *usb, uint8_t request_type, uint8_t request, uint16_t value, uint16_t index,
                       void *data, uint16_t size, int left_ms, size_t *out_size)
{
    uint8_t *buffer = malloc(CONTROL_HEADER + (size_t)size);
    if (!buffer)
        return err_no_memory("usb");
    bool in = request_type & LIBUSB_ENDPOINT_IN;
    libusb_fill_control_setup(buffer, request_type, request, value, index, size);
    if (!in && size)
        memcpy(buffer + CONTROL_HEADER, data, size);
    int completed = 0;
    tape_sent(worker_tape(usb->worker), 0, buffer, CONTROL_HEADER + (in ? 0 : (size_t)size));
    libusb_fill_control_transfer(usb->transfer, usb->handle, buffer, on_complete, &completed, 0);
    struct err e = submit(usb, left_ms, &completed, "control");
    size_t moved = err_is(&e) ? 0 : (size_t)usb->transfer->actual_length;
    if (in && moved) {
        memcpy(data, buffer + CONTROL_HEADER, moved);
        tape_came(worker_tape(usb->worker), 0, data, moved);
    }
    if (!err_is(&e) && out_size)
        *out_size = moved;
    free(buffer);
    return e;
}

void usb_wake(struct usb *usb)
{
    libusb_interrupt_event_handler(usb->context);
}
