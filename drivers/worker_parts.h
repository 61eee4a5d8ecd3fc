/*
 * The worker's inside, shared by worker.c (what others ask of it) and worker_thread.c (what its thread does).
 */
#ifndef YIZHAN_DRIVERS_WORKER_PARTS_H
#define YIZHAN_DRIVERS_WORKER_PARTS_H

#include "drivers/worker.h"
#include <pthread.h>

#define QUEUE_MAX  4
#define SPARES_MAX 4

struct order {
    uint32_t ticket;
    int64_t deadline_ms;
    struct device_command command;
};

struct place {
    struct arrival arrival;
    const struct model *model;
};

struct worker {
    enum device_class class;
    struct mailbox *mailbox;
    const struct clock *clock;
    pthread_t thread;
    struct tape *tape; /* the thread's once something arrived; NULL: nobody records */

    pthread_mutex_t lock; /* everything below unless said otherwise */
    pthread_cond_t changed;
    bool quit;
    struct place places[SPARES_MAX]; /* plugged in; the first is the one in use */
    size_t place_count;
    struct order queue[QUEUE_MAX];
    size_t queue_count;
    uint32_t last_ticket;
    struct device_status status;
    bool status_slot; /* one mailbox slot is ours for the next status */
    bool status_dirty;

    struct place current; /* written by the thread with the lock held */
    void *handle;         /* likewise; NULL when closed */
    bool gone;            /* the current device was unplugged */
    bool cancelled;       /* the running command was */
    bool attends;         /* the current device says by itself what changes */
    bool attending;       /* and is listened to now */
    uint32_t running;     /* its ticket, 0 when idle */
    int64_t deadline_ms;  /* of the running operation */

    int64_t retry_at_ms; /* when a failed device is tried again */
    int retry_ms;
    int64_t sense_at_ms;
};

/* All of these with the lock held. */

/* The one function that changes whether the device is in service; cause NULL: it is. */
void worker_set_service(struct worker *worker, const struct err *cause, uint32_t conditions);
MUST_USE struct err worker_not_connected(const struct worker *worker);
/* worker_stopped() for those who hold the lock. */
bool worker_stopped_locked(const struct worker *worker);
/* Until something changed or the time is reached; INT64_MAX: until something changed. */
void worker_wait_until(struct worker *worker, int64_t at_ms);

/* Takes the order at that place out of the queue. */
struct order worker_take_order(struct worker *worker, size_t at);
/* Posts its result and frees what it held; event may be NULL. */
void worker_finish_order(struct worker *worker, struct order *order, struct err e,
                         const union device_payload *event);
void worker_fail_queue(struct worker *worker, const struct err *cause);

/* The thread. */
void *worker_main(void *worker);

#endif
