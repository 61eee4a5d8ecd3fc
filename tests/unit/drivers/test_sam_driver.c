/*
 * The driver over a serial line: the same reader, the model at the other end of a PTY. Shows also what takes
 * how long: everything above the reader's own answers.
 */
#include "board/base/wipe.h"
#include "drivers/idcard/driver.h"
#include "drivers/idcard/idcard.h"
#include "drivers/idcard/model/sam_model.h"
#include "drivers/worker.h"
#include "tests/deck/deck.h"
#include "tests/unit/cmocka.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* In the order of the driver's settings: transport baud poll_ms read_ms new_address. */
static const struct model serial_reader = {
    .name = "serial reader", .driver = &sam_driver, .values = {0, 115200, 300, 3000, 0}};
static const struct model with_decoder = {
    .name = "with a decoder", .driver = &sam_driver, .values = {0, 115200, 300, 3000, 0}, .path = WLT_STUB};
static const struct model with_no_decoder = {
    .name = "with a wrong one", .driver = &sam_driver, .values = {0, 115200, 300, 3000, 0}, .path = WLT_NONE};

struct line {
    struct sam_model *model;
    int master;
    char node[64];
    pthread_t thread;
    struct mailbox *mailbox;
    struct device device;
};

/* The model's side of the cable; ends when the line does. */
static void *run_model(void *context)
{
    struct line *line = context;
    const struct device_model *model = sam_model_device(line->model);
    uint8_t bytes[256];
    ssize_t count;
    while ((count = read(line->master, bytes, sizeof bytes)) > 0) {
        model->out(model->self, 0, bytes, (size_t)count);
        int given;
        while ((given = model->in(model->self, 0, bytes, sizeof bytes)) > 0)
            if (write(line->master, bytes, (size_t)given) != given)
                return NULL;
    }
    return NULL;
}

/* ask: what the stub of a decoder looks for in the portrait ('C': it crashes). */
static void place_with(struct line *line, const char *person, char ask)
{
    static struct deck deck;
    struct sam_card card;
    assert_ok(deck_load(YIZHAN_ROOT "/tests/deck/people.ini", &deck));
    deck_card(deck_find(&deck, person), &card);
    card.photo[101] = (uint8_t)ask;
    sam_model_place(line->model, &card);
}

static void place(struct line *line, const char *person)
{
    place_with(line, person, 0);
}

static int setup(void **state)
{
    struct line *line = calloc(1, sizeof *line);
    assert_ok(sam_model_create(SAM_WIRED_SERIAL, &line->model));
    line->master = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(line->master >= 0 && grantpt(line->master) == 0 && unlockpt(line->master) == 0);
    assert_int_equal(ptsname_r(line->master, line->node, sizeof line->node), 0);
    assert_ok(mailbox_create(sizeof(struct device_message), 16, &line->mailbox));
    line->device.class = DEVICE_IDCARD;
    assert_ok(worker_create(DEVICE_IDCARD, line->mailbox, clock_system(), &line->device.worker));
    *state = line;
    return 0;
}

static int teardown(void **state)
{
    struct line *line = *state;
    worker_destroy(&line->device.worker);
    pthread_join(line->thread, NULL); /* its end of the line closed with the driver's */
    close(line->master);
    mailbox_destroy(&line->mailbox);
    sam_model_destroy(&line->model);
    free(line);
    return 0;
}

static struct device_message next(struct line *line)
{
    struct device_message message;
    while (!mailbox_take(line->mailbox, &message)) {
        struct pollfd fd = {.fd = mailbox_fd(line->mailbox), .events = POLLIN};
        assert_int_equal(poll(&fd, 1, 60000), 1);
    }
    worker_offer_status(line->device.worker);
    return message;
}

static void connect_as(struct line *line, const struct model *as)
{
    struct arrival arrival = {.syspath = "/sys/serial", .subsystem = "tty"};
    snprintf(arrival.node, sizeof arrival.node, "%s", line->node);
    assert_int_equal(pthread_create(&line->thread, NULL, run_model, line), 0);
    worker_arrive(line->device.worker, &arrival, as);
    assert_true(next(line).status.in_service);
}

static void connect(struct line *line)
{
    connect_as(line, &serial_reader);
}

static struct device_message result(struct line *line)
{
    struct device_message message;
    do
        message = next(line);
    while (message.kind != DEVICE_RESULT);
    return message;
}

static struct device_message read_card(struct line *line)
{
    uint32_t ticket;
    assert_ok(idcard_read(&line->device, 0, &ticket));
    return result(line);
}

static void reads_over_a_serial_line(void **state)
{
    struct line *line = *state;
    place(line, "wang-xiulan");
    connect(line);
    struct device_message message = read_card(line);
    assert_false(err_is(&message.err));
    const struct idcard_event *event = idcard_event(&message);
    assert_int_equal(event->stage, IDCARD_READ);
    assert_string_equal(event->card.name, "王秀兰");
    assert_int_equal(event->card.photo_size, IDCARD_PHOTO_SIZE);
    assert_int_equal(event->card.portrait_size, 0);
}

static void a_sites_decoder_gives_a_picture(void **state)
{
    struct line *line = *state;
    place(line, "wang-xiulan");
    connect_as(line, &with_decoder);
    struct device_message message = read_card(line);
    const struct idcard *card = &idcard_event(&message)->card;
    assert_in_range(card->portrait_size, 100, sizeof card->portrait);
    assert_memory_equal(card->portrait, "\xff\xd8\xff", 3);
    assert_int_equal(card->photo_size, IDCARD_PHOTO_SIZE);
}

/* It crashes: the card is read all the same. */
static void a_bad_decoder_costs_the_picture_only(void **state)
{
    struct line *line = *state;
    place_with(line, "wang-xiulan", 'C');
    connect_as(line, &with_decoder);
    struct device_message message = read_card(line);
    assert_false(err_is(&message.err));
    assert_string_equal(idcard_event(&message)->card.name, "王秀兰");
    assert_int_equal(idcard_event(&message)->card.portrait_size, 0);
}

static void what_is_no_decoder_leaves_the_reader_in_service(void **state)
{
    struct line *line = *state;
    place(line, "wang-xiulan");
    connect_as(line, &with_no_decoder);
    struct device_message message = read_card(line);
    assert_string_equal(idcard_event(&message)->card.name, "王秀兰");
    assert_int_equal(idcard_event(&message)->card.portrait_size, 0);
}

static void waits_until_the_card_is_taken(void **state)
{
    struct line *line = *state;
    uint32_t ticket;
    place(line, "wang-xiulan");
    assert_ok(sam_model_script(line->model, "address:sw=0x90,address:sw=0x91,address:pull"));
    connect(line);
    read_card(line);
    assert_ok(idcard_await_removal(&line->device, 0, &ticket));
    struct device_message message = result(line);
    assert_false(err_is(&message.err));
    assert_int_equal(idcard_event(&message)->stage, IDCARD_REMOVED);
}

/* Laid down by somebody who was not asked for it. */
static void tells_at_once_of_a_card_that_was_not_read(void **state)
{
    struct line *line = *state;
    uint32_t ticket;
    place(line, "wang-xiulan");
    connect(line);
    assert_ok(idcard_await_removal(&line->device, 0, &ticket));
    struct device_message message = next(line);
    assert_int_equal(message.kind, DEVICE_PROGRESS);
    assert_int_equal(idcard_event(&message)->stage, IDCARD_LEFT);
}

static void a_cancelled_read_leaves_nothing_behind(void **state)
{
    struct line *line = *state;
    uint32_t ticket;
    connect(line);
    assert_ok(idcard_read(&line->device, 0, &ticket));
    assert_int_equal(next(line).kind, DEVICE_PROGRESS);
    device_cancel(&line->device, ticket);
    struct device_message message = result(line);
    assert_true(device_was_cancelled(&message.err));
    assert_string_equal(idcard_event(&message)->card.name, "");
}

int main(void)
{
#define LINE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        LINE_TEST(reads_over_a_serial_line),
        LINE_TEST(a_sites_decoder_gives_a_picture),
        LINE_TEST(a_bad_decoder_costs_the_picture_only),
        LINE_TEST(what_is_no_decoder_leaves_the_reader_in_service),
        LINE_TEST(waits_until_the_card_is_taken),
        LINE_TEST(tells_at_once_of_a_card_that_was_not_read),
        LINE_TEST(a_cancelled_read_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
