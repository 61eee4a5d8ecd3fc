/*
 * yizhan-sync without its main: one endpoint pulled from and pushed to, step by step.
 *
 * Two state tables, pull and push, each with one logged transition function. Everything from outside is
 * handed in: HTTP, store, clock, randomness; so the simulator runs this very code. One thread. No transaction
 * is open while a network call runs.
 */
#ifndef YIZHAN_OFFLINE_SYNC_H
#define YIZHAN_OFFLINE_SYNC_H

#include "board/base/clock.h"
#include "offline/endpoint.h"
#include "offline/http.h"
#include "offline/openrosa.h"
#include "offline/policy.h"

struct formstore;
struct outbox;
struct sync;

struct sync_setup {
    enum endpoint endpoint;
    const char *url;           /* base under which formList and submission are found; copied */
    struct outbox *outbox;     /* borrowed */
    struct formstore *forms;   /* borrowed */
    struct http *http;         /* borrowed */
    const struct clock *clock; /* borrowed */
    const char *temp_dir;      /* downloads go here first; copied */
    bool verified;             /* TLS: what the platform's Date says raises the time floor in temp_dir */
    bool challenged;           /* credentials are configured: ask with a HEAD before the first body */
    struct policy policy;
    policy_random random;           /* NULL for the kernel's */
    void *random_context;           /* borrowed */
    bool (*stopped)(void *context); /* true ends a run between two exchanges; NULL for never */
    void *stopped_context;          /* borrowed */
};

/* What runs came to; added to. */
struct sync_counts {
    int delivered;
    int parked;
    int retried; /* tried and back in the queue */
    int forms;   /* versions put in place */
    int64_t bytes_sent;
    int64_t bytes_received;
};

MUST_USE struct err sync_create(const struct sync_setup *setup, struct sync **out_sync);
void sync_destroy(struct sync **sync);

/* For a daemon that starts: what was being sent when the last one died is queued again, and after a long
 * outage the first contact is spread over the configured window. */
MUST_USE struct err sync_start(struct sync *sync);

/* Milliseconds until sync_run has something to do. */
MUST_USE struct err sync_due(struct sync *sync, int64_t *out_wait_ms);

enum sync_urgency {
    SYNC_WHEN_DUE, /* pull when a pull is due, push what is due, nothing while backing off */
    SYNC_NOW,      /* a person asked: pull and push whatever the backoff says */
};

/*
 * Pulls, then pushes until the queue has nothing that is due, the link fails, or stopped() says so. An error
 * is the store's: the disk, the database. A link that is down is no error; the link row says it. What was
 * delivered is left for outbox_sweep to purge, when nobody waits for anything.
 */
MUST_USE struct err sync_run(struct sync *sync, enum sync_urgency urgency, struct sync_counts *counts);

#endif
