#include "app/fleet/pin.h"

#include "board/base/file.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MINUTE_MS = 60 * 1000 };

struct place {
    struct config config;
    struct clock_fake clock;
};

/* The fleet's key: 64 times this digit. */
static struct pin_key write_key(struct place *f, char digit)
{
    char text[65];
    struct pin_key key;
    memset(text, digit, 64);
    text[64] = '\n';
    unlink(f->config.visit.pin_key);
    assert_ok(file_write(f->config.visit.pin_key, text, sizeof text, 0600));
    assert_ok(pin_key_read(f->config.visit.pin_key, &key));
    return key;
}

static int begin(void **state)
{
    struct place *f = calloc(1, sizeof *f);
    strcpy(f->config.visit.dir, "/tmp/yizhan-pin-XXXXXX");
    assert_non_null(mkdtemp(f->config.visit.dir));
    clock_fake_init(&f->clock, 1795334400000);
    snprintf(f->config.visit.pin_key, sizeof f->config.visit.pin_key, "%s/pin.key", f->config.visit.dir);
    struct pin_key key = write_key(f, '7');
    assert_ok(pin_make(&key, "王工", "204816", f->config.visit.pin[0]));
    assert_ok(pin_make(&key, "李工", "1359", f->config.visit.pin[1]));
    f->config.visit.pin_count = 2;
    *state = f;
    return 0;
}

static int end(void **state)
{
    struct place *f = *state;
    fixture_remove_dir(f->config.visit.dir);
    free(f);
    return 0;
}

static bool is_right(struct place *f, const char *who, const char *pin)
{
    bool right = false;
    assert_ok(pin_try(&f->config, &f->clock.clock, who, pin, &right));
    return right;
}

static struct pin_guard ask(struct place *f)
{
    struct pin_guard guard;
    assert_ok(pin_ask(f->config.visit.dir, &f->clock.clock, &guard));
    return guard;
}

static void each_has_a_pin_of_her_own(void **state)
{
    struct place *f = *state;
    assert_true(is_right(f, "王工", "204816"));
    assert_true(is_right(f, "李工", "1359"));
    assert_false(is_right(f, "王工", "1359"));
    assert_false(is_right(f, "陌生人", "204816"));
    assert_false(is_right(f, "王工", ""));
}

/* What kiosk.ini and a stick show is worth nothing by itself. */
static void without_the_fleets_key_a_verifier_says_nothing(void **state)
{
    struct place *f = *state;
    assert_true(is_right(f, "王工", "204816"));
    write_key(f, '8');
    assert_false(is_right(f, "王工", "204816"));
}

static void a_key_that_others_may_read_is_none(void **state)
{
    struct place *f = *state;
    bool right = false;
    assert_true(pin_is_set(&f->config));
    assert_int_equal(chmod(f->config.visit.pin_key, 0640), 0);
    struct err e = pin_try(&f->config, &f->clock.clock, "王工", "204816", &right);
    assert_err_class(e, ERR_REFUSED);
    assert_false(right);
    assert_ok(file_write(f->config.visit.pin_key, "7777", 4, 0600));
    assert_err_class(pin_try(&f->config, &f->clock.clock, "王工", "204816", &right), ERR_DATA);
    unlink(f->config.visit.pin_key);
    assert_false(pin_is_set(&f->config));
}

static void five_tries_then_waits_that_grow(void **state)
{
    struct place *f = *state;
    f->config.visit.pin_count = 1;
    static const int minutes[] = {1, 2, 4, 8, 16, 32, 60, 60};
    for (int i = 0; i < PIN_TRIES; i++) {
        assert_int_equal(ask(f).tries_left, PIN_TRIES - i);
        assert_int_equal(ask(f).wait_ms, 0);
        assert_false(is_right(f, "王工", "000000"));
    }
    for (size_t i = 0; i < sizeof minutes / sizeof *minutes; i++) {
        bool right = false;
        assert_int_equal(ask(f).wait_ms, (int64_t)minutes[i] * MINUTE_MS);
        assert_err_class(pin_try(&f->config, &f->clock.clock, "王工", "204816", &right), ERR_RETRY);
        clock_fake_advance(&f->clock, (int64_t)minutes[i] * MINUTE_MS);
        assert_int_equal(ask(f).wait_ms, 0);
        assert_int_equal(ask(f).tries_left, 1);
        assert_false(is_right(f, "王工", "000000"));
    }
    clock_fake_advance(&f->clock, 60 * MINUTE_MS);
    assert_true(is_right(f, "王工", "204816"));
    assert_int_equal(ask(f).tries_left, PIN_TRIES);
}

static void write_tries(struct place *f, const char *text)
{
    char path[300];
    snprintf(path, sizeof path, "%s/pin", f->config.visit.dir);
    assert_ok(file_write(path, text, strlen(text), 0600));
}

/* Another start of the machine: its monotonic clock says nothing of the one before. */
static void a_restart_begins_the_wait_again(void **state)
{
    struct place *f = *state;
    assert_false(is_right(f, "王工", "000000")); /* makes the folder */
    write_tries(f, "7 some-other-boot 5\n");
    clock_fake_advance(&f->clock, 1000 * MINUTE_MS);
    assert_int_equal(ask(f).wait_ms, 4 * MINUTE_MS);
    clock_fake_advance(&f->clock, 3 * MINUTE_MS);
    assert_int_equal(ask(f).wait_ms, MINUTE_MS);
}

static void a_damaged_note_gives_no_tries_away(void **state)
{
    struct place *f = *state;
    assert_false(is_right(f, "王工", "000000"));
    write_tries(f, "");
    assert_true(ask(f).wait_ms > 0);
}

static void a_try_is_written_down_before_it_is_judged(void **state)
{
    struct place *f = *state;
    bool right = false;
    assert_false(is_right(f, "王工", "000000"));
    /* nothing can be written any more: even the right one is not heard */
    char folder[300];
    snprintf(folder, sizeof folder, "%s", f->config.visit.dir);
    fixture_remove_dir(folder);
    assert_ok(file_write(folder, "", 0, 0600));
    struct err e = pin_try(&f->config, &f->clock.clock, "王工", "204816", &right);
    assert_true(err_is(&e));
    assert_false(right);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_has_a_pin_of_her_own, begin, end),
        cmocka_unit_test_setup_teardown(without_the_fleets_key_a_verifier_says_nothing, begin, end),
        cmocka_unit_test_setup_teardown(a_key_that_others_may_read_is_none, begin, end),
        cmocka_unit_test_setup_teardown(five_tries_then_waits_that_grow, begin, end),
        cmocka_unit_test_setup_teardown(a_restart_begins_the_wait_again, begin, end),
        cmocka_unit_test_setup_teardown(a_damaged_note_gives_no_tries_away, begin, end),
        cmocka_unit_test_setup_teardown(a_try_is_written_down_before_it_is_judged, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
