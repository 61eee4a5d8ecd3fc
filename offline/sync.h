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
#include "offline/http.h"
#include "offline/openrosa.h"
#include "offline/policy.h"

struct store;
struct sync;

struct sync_setup {
    struct store *store;       /* borrowed */
    struct http *http;         /* borrowed */
    const struct clock *clock; /* borrowed */
    const char *url;           /* base under which formList and submission are found; copied */
    const char *endpoint;      /* "platform" or "fleet": whose queue and whose link row; copied */
    const char *temp_dir;      /* downloads go here first; copied */
    struct policy policy;
    policy_random random;           /* NULL for the kernel's */
    void *random_context;           /* borrowed */
    bool (*stopped)(void *context); /* true ends a run between two exchanges; NULL for never */
    void *stopped_context;          /* borrowed */
};

/* What one run came to. */
struct sync_counts {
    int delivered; /* in this run */
    int parked;    /* in this run */
    int retried;   /* in this run: still queued */
    int forms;     /* new or changed versions put in place in this run */
    int64_t bytes_sent;
    int64_t bytes_received;
};

MUST_USE struct err sync_create(const struct sync_setup *setup, struct sync **out_sync);
void sync_destroy(struct sync **sync);

/* Milliseconds until something is due (backoff over and something waits, or a pull), 0 for now. */
int64_t sync_due_ms(const struct sync *sync);

/* Pulls when a pull is due (or force), then pushes all that waits until the queue is empty, the link fails or
 * stopped() says so. Adds to counts. An error is the store's: the disk, the database. A link that is down is
 * not an error; the link row and the backoff say it. */
MUST_USE struct err sync_run(struct sync *sync, bool force, struct sync_counts *counts);

#endif
