#include "offline/outbox.h"
#include "board/base/file.h"
#include "board/base/log.h"
#include "offline/outbox_internal.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Numbers are promised to the file number.high this many at a time, so that it is seldom written. */
#define NUMBER_BLOCK 100

const char *endpoint_name(enum endpoint endpoint)
{
    static const char *const names[ENDPOINT_COUNT] = {"platform", "fleet"};
    return names[endpoint];
}

const char *outbox_state_name(enum outbox_state state)
{
    static const char *const names[OUTBOX_STATE_COUNT] = {"queued", "sending", "delivered",
                                                          "purged", "parked",  "on-stick"};
    return names[state];
}

const char *outbox_link_state_name(enum outbox_link_state state)
{
    static const char *const names[] = {"unknown", "up", "down", "not-platform", "credentials"};
    return names[state];
}

const char *outbox_print_name(enum outbox_print print)
{
    static const char *const names[] = {"none", "intent", "done", "failed"};
    return names[print];
}

const char *outbox_trust_name(enum outbox_trust trust)
{
    static const char *const names[] = {"unset", "rtc", "ntp", "server"};
    return names[trust];
}

struct err outbox_open(const struct outbox_options *options, struct outbox **out_outbox)
{
    struct outbox *outbox = calloc(1, sizeof *outbox);
    if (!outbox)
        return err_no_memory("outbox");
    struct store_setup setup = {
        .dir = options->dir,
        .name = "outbox",
        .vfs = options->vfs,
        .clock = options->clock,
        .busy_ms = options->busy_ms,
        .migrations = outbox_migrations,
        .migration_count = outbox_migration_count,
    };
    struct err e = store_open(&setup, &outbox->store);
    if (err_is(&e)) {
        outbox_close(&outbox);
        return e;
    }
    outbox->clock = options->clock;
    outbox->kiosk_number = options->kiosk_number;
    snprintf(outbox->dir, sizeof outbox->dir, "%s", options->dir);
    *out_outbox = outbox;
    return err_ok();
}

void outbox_close(struct outbox **outbox)
{
    if (!*outbox)
        return;
    store_close(&(*outbox)->store);
    free(*outbox);
    *outbox = NULL;
}

const char *outbox_quarantine(struct outbox *outbox)
{
    store_newest_quarantine(outbox->dir, "outbox", outbox->quarantine);
    return outbox->quarantine;
}

/* ---- numbers ---- */

/* The file beside the database that outlives its quarantine: no number up to the one in it is handed out
 * again. The kiosk writes it, yizhan-sync, of the same group, copies it to the mirror. */
static void high_path(const struct outbox *outbox, char out_path[STORE_PATH_SIZE + 16])
{
    snprintf(out_path, STORE_PATH_SIZE + 16, "%s/number.high", outbox->dir);
}

/* 0 when there is none yet. One that cannot be read is no reason to begin at 1 again. */
static struct err read_high(const struct outbox *outbox, int64_t *out_high)
{
    char path[STORE_PATH_SIZE + 16];
    struct buf text = {0};
    high_path(outbox, path);
    struct err e = file_read(path, 32, &text);
    int64_t high = err_is(&e) ? 0 : strtoll(buf_text(&text), NULL, 10);
    buf_finish(&text);
    if (e.code == ENOENT)
        e = err_ok();
    else if (!err_is(&e) && high <= 0)
        e = err_make(ERR_DATA, "outbox", 0, "%s holds no number", path);
    if (!err_is(&e))
        *out_high = high;
    return e;
}

static struct err write_high(const struct outbox *outbox, int64_t high)
{
    char path[STORE_PATH_SIZE + 16], text[32];
    high_path(outbox, path);
    int length = snprintf(text, sizeof text, "%lld\n", (long long)high);
    return file_write(path, text, (size_t)length, 0640);
}

struct err outbox_promise_numbers(struct outbox *to, const struct outbox *from)
{
    int64_t high, known;
    TRY(read_high(from, &high));
    TRY(read_high(to, &known));
    return high > known ? write_high(to, high) : err_ok();
}

struct take {
    struct outbox *outbox;
    int64_t sequence;
};

static struct err read_counter(void *context, const struct store_row *row)
{
    int64_t *counter = context;
    counter[0] = store_row_int(row, 0);
    counter[1] = store_row_int(row, 1);
    return err_ok();
}

static struct err take_number(struct store *store, void *context)
{
    struct take *take = context;
    int64_t counter[2] = {0, 0}; /* sequence, reserved */
    bool found = false;
    TRY(store_one(store, "SELECT sequence, reserved FROM kiosk", STORE_NO_BIND, read_counter, counter,
                  &found));
    if (!found) { /* a fresh database: after a quarantine the file knows how far the old one was */
        TRY(read_high(take->outbox, &counter[0]));
        counter[1] = counter[0];
    }
    int64_t sequence = counter[0] + 1, reserved = counter[1];
    if (sequence > reserved) {
        reserved = sequence + NUMBER_BLOCK - 1;
        TRY(write_high(take->outbox, reserved));
    }
    TRY(store_run(store, "INSERT OR REPLACE INTO kiosk(id, sequence, reserved) VALUES(1, ?1, ?2)",
                  STORE_BIND(store_int(sequence), store_int(reserved))));
    take->sequence = sequence;
    return err_ok();
}

struct err outbox_take_number(struct outbox *outbox, char out_number[CASE_NUMBER_SIZE])
{
    struct take take = {.outbox = outbox};
    TRY(store_write(outbox->store, take_number, &take));
    if (take.sequence > CASE_NUMBER_SEQUENCE_MAX)
        take.sequence = CASE_NUMBER_SEQUENCE_MAX + 1;
    return case_number_make(outbox->kiosk_number, (int)take.sequence, out_number);
}

static struct err owner_work(struct store *store, void *context)
{
    return store_number(store, "SELECT kiosk FROM owner", STORE_NO_BIND, context);
}

struct err outbox_kiosk_number(struct outbox *outbox, int *out_kiosk_number)
{
    int64_t number = 0;
    TRY(store_read(outbox->store, owner_work, &number));
    *out_kiosk_number = (int)number;
    return err_ok();
}

/* ---- link ---- */

struct link_work {
    const struct outbox *outbox;
    enum endpoint endpoint;
    struct outbox_link *link;
};

static struct err read_link_row(void *context, const struct store_row *row)
{
    struct outbox_link *link = context;
    link->state = (enum outbox_link_state)store_row_choice(row, 0, OUTBOX_LINK_CREDENTIALS + 1);
    link->changed_ms = store_row_int(row, 1);
    link->last_contact_ms = store_row_int(row, 2);
    link->last_pull_ms = store_row_int(row, 3);
    link->next_try_ms = store_row_int(row, 4);
    link->wait_ms = store_row_int(row, 5);
    link->next_pull_ms = store_row_int(row, 6);
    link->failures = (int)store_row_int(row, 7);
    store_row_text(row, 8, link->reason, sizeof link->reason);
    return err_ok();
}

static struct err read_link(struct store *store, void *context)
{
    struct link_work *work = context;
    bool found;
    return store_one(
        store,
        "SELECT state, changed_ms, last_contact_ms, last_pull_ms, next_try_ms, wait_ms, next_pull_ms,"
        " failures, reason FROM link WHERE endpoint = ?1",
        STORE_BIND(store_int(work->endpoint)), read_link_row, work->link, &found);
}

struct err outbox_get_link(struct outbox *outbox, enum endpoint endpoint, struct outbox_link *out_link)
{
    struct outbox_link link = {.state = OUTBOX_LINK_UNKNOWN};
    struct link_work work = {.outbox = outbox, .endpoint = endpoint, .link = &link};
    TRY(store_read(outbox->store, read_link, &work));
    *out_link = link;
    return err_ok();
}

static struct err write_link(struct store *store, void *context)
{
    struct link_work *work = context;
    struct outbox_link before = {.state = OUTBOX_LINK_UNKNOWN}, *link = work->link;
    struct link_work look = {.endpoint = work->endpoint, .link = &before};
    TRY(read_link(store, &look));
    link->changed_ms =
        before.state == link->state ? before.changed_ms : work->outbox->clock->wall_ms(work->outbox->clock);
    return store_run(
        store,
        "INSERT OR REPLACE INTO link(endpoint, state, changed_ms, last_contact_ms, last_pull_ms,"
        " next_try_ms, wait_ms, next_pull_ms, failures, reason) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)",
        STORE_BIND(store_int(work->endpoint), store_int(link->state), store_int(link->changed_ms),
                   store_int(link->last_contact_ms), store_int(link->last_pull_ms),
                   store_int(link->next_try_ms), store_int(link->wait_ms), store_int(link->next_pull_ms),
                   store_int(link->failures), store_text(link->reason)));
}

struct err outbox_set_link(struct outbox *outbox, enum endpoint endpoint, const struct outbox_link *link)
{
    struct outbox_link copy = *link;
    struct link_work work = {.outbox = outbox, .endpoint = endpoint, .link = &copy};
    return store_write(outbox->store, write_link, &work);
}
