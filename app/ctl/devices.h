/* What the commands on devices share: options, finding the devices, telling what a command came to. */
#ifndef YIZHAN_CTL_DEVICES_H
#define YIZHAN_CTL_DEVICES_H

#include "drivers/device.h"
#include "drivers/printer/printer.h"
#include <jansson.h>

struct devices_options {
    const char *models, *assets, *file; /* borrowed from argv */
    int timeout_s, width_dots;
    bool json, show;
};

/* False when there is something it does not know. A timeout of 0 or of nonsense means: until ended. */
bool devices_options_parse(int argc, char **argv, struct devices_options *out_options);

/* Says why a command could not begin: on stderr, with --json as {"ok":false,"error":...} on stdout; 2. */
int devices_fail(const struct devices_options *options, const struct err *e);

/* Starts the devices of these classes, lets act do its work, ends them. Returns act's status, or 2. */
int devices_run(const struct devices_options *options, uint32_t class_mask,
                int (*act)(struct devices *devices, const struct devices_options *options, void *context),
                void *context);

#define DEVICES_SETTLE_MS 1500 /* to find and open what is plugged in */

/* The next message; false when none came by the deadline (monotonic; INT64_MAX: waits for ever). */
bool devices_next(struct devices *devices, int64_t deadline_ms, struct device_message *out_message);
/* Milliseconds from now, as a deadline. */
int64_t devices_deadline(int ms);
/* One line of output, as JSON or as text; takes the line. */
void devices_say(const struct devices_options *options, json_t *line);

/* Prints one bitmap and tells its progress and outcome; the exit status. */
int devices_print(struct devices *devices, const struct devices_options *options,
                  const struct printer_bitmap *bitmap);

#endif
