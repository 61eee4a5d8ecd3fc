/* The worker: every accepted command has one result, whatever becomes of the device. */
#include "board/base/wipe.h"
#include "drivers/sequence.h"
#include "drivers/worker.h"
#include "tests/unit/cmocka.h"
#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* A device that does what the test tells it; one command at a time, so plain atomics are enough. */
static struct {
    atomic_int opened, closed, fail_opens;
    atomic_int conditions;
    atomic_int attends, attended;
    atomic_int senses, slept_through; /* how many senses from now on the process sleeps away */
} device;

/* The system's clock, and what the process slept on top of it: a stopped process, a suspended machine. */
static atomic_llong slept_ms;

static int64_t clock_with_sleep(const struct clock *clock)
{
    (void)clock;
    return clock_system()->monotonic_ms(clock_system()) + slept_ms;
}

static const struct clock sleeping_clock = {.monotonic_ms = clock_with_sleep};

#define LONG_SLEEP_MS 60000

enum verb { VERB_OK, VERB_USER_ERROR, VERB_DEVICE_ERROR, VERB_WAIT };

static struct err fake_open(struct worker *worker, const struct arrival *arrival, const struct model *model,
                            int left_ms, void **out_handle)
{
    (void)worker;
    (void)model;
    assert_true(left_ms > 0);
    if (device.fail_opens > 0) {
        device.fail_opens--;
        return err_make(ERR_RETRY, "fake", EIO, "%s does not open", arrival->node);
    }
    device.opened++;
    *out_handle = &device;
    return err_ok();
}

static struct err fake_sense(struct worker *worker, void *handle, int left_ms, uint32_t *out_conditions)
{
    (void)handle;
    assert_true(left_ms > 0);
    device.senses++;
    if (device.slept_through > 0) {
        device.slept_through--;
        slept_ms += LONG_SLEEP_MS;
        return worker_stop_error(worker);
    }
    *out_conditions = (uint32_t)device.conditions;
    return err_ok();
}

static struct err fake_execute(struct worker *worker, void *handle, const struct device_command *command,
                               union device_payload *out_payload)
{
    (void)handle;
    switch ((enum verb)command->verb) {
    case VERB_OK:
        out_payload->bytes[0] = 42;
        return err_ok();
    case VERB_USER_ERROR:
        return err_make(ERR_USER, "fake", 7, "lift it and place it again");
    case VERB_DEVICE_ERROR:
        return err_make(ERR_DEVICE, "fake", EIO, "broken");
    case VERB_WAIT:
        worker_progress(worker, err_ok(), "w", 1);
        while (worker_sleep(worker, 1000)) {
        }
        return worker_stop_error(worker);
    }
    return err_ok();
}

static struct err fake_attend(struct worker *worker, void *handle)
{
    (void)handle;
    if (!device.attends)
        return err_make(ERR_REFUSED, "fake", ENOTSUP, "says nothing by itself");
    device.attended++;
    worker_conditions(worker, 77);
    while (worker_sleep(worker, 60000)) {
    }
    return worker_stop_error(worker);
}

static void fake_close(void *handle)
{
    (void)handle;
    device.closed++;
}

static const struct driver fake_driver = {.name = "fake",
                                          .class = DEVICE_SCANNER,
                                          .open = fake_open,
                                          .sense = fake_sense,
                                          .attend = fake_attend,
                                          .execute = fake_execute,
                                          .close = fake_close};
static const struct model fake_model = {.name = "a fake", .driver = &fake_driver};
static const struct driver watched_driver = {.name = "watched",
                                             .class = DEVICE_SCANNER,
                                             .open = fake_open,
                                             .sense = fake_sense,
                                             .sense_ms = 10,
                                             .execute = fake_execute,
                                             .close = fake_close};
static const struct model watched_model = {.name = "a fake", .driver = &watched_driver};

struct bench {
    struct mailbox *mailbox;
    struct worker *worker;
};

static int setup(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);
    memset(&device, 0, sizeof device);
    assert_ok(mailbox_create(sizeof(struct device_message), 8, &bench->mailbox));
    assert_ok(worker_create(DEVICE_SCANNER, bench->mailbox, &sleeping_clock, &bench->worker));
    *state = bench;
    return 0;
}

static int teardown(void **state)
{
    struct bench *bench = *state;
    worker_destroy(&bench->worker);
    mailbox_destroy(&bench->mailbox);
    assert_int_equal(device.opened, device.closed);
    free(bench);
    return 0;
}

/* The next message; the worker's threads need at most a moment, a minute means it hangs. */
static struct device_message next(struct bench *bench)
{
    struct device_message message;
    while (!mailbox_take(bench->mailbox, &message)) {
        struct pollfd fd = {.fd = mailbox_fd(bench->mailbox), .events = POLLIN};
        assert_int_equal(poll(&fd, 1, 60000), 1);
    }
    worker_offer_status(bench->worker);
    return message;
}

static void arrive_as(struct bench *bench, const char *syspath, const struct model *model)
{
    struct arrival arrival = {0};
    strcpy(arrival.syspath, syspath);
    strcpy(arrival.node, syspath);
    worker_arrive(bench->worker, &arrival, model);
}

static void arrive(struct bench *bench, const char *syspath)
{
    arrive_as(bench, syspath, &fake_model);
}

static void arrive_and_wait(struct bench *bench)
{
    arrive(bench, "/one");
    struct device_message message = next(bench);
    assert_int_equal(message.kind, DEVICE_STATUS);
    assert_true(message.status.in_service);
    assert_string_equal(message.status.model, "a fake");
}

static uint32_t send(struct bench *bench, enum verb verb, int timeout_ms)
{
    struct device_command command = {.verb = (int)verb, .timeout_ms = timeout_ms};
    uint32_t ticket = 0;
    assert_ok(worker_send(bench->worker, &command, &ticket));
    assert_int_not_equal(ticket, 0);
    return ticket;
}

static struct device_message result_of(struct bench *bench, uint32_t ticket)
{
    struct device_message message;
    do
        message = next(bench);
    while (message.kind != DEVICE_RESULT);
    assert_int_equal(message.ticket, ticket);
    return message;
}

static void assert_cancelled(struct bench *bench, uint32_t ticket)
{
    struct device_message message = result_of(bench, ticket);
    assert_true(device_was_cancelled(&message.err));
}

static void nothing_plugged_in_is_said_at_once(void **state)
{
    struct bench *bench = *state;
    struct device_command command = {.verb = VERB_OK};
    struct device_status status;
    uint32_t ticket;
    struct err e = worker_send(bench->worker, &command, &ticket);
    assert_int_equal(e.class, ERR_DEVICE);
    assert_int_equal(e.code, ENODEV);
    worker_get_status(bench->worker, &status);
    assert_false(status.in_service);
}

static void a_command_has_its_result(void **state)
{
    struct bench *bench = *state;
    arrive_and_wait(bench);
    struct device_message message = result_of(bench, send(bench, VERB_OK, 0));
    assert_false(err_is(&message.err));
    assert_int_equal(message.payload.bytes[0], 42);
}

static void what_the_person_can_mend_keeps_the_device_in_service(void **state)
{
    struct bench *bench = *state;
    arrive_and_wait(bench);
    struct device_message message = result_of(bench, send(bench, VERB_USER_ERROR, 0));
    assert_int_equal(message.err.class, ERR_USER);
    assert_int_equal(result_of(bench, send(bench, VERB_OK, 0)).err.class, ERR_NONE);
    assert_int_equal(device.opened, 1);
}

static void a_failed_device_goes_out_of_service_and_comes_back(void **state)
{
    struct bench *bench = *state;
    arrive_and_wait(bench);
    struct device_message message = result_of(bench, send(bench, VERB_DEVICE_ERROR, 0));
    assert_int_equal(message.err.class, ERR_DEVICE);
    message = next(bench);
    assert_int_equal(message.kind, DEVICE_STATUS);
    assert_false(message.status.in_service);
    assert_string_equal(message.status.cause.text, "broken");
    arrive(bench, "/two"); /* anything new is tried at once, no waiting for the pause to end */
    message = next(bench);
    assert_true(message.status.in_service);
}

static void cancelling_ends_the_command_soon(void **state)
{
    struct bench *bench = *state;
    arrive_and_wait(bench);
    uint32_t ticket = send(bench, VERB_WAIT, 0);
    assert_int_equal(next(bench).kind, DEVICE_PROGRESS);
    device_cancel(&(struct device){.class = DEVICE_SCANNER, .worker = bench->worker}, ticket);
    assert_cancelled(bench, ticket);
}

static void a_queued_command_can_be_cancelled_too(void **state)
{
    struct bench *bench = *state;
    arrive_and_wait(bench);
    uint32_t first = send(bench, VERB_WAIT, 0);
    uint32_t second = send(bench, VERB_OK, 0);
    worker_cancel(bench->worker, second);
    assert_cancelled(bench, second);
    worker_cancel(bench->worker, first);
    assert_cancelled(bench, first);
    worker_cancel(bench->worker, 12345); /* nobody's ticket */
}

static void a_deadline_ends_the_command(void **state)
{
    struct bench *bench = *state;
    arrive_and_wait(bench);
    struct device_message message = result_of(bench, send(bench, VERB_WAIT, 20));
    assert_true(device_timed_out(&message.err));
}

static void unplugging_ends_running_and_waiting_commands(void **state)
{
    struct bench *bench = *state;
    arrive_and_wait(bench);
    uint32_t first = send(bench, VERB_WAIT, 0);
    uint32_t second = send(bench, VERB_OK, 0);
    assert_int_equal(next(bench).kind, DEVICE_PROGRESS);
    worker_leave(bench->worker, "/one");
    assert_int_equal(result_of(bench, first).err.code, ENODEV);
    assert_int_equal(result_of(bench, second).err.code, ENODEV);
    struct device_status status;
    do
        worker_get_status(bench->worker, &status);
    while (status.model[0]); /* the name goes last */
    assert_int_equal(status.cause.code, ENODEV);
    arrive(bench, "/one");
    assert_true(next(bench).status.in_service);
}

static void a_spare_takes_over(void **state)
{
    struct bench *bench = *state;
    arrive_and_wait(bench);
    arrive(bench, "/two");
    worker_leave(bench->worker, "/one");
    struct device_message message = next(bench);
    assert_false(message.status.in_service);
    message = next(bench);
    assert_true(message.status.in_service);
    assert_int_equal(device.opened, 2);
}

static void too_many_commands_are_refused_not_lost(void **state)
{
    struct bench *bench = *state;
    struct device_command command = {.verb = VERB_OK};
    uint32_t ticket, running;
    int accepted = 0, answered = 0;
    arrive_and_wait(bench);
    running = send(bench, VERB_WAIT, 0);
    assert_int_equal(next(bench).kind, DEVICE_PROGRESS);
    struct err e = err_ok();
    while (!err_is(&e)) {
        e = worker_send(bench->worker, &command, &ticket);
        accepted += !err_is(&e);
    }
    assert_int_equal(e.class, ERR_RETRY);
    worker_cancel(bench->worker, running);
    for (; answered <= accepted; answered++)
        assert_int_equal(next(bench).kind, DEVICE_RESULT);
}

static void conditions_reach_the_status(void **state)
{
    struct bench *bench = *state;
    device.conditions = 5;
    arrive(bench, "/one");
    assert_int_equal(next(bench).status.conditions, 5);
    worker_conditions(bench->worker, 6);
    assert_int_equal(next(bench).status.conditions, 6);
}

/* Status messages are never lost, however full the box is: the newest one arrives. */
static void the_newest_status_arrives_through_a_full_box(void **state)
{
    struct bench *bench = *state;
    arrive(bench, "/one");
    while (mailbox_put_progress(bench->mailbox, &(struct device_message){.kind = DEVICE_PROGRESS})) {
    }
    for (uint32_t conditions = 1; conditions <= 9; conditions++)
        worker_conditions(bench->worker, conditions);
    struct device_status status;
    do
        worker_get_status(bench->worker, &status);
    while (!status.in_service);
    worker_conditions(bench->worker, 10);
    struct device_message message;
    do
        message = next(bench);
    while (message.kind != DEVICE_STATUS || message.status.conditions != 10);
}

/* A device that speaks by itself is listened to while idle, and a command does not wait for it to speak. */
static void attending_ends_when_a_command_comes(void **state)
{
    struct bench *bench = *state;
    device.attends = 1;
    arrive_and_wait(bench);
    assert_int_equal(next(bench).status.conditions, 77);
    for (int i = 0; i < 3; i++)
        assert_int_equal(result_of(bench, send(bench, VERB_OK, 0)).err.class, ERR_NONE);
    worker_leave(bench->worker, "/one");
    assert_false(next(bench).status.in_service);
    assert_true(device.attended >= 1);
}

static void a_device_that_will_not_open_is_tried_again(void **state)
{
    struct bench *bench = *state;
    device.fail_opens = 1;
    arrive(bench, "/one");
    struct device_message message = next(bench);
    assert_false(message.status.in_service);
    assert_string_equal(message.status.cause.text, "/one does not open");
    assert_int_equal(message.status.cause.class, ERR_DEVICE);
    message = next(bench); /* after its pause */
    assert_true(message.status.in_service);
}

/* Its deadline passed, but not because of the device: asked once more, it is as well as ever. */
static void a_look_slept_through_costs_no_device(void **state)
{
    struct bench *bench = *state;
    device.slept_through = 1; /* the look after opening */
    arrive_as(bench, "/one", &watched_model);
    assert_true(next(bench).status.in_service);
    device.slept_through = 1; /* and one of those while idle, which comes before it sees what follows */
    device.conditions = 9;
    struct device_message message = next(bench);
    assert_int_equal(device.slept_through, 0);
    assert_true(message.status.in_service);
    assert_int_equal(message.status.conditions, 9);
    assert_int_equal(device.opened, 1);
}

/* Silent twice is silent: out of service, opened anew after a pause that grows to half a minute and no more,
 * and back without anybody's hand as soon as it answers. */
static void a_silent_device_is_tried_until_it_answers(void **state)
{
    enum { TRIES = 8, LOOKS = 100000 };
    struct bench *bench = *state;
    arrive_as(bench, "/one", &watched_model);
    assert_true(next(bench).status.in_service);
    device.slept_through = 2 * TRIES;
    struct device_message message = next(bench);
    assert_false(message.status.in_service);
    assert_int_equal(message.status.cause.class, ERR_DEVICE);
    assert_string_equal(message.status.cause.text, "does not answer");
    for (int seconds = 0; !message.status.in_service; seconds++) { /* 1 2 4 8 16 30 30 30 */
        struct pollfd fd = {.fd = mailbox_fd(bench->mailbox), .events = POLLIN};
        assert_true(seconds < LOOKS); /* it may come to its turn long after its time */
        slept_ms += 1000;
        worker_leave(bench->worker, "/nobody"); /* lets it look at its clock */
        if (poll(&fd, 1, 2) == 1)
            message = next(bench);
    }
    assert_int_equal(device.opened, TRIES + 1);
}

/* --- sequences ------------------------------------------------------------------------------------------ */

struct trace {
    char steps[8];
    char fail_at;
};

#define STEP(letter)                                                                                         \
    static struct err step_##letter(void *context)                                                           \
    {                                                                                                        \
        struct trace *trace = context;                                                                       \
        trace->steps[strlen(trace->steps)] = #letter[0];                                                     \
        return trace->fail_at == #letter[0] ? err_make(ERR_DEVICE, "test", 0, "failed") : err_ok();          \
    }
STEP(a)
STEP(b)
STEP(c)

static void cleanup_always_runs(void **state)
{
    static const struct sequence_step steps[] = {
        {"lamp on", step_a, false}, {"expose", step_b, false}, {"lamp off", step_c, true}};
    struct trace trace = {.fail_at = 'a'};
    (void)state;
    struct err e = sequence_run(NULL, steps, 3, &trace);
    assert_string_equal(trace.steps, "ac");
    assert_string_equal(e.text, "lamp on: failed");
    trace = (struct trace){0};
    assert_ok(sequence_run(NULL, steps, 3, &trace));
    assert_string_equal(trace.steps, "abc");
    trace = (struct trace){.fail_at = 'c'};
    assert_err_class(sequence_run(NULL, steps, 3, &trace), ERR_DEVICE);
}

int main(void)
{
#define WORKER_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        WORKER_TEST(nothing_plugged_in_is_said_at_once),
        WORKER_TEST(a_command_has_its_result),
        WORKER_TEST(what_the_person_can_mend_keeps_the_device_in_service),
        WORKER_TEST(a_failed_device_goes_out_of_service_and_comes_back),
        WORKER_TEST(cancelling_ends_the_command_soon),
        WORKER_TEST(a_queued_command_can_be_cancelled_too),
        WORKER_TEST(a_deadline_ends_the_command),
        WORKER_TEST(unplugging_ends_running_and_waiting_commands),
        WORKER_TEST(a_spare_takes_over),
        WORKER_TEST(too_many_commands_are_refused_not_lost),
        WORKER_TEST(conditions_reach_the_status),
        WORKER_TEST(the_newest_status_arrives_through_a_full_box),
        WORKER_TEST(attending_ends_when_a_command_comes),
        WORKER_TEST(a_device_that_will_not_open_is_tried_again),
        WORKER_TEST(a_look_slept_through_costs_no_device),
        WORKER_TEST(a_silent_device_is_tried_until_it_answers),
        cmocka_unit_test(cleanup_always_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
