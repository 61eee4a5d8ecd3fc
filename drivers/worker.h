/*
 * One class's worker: its thread, its queue of commands, the devices of the class that are plugged in, and
 * the status everybody may ask for. Behind drivers/device.h; drivers see the part that is in driver.h.
 */
#ifndef YIZHAN_DRIVERS_WORKER_H
#define YIZHAN_DRIVERS_WORKER_H

#include "board/base/mailbox.h"
#include "drivers/driver.h"

struct device {
    enum device_class class;
    struct worker *worker; /* NULL when this program does not use the class */
};

/* mailbox: of struct device_message, borrowed; the worker keeps one slot in it for its status. clock: of
 * every deadline, pause and look; borrowed. */
MUST_USE struct err worker_create(enum device_class class, struct mailbox *mailbox, const struct clock *clock,
                                  struct worker **out_worker);
/* Stops and joins the thread; unanswered commands are dropped. Takes NULL. */
void worker_destroy(struct worker **worker);

/* Records what passes on this tape (borrowed, masked after every close). Before anything arrives. */
void worker_record(struct worker *worker, struct tape *tape);

/* Any thread. model is borrowed for the worker's life. */
void worker_arrive(struct worker *worker, const struct arrival *arrival, const struct model *model);
void worker_leave(struct worker *worker, const char *syspath);

/* As device_send, device_cancel, device_get_status. Any thread. */
MUST_USE struct err worker_send(struct worker *worker, const struct device_command *command,
                                uint32_t *out_ticket);
void worker_cancel(struct worker *worker, uint32_t ticket);
void worker_get_status(struct worker *worker, struct device_status *out_status);

/* The mailbox's reader took something: keeps the promise that the newest status arrives even after a full
 * box. */
void worker_offer_status(struct worker *worker);

#endif
