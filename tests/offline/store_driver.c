/*
 * The two programs reduced to what they do to the outbox, to be killed at any moment.
 *
 *     store_driver DIR save      saves applications one after the other; a line "NUMBER INSTANCE" when it is
 * durable store_driver DIR send      hands what is due to the platform (a line "NUMBER INSTANCE": the
 * platform has it now), then settles it; ends when nothing waits and the other half is told to have ended
 */
#include "board/base/log.h"
#include "tests/unit/offline/fixture.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void say(const struct outbox_case *c)
{
    char line[128];
    int length = snprintf(line, sizeof line, "%s %s\n", c->number, c->instance_id);
    if (write(STDOUT_FILENO, line, (size_t)length) != length)
        _exit(4);
}

static struct err say_number(struct outbox *outbox, const char *number)
{
    struct outbox_case c;
    bool found = false;
    TRY(outbox_find_number(outbox, number, &c, &found));
    if (!found)
        return err_make(ERR_DATA, "driver", 0, "%s was saved and is not there", number);
    say(&c);
    return err_ok();
}

static struct err save_for_ever(struct outbox *outbox)
{
    for (int i = 0;; i++) {
        char number[CASE_NUMBER_SIZE];
        TRY(fixture_save(outbox, i % 3 ? 500 : 90000, number));
        TRY(say_number(outbox, number));
    }
}

static struct err send_all(struct outbox *outbox)
{
    const struct outbox_answer taken = {.http_status = 201};
    struct outbox_list claimed = {0};
    int purged;
    TRY(outbox_recover(outbox));
    TRY(outbox_sweep(outbox, &purged));
    do {
        struct outbox_settlement settled[4];
        outbox_list_finish(&claimed);
        TRY(outbox_claim(outbox, ENDPOINT_PLATFORM, FIXTURE_NOW_MS, 4, &claimed));
        for (size_t i = 0; i < claimed.count; i++) {
            say(&claimed.items[i]);
            settled[i] = (struct outbox_settlement){.row = claimed.items[i].row, .answer = taken};
        }
        TRY(outbox_settle(outbox, settled, claimed.count));
    } while (claimed.count > 0);
    outbox_list_finish(&claimed);
    return outbox_sweep(outbox, &purged);
}

int main(int argc, char **argv)
{
    struct outbox *outbox = NULL;
    struct clock_fake clock;
    if (argc != 3)
        return 2;
    clock_fake_init(&clock, FIXTURE_NOW_MS);
    struct outbox_options options = {
        .dir = argv[1], .kiosk_number = 42, .clock = &clock.clock, .busy_ms = 20000};
    struct err e = outbox_open(&options, &outbox);
    if (!err_is(&e))
        e = strcmp(argv[2], "save") == 0 ? save_for_ever(outbox) : send_all(outbox);
    outbox_close(&outbox);
    if (err_is(&e))
        log_err("driver", &e);
    return err_is(&e) ? 1 : 0;
}
