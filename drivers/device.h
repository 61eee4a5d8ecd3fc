/*
 * Devices as the app sees them: one handle per class, commands in, messages out, nothing ever blocks.
 *
 * A kiosk has one device in service per class; a second one of the same class waits as a spare. The handle
 * exists from start to end, whether or not anything is plugged in: devices come and go by hotplug and only
 * the status changes. All messages of all devices arrive in one mailbox whose descriptor goes into the
 * caller's poll(). Commands and results are typed by the class headers (drivers/idcard/idcard.h, ...); this
 * header only carries them.
 *
 * Two families of error reach the app. ERR_USER: the person can mend it (card moved, paper out, cover open);
 * say so and go on. ERR_DEVICE: the device failed; its status turns to out of service with that cause, and
 * the kiosk goes on without it. It comes back by itself when it is mended or plugged in again.
 *
 * Thread: everything here is for the one thread that created the set (the UI thread), which is never blocked
 * by it, except devices_destroy(), which waits for the workers (each at most 250 ms).
 */
#ifndef YIZHAN_DRIVERS_DEVICE_H
#define YIZHAN_DRIVERS_DEVICE_H

#include "board/base/err.h"
#include <stddef.h>
#include <stdint.h>

enum device_class {
    DEVICE_IDCARD,
    DEVICE_PRINTER,
    DEVICE_CAMERA,
    DEVICE_SCANNER,
    DEVICE_TOUCH,
    DEVICE_KEYPAD,
    DEVICE_CLASS_COUNT
};

/* "idcard", "printer", ...: for logs, JSON and the command line. */
const char *device_class_name(enum device_class class);
/* The class of that name; false when there is none. */
bool device_class_named(const char *name, enum device_class *out_class);

struct devices; /* all devices of this program */
struct device;  /* one class's place among them */

struct device_status {
    bool in_service;
    struct err cause;    /* why not in service; ERR_DEVICE with code ENODEV when nothing is plugged in */
    uint32_t conditions; /* bits of the class, PRINTER_PAPER_OUT ...: the person or the clerk can mend them */
    char model[64]; /* what it is, from models.ini: "SAM_V reader, four pipes"; "" when nothing is there */
};

/* Room for any class's command and event; class headers assert that theirs fit. */
#define DEVICE_PAYLOAD_SIZE 7680
union device_payload {
    max_align_t align;
    unsigned char bytes[DEVICE_PAYLOAD_SIZE];
};

enum device_message_kind {
    DEVICE_STATUS,   /* the status changed; the newest is in `status` */
    DEVICE_PROGRESS, /* something on the way of a command, or unasked (ticket 0); may be dropped under load */
    DEVICE_RESULT    /* a command ended: exactly one per accepted command, never dropped */
};

struct device_message {
    enum device_class class;
    enum device_message_kind kind;
    uint32_t ticket; /* of the command; 0 for a status */
    struct err err;  /* result: how it ended (see device_cancelled); progress: what to tell the person */
    struct device_status status;  /* kind DEVICE_STATUS */
    union device_payload payload; /* read it with the class's accessor: idcard_event(&message) */
};

/* models_path: the models.ini that names known devices. class_mask: 1u << class for each wanted class, others
 * have no worker and stay out of service. Enumeration goes on in the background. */
MUST_USE struct err devices_create(const char *models_path, uint32_t class_mask,
                                   struct devices **out_devices);
/* The same for the technician who records: what passes between the drivers and the devices of a class goes
 * onto its tape (drivers/tape/tape.h; NULL: not recorded), which is masked as soon as its device is closed,
 * at the latest in devices_destroy(), and must not be looked at before. The tapes are borrowed until then. */
struct tape;
MUST_USE struct err devices_create_recorded(const char *models_path, uint32_t class_mask,
                                            struct tape *const tapes[DEVICE_CLASS_COUNT],
                                            struct devices **out_devices);
/* Stops every worker, ends commands unanswered, closes devices. Takes NULL. */
void devices_destroy(struct devices **devices);

#define DEVICES_ALL ((1u << DEVICE_CLASS_COUNT) - 1u)

/* Readable while a message waits. Owned by the set. */
int devices_fd(const struct devices *devices);
/* Takes the oldest message; false when there is none. A card's message holds personal data: wipe() it after
 * use. */
bool devices_take(struct devices *devices, struct device_message *out_message);

/* Never NULL; borrowed, lives as long as the set. */
struct device *devices_get(struct devices *devices, enum device_class class);
void device_get_status(struct device *device, struct device_status *out_status);

/* What class headers build their typed commands from; the app uses those (idcard_read, printer_print). */
struct device_command {
    int verb;       /* the class's own enum */
    int timeout_ms; /* the whole command's deadline, 0: until cancelled */
    union device_payload payload;
    void *blob; /* malloc'd and taken when accepted: wiped and freed after the command; NULL for none */
    size_t blob_size;
};

/* Queues a command. ERR_DEVICE when out of service (its cause), ERR_RETRY when the queue is full; the blob
 * then stays the caller's. *out_ticket (never 0) names the command in messages and in device_cancel(). */
MUST_USE struct err device_send(struct device *device, const struct device_command *command,
                                uint32_t *out_ticket);
/* Ends the command soon; its result still comes. Unknown and finished tickets are ignored. */
void device_cancel(struct device *device, uint32_t ticket);

/* How a cancelled command ends: ERR_REFUSED with ECANCELED. */
bool device_was_cancelled(const struct err *err);
/* How a command ends whose own timeout_ms ran out: ERR_RETRY with ETIMEDOUT. */
bool device_timed_out(const struct err *err);

#endif
