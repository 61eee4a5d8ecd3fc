#include "offline/outbox.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/fixture.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DAY_MS ((int64_t)86400 * 1000)

static const struct outbox_answer taken = {
    .http_status = 201, .bytes_sent = 1000, .platform_date_ms = FIXTURE_NOW_MS + 5};
static const struct outbox_answer cut = {.http_status = 0, .reason = "cut"};

static struct outbox_case case_of(struct fixture *f, const char *number)
{
    struct outbox_case found_case;
    bool found = false;
    assert_ok(outbox_find_number(f->outbox, number, &found_case, &found));
    assert_true(found);
    return found_case;
}

static bool next_is(struct fixture *f, const char *number)
{
    struct outbox_case next;
    bool found = false;
    assert_ok(outbox_next(f->outbox, ENDPOINT_PLATFORM, f->clock.wall_now_ms, &next, &found));
    return number ? found && strcmp(next.number, number) == 0 : !found;
}

/* ---- numbers ---- */

static void a_number_is_never_given_twice(void **state)
{
    struct fixture *f = *state;
    char last[CASE_NUMBER_SIZE] = "", number[CASE_NUMBER_SIZE];
    for (int i = 0; i < 250; i++) {
        assert_ok(outbox_take_number(f->outbox, number));
        assert_true(strcmp(number, last) > 0);
        memcpy(last, number, sizeof last);
        if (i % 40 == 0) {
            outbox_close(&f->outbox);
            f->outbox = fixture_open(f->dir, &f->clock.clock, NULL);
        }
    }
}

static void a_number_is_not_repeated_after_the_database_is_lost(void **state)
{
    struct fixture *f = *state;
    char path[128], before[CASE_NUMBER_SIZE], after[CASE_NUMBER_SIZE];
    for (int i = 0; i < 130; i++)
        assert_ok(outbox_take_number(f->outbox, before));
    outbox_close(&f->outbox);
    snprintf(path, sizeof path, "%s/outbox.db", f->dir);
    assert_int_equal(unlink(path), 0);
    f->outbox = fixture_open(f->dir, &f->clock.clock, NULL);
    assert_ok(outbox_take_number(f->outbox, after));
    assert_true(strcmp(after, before) > 0);
}

static void high_of(const struct fixture *f, char out_path[128])
{
    snprintf(out_path, 128, "%s/number.high", f->dir);
}

static void without_knowing_the_last_number_none_is_given(void **state)
{
    struct fixture *f = *state;
    char path[128], number[CASE_NUMBER_SIZE];
    assert_ok(outbox_take_number(f->outbox, number));
    outbox_close(&f->outbox);
    snprintf(path, sizeof path, "%s/outbox.db", f->dir);
    assert_int_equal(unlink(path), 0);
    high_of(f, path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("what a worn out medium gives back", file);
    assert_int_equal(fclose(file), 0);
    f->outbox = fixture_open(f->dir, &f->clock.clock, NULL);
    struct err e = outbox_take_number(f->outbox, number);
    assert_true(err_is(&e));
}

/* yizhan-sync, of the kiosk's group, brings it to the mirror. */
static void the_last_number_may_be_read_by_the_group(void **state)
{
    struct fixture *f = *state;
    char path[128], number[CASE_NUMBER_SIZE];
    struct stat info;
    assert_ok(outbox_take_number(f->outbox, number));
    high_of(f, path);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0640);
}

/* ---- save ---- */

static void a_saved_application_is_found_by_number_and_instance(void **state)
{
    struct fixture *f = *state;
    char number[CASE_NUMBER_SIZE], shouted[OUTBOX_ID_SIZE];
    assert_ok(fixture_save(f->outbox, 100, number));
    outbox_close(&f->outbox);
    f->outbox = fixture_open(f->dir, &f->clock.clock, NULL);
    struct outbox_case c = case_of(f, number), again;
    assert_int_equal(c.state, OUTBOX_QUEUED);
    assert_string_equal(c.form_id, "pension");
    assert_int_equal(c.saved_ms, FIXTURE_NOW_MS);
    assert_int_equal(c.trust, OUTBOX_TIME_NTP);
    assert_int_equal(c.print, OUTBOX_PRINT_INTENT);
    bool found = false;
    snprintf(shouted, sizeof shouted, "%s", c.instance_id + 5); /* bare, as platforms keep it */
    assert_ok(outbox_find_instance(f->outbox, shouted, &again, &found));
    assert_true(found && again.row == c.row);
    for (char *p = shouted; *p; p++)
        *p = (char)(*p >= 'a' && *p <= 'f' ? *p - 32 : *p);
    assert_ok(outbox_find_instance(f->outbox, shouted, &again, &found));
    assert_true(found && again.row == c.row);
}

static void bytes_come_back_exactly_chunk_by_chunk(void **state)
{
    struct fixture *f = *state;
    char number[CASE_NUMBER_SIZE];
    size_t size = 3 * OUTBOX_CHUNK_SIZE + 17, got = 0, at = 0;
    static uint8_t piece[OUTBOX_CHUNK_SIZE];
    assert_ok(fixture_save(f->outbox, size, number));
    struct outbox_case c = case_of(f, number);
    struct outbox_files files;
    assert_ok(outbox_files(f->outbox, c.row, &files));
    assert_int_equal(files.count, 2);
    assert_string_equal(files.items[0].name, "portrait.jpg.enc");
    assert_int_equal(files.items[0].size, size);
    assert_true(files.items[1].is_xml && !files.items[0].is_xml);
    outbox_files_finish(&files);
    do {
        assert_ok(outbox_read(f->outbox, c.row, 0, (int64_t)at, piece, 50000, &got));
        for (size_t i = 0; i < got; i++)
            assert_int_equal(piece[i], (uint8_t)((at + i) * 7));
        at += got;
    } while (got > 0);
    assert_int_equal(at, size);
    struct buf manifest = {0};
    assert_ok(outbox_manifest(f->outbox, c.row, &manifest));
    assert_non_null(strstr(manifest.data, number));
    assert_int_equal(c.sealed_bytes, size + 15 + manifest.length);
    buf_finish(&manifest);
}

static struct err fill_without_manifest(void *context, struct outbox_writer *writer)
{
    (void)context;
    TRY(outbox_write_file(writer, "a.enc", false));
    return outbox_write_bytes(writer, "abc", 3);
}

static struct err fill_that_fails(void *context, struct outbox_writer *writer)
{
    (void)context;
    TRY(outbox_write_manifest(writer, "<data/>", 7));
    return err_make(ERR_DATA, "seal", 0, "the key is no key");
}

static void half_an_application_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    struct outbox_application a = {.number = "0042000173",
                                   .instance_id = "uuid:0b8f7d0e-6f3c-4a52-9d33-1f3c0c1d2e3f",
                                   .form_id = "pension",
                                   .form_version = ""};
    assert_err_class(outbox_save(f->outbox, &a, fill_without_manifest, NULL), ERR_DATA);
    assert_err_class(outbox_save(f->outbox, &a, fill_that_fails, NULL), ERR_DATA);
    struct outbox_counts counts;
    assert_ok(outbox_count(f->outbox, &counts));
    assert_int_equal(counts.waiting, 0);
}

static struct err fill_smallest(void *context, struct outbox_writer *writer)
{
    (void)context;
    return outbox_write_manifest(writer, "<data/>", 7);
}

static void the_same_instance_is_not_saved_twice(void **state)
{
    struct fixture *f = *state;
    struct outbox_application a = {.number = "0042000173",
                                   .instance_id = "uuid:0b8f7d0e-6f3c-4a52-9d33-1f3c0c1d2e3f",
                                   .form_id = "pension",
                                   .form_version = ""};
    assert_ok(outbox_save(f->outbox, &a, fill_smallest, NULL));
    a.number = "0042000180";
    assert_err_class(outbox_save(f->outbox, &a, fill_smallest, NULL), ERR_REFUSED);
}

static void a_case_knows_that_it_was_taken_back(void **state)
{
    struct fixture *f = *state;
    char number[CASE_NUMBER_SIZE], other[CASE_NUMBER_SIZE];
    assert_ok(fixture_save(f->outbox, 1, number));
    assert_ok(fixture_save(f->outbox, 2, other));
    struct outbox_application a = {.number = "0042000173",
                                   .instance_id = "uuid:0f4b0f4b-0000-4000-8000-000000000173",
                                   .form_id = "withdraw",
                                   .form_version = "",
                                   .withdraws = number};
    assert_ok(outbox_save(f->outbox, &a, fill_smallest, NULL));
    assert_true(case_of(f, number).is_withdrawn);
    assert_false(case_of(f, other).is_withdrawn);
    assert_false(case_of(f, a.number).is_withdrawn);
}

static void a_receipt_without_an_outcome_is_remembered(void **state)
{
    struct fixture *f = *state;
    char number[CASE_NUMBER_SIZE];
    assert_ok(fixture_save(f->outbox, 1, number));
    assert_int_equal(case_of(f, number).print, OUTBOX_PRINT_INTENT);
    assert_ok(outbox_print_outcome(f->outbox, number, false));
    assert_int_equal(case_of(f, number).print, OUTBOX_PRINT_FAILED);
    assert_ok(outbox_print_intent(f->outbox, number));
    assert_int_equal(case_of(f, number).print, OUTBOX_PRINT_INTENT);
    assert_ok(outbox_print_outcome(f->outbox, number, true));
    assert_int_equal(case_of(f, number).print, OUTBOX_PRINT_DONE);
    assert_err_class(outbox_print_intent(f->outbox, "0000000000"), ERR_REFUSED);
}

/* The power went while it printed: nobody will ever say that it was. */
static void what_was_being_printed_when_the_kiosk_ended_is_not_proved(void **state)
{
    struct fixture *f = *state;
    char hung[CASE_NUMBER_SIZE], done[CASE_NUMBER_SIZE];
    assert_ok(fixture_save(f->outbox, 1, hung));
    assert_ok(fixture_save(f->outbox, 2, done));
    assert_ok(outbox_print_outcome(f->outbox, done, true));
    assert_ok(outbox_print_recover(f->outbox));
    assert_int_equal(case_of(f, hung).print, OUTBOX_PRINT_FAILED);
    assert_int_equal(case_of(f, done).print, OUTBOX_PRINT_DONE);
}

/* Sync has read a piece of a large medium and now hangs in the network. */
static void a_citizens_commit_does_not_wait_for_an_upload(void **state)
{
    struct fixture *f = *state;
    static uint8_t piece[OUTBOX_CHUNK_SIZE];
    char large[CASE_NUMBER_SIZE], number[CASE_NUMBER_SIZE];
    struct outbox_list claimed;
    size_t got = 0;
    assert_ok(fixture_save(f->outbox, 10 << 20, large));
    struct outbox *sync = fixture_open(f->dir, &f->clock.clock, NULL);
    assert_ok(outbox_claim(sync, ENDPOINT_PLATFORM, FIXTURE_NOW_MS, 1, &claimed));
    assert_ok(outbox_read(sync, claimed.items[0].row, 0, 5 << 20, piece, sizeof piece, &got));
    assert_true(got > 0);
    assert_ok(fixture_save(f->outbox, 100, number));
    assert_ok(
        outbox_read(sync, claimed.items[0].row, 0, (5 << 20) + (int64_t)got, piece, sizeof piece, &got));
    assert_true(got > 0); /* and the upload goes on where it was */
    outbox_list_finish(&claimed);
    outbox_close(&sync);
}

/* ---- states ---- */

static void goes_from_queued_to_purged_by_acknowledgement_only(void **state)
{
    struct fixture *f = *state;
    char number[CASE_NUMBER_SIZE];
    assert_ok(fixture_save(f->outbox, 70000, number));
    int64_t row = case_of(f, number).row;
    assert_err_class(outbox_mark_delivered(f->outbox, row, &taken), ERR_REFUSED);
    assert_err_class(outbox_purge(f->outbox, row), ERR_REFUSED);
    assert_err_class(outbox_acknowledge_xml(f->outbox, row, &taken), ERR_REFUSED); /* nobody is sending it */
    assert_ok(outbox_mark_sending(f->outbox, row));
    assert_err_class(outbox_mark_sending(f->outbox, row), ERR_REFUSED);
    assert_err_class(outbox_mark_delivered(f->outbox, row, &taken), ERR_REFUSED);
    assert_ok(outbox_acknowledge_xml(f->outbox, row, &taken));
    assert_err_class(outbox_mark_delivered(f->outbox, row, &taken),
                     ERR_REFUSED); /* the portrait is missing */
    assert_ok(outbox_acknowledge_file(f->outbox, row, 0, &taken));
    assert_err_class(outbox_acknowledge_file(f->outbox, row, 9, &taken), ERR_REFUSED);
    assert_err_class(outbox_purge(f->outbox, row), ERR_REFUSED);
    assert_ok(outbox_mark_delivered(f->outbox, row, &taken));
    assert_int_equal(case_of(f, number).delivered_ms, FIXTURE_NOW_MS + 5);
    assert_ok(outbox_purge(f->outbox, row));
    struct outbox_case c = case_of(f, number);
    assert_int_equal(c.state, OUTBOX_PURGED);
    assert_int_equal(c.sealed_bytes, 0);
    struct buf manifest = {0};
    assert_err_class(outbox_manifest(f->outbox, row, &manifest), ERR_REFUSED);
    buf_finish(&manifest);
}

static void small_things_go_first_then_by_sequence(void **state)
{
    struct fixture *f = *state;
    char first[CASE_NUMBER_SIZE], second[CASE_NUMBER_SIZE];
    assert_ok(fixture_save(f->outbox, 10, first));
    assert_ok(fixture_save(f->outbox, 10, second));
    assert_true(next_is(f, first));
    int64_t row = case_of(f, first).row;
    assert_ok(outbox_mark_sending(f->outbox, row));
    assert_true(next_is(f, second));
    assert_ok(outbox_acknowledge_xml(f->outbox, row, &taken));
    assert_ok(outbox_retry(f->outbox, row, 0, &cut)); /* only its portrait is missing now */
    assert_true(next_is(f, second));
    int64_t other = case_of(f, second).row;
    assert_ok(outbox_mark_sending(f->outbox, other));
    assert_true(next_is(f, first));
}

/* Ten albums wait for their photos, and somebody new has pressed "submit": four photos later it is her turn.
 */
static void a_newcomer_does_not_wait_for_everybodys_photos(void **state)
{
    struct fixture *f = *state;
    struct outbox_list albums = {0}, next = {0};
    char number[CASE_NUMBER_SIZE];
    for (int i = 0; i < 10; i++)
        assert_ok(fixture_save(f->outbox, 10, number));
    assert_ok(outbox_claim(f->outbox, ENDPOINT_PLATFORM, FIXTURE_NOW_MS, 100, &albums));
    assert_int_equal(albums.count, 10);
    for (size_t i = 0; i < albums.count; i++) {
        assert_ok(outbox_acknowledge_xml(f->outbox, albums.items[i].row, &taken));
        assert_ok(outbox_retry(f->outbox, albums.items[i].row, 0, &cut));
    }
    assert_ok(outbox_claim(f->outbox, ENDPOINT_PLATFORM, FIXTURE_NOW_MS, 100, &next));
    assert_int_equal(next.count, 4);
    outbox_list_finish(&next);
    assert_ok(fixture_save(f->outbox, 10, number));
    assert_ok(outbox_claim(f->outbox, ENDPOINT_PLATFORM, FIXTURE_NOW_MS, 100, &next));
    assert_string_equal(next.items[0].number, number);
    outbox_list_finish(&next);
    outbox_list_finish(&albums);
}

static void a_retry_waits_and_a_clock_set_back_does_not_prolong_it(void **state)
{
    struct fixture *f = *state;
    char number[CASE_NUMBER_SIZE];
    assert_ok(fixture_save(f->outbox, 10, number));
    int64_t row = case_of(f, number).row;
    assert_ok(outbox_mark_sending(f->outbox, row));
    assert_ok(outbox_retry(f->outbox, row, FIXTURE_NOW_MS + 60000, &cut));
    assert_true(next_is(f, NULL));
    assert_string_equal(case_of(f, number).reason, "cut");
    clock_fake_advance(&f->clock, 59999);
    assert_true(next_is(f, NULL));
    clock_fake_advance(&f->clock, 1);
    assert_true(next_is(f, number));
    f->clock.wall_now_ms = FIXTURE_NOW_MS - (int64_t)10 * 365 * 86400 * 1000;
    assert_true(next_is(f, number));
}

static void poison_is_parked_and_the_rest_flows_on(void **state)
{
    struct fixture *f = *state;
    char bad[CASE_NUMBER_SIZE], good[CASE_NUMBER_SIZE];
    struct outbox_answer poison = {.http_status = 400, .reason = "form closed"};
    assert_ok(fixture_save(f->outbox, 10, bad));
    assert_ok(fixture_save(f->outbox, 10, good));
    int64_t row = case_of(f, bad).row;
    assert_ok(outbox_mark_sending(f->outbox, row));
    assert_ok(outbox_park(f->outbox, row, &poison));
    assert_string_equal(case_of(f, bad).reason, "form closed");
    assert_true(next_is(f, good));
    struct outbox_counts counts;
    assert_ok(outbox_count(f->outbox, &counts));
    assert_int_equal(counts.in_state[OUTBOX_PARKED], 1);
    assert_int_equal(counts.waiting, 1);
    assert_ok(outbox_release(f->outbox, row));
    assert_int_equal(case_of(f, bad).attempts, 0);
    assert_true(next_is(f, bad));
}

static void what_was_being_sent_is_queued_again_after_a_crash(void **state)
{
    struct fixture *f = *state;
    char number[CASE_NUMBER_SIZE];
    assert_ok(fixture_save(f->outbox, 10, number));
    assert_ok(outbox_mark_sending(f->outbox, case_of(f, number).row));
    assert_true(next_is(f, NULL));
    assert_ok(outbox_recover(f->outbox));
    assert_true(next_is(f, number));
    assert_int_equal(case_of(f, number).attempts, 1); /* an unclear attempt is still one */
}

static void the_stick_and_the_network_may_both_deliver(void **state)
{
    struct fixture *f = *state;
    char by_stick[CASE_NUMBER_SIZE], by_net[CASE_NUMBER_SIZE];
    assert_ok(fixture_save(f->outbox, 10, by_stick));
    assert_ok(fixture_save(f->outbox, 10, by_net));
    assert_ok(outbox_mark_on_stick(f->outbox, case_of(f, by_stick).row));
    assert_true(next_is(f, by_net)); /* what no courier has comes first */
    assert_ok(outbox_mark_on_stick(f->outbox, case_of(f, by_net).row));
    assert_true(next_is(f, by_stick));
    assert_ok(outbox_mark_delivered_by_courier(f->outbox, case_of(f, by_stick).row, &taken));
    assert_int_equal(case_of(f, by_stick).state, OUTBOX_DELIVERED);
    assert_ok(outbox_mark_sending(f->outbox, case_of(f, by_net).row));
    assert_err_class(outbox_mark_delivered_by_courier(f->outbox, case_of(f, by_stick).row, &taken),
                     ERR_REFUSED);
}

static void many_are_claimed_and_settled_at_once(void **state)
{
    struct fixture *f = *state;
    char number[CASE_NUMBER_SIZE];
    for (int i = 0; i < 5; i++)
        assert_ok(fixture_save(f->outbox, 10, number));
    struct outbox_list claimed;
    assert_ok(outbox_claim(f->outbox, ENDPOINT_PLATFORM, FIXTURE_NOW_MS, 3, &claimed));
    assert_int_equal(claimed.count, 3);
    struct outbox_settlement settled[2] = {{.row = claimed.items[0].row, .answer = taken},
                                           {.row = claimed.items[1].row, .answer = taken}};
    assert_ok(outbox_settle(f->outbox, settled, 2));
    assert_err_class(outbox_settle(f->outbox, settled, 2), ERR_REFUSED);
    assert_ok(outbox_retry(f->outbox, claimed.items[2].row, 0, &cut));
    outbox_list_finish(&claimed);
    struct outbox_counts counts;
    assert_ok(outbox_count(f->outbox, &counts));
    assert_int_equal(counts.in_state[OUTBOX_DELIVERED], 2);
    assert_int_equal(counts.waiting, 3);
}

/* Saves one and delivers it, with the platform's Date so many days from now. */
static void deliver_one(struct fixture *f, int64_t date_days, char number[CASE_NUMBER_SIZE])
{
    const struct outbox_answer answer = {.http_status = 201,
                                         .platform_date_ms = f->clock.wall_now_ms + date_days * DAY_MS};
    assert_ok(fixture_save(f->outbox, 10, number));
    int64_t row = case_of(f, number).row;
    assert_ok(outbox_mark_sending(f->outbox, row));
    assert_ok(outbox_settle(f->outbox, &(struct outbox_settlement){row, answer}, 1));
}

static bool is_kept(struct fixture *f, const char *number)
{
    struct outbox_case c;
    int purged = 0;
    bool found = false;
    assert_ok(outbox_sweep(f->outbox, &purged));
    assert_ok(outbox_find_number(f->outbox, number, &c, &found));
    return found;
}

static void the_sweep_purges_what_a_crash_left_and_drops_old_case_lines(void **state)
{
    struct fixture *f = *state;
    char number[CASE_NUMBER_SIZE], waiting[CASE_NUMBER_SIZE], newer[CASE_NUMBER_SIZE];
    int purged = -1;
    assert_ok(fixture_save(f->outbox, 10, waiting));
    deliver_one(f, 0, number);
    assert_ok(outbox_sweep(f->outbox, &purged));
    assert_int_equal(purged, 1);
    clock_fake_advance(&f->clock, 179 * DAY_MS);
    deliver_one(f, 0, newer);
    assert_true(is_kept(f, number));
    clock_fake_advance(&f->clock, 2 * DAY_MS);
    deliver_one(f, 0, newer);
    assert_false(is_kept(f, number));
    assert_int_equal(case_of(f, waiting).state, OUTBOX_QUEUED); /* what waits, waits for ever */
}

/* A dead battery, a platform in the wrong year: neither alone makes a receipt unknown. */
static void a_wrong_date_forgets_nobody(void **state)
{
    struct fixture *f = *state;
    char number[CASE_NUMBER_SIZE], other[CASE_NUMBER_SIZE];
    deliver_one(f, -10 * 365, number);
    assert_true(is_kept(f, number));
    deliver_one(f, 10 * 365, other);
    assert_true(is_kept(f, number) && is_kept(f, other));
    f->clock.wall_now_ms += 10 * 365 * DAY_MS;
    assert_true(is_kept(f, other));
}

static void a_clock_that_jumps_ahead_forgets_nobody(void **state)
{
    struct fixture *f = *state;
    char number[CASE_NUMBER_SIZE], other[CASE_NUMBER_SIZE];
    deliver_one(f, 0, number);
    f->clock.wall_now_ms += 10 * 365 * DAY_MS;
    assert_true(is_kept(f, number));
    deliver_one(f, -10 * 365, other); /* the platform knows better */
    assert_true(is_kept(f, number));
}

static void a_form_is_in_use_until_its_last_submission_is_purged(void **state)
{
    struct fixture *f = *state;
    char number[CASE_NUMBER_SIZE];
    assert_false(outbox_uses_form(f->outbox, "pension", "2026"));
    assert_ok(fixture_save(f->outbox, 10, number));
    assert_true(outbox_uses_form(f->outbox, "pension", "2026"));
    assert_false(outbox_uses_form(f->outbox, "pension", "2025"));
    struct outbox_list claimed;
    int purged = 0;
    assert_ok(outbox_claim(f->outbox, ENDPOINT_PLATFORM, FIXTURE_NOW_MS, 1, &claimed));
    struct outbox_settlement settled = {.row = claimed.items[0].row, .answer = taken};
    assert_ok(outbox_settle(f->outbox, &settled, 1));
    assert_ok(outbox_sweep(f->outbox, &purged));
    outbox_list_finish(&claimed);
    assert_false(outbox_uses_form(f->outbox, "pension", "2026"));
}

static void the_list_is_newest_first_and_filtered(void **state)
{
    struct fixture *f = *state;
    char numbers[4][CASE_NUMBER_SIZE];
    struct outbox_list list;
    for (int i = 0; i < 4; i++)
        assert_ok(fixture_save(f->outbox, 1, numbers[i]));
    assert_ok(outbox_mark_sending(f->outbox, case_of(f, numbers[1]).row));
    assert_ok(outbox_list(f->outbox, 0, 1, 2, &list));
    assert_int_equal(list.count, 2);
    assert_string_equal(list.items[0].number, numbers[2]);
    assert_string_equal(list.items[1].number, numbers[1]);
    outbox_list_finish(&list);
    assert_ok(outbox_list(f->outbox, 1u << OUTBOX_SENDING, 0, 10, &list));
    assert_int_equal(list.count, 1);
    assert_string_equal(list.items[0].number, numbers[1]);
    outbox_list_finish(&list);
}

static void the_link_row_keeps_what_sync_knows(void **state)
{
    struct fixture *f = *state;
    struct outbox_link link;
    assert_ok(outbox_get_link(f->outbox, ENDPOINT_PLATFORM, &link));
    assert_int_equal(link.state, OUTBOX_LINK_UNKNOWN);
    link = (struct outbox_link){.state = OUTBOX_LINK_DOWN,
                                .failures = 3,
                                .next_try_ms = FIXTURE_NOW_MS + 9,
                                .wait_ms = 9,
                                .last_contact_ms = 7,
                                .reason = "server offline"};
    assert_ok(outbox_set_link(f->outbox, ENDPOINT_PLATFORM, &link));
    clock_fake_advance(&f->clock, 1000);
    link.failures = 4;
    assert_ok(outbox_set_link(f->outbox, ENDPOINT_PLATFORM, &link));
    outbox_close(&f->outbox);
    f->outbox = fixture_open(f->dir, &f->clock.clock, NULL);
    assert_ok(outbox_get_link(f->outbox, ENDPOINT_PLATFORM, &link));
    assert_int_equal(link.changed_ms, FIXTURE_NOW_MS); /* down since then, not since the last try */
    assert_int_equal(link.failures, 4);
    assert_int_equal(link.next_try_ms, FIXTURE_NOW_MS + 9);
    assert_string_equal(link.reason, "server offline");
    assert_ok(outbox_get_link(f->outbox, ENDPOINT_FLEET, &link));
    assert_int_equal(link.state, OUTBOX_LINK_UNKNOWN);
}

#define WITH_OUTBOX(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_OUTBOX(a_number_is_never_given_twice),
        WITH_OUTBOX(a_number_is_not_repeated_after_the_database_is_lost),
        WITH_OUTBOX(without_knowing_the_last_number_none_is_given),
        WITH_OUTBOX(the_last_number_may_be_read_by_the_group),
        WITH_OUTBOX(a_saved_application_is_found_by_number_and_instance),
        WITH_OUTBOX(bytes_come_back_exactly_chunk_by_chunk),
        WITH_OUTBOX(half_an_application_leaves_nothing),
        WITH_OUTBOX(the_same_instance_is_not_saved_twice),
        WITH_OUTBOX(a_receipt_without_an_outcome_is_remembered),
        WITH_OUTBOX(a_case_knows_that_it_was_taken_back),
        WITH_OUTBOX(what_was_being_printed_when_the_kiosk_ended_is_not_proved),
        WITH_OUTBOX(a_citizens_commit_does_not_wait_for_an_upload),
        WITH_OUTBOX(goes_from_queued_to_purged_by_acknowledgement_only),
        WITH_OUTBOX(small_things_go_first_then_by_sequence),
        WITH_OUTBOX(a_newcomer_does_not_wait_for_everybodys_photos),
        WITH_OUTBOX(a_retry_waits_and_a_clock_set_back_does_not_prolong_it),
        WITH_OUTBOX(poison_is_parked_and_the_rest_flows_on),
        WITH_OUTBOX(what_was_being_sent_is_queued_again_after_a_crash),
        WITH_OUTBOX(the_stick_and_the_network_may_both_deliver),
        WITH_OUTBOX(many_are_claimed_and_settled_at_once),
        WITH_OUTBOX(the_sweep_purges_what_a_crash_left_and_drops_old_case_lines),
        WITH_OUTBOX(a_wrong_date_forgets_nobody),
        WITH_OUTBOX(a_clock_that_jumps_ahead_forgets_nobody),
        WITH_OUTBOX(a_form_is_in_use_until_its_last_submission_is_purged),
        WITH_OUTBOX(the_list_is_newest_first_and_filtered),
        WITH_OUTBOX(the_link_row_keeps_what_sync_knows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
