/*
 * A character node of an umockdev testbed that says what the test says: evdev, hidraw, serial. Behind it is a
 * pseudo-terminal in raw mode, on which poll() waits as on the real thing; behind hidraw a pipe that keeps
 * reports apart: one read, one report.
 *
 * Thread: the GLib main loop that the testbed's handlers run in, except char_stand_send() and
 * char_stand_unread().
 */
#ifndef YIZHAN_TESTS_CHAR_STAND_H
#define YIZHAN_TESTS_CHAR_STAND_H

#include "board/base/err.h"
#include <stddef.h>
#include <stdint.h>
#include <umockdev.h>

struct char_stand;

struct char_stand_setup {
    const char *subsystem; /* input, hidraw, tty */
    const char *node;      /* under /dev: "input/event3" */
    const char
        *kind; /* what udev found out about an input device: "TOUCHSCREEN", "KEYBOARD"; NULL: nothing */
    uint16_t vendor, product;
    /* Answers an ioctl: *out_result or errno; false: none of its business (ENOTTY, or the terminal's own).
     * NULL for a serial port. */
    bool (*on_ioctl)(void *context, UMockdevIoctlClient *client, int *out_errno);
    /* Hears what the program writes; NULL: nobody does. In the default main context. */
    void (*on_bytes)(void *context, const uint8_t *bytes, size_t size);
    void *context;
};

/* Plugged in at once, on a USB device of its own. testbed is borrowed for life. */
MUST_USE struct err char_stand_create(UMockdevTestbed *testbed, const struct char_stand_setup *setup,
                                      struct char_stand **out_stand);
/* Unplugs first. */
void char_stand_destroy(struct char_stand **stand);

MUST_USE struct err char_stand_send(struct char_stand *stand, const void *bytes, size_t size);
/* False after it was pulled out. */
bool char_stand_is_plugged(const struct char_stand *stand);
/* Bytes the program has not read yet. */
int char_stand_unread(const struct char_stand *stand);
/* The node hangs up and the "remove" event follows. */
void char_stand_unplug(struct char_stand *stand);

#endif
