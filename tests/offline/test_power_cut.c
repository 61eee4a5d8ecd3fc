/*
 * The power goes at every single step of saving, sending and migrating, and every step fails once with the
 * power on. What the citizen was told must hold afterwards, whatever the disk made of the writes that were
 * never synced.
 */
#include "offline/store.h"
#include "tests/offline/cutfs.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/fixture.h"
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VFS        "cutfs"
#define NUMBER_MAX 16

struct numbers {
    char items[NUMBER_MAX][CASE_NUMBER_SIZE];
    int count;
};

struct world {
    char dir[64]; /* a real folder, for number.high; the databases are in the VFS */
    struct clock_fake clock;
    struct cutfs *fs;
    struct numbers saved;    /* the citizen was told so */
    struct numbers taken;    /* numbers handed out */
    struct numbers platform; /* what the platform has */
    struct err error;        /* the first one */
};

static int points, cases_checked;                         /* printed at the end... */
static int lost, purged_unacknowledged, numbers_repeated; /* ...with those that must be zero */

static void must(bool holds, int *counter)
{
    if (!holds)
        ++*counter;
    assert_true(holds);
}

/* Fates of the unsynced writes tried at every step. */
static uint64_t seeds(void)
{
    return fixture_is_long() ? 40 : 3;
}

static void add(struct numbers *n, const char *number)
{
    assert_true(n->count < NUMBER_MAX);
    memcpy(n->items[n->count++], number, CASE_NUMBER_SIZE);
}

static bool has(const struct numbers *n, const char *number)
{
    for (int i = 0; i < n->count; i++) {
        if (strcmp(n->items[i], number) == 0)
            return true;
    }
    return false;
}

/* Notes the first error; true when there was none. */
static bool went(struct world *w, struct err e)
{
    if (err_is(&e) && !err_is(&w->error))
        w->error = e;
    return !err_is(&e);
}

/* ---- scenarios ---- */

static void save(struct world *w, struct outbox *outbox, size_t media_size)
{
    char number[CASE_NUMBER_SIZE];
    if (went(w, fixture_save(outbox, media_size, number)))
        add(&w->saved, number);
}

static void enqueue(struct world *w, struct outbox *outbox)
{
    char number[CASE_NUMBER_SIZE];
    save(w, outbox, 70000);
    if (went(w, outbox_take_number(outbox, number)))
        add(&w->taken, number);
    save(w, outbox, 100);
    if (w->saved.count > 0)
        (void)went(w, outbox_print_outcome(outbox, w->saved.items[0], true));
}

static const struct outbox_answer taken = {.http_status = 201};

static void send_fast(struct world *w, struct outbox *outbox)
{
    struct outbox_list claimed = {0};
    if (!went(w, outbox_claim(outbox, ENDPOINT_PLATFORM, FIXTURE_NOW_MS, 1, &claimed)))
        return;
    for (size_t i = 0; i < claimed.count; i++) {
        struct outbox_settlement settled = {.row = claimed.items[i].row, .answer = taken};
        add(&w->platform, claimed.items[i].number);
        (void)went(w, outbox_settle(outbox, &settled, 1));
    }
    outbox_list_finish(&claimed);
}

static void send_step_by_step(struct world *w, struct outbox *outbox)
{
    struct outbox_case next;
    bool found = false;
    struct outbox_answer cut = {.reason = "cut"};
    if (!went(w, outbox_next(outbox, ENDPOINT_PLATFORM, FIXTURE_NOW_MS, &next, &found)) || !found)
        return;
    if (!went(w, outbox_mark_sending(outbox, next.row)) ||
        !went(w, outbox_acknowledge_xml(outbox, next.row, &taken)) ||
        !went(w, outbox_retry(outbox, next.row, 0, &cut)) ||
        !went(w, outbox_mark_sending(outbox, next.row)) ||
        !went(w, outbox_acknowledge_file(outbox, next.row, 0, &taken)))
        return;
    add(&w->platform, next.number);
    if (went(w, outbox_mark_delivered(outbox, next.row, &taken)))
        (void)went(w, outbox_purge(outbox, next.row));
}

static void send(struct world *w, struct outbox *outbox)
{
    struct outbox_link link = {.state = OUTBOX_LINK_UP};
    int purged;
    (void)went(w, outbox_recover(outbox));
    send_fast(w, outbox);
    send_step_by_step(w, outbox);
    (void)went(w, outbox_set_link(outbox, ENDPOINT_PLATFORM, &link));
    (void)went(w, outbox_sweep(outbox, &purged));
}

/* ---- what must hold ---- */

static int take_text(void *out, int count, char **values, char **names)
{
    (void)count;
    (void)names;
    snprintf(out, 64, "%s", values[0]);
    return 0;
}

static void check_integrity(const struct world *w, const char *name)
{
    char path[128], verdict[64] = "";
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/%s.db", w->dir, name);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, VFS), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA integrity_check", take_text, verdict, NULL), SQLITE_OK);
    assert_string_equal(verdict, "ok");
    sqlite3_close(db);
}

static void check_bytes(struct outbox *outbox, const struct outbox_case *c)
{
    static uint8_t piece[OUTBOX_CHUNK_SIZE];
    struct outbox_files files;
    struct buf manifest = {0};
    int64_t sum = 0;
    assert_ok(outbox_manifest(outbox, c->row, &manifest));
    assert_non_null(strstr(manifest.data, c->number));
    assert_ok(outbox_files(outbox, c->row, &files));
    assert_int_equal(files.count, 2);
    for (size_t i = 0; i < files.count; i++) {
        size_t got = 1;
        for (int64_t at = 0; got > 0; at += (int64_t)got) {
            assert_ok(outbox_read(outbox, c->row, (int)i, at, piece, sizeof piece, &got));
            for (size_t n = 0; i == 0 && n < got; n++)
                assert_int_equal(piece[n], (uint8_t)(((size_t)at + n) * 7));
            sum += (int64_t)got;
        }
    }
    assert_int_equal(sum + (int64_t)manifest.length, c->sealed_bytes);
    outbox_files_finish(&files);
    buf_finish(&manifest);
}

static void check_case(const struct world *w, struct outbox *outbox, const struct outbox_case *c)
{
    cases_checked++;
    if (c->state == OUTBOX_DELIVERED || c->state == OUTBOX_PURGED)
        must(has(&w->platform, c->number), &purged_unacknowledged);
    if (c->state != OUTBOX_PURGED)
        check_bytes(outbox, c);
}

static void check_promises(struct world *w)
{
    struct outbox_list list;
    struct outbox_case c;
    char number[CASE_NUMBER_SIZE];
    bool found = false;
    struct outbox *outbox = fixture_open(w->dir, &w->clock.clock, VFS);
    assert_string_equal(outbox_quarantine(outbox), "");
    for (int i = 0; i < w->saved.count; i++) {
        assert_ok(outbox_find_number(outbox, w->saved.items[i], &c, &found));
        must(found, &lost);
    }
    assert_ok(outbox_list(outbox, 0, 0, 100, &list));
    for (size_t i = 0; i < list.count; i++)
        check_case(w, outbox, &list.items[i]);
    outbox_list_finish(&list);
    assert_ok(outbox_take_number(outbox, number));
    must(!has(&w->saved, number) && !has(&w->taken, number), &numbers_repeated);
    outbox_close(&outbox);
    check_integrity(w, "outbox");
}

/* ---- one run ---- */

static void begin(struct world *w, uint64_t seed, bool with_applications)
{
    memset(w, 0, sizeof *w);
    snprintf(w->dir, sizeof w->dir, "/tmp/yizhan-cut-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    clock_fake_init(&w->clock, FIXTURE_NOW_MS);
    w->fs = cutfs_create(VFS, seed);
    if (!with_applications)
        return;
    struct outbox *outbox = fixture_open(w->dir, &w->clock.clock, VFS);
    save(w, outbox, 70000);
    save(w, outbox, 100);
    outbox_close(&outbox);
}

static void finish(struct world *w)
{
    cutfs_destroy(&w->fs);
    fixture_remove_dir(w->dir);
}

static void run(struct world *w, void (*scenario)(struct world *w, struct outbox *outbox))
{
    struct outbox *outbox = NULL;
    struct outbox_options options = {.dir = w->dir, .kiosk_number = 42, .clock = &w->clock.clock, .vfs = VFS};
    if (!went(w, outbox_open(&options, &outbox)))
        return;
    scenario(w, outbox);
    outbox_close(&outbox);
}

static int64_t count_steps(void (*scenario)(struct world *w, struct outbox *outbox), bool with_applications)
{
    struct world w;
    begin(&w, 1, with_applications);
    cutfs_arm(w.fs, 0, 0, 0);
    run(&w, scenario);
    assert_false(err_is(&w.error));
    int64_t steps = cutfs_steps(w.fs);
    assert_true(steps > 10);
    check_promises(&w);
    finish(&w);
    return steps;
}

static void cut_everywhere(void (*scenario)(struct world *w, struct outbox *outbox), bool with_applications)
{
    int64_t steps = count_steps(scenario, with_applications);
    for (int64_t at = 1; at <= steps; at++) {
        for (uint64_t seed = 1; seed <= seeds(); seed++) {
            struct world w;
            begin(&w, seed, with_applications);
            cutfs_arm(w.fs, at, 0, 0);
            run(&w, scenario);
            cutfs_power_on(w.fs);
            check_promises(&w);
            finish(&w);
            points++;
        }
    }
}

static void fail_everywhere(void (*scenario)(struct world *w, struct outbox *outbox), bool with_applications,
                            int code)
{
    int64_t steps = count_steps(scenario, with_applications);
    for (int64_t at = 1; at <= steps; at++) {
        struct world w;
        begin(&w, (uint64_t)at, with_applications);
        cutfs_arm(w.fs, 0, at, code);
        run(&w, scenario);
        check_promises(&w);
        finish(&w);
        points++;
    }
}

/* ---- tests ---- */

static void nothing_saved_is_lost_when_the_power_goes_while_saving(void **state)
{
    (void)state;
    cut_everywhere(enqueue, false);
    cut_everywhere(enqueue, true);
}

static void nothing_is_lost_or_called_received_when_the_power_goes_while_sending(void **state)
{
    (void)state;
    cut_everywhere(send, true);
}

static void every_failing_write_or_sync_is_survived(void **state)
{
    (void)state;
    fail_everywhere(enqueue, true, SQLITE_IOERR_WRITE);
    fail_everywhere(enqueue, true, SQLITE_IOERR_FSYNC);
    fail_everywhere(enqueue, true, SQLITE_FULL);
    fail_everywhere(send, true, SQLITE_IOERR_FSYNC);
    fail_everywhere(send, true, SQLITE_FULL);
}

static void a_full_disk_is_said_and_costs_nothing_saved(void **state)
{
    (void)state;
    struct world w;
    char number[CASE_NUMBER_SIZE];
    begin(&w, 7, true);
    struct outbox *outbox = fixture_open(w.dir, &w.clock.clock, VFS);
    cutfs_set_capacity(w.fs, 400000);
    struct err e = err_ok();
    while (!err_is(&e)) {
        e = fixture_save(outbox, 70000, number);
        if (!err_is(&e))
            add(&w.saved, number);
    }
    assert_int_equal(e.class, ERR_SPACE);
    cutfs_set_capacity(w.fs, 0);
    assert_ok(fixture_save(outbox, 70000, number)); /* the same handle serves again when there is room */
    add(&w.saved, number);
    outbox_close(&outbox);
    check_promises(&w);
    finish(&w);
}

/* ---- migration ---- */

static const char *const steps_of_schema[] = {
    "CREATE TABLE note(id INTEGER PRIMARY KEY, text TEXT); INSERT INTO note(text) VALUES('kept');",
    "ALTER TABLE note ADD COLUMN number INTEGER; UPDATE note SET number = 7;",
    "CREATE TABLE other(id INTEGER PRIMARY KEY); INSERT INTO other SELECT id FROM note;",
};

static struct err open_schema(struct world *w, int version, struct store **out_store)
{
    struct store_setup setup = {.dir = w->dir,
                                .name = "notes",
                                .vfs = VFS,
                                .clock = &w->clock.clock,
                                .migrations = steps_of_schema,
                                .migration_count = version};
    return store_open(&setup, out_store);
}

static struct err count_others(struct store *store, void *context)
{
    return store_number(
        store, "SELECT count(*) FROM note n JOIN other o ON o.id = n.id WHERE n.number = 7 AND text = 'kept'",
        STORE_NO_BIND, context);
}

static void a_migration_is_whole_or_not_begun(void **state)
{
    (void)state;
    for (int64_t at = 1;; at++) {
        struct world w;
        struct store *store = NULL;
        int64_t rows = 0;
        begin(&w, (uint64_t)at, false);
        assert_ok(open_schema(&w, 1, &store));
        store_close(&store);
        cutfs_arm(w.fs, at, 0, 0);
        struct err e = open_schema(&w, 3, &store);
        bool done = !cutfs_is_off(w.fs);
        store_close(&store);
        assert_true(done == !err_is(&e));
        cutfs_power_on(w.fs);
        assert_ok(open_schema(&w, 3, &store));
        assert_ok(store_read(store, count_others, &rows));
        assert_int_equal(rows, 1);
        store_close(&store);
        check_integrity(&w, "notes");
        finish(&w);
        points++;
        if (done)
            break;
    }
}

static int report(void **state)
{
    (void)state;
    print_message(
        "power cut: %d fault points hit, %d applications checked; saved and lost %d, purged without "
        "acknowledgement %d, numbers given twice %d\n",
        points, cases_checked, lost, purged_unacknowledged, numbers_repeated);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_saved_is_lost_when_the_power_goes_while_saving),
        cmocka_unit_test(nothing_is_lost_or_called_received_when_the_power_goes_while_sending),
        cmocka_unit_test(every_failing_write_or_sync_is_survived),
        cmocka_unit_test(a_full_disk_is_said_and_costs_nothing_saved),
        cmocka_unit_test(a_migration_is_whole_or_not_begun),
    };
    return cmocka_run_group_tests(tests, NULL, report);
}
