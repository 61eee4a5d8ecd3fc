/*
 * Steps of one operation, whose clean-up always runs: lamp on, expose, lamp off; find, read, release.
 *
 * Steps run in order until one fails or the worker is stopped; then only the clean-up steps that follow run.
 * A clean-up step never replaces the first error by its own.
 */
#ifndef YIZHAN_DRIVERS_SEQUENCE_H
#define YIZHAN_DRIVERS_SEQUENCE_H

#include "drivers/driver.h"

struct sequence_step {
    const char *name; /* goes in front of the error */
    struct err (*run)(void *context);
    bool cleanup; /* runs after failure and stop too */
};

/* worker may be NULL (nothing stops it). The first error, or err_ok(). */
MUST_USE struct err sequence_run(struct worker *worker, const struct sequence_step *steps, size_t count,
                                 void *context);

#endif
