/*
 * The push: what is due, small first, one POST at a time, by one sender.
 *
 * An application's first POST carries manifest, sealed XML and as many files as fit the budget; the rest
 * follows in POSTs of their own with the same manifest, after the small ones of everybody else. What was
 * acknowledged is never sent again. The exact bytes are resent until they are acknowledged, which the
 * platform answers as it did at first.
 */
#include "offline/sync_internal.h"
#include "offline/sync_tables.h"

#include "board/base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char MODULE[] = "sync";

enum {
    SETTLE_AFTER_MS = 1000,     /* somebody may stand before the screen and wait for "received" */
    PURGE_AFTER_MS = 30 * 1000, /* while a long queue goes out slowly, its room is given back on the way */
    SERVER_ERRORS_MAX = 8,      /* of one application, while the platform takes others */
};

/* Begins the reason of an application whose conflict is asked about once more. */
static const char CONFLICT_MARK[] = "409: ";

/* A file that is pulled into a POST. curl asks for pieces of any size; the outbox is asked for each chunk
 * once.
 */
struct file_source {
    struct outbox *outbox;
    int64_t row;
    int index;
    int64_t at; /* of chunk[0] in the file */
    size_t size;
    char chunk[OUTBOX_CHUNK_SIZE];
};

struct push {
    struct sync *sync;
    struct sync_outcome *outcome;
    struct outbox_list claimed;
    size_t at;  /* the one whose turn it is */
    int doubts; /* answers in a row, to different applications, that may be about the link */
    struct outbox_settlement settled[SYNC_CLAIM_MAX];
    size_t settled_count;
    int64_t settled_since_ms; /* monotonic, of the first of them */
    int64_t purged_ms;        /* monotonic, when what was settled was last purged */

    /* Of the one whose turn it is. */
    struct buf manifest;
    struct outbox_files files;
    bool has_xml;                /* the platform has manifest and sealed XML */
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
    struct sync *sync = push->sync;

    outbox_list_finish(&push->claimed);
    push->at = 0;
    if (sync_stopped(sync)) {
        *out_event = PUSH_STOPPED;
        return err_ok();
    }
    TRY(outbox_settle_and_claim(outbox_of(push), push->settled, push->settled_count, sync->setup.endpoint,
                                sync_wall_ms(sync), sync->claim_limit, &push->claimed));
    count_settled(push);
    *out_event = push->claimed.count > 0 ? PUSH_OK : PUSH_NOTHING;
    return err_ok();
}

static struct err push_open(struct push *push, enum push_event *out_event)
{
    outbox_files_finish(&push->files);
    push->has_xml = current(push)->xml_acknowledged;
    push->is_back = false;
    *out_event = PUSH_OK;
    return outbox_open_row(outbox_of(push), current(push)->row, &push->manifest, &push->files);
}

/* ---- one POST ---- */

static struct err read_file(void *context, int64_t offset, void *out_bytes, size_t size, size_t *out_read)
{
    struct file_source *source = context;

    if (offset < source->at || offset >= source->at + (int64_t)source->size) {
        source->at = offset;
        source->size = 0;
        TRY(outbox_read(source->outbox, source->row, source->index, offset, source->chunk,
                        sizeof source->chunk, &source->size));
    }
    size_t from = (size_t)(offset - source->at), left = source->size - from;
    *out_read = left < size ? left : size;
    memcpy(out_bytes, source->chunk + from, *out_read);
    return err_ok();
}

/* Whether this file goes along: within the budget, and always the first one that is missing once the XML is
 * there. */
static bool goes_along(const struct push *push, const struct outbox_file *file, size_t chosen, int64_t bytes)
{
    bool fits = bytes + file->size <= push->sync->budget_bytes;
    return !file->acknowledged && (fits || (push->has_xml && chosen == 0));
}

/* Marks in `take` what goes into the next POST. The sealed XML must be in the first one, and comes last in
 * the list, so it is counted before the others are. */
static size_t choose(struct push *push, bool *take)
{
    int64_t bytes = (int64_t)push->manifest.length;
    size_t chosen = 0, must = 0;

    for (size_t i = 0; i < push->files.count; i++) {
        take[i] = !push->has_xml && push->files.items[i].is_xml && !push->files.items[i].acknowledged;
        bytes += take[i] ? push->files.items[i].size : 0;
        chosen += take[i];
    }
    must = push->has_xml ? 1 : chosen;
    for (size_t i = 0; i < push->files.count; i++) {
        if (take[i] || !goes_along(push, &push->files.items[i], chosen, bytes))
            continue;
        take[i] = true;
        chosen++;
        bytes += push->files.items[i].size;
    }
    push->can_shrink = chosen > must;
    return chosen;
}

static void make_parts(struct push *push, const bool *take, struct http_part *parts,
                       struct file_source *sources)
{
    size_t part = 1;
    parts[0] = (struct http_part){
        .name = "xml_submission_file",
        .filename = "submission.xml",
        .content_type = "text/xml",
        .size = (int64_t)push->manifest.length,
        .bytes = push->manifest.data,
    };
    for (size_t i = 0; i < push->files.count; i++) {
        const struct outbox_file *file = &push->files.items[i];
        if (!take[i])
            continue;
        sources[part].outbox = outbox_of(push);
        sources[part].row = current(push)->row;
        sources[part].index = file->index;
        parts[part] = (struct http_part){
            .name = file->name,
            .filename = file->name,
            .content_type = "application/octet-stream",
            .size = file->size,
            .bytes = file->bytes,
            .read = read_file,
            .context = &sources[part],
        };
        part++;
    }
}

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

static struct err post(struct push *push, const struct http_part *parts, size_t count,
                       enum push_event *out_event)
{
    struct http_response response;
    struct openrosa_answer answer;

    http_response_init(&response);
    struct err e = openrosa_submit(&push->sync->client, parts, count, &response, &answer);
    if (!err_is(&e)) {
        sync_note(push->sync, &response, &answer, push->outcome);
        take_answer(push, &response);
        *out_event = event_of(&answer);
    }
    http_response_finish(&response);
    return e;
}

/* What was taken is marked in the list of files; the database hears of it in the next state. */
static void mark_taken(struct push *push, const bool *take)
{
    for (size_t i = 0; i < push->files.count; i++)
        push->files.items[i].acknowledged |= take[i];
}

static struct err push_send(struct push *push, enum push_event *out_event)
{
    size_t count = push->files.count;
    struct http_part *parts = calloc(count + 1, sizeof *parts);
    struct file_source *sources = calloc(count + 1, sizeof *sources);
    bool *take = calloc(count + 1, sizeof *take);
    struct err e = err_ok();

    if (!parts || !sources || !take) {
        e = err_no_memory(MODULE);
    } else {
        size_t chosen = choose(push, take);
        make_parts(push, take, parts, sources);
        e = post(push, parts, chosen + 1, out_event);
    }
    if (!err_is(&e) && *out_event == PUSH_OK)
        mark_taken(push, take);
    free(parts);
    free(sources);
    free(take);
    return e;
}

/* ---- what came of it ---- */

static bool is_complete(const struct push *push)
{
    for (size_t i = 0; i < push->files.count; i++) {
        if (!push->files.items[i].acknowledged)
            return false;
    }
    return true;
}

static struct err remember_part(struct push *push)
{
    int64_t row = current(push)->row;
    if (!push->has_xml)
        TRY(outbox_acknowledge_xml(outbox_of(push), row, &push->answer));
    for (size_t i = 0; i < push->files.count; i++) {
        const struct outbox_file *file = &push->files.items[i];
        if (file->acknowledged && !file->is_xml)
            TRY(outbox_acknowledge_file(outbox_of(push), row, file->index, &push->answer));
    }
    return err_ok();
}

static struct err push_note(struct push *push, enum push_event *out_event)
{
    const struct clock *clock = push->sync->setup.clock;
    bool brought_xml = !push->has_xml;

    push->answer.reason = NULL;
    if (push->sync->budget_bytes < SYNC_BUDGET_MAX)
        push->sync->budget_bytes =
            push->sync->budget_bytes < SYNC_BUDGET_MIN ? SYNC_BUDGET_MIN : push->sync->budget_bytes * 2;
    push->doubts = 0;
    *out_event = PUSH_OK;
    if (is_complete(push)) {
        if (push->settled_count == 0)
            push->settled_since_ms = clock->monotonic_ms(clock);
        push->settled[push->settled_count++] = (struct outbox_settlement){current(push)->row, push->answer};
        return err_ok();
    }
    TRY(remember_part(push));
    push->has_xml = true;
    if (brought_xml) /* the large rest waits until everybody's small first POST is through */
        return outbox_retry(outbox_of(push), current(push)->row, 0, &push->answer);
    *out_event = PUSH_PART;
    return err_ok();
}

static struct err push_next(struct push *push, enum push_event *out_event)
{
    const struct clock *clock = push->sync->setup.clock;
    bool is_last = ++push->at == push->claimed.count;
    bool is_late =
        push->settled_count > 0 && clock->monotonic_ms(clock) - push->settled_since_ms >= SETTLE_AFTER_MS;

    if (is_late)
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

/* The platform fails at this one for ever, while it works for others. */
static bool is_poison(const struct push *push, const struct outbox_case *item,
                      const struct openrosa_answer *answer)
{
    int64_t silence_ms = sync_wall_ms(push->sync) - push->sync->link.last_contact_ms;
    return answer->meaning == OPENROSA_SERVER_ERROR && item->attempts >= SERVER_ERRORS_MAX &&
           silence_ms < push->sync->setup.policy.outage_ms;
}

static struct err push_later(struct push *push, enum push_event *out_event)
{
    struct sync *sync = push->sync;
    struct outbox_case *item = current(push);
    const struct openrosa_answer *last = &push->outcome->last;
    struct policy_state wait = {.failures = item->attempts};
    char reason[OUTBOX_REASON_SIZE];

    *out_event = PUSH_REJECTED;
    if (is_settled_conflict(item, last) || is_poison(push, item, last))
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
    snprintf(reason, sizeof reason, "HTTP %d: %s", push->answer.http_status, push->outcome->last.message);
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
    buf_finish(&push.manifest);
    outbox_files_finish(&push.files);
    outbox_list_finish(&push.claimed);
    return e;
}
