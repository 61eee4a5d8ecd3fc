/* An application's states: the table, the one function that moves along it, and each step as a transaction.
 */
#include "board/base/log.h"
#include "offline/outbox_internal.h"
#include <assert.h>

/* ---- transitions ---- */

#define FROM(state) (1u << OUTBOX_##state)

static const struct transition {
    const char *name;
    unsigned from; /* bits 1 << state */
    enum outbox_state to;
} transitions[OUTBOX_EVENT_COUNT] = {
    [OUTBOX_EVENT_RECOVER] = {"sender restarted", FROM(SENDING), OUTBOX_QUEUED},
    [OUTBOX_EVENT_SEND] = {"due", FROM(QUEUED) | FROM(ON_STICK), OUTBOX_SENDING},
    [OUTBOX_EVENT_DELIVER] = {"acknowledged", FROM(SENDING), OUTBOX_DELIVERED},
    [OUTBOX_EVENT_COURIER] = {"courier's receipt", FROM(ON_STICK) | FROM(QUEUED) | FROM(PARKED),
                              OUTBOX_DELIVERED},
    [OUTBOX_EVENT_RETRY] = {"retry", FROM(SENDING), OUTBOX_QUEUED},
    [OUTBOX_EVENT_PARK] = {"poison", FROM(SENDING), OUTBOX_PARKED},
    [OUTBOX_EVENT_RELEASE] = {"released", FROM(PARKED), OUTBOX_QUEUED},
    [OUTBOX_EVENT_EXPORT] = {"exported", FROM(QUEUED) | FROM(ON_STICK), OUTBOX_ON_STICK},
    [OUTBOX_EVENT_PURGE] = {"sealed bytes removed", FROM(DELIVERED), OUTBOX_PURGED},
};

struct subject {
    char number[CASE_NUMBER_SIZE];
    enum outbox_state state;
};

static struct err read_subject(void *context, const struct store_row *row)
{
    struct subject *subject = context;
    store_row_text(row, 0, subject->number, sizeof subject->number);
    subject->state = (enum outbox_state)store_row_choice(row, 1, OUTBOX_STATE_COUNT);
    return err_ok();
}

/* What a step writes into the case line together with the state: ?1 is the row, ?2 the state. One statement,
 * because each one that touches the state rewrites two indexes, for hundreds of rows in one commit. */
struct line {
    const char *sql;
    const struct store_value *values;
    size_t count;
};

/* The only writer of submission.state: refuses what the table does not allow, records and logs what it does.
 */
static struct err move(struct outbox *outbox, struct store *store, int64_t row, enum outbox_event event,
                       const char *cause, const struct line *line)
{
    const struct transition *t = &transitions[event];
    struct subject subject;
    bool found = false;
    TRY(store_one(store, "SELECT number, state FROM submission WHERE id = ?1", STORE_BIND(store_int(row)),
                  read_subject, &subject, &found));
    if (!found)
        return err_make(ERR_REFUSED, "outbox", 0, "no application with row %lld", (long long)row);
    if (!(t->from & (1u << subject.state)))
        return err_make(ERR_REFUSED, "outbox", 0, "%s is %s: not for \"%s\"", subject.number,
                        outbox_state_name(subject.state), t->name);
    assert(line->values[1].number == (int64_t)t->to);
    TRY(store_run(store, line->sql, line->values, line->count));
    TRY(store_run(
        store, "INSERT INTO event(submission, at_ms, from_state, to_state, cause) VALUES(?1, ?2, ?3, ?4, ?5)",
        STORE_BIND(store_int(row), store_int(outbox->clock->wall_ms(outbox->clock)), store_int(subject.state),
                   store_int(t->to), store_text(cause ? cause : t->name))));
    if (event == OUTBOX_EVENT_SEND) /* hundreds at once, before a byte is sent: what came of it is told */
        return err_ok();
    log_info("outbox", "%s %s -> %s (%s%s%s)", subject.number, outbox_state_name(subject.state),
             outbox_state_name(t->to), t->name, cause ? ": " : "", cause ? cause : "");
    return err_ok();
}

struct err outbox_move(struct outbox *outbox, struct store *store, int64_t row, enum outbox_event event,
                       const char *cause)
{
    const struct line line = {"UPDATE submission SET state = ?2 WHERE id = ?1",
                              STORE_BIND(store_int(row), store_int(transitions[event].to))};
    return move(outbox, store, row, event, cause, &line);
}

/* ---- one step as one transaction ---- */

struct step {
    struct outbox *outbox;
    int64_t row;
    int index;
    int64_t not_before_ms;
    const struct outbox_answer *answer;
};

static const char *reason_of(const struct outbox_answer *answer)
{
    return answer && answer->reason ? answer->reason : "";
}

static struct err record_attempt(struct store *store, const struct step *step)
{
    const struct outbox_answer *a = step->answer;
    if (!a)
        return err_ok();
    int64_t now_ms = step->outbox->clock->wall_ms(step->outbox->clock);
    return store_run(
        store,
        "INSERT INTO attempt(submission, at_ms, http_status, bytes_sent, platform_date_ms, reason)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
        STORE_BIND(store_int(step->row), store_int(now_ms), store_int(a->http_status),
                   store_int(a->bytes_sent), store_int(a->platform_date_ms), store_text(reason_of(a))));
}

static struct err send_work(struct store *store, void *context)
{
    const struct step *step = context;
    const struct line line = {"UPDATE submission SET state = ?2, attempts = attempts + 1 WHERE id = ?1",
                              STORE_BIND(store_int(step->row), store_int(OUTBOX_SENDING))};
    return move(step->outbox, store, step->row, OUTBOX_EVENT_SEND, NULL, &line);
}

struct err outbox_mark_sending(struct outbox *outbox, int64_t row)
{
    struct step step = {.outbox = outbox, .row = row};
    return store_write(outbox->store, send_work, &step);
}

/* What only a sender may say is only taken about what is being sent. */
static struct err require_sending(struct store *store, int64_t row)
{
    int64_t state = -1;
    TRY(store_number(store, "SELECT state FROM submission WHERE id = ?1", STORE_BIND(store_int(row)),
                     &state));
    if (state != OUTBOX_SENDING)
        return err_make(ERR_REFUSED, "outbox", 0, "an acknowledgement for what is not being sent");
    return err_ok();
}

static struct err acknowledge_xml_work(struct store *store, void *context)
{
    struct step *step = context;
    TRY(require_sending(store, step->row));
    TRY(record_attempt(store, step));
    TRY(store_run(store, "UPDATE media SET acknowledged = 1 WHERE submission = ?1 AND is_xml = 1",
                  STORE_BIND(store_int(step->row))));
    return store_run(store, "UPDATE submission SET xml_acknowledged = 1 WHERE id = ?1",
                     STORE_BIND(store_int(step->row)));
}

struct err outbox_acknowledge_xml(struct outbox *outbox, int64_t row, const struct outbox_answer *answer)
{
    struct step step = {.outbox = outbox, .row = row, .answer = answer};
    return store_write(outbox->store, acknowledge_xml_work, &step);
}

static struct err acknowledge_file_work(struct store *store, void *context)
{
    struct step *step = context;
    TRY(require_sending(store, step->row));
    TRY(record_attempt(store, step));
    TRY(store_run(store, "UPDATE media SET acknowledged = 1 WHERE submission = ?1 AND position = ?2",
                  STORE_BIND(store_int(step->row), store_int(step->index))));
    if (store_changed(store) == 0)
        return err_make(ERR_REFUSED, "outbox", 0, "no file %d to acknowledge", step->index);
    return err_ok();
}

struct err outbox_acknowledge_file(struct outbox *outbox, int64_t row, int index,
                                   const struct outbox_answer *answer)
{
    struct step step = {.outbox = outbox, .row = row, .index = index, .answer = answer};
    return store_write(outbox->store, acknowledge_file_work, &step);
}

/* Whoever acknowledged the whole has the XML. */
static struct err move_to_delivered(struct store *store, const struct step *step, enum outbox_event event)
{
    int64_t date_ms = step->answer ? step->answer->platform_date_ms : 0;
    if (date_ms <= 0)
        date_ms = step->outbox->clock->wall_ms(step->outbox->clock);
    const struct line line = {"UPDATE submission SET state = ?2, xml_acknowledged = 1, delivered_ms = ?3, "
                              "reason = ?4 WHERE id = ?1",
                              STORE_BIND(store_int(step->row), store_int(OUTBOX_DELIVERED),
                                         store_int(date_ms), store_text(reason_of(step->answer)))};
    return move(step->outbox, store, step->row, event, NULL, &line);
}

static struct err deliver_work(struct store *store, void *context)
{
    struct step *step = context;
    int64_t missing = 1;
    TRY(store_number(store,
                     "SELECT (SELECT count(*) FROM media WHERE submission = ?1 AND acknowledged = 0)"
                     " + (SELECT 1 - xml_acknowledged FROM submission WHERE id = ?1)",
                     STORE_BIND(store_int(step->row)), &missing));
    if (missing != 0)
        return err_make(ERR_REFUSED, "outbox", 0, "not delivered: %lld parts are not acknowledged",
                        (long long)missing);
    return move_to_delivered(store, step, OUTBOX_EVENT_DELIVER);
}

struct err outbox_mark_delivered(struct outbox *outbox, int64_t row, const struct outbox_answer *answer)
{
    struct step step = {.outbox = outbox, .row = row, .answer = answer};
    return store_write(outbox->store, deliver_work, &step);
}

static struct err courier_work(struct store *store, void *context)
{
    struct step *step = context;
    TRY(move_to_delivered(store, step, OUTBOX_EVENT_COURIER));
    return record_attempt(store, step);
}

struct err outbox_mark_delivered_by_courier(struct outbox *outbox, int64_t row,
                                            const struct outbox_answer *answer)
{
    struct step step = {.outbox = outbox, .row = row, .answer = answer};
    return store_write(outbox->store, courier_work, &step);
}

static struct err retry_work(struct store *store, void *context)
{
    struct step *step = context;
    int64_t now_ms = step->outbox->clock->wall_ms(step->outbox->clock);
    const char *reason = reason_of(step->answer);
    const struct line line = {
        "UPDATE submission SET state = ?2, reason = ?3, not_before_ms = ?4, retried_ms = ?5 WHERE id = ?1",
        STORE_BIND(store_int(step->row), store_int(OUTBOX_QUEUED), store_text(reason),
                   store_int(step->not_before_ms), store_int(now_ms))};
    TRY(move(step->outbox, store, step->row, OUTBOX_EVENT_RETRY, reason, &line));
    return record_attempt(store, step);
}

struct err outbox_retry(struct outbox *outbox, int64_t row, int64_t not_before_ms,
                        const struct outbox_answer *answer)
{
    struct step step = {.outbox = outbox, .row = row, .not_before_ms = not_before_ms, .answer = answer};
    return store_write(outbox->store, retry_work, &step);
}

static struct err park_work(struct store *store, void *context)
{
    struct step *step = context;
    const char *reason = reason_of(step->answer);
    const struct line line = {"UPDATE submission SET state = ?2, reason = ?3 WHERE id = ?1",
                              STORE_BIND(store_int(step->row), store_int(OUTBOX_PARKED), store_text(reason))};
    TRY(move(step->outbox, store, step->row, OUTBOX_EVENT_PARK, reason, &line));
    return record_attempt(store, step);
}

struct err outbox_park(struct outbox *outbox, int64_t row, const struct outbox_answer *answer)
{
    struct step step = {.outbox = outbox, .row = row, .answer = answer};
    return store_write(outbox->store, park_work, &step);
}

static struct err release_work(struct store *store, void *context)
{
    struct step *step = context;
    const struct line line = {
        "UPDATE submission SET state = ?2, attempts = 0, not_before_ms = 0, reason = '' WHERE id = ?1",
        STORE_BIND(store_int(step->row), store_int(OUTBOX_QUEUED))};
    return move(step->outbox, store, step->row, OUTBOX_EVENT_RELEASE, NULL, &line);
}

struct err outbox_release(struct outbox *outbox, int64_t row)
{
    struct step step = {.outbox = outbox, .row = row};
    return store_write(outbox->store, release_work, &step);
}

static struct err export_work(struct store *store, void *context)
{
    struct step *step = context;
    return outbox_move(step->outbox, store, step->row, OUTBOX_EVENT_EXPORT, NULL);
}

struct err outbox_mark_on_stick(struct outbox *outbox, int64_t row)
{
    struct step step = {.outbox = outbox, .row = row};
    return store_write(outbox->store, export_work, &step);
}

struct err outbox_drop_bytes(struct store *store, int64_t row)
{
    TRY(store_run(store, "DELETE FROM chunk WHERE submission = ?1", STORE_BIND(store_int(row))));
    TRY(store_run(store, "DELETE FROM media WHERE submission = ?1", STORE_BIND(store_int(row))));
    TRY(store_run(store, "DELETE FROM manifest WHERE submission = ?1", STORE_BIND(store_int(row))));
    TRY(store_run(store, "DELETE FROM attempt WHERE submission = ?1", STORE_BIND(store_int(row))));
    return store_run(store, "UPDATE submission SET bytes = 0 WHERE id = ?1", STORE_BIND(store_int(row)));
}

struct err outbox_purge_row(struct outbox *outbox, struct store *store, int64_t row)
{
    TRY(outbox_move(outbox, store, row, OUTBOX_EVENT_PURGE, NULL));
    return outbox_drop_bytes(store, row);
}

static struct err purge_work(struct store *store, void *context)
{
    struct step *step = context;
    return outbox_purge_row(step->outbox, store, step->row);
}

struct err outbox_purge(struct outbox *outbox, int64_t row)
{
    struct step step = {.outbox = outbox, .row = row};
    return store_write(outbox->store, purge_work, &step);
}

/* ---- many at once ---- */

struct settle {
    struct outbox *outbox;
    const struct outbox_settlement *items;
    size_t count;
};

/* The event tells of each. Its files and its last attempt are not: both go with the purge, and nobody asks of
 * what is delivered. */
struct err outbox_settle_rows(struct outbox *outbox, struct store *store,
                              const struct outbox_settlement *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct step step = {.outbox = outbox, .row = items[i].row, .answer = &items[i].answer};
        TRY(move_to_delivered(store, &step, OUTBOX_EVENT_DELIVER));
    }
    return err_ok();
}

static struct err settle_work(struct store *store, void *context)
{
    const struct settle *settle = context;
    return outbox_settle_rows(settle->outbox, store, settle->items, settle->count);
}

struct err outbox_settle(struct outbox *outbox, const struct outbox_settlement *items, size_t count)
{
    struct settle settle = {.outbox = outbox, .items = items, .count = count};
    return store_write(outbox->store, settle_work, &settle);
}

struct err outbox_send_row(struct outbox *outbox, struct store *store, int64_t row)
{
    struct step step = {.outbox = outbox, .row = row};
    return send_work(store, &step);
}
