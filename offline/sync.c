#include "offline/sync_internal.h"

#include "board/base/log.h"
#include "board/base/random.h"
#include "board/base/utf8.h"
#include "offline/time_floor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char MODULE[] = "sync";

enum { LOOK_AGAIN_MS = 60 * 1000 }; /* without a poke: its loss must be harmless */

/* ---- small things ---- */

static uint64_t kernel_random(void *context)
{
    uint64_t bits = 0;
    (void)context;
    random_bytes(&bits, sizeof bits);
    return bits;
}

bool sync_stopped(const struct sync *sync)
{
    return sync->setup.stopped && sync->setup.stopped(sync->setup.stopped_context);
}

int64_t sync_wall_ms(const struct sync *sync)
{
    return sync->setup.clock->wall_ms(sync->setup.clock);
}

/* Whether the platform itself said this, good or bad. One that fails is not reached: its backoff grows. */
static bool is_contact(const struct openrosa_answer *answer)
{
    return answer->meaning != OPENROSA_LINK_DOWN && answer->meaning != OPENROSA_CREDENTIALS &&
           answer->meaning != OPENROSA_SERVER_ERROR;
}

void sync_note(struct sync *sync, const struct http_response *response, const struct openrosa_answer *answer,
               struct sync_outcome *outcome)
{
    sync->counts->bytes_sent += response->bytes_sent;
    sync->counts->bytes_received += response->bytes_received;
    outcome->contacted |= is_contact(answer);
    outcome->retry_after_s = response->retry_after_s;
    outcome->last = *answer;
    if (is_contact(answer) && response->date_ms > 0 && response->date_ms <= response->certificate_until_ms)
        outcome->date_ms = response->date_ms;
}

/* ---- life ---- */

struct err sync_create(const struct sync_setup *setup, struct sync **out_sync)
{
    struct sync *sync = calloc(1, sizeof *sync);
    if (!sync)
        return err_no_memory(MODULE);
    sync->setup = *setup;
    sync->budget_bytes = SYNC_BUDGET_START;
    sync->claim_limit = SYNC_CLAIM_MIN;
    if (!setup->random)
        sync->setup.random = kernel_random;
    snprintf(sync->temp_dir, sizeof sync->temp_dir, "%s", setup->temp_dir);
    struct err e = openrosa_init(&sync->client, setup->http, setup->clock, setup->url);
    if (!err_is(&e))
        e = outbox_get_link(setup->outbox, setup->endpoint, &sync->link);
    if (err_is(&e)) {
        sync_destroy(&sync);
        return e;
    }
    sync->setup.url = NULL; /* the client has its copy */
    sync->setup.temp_dir = NULL;
    *out_sync = sync;
    return err_ok();
}

void sync_destroy(struct sync **sync)
{
    if (!*sync)
        return;
    arena_destroy(&(*sync)->list_arena);
    sync_fetched_clear(&(*sync)->fetched);
    free(*sync);
    *sync = NULL;
}

/* ---- the link row ---- */

static struct policy_state policy_of(const struct outbox_link *link)
{
    return (struct policy_state){
        .failures = link->failures,
        .last_good_ms = link->last_contact_ms,
        .not_before_ms = link->next_try_ms,
        .wait_ms = link->wait_ms,
    };
}

static void take_policy(struct outbox_link *link, const struct policy_state *state)
{
    link->failures = state->failures;
    link->last_contact_ms = state->last_good_ms;
    link->next_try_ms = state->not_before_ms;
    link->wait_ms = state->wait_ms;
}

static enum outbox_link_state link_state_of(enum openrosa_trouble trouble)
{
    switch (trouble) {
    case OPENROSA_FINE:
        return OUTBOX_LINK_UP;
    case OPENROSA_REFUSED:
    case OPENROSA_NO_FORMS:
        return OUTBOX_LINK_CREDENTIALS;
    case OPENROSA_CAPTIVE_PORTAL:
    case OPENROSA_NOT_THE_PLATFORM:
        return OUTBOX_LINK_NOT_PLATFORM;
    default:
        return OUTBOX_LINK_DOWN;
    }
}

static void describe_link(struct outbox_link *link, const struct openrosa_answer *last)
{
    enum outbox_link_state state = link_state_of(last->trouble);
    const char *name = openrosa_trouble_name(last->trouble);

    if (state != link->state)
        log_info(MODULE, "link %s -> %s (%s%s%s)", outbox_link_state_name(link->state),
                 outbox_link_state_name(state), name, *last->message ? ": " : "", last->message);
    link->state = state;
    if (last->trouble == OPENROSA_FINE)
        snprintf(link->reason, sizeof link->reason, "%s", last->message);
    else
        snprintf(link->reason, sizeof link->reason, "%s%s%s", name, *last->message ? ": " : "",
                 last->message);
    utf8_clean(link->reason);
}

/* One row tells everybody else what is known of the platform, and keeps the backoff across reboots. */
static struct err settle_link(struct sync *sync, const struct sync_outcome *outcome)
{
    struct policy_state state = policy_of(&sync->link);
    int64_t now_ms = sync_wall_ms(sync);
    bool failed = outcome->last.trouble != OPENROSA_FINE;

    if (outcome->contacted)
        policy_succeeded(&state, now_ms);
    if (failed)
        policy_failed(&state, &sync->setup.policy, now_ms, outcome->retry_after_s, sync->setup.random,
                      sync->setup.random_context);
    take_policy(&sync->link, &state);
    describe_link(&sync->link, &outcome->last);
    return outbox_set_link(sync->setup.outbox, sync->setup.endpoint, &sync->link);
}

/* ---- when ---- */

struct err sync_start(struct sync *sync)
{
    struct policy_state state = policy_of(&sync->link);

    TRY(outbox_recover(sync->setup.outbox));
    if (!policy_spread(&state, &sync->setup.policy, sync_wall_ms(sync), sync->setup.random,
                       sync->setup.random_context))
        return err_ok();
    take_policy(&sync->link, &state);
    return outbox_set_link(sync->setup.outbox, sync->setup.endpoint, &sync->link);
}

/* Milliseconds of backoff that are left, by whatever the clock says now. */
static int64_t backoff_left(struct sync *sync, int64_t now_ms)
{
    struct policy_state state = policy_of(&sync->link);
    policy_mend(&state, now_ms);
    take_policy(&sync->link, &state);
    return policy_due(&state, now_ms);
}

/* A pull that lies further ahead than the longest interval was set under another clock. */
static int64_t pull_wait(const struct sync *sync, int64_t now_ms)
{
    int64_t left_ms = sync->link.next_pull_ms - now_ms;
    return left_ms > 2 * sync->setup.policy.pull_every_ms ? 0 : left_ms < 0 ? 0 : left_ms;
}

struct err sync_due(struct sync *sync, int64_t *out_wait_ms)
{
    int64_t now_ms = sync_wall_ms(sync);
    int64_t backoff_ms = backoff_left(sync, now_ms);
    int64_t wait_ms = pull_wait(sync, now_ms);
    struct outbox_case next;
    bool found = false;

    TRY(outbox_next(sync->setup.outbox, sync->setup.endpoint, now_ms, &next, &found));
    if (found)
        wait_ms = 0;
    if (wait_ms < backoff_ms)
        wait_ms = backoff_ms;
    else if (wait_ms > LOOK_AGAIN_MS)
        wait_ms = LOOK_AGAIN_MS;
    *out_wait_ms = wait_ms;
    return err_ok();
}

/* ---- a run ---- */

/* A platform that TLS vouches for is a witness of the time: a dead clock is known by lying below it. */
static void raise_floor(const struct sync *sync, const struct sync_outcome *outcome)
{
    if (outcome->date_ms == 0)
        return;
    struct err e = time_floor_raise(sync->temp_dir, outcome->date_ms);
    if (!err_is(&e))
        e = time_note_platform(sync->temp_dir, outcome->date_ms, sync_wall_ms(sync));
    if (err_is(&e))
        log_err(MODULE, &e);
}

/* By the floor an old certificate may have passed: of a first contact with a dead clock only the Date is
 * taken. It raises the floor, and the next connection is judged by that. */
static struct err ask_date(struct sync *sync, struct sync_outcome *outcome)
{
    struct http_response response;
    struct openrosa_answer answer;

    if (!sync->setup.verified || sync_wall_ms(sync) >= time_floor(sync->temp_dir))
        return err_ok();
    http_response_init(&response);
    struct err e = openrosa_probe(&sync->client, &response, &answer);
    if (!err_is(&e)) {
        sync_note(sync, &response, &answer, outcome);
        raise_floor(sync, outcome);
        if (response.date_ms > response.certificate_until_ms)
            outcome->last =
                (struct openrosa_answer){.meaning = OPENROSA_LINK_DOWN,
                                         .trouble = OPENROSA_TLS,
                                         .message = "its certificate is no longer good at its own Date"};
    }
    http_response_finish(&response);
    return e;
}

/* The platform answered, and then its road was cut. */
static bool is_cut(const struct sync_outcome *pulled)
{
    return pulled->contacted && pulled->last.trouble == OPENROSA_CUT;
}

/* What was cut and brought nothing to begin from next time would be cut again at once, for ever, on a road
 * that somebody pays for by the byte: it waits for its usual time. */
static struct err pull_if_due(struct sync *sync, enum sync_urgency urgency, struct sync_outcome *outcome)
{
    int64_t now_ms = sync_wall_ms(sync);
    size_t fetched = sync->fetched.count;
    int forms = sync->counts->forms;

    if (urgency == SYNC_WHEN_DUE && pull_wait(sync, now_ms) > 0)
        return err_ok();
    TRY(sync_pull(sync, outcome));
    if (outcome->gave_way)
        return err_ok();
    bool is_whole = outcome->last.trouble == OPENROSA_FINE;
    bool has_gained = sync->fetched.count > fetched || sync->counts->forms > forms;
    if (!is_whole && (has_gained || !is_cut(outcome)))
        return err_ok();
    now_ms = sync_wall_ms(sync);
    if (is_whole)
        sync->link.last_pull_ms = now_ms;
    sync->link.next_pull_ms =
        now_ms + policy_pull_interval(&sync->setup.policy, sync->setup.random, sync->setup.random_context);
    return err_ok();
}

/* A list or a form that cannot be read or does not come whole, or a token that shows no forms, does not keep
 * applications from going out. */
static bool may_push(const struct sync_outcome *pulled)
{
    return pulled->last.trouble == OPENROSA_FINE || pulled->last.trouble == OPENROSA_NO_FORMS ||
           pulled->last.trouble == OPENROSA_BAD_ANSWER || is_cut(pulled);
}

/* The push speaks last, unless it had nothing to say. */
static struct sync_outcome *last_word(struct sync_outcome *pulled, struct sync_outcome *pushed)
{
    if (pushed->last.trouble != OPENROSA_FINE)
        return pushed;
    if (!is_cut(pulled) || !pushed->contacted)
        return pulled;
    snprintf(pushed->last.message, sizeof pushed->last.message, "the forms did not come whole: cut");
    return pushed;
}

/* A pull that gives way to an application goes on when that is sent. */
static struct err pull_and_push(struct sync *sync, enum sync_urgency urgency, struct sync_outcome *pulled,
                                struct sync_outcome *pushed, struct err *out_not_pulled)
{
    struct err e = err_ok();

    do {
        pulled->gave_way = false;
        if (pulled->last.trouble == OPENROSA_FINE)
            *out_not_pulled = pull_if_due(sync, urgency, pulled);
        /* Where a form finds no room, applications still go out, and make some. */
        if (may_push(pulled) && !sync_stopped(sync))
            e = sync_push(sync, pushed);
    } while (!err_is(&e) && pulled->gave_way && pushed->last.trouble == OPENROSA_FINE && !sync_stopped(sync));
    return e;
}

struct err sync_run(struct sync *sync, enum sync_urgency urgency, struct sync_counts *counts)
{
    struct sync_outcome pulled = {.retry_after_s = -1}, pushed = {.retry_after_s = -1};
    struct err e = err_ok(), not_pulled = err_ok();

    if (urgency == SYNC_WHEN_DUE && backoff_left(sync, sync_wall_ms(sync)) > 0)
        return err_ok();
    TRY(outbox_recover(sync->setup.outbox)); /* what the last run left half way when the disk failed it */
    sync->counts = counts;
    e = ask_date(sync, &pulled);
    if (!err_is(&e))
        e = pull_and_push(sync, urgency, &pulled, &pushed, &not_pulled);
    struct sync_outcome *outcome = last_word(&pulled, &pushed);
    outcome->contacted = pulled.contacted || pushed.contacted;
    outcome->date_ms = pushed.date_ms ? pushed.date_ms : pulled.date_ms;
    raise_floor(sync, outcome);
    struct err settled =
        outcome->contacted || outcome->last.trouble != OPENROSA_FINE ? settle_link(sync, outcome) : err_ok();
    sync->counts = NULL;
    return err_is(&e) ? e : err_is(&not_pulled) ? not_pulled : settled;
}
