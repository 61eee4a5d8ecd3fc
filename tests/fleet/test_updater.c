/* Updates over the network: whatever link, server or stranger do, what becomes ready is the file that the
 * fleet signed, for this kiosk, on its day; and citizens' applications go first. */
#include "app/fleet/updater_files.h"
#include "board/base/file.h"
#include "offline/outbox.h"
#include "tests/fleet/web_server.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/fixture.h"

#include <inttypes.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { FILE_SIZE = 3 * 1000 * 1000, STEPS_MAX = 20000 };

#define HOUR_MS ((int64_t)60 * 60 * 1000)
#define DAY_MS  (24 * HOUR_MS)

struct bench {
    struct fixture *f;
    struct web_server server;
    struct updater *updater;
    struct updater_setup setup;
    char ca[100], keyring[120], bundle[100], out[100];
};

/* ---- the county ---- */

static void run(const char *const *arguments)
{
    pid_t child = 0;
    int status = 0;
    assert_int_equal(posix_spawn(&child, arguments[0], NULL, NULL, (char **)(uintptr_t)arguments, environ),
                     0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

/* Certificates take a while to make: two counties serve all tests. */
static char counties[] = "/tmp/yizhan-counties-XXXXXX";

static int make_counties(void **state)
{
    char folder[100];
    (void)state;
    if (!mkdtemp(counties))
        return 1;
    for (int i = 0; i < 2; i++) {
        snprintf(folder, sizeof folder, "%s/%s", counties, i ? "strangers" : "ours");
        run((const char *[]){YIZHAN_ROOT "/board/rauc/test-ca", folder, NULL});
    }
    return 0;
}

static int remove_counties(void **state)
{
    (void)state;
    run((const char *[]){"/bin/rm", "-rf", counties, NULL});
    return 0;
}

static void utc(int64_t ms, char out_text[32])
{
    time_t seconds = (time_t)(ms / 1000);
    struct tm at;
    gmtime_r(&seconds, &at);
    strftime(out_text, 32, "%Y-%m-%dT%H:%M:%SZ", &at);
}

/* What the server offers from now on, by the real ./dev release. */
struct offer {
    const char *version, *compatible, *ring, *holder;
    int64_t day_ms, issued_ms; /* from now */
    const char *days;
};
static const struct offer good = {"0.4.0", "yizhan-amd64", "all", "update", -HOUR_MS, -HOUR_MS, "30"};

static void publish(struct bench *b, const struct offer *offer)
{
    char day[32], ring[80], issued[32], path[160];
    int64_t now_ms = b->f->clock.wall_now_ms;
    utc(now_ms + offer->day_ms, day);
    utc(now_ms + offer->issued_ms, issued);
    snprintf(ring, sizeof ring, "%s=%s", offer->ring, day);
    assert_ok(file_write(b->bundle, b->server.file.data, b->server.file.length, 0600));
    run((const char *[]){YIZHAN_ROOT "/board/rauc/release",
                         "--ca",
                         b->ca,
                         "--holder",
                         offer->holder,
                         "--bundle",
                         b->bundle,
                         "--version",
                         offer->version,
                         "--compatible",
                         offer->compatible,
                         "--ring",
                         ring,
                         "--issued",
                         issued,
                         "--days",
                         offer->days,
                         "--out",
                         b->out,
                         NULL});
    snprintf(path, sizeof path, "%s/%s.cms", b->out, offer->compatible);
    buf_clear(&b->server.descriptor);
    assert_ok(file_read(path, 1 << 20, &b->server.descriptor));
}

static void new_file(struct bench *b, uint64_t seed)
{
    b->server.dice = seed;
    buf_clear(&b->server.file);
    for (int i = 0; i < FILE_SIZE / 4; i++) {
        uint32_t word = (uint32_t)web_roll(&b->server);
        buf_append(&b->server.file, &word, 4);
    }
}

/* ---- the kiosk ---- */

static void start(struct bench *b)
{
    updater_destroy(&b->updater);
    assert_ok(updater_create(&b->setup, &b->updater));
}

static uint64_t no_luck(void *context)
{
    (void)context;
    return 1;
}

static int setup(void **state)
{
    static struct bench bench;
    struct bench *b = &bench;
    *b = (struct bench){0};
    if (fixture_setup((void **)&b->f) != 0)
        return 1;
    snprintf(b->bundle, sizeof b->bundle, "%s/bundle", b->f->dir);
    snprintf(b->out, sizeof b->out, "%s/www", b->f->dir);
    snprintf(b->ca, sizeof b->ca, "%s/ours", counties);
    snprintf(b->keyring, sizeof b->keyring, "%s/ca.pem", b->ca);
    b->f->clock.wall_now_ms = (int64_t)time(NULL) * 1000 + HOUR_MS; /* the certificates are of now */
    b->server =
        (struct web_server){.http = web_http, .clock = &b->f->clock, .etag = "\"one\"", .gives_ranges = true};
    new_file(b, 1);
    b->setup = (struct updater_setup){.url = "http://county/updates",
                                      .store_dir = b->f->dir,
                                      .ring = "all",
                                      .ca = b->keyring,
                                      .compatible = "yizhan-amd64",
                                      .version = "0.3.0",
                                      .outbox = b->f->outbox,
                                      .http = &b->server.http,
                                      .clock = &b->f->clock.clock,
                                      .stopped = web_is_interrupted,
                                      .stopped_context = &b->server,
                                      .random = no_luck};
    start(b);
    *state = b;
    return 0;
}

static int teardown(void **state)
{
    struct bench *b = *state;
    updater_destroy(&b->updater);
    buf_finish(&b->server.file);
    buf_finish(&b->server.descriptor);
    fixture_teardown((void **)&b->f);
    return 0;
}

static struct updater_status status_of(struct bench *b)
{
    struct updater_status status;
    updater_status(b->f->dir, &status);
    return status;
}

static void step(struct bench *b)
{
    clock_fake_advance(&b->f->clock, updater_due(b->updater));
    assert_ok(updater_step(b->updater));
}

/* Until nothing more is to be done soon. */
static struct updater_status settle(struct bench *b)
{
    for (int i = 0; i < STEPS_MAX; i++) {
        step(b);
        if (updater_due(b->updater) >= HOUR_MS)
            return status_of(b);
    }
    fail_msg("it never settles: %s", status_of(b).reason);
    return status_of(b);
}

static bool is_ready(struct bench *b)
{
    char path[160];
    struct buf ready = {0};
    snprintf(path, sizeof path, "%s/update/ready.raucb", b->f->dir);
    if (access(path, F_OK) != 0)
        return false;
    assert_ok(file_read(path, 16 << 20, &ready));
    bool is_same =
        ready.length == b->server.file.length && memcmp(ready.data, b->server.file.data, ready.length) == 0;
    buf_finish(&ready);
    assert_true(is_same); /* nothing else is ever ready */
    return true;
}

/* ---- good ---- */

static void it_becomes_ready_and_goes_when_it_runs(void **state)
{
    struct bench *b = *state;
    publish(b, &good);
    struct updater_status status = settle(b);
    assert_int_equal(status.state, UPDATER_READY);
    assert_string_equal(status.version, "0.4.0");
    assert_true(is_ready(b));
    int before = b->server.exchanges;
    assert_int_equal(settle(b).state, UPDATER_READY); /* six hours later: looked at, not fetched again */
    assert_int_equal(b->server.exchanges, before + 1);
    char ready[160], installed[160];
    snprintf(ready, sizeof ready, "%s/update/ready.meta", b->f->dir);
    snprintf(installed, sizeof installed, "%s/update/installed.meta", b->f->dir);
    assert_int_equal(rename(ready, installed), 0); /* as board/units/yizhan-update does */
    snprintf(ready, sizeof ready, "%s/update/ready.raucb", b->f->dir);
    assert_int_equal(remove(ready), 0);
    start(b); /* it came back from the other slot as not healthy, or was not started yet */
    before = (int)b->server.served;
    assert_int_equal(settle(b).state, UPDATER_READY);
    assert_int_equal(b->server.served, before);
    b->setup.version = "0.4.0";
    start(b);
    assert_int_equal(settle(b).state, UPDATER_IDLE);
    assert_false(is_ready(b));
}

static void cuts_and_restarts_cost_no_byte_twice(void **state)
{
    struct bench *b = *state;
    publish(b, &good);
    for (uint64_t seed = 1; seed <= 20; seed++) {
        char path[160];
        b->server.cut_one_in = 2;
        b->server.dice = seed;
        b->server.served = 0;
        for (int i = 0; i < STEPS_MAX && !is_ready(b); i++) {
            if (web_roll(&b->server) % 5 == 0)
                start(b); /* power cut */
            step(b);
        }
        assert_true(is_ready(b));
        assert_int_equal(b->server.served, FILE_SIZE);
        snprintf(path, sizeof path, "%s/update/ready.raucb", b->f->dir);
        remove(path);
        start(b);
    }
}

static void it_takes_half_of_what_the_link_bears(void **state)
{
    struct bench *b = *state;
    publish(b, &good);
    int64_t began_ms = b->f->clock.monotonic_now_ms;
    while (!is_ready(b))
        step(b);
    int64_t took_ms = b->f->clock.monotonic_now_ms - began_ms;
    int64_t whole_link_ms = (int64_t)FILE_SIZE * 1000 / WEB_LINK_BYTES_S;
    assert_in_range(took_ms, whole_link_ms * 19 / 10, whole_link_ms * 21 / 10);
}

/* ---- applications first ---- */

static void applications_go_first(void **state)
{
    struct bench *b = *state;
    char number[CASE_NUMBER_SIZE];
    publish(b, &good);
    step(b);
    step(b);
    assert_int_equal(status_of(b).state, UPDATER_FETCHING);
    int before = b->server.exchanges;
    assert_ok(fixture_save(b->f->outbox, 1000, number));
    for (int i = 0; i < 100; i++)
        step(b);
    assert_int_equal(status_of(b).state, UPDATER_QUEUE);
    assert_int_equal(b->server.exchanges, before);
    struct outbox_case item;
    bool found = false;
    assert_ok(outbox_find_number(b->f->outbox, number, &item, &found));
    assert_ok(outbox_mark_on_stick(b->f->outbox, item.row)); /* carried away: nothing waits for the link */
    assert_int_equal(settle(b).state, UPDATER_READY);
}

static void an_application_during_a_piece_ends_it_without_blame(void **state)
{
    struct bench *b = *state;
    publish(b, &good);
    step(b);
    step(b);
    b->server.is_interrupted = true;
    b->server.cut_one_in = 1;
    clock_fake_advance(&b->f->clock, updater_due(b->updater));
    assert_ok(updater_step(b->updater));
    assert_int_equal(updater_due(b->updater), 0);
    assert_int_equal(status_of(b).state, UPDATER_FETCHING);
    b->server.is_interrupted = false;
    b->server.cut_one_in = 0;
    assert_int_equal(settle(b).state, UPDATER_READY);
    assert_int_equal(b->server.served, FILE_SIZE);
}

/* ---- bad files ---- */

static void changes_in_the_middle(void **state, const char *one, const char *other, bool is_published)
{
    struct bench *b = *state;
    b->server.etag = one;
    publish(b, &good);
    while (b->server.served < FILE_SIZE / 2)
        step(b);
    new_file(b, 2);
    b->server.etag = other;
    if (is_published)
        publish(b, &(struct offer){"0.4.1", "yizhan-amd64", "all", "update", -HOUR_MS, -HOUR_MS / 2, "30"});
    struct updater_status status = settle(b);
    assert_false(is_ready(b));
    assert_int_equal(status.state, UPDATER_FAILED);
    assert_non_null(strstr(status.reason, "not the file that the fleet signed"));
    /* By the ETag it was noticed at once; without one only the digest tells. */
    assert_int_equal(b->server.served > FILE_SIZE * 4 / 3, *one != '\0');
    status = settle(b); /* six hours later the county has noticed, or not */
    assert_int_equal(status.state, is_published ? UPDATER_READY : UPDATER_FAILED);
    assert_int_equal(is_ready(b), is_published);
}

static void a_changed_file_is_fetched_from_its_beginning(void **state)
{
    changes_in_the_middle(state, "\"one\"", "\"two\"", true);
}

static void a_changed_file_without_etag_is_found_out_in_the_end(void **state)
{
    changes_in_the_middle(state, "", "", true);
}

static void a_file_that_nobody_signed_is_never_ready(void **state)
{
    changes_in_the_middle(state, "\"one\"", "\"two\"", false);
}

static void one_wrong_bit(void **state)
{
    struct bench *b = *state;
    publish(b, &good);
    b->server.file.data[FILE_SIZE / 3] ^= 1;
    assert_int_equal(settle(b).state, UPDATER_FAILED);
    assert_false(is_ready(b));
    b->server.file.data[FILE_SIZE / 3] ^= 1;
    assert_int_equal(settle(b).state, UPDATER_READY);
}

static void a_server_without_ranges_is_said_to_be_one(void **state)
{
    struct bench *b = *state;
    publish(b, &good);
    b->server.gives_ranges = false;
    assert_non_null(strstr(settle(b).reason, "no pieces"));
    assert_int_equal(b->server.served, 0);
}

static void a_full_disk_is_left_to_the_outbox(void **state)
{
    struct bench *b = *state;
    publish(b, &good);
    b->setup.disk_reserve = INT64_MAX / 2;
    start(b);
    assert_non_null(strstr(settle(b).reason, "no room"));
    assert_int_equal(b->server.served, 0);
}

/* ---- bad releases ---- */

static void only_what_is_for_this_kiosk_now(void **state)
{
    static const struct {
        struct offer offer;
        enum updater_state state;
        const char *says;
    } cases[] = {
        {{"0.4.0", "yizhan-amd64", "all", "update", -DAY_MS, -2 * DAY_MS, "1"}, UPDATER_FAILED, "expired"},
        {{"0.3.0", "yizhan-amd64", "all", "update", -DAY_MS, -HOUR_MS, "30"}, UPDATER_IDLE, "runs here"},
        {{"0.4.0", "yizhan-amd64", "all", "update", DAY_MS, -HOUR_MS, "30"}, UPDATER_IDLE, "not yet"},
        {{"0.4.0", "yizhan-amd64", "canary", "update", -DAY_MS, -HOUR_MS, "30"}, UPDATER_IDLE, "not yet"},
        {{"0.2.9", "yizhan-amd64", "all", "update", -DAY_MS, -HOUR_MS, "30"}, UPDATER_FAILED, "older than"},
        {{"0.4.0", "yizhan-arm64", "all", "update", -DAY_MS, -HOUR_MS, "30"}, UPDATER_FAILED, "another kind"},
        {{"0.4.0", "yizhan-amd64", "all", "technician", -DAY_MS, -HOUR_MS, "30"},
         UPDATER_FAILED,
         "technician"},
    };
    struct bench *b = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        publish(b, &cases[i].offer);
        struct updater_status status = settle(b);
        if (status.state != cases[i].state || !strstr(status.reason, cases[i].says))
            fail_msg("case %zu: %s %s", i, updater_state_name(status.state), status.reason);
        assert_int_equal(b->server.served, 0);
    }
}

static void a_strangers_release_is_refused(void **state)
{
    struct bench *b = *state;
    snprintf(b->ca, sizeof b->ca, "%s/strangers", counties);
    publish(b, &good);
    struct updater_status status = settle(b);
    assert_int_equal(status.state, UPDATER_FAILED);
    assert_non_null(strstr(status.reason, "nobody this fleet vouches for"));
}

static void a_flipped_bit_of_a_release_is_refused(void **state)
{
    struct bench *b = *state;
    publish(b, &good);
    for (size_t at = 0; at < b->server.descriptor.length; at += 37) {
        b->server.descriptor.data[at] ^= 0x20;
        start(b);
        step(b);
        b->server.descriptor.data[at] ^= 0x20;
        /* DER has bytes that carry no meaning: then the release says what it said. */
        enum updater_state now = status_of(b).state;
        assert_true(now == UPDATER_FAILED || now == UPDATER_FETCHING);
        assert_int_equal(b->server.served, 0);
    }
}

/* The county has withdrawn a release; somebody between shows the old word again. */
static void an_older_word_of_the_fleet_is_not_believed_again(void **state)
{
    struct bench *b = *state;
    struct buf old = {0};
    publish(b, &good);
    buf_append(&old, b->server.descriptor.data, b->server.descriptor.length);
    publish(b, &(struct offer){"0.3.0", "yizhan-amd64", "all", "update", -HOUR_MS, -HOUR_MS / 2, "30"});
    assert_int_equal(settle(b).state, UPDATER_IDLE);
    buf_clear(&b->server.descriptor);
    buf_append(&b->server.descriptor, old.data, old.length);
    start(b); /* a reboot makes it forget nothing */
    assert_non_null(strstr(settle(b).reason, "somebody holds the new one back"));
    assert_int_equal(b->server.served, 0);
    buf_finish(&old);
}

/* Fetched, and taken back before the night in which it would have been installed. */
static void a_recalled_release_is_ready_no_longer(void **state)
{
    static const struct offer recalls[] = {
        {"0.4.0", "yizhan-amd64", "all", "update", DAY_MS, -HOUR_MS / 2, "30"},
        {"0.4.0", "yizhan-amd64", "canary", "update", -DAY_MS, -HOUR_MS / 3, "30"},
        {"0.2.9", "yizhan-amd64", "all", "update", -HOUR_MS, -HOUR_MS / 4, "30"},
    };
    struct bench *b = *state;
    struct buf recalled = {0};
    char installed[160];
    snprintf(installed, sizeof installed, "%s/update/installed.meta", b->f->dir);
    for (size_t i = 0; i < sizeof recalls / sizeof *recalls; i++) {
        struct offer offer = good;
        offer.issued_ms = recalls[i].issued_ms - 1000;
        publish(b, &offer);
        start(b);
        settle(b);
        assert_true(is_ready(b));
        assert_ok(file_write(installed, "x", 1, 0600));
        buf_clear(&recalled);
        buf_append(&recalled, b->server.descriptor.data, b->server.descriptor.length);
        publish(b, &recalls[i]);
        settle(b);
        assert_false(is_ready(b));
        assert_int_equal(access(installed, F_OK), 0);
        remove(installed);
        /* Nobody brings it back by showing it again. */
        buf_clear(&b->server.descriptor);
        buf_append(&b->server.descriptor, recalled.data, recalled.length);
        assert_non_null(strstr(settle(b).reason, "somebody holds the new one back"));
        assert_false(is_ready(b));
    }
    buf_finish(&recalled);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_becomes_ready_and_goes_when_it_runs),
        TEST(cuts_and_restarts_cost_no_byte_twice),
        TEST(it_takes_half_of_what_the_link_bears),
        TEST(applications_go_first),
        TEST(an_application_during_a_piece_ends_it_without_blame),
        TEST(a_changed_file_is_fetched_from_its_beginning),
        TEST(a_changed_file_without_etag_is_found_out_in_the_end),
        TEST(a_file_that_nobody_signed_is_never_ready),
        TEST(one_wrong_bit),
        TEST(a_server_without_ranges_is_said_to_be_one),
        TEST(a_full_disk_is_left_to_the_outbox),
        TEST(only_what_is_for_this_kiosk_now),
        TEST(a_strangers_release_is_refused),
        TEST(a_flipped_bit_of_a_release_is_refused),
        TEST(a_recalled_release_is_ready_no_longer),
        TEST(an_older_word_of_the_fleet_is_not_believed_again),
    };
    return cmocka_run_group_tests(tests, make_counties, remove_counties);
}
