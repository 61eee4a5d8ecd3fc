/*
 * The push: what is due, small first, one POST at a time, by one sender.
 *
 * What of an application does not go with its first POST (sync_parcel.h) follows after the small ones of
 * everybody else. The exact bytes are resent until they are acknowledged, which the platform answers as it
 * did at first. While it makes up its answer, the next application is read, and acknowledgements are
 * committed.
 */
#include "offline/sync_internal.h"
#include "offline/sync_parcel.h"
#include "offline/sync_tables.h"

#include "board/base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char MODULE[] = "sync";

enum {
    SETTLE_AFTER_MS = 1000,          /* somebody may stand before the screen and wait for "received" */
    SETTLE_AHEAD_MS = 900,           /* the same, at a moment that costs nothing */
    SETTLE_MAX = SYNC_CLAIM_MAX + 1, /* a batch, and of the one before the last: the next claim's commit */
    PURGE_AFTER_MS = 30 * 1000,      /* while a long queue goes out slowly, its room is given back */
    SERVER_ERRORS_MAX = 8,           /* of one application, while the platform takes others */
};

/* Begins the reason of an application whose conflict is asked about once more. */
static const char CONFLICT_MARK[] = "409: ";

struct push {
    struct sync *sync;
    struct sync_outcome *outcome;
    struct outbox_list claimed;
    size_t at;                 /* the one whose turn it is */
    struct outbox_list coming; /* claimed ahead: whose turn it is when those are through */
    int doubts;                /* answers in a row, to different applications, that may be about the link */
    struct outbox_settlement settled[SETTLE_MAX];
    size_t settled_count;
    int64_t settled_since_ms; /* monotonic, of the first of them */
    int64_t purged_ms;        /* monotonic, when what was settled was last purged */

    struct sync_parcel ahead; /* read while the platform was at work, or empty */

    /* Of the one whose turn it is. */
    struct sync_parcel parcel;
    bool is_back;                /* in the queue again already */
    bool can_shrink;             /* the last POST carried more than it must */
    struct outbox_answer answer; /* the newest; its reason points at outcome->last.message */
};

/* ---- small things ---- */

static struct outbox_case *current(struct push *push)
{
    return &push->claimed.items[push->at];
}

static struct outbox *outbox_of(const struct push *push)
{
    return push->sync->setup.outbox;
}

static void take_answer(struct push *push, const struct http_response *response)
{
    push->answer = (struct outbox_answer){
        .http_status = response->status,
        .bytes_sent = response->bytes_sent,
        .platform_date_ms = response->date_ms,
        .reason = push->outcome->last.message,
    };
}

static void count_settled(struct push *push)
{
    push->sync->counts->delivered += (int)push->settled_count;
    push->settled_count = 0;
}

static struct err settle(struct push *push)
{
    if (push->settled_count == 0)
        return err_ok();
    TRY(outbox_settle(outbox_of(push), push->settled, push->settled_count));
    count_settled(push);
    return err_ok();
}

static struct err purge_when_long(struct push *push)
{
    const struct clock *clock = push->sync->setup.clock;
    int64_t now_ms = clock->monotonic_ms(clock);
    int purged = 0;

    if (now_ms - push->purged_ms < PURGE_AFTER_MS)
        return err_ok();
    push->purged_ms = now_ms;
    return outbox_sweep(outbox_of(push), &purged);
}

/* ---- while the platform is at work ---- */

/* Whose turn comes after this one, NULL when nobody is known. */
static const struct outbox_case *following(const struct push *push)
{
    if (push->at + 1 < push->claimed.count)
        return &push->claimed.items[push->at + 1];
    return push->coming.count > 0 ? &push->coming.items[0] : NULL;
}

static int64_t settled_for_ms(const struct push *push)
{
    const struct clock *clock = push->sync->setup.clock;
    return push->settled_count > 0 ? clock->monotonic_ms(clock) - push->settled_since_ms : 0;
}

static struct err claim(struct push *push, struct outbox_list *out_list)
{
    struct sync *sync = push->sync;
    TRY(outbox_settle_and_claim(outbox_of(push), push->settled, push->settled_count, sync->setup.endpoint,
                                sync_wall_ms(sync), sync->claim_limit, out_list));
    count_settled(push);
    return err_ok();
}

static struct err work_ahead(struct push *push)
{
    bool is_last = push->at + 1 == push->claimed.count;
    bool is_late = settled_for_ms(push) >= SETTLE_AHEAD_MS;

    if ((is_last || is_late) && push->coming.count == 0 && !sync_stopped(push->sync))
        TRY(claim(push, &push->coming)); /* one commit for both */
    else if (is_late)
        TRY(settle(push));
    const struct outbox_case *next = following(push);
    return next && next->row != push->ahead.row ? sync_parcel_open(&push->ahead, outbox_of(push), next)
                                                : err_ok();
}

/* The bodies are sent, the answer is not there: what is done now costs no time. What fails is left for its
 * own turn to try again and to report. */
static void while_it_works(void *context)
{
    struct err e = work_ahead(context);
    if (err_is(&e))
        log_info(MODULE, "not done ahead: %s", e.text);
}

/* ---- states ---- */

static struct err push_probe(struct push *push, enum push_event *out_event)
{
    struct http_response response;
    struct openrosa_answer answer;

    *out_event = PUSH_OK;
    if (push->sync->probed || !push->sync->setup.challenged)
        return err_ok();
    http_response_init(&response);
    struct err e = openrosa_probe(&push->sync->client, &response, &answer);
    if (!err_is(&e)) {
        sync_note(push->sync, &response, &answer, push->outcome);
        push->sync->probed = answer.trouble == OPENROSA_FINE;
        *out_event = push->sync->probed ? PUSH_OK : PUSH_LINK_FAILED;
    }
    http_response_finish(&response);
    return e;
}

static struct err push_claim(struct push *push, enum push_event *out_event)
{
    outbox_list_finish(&push->claimed);
    push->at = 0;
    if (sync_stopped(push->sync)) {
        *out_event = PUSH_STOPPED;
        return err_ok();
    }
    push->claimed = push->coming;
    push->coming = (struct outbox_list){0};
    if (push->claimed.count == 0)
        TRY(claim(push, &push->claimed));
    *out_event = push->claimed.count > 0 ? PUSH_OK : PUSH_NOTHING;
    return err_ok();
}

/* A flash that forgot a few bytes keeps no other application back. */
static struct err reject_damaged(struct push *push, struct err e, enum push_event *out_event)
{
    if (!outbox_is_damage(&e))
        return e;
    push->answer = (struct outbox_answer){.http_status = 0};
    snprintf(push->outcome->last.message, sizeof push->outcome->last.message, "%.150s", e.text);
    *out_event = PUSH_REJECTED;
    return err_ok();
}

static struct err push_open(struct push *push, enum push_event *out_event)
{
    struct sync_parcel ahead = push->ahead;

    push->is_back = false;
    *out_event = PUSH_OK;
    if (ahead.row != current(push)->row)
        return reject_damaged(push, sync_parcel_open(&push->parcel, outbox_of(push), current(push)),
                              out_event);
    push->ahead = push->parcel;
    push->ahead.row = 0;
    push->parcel = ahead;
    return err_ok();
}

/* ---- one POST ---- */

static enum push_event event_of(const struct openrosa_answer *answer)
{
    switch (answer->meaning) {
    case OPENROSA_ACCEPTED:
        return PUSH_OK;
    case OPENROSA_CONFLICT:
    case OPENROSA_SERVER_ERROR:
    case OPENROSA_CREDENTIALS: /* Central says so too where a token may not use one form */
        return PUSH_UNSURE;
    case OPENROSA_TOO_LARGE:
        return PUSH_TOO_LARGE;
    case OPENROSA_REJECTED:
        return PUSH_REJECTED;
    default:
        return PUSH_LINK_FAILED;
    }
}

static struct err post(struct push *push, const struct sync_post *made, enum push_event *out_event)
{
    const struct openrosa_submission submission = {
        .parts = made->parts,
        .part_count = made->part_count,
        .meanwhile = while_it_works,
        .meanwhile_context = push,
    };
    struct http_response response;
    struct openrosa_answer answer;

    http_response_init(&response);
    struct err e = openrosa_submit(&push->sync->client, &submission, &response, &answer);
    if (!err_is(&e)) {
        sync_note(push->sync, &response, &answer, push->outcome);
        take_answer(push, &response);
        *out_event = event_of(&answer);
    }
    http_response_finish(&response);
    return e;
}

static struct err push_send(struct push *push, enum push_event *out_event)
{
    struct sync_post made;

    TRY(sync_post_make(&push->parcel, push->sync->budget_bytes, &made));
    push->can_shrink = made.can_shrink;
    struct err e = post(push, &made, out_event);
    if (!err_is(&e) && *out_event == PUSH_OK)
        sync_post_taken(&made, &push->parcel); /* the database hears of it in the next state */
    sync_post_finish(&made);
    return reject_damaged(push, e, out_event);
}

/* ---- what came of it ---- */

static struct err remember_part(struct push *push)
{
    int64_t row = current(push)->row;
    if (!push->parcel.has_xml)
        TRY(outbox_acknowledge_xml(outbox_of(push), row, &push->answer));
    for (size_t i = 0; i < push->parcel.files.count; i++) {
        const struct outbox_file *file = &push->parcel.files.items[i];
        if (file->acknowledged && !file->is_xml)
            TRY(outbox_acknowledge_file(outbox_of(push), row, file->index, &push->answer));
    }
    return err_ok();
}

static struct err push_note(struct push *push, enum push_event *out_event)
{
    const struct clock *clock = push->sync->setup.clock;
    bool brought_xml = !push->parcel.has_xml;

    push->answer.reason = NULL;
    if (push->sync->budget_bytes < SYNC_BUDGET_MAX)
        push->sync->budget_bytes =
            push->sync->budget_bytes < SYNC_BUDGET_MIN ? SYNC_BUDGET_MIN : push->sync->budget_bytes * 2;
    push->doubts = 0;
    *out_event = PUSH_OK;
    if (sync_parcel_is_complete(&push->parcel)) {
        if (push->settled_count == 0)
            push->settled_since_ms = clock->monotonic_ms(clock);
        push->settled[push->settled_count++] = (struct outbox_settlement){current(push)->row, push->answer};
        return err_ok();
    }
    TRY(remember_part(push));
    push->parcel.has_xml = true;
    if (brought_xml) /* the large rest waits until everybody's small first POST is through */
        return outbox_retry(outbox_of(push), current(push)->row, 0, &push->answer);
    *out_event = PUSH_PART;
    return err_ok();
}

static struct err push_next(struct push *push, enum push_event *out_event)
{
    bool is_last = ++push->at == push->claimed.count;

    if (settled_for_ms(push) >= SETTLE_AFTER_MS || push->settled_count == SETTLE_MAX)
        TRY(settle(push));
    TRY(purge_when_long(push));
    if (is_last && push->sync->claim_limit < SYNC_CLAIM_MAX)
        push->sync->claim_limit *= 4;
    *out_event = is_last ? PUSH_NOTHING : sync_stopped(push->sync) ? PUSH_STOPPED : PUSH_OK;
    return err_ok();
}

static struct err push_shrink(struct push *push, enum push_event *out_event)
{
    push->sync->budget_bytes = 0;
    *out_event = push->can_shrink ? PUSH_OK : PUSH_REJECTED;
    return err_ok();
}

/* A conflict that repeats is one; the first may be a race of two posts of ours (Central answers those so). */
static bool is_settled_conflict(const struct outbox_case *item, const struct openrosa_answer *answer)
{
    return answer->meaning == OPENROSA_CONFLICT &&
           strncmp(item->reason, CONFLICT_MARK, sizeof CONFLICT_MARK - 1) == 0;
}

/* The platform fails at this one for ever, while it works for others. This answer is not in the outbox yet,
 * nor are those that wait to be settled. */
static struct err find_poison(const struct push *push, const struct openrosa_answer *answer, bool *out_poison)
{
    struct outbox_server_errors errors;

    *out_poison = false;
    if (answer->meaning != OPENROSA_SERVER_ERROR)
        return err_ok();
    TRY(outbox_server_errors(outbox_of(push), push->claimed.items[push->at].row, &errors));
    *out_poison = errors.count + 1 >= SERVER_ERRORS_MAX && (errors.others_taken || push->settled_count > 0);
    return err_ok();
}

static struct err push_later(struct push *push, enum push_event *out_event)
{
    struct sync *sync = push->sync;
    struct outbox_case *item = current(push);
    const struct openrosa_answer *last = &push->outcome->last;
    struct policy_state wait = {.failures = item->attempts};
    char reason[OUTBOX_REASON_SIZE];
    bool is_poison = false;

    *out_event = PUSH_REJECTED;
    TRY(find_poison(push, last, &is_poison));
    if (is_poison || is_settled_conflict(item, last))
        return err_ok();
    snprintf(reason, sizeof reason, "%s%s", last->meaning == OPENROSA_CONFLICT ? CONFLICT_MARK : "",
             last->message);
    push->answer.reason = reason;
    int64_t now_ms = sync_wall_ms(sync);
    policy_failed(&wait, &sync->setup.policy, now_ms, push->outcome->retry_after_s, sync->setup.random,
                  sync->setup.random_context);
    sync->counts->retried++;
    push->is_back = true;
    push->doubts += last->trouble != OPENROSA_FINE;
    *out_event = push->doubts > 1 ? PUSH_LINK_FAILED : PUSH_OK;
    return outbox_retry(outbox_of(push), item->row, wait.not_before_ms + 1, &push->answer);
}

static struct err push_park(struct push *push, enum push_event *out_event)
{
    char reason[OUTBOX_REASON_SIZE];
    if (push->answer.http_status > 0)
        snprintf(reason, sizeof reason, "HTTP %d: %s", push->answer.http_status, push->outcome->last.message);
    else
        snprintf(reason, sizeof reason, "damaged on this disk: %s", push->outcome->last.message);
    push->answer.reason = reason;
    push->sync->counts->parked++;
    push->outcome->last.trouble = OPENROSA_FINE; /* the rest flows on */
    push->outcome->last.message[0] = '\0';
    *out_event = PUSH_OK;
    return outbox_park(outbox_of(push), current(push)->row, &push->answer);
}

/* Nothing is parked for a link's sake: the next contact begins where this one ended. */
static struct err push_retreat(struct push *push, enum push_event *out_event)
{
    char reason[OUTBOX_REASON_SIZE];
    const struct openrosa_answer *last = &push->outcome->last;

    *out_event = PUSH_OK;
    push->sync->budget_bytes = SYNC_BUDGET_MIN;
    push->sync->claim_limit = SYNC_CLAIM_MIN;
    TRY(settle(push));
    if (last->trouble != OPENROSA_FINE && push->at < push->claimed.count && !push->is_back) {
        snprintf(reason, sizeof reason, "%s", openrosa_trouble_name(last->trouble));
        push->answer.reason = reason;
        push->sync->counts->retried++;
        TRY(outbox_retry(outbox_of(push), current(push)->row, 0, &push->answer));
    }
    return outbox_recover(outbox_of(push));
}

/* ---- the table ---- */

static struct err (*const actions[PUSH_STATE_COUNT])(struct push *push, enum push_event *out_event) = {
    [PUSH_PROBE] = push_probe,     [PUSH_CLAIM] = push_claim, [PUSH_OPEN] = push_open,
    [PUSH_SEND] = push_send,       [PUSH_NOTE] = push_note,   [PUSH_NEXT] = push_next,
    [PUSH_SHRINK] = push_shrink,   [PUSH_LATER] = push_later, [PUSH_PARK] = push_park,
    [PUSH_RETREAT] = push_retreat,
};

struct err sync_push(struct sync *sync, struct sync_outcome *outcome)
{
    const struct clock *clock = sync->setup.clock;
    struct push push = {.sync = sync, .outcome = outcome, .purged_ms = clock->monotonic_ms(clock)};
    enum push_state state = PUSH_PROBE;
    struct err e = err_ok();

    while (!err_is(&e) && state != PUSH_DONE) {
        enum push_event event = PUSH_OK;
        e = actions[state](&push, &event);
        if (!err_is(&e))
            state = push_after(state, event);
    }
    sync_parcel_finish(&push.parcel);
    sync_parcel_finish(&push.ahead);
    outbox_list_finish(&push.claimed);
    outbox_list_finish(&push.coming);
    return e;
}
