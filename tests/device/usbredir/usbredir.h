/*
 * The usb-redir back end of device models: each model is a USB device at the end of a socket, and whatever
 * speaks usb-redir there (QEMU's `-device usb-redir`) has it plugged into a real kernel.
 *
 * A bus owns a folder; plugging in a device named "printer" makes the socket FOLDER/printer, where one peer
 * at a time may connect, as often as it likes. Unplugging sends "disconnected" over the connection, plugging
 * in "connected" again: the guest sees a cable being pulled, without anybody telling QEMU.
 *
 * Protocol: usb-redir 0.7 by libusbredirparser. Bulk, interrupt and control; no isochronous endpoint, models
 * have none. Thread: the default GLib main context, which carries the sockets.
 */
#ifndef YIZHAN_TESTS_USBREDIR_H
#define YIZHAN_TESTS_USBREDIR_H

#include "tests/device/stand/bus.h"

struct usbredir_bus;

/* folder: exists, writable; its path short enough for a socket in it. */
MUST_USE struct err usbredir_bus_create(const char *folder, struct usbredir_bus **out_bus);
/* Hangs up and removes the sockets. Takes NULL. */
void usbredir_bus_destroy(struct usbredir_bus **bus);

/* For the hands of a stand (tests/device/stand/stand.h). */
struct stand_bus usbredir_stand_bus(struct usbredir_bus *bus);

#endif
