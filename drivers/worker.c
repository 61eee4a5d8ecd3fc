/* What others ask of a worker: the app its commands and status, hotplug its devices, drivers their deadline.
 */
#include "board/base/log.h"
#include "board/base/wipe.h"
#include "drivers/worker_parts.h"
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static void post_status(struct worker *worker)
{
    if (!worker->status_slot)
        worker->status_slot = mailbox_reserve(worker->mailbox);
    worker->status_dirty = !worker->status_slot;
    if (worker->status_dirty)
        return;
    struct device_message message = {.class = worker->class, .kind = DEVICE_STATUS, .status = worker->status};
    worker->status_slot = false;
    mailbox_put_result(worker->mailbox, &message);
}

/* The one function that changes whether the device is in service. Lock held. */
void worker_set_service(struct worker *worker, const struct err *cause, uint32_t conditions)
{
    struct device_status *status = &worker->status;
    bool in_service = !cause;
    bool same_cause = status->cause.code == (cause ? cause->code : 0) &&
                      strcmp(status->cause.text, cause ? cause->text : "") == 0;
    if (status->in_service == in_service && status->conditions == conditions && same_cause)
        return;
    status->in_service = in_service;
    status->cause = cause ? *cause : err_ok();
    status->conditions = conditions;
    if (cause)
        log_warn(device_class_name(worker->class), "out of service: %s", cause->text);
    else
        log_info(device_class_name(worker->class), "in service: %s, conditions %x", status->model,
                 conditions);
    post_status(worker);
}

struct err worker_not_connected(const struct worker *worker)
{
    return err_make(ERR_DEVICE, device_class_name(worker->class), ENODEV, "not connected");
}

/* --- what drivers may ask ------------------------------------------------------------------------------- */

const struct clock *worker_clock(const struct worker *worker)
{
    return worker->clock;
}

int worker_left_ms(const struct worker *worker)
{
    if (worker->deadline_ms == INT64_MAX)
        return INT_MAX;
    return clock_left_ms(worker->clock, worker->deadline_ms);
}

bool worker_stopped_locked(const struct worker *worker)
{
    bool wanted = worker->attending && worker->queue_count > 0;
    return worker->quit || worker->gone || worker->cancelled || wanted || worker_left_ms(worker) == 0;
}

bool worker_stopped(const struct worker *worker)
{
    pthread_mutex_t *lock = &((struct worker *)worker)->lock;
    pthread_mutex_lock(lock);
    bool answer = worker_stopped_locked(worker);
    pthread_mutex_unlock(lock);
    return answer;
}

struct err worker_stop_error(const struct worker *worker)
{
    pthread_mutex_t *lock = &((struct worker *)worker)->lock;
    pthread_mutex_lock(lock);
    bool gone = worker->gone, ended = worker->quit || worker->cancelled;
    pthread_mutex_unlock(lock);
    if (gone)
        return worker_not_connected(worker);
    if (ended)
        return err_make(ERR_REFUSED, device_class_name(worker->class), ECANCELED, "cancelled");
    return err_make(ERR_RETRY, device_class_name(worker->class), ETIMEDOUT, "took too long");
}

/* Lock held. Waits until something changed or the time is reached. */
void worker_wait_until(struct worker *worker, int64_t at_ms)
{
    if (at_ms == INT64_MAX) {
        pthread_cond_wait(&worker->changed, &worker->lock);
        return;
    }
    const struct clock *real = clock_system();
    int64_t until_ms = real->monotonic_ms(real) + clock_left_ms(worker->clock, at_ms);
    struct timespec at = {.tv_sec = (time_t)(until_ms / 1000), .tv_nsec = (long)(until_ms % 1000) * 1000000};
    pthread_cond_timedwait(&worker->changed, &worker->lock, &at);
}

bool worker_sleep(struct worker *worker, int ms)
{
    int64_t until = worker->clock->monotonic_ms(worker->clock) + ms;
    pthread_mutex_lock(&worker->lock);
    while (!worker_stopped_locked(worker) && clock_left_ms(worker->clock, until) > 0)
        worker_wait_until(worker, until < worker->deadline_ms ? until : worker->deadline_ms);
    bool slept = !worker_stopped_locked(worker);
    pthread_mutex_unlock(&worker->lock);
    return slept;
}

bool worker_progress(struct worker *worker, struct err notice, const void *event, size_t event_size)
{
    struct device_message message = {
        .class = worker->class, .kind = DEVICE_PROGRESS, .ticket = worker->running, .err = notice};
    if (event)
        memcpy(message.payload.bytes, event, event_size);
    bool sent = mailbox_put_progress(worker->mailbox, &message);
    wipe(&message, sizeof message);
    return sent;
}

void worker_conditions(struct worker *worker, uint32_t conditions)
{
    pthread_mutex_lock(&worker->lock);
    if (worker->status.in_service)
        worker_set_service(worker, NULL, conditions);
    pthread_mutex_unlock(&worker->lock);
}

/* --- commands ------------------------------------------------------------------------------------------- */

static void drop_blob(struct device_command *command)
{
    if (command->blob)
        wipe(command->blob, command->blob_size);
    free(command->blob);
    command->blob = NULL;
}

void worker_finish_order(struct worker *worker, struct order *order, struct err e,
                         const union device_payload *event)
{
    struct device_message message = {
        .class = worker->class, .kind = DEVICE_RESULT, .ticket = order->ticket, .err = e};
    if (event)
        message.payload = *event;
    mailbox_put_result(worker->mailbox, &message);
    wipe(&message, sizeof message);
    drop_blob(&order->command);
}

/* Lock held. Takes the order at that place out of the queue. */
struct order worker_take_order(struct worker *worker, size_t at)
{
    struct order order = worker->queue[at];
    worker->queue_count--;
    memmove(&worker->queue[at], &worker->queue[at + 1], (worker->queue_count - at) * sizeof order);
    return order;
}

void worker_fail_queue(struct worker *worker, const struct err *cause)
{
    while (worker->queue_count > 0) {
        struct order order = worker_take_order(worker, 0);
        worker_finish_order(worker, &order, *cause, NULL);
    }
}

/* Lock held. Wakes a driver that sleeps in its transport or in worker_sleep(). */
static void interrupt(struct worker *worker)
{
    pthread_cond_broadcast(&worker->changed);
    if (worker->handle && worker->current.model->driver->cancel)
        worker->current.model->driver->cancel(worker->handle);
}

/* The result's slot is promised before the command is taken, so that it can always be told. Lock held. */
static struct err enqueue(struct worker *worker, const struct device_command *command, uint32_t *out_ticket)
{
    const char *name = device_class_name(worker->class);
    if (!worker->status.in_service)
        return worker->status.cause;
    if (worker->queue_count == QUEUE_MAX || !mailbox_reserve(worker->mailbox))
        return err_make(ERR_RETRY, name, EBUSY, "too many commands at once");
    struct order *order = &worker->queue[worker->queue_count++];
    order->command = *command;
    order->ticket = ++worker->last_ticket ? worker->last_ticket : ++worker->last_ticket;
    order->deadline_ms = command->timeout_ms > 0
                             ? worker->clock->monotonic_ms(worker->clock) + command->timeout_ms
                             : INT64_MAX;
    *out_ticket = order->ticket;
    if (worker->attending)
        interrupt(worker);
    pthread_cond_broadcast(&worker->changed);
    return err_ok();
}

struct err worker_send(struct worker *worker, const struct device_command *command, uint32_t *out_ticket)
{
    pthread_mutex_lock(&worker->lock);
    struct err e = enqueue(worker, command, out_ticket);
    pthread_mutex_unlock(&worker->lock);
    return e;
}

static void cancel_queued(struct worker *worker, uint32_t ticket)
{
    for (size_t i = 0; i < worker->queue_count; i++) {
        if (worker->queue[i].ticket != ticket)
            continue;
        struct order order = worker_take_order(worker, i);
        worker_finish_order(worker, &order,
                            err_make(ERR_REFUSED, device_class_name(worker->class), ECANCELED, "cancelled"),
                            NULL);
        return;
    }
}

void worker_cancel(struct worker *worker, uint32_t ticket)
{
    pthread_mutex_lock(&worker->lock);
    if (ticket && worker->running == ticket) {
        worker->cancelled = true;
        interrupt(worker);
    } else {
        cancel_queued(worker, ticket);
    }
    pthread_mutex_unlock(&worker->lock);
}

void worker_get_status(struct worker *worker, struct device_status *out_status)
{
    pthread_mutex_lock(&worker->lock);
    *out_status = worker->status;
    pthread_mutex_unlock(&worker->lock);
}

void worker_offer_status(struct worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    if (worker->status_dirty)
        post_status(worker);
    else if (!worker->status_slot)
        worker->status_slot = mailbox_reserve(worker->mailbox);
    pthread_mutex_unlock(&worker->lock);
}

void worker_record(struct worker *worker, struct tape *tape)
{
    pthread_mutex_lock(&worker->lock);
    worker->tape = tape;
    pthread_mutex_unlock(&worker->lock);
}

/* --- arriving and leaving ------------------------------------------------------------------------------- */

void worker_arrive(struct worker *worker, const struct arrival *arrival, const struct model *model)
{
    pthread_mutex_lock(&worker->lock);
    if (worker->place_count < SPARES_MAX) {
        worker->places[worker->place_count++] = (struct place){.arrival = *arrival, .model = model};
        worker->retry_at_ms = 0;
        worker->retry_ms = 0;
        pthread_cond_broadcast(&worker->changed);
    } else {
        log_warn(device_class_name(worker->class), "too many of a kind, %s is ignored", arrival->node);
    }
    pthread_mutex_unlock(&worker->lock);
}

void worker_leave(struct worker *worker, const char *syspath)
{
    pthread_mutex_lock(&worker->lock);
    for (size_t i = 0; i < worker->place_count; i++) {
        if (strcmp(worker->places[i].arrival.syspath, syspath) != 0)
            continue;
        worker->place_count--;
        memmove(&worker->places[i], &worker->places[i + 1],
                (worker->place_count - i) * sizeof worker->places[0]);
    }
    if (strcmp(worker->current.arrival.syspath, syspath) == 0) {
        worker->gone = true;
        interrupt(worker);
    }
    pthread_cond_broadcast(&worker->changed);
    pthread_mutex_unlock(&worker->lock);
}

/* --- lifetime ------------------------------------------------------------------------------------------- */

static struct err start(struct worker *worker)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&worker->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&worker->lock, NULL);
    int failed = pthread_create(&worker->thread, NULL, worker_main, worker);
    return failed ? err_errno("device", failed, "thread") : err_ok();
}

struct err worker_create(enum device_class class, struct mailbox *mailbox, const struct clock *clock,
                         struct worker **out_worker)
{
    struct worker *worker = private_alloc(sizeof *worker);
    if (!worker)
        return err_no_memory("device");
    worker->class = class;
    worker->mailbox = mailbox;
    worker->clock = clock;
    worker->deadline_ms = INT64_MAX;
    worker->status.cause = worker_not_connected(worker);
    worker->status_slot = mailbox_reserve(mailbox);
    struct err e = start(worker);
    if (err_is(&e))
        private_free(worker, sizeof *worker);
    else
        *out_worker = worker;
    return e;
}

void worker_destroy(struct worker **worker)
{
    struct worker *w = *worker;
    if (!w)
        return;
    pthread_mutex_lock(&w->lock);
    w->quit = true;
    interrupt(w);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    pthread_cond_destroy(&w->changed);
    pthread_mutex_destroy(&w->lock);
    private_free(w, sizeof *w);
    *worker = NULL;
}
