/*
 * What one implements to add a device: a const table of eight ops, one line in registry.c, rows in
 * models.ini.
 *
 * Every class has one worker thread. It alone calls open, sense, execute and close, one at a time, so a
 * driver needs no locks. It blocks only through its transport (drivers/usb/usb.h, drivers/serial/serial.h,
 * drivers/node/node.h) or worker_sleep(), all of which return within 250 ms of a stop, and all of which take
 * the milliseconds that are left until the operation's one deadline: retries never add time.
 */
#ifndef YIZHAN_DRIVERS_DRIVER_H
#define YIZHAN_DRIVERS_DRIVER_H

#include "board/base/clock.h"
#include "drivers/device.h"

#define ARRIVAL_KEYS_MAX 8

/* A device node that came, as udev tells it. Plain data, copied freely. */
struct arrival {
    char syspath[256];  /* identity: the same while plugged in */
    char node[128];     /* /dev/bus/usb/001/004, /dev/video0 */
    char subsystem[16]; /* usb video4linux input tty hidraw sound */
    char keys[ARRIVAL_KEYS_MAX]
             [32]; /* what models.ini's sections match: usb:0400:c35a usb-class:07 tty:ttyS1 */
    int key_count;
    uint16_t vendor; /* of the USB device it is or hangs on; 0 when it is none */
    uint16_t product;
    uint8_t bus; /* USB bus and address, 0 for other subsystems */
    uint8_t address;
};

#define SETTINGS_MAX 12

#define SETTING_PATH_SIZE 256

/* A setting a models.ini row may give: a number in a range, one of some words (value: its place, from 0), or
 * an absolute path, of which a driver has at most one. */
struct setting {
    const char *key;
    int min, max, fallback;
    const char *words; /* "auto four-pipes bulk-pair", or NULL for a number */
    bool is_path;      /* kept as struct model's path */
};

/* One row of models.ini, checked against its driver's settings. */
struct model {
    char match[48]; /* glob over arrival keys */
    char name[64];
    const struct driver *driver;
    int values[SETTINGS_MAX];     /* in the order of driver->settings */
    char path[SETTING_PATH_SIZE]; /* "" when none is given */
};

struct worker; /* what a driver may ask of the thread it runs on */
struct tape;   /* drivers/tape/tape.h */

struct driver {
    const char *name; /* as models.ini says it: driver = sam */
    enum device_class class;
    const struct setting *settings; /* ended by a NULL key */

    /* Is it ours? Thread: hotplug. No I/O, no blocking: looks at the arrival only. NULL means yes. */
    bool (*probe)(const struct arrival *arrival, const struct model *model);

    /* Opens and makes ready. Thread: worker. Deadline: left_ms. arrival and model are borrowed and outlive
     * the handle. On success *out_handle is the driver's own until close(); on failure nothing stays open. */
    struct err (*open)(struct worker *worker, const struct arrival *arrival, const struct model *model,
                       int left_ms, void **out_handle);

    /* Asks the device what is true now: called after every open and every sense_ms while idle. Sensors are
     * believed, not memory. Thread: worker. Deadline: left_ms. *out_conditions: the class's bits. An
     * ERR_DEVICE, or worker_stop_error() for the deadline twice in a row, takes the device out of service;
     * other errors are logged only. */
    struct err (*sense)(struct worker *worker, void *handle, int left_ms, uint32_t *out_conditions);
    int sense_ms; /* how often while idle and not attended to; 0: after open only */

    /* Sleeps while idle until the device itself says something, so that nobody has to ask every few seconds;
     * tells it by worker_conditions(). Returns when worker_stopped(), which is true here when a command
     * waits, too. NULL, or ERR_REFUSED: it says nothing by itself, it is asked by sense. Needs cancel.
     * Thread: worker. */
    struct err (*attend)(struct worker *worker, void *handle);

    /* Carries out one command and fills the class's event in out_payload (zeroed before). Thread: worker.
     * Deadline: worker_left_ms(); looks at worker_stopped() at least every 250 ms and then returns
     * worker_stop_error(). The command is borrowed. ERR_DEVICE closes the device and takes it out of service.
     */
    struct err (*execute)(struct worker *worker, void *handle, const struct device_command *command,
                          union device_payload *out_payload);

    /* Makes execute() return sooner than 250 ms. Thread: any, at any time between open and close, must not
     * block and not touch the protocol. NULL when the transport needs no waking. */
    void (*cancel)(void *handle);

    /* Leaves the device quiet (lamp off, pipes idle) and frees the handle. Thread: worker, also after the
     * device is gone; at most 250 ms. */
    void (*close)(void *handle);

    /* Replaces whatever is personal on a tape by something made up of the same shape; what it does not
     * understand goes, too. Called after every close() while a technician records. Masking what is masked
     * changes nothing. Thread: worker. NULL: this driver's traffic is never recorded. */
    void (*mask)(const struct model *model, struct tape *tape);
};

/* The clock of deadlines. */
const struct clock *worker_clock(const struct worker *worker);
/* Milliseconds left to the running command: INT_MAX when it runs until cancelled. */
int worker_left_ms(const struct worker *worker);
/* The command was cancelled, timed out, the device left, or the program ends. */
bool worker_stopped(const struct worker *worker);
/* The error that says which of these it was. */
MUST_USE struct err worker_stop_error(const struct worker *worker);
/* Sleeps up to ms; returns early, false, when stopped. */
bool worker_sleep(struct worker *worker, int ms);
/* Sends a progress message of the running command, false when it was dropped; notice is what the person
 * should be told, or err_ok(). */
bool worker_progress(struct worker *worker, struct err notice, const void *event, size_t event_size);
/* Tells new conditions at once, without waiting for the next sense. */
void worker_conditions(struct worker *worker, uint32_t conditions);

/* For transports: where what passes is recorded, NULL when nobody records it. */
struct tape *worker_tape(const struct worker *worker);

/* registry.c: every driver there is, NULL at the end. */
extern const struct driver *const driver_registry[];

#endif
