/* What a push does while the platform makes up its answer: the next application is in memory, and what was
 * acknowledged is committed; and what becomes of that when the answer never comes. */
#include "offline/formstore.h"
#include "offline/sync.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/fixture.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MANY = 30, POSTS_MAX = 2 * MANY };

struct desk {
    struct fixture *fixture;
    struct outbox *sync_outbox; /* yizhan-sync's own */
    struct formstore *forms;
    struct sync *sync;
    struct sync_counts counts;

    /* The platform. */
    struct http http;
    bool finds_the_moment;                   /* calls meanwhile */
    int cut_at;                              /* this POST is taken and never answered; 0 for none */
    int64_t wait_ms;                         /* how long each answer takes */
    char taken[POSTS_MAX][CASE_NUMBER_SIZE]; /* by POST */
    int posts;
    struct outbox_counts after_meanwhile[POSTS_MAX];
};

/* ---- the platform ---- */

static struct desk *desk_of(struct http *http)
{
    return (struct desk *)(void *)((char *)http - offsetof(struct desk, http));
}

static void take(struct desk *d, const struct http_request *request)
{
    char manifest[128] = "";
    size_t size = 0;
    assert_ok(http_part_read(&request->parts[0], 0, manifest, sizeof manifest - 1, &size));
    assert_int_equal(sscanf(manifest, "<data id=\"pension\">%10[0-9]", d->taken[d->posts]), 1);
}

static struct err exchange(struct http *http, const struct http_request *request,
                           struct http_response *response)
{
    struct desk *d = desk_of(http);

    if (request->method != HTTP_POST) { /* no forms: none is needed to send what is saved */
        response->status = 404;
        response->has_openrosa_version = true;
        return err_ok();
    }
    take(d, request);
    if (d->finds_the_moment)
        request->meanwhile(request->meanwhile_context);
    assert_ok(outbox_count(d->fixture->outbox, &d->after_meanwhile[d->posts]));
    clock_fake_advance(&d->fixture->clock, d->wait_ms);
    if (++d->posts == d->cut_at) {
        response->failure = HTTP_CUT;
        return err_make(ERR_RETRY, "http", 0, "cut");
    }
    response->status = 201;
    response->has_openrosa_version = true;
    snprintf(response->content_type, sizeof response->content_type, "text/xml");
    buf_append_text(&response->body, "<OpenRosaResponse xmlns=\"http://openrosa.org/http/response\">"
                                     "<message>full submission upload was successful!</message>"
                                     "</OpenRosaResponse>");
    return err_ok();
}

static void no_destroy(struct http *http)
{
    (void)http;
}

/* ---- the desk ---- */

static int setup(void **state)
{
    struct desk *d = calloc(1, sizeof *d);
    assert_non_null(d);
    assert_int_equal(fixture_setup((void **)&d->fixture), 0);
    d->http = (struct http){exchange, no_destroy};
    d->finds_the_moment = true;
    d->sync_outbox = fixture_open(d->fixture->dir, &d->fixture->clock.clock, NULL);
    const struct formstore_options forms = {.dir = d->fixture->dir, .clock = &d->fixture->clock.clock};
    assert_ok(formstore_open(&forms, &d->forms));
    const struct sync_setup sync = {.endpoint = ENDPOINT_PLATFORM,
                                    .url = "http://platform.test/v1",
                                    .outbox = d->sync_outbox,
                                    .forms = d->forms,
                                    .http = &d->http,
                                    .clock = &d->fixture->clock.clock,
                                    .temp_dir = d->fixture->dir,
                                    .policy = policy_default(0)};
    assert_ok(sync_create(&sync, &d->sync));
    struct outbox_link link = {.next_pull_ms = FIXTURE_NOW_MS + 1000 * 1000};
    assert_ok(outbox_set_link(d->sync_outbox, ENDPOINT_PLATFORM, &link));
    sync_destroy(&d->sync);
    assert_ok(sync_create(&sync, &d->sync));
    *state = d;
    return 0;
}

static int teardown(void **state)
{
    struct desk *d = *state;
    sync_destroy(&d->sync);
    formstore_close(&d->forms);
    outbox_close(&d->sync_outbox);
    assert_int_equal(fixture_teardown((void **)&d->fixture), 0);
    free(d);
    return 0;
}

static void save_many(struct desk *d, int count)
{
    char number[CASE_NUMBER_SIZE];
    for (int i = 0; i < count; i++)
        assert_ok(fixture_save(d->fixture->outbox, 500, number));
}

static int posts_of(const struct desk *d, const char *number)
{
    int posts = 0;
    for (int i = 0; i < d->posts; i++)
        posts += strcmp(d->taken[i], number) == 0;
    return posts;
}

static int64_t in_state(struct desk *d, enum outbox_state state)
{
    struct outbox_counts counts;
    assert_ok(outbox_count(d->fixture->outbox, &counts));
    return counts.in_state[state];
}

static void assert_each_posted_once(struct desk *d, int count)
{
    assert_int_equal(d->posts, count);
    for (int i = 0; i < count; i++)
        assert_int_equal(posts_of(d, d->taken[i]), 1);
}

/* ---- tests ---- */

/* The first four are claimed by a commit of their own; before the fourth is answered, three are settled and
 * the next are claimed: nobody waits for the disk between two POSTs. */
static void acknowledgements_are_committed_meanwhile(void **state)
{
    struct desk *d = *state;

    save_many(d, MANY);
    assert_ok(sync_run(d->sync, SYNC_WHEN_DUE, &d->counts));
    assert_each_posted_once(d, MANY);
    assert_int_equal(d->after_meanwhile[2].in_state[OUTBOX_DELIVERED], 0);
    assert_int_equal(d->after_meanwhile[3].in_state[OUTBOX_DELIVERED], 3);
    assert_int_equal(d->after_meanwhile[3].in_state[OUTBOX_SENDING], 5);
    assert_int_equal(d->counts.delivered, MANY);
    assert_int_equal(in_state(d, OUTBOX_DELIVERED), MANY);
}

/* An answer that takes its time: "received" is on the screen within a second or so. */
static void a_slow_platform_does_not_keep_anyone_waiting(void **state)
{
    struct desk *d = *state;

    d->wait_ms = 300;
    save_many(d, 4 + 16);
    assert_ok(sync_run(d->sync, SYNC_WHEN_DUE, &d->counts));
    assert_each_posted_once(d, 4 + 16);
    for (int i = 4; i < d->posts; i++)
        assert_true(d->after_meanwhile[i].in_state[OUTBOX_DELIVERED] >= i - 3);
}

/* Cut after the moment was used: what was claimed ahead is queued again, what was acknowledged is not. */
static void what_was_claimed_ahead_goes_back(void **state)
{
    struct desk *d = *state;

    save_many(d, MANY);
    d->cut_at = 4;
    assert_ok(sync_run(d->sync, SYNC_WHEN_DUE, &d->counts));
    assert_int_equal(d->posts, 4);
    assert_int_equal(d->counts.delivered, 3);
    assert_int_equal(in_state(d, OUTBOX_DELIVERED), 3);
    assert_int_equal(in_state(d, OUTBOX_SENDING), 0);
    assert_int_equal(in_state(d, OUTBOX_QUEUED), MANY - 3);
    char unanswered[CASE_NUMBER_SIZE];
    memcpy(unanswered, d->taken[3], sizeof unanswered);
    clock_fake_advance(&d->fixture->clock, 800 * 1000);
    assert_ok(sync_run(d->sync, SYNC_WHEN_DUE, &d->counts));
    assert_int_equal(d->posts, MANY + 1);
    assert_int_equal(posts_of(d, unanswered), 2); /* the same bytes, which the platform answers as before */
    assert_int_equal(in_state(d, OUTBOX_DELIVERED), MANY);
}

/* curl may find no such moment. */
static void without_the_moment_all_is_sent_too(void **state)
{
    struct desk *d = *state;

    d->finds_the_moment = false;
    save_many(d, MANY);
    assert_ok(sync_run(d->sync, SYNC_WHEN_DUE, &d->counts));
    assert_each_posted_once(d, MANY);
    assert_int_equal(in_state(d, OUTBOX_DELIVERED), MANY);
}

#define DESK(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK(acknowledgements_are_committed_meanwhile),
        DESK(a_slow_platform_does_not_keep_anyone_waiting),
        DESK(what_was_claimed_ahead_goes_back),
        DESK(without_the_moment_all_is_sent_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
