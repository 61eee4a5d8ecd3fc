/* Case lines: looking things up. */
#include "offline/outbox_internal.h"
#include <stdlib.h>
#include <string.h>

static void read_case(const struct store_row *row, struct outbox_case *out_case)
{
    struct outbox_case *c = out_case;
    memset(c, 0, sizeof *c);
    c->row = store_row_int(row, 0);
    store_row_text(row, 1, c->number, sizeof c->number);
    store_row_text(row, 2, c->instance_id, sizeof c->instance_id);
    c->endpoint = (enum endpoint)store_row_choice(row, 3, ENDPOINT_COUNT);
    store_row_text(row, 4, c->form_id, sizeof c->form_id);
    store_row_text(row, 5, c->form_version, sizeof c->form_version);
    c->state = (enum outbox_state)store_row_choice(row, 6, OUTBOX_STATE_COUNT);
    c->saved_ms = store_row_int(row, 7);
    c->trust = (enum outbox_trust)store_row_choice(row, 8, OUTBOX_TIME_SERVER + 1);
    c->delivered_ms = store_row_int(row, 9);
    c->not_before_ms = store_row_int(row, 10);
    c->attempts = (int)store_row_int(row, 11);
    c->sealed_bytes = store_row_int(row, 12);
    c->xml_acknowledged = store_row_int(row, 13) != 0;
    c->print = (enum outbox_print)store_row_choice(row, 14, OUTBOX_PRINT_FAILED + 1);
    store_row_text(row, 15, c->reason, sizeof c->reason);
    c->is_withdrawn = store_row_int(row, 16) != 0;
}

static struct err take_case(void *context, const struct store_row *row)
{
    read_case(row, context);
    return err_ok();
}

struct err outbox_collect_case(void *list, const struct store_row *row)
{
    struct outbox_list *l = list;
    if ((l->count & (l->count - 1)) == 0) { /* grow at 0, 1, 2, 4, 8... */
        struct outbox_case *items = realloc(l->items, (l->count ? 2 * l->count : 1) * sizeof *items);
        if (!items)
            return err_no_memory("outbox");
        l->items = items;
    }
    read_case(row, &l->items[l->count++]);
    return err_ok();
}

void outbox_list_finish(struct outbox_list *list)
{
    free(list->items);
    *list = (struct outbox_list){0};
}

/* ---- one ---- */

struct find {
    const char *sql;
    struct store_value key;
    struct outbox_case found_case;
    bool found;
};

static struct err find_work(struct store *store, void *context)
{
    struct find *find = context;
    return store_one(store, find->sql, &find->key, 1, take_case, &find->found_case, &find->found);
}

static struct err find_case(struct outbox *outbox, const char *sql, struct store_value key,
                            struct outbox_case *out_case, bool *out_found)
{
    struct find find = {.sql = sql, .key = key};
    TRY(store_read(outbox->store, find_work, &find));
    if (find.found)
        *out_case = find.found_case;
    *out_found = find.found;
    return err_ok();
}

struct err outbox_find_number(struct outbox *outbox, const char *number, struct outbox_case *out_case,
                              bool *out_found)
{
    return find_case(outbox, "SELECT " OUTBOX_CASE_COLUMNS " FROM submission s WHERE s.number = ?1",
                     store_text(number), out_case, out_found);
}

struct err outbox_find_newest(struct outbox *outbox, const char *form_id, struct outbox_case *out_case,
                              bool *out_found)
{
    return find_case(outbox,
                     "SELECT " OUTBOX_CASE_COLUMNS
                     " FROM submission s WHERE s.form_id = ?1 ORDER BY s.id DESC LIMIT 1",
                     store_text(form_id), out_case, out_found);
}

struct err outbox_find_instance(struct outbox *outbox, const char *instance_id, struct outbox_case *out_case,
                                bool *out_found)
{
    char bare[OUTBOX_ID_SIZE];
    outbox_bare_instance(instance_id, bare);
    return find_case(outbox, "SELECT " OUTBOX_CASE_COLUMNS " FROM submission s WHERE s.instance = ?1",
                     store_text(bare), out_case, out_found);
}

/* ---- many ---- */

struct list_work {
    const char *sql;
    const struct store_value *values;
    size_t count;
    struct outbox_list list;
};

static struct err list_work(struct store *store, void *context)
{
    struct list_work *work = context;
    outbox_list_finish(&work->list); /* a second run after a quarantine starts afresh */
    return store_each(store, work->sql, work->values, work->count, outbox_collect_case, &work->list);
}

static struct err list_cases(struct outbox *outbox, struct list_work *work, struct outbox_list *out_list)
{
    struct err e = store_read(outbox->store, list_work, work);
    if (err_is(&e))
        outbox_list_finish(&work->list);
    else
        *out_list = work->list;
    return e;
}

struct err outbox_find_card(struct outbox *outbox, const uint8_t card_tag[32], struct outbox_list *out_list)
{
    struct store_value key = store_blob(card_tag, 32);
    struct list_work work = {
        .sql = "SELECT " OUTBOX_CASE_COLUMNS " FROM submission s WHERE s.card = ?1 ORDER BY s.id DESC",
        .values = &key,
        .count = 1,
    };
    return list_cases(outbox, &work, out_list);
}

struct err outbox_list(struct outbox *outbox, unsigned states, int offset, int limit,
                       struct outbox_list *out_list)
{
    struct store_value values[] = {store_int(states ? states : ~0u), store_int(limit), store_int(offset)};
    struct list_work work = {
        .sql = "SELECT " OUTBOX_CASE_COLUMNS " FROM submission s WHERE ((1 << s.state) & ?1) != 0"
               " ORDER BY s.id DESC LIMIT ?2 OFFSET ?3",
        .values = values,
        .count = 3,
    };
    return list_cases(outbox, &work, out_list);
}

/* ---- history ---- */

struct history_work {
    int64_t row;
    struct outbox_history history;
};

static struct err collect_event(void *context, const struct store_row *row)
{
    struct outbox_history *history = context;
    struct outbox_event_line *items = realloc(history->items, (history->count + 1) * sizeof *items);
    if (!items)
        return err_no_memory("outbox");
    history->items = items;
    struct outbox_event_line *line = &items[history->count++];
    line->at_ms = store_row_int(row, 0);
    line->from = (enum outbox_state)store_row_choice(row, 1, OUTBOX_STATE_COUNT);
    line->to = (enum outbox_state)store_row_choice(row, 2, OUTBOX_STATE_COUNT);
    store_row_text(row, 3, line->cause, sizeof line->cause);
    return err_ok();
}

static struct err history_work(struct store *store, void *context)
{
    struct history_work *work = context;
    outbox_history_finish(&work->history);
    return store_each(
        store, "SELECT at_ms, from_state, to_state, cause FROM event WHERE submission = ?1 ORDER BY id",
        STORE_BIND(store_int(work->row)), collect_event, &work->history);
}

struct err outbox_history(struct outbox *outbox, int64_t row, struct outbox_history *out_history)
{
    struct history_work work = {.row = row};
    struct err e = store_read(outbox->store, history_work, &work);
    if (err_is(&e))
        outbox_history_finish(&work.history);
    else
        *out_history = work.history;
    return e;
}

void outbox_history_finish(struct outbox_history *history)
{
    free(history->items);
    *history = (struct outbox_history){0};
}

/* ---- counts ---- */

static bool is_waiting(int64_t state)
{
    return state == OUTBOX_QUEUED || state == OUTBOX_SENDING || state == OUTBOX_ON_STICK;
}

static struct err add_count(void *context, const struct store_row *row)
{
    struct outbox_counts *counts = context;
    int64_t state = store_row_int(row, 0), number = store_row_int(row, 1), oldest = store_row_int(row, 3);
    if (state < 0 || state >= OUTBOX_STATE_COUNT)
        return err_make(ERR_DATA, "outbox", 0, "an application in no known state");
    counts->in_state[state] = number;
    if (!is_waiting(state))
        return err_ok();
    counts->waiting += number;
    counts->waiting_bytes += store_row_int(row, 2);
    if (counts->oldest_waiting_ms == 0 || oldest < counts->oldest_waiting_ms)
        counts->oldest_waiting_ms = oldest;
    return err_ok();
}

static struct err count_work(struct store *store, void *context)
{
    struct outbox_counts *counts = context;
    *counts = (struct outbox_counts){0};
    TRY(store_each(store, "SELECT state, count(*), sum(bytes), min(saved_ms) FROM submission GROUP BY state",
                   STORE_NO_BIND, add_count, counts));
    /* A cut is an attempt that was begun and not answered. Few have many: they are found by their attempts.
     */
    return store_number(
        store,
        "SELECT count(*) FROM (SELECT submission FROM attempt WHERE http_status = 0 AND bytes_sent > 0"
        "  GROUP BY submission HAVING count(*) >= ?3) c JOIN submission s ON s.id = c.submission"
        " WHERE s.state IN (?1, ?2) AND ?3 <= (SELECT count(*) FROM attempt a WHERE a.submission = s.id"
        "  AND a.http_status = 0 AND a.bytes_sent > 0 AND a.id > (SELECT coalesce(max(t.id), 0)"
        "   FROM attempt t WHERE t.submission = s.id AND t.http_status BETWEEN 200 AND 299))",
        STORE_BIND(store_int(OUTBOX_QUEUED), store_int(OUTBOX_SENDING), store_int(OUTBOX_CUTS_MANY)),
        &counts->for_courier);
}

struct err outbox_count(struct outbox *outbox, struct outbox_counts *out_counts)
{
    struct outbox_counts counts;
    TRY(store_read(outbox->store, count_work, &counts));
    *out_counts = counts;
    return err_ok();
}
