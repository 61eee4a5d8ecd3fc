/* The second copy: it follows, it never stands in the way, and a dead box is read from it. */
#include "offline/mirror.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/fixture.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MEDIA = 150 * 1000 };

struct desk {
    struct fixture *f;
    char medium[96];
    struct mirror *mirror;
};

static struct mirror *open_mirror(struct desk *d, bool same_disk)
{
    struct mirror *mirror = NULL;
    const struct mirror_setup setup = {.store_dir = d->f->dir,
                                       .mirror_dir = d->medium,
                                       .same_disk = same_disk,
                                       .kiosk_number = 42,
                                       .clock = &d->f->clock.clock};
    assert_ok(mirror_create(&setup, &mirror));
    return mirror;
}

static int setup(void **state)
{
    struct desk *d = calloc(1, sizeof *d);
    if (!d || fixture_setup((void **)&d->f) != 0)
        return 1;
    snprintf(d->medium, sizeof d->medium, "%s-medium", d->f->dir);
    mkdir(d->medium, 0755);
    d->mirror = open_mirror(d, true);
    *state = d;
    return 0;
}

static int teardown(void **state)
{
    struct desk *d = *state;
    mirror_destroy(&d->mirror);
    fixture_remove_dir(d->medium);
    fixture_teardown((void **)&d->f);
    free(d);
    return 0;
}

static struct mirror_status status(const struct desk *d)
{
    struct mirror_status now;
    mirror_status(d->f->dir, &now);
    return now;
}

/* What the medium holds of an application; false when nothing. */
static bool on_medium(const struct desk *d, const char *number, struct outbox_case *out_case)
{
    bool found = false;
    struct outbox *copy = fixture_open(d->medium, &d->f->clock.clock, NULL);
    assert_ok(outbox_find_number(copy, number, out_case, &found));
    outbox_close(&copy);
    return found;
}

static void assert_same_bytes(const struct desk *d, const char *number)
{
    struct outbox *copy = fixture_open(d->medium, &d->f->clock.clock, NULL);
    struct outbox_case here, there;
    struct buf one = {0}, other = {0};
    char a[OUTBOX_CHUNK_SIZE], b[OUTBOX_CHUNK_SIZE];
    size_t got = 1, also = 0;
    bool found = false;

    assert_ok(outbox_find_number(d->f->outbox, number, &here, &found));
    assert_ok(outbox_find_number(copy, number, &there, &found));
    assert_int_equal(here.sealed_bytes, there.sealed_bytes);
    assert_ok(outbox_manifest(d->f->outbox, here.row, &one));
    assert_ok(outbox_manifest(copy, there.row, &other));
    assert_string_equal(buf_text(&one), buf_text(&other));
    for (int64_t at = 0; got > 0; at += (int64_t)got) {
        assert_ok(outbox_read(d->f->outbox, here.row, 1, at, a, sizeof a, &got));
        assert_ok(outbox_read(copy, there.row, 1, at, b, sizeof b, &also));
        assert_int_equal(got, also);
        assert_memory_equal(a, b, got);
    }
    buf_finish(&one);
    buf_finish(&other);
    outbox_close(&copy);
}

static void what_waits_is_on_it_byte_for_byte(void **state)
{
    struct desk *d = *state;
    char numbers[3][CASE_NUMBER_SIZE];

    for (int i = 0; i < 3; i++)
        assert_ok(fixture_save(d->f->outbox, MEDIA, numbers[i]));
    assert_ok(mirror_follow(d->mirror));
    assert_int_equal(status(d).state, MIRROR_CURRENT);
    for (int i = 0; i < 3; i++)
        assert_same_bytes(d, numbers[i]);
}

/* And is said as long as it lasts. */
static void one_damaged_on_the_disk_keeps_no_other_from_it(void **state)
{
    struct desk *d = *state;
    char numbers[3][CASE_NUMBER_SIZE];
    struct outbox_case item;

    for (int i = 0; i < 3; i++)
        assert_ok(fixture_save(d->f->outbox, MEDIA, numbers[i]));
    fixture_forget_bytes(d->f->dir, numbers[1]);
    struct err e = mirror_follow(d->mirror);
    assert_true(err_is(&e));
    assert_int_equal(status(d).state, MIRROR_FAILED);
    assert_int_equal(status(d).missing, 1);
    assert_same_bytes(d, numbers[0]);
    assert_false(on_medium(d, numbers[1], &item));
    assert_same_bytes(d, numbers[2]);
}

static void what_the_platform_has_goes_from_it_too(void **state)
{
    struct desk *d = *state;
    char number[CASE_NUMBER_SIZE];
    struct outbox_case item;
    struct outbox_list claimed = {0};
    int purged = 0;

    assert_ok(fixture_save(d->f->outbox, MEDIA, number));
    assert_ok(mirror_follow(d->mirror));
    assert_ok(outbox_claim(d->f->outbox, ENDPOINT_PLATFORM, FIXTURE_NOW_MS, 1, &claimed));
    const struct outbox_settlement done = {claimed.items[0].row, {.http_status = 201}};
    assert_ok(outbox_settle(d->f->outbox, &done, 1));
    assert_ok(outbox_sweep(d->f->outbox, &purged));
    assert_ok(mirror_follow(d->mirror));
    assert_true(on_medium(d, number, &item));
    assert_int_equal(item.state, OUTBOX_PURGED);
    assert_int_equal(item.sealed_bytes, 0);
    outbox_list_finish(&claimed);
}

static struct err fill_smallest(void *context, struct outbox_writer *writer)
{
    (void)context;
    return outbox_write_manifest(writer, "<data/>", 7);
}

static void what_was_taken_back_is_known_there_too(void **state)
{
    struct desk *d = *state;
    char number[CASE_NUMBER_SIZE];
    struct outbox_case item;

    assert_ok(fixture_save(d->f->outbox, MEDIA, number));
    assert_ok(mirror_follow(d->mirror));
    const struct outbox_application application = {.number = "0042000173",
                                                   .instance_id = "uuid:0f4b0f4b-0000-4000-8000-000000000173",
                                                   .form_id = "withdraw",
                                                   .form_version = "",
                                                   .withdraws = number};
    assert_ok(outbox_save(d->f->outbox, &application, fill_smallest, NULL));
    assert_ok(mirror_follow(d->mirror));
    assert_true(on_medium(d, number, &item));
    assert_true(item.is_withdrawn);
}

/* The folder is there, the medium is not: a copy on the same disk is no copy. */
static void a_medium_that_is_not_mounted_is_said(void **state)
{
    struct desk *d = *state;
    char number[CASE_NUMBER_SIZE];
    struct mirror *strict = open_mirror(d, false);

    assert_ok(fixture_save(d->f->outbox, MEDIA, number));
    assert_err_class(mirror_follow(strict), ERR_REFUSED);
    assert_int_equal(status(d).state, MIRROR_FAILED);
    assert_non_null(strstr(status(d).reason, "no second medium is mounted"));
    mirror_destroy(&strict);
}

static void a_medium_that_comes_back_catches_up(void **state)
{
    struct desk *d = *state;
    char number[2][CASE_NUMBER_SIZE], away[120];
    struct outbox_case item;

    assert_ok(fixture_save(d->f->outbox, MEDIA, number[0]));
    assert_ok(mirror_follow(d->mirror));
    snprintf(away, sizeof away, "%s.away", d->medium);
    assert_int_equal(rename(d->medium, away), 0);
    assert_ok(fixture_save(d->f->outbox, MEDIA, number[1])); /* the citizen notices nothing */
    struct err lost = mirror_follow(d->mirror);
    assert_true(err_is(&lost));
    assert_int_equal(status(d).state, MIRROR_FAILED);
    assert_int_equal(rename(away, d->medium), 0);
    assert_ok(mirror_follow(d->mirror));
    assert_int_equal(status(d).state, MIRROR_CURRENT);
    assert_true(on_medium(d, number[1], &item));
}

/* Corrupt, quarantined, a fresh one serves: what only the mirror still has stays on it. */
static void what_the_outbox_lost_stays_on_it(void **state)
{
    struct desk *d = *state;
    char before[CASE_NUMBER_SIZE], after[CASE_NUMBER_SIZE], path[120];
    struct outbox_case item;

    assert_ok(fixture_save(d->f->outbox, MEDIA, before));
    assert_ok(mirror_follow(d->mirror));
    snprintf(path, sizeof path, "%s/outbox.db", d->f->dir);
    assert_int_equal(truncate(path, 5000), 0);
    assert_ok(fixture_save(d->f->outbox, MEDIA, after));
    assert_ok(mirror_follow(d->mirror));
    assert_true(on_medium(d, before, &item));
    assert_int_equal(item.state, OUTBOX_QUEUED);
    assert_true(on_medium(d, after, &item));
}

/* Stopped between two: the rest is told as missing and comes with the next pass. */
static bool after_one(void *context)
{
    int *left = context;
    return (*left)-- <= 0;
}

static void a_pass_that_is_stopped_says_what_is_missing(void **state)
{
    struct desk *d = *state;
    char number[CASE_NUMBER_SIZE];
    int left = 1;
    struct mirror *stopped = NULL;
    const struct mirror_setup setup = {.store_dir = d->f->dir,
                                       .mirror_dir = d->medium,
                                       .same_disk = true,
                                       .kiosk_number = 42,
                                       .clock = &d->f->clock.clock,
                                       .stopped = after_one,
                                       .stopped_context = &left};

    for (int i = 0; i < 3; i++)
        assert_ok(fixture_save(d->f->outbox, MEDIA, number));
    assert_ok(mirror_create(&setup, &stopped));
    assert_ok(mirror_follow(stopped));
    assert_int_equal(status(d).state, MIRROR_BEHIND);
    assert_int_equal(status(d).missing, 2);
    mirror_destroy(&stopped);
    assert_ok(mirror_follow(d->mirror));
    assert_int_equal(status(d).state, MIRROR_CURRENT);
}

/* yizhan-sync is dead: what it noted last is not the truth any more. */
static void current_is_doubted_when_nobody_looks(void **state)
{
    struct desk *d = *state;
    char number[CASE_NUMBER_SIZE], path[120];
    const struct timespec old[2] = {{.tv_sec = 1700000000}, {.tv_sec = 1700000000}};

    assert_ok(fixture_save(d->f->outbox, MEDIA, number));
    assert_ok(mirror_follow(d->mirror));
    assert_int_equal(status(d).state, MIRROR_CURRENT);
    snprintf(path, sizeof path, "%s/mirror.state", d->f->dir);
    assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
    assert_int_equal(status(d).state, MIRROR_BEHIND);
    assert_non_null(strstr(status(d).reason, "nobody has looked after it"));
}

int main(void)
{
#define DESK(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        DESK(what_waits_is_on_it_byte_for_byte),
        DESK(what_the_platform_has_goes_from_it_too),
        DESK(one_damaged_on_the_disk_keeps_no_other_from_it),
        DESK(what_was_taken_back_is_known_there_too),
        DESK(a_medium_that_is_not_mounted_is_said),
        DESK(a_medium_that_comes_back_catches_up),
        DESK(what_the_outbox_lost_stays_on_it),
        DESK(a_pass_that_is_stopped_says_what_is_missing),
        DESK(current_is_doubted_when_nobody_looks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
