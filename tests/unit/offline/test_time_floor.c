#include "board/base/file.h"
#include "offline/time_floor.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/fixture.h"
#include <stdio.h>

#define DAY_MS ((int64_t)24 * 60 * 60 * 1000)

static void a_boot_in_1970_is_noticed(void **state)
{
    struct fixture *f = *state;
    int64_t floor_ms = time_floor(f->dir);
    assert_true(floor_ms > (int64_t)1700000000 * 1000); /* this software was built after 2023 */
    f->clock.wall_now_ms = 5000;
    assert_int_equal(time_trust(f->dir, &f->clock.clock), OUTBOX_TIME_UNSET);
    assert_int_equal(time_for_certificates(f->dir, &f->clock.clock), floor_ms);
    f->clock.wall_now_ms = floor_ms + DAY_MS;
    assert_int_not_equal(time_trust(f->dir, &f->clock.clock), OUTBOX_TIME_UNSET);
    assert_int_equal(time_for_certificates(f->dir, &f->clock.clock), floor_ms + DAY_MS);
}

static void the_floor_rises_and_never_falls(void **state)
{
    struct fixture *f = *state;
    int64_t floor_ms = time_floor(f->dir);
    assert_ok(time_floor_raise(f->dir, floor_ms + 10 * DAY_MS));
    assert_int_equal(time_floor(f->dir), floor_ms + 10 * DAY_MS);
    assert_ok(time_floor_raise(f->dir, floor_ms + 2 * DAY_MS));
    assert_int_equal(time_floor(f->dir), floor_ms + 10 * DAY_MS);
    assert_ok(time_floor_raise(f->dir, floor_ms + 10 * DAY_MS + 60000)); /* too little to be worth a write */
    assert_int_equal(time_floor(f->dir), floor_ms + 10 * DAY_MS);
}

static void a_lie_of_decades_is_refused(void **state)
{
    struct fixture *f = *state;
    int64_t floor_ms = time_floor(f->dir);
    assert_err_class(time_floor_raise(f->dir, floor_ms + 30 * 365 * DAY_MS), ERR_REFUSED);
    assert_int_equal(time_floor(f->dir), floor_ms);
}

static void a_damaged_floor_leaves_the_time_of_the_build(void **state)
{
    struct fixture *f = *state;
    char path[128];
    int64_t floor_ms = time_floor(f->dir);
    snprintf(path, sizeof path, "%s/time.floor", f->dir);
    assert_ok(file_write(path, "9999999999999999999999", 22, 0644));
    assert_int_equal(time_floor(f->dir), floor_ms);
    assert_ok(file_write(path, "soon", 4, 0644));
    assert_int_equal(time_floor(f->dir), floor_ms);
}

/* A clock that a platform was compared with is believed as far as the two agree. */
static void a_platforms_date_says_how_far_the_clock_is_believed(void **state)
{
    struct fixture *f = *state;
    int64_t now_ms = time_floor(f->dir) + 30 * DAY_MS, offset_ms = 0;

    f->clock.wall_now_ms = now_ms;
    assert_false(time_offset(f->dir, now_ms, &offset_ms));
    assert_ok(time_note_platform(f->dir, now_ms + 900, now_ms));
    assert_int_equal(time_trust(f->dir, &f->clock.clock), OUTBOX_TIME_SERVER);
    assert_ok(time_note_platform(f->dir, now_ms + 7200 * 1000, now_ms));
    assert_true(time_offset(f->dir, now_ms, &offset_ms));
    assert_int_equal(offset_ms, 7200 * 1000); /* what whoever may set the clock finds */
    assert_int_equal(time_trust(f->dir, &f->clock.clock), OUTBOX_TIME_UNSET);
    assert_false(time_offset(f->dir, now_ms - 1000, &offset_ms)); /* set back since: says nothing any more */
    assert_false(time_offset(f->dir, now_ms + 2 * DAY_MS, &offset_ms));
}

#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(a_boot_in_1970_is_noticed),
        WITH_FOLDER(the_floor_rises_and_never_falls),
        WITH_FOLDER(a_lie_of_decades_is_refused),
        WITH_FOLDER(a_platforms_date_says_how_far_the_clock_is_believed),
        WITH_FOLDER(a_damaged_floor_leaves_the_time_of_the_build),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
