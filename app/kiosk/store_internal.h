/*
 * What the store thread's two sides share: the requests (store_request.c, the UI thread's side) and the
 * thread that answers them (store_thread.c).
 */
#ifndef YIZHAN_KIOSK_STORE_INTERNAL_H
#define YIZHAN_KIOSK_STORE_INTERNAL_H

#include "app/kiosk/store_thread.h"
#include "app/service/device_note.h"
#include "board/base/mailbox.h"
#include "offline/device_key.h"

#include <pthread.h>

/* Says what the answer is to; false for a request that only leaves a note. */
bool request_answer(const struct store_request *request, struct store_answer *answer);
/* The last request: the thread finishes what it took before, then returns. Its place is kept from the start,
 * so it is never refused. */
void store_thread_stop(struct store_thread *store);

struct store_thread {
    const struct config *config;
    const struct clock *clock;
    struct mailbox *requests;
    struct mailbox *answers;
    pthread_t thread;
    /* Only the thread touches what follows. */
    struct outbox *outbox;
    struct formstore *formstore;
    struct device_key *key;
    struct err open_err;
    int poke_fd;
    int64_t generation; /* of the catalogue sent last; -1 before the first */
    struct outbox_link link;
    struct outbox_counts counts;
    bool has_sent_link;
    struct device_note devices;
    bool devices_changed;
    bool is_settled;        /* the devices have been found */
    int64_t health_look_ms; /* monotonic */
};

#endif
