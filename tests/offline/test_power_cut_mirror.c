/*
 * The second medium is pulled at every single step of a pass, and every step fails once: whoever saves
 * meanwhile does not notice; what lay on the medium before is still whole on it; and when it is back, the
 * next pass brings it in line.
 */
#include "offline/outbox_internal.h"
#include "tests/offline/cutfs.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/fixture.h"
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define BOX_VFS    "box"
#define MEDIUM_VFS "medium"

enum { LARGE = 70000, SMALL = 100 };

struct world {
    char dir[64], medium_dir[80]; /* real folders, for number.high; the databases are in the VFS */
    struct clock_fake clock;
    struct cutfs *box_fs, *medium_fs;
    struct outbox *box;
    char old[CASE_NUMBER_SIZE];      /* was on the medium before */
    char received[CASE_NUMBER_SIZE]; /* was, and has gone to the platform since */
    char fresh[CASE_NUMBER_SIZE];    /* was not */
};

/* Fates of the unsynced writes tried at every step. */
static uint64_t seeds(void)
{
    return fixture_is_long() ? 40 : 1;
}

/* ---- the desk ---- */

static struct err follow(struct world *w)
{
    struct outbox_options options = {
        .dir = w->medium_dir, .kiosk_number = 42, .clock = &w->clock.clock, .vfs = MEDIUM_VFS};
    struct outbox_mirroring mirroring = {0};
    struct outbox *medium = NULL;
    struct err e = outbox_open(&options, &medium);
    if (!err_is(&e))
        e = outbox_mirror(w->box, medium, &mirroring);
    outbox_close(&medium);
    return e;
}

static void deliver_and_purge(struct world *w, const char *number)
{
    struct outbox_list claimed = {0};
    int purged = 0;
    assert_ok(outbox_claim(w->box, ENDPOINT_PLATFORM, FIXTURE_NOW_MS, 10, &claimed));
    for (size_t i = 0; i < claimed.count; i++) {
        const struct outbox_settlement done = {claimed.items[i].row, {.http_status = 201}};
        if (strcmp(claimed.items[i].number, number) == 0)
            assert_ok(outbox_settle(w->box, &done, 1));
    }
    outbox_list_finish(&claimed);
    assert_ok(outbox_recover(w->box));
    assert_ok(outbox_sweep(w->box, &purged));
    assert_int_equal(purged, 1);
}

/* One pass was made; since then one application was received, and one was saved. */
static void begin(struct world *w, uint64_t seed)
{
    *w = (struct world){.dir = "/dev/shm/yizhan-mirror-XXXXXX"};
    assert_non_null(mkdtemp(w->dir));
    snprintf(w->medium_dir, sizeof w->medium_dir, "%s/medium", w->dir);
    assert_int_equal(mkdir(w->medium_dir, 0755), 0);
    clock_fake_init(&w->clock, FIXTURE_NOW_MS);
    w->box_fs = cutfs_create(BOX_VFS, 1);
    w->medium_fs = cutfs_create(MEDIUM_VFS, seed);
    w->box = fixture_open(w->dir, &w->clock.clock, BOX_VFS);
    assert_ok(fixture_save(w->box, LARGE, w->old));
    assert_ok(fixture_save(w->box, SMALL, w->received));
    assert_ok(follow(w));
    deliver_and_purge(w, w->received);
    assert_ok(fixture_save(w->box, LARGE, w->fresh));
}

static void finish(struct world *w)
{
    outbox_close(&w->box);
    cutfs_destroy(&w->medium_fs);
    cutfs_destroy(&w->box_fs);
    fixture_remove_dir(w->medium_dir);
    fixture_remove_dir(w->dir);
}

/* ---- what must hold ---- */

static void assert_whole(struct outbox *outbox, const struct outbox_case *item)
{
    static uint8_t piece[OUTBOX_CHUNK_SIZE];
    struct buf manifest = {0};
    int64_t sum = 0;
    size_t got = 1;

    assert_ok(outbox_manifest(outbox, item->row, &manifest));
    assert_non_null(strstr(buf_text(&manifest), item->number));
    for (int file = 0; file < 2; file++, got = 1) {
        for (int64_t at = 0; got > 0; at += (int64_t)got) {
            assert_ok(outbox_read(outbox, item->row, file, at, piece, sizeof piece, &got));
            for (size_t n = 0; file == 0 && n < got; n++)
                assert_int_equal(piece[n], (uint8_t)(((size_t)at + n) * 7));
            sum += (int64_t)got;
        }
    }
    assert_int_equal(sum + (int64_t)manifest.length, item->sealed_bytes);
    buf_finish(&manifest);
}

/* Looks at an application on the medium: whole, or purged where that is allowed, or not there where that is.
 */
static void look(struct outbox *medium, const char *number, bool may_be_purged, bool may_be_missing)
{
    struct outbox_case item;
    bool found = false;
    assert_ok(outbox_find_number(medium, number, &item, &found));
    assert_true(found || may_be_missing);
    if (found && item.state == OUTBOX_PURGED)
        assert_true(may_be_purged);
    else if (found)
        assert_whole(medium, &item);
}

static void check_medium(struct world *w, bool in_line)
{
    struct outbox *medium = fixture_open(w->medium_dir, &w->clock.clock, MEDIUM_VFS);
    struct outbox_case item;
    bool found = false;

    assert_string_equal(outbox_quarantine(medium), "");
    look(medium, w->old, false, false);
    look(medium, w->received, true, false);
    look(medium, w->fresh, false, !in_line);
    assert_ok(outbox_find_number(medium, w->received, &item, &found));
    assert_true(!in_line || item.state == OUTBOX_PURGED);
    outbox_close(&medium);
}

static void nobody_noticed(struct world *w)
{
    char number[CASE_NUMBER_SIZE];
    assert_ok(fixture_save(w->box, SMALL, number));
    assert_string_equal(outbox_quarantine(w->box), "");
}

/* true when the pass was through before that step came. */
static bool pull_at(int64_t step, uint64_t seed, int fail_code)
{
    struct world w;

    begin(&w, seed);
    cutfs_arm(w.medium_fs, fail_code ? 0 : step, fail_code ? step : 0, fail_code);
    struct err e = follow(&w);
    bool through = cutfs_steps(w.medium_fs) < step;
    assert_true(!through || !err_is(&e));
    nobody_noticed(&w);
    if (fail_code)
        cutfs_arm(w.medium_fs, 0, 0, 0);
    else
        cutfs_power_on(w.medium_fs);
    check_medium(&w, through);
    assert_ok(follow(&w));
    check_medium(&w, true);
    finish(&w);
    return through;
}

/* ---- tests ---- */

static void a_medium_pulled_at_any_step_is_whole_and_catches_up(void **state)
{
    (void)state;
    int points = 0;
    bool through = false;

    for (int64_t step = 1; !through; step++) {
        for (uint64_t seed = 1; seed <= seeds(); seed++, points++)
            through = pull_at(step, seed, 0);
    }
    print_message("mirror pulled: %d fault points hit, torn copies 0\n", points);
    assert_true(points > 50);
}

static void a_step_that_fails_once_costs_a_pass(void **state)
{
    static const int codes[] = {SQLITE_FULL, SQLITE_IOERR_FSYNC, SQLITE_IOERR_WRITE};
    (void)state;

    for (size_t i = 0; i < (fixture_is_long() ? sizeof codes / sizeof codes[0] : 1); i++) {
        for (int64_t step = 1; !pull_at(step, (uint64_t)step, codes[i]); step++)
            continue;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_medium_pulled_at_any_step_is_whole_and_catches_up),
        cmocka_unit_test(a_step_that_fails_once_costs_a_pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
