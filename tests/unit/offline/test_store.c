/* What can happen to the database file itself. */
#include "board/base/file.h"
#include "offline/outbox_internal.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/fixture.h"
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void execute(const char *dir, const char *sql)
{
    char path[128];
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/outbox.db", dir);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static int64_t waiting(struct outbox *outbox)
{
    struct outbox_counts counts;
    assert_ok(outbox_count(outbox, &counts));
    return counts.waiting;
}

static void a_newer_schema_is_refused_in_words_and_left_alone(void **state)
{
    struct fixture *f = *state;
    char number[CASE_NUMBER_SIZE], path[128];
    struct outbox *again = NULL;
    struct outbox_options options = {.dir = f->dir, .kiosk_number = 42, .clock = &f->clock.clock};
    struct buf before = {0}, after = {0};
    assert_ok(fixture_save(f->outbox, 10, number));
    outbox_close(&f->outbox);
    execute(f->dir, "PRAGMA user_version=77");
    snprintf(path, sizeof path, "%s/outbox.db", f->dir);
    assert_ok(file_read(path, 1 << 20, &before));
    struct err e = outbox_open(&options, &again);
    assert_int_equal(e.class, ERR_REFUSED);
    assert_non_null(strstr(e.text, "newer software"));
    assert_null(strchr(e.text, '\n'));
    assert_ok(file_read(path, 1 << 20, &after));
    assert_true(before.length == after.length && memcmp(before.data, after.data, after.length) == 0);
    buf_finish(&before);
    buf_finish(&after);
}

static void set_schema(const char *dir, int version)
{
    char pragma[40];
    snprintf(pragma, sizeof pragma, "PRAGMA user_version=%d", version);
    execute(dir, pragma);
}

static void software_on_trial_leaves_an_older_schema_alone(void **state)
{
    struct fixture *f = *state;
    char number[CASE_NUMBER_SIZE], path[128], trial[128];
    struct outbox_options options = {.dir = f->dir, .kiosk_number = 42, .clock = &f->clock.clock};
    struct buf before = {0}, after = {0};
    assert_ok(fixture_save(f->outbox, 10, number));
    outbox_close(&f->outbox);
    set_schema(f->dir, outbox_migration_count - 1); /* what is there is not touched, so it need not fit */
    snprintf(path, sizeof path, "%s/outbox.db", f->dir);
    snprintf(trial, sizeof trial, "%s/on-trial", f->dir);
    assert_ok(file_read(path, 1 << 20, &before));
    assert_ok(file_write(trial, "", 0, 0600));

    struct err e = outbox_open(&options, &f->outbox);
    assert_int_equal(e.class, ERR_RETRY);
    assert_non_null(strstr(e.text, "until this version has shown that it works"));
    assert_ok(file_read(path, 1 << 20, &after));
    assert_true(before.length == after.length && memcmp(before.data, after.data, after.length) == 0);

    set_schema(f->dir, outbox_migration_count); /* the schema it knows serves, on trial or not */
    assert_ok(outbox_open(&options, &f->outbox));
    assert_int_equal(waiting(f->outbox), 1);
    buf_finish(&before);
    buf_finish(&after);
}

static void the_other_process_in_a_transaction_is_waited_for_not_for_ever(void **state)
{
    struct fixture *f = *state;
    char path[128], number[CASE_NUMBER_SIZE];
    sqlite3 *other = NULL;
    snprintf(path, sizeof path, "%s/outbox.db", f->dir);
    assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_err_class(outbox_take_number(f->outbox, number), ERR_RETRY);
    assert_int_equal(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    assert_ok(outbox_take_number(f->outbox, number));
    sqlite3_close(other);
}

static void overwrite(const char *dir, const char *name, off_t from, size_t size)
{
    char path[128], junk[4096];
    memset(junk, 0xa5, sizeof junk);
    snprintf(path, sizeof path, "%s/%s", dir, name);
    int fd = open(path, O_WRONLY);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, junk, size, from), (ssize_t)size);
    close(fd);
}

static void assert_quarantined(struct outbox *outbox)
{
    struct stat status;
    const char *path = outbox_quarantine(outbox);
    assert_int_not_equal(path[0], 0);
    assert_int_equal(stat(path, &status), 0);
    assert_true(status.st_size > 0);
}

static void a_corrupt_database_is_kept_and_a_fresh_one_serves(void **state)
{
    struct fixture *f = *state;
    char before[CASE_NUMBER_SIZE], after[CASE_NUMBER_SIZE];
    assert_ok(fixture_save(f->outbox, 10, before));
    assert_string_equal(outbox_quarantine(f->outbox), "");
    outbox_close(&f->outbox);
    overwrite(f->dir, "outbox.db", 0, 4096);
    f->outbox = fixture_open(f->dir, &f->clock.clock, NULL);
    assert_quarantined(f->outbox);
    assert_ok(fixture_save(f->outbox, 10, after));
    assert_true(strcmp(after, before) > 0); /* no number twice */
    assert_int_equal(waiting(f->outbox), 1);
}

/* As the units start them: two users of one group. Whoever meets a damaged database next is the other one. */
static void both_programs_may_use_the_quarantine(void **state)
{
    struct fixture *f = *state;
    struct stat status;
    char number[CASE_NUMBER_SIZE], folder[128];
    mode_t mask = umask(0007);
    assert_ok(fixture_save(f->outbox, 10, number));
    outbox_close(&f->outbox);
    overwrite(f->dir, "outbox.db", 0, 4096);
    f->outbox = fixture_open(f->dir, &f->clock.clock, NULL);
    umask(mask);
    assert_quarantined(f->outbox);
    snprintf(folder, sizeof folder, "%s/quarantine", f->dir);
    assert_int_equal(stat(folder, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0770);
}

/* Damage deep in the file shows only while it is being used. */
static void corruption_met_while_saving_does_not_lose_the_application(void **state)
{
    struct fixture *f = *state;
    char number[CASE_NUMBER_SIZE];
    struct stat status;
    char path[128];
    assert_ok(fixture_save(f->outbox, 200000, number));
    outbox_close(&f->outbox);
    snprintf(path, sizeof path, "%s/outbox.db", f->dir);
    assert_int_equal(stat(path, &status), 0);
    for (off_t at = 2 * 4096; at < 30 * 4096; at += 4096)
        overwrite(f->dir, "outbox.db", at, 4096);
    f->outbox = fixture_open(f->dir, &f->clock.clock, NULL);
    assert_ok(fixture_save(f->outbox, 10, number));
    assert_quarantined(f->outbox);
    assert_int_equal(waiting(f->outbox), 1);
}

static void the_other_process_notices_the_quarantine(void **state)
{
    struct fixture *f = *state;
    char number[CASE_NUMBER_SIZE];
    struct outbox *sync = fixture_open(f->dir, &f->clock.clock, NULL);
    assert_ok(fixture_save(f->outbox, 10, number));
    assert_int_equal(waiting(sync), 1);
    overwrite(f->dir, "outbox.db", 0, 4096);
    assert_ok(fixture_save(f->outbox, 10, number)); /* the kiosk meets it and moves it away */
    assert_int_equal(waiting(f->outbox), 1);
    assert_int_equal(waiting(sync), 1); /* and sync reads the fresh one */
    bool found = false;
    struct outbox_case next;
    assert_ok(outbox_next(sync, ENDPOINT_PLATFORM, FIXTURE_NOW_MS, &next, &found));
    assert_true(found && strcmp(next.number, number) == 0);
    outbox_close(&sync);
}

static void there_is_no_write_ahead_log(void **state)
{
    struct fixture *f = *state;
    char path[128], number[CASE_NUMBER_SIZE];
    assert_ok(fixture_save(f->outbox, 10, number));
    snprintf(path, sizeof path, "%s/outbox.db-wal", f->dir);
    assert_int_equal(access(path, F_OK), -1); /* the packaged SQLite's has a known defect */
}

static void a_folder_that_is_not_there_is_an_error_in_words(void **state)
{
    struct fixture *f = *state;
    struct outbox *outbox = NULL;
    struct outbox_options options = {
        .dir = "/nonexistent/yizhan", .kiosk_number = 42, .clock = &f->clock.clock};
    struct err e = outbox_open(&options, &outbox);
    assert_int_equal(e.class, ERR_SYSTEM);
    assert_null(outbox);
}

#define WITH_OUTBOX(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_OUTBOX(a_newer_schema_is_refused_in_words_and_left_alone),
        WITH_OUTBOX(software_on_trial_leaves_an_older_schema_alone),
        WITH_OUTBOX(the_other_process_in_a_transaction_is_waited_for_not_for_ever),
        WITH_OUTBOX(a_corrupt_database_is_kept_and_a_fresh_one_serves),
        WITH_OUTBOX(both_programs_may_use_the_quarantine),
        WITH_OUTBOX(corruption_met_while_saving_does_not_lose_the_application),
        WITH_OUTBOX(the_other_process_notices_the_quarantine),
        WITH_OUTBOX(there_is_no_write_ahead_log),
        WITH_OUTBOX(a_folder_that_is_not_there_is_an_error_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
