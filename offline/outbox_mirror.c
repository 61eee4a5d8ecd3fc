/* One outbox brought in line with another: what differs is found by instance, and each is copied whole. */
#include "offline/outbox_internal.h"
#include <stdlib.h>
#include <string.h>

/* An application as far as two outboxes can differ in it. */
struct trace {
    char instance[OUTBOX_ID_SIZE];
    int64_t row;
    int64_t look; /* state, print, acknowledgement and withdrawal in one number */
    bool is_purged;
};

struct traces {
    struct trace *items;
    size_t count;
};

/* ---- what is where ---- */

static struct err collect_trace(void *context, const struct store_row *row)
{
    struct traces *traces = context;
    if ((traces->count & (traces->count - 1)) == 0) { /* grow at 0, 1, 2, 4, 8... */
        struct trace *items = realloc(traces->items, (traces->count ? 2 * traces->count : 1) * sizeof *items);
        if (!items)
            return err_no_memory("outbox");
        traces->items = items;
    }
    struct trace *trace = &traces->items[traces->count++];
    store_row_text(row, 0, trace->instance, sizeof trace->instance);
    trace->row = store_row_int(row, 1);
    trace->look = store_row_int(row, 2);
    trace->is_purged = store_row_int(row, 3) == OUTBOX_PURGED;
    return err_ok();
}

static struct err traces_work(struct store *store, void *context)
{
    struct traces *traces = context;
    traces->count = 0;
    return store_each(
        store,
        "SELECT instance, id, ((state * 8 + print) * 2 + xml_acknowledged) * 2 + withdrawn, state"
        " FROM submission ORDER BY instance",
        STORE_NO_BIND, collect_trace, traces);
}

/* ---- one application ---- */

struct copying {
    struct outbox *from;
    const struct outbox_case *item;
};

static struct err copy_file(struct outbox *from, int64_t row, const struct outbox_file *file,
                            struct outbox_writer *writer)
{
    char piece[OUTBOX_CHUNK_SIZE];
    size_t got = 1;

    TRY(outbox_write_file(writer, file->name, file->is_xml));
    for (int64_t at = 0; got > 0; at += (int64_t)got) {
        TRY(outbox_read(from, row, file->index, at, piece, sizeof piece, &got));
        TRY(outbox_write_bytes(writer, piece, got));
    }
    return err_ok();
}

static struct err copy_manifest(struct outbox *from, int64_t row, struct outbox_writer *writer)
{
    struct buf manifest = {0};
    struct err e = outbox_manifest(from, row, &manifest);
    if (!err_is(&e))
        e = outbox_write_manifest(writer, manifest.data, manifest.length);
    buf_finish(&manifest);
    return e;
}

static struct err copy_content(void *context, struct outbox_writer *writer)
{
    const struct copying *copying = context;
    struct outbox_files files = {0};

    struct err e = outbox_files(copying->from, copying->item->row, &files);
    for (size_t i = 0; i < files.count && !err_is(&e); i++)
        e = copy_file(copying->from, copying->item->row, &files.items[i], writer);
    if (!err_is(&e))
        e = copy_manifest(copying->from, copying->item->row, writer);
    outbox_files_finish(&files);
    return e;
}

static struct err update_line(struct store *store, void *context)
{
    const struct outbox_case *item = context;
    char bare[OUTBOX_ID_SIZE];
    int64_t row = 0;

    outbox_bare_instance(item->instance_id, bare);
    TRY(store_number(store, "SELECT id FROM submission WHERE instance = ?1", STORE_BIND(store_text(bare)),
                     &row));
    if (item->state == OUTBOX_PURGED)
        TRY(outbox_drop_bytes(store, row));
    return store_run(
        store,
        "UPDATE submission SET state = ?2, xml_acknowledged = ?3, saved_ms = ?4, delivered_ms = ?5, print = "
        "?6, reason = ?7, withdrawn = ?8 WHERE id = ?1",
        STORE_BIND(store_int(row), store_int(item->state), store_int(item->xml_acknowledged),
                   store_int(item->saved_ms), store_int(item->delivered_ms), store_int(item->print),
                   store_text(item->reason), store_int(item->is_withdrawn)));
}

static struct err copy_whole(struct outbox *from, struct outbox *to, struct outbox_case *item)
{
    struct copying copying = {from, item};
    const struct outbox_application application = {
        .number = item->number,
        .instance_id = item->instance_id,
        .endpoint = item->endpoint,
        .form_id = item->form_id,
        .form_version = item->form_version,
        .trust = item->trust,
    };
    TRY(outbox_save(to, &application, copy_content, &copying));
    return store_write(to->store, update_line, item);
}

/* ---- all of them ---- */

static struct err find(struct outbox *from, const char *instance, struct outbox_case *out_item,
                       bool *out_waits)
{
    bool found = false;
    TRY(outbox_find_instance(from, instance, out_item, &found));
    *out_waits = found && out_item->state != OUTBOX_PURGED;
    return err_ok();
}

/* What goes to the platform while it is copied is no failure: its bytes are gone because they have arrived.
 */
static struct err bring(struct outbox *from, struct outbox *to, const struct trace *trace, bool is_there)
{
    struct outbox_case item;
    bool waits = false;

    TRY(find(from, trace->instance, &item, &waits));
    if (is_there)
        return store_write(to->store, update_line, &item);
    struct err e = waits ? copy_whole(from, to, &item) : err_ok();
    if (err_is(&e))
        TRY(find(from, trace->instance, &item, &waits));
    return waits ? e : err_ok();
}

static bool is_to_bring(const struct trace *have, const struct trace *there)
{
    return there ? there->look != have->look : !have->is_purged;
}

static int64_t count_missing(const struct traces *have, const struct traces *there)
{
    int64_t missing = 0;
    for (size_t i = 0, j = 0; i < have->count; i++) {
        while (j < there->count && strcmp(there->items[j].instance, have->items[i].instance) < 0)
            j++;
        bool is_there = j < there->count && strcmp(there->items[j].instance, have->items[i].instance) == 0;
        missing += !have->items[i].is_purged && !is_there;
    }
    return missing;
}

static struct err merge(struct outbox *from, struct outbox *to, const struct traces *have,
                        const struct traces *there, struct outbox_mirroring *mirroring)
{
    struct err damage = err_ok();
    for (size_t i = 0, j = 0; i < have->count; i++) {
        const struct trace *one = &have->items[i];
        while (j < there->count && strcmp(there->items[j].instance, one->instance) < 0)
            j++;
        bool is_there = j < there->count && strcmp(there->items[j].instance, one->instance) == 0;
        if (!is_to_bring(one, is_there ? &there->items[j] : NULL))
            continue;
        if (mirroring->stopped && mirroring->stopped(mirroring->stopped_context))
            return damage;
        struct err e = bring(from, to, one, is_there);
        if (err_is(&e) && !outbox_is_damage(&e))
            return e;
        if (err_is(&e)) /* of this one: the others are brought */
            damage = e;
        else
            mirroring->missing -= !is_there;
    }
    return damage;
}

struct err outbox_mirror(struct outbox *from, struct outbox *to, struct outbox_mirroring *mirroring)
{
    struct traces have = {0}, there = {0};
    int purged = 0;

    struct err e = store_read(from->store, traces_work, &have);
    mirroring->missing = (int64_t)have.count;
    if (!err_is(&e))
        e = store_read(to->store, traces_work, &there);
    mirroring->missing = count_missing(&have, &there);
    if (!err_is(&e))
        e = merge(from, to, &have, &there, mirroring);
    if (!err_is(&e))
        e = outbox_promise_numbers(to, from);
    if (!err_is(&e))
        e = outbox_sweep(to, &purged);
    free(have.items);
    free(there.items);
    return e;
}
