/*
 * A tape: what passed between one driver and its device, byte for byte and in order. The technician records
 * one (yizhanctl devices record), tests play it back to the unmodified driver (drivers/tape/model).
 *
 * As a file it is text, one transfer a line:
 *
 *   # yizhan tape 1
 *   device usb 0400:c35a ff 00 00          subsystem, ids, interface class, subclass, protocol
 *   pipe 02 2 64                           endpoint, transfer type, packet size; USB only
 *   > 02 aaaaaa96690003                    host to device through that endpoint
 *   < 81 aaaaaa96690508 00*4 5a            device to host; 00*4 is a run of four
 *   > 00 a101000000000100                  a control transfer: its setup, then what it sends
 *   < 00 18                                what it brought
 *   ! 81                                   the endpoint stalled
 *   > -- 3f                                lines and nodes (tty, hidraw, input) have no endpoints
 *
 * Times are not on it: what happens in tests goes by events. Waits that ended with nothing are not on it
 * either.
 *
 * Cameras are not taped. What passes there is pictures in the kernel's own buffers, with no protocol of the
 * maker's between driver and device to be got wrong: V4L2 is the kernel's, and its answers are written down
 * in the model (drivers/camera/model). A tape would be megabytes of a desk, and no mask can be trusted to
 * find the person's papers on it.
 *
 * While it is being recorded a tape holds whatever passed, personal data too, in private memory; the worker
 * lets the driver mask it (struct driver, op mask) before anybody else sees it.
 *
 * Thread: one at a time. All adding functions take a NULL tape and do nothing.
 */
#ifndef YIZHAN_DRIVERS_TAPE_H
#define YIZHAN_DRIVERS_TAPE_H

#include "board/base/buf.h"
#include <stddef.h>
#include <stdint.h>

#define TAPE_PIPES_MAX 16
#define TAPE_LINE      0xff /* the "endpoint" of what has none */

/* What a USB host sees of it. */
struct tape_interface {
    uint8_t class, subclass, protocol;
    struct {
        uint8_t address, type;
        uint16_t packet;
    } pipes[TAPE_PIPES_MAX];
    int pipe_count; /* 0: none was seen, it is no USB device */
};

struct tape_device {
    char subsystem[16]; /* as udev has it; "" while nothing was recorded */
    uint16_t vendor, product;
    struct tape_interface interface;
};

enum tape_kind { TAPE_SENT = '>', TAPE_CAME = '<', TAPE_STALLED = '!' };

struct tape_entry {
    enum tape_kind kind;
    uint8_t pipe;
    size_t at, size; /* in the tape's bytes */
};

struct tape;

MUST_USE struct err tape_create(struct tape **out_tape);
/* Wipes. Takes NULL. */
void tape_destroy(struct tape **tape);

/* The first device is the one that counts, and its first interface. */
void tape_device(struct tape *tape, const char *subsystem, uint16_t vendor, uint16_t product);
void tape_interface(struct tape *tape, const struct tape_interface *interface);
void tape_sent(struct tape *tape, uint8_t pipe, const void *bytes, size_t size);
void tape_came(struct tape *tape, uint8_t pipe, const void *bytes, size_t size);
void tape_stalled(struct tape *tape, uint8_t pipe);

const struct tape_device *tape_get_device(const struct tape *tape);
size_t tape_count(const struct tape *tape);
const struct tape_entry *tape_entry(const struct tape *tape, size_t i);
/* What that entry carried, for reading and for masking; borrowed until something is added. */
uint8_t *tape_bytes(const struct tape *tape, size_t i);

/* For masking: every byte of that kind (TAPE_SENT, TAPE_CAME), one after the other however they were cut into
 * transfers. out_places: an empty buf, filled with uint8_t * into the tape, one for each. False, and the tape
 * is empty, when memory ran out: what cannot be masked is not kept. */
bool tape_stream(struct tape *tape, enum tape_kind kind, struct buf *out_places);

/* As the file says it above. ERR_SPACE when memory ran out while recording: half a tape is none. */
MUST_USE struct err tape_save(const struct tape *tape, const char *path);
/* For the model and the tests that play it. ERR_DATA names the first line that is none of a tape's. */
MUST_USE struct err tape_load(const char *path, struct tape **out_tape);
/* The same from text, which it takes apart; name: for errors. */
MUST_USE struct err tape_parse(const char *name, struct buf *text, struct tape **out_tape);

#endif
