/* What a worker's thread does: open what arrived, believe its sensors, run commands, listen, try again. Each
 * function is entered and left with the lock held, but calls drivers without. */
#include "board/base/log.h"
#include "board/base/wipe.h"
#include "drivers/tape/tape.h"
#include "drivers/worker_parts.h"
#include <errno.h>
#include <string.h>

#define OPEN_MS        5000 /* open, and as long for the first sense */
#define SENSE_MS       2000
#define RETRY_FIRST_MS 1000 /* after a failure, doubling */
#define RETRY_LAST_MS  30000

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

struct tape *worker_tape(const struct worker *worker)
{
    return worker->current.model->driver->mask ? worker->tape : NULL;
}

static void mask_tape(struct worker *worker)
{
    struct tape *tape = worker_tape(worker);
    if (tape)
        worker->current.model->driver->mask(worker->current.model, tape);
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
        worker_set_service(worker, &cause, 0);
    worker_fail_queue(worker, &cause);
    begin(worker, 0, now(worker));
    driver->close(handle);
    mask_tape(worker);
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

/* A deadline may have passed because we slept, in a stopped process or on a suspended machine; a second look
 * tells. Who is silent twice does not answer. */
static struct err look(struct worker *worker, int first_ms, uint32_t *out_conditions)
{
    struct err e = call_sense(worker, now(worker) + first_ms, out_conditions);
    if (!device_timed_out(&e) || worker->gone || worker->quit)
        return e;
    e = call_sense(worker, now(worker) + SENSE_MS, out_conditions);
    return device_timed_out(&e)
               ? err_make(ERR_DEVICE, device_class_name(worker->class), ETIMEDOUT, "does not answer")
               : e;
}

static void sense_device(struct worker *worker)
{
    uint32_t conditions = worker->status.conditions;
    struct err e = look(worker, SENSE_MS, &conditions);
    if (worker->gone || worker->quit)
        return;
    if (e.class == ERR_DEVICE) {
        fail_device(worker, e);
        return;
    }
    if (err_is(&e))
        log_err(device_class_name(worker->class), &e);
    worker_set_service(worker, NULL, conditions);
    plan_sense(worker);
}

/* Opens the first place and believes its sensors before saying that it is in service. */
static void open_device(struct worker *worker)
{
    worker->current = worker->places[0];
    worker->gone = false;
    memcpy(worker->status.model, worker->current.model->name, sizeof worker->status.model);
    const struct place place = worker->current;
    void *handle = NULL;
    begin(worker, 0, now(worker) + OPEN_MS);
    tape_device(worker_tape(worker), place.arrival.subsystem, place.arrival.vendor, place.arrival.product);
    struct err e = place.model->driver->open(worker, &place.arrival, place.model, OPEN_MS, &handle);
    end(worker);
    if (err_is(&e)) {
        e.class = ERR_DEVICE;
        mask_tape(worker);
        worker->current.arrival.syspath[0] = '\0';
        worker->gone = false;
        worker_set_service(worker, &e, 0);
        plan_retry(worker);
        return;
    }
    worker->handle = handle;
    uint32_t conditions = 0;
    e = look(worker, OPEN_MS, &conditions);
    if (err_is(&e)) {
        fail_device(worker, e);
        return;
    }
    worker->retry_ms = 0;
    worker->attends = place.model->driver->attend != NULL;
    worker_set_service(worker, NULL, conditions);
    plan_sense(worker);
}

static void attend_device(struct worker *worker)
{
    worker->attending = true;
    begin(worker, 0, INT64_MAX);
    struct err e = worker->current.model->driver->attend(worker, worker->handle);
    end(worker);
    bool woken = worker_stopped_locked(worker);
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
    struct order order = worker_take_order(worker, 0);
    union device_payload event;
    memset(&event, 0, sizeof event);
    const struct driver *driver = worker->current.model->driver;
    begin(worker, order.ticket, order.deadline_ms);
    struct err e = driver->execute(worker, worker->handle, &order.command, &event);
    end(worker);
    worker_finish_order(worker, &order, e, &event);
    wipe(&event, sizeof event);
    wipe(&order, sizeof order);
    if (e.class == ERR_DEVICE)
        fail_device(worker, e);
    else
        plan_sense(worker);
}

static void say_not_connected(struct worker *worker)
{
    struct err cause = worker_not_connected(worker);
    worker->status.model[0] = '\0';
    worker_set_service(worker, &cause, 0);
}

static void leave_device(struct worker *worker)
{
    close_device(worker, worker_not_connected(worker));
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

void *worker_main(void *argument)
{
    struct worker *worker = argument;
    pthread_mutex_lock(&worker->lock);
    while (!worker->quit) {
        void (*action)(struct worker *);
        int64_t due_ms = next_action(worker, &action);
        if (action && due_ms <= now(worker))
            action(worker);
        else
            worker_wait_until(worker, due_ms);
    }
    if (worker->handle)
        leave_device(worker);
    pthread_mutex_unlock(&worker->lock);
    return NULL;
}
