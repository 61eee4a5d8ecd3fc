/* The whole visit in one process: the stick pulled at every moment, and put back; what goes wrong step by
 * step. */
#include "app/visit/child.h"
#include "app/visit/visit_log.h"
#include "board/base/file.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/fixture.h"
#include "tests/unit/visit/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char fleet[64];

static int make_fleet(void **state)
{
    (void)state;
    bench_make_fleet(fleet);
    return 0;
}

static int drop_fleet(void **state)
{
    (void)state;
    fixture_remove_dir(fleet);
    return 0;
}

static int start(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);
    bench_start(bench, fleet);
    *state = bench;
    return 0;
}

static int stop(void **state)
{
    bench_stop(*state);
    free(*state);
    return 0;
}

static void assert_chain_is_whole(const struct bench *bench)
{
    char path[200];
    struct visit_log_check check;
    snprintf(path, sizeof path, "%s/visit/log", bench->dir);
    assert_ok(visit_log_verify(path, &check));
    assert_int_equal(check.broken_line, 0);
    assert_true(check.lines > 0);
}

static void assert_all_is_done(struct bench *bench)
{
    struct bench_count count = bench_count(bench);
    assert_int_equal(bench->view.screen, TECHNICIAN_TAKE);
    for (size_t i = 0; i < bench->view.step_count; i++)
        assert_true(bench->view.steps[i].state == TECHNICIAN_DONE ||
                    bench->view.steps[i].state == TECHNICIAN_SKIPPED);
    assert_int_equal(count.on_stick, BENCH_APPLICATIONS);
    assert_int_equal(count.carried, BENCH_APPLICATIONS);
    assert_int_equal(count.visits, 1);
    assert_int_equal(count.forms, 2);
    assert_int_equal(bench->installs, 1);
    assert_true(bench_config_is_restored(bench));
    assert_chain_is_whole(bench);
}

/* Nothing is lost, and the screen says so: whatever is marked as on the stick is whole on it. */
static void assert_nothing_is_lost(struct bench *bench)
{
    struct bench_count count = bench_count(bench);
    assert_int_equal(bench->view.screen, TECHNICIAN_PULLED);
    assert_int_equal(count.queued + count.on_stick, BENCH_APPLICATIONS);
    assert_true(count.carried >= count.on_stick);
    assert_true(count.visits <= 1);
    assert_chain_is_whole(bench);
}

static void everything_in_one_insertion(void **state)
{
    struct bench *bench = *state;
    struct visit_result result = bench_visit(bench);
    assert_int_equal(result.end, VISIT_DONE);
    assert_true(result.wants_reboot);
    assert_int_equal(bench->pins, 1);
    assert_all_is_done(bench);
}

/* A box has no shell for `yizhanctl queue release`: whoever comes with a stick is the technician. */
static void what_the_platform_refused_goes_along(void **state)
{
    struct bench *bench = *state;
    struct outbox *outbox = fixture_open(bench->store, &bench->clock.clock, NULL);
    const struct outbox_answer refused = {.http_status = 404, .reason = "the form is gone"};
    struct outbox_list list = {0};
    assert_ok(outbox_list(outbox, 1u << OUTBOX_QUEUED, 0, 1, &list));
    assert_ok(outbox_mark_sending(outbox, list.items[0].row));
    assert_ok(outbox_park(outbox, list.items[0].row, &refused));
    outbox_list_finish(&list);
    outbox_close(&outbox);
    assert_int_equal(bench_visit(bench).end, VISIT_DONE);
    assert_all_is_done(bench);
}

static void the_county_is_brought_key_and_errors(void **state)
{
    struct bench *bench = *state;
    char path[200];
    struct buf line = {0};
    snprintf(path, sizeof path, "%s/log", bench->dir);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/log/errors", bench->dir);
    assert_ok(file_write(path, "the plug was pulled\n", 20, 0600));
    assert_int_equal(bench_visit(bench).end, VISIT_DONE);
    snprintf(path, sizeof path, "%s/yizhan-visits/0042/key.txt", bench->stick);
    assert_ok(file_read(path, 100, &line));
    assert_int_equal(line.length, strlen("0042 = \n") + 44); /* 32 bytes in base64 */
    assert_int_equal(strncmp(buf_text(&line), "0042 = ", 7), 0);
    buf_clear(&line);
    snprintf(path, sizeof path, "%s/yizhan-visits/0042/errors.txt", bench->stick);
    assert_ok(file_read(path, 100, &line));
    assert_string_equal(buf_text(&line), "the plug was pulled\n");
    buf_finish(&line);
}

static void pulled_at_every_moment_and_put_back(void **state)
{
    int moments = 0;
    (void)state;
    for (bool was_pulled = true; was_pulled;) {
        struct bench *bench = calloc(1, sizeof *bench);
        bench_start(bench, fleet);
        bench->pull_at = ++moments;
        struct visit_result result = bench_visit(bench);
        was_pulled = bench->is_pulled && bench->view.screen == TECHNICIAN_PULLED;
        if (was_pulled) {
            assert_int_equal(result.end, VISIT_PULLED);
            assert_nothing_is_lost(bench);
            bench_put_back(bench);
            result = bench_visit(bench);
            assert_int_equal(result.end, VISIT_DONE);
            assert_true(result.wants_reboot);
        }
        bench_put_back(bench);
        assert_all_is_done(bench);
        bench_stop(bench);
        free(bench);
    }
    print_message("pulled at %d moments\n", moments - 1);
    assert_true(moments > 25);
}

/* The same stick again, when all is done: nothing is done twice, and a new round is a record of its own. */
static void the_same_stick_next_week(void **state)
{
    struct bench *bench = *state;
    bench_visit(bench);
    struct visit_result result = bench_visit(bench);
    assert_int_equal(result.end, VISIT_DONE);
    assert_int_equal(bench_step(bench, "courier")->state, TECHNICIAN_SKIPPED);
    assert_int_equal(bench_step(bench, "forms")->state, TECHNICIAN_SKIPPED);
    assert_int_equal(bench_step(bench, "config")->state, TECHNICIAN_SKIPPED);
    assert_int_equal(bench_count(bench).visits, 2);
    assert_int_equal(bench_count(bench).batches, 1);
}

static void whoever_does_not_know_the_pin_changes_nothing(void **state)
{
    struct bench *bench = *state;
    struct bench_count before = bench_count(bench), after;
    bench->pin = "000000";
    /* five tries, then waits, until she gives up */
    bench->pull_at = 40;
    bench_visit(bench);
    after = bench_count(bench);
    assert_memory_equal(&before, &after, sizeof before);
    assert_false(bench_config_is_restored(bench));
    assert_int_equal(bench->installs, 0);
    assert_true(bench->pins > 5);
}

static void nobody_types_a_pin(void **state)
{
    struct bench *bench = *state;
    bench->pin = NULL;
    assert_int_equal(bench_visit(bench).end, VISIT_REFUSED);
    assert_string_equal(bench->view.fault, "cancelled");
    assert_int_equal(bench_count(bench).queued, BENCH_APPLICATIONS);
}

static void cancelled_at_the_plan(void **state)
{
    struct bench *bench = *state;
    bench->cancels = true;
    assert_int_equal(bench_visit(bench).end, VISIT_REFUSED);
    assert_string_equal(bench->view.fault, "cancelled");
    assert_int_equal(bench_count(bench).queued, BENCH_APPLICATIONS);
    assert_int_equal(bench->installs, 0);
}

static void an_update_on_top_of_a_trial_is_refused(void **state)
{
    struct bench *bench = *state;
    bench->on_trial = true;
    struct visit_result result = bench_visit(bench);
    assert_int_equal(result.end, VISIT_UNFINISHED);
    assert_false(result.wants_reboot);
    assert_string_equal(bench_step(bench, "update")->note, "on_trial");
    assert_int_equal(bench->installs, 0);
    assert_int_equal(bench_count(bench).on_stick, BENCH_APPLICATIONS); /* the rest was done */
}

static void what_rauc_refuses_stops_only_the_update(void **state)
{
    struct bench *bench = *state;
    bench->rauc_fails = true;
    struct visit_result result = bench_visit(bench);
    assert_int_equal(result.end, VISIT_UNFINISHED);
    assert_false(result.wants_reboot);
    assert_int_equal(bench_step(bench, "update")->state, TECHNICIAN_FAILED);
    assert_int_equal(bench_step(bench, "eject")->state, TECHNICIAN_DONE);
    assert_int_equal(bench_count(bench).visits, 1);
    bench->rauc_fails = false;
    assert_int_equal(bench_visit(bench).end, VISIT_DONE); /* inserted again, tried again */
    assert_int_equal(bench->installs, 1);
}

static void a_reset_takes_everything_along_first(void **state)
{
    struct bench *bench = *state;
    bench_sign(bench, fleet, "reset");
    struct visit_result result = bench_visit(bench);
    assert_int_equal(result.end, VISIT_DONE);
    assert_true(result.wants_reset);
    assert_int_equal(bench_count(bench).carried, BENCH_APPLICATIONS);
}

/* A box that says "reset done" and does not reset is worse than one that failed. */
static void a_reset_pulled_at_every_moment_is_done_in_the_end(void **state)
{
    struct bench *bench = *state;
    int moments = 0;
    bench_sign(bench, fleet, "reset");
    for (bool was_pulled = true; was_pulled;) {
        bench->shown = 0;
        bench->pull_at = ++moments;
        struct visit_result result = bench_visit(bench);
        was_pulled = bench->is_pulled && bench->view.screen == TECHNICIAN_PULLED;
        if (was_pulled) {
            assert_false(result.wants_reset && result.end == VISIT_DONE);
            bench_put_back(bench);
            result = bench_visit(bench);
        }
        bench_put_back(bench);
        assert_int_equal(result.end, VISIT_DONE);
        assert_true(result.wants_reset);
        assert_int_equal(result.carried.applications, BENCH_APPLICATIONS);
        assert_int_equal(bench_count(bench).carried, BENCH_APPLICATIONS);
    }
    assert_true(moments > 8);
}

/* A stick that keeps less than was written, as a worn-out one does: found out before anything is destroyed.
 */
static struct err settles_in_pieces(void *context)
{
    const struct bench *bench = context;
    return child_run((const char *const[]){"find", bench->stick, "-name", "*.enc", "-exec", "truncate", "-s",
                                           "7", "{}", "+", NULL},
                     NULL, NULL);
}

static struct err begins(void *context)
{
    (void)context;
    return err_ok();
}

static void what_a_reset_carries_is_read_back_from_the_stick(void **state)
{
    struct bench *bench = *state;
    const struct courier_medium medium = {bench, begins, settles_in_pieces};
    struct courier_counts counts = {0};
    struct err e = reset_export(&bench->config, &bench->clock.clock, bench->stick, &medium, &counts);
    assert_true(err_is(&e));
}

/* What a damaged outbox held nobody can count: it is not destroyed unasked. */
static void a_reset_leaves_a_quarantined_outbox_alone(void **state)
{
    struct bench *bench = *state;
    char path[200];
    struct reset_unsent unsent;
    bench_sign(bench, fleet, "reset");
    snprintf(path, sizeof path, "%s/outbox.db", bench->store);
    assert_ok(file_write(path, "damaged", 7, 0600));
    struct visit_result result = bench_visit(bench);
    assert_int_equal(result.end, VISIT_UNFINISHED);
    assert_false(result.wants_reset);
    assert_int_equal(bench_step(bench, "reset")->state, TECHNICIAN_FAILED);
    struct err e = reset_unsent(&bench->config, &bench->clock.clock, &unsent);
    assert_int_equal(e.class, ERR_REFUSED);
    assert_non_null(strstr(e.text, "quarantine/outbox-"));
}

/* The outbox is a fresh one, and its mirror still has what the old one lost. */
static void a_reset_asks_the_mirror_too(void **state)
{
    struct bench *bench = *state;
    char path[200];
    struct reset_unsent unsent = {0};
    snprintf(bench->config.store.mirror, sizeof bench->config.store.mirror, "%s/mirror", bench->dir);
    assert_int_equal(mkdir(bench->config.store.mirror, 0700), 0);
    snprintf(path, sizeof path, "%s/outbox.db", bench->store);
    assert_ok(child_run((const char *const[]){"cp", path, bench->config.store.mirror, NULL}, NULL, NULL));
    assert_ok(reset_unsent(&bench->config, &bench->clock.clock, &unsent)); /* both know them */
    assert_int_equal(unsent.applications, BENCH_APPLICATIONS);
    assert_int_equal(unlink(path), 0);
    struct err e = reset_unsent(&bench->config, &bench->clock.clock, &unsent);
    assert_int_equal(e.class, ERR_REFUSED);
    assert_non_null(strstr(e.text, "3 applications lie on the mirror"));
    bench_count(bench); /* makes a fresh outbox, which knows none of them */
    e = reset_unsent(&bench->config, &bench->clock.clock, &unsent);
    assert_int_equal(e.class, ERR_REFUSED);
}

static void a_reset_that_cannot_take_all_along_is_none(void **state)
{
    struct bench *bench = *state;
    char path[200];
    bench_sign(bench, fleet, "reset");
    snprintf(path, sizeof path, "%s/yizhan-courier", bench->stick);
    assert_ok(file_write(path, "x", 1, 0644));
    struct visit_result result = bench_visit(bench);
    assert_int_equal(result.end, VISIT_UNFINISHED);
    assert_false(result.wants_reset);
    assert_int_equal(bench_step(bench, "reset")->state, TECHNICIAN_FAILED);
    unlink(path);
}

/* A dead battery must not lock the technician out: no clock says that it is too early. */
static void a_dead_clock_lets_a_good_stick_in(void **state)
{
    struct bench *bench = *state;
    bench_sign_later(bench, fleet, "logs", "2");
    assert_int_equal(bench_visit(bench).end, VISIT_REFUSED);
    assert_string_equal(bench->view.fault, "early");
    clock_fake_init(&bench->clock, 0);
    assert_int_equal(bench_visit(bench).end, VISIT_DONE);
    bench_sign_later(bench, fleet, "logs", "-40"); /* and what has expired since stays out */
    clock_fake_init(&bench->clock, 0);
    assert_int_equal(bench_visit(bench).end, VISIT_REFUSED);
    assert_string_equal(bench->view.fault, "expired");
}

/* Where the stick cannot be written nothing is marked as carried. */
static void a_stick_that_takes_nothing_carries_nothing(void **state)
{
    struct bench *bench = *state;
    char path[200];
    snprintf(path, sizeof path, "%s/yizhan-courier", bench->stick);
    assert_ok(file_write(path, "x", 1, 0644));
    assert_int_equal(bench_visit(bench).end, VISIT_UNFINISHED);
    assert_int_equal(bench_step(bench, "courier")->state, TECHNICIAN_FAILED);
    unlink(path);
    assert_int_equal(bench_count(bench).queued, BENCH_APPLICATIONS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(everything_in_one_insertion, start, stop),
        cmocka_unit_test_setup_teardown(what_the_platform_refused_goes_along, start, stop),
        cmocka_unit_test_setup_teardown(the_county_is_brought_key_and_errors, start, stop),
        cmocka_unit_test(pulled_at_every_moment_and_put_back),
        cmocka_unit_test_setup_teardown(the_same_stick_next_week, start, stop),
        cmocka_unit_test_setup_teardown(whoever_does_not_know_the_pin_changes_nothing, start, stop),
        cmocka_unit_test_setup_teardown(nobody_types_a_pin, start, stop),
        cmocka_unit_test_setup_teardown(cancelled_at_the_plan, start, stop),
        cmocka_unit_test_setup_teardown(an_update_on_top_of_a_trial_is_refused, start, stop),
        cmocka_unit_test_setup_teardown(what_rauc_refuses_stops_only_the_update, start, stop),
        cmocka_unit_test_setup_teardown(a_reset_takes_everything_along_first, start, stop),
        cmocka_unit_test_setup_teardown(a_reset_pulled_at_every_moment_is_done_in_the_end, start, stop),
        cmocka_unit_test_setup_teardown(what_a_reset_carries_is_read_back_from_the_stick, start, stop),
        cmocka_unit_test_setup_teardown(a_reset_leaves_a_quarantined_outbox_alone, start, stop),
        cmocka_unit_test_setup_teardown(a_reset_asks_the_mirror_too, start, stop),
        cmocka_unit_test_setup_teardown(a_reset_that_cannot_take_all_along_is_none, start, stop),
        cmocka_unit_test_setup_teardown(a_dead_clock_lets_a_good_stick_in, start, stop),
        cmocka_unit_test_setup_teardown(a_stick_that_takes_nothing_carries_nothing, start, stop),
    };
    return cmocka_run_group_tests(tests, make_fleet, drop_fleet);
}
