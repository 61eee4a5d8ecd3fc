/* The sync's half: what is next and its bytes, never more than one short transaction at a time. */
#include "board/base/log.h"
#include "offline/outbox_internal.h"
#include <stdlib.h>
#include <string.h>

#define DAY_MS ((int64_t)24 * 60 * 60 * 1000)

enum { PURGE_AT_ONCE = 16 };

/* ---- next ---- */

/* Large rests are claimed a few at a time: whoever comes now has a small first POST, which waits for no more
 * than these. */
enum { RESTS_AT_ONCE = 4 };

/* Due: its time has come, or the clock was set back before the moment the wait began (then the wait means
 * nothing). */
#define DUE_CASES                                                                                            \
    "SELECT " OUTBOX_CASE_COLUMNS " FROM submission s WHERE s.endpoint = ?1 AND s.state = ?2"                \
    " AND s.xml_acknowledged = ?3 AND (s.not_before_ms <= ?4 OR s.retried_ms > ?4)"

/* Those that were never sent back go in the order they were saved. Behind them those that were, whose turn
 * was longest ago first: what a road is cut on again and again must not stand before what would get through.
 */
static const char due_fresh[] = DUE_CASES " AND s.retried_ms = 0 ORDER BY s.id LIMIT ?5";
static const char due_again[] = DUE_CASES " AND s.retried_ms <> 0 ORDER BY s.retried_ms, s.id LIMIT ?5";

struct due {
    struct outbox *outbox;
    enum endpoint endpoint;
    int64_t now_ms;
    int limit;
    const struct outbox_settlement *settled; /* before the claim */
    size_t settled_count;
    struct outbox_list list;
};

static struct err collect_due(struct store *store, struct due *due, enum outbox_state state, bool is_rest)
{
    const size_t limit = is_rest ? due->list.count + RESTS_AT_ONCE : (size_t)due->limit;
    const char *const order[] = {due_fresh, due_again};
    for (size_t i = 0; i < 2; i++) {
        size_t most = limit < (size_t)due->limit ? limit : (size_t)due->limit;
        TRY(store_each(store, order[i],
                       STORE_BIND(store_int(due->endpoint), store_int(state), store_int(is_rest),
                                  store_int(due->now_ms), store_int((int64_t)(most - due->list.count))),
                       outbox_collect_case, &due->list));
    }
    return err_ok();
}

/* What was exported to a stick is still sent by network when there is one, after all others. */
static struct err due_work(struct store *store, void *context)
{
    struct due *due = context;
    outbox_list_finish(&due->list);
    TRY(collect_due(store, due, OUTBOX_QUEUED, false));
    size_t small = due->list.count;
    TRY(collect_due(store, due, OUTBOX_QUEUED, true));
    if (due->list.count - small == RESTS_AT_ONCE) /* there may be more of them */
        return err_ok();
    TRY(collect_due(store, due, OUTBOX_ON_STICK, false));
    return collect_due(store, due, OUTBOX_ON_STICK, true);
}

struct err outbox_next(struct outbox *outbox, enum endpoint endpoint, int64_t now_ms,
                       struct outbox_case *out_case, bool *out_found)
{
    struct due due = {.outbox = outbox, .endpoint = endpoint, .now_ms = now_ms, .limit = 1};
    struct err e = store_read(outbox->store, due_work, &due);
    if (!err_is(&e)) {
        *out_found = due.list.count > 0;
        if (due.list.count > 0)
            *out_case = due.list.items[0];
    }
    outbox_list_finish(&due.list);
    return e;
}

static struct err claim_work(struct store *store, void *context)
{
    struct due *due = context;
    TRY(outbox_settle_rows(due->outbox, store, due->settled, due->settled_count));
    TRY(due_work(store, due));
    for (size_t i = 0; i < due->list.count; i++) {
        struct outbox_case *claimed = &due->list.items[i];
        TRY(outbox_send_row(due->outbox, store, claimed->row));
        claimed->state = OUTBOX_SENDING;
        claimed->attempts++;
    }
    return err_ok();
}

struct err outbox_claim(struct outbox *outbox, enum endpoint endpoint, int64_t now_ms, int limit,
                        struct outbox_list *out_list)
{
    return outbox_settle_and_claim(outbox, NULL, 0, endpoint, now_ms, limit, out_list);
}

struct err outbox_settle_and_claim(struct outbox *outbox, const struct outbox_settlement *items, size_t count,
                                   enum endpoint endpoint, int64_t now_ms, int limit,
                                   struct outbox_list *out_list)
{
    struct due due = {.outbox = outbox,
                      .endpoint = endpoint,
                      .now_ms = now_ms,
                      .limit = limit,
                      .settled = items,
                      .settled_count = count};
    struct err e = store_write(outbox->store, claim_work, &due);
    if (err_is(&e))
        outbox_list_finish(&due.list);
    else
        *out_list = due.list;
    return e;
}

/* ---- bytes ---- */

struct bytes_work {
    int64_t row;
    int index;
    int64_t offset;
    char *out;
    size_t capacity;
    size_t size;
    struct buf *buf;
};

static struct err append_blob(void *context, const struct store_row *row)
{
    struct bytes_work *work = context;
    size_t size;
    const void *bytes = store_row_blob(row, 0, &size);
    buf_append(work->buf, bytes, size);
    return buf_check(work->buf, "outbox");
}

static struct err manifest_work(struct store *store, void *context)
{
    struct bytes_work *work = context;
    bool found = false;
    TRY(store_one(store, "SELECT xml FROM manifest WHERE submission = ?1", STORE_BIND(store_int(work->row)),
                  append_blob, work, &found));
    return found ? err_ok() : err_make(ERR_REFUSED, "outbox", 0, "its sealed bytes are purged");
}

bool outbox_is_damage(const struct err *e)
{
    return (e->class == ERR_DATA || e->class == ERR_REFUSED) && strcmp(e->module, "outbox") == 0;
}

struct err outbox_manifest(struct outbox *outbox, int64_t row, struct buf *out_xml)
{
    struct bytes_work work = {.row = row, .buf = out_xml};
    return store_read(outbox->store, manifest_work, &work);
}

static struct err copy_piece(void *context, const struct store_row *row)
{
    struct bytes_work *work = context;
    size_t size, from = (size_t)(work->offset % OUTBOX_CHUNK_SIZE);
    const char *bytes = store_row_blob(row, 0, &size);
    if (from >= size)
        return err_ok();
    size_t take = size - from < work->capacity ? size - from : work->capacity;
    memcpy(work->out, bytes + from, take);
    work->size = take;
    return err_ok();
}

static struct err read_chunk(struct store *store, struct bytes_work *work)
{
    bool found = false;
    work->size = 0;
    return store_one(
        store, "SELECT bytes FROM chunk WHERE submission = ?1 AND position = ?2 AND number = ?3",
        STORE_BIND(store_int(work->row), store_int(work->index), store_int(work->offset / OUTBOX_CHUNK_SIZE)),
        copy_piece, work, &found);
}

static struct err read_work(struct store *store, void *context)
{
    struct bytes_work *work = context;
    int64_t size = -1;
    TRY(store_number(store, "SELECT size FROM media WHERE submission = ?1 AND position = ?2",
                     STORE_BIND(store_int(work->row), store_int(work->index)), &size));
    if (size < 0)
        return err_make(ERR_REFUSED, "outbox", 0, "no file %d, or it is purged", work->index);
    TRY(read_chunk(store, work));
    if (work->size == 0 && work->offset < size)
        return err_make(ERR_DATA, "outbox", 0, "a chunk of file %d is missing", work->index);
    return err_ok();
}

struct err outbox_read(struct outbox *outbox, int64_t row, int index, int64_t offset, void *out_bytes,
                       size_t capacity, size_t *out_size)
{
    struct bytes_work work = {
        .row = row, .index = index, .offset = offset, .out = out_bytes, .capacity = capacity};
    TRY(store_read(outbox->store, read_work, &work));
    *out_size = work.size;
    return err_ok();
}

struct files_work {
    int64_t row;
    struct outbox_files files;
};

static struct err collect_file(void *context, const struct store_row *row)
{
    struct outbox_files *files = context;
    struct outbox_file *items = realloc(files->items, (files->count + 1) * sizeof *items);
    if (!items)
        return err_no_memory("outbox");
    files->items = items;
    struct outbox_file *file = &items[files->count++];
    *file = (struct outbox_file){.index = (int)store_row_int(row, 0)};
    store_row_text(row, 1, file->name, sizeof file->name);
    file->is_xml = store_row_int(row, 2) != 0;
    file->size = store_row_int(row, 3);
    file->acknowledged = store_row_int(row, 4) != 0;
    return err_ok();
}

static struct err files_work(struct store *store, void *context)
{
    struct files_work *work = context;
    outbox_files_finish(&work->files);
    return store_each(store,
                      "SELECT position, name, is_xml, size, acknowledged FROM media WHERE submission = ?1"
                      " ORDER BY position",
                      STORE_BIND(store_int(work->row)), collect_file, &work->files);
}

struct err outbox_files(struct outbox *outbox, int64_t row, struct outbox_files *out_files)
{
    struct files_work work = {.row = row};
    struct err e = store_read(outbox->store, files_work, &work);
    if (err_is(&e))
        outbox_files_finish(&work.files);
    else
        *out_files = work.files;
    return e;
}

struct open_work {
    struct bytes_work manifest;
    struct files_work files;
};

static struct err bring_bytes(struct store *store, int64_t row, struct outbox_file *file)
{
    if (file->acknowledged || file->size == 0 || file->size > OUTBOX_CHUNK_SIZE)
        return err_ok();
    file->bytes = malloc((size_t)file->size);
    if (!file->bytes)
        return err_no_memory("outbox");
    struct bytes_work work = {
        .row = row, .index = file->index, .out = file->bytes, .capacity = (size_t)file->size};
    TRY(read_chunk(store, &work));
    return work.size == (size_t)file->size
               ? err_ok()
               : err_make(ERR_DATA, "outbox", 0, "file %d is shorter than it was", file->index);
}

static struct err open_work(struct store *store, void *context)
{
    struct open_work *work = context;
    buf_clear(work->manifest.buf);
    TRY(manifest_work(store, &work->manifest));
    TRY(files_work(store, &work->files));
    for (size_t i = 0; i < work->files.files.count; i++)
        TRY(bring_bytes(store, work->files.row, &work->files.files.items[i]));
    return err_ok();
}

struct err outbox_open_row(struct outbox *outbox, int64_t row, struct buf *out_manifest,
                           struct outbox_files *out_files)
{
    struct open_work work = {.manifest = {.row = row, .buf = out_manifest}, .files = {.row = row}};
    struct err e = store_read(outbox->store, open_work, &work);
    if (err_is(&e))
        outbox_files_finish(&work.files.files);
    else
        *out_files = work.files.files;
    return e;
}

void outbox_files_finish(struct outbox_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        free(files->items[i].bytes);
    free(files->items);
    *files = (struct outbox_files){0};
}

/* ---- whose fault ---- */

struct errors_work {
    int64_t row;
    int64_t released_ms, first_ms, taken;
    struct outbox_server_errors errors;
};

static struct err read_errors(void *context, const struct store_row *row)
{
    struct errors_work *work = context;
    work->errors.count = store_row_int(row, 0);
    work->first_ms = store_row_int(row, 1);
    return err_ok();
}

static struct err errors_work(struct store *store, void *context)
{
    struct errors_work *work = context;
    bool found = false;
    work->released_ms = work->taken = 0;
    TRY(store_number(store, "SELECT max(at_ms) FROM event WHERE submission = ?1 AND from_state = ?2",
                     STORE_BIND(store_int(work->row), store_int(OUTBOX_PARKED)), &work->released_ms));
    TRY(store_one(store,
                  "SELECT count(*), min(at_ms) FROM attempt"
                  " WHERE submission = ?1 AND http_status >= 500 AND at_ms >= ?2",
                  STORE_BIND(store_int(work->row), store_int(work->released_ms)), read_errors, work, &found));
    TRY(store_number(store,
                     "SELECT 1 FROM event e JOIN submission s ON s.id = e.submission"
                     " WHERE e.from_state = ?2 AND e.to_state = ?3 AND e.at_ms >= ?4"
                     " AND s.endpoint = (SELECT endpoint FROM submission WHERE id = ?1) LIMIT 1",
                     STORE_BIND(store_int(work->row), store_int(OUTBOX_SENDING), store_int(OUTBOX_DELIVERED),
                                store_int(work->first_ms)),
                     &work->taken));
    work->errors.others_taken = work->errors.count > 0 && work->taken > 0;
    return err_ok();
}

struct err outbox_server_errors(struct outbox *outbox, int64_t row, struct outbox_server_errors *out_errors)
{
    struct errors_work work = {.row = row};
    TRY(store_read(outbox->store, errors_work, &work));
    *out_errors = work.errors;
    return err_ok();
}

/* ---- upkeep ---- */

static struct err recover_work(struct store *store, void *context)
{
    struct outbox *outbox = context;
    for (;;) { /* one at a time: a statement that is being stepped must not change its own table */
        int64_t row = 0;
        TRY(store_number(store, "SELECT id FROM submission WHERE state = ?1 ORDER BY id LIMIT 1",
                         STORE_BIND(store_int(OUTBOX_SENDING)), &row));
        if (row == 0)
            return err_ok();
        TRY(outbox_move(outbox, store, row, OUTBOX_EVENT_RECOVER, NULL));
    }
}

struct err outbox_recover(struct outbox *outbox)
{
    return store_write(outbox->store, recover_work, outbox);
}

struct sweep {
    struct outbox *outbox;
    int at_once;
    int purged; /* in this transaction */
};

static struct err purge_some(struct store *store, void *context)
{
    struct sweep *sweep = context;
    for (sweep->purged = 0; sweep->purged < sweep->at_once; sweep->purged++) {
        int64_t row = 0;
        TRY(store_number(store, "SELECT id FROM submission WHERE state = ?1 ORDER BY id LIMIT 1",
                         STORE_BIND(store_int(OUTBOX_DELIVERED)), &row));
        if (row == 0)
            break;
        TRY(outbox_purge_row(sweep->outbox, store, row));
    }
    return err_ok();
}

/* Two must say that it is old: our clock, and the platform by the Date of its newest acknowledgement. A clock
 * that jumped ahead or a platform that errs takes nobody's line away. */
static struct err forget_old(struct store *store, void *context)
{
    const struct clock *clock = ((struct outbox *)context)->clock;
    return store_run(store,
                     "DELETE FROM submission WHERE state = ?1 AND max(saved_ms, delivered_ms) + ?2"
                     " < min(?3, (SELECT max(delivered_ms) FROM submission))",
                     STORE_BIND(store_int(OUTBOX_PURGED), store_int(OUTBOX_CASE_DAYS * DAY_MS),
                                store_int(clock->wall_ms(clock))));
}

struct err outbox_sweep(struct outbox *outbox, int *out_purged)
{
    struct sweep sweep = {.outbox = outbox, .at_once = PURGE_AT_ONCE, .purged = PURGE_AT_ONCE};
    int purged = 0;

    while (sweep.purged == sweep.at_once) {
        struct err e = store_write(outbox->store, purge_some, &sweep);
        if (e.class == ERR_SPACE && sweep.at_once > 1) { /* the journal of one is smaller */
            sweep.at_once = sweep.purged = 1;
            continue;
        }
        TRY(e);
        purged += sweep.purged;
    }
    TRY(store_write(outbox->store, forget_old, outbox));
    *out_purged = purged;
    return err_ok();
}

struct uses {
    const char *form_id;
    const char *form_version;
    int64_t count;
};

static struct err uses_work(struct store *store, void *context)
{
    struct uses *uses = context;
    return store_number(
        store, "SELECT count(*) FROM submission WHERE form_id = ?1 AND form_version = ?2 AND state <> ?3",
        STORE_BIND(store_text(uses->form_id), store_text(uses->form_version), store_int(OUTBOX_PURGED)),
        &uses->count);
}

bool outbox_uses_form(void *outbox, const char *form_id, const char *form_version)
{
    struct outbox *o = outbox;
    struct uses uses = {.form_id = form_id, .form_version = form_version};
    struct err e = store_read(o->store, uses_work, &uses);
    if (err_is(&e)) {
        log_err("outbox", &e);
        return true; /* not known to be unused: kept */
    }
    return uses.count > 0;
}
