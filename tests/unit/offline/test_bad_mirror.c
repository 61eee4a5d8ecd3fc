/* The second medium is full, or stands still in the middle of a write: whoever saves meanwhile neither fails
 * nor waits for it. */
#include "offline/mirror.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/bad_medium.h"
#include "tests/unit/offline/fixture.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MEDIA = 150 * 1000, MEANWHILE = 5 };

struct desk {
    struct fixture *f;
    char medium[96];
    struct mirror *mirror;
};

static int setup(void **state)
{
    struct desk *d = calloc(1, sizeof *d);
    if (!d || fixture_setup((void **)&d->f) != 0)
        return 1;
    snprintf(d->medium, sizeof d->medium, "%s-medium", d->f->dir);
    mkdir(d->medium, 0755);
    bad_medium_begin(d->medium);
    const struct mirror_setup mirror = {.store_dir = d->f->dir,
                                        .mirror_dir = d->medium,
                                        .same_disk = true,
                                        .kiosk_number = 42,
                                        .clock = &d->f->clock.clock};
    assert_ok(mirror_create(&mirror, &d->mirror));
    *state = d;
    return 0;
}

static int teardown(void **state)
{
    struct desk *d = *state;
    mirror_destroy(&d->mirror);
    bad_medium_end();
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

static void citizens_save(struct desk *d, int count)
{
    char number[CASE_NUMBER_SIZE];
    for (int i = 0; i < count; i++)
        assert_ok(fixture_save(d->f->outbox, MEDIA, number));
}

static void a_full_medium_is_said_and_costs_nobody_anything(void **state)
{
    struct desk *d = *state;

    citizens_save(d, 2);
    assert_ok(mirror_follow(d->mirror));
    bad_medium_fill(true);
    citizens_save(d, MEANWHILE);
    assert_err_class(mirror_follow(d->mirror), ERR_SPACE);
    assert_int_equal(status(d).state, MIRROR_FAILED);
    assert_int_equal(status(d).missing, MEANWHILE);
    citizens_save(d, 1);
    bad_medium_fill(false); /* another stick */
    assert_ok(mirror_follow(d->mirror));
    assert_int_equal(status(d).state, MIRROR_CURRENT);
}

static void *follow(void *context)
{
    struct desk *d = context;
    struct err *result = malloc(sizeof *result);
    if (result)
        *result = mirror_follow(d->mirror);
    return result;
}

/* The mirror hangs in the middle of copying: had it a lock on the outbox, saving would fail for it. */
static void nobody_waits_for_a_medium_that_stands_still(void **state)
{
    struct desk *d = *state;
    pthread_t thread;
    void *result = NULL;

    citizens_save(d, 2);
    assert_ok(mirror_follow(d->mirror)); /* its database is there: what hangs is an application's bytes */
    citizens_save(d, 1);
    bad_medium_hang();
    assert_int_equal(pthread_create(&thread, NULL, follow, d), 0);
    bad_medium_wait();
    citizens_save(d, MEANWHILE);
    bad_medium_go_on();
    assert_int_equal(pthread_join(thread, &result), 0);
    assert_non_null(result);
    assert_ok(*(struct err *)result);
    free(result);
    assert_ok(mirror_follow(d->mirror));
    assert_int_equal(status(d).state, MIRROR_CURRENT);
    assert_int_equal(status(d).missing, 0);
}

int main(void)
{
#define DESK(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        DESK(a_full_medium_is_said_and_costs_nobody_anything),
        DESK(nobody_waits_for_a_medium_that_stands_still),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
