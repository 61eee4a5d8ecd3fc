#include "drivers/worker.h"
#include "board/base/log.h"
#include "board/base/wipe.h"
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define QUEUE_MAX      4
#define SPARES_MAX     4
#define OPEN_MS        5000 /* open and the sense that follows */
#define SENSE_MS       2000
#define RETRY_FIRST_MS 1000 /* after a failure, doubling */
#define RETRY_LAST_MS  30000

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
static void set_service(struct worker *worker, const struct err *cause, uint32_t conditions)
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

static struct err not_connected(const struct worker *worker)
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

static bool stopped(const struct worker *worker)
{
    bool wanted = worker->attending && worker->queue_count > 0;
    return worker->quit || worker->gone || worker->cancelled || wanted || worker_left_ms(worker) == 0;
}

bool worker_stopped(const struct worker *worker)
{
    pthread_mutex_t *lock = &((struct worker *)worker)->lock;
    pthread_mutex_lock(lock);
    bool answer = stopped(worker);
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
        return not_connected(worker);
    if (ended)
        return err_make(ERR_REFUSED, device_class_name(worker->class), ECANCELED, "cancelled");
    return err_make(ERR_RETRY, device_class_name(worker->class), ETIMEDOUT, "took too long");
}

/* Lock held. Waits until something changed or the time is reached. */
static void wait_until(struct worker *worker, int64_t at_ms)
{
    if (at_ms == INT64_MAX) {
        pthread_cond_wait(&worker->changed, &worker->lock);
        return;
    }
    struct timespec at = {.tv_sec = (time_t)(at_ms / 1000), .tv_nsec = (long)(at_ms % 1000) * 1000000};
    pthread_cond_timedwait(&worker->changed, &worker->lock, &at);
}

bool worker_sleep(struct worker *worker, int ms)
{
    int64_t until = worker->clock->monotonic_ms(worker->clock) + ms;
    pthread_mutex_lock(&worker->lock);
    while (!stopped(worker) && clock_left_ms(worker->clock, until) > 0)
        wait_until(worker, until < worker->deadline_ms ? until : worker->deadline_ms);
    bool slept = !stopped(worker);
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
        set_service(worker, NULL, conditions);
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

static void finish_order(struct worker *worker, struct order *order, struct err e,
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
static struct order take_order(struct worker *worker, size_t at)
{
    struct order order = worker->queue[at];
    worker->queue_count--;
    memmove(&worker->queue[at], &worker->queue[at + 1], (worker->queue_count - at) * sizeof order);
    return order;
}

static void fail_queue(struct worker *worker, const struct err *cause)
{
    while (worker->queue_count > 0) {
        struct order order = take_order(worker, 0);
        finish_order(worker, &order, *cause, NULL);
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
        struct order order = take_order(worker, i);
        finish_order(worker, &order,
                     err_make(ERR_REFUSED, device_class_name(worker->class), ECANCELED, "cancelled"), NULL);
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

/* --- the thread: each function below is entered and left with the lock held, but calls drivers without
 * -------- */

static int64_t now(const struct worker *worker)
{
    return worker->clock->monotonic_ms(worker->clock);
}

static void begin(struct worker *worker, uint32_t ticket, int64_t deadline_ms)
{
    worker->running = ticket;
    worker->cancelled = false;
    worker->deadline_ms = deadline_ms;
    pthread_mutex_unlock(&worker->lock);
}

static void end(struct worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    worker->running = 0;
    worker->cancelled = false;
    worker->deadline_ms = INT64_MAX;
}

static void close_device(struct worker *worker, struct err cause)
{
    const struct driver *driver = worker->current.model->driver;
    void *handle = worker->handle;
    worker->handle = NULL;
    worker->current.arrival.syspath[0] = '\0';
    worker->gone = false;
    cause.class = ERR_DEVICE;
    if (!worker->quit)
        set_service(worker, &cause, 0);
    fail_queue(worker, &cause);
    begin(worker, 0, now(worker));
    driver->close(handle);
    end(worker);
}

/* After a failure: the next of the class gets its turn, and the pause grows while nothing works. */
static void plan_retry(struct worker *worker)
{
    if (worker->place_count > 1) {
        struct place first = worker->places[0];
        memmove(&worker->places[0], &worker->places[1], (worker->place_count - 1) * sizeof first);
        worker->places[worker->place_count - 1] = first;
    }
    worker->retry_ms = worker->retry_ms ? worker->retry_ms * 2 : RETRY_FIRST_MS;
    if (worker->retry_ms > RETRY_LAST_MS)
        worker->retry_ms = RETRY_LAST_MS;
    worker->retry_at_ms = now(worker) + worker->retry_ms;
}

static void fail_device(struct worker *worker, struct err cause)
{
    bool gone = worker->gone;
    close_device(worker, cause);
    if (!gone)
        plan_retry(worker);
}

static void plan_sense(struct worker *worker)
{
    int every = worker->current.model->driver->sense_ms;
    worker->sense_at_ms = every > 0 ? now(worker) + every : INT64_MAX;
}

static struct err call_sense(struct worker *worker, int64_t deadline_ms, uint32_t *out_conditions)
{
    const struct driver *driver = worker->current.model->driver;
    begin(worker, 0, deadline_ms);
    struct err e = driver->sense(worker, worker->handle, worker_left_ms(worker), out_conditions);
    end(worker);
    return e;
}

static void sense_device(struct worker *worker)
{
    uint32_t conditions = worker->status.conditions;
    struct err e = call_sense(worker, now(worker) + SENSE_MS, &conditions);
    if (worker->gone)
        return;
    if (e.class == ERR_DEVICE) {
        fail_device(worker, e);
        return;
    }
    if (err_is(&e))
        log_err(device_class_name(worker->class), &e);
    set_service(worker, NULL, conditions);
    plan_sense(worker);
}

/* Opens the first place and believes its sensors before saying that it is in service. */
static void open_device(struct worker *worker)
{
    worker->current = worker->places[0];
    worker->gone = false;
    memcpy(worker->status.model, worker->current.model->name, sizeof worker->status.model);
    const struct place place = worker->current;
    int64_t deadline_ms = now(worker) + OPEN_MS;
    void *handle = NULL;
    begin(worker, 0, deadline_ms);
    struct err e = place.model->driver->open(worker, &place.arrival, place.model, OPEN_MS, &handle);
    end(worker);
    if (err_is(&e)) {
        e.class = ERR_DEVICE;
        worker->current.arrival.syspath[0] = '\0';
        worker->gone = false;
        set_service(worker, &e, 0);
        plan_retry(worker);
        return;
    }
    worker->handle = handle;
    uint32_t conditions = 0;
    e = call_sense(worker, deadline_ms, &conditions);
    if (err_is(&e)) {
        fail_device(worker, e);
        return;
    }
    worker->retry_ms = 0;
    worker->attends = place.model->driver->attend != NULL;
    set_service(worker, NULL, conditions);
    plan_sense(worker);
}

static void attend_device(struct worker *worker)
{
    worker->attending = true;
    begin(worker, 0, INT64_MAX);
    struct err e = worker->current.model->driver->attend(worker, worker->handle);
    end(worker);
    bool woken = stopped(worker);
    worker->attending = false;
    if (woken)
        return;
    if (e.class == ERR_DEVICE)
        fail_device(worker, e);
    else
        worker->attends = false; /* it cannot: ask it now and then instead */
}

static void run_command(struct worker *worker)
{
    struct order order = take_order(worker, 0);
    union device_payload event;
    memset(&event, 0, sizeof event);
    const struct driver *driver = worker->current.model->driver;
    begin(worker, order.ticket, order.deadline_ms);
    struct err e = driver->execute(worker, worker->handle, &order.command, &event);
    end(worker);
    finish_order(worker, &order, e, &event);
    wipe(&event, sizeof event);
    wipe(&order, sizeof order);
    if (e.class == ERR_DEVICE)
        fail_device(worker, e);
    else
        plan_sense(worker);
}

static void say_not_connected(struct worker *worker)
{
    struct err cause = not_connected(worker);
    worker->status.model[0] = '\0';
    set_service(worker, &cause, 0);
}

static void leave_device(struct worker *worker)
{
    close_device(worker, not_connected(worker));
}

/* What is to be done next and from when on; NULL when only an event can tell. */
static int64_t next_action(const struct worker *worker, void (**out_action)(struct worker *worker))
{
    if (worker->handle && worker->gone) {
        *out_action = leave_device;
        return 0;
    }
    if (worker->handle && worker->queue_count > 0) {
        *out_action = run_command;
        return 0;
    }
    if (worker->handle && worker->attends) {
        *out_action = attend_device;
        return 0;
    }
    if (worker->handle) {
        *out_action = sense_device;
        return worker->sense_at_ms;
    }
    if (worker->place_count > 0) {
        *out_action = open_device;
        return worker->retry_at_ms;
    }
    *out_action = worker->status.model[0] ? say_not_connected : NULL;
    return *out_action ? 0 : INT64_MAX;
}

static void *worker_main(void *argument)
{
    struct worker *worker = argument;
    pthread_mutex_lock(&worker->lock);
    while (!worker->quit) {
        void (*action)(struct worker *);
        int64_t due_ms = next_action(worker, &action);
        if (action && due_ms <= now(worker))
            action(worker);
        else
            wait_until(worker, due_ms);
    }
    if (worker->handle)
        leave_device(worker);
    pthread_mutex_unlock(&worker->lock);
    return NULL;
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

struct err worker_create(enum device_class class, struct mailbox *mailbox, struct worker **out_worker)
{
    struct worker *worker = private_alloc(sizeof *worker);
    if (!worker)
        return err_no_memory("device");
    worker->class = class;
    worker->mailbox = mailbox;
    worker->clock = clock_system();
    worker->deadline_ms = INT64_MAX;
    worker->status.cause = not_connected(worker);
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
