/* Looking at installed forms. */
#include "offline/formstore_internal.h"
#include <stdlib.h>
#include <string.h>

/* A version that a newer good one of its form replaced is shown as old; stored are verdicts only. */
#define REPLACED                                                                                             \
    "EXISTS(SELECT 1 FROM form n WHERE n.endpoint = f.endpoint AND n.form_id = f.form_id AND n.id > f.id"    \
    " AND n.state = 1)"

static struct err collect(void *list, const struct store_row *row)
{
    struct formstore_list *l = list;
    struct formstore_form *items = realloc(l->items, (l->count + 1) * sizeof *items);
    if (!items)
        return err_no_memory("formstore");
    l->items = items;
    struct formstore_form *f = &items[l->count++];
    memset(f, 0, sizeof *f);
    f->row = store_row_int(row, 0);
    f->endpoint = (enum endpoint)store_row_choice(row, 1, ENDPOINT_COUNT);
    store_row_text(row, 2, f->id, sizeof f->id);
    store_row_text(row, 3, f->version, sizeof f->version);
    store_row_text(row, 4, f->title, sizeof f->title);
    store_row_text(row, 5, f->hash, sizeof f->hash);
    store_row_text(row, 6, f->manifest_hash, sizeof f->manifest_hash);
    f->state = (enum formstore_state)store_row_choice(row, 7, FORMSTORE_OLD + 1);
    f->listed = store_row_int(row, 8) != 0;
    f->xml_size = store_row_int(row, 9);
    f->installed_ms = store_row_int(row, 10);
    store_row_text(row, 11, f->reason, sizeof f->reason);
    return err_ok();
}

void formstore_list_finish(struct formstore_list *list)
{
    free(list->items);
    *list = (struct formstore_list){0};
}

struct select {
    const char *sql;
    const struct store_value *values;
    size_t count;
    struct formstore_list list;
};

static struct err select_work(struct store *store, void *context)
{
    struct select *select = context;
    formstore_list_finish(&select->list);
    return store_each(store, select->sql, select->values, select->count, collect, &select->list);
}

struct err formstore_select(struct formstore *store, const char *sql, const struct store_value *values,
                            size_t count, struct formstore_list *out_list)
{
    struct select select = {.sql = sql, .values = values, .count = count};
    struct err e = store_read(store->store, select_work, &select);
    if (err_is(&e))
        formstore_list_finish(&select.list);
    else
        *out_list = select.list;
    return e;
}

/* The newest version that is not refused (state 2), of each form that is listed. */
#define OFFERED                                                                                              \
    "SELECT " FORMSTORE_COLUMNS " FROM form f WHERE f.listed = 1 AND f.id = (SELECT max(n.id) FROM form n"   \
    " WHERE n.endpoint = f.endpoint AND n.form_id = f.form_id AND n.state <> 2)"

struct err formstore_offered(struct formstore *store, struct formstore_list *out_list)
{
    return formstore_select(store, OFFERED " ORDER BY f.form_id, f.endpoint", STORE_NO_BIND, out_list);
}

struct err formstore_find(struct formstore *store, const char *id, struct formstore_form *out_form,
                          bool *out_found)
{
    struct formstore_list list = {0};
    TRY(formstore_select(store, OFFERED " AND f.form_id = ?1 ORDER BY f.endpoint LIMIT 1",
                         STORE_BIND(store_text(id)), &list));
    *out_found = list.count > 0;
    if (list.count > 0)
        *out_form = list.items[0];
    formstore_list_finish(&list);
    return err_ok();
}

struct err formstore_installed(struct formstore *store, enum endpoint endpoint,
                               struct formstore_list *out_list)
{
    return formstore_select(
        store,
        "SELECT " FORMSTORE_COLUMNS " FROM form f WHERE f.endpoint = ?1 AND f.id ="
        " (SELECT max(n.id) FROM form n WHERE n.endpoint = f.endpoint AND n.form_id = f.form_id)"
        " ORDER BY f.form_id",
        STORE_BIND(store_int(endpoint)), out_list);
}

struct err formstore_all(struct formstore *store, struct formstore_list *out_list)
{
    return formstore_select(store,
                            "SELECT f.id, f.endpoint, f.form_id, f.version, f.title, f.hash, f.manifest_hash,"
                            " CASE WHEN f.state <> 2 AND " REPLACED
                            " THEN 3 ELSE f.state END, f.listed, length(f.xml),"
                            " f.installed_ms, f.reason FROM form f ORDER BY f.form_id, f.endpoint, f.id",
                            STORE_NO_BIND, out_list);
}

static struct err generation_work(struct store *store, void *context)
{
    return store_number(store, "SELECT number FROM generation", STORE_NO_BIND, context);
}

struct err formstore_generation(struct formstore *store, int64_t *out_generation)
{
    int64_t generation = 0;
    TRY(store_read(store->store, generation_work, &generation));
    *out_generation = generation;
    return err_ok();
}

/* ---- bytes ---- */

struct bytes_work {
    int64_t row;
    const char *name;
    struct buf *out;
    bool found;
};

static struct err append_blob(void *context, const struct store_row *row)
{
    struct bytes_work *work = context;
    size_t size;
    const void *bytes = store_row_blob(row, 0, &size);
    buf_append(work->out, bytes, size);
    return buf_check(work->out, "formstore");
}

static struct err xml_work(struct store *store, void *context)
{
    struct bytes_work *work = context;
    return store_one(store, "SELECT xml FROM form WHERE id = ?1", STORE_BIND(store_int(work->row)),
                     append_blob, work, &work->found);
}

struct err formstore_xml(struct formstore *store, int64_t row, struct buf *out_xml)
{
    struct bytes_work work = {.row = row, .out = out_xml};
    TRY(store_read(store->store, xml_work, &work));
    return work.found ? err_ok() : err_make(ERR_REFUSED, "formstore", 0, "this version is not here any more");
}

static struct err take_sha256(void *context, const struct store_row *row)
{
    store_row_text(row, 0, context, FORMSTORE_SHA256_SIZE);
    return err_ok();
}

static struct err medium_work(struct store *store, void *context)
{
    struct bytes_work *work = context;
    char sha256[FORMSTORE_SHA256_SIZE];
    TRY(store_one(store, "SELECT sha256 FROM form_medium WHERE form = ?1 AND name = ?2",
                  STORE_BIND(store_int(work->row), store_text(work->name)), take_sha256, sha256,
                  &work->found));
    if (!work->found)
        return err_ok();
    return store_each(store, "SELECT bytes FROM medium_chunk WHERE sha256 = ?1 ORDER BY number",
                      STORE_BIND(store_text(sha256)), append_blob, work);
}

struct err formstore_medium(struct formstore *store, int64_t row, const char *name, struct buf *out_bytes,
                            bool *out_found)
{
    struct bytes_work work = {.row = row, .name = name, .out = out_bytes};
    TRY(store_read(store->store, medium_work, &work));
    *out_found = work.found;
    return err_ok();
}

struct media_work {
    int64_t row;
    struct formstore_media_list list;
};

static struct err collect_medium(void *context, const struct store_row *row)
{
    struct formstore_media_list *list = context;
    struct formstore_media *items = realloc(list->items, (list->count + 1) * sizeof *items);
    if (!items)
        return err_no_memory("formstore");
    list->items = items;
    struct formstore_media *m = &items[list->count++];
    store_row_text(row, 0, m->name, sizeof m->name);
    store_row_text(row, 1, m->hash, sizeof m->hash);
    store_row_text(row, 2, m->sha256, sizeof m->sha256);
    m->size = store_row_int(row, 3);
    return err_ok();
}

static struct err media_work(struct store *store, void *context)
{
    struct media_work *work = context;
    formstore_media_list_finish(&work->list);
    return store_each(
        store,
        "SELECT m.name, m.hash, m.sha256, b.size FROM form_medium m JOIN medium b ON b.sha256 = m.sha256"
        " WHERE m.form = ?1 ORDER BY m.name",
        STORE_BIND(store_int(work->row)), collect_medium, &work->list);
}

struct err formstore_media_of(struct formstore *store, int64_t row, struct formstore_media_list *out_list)
{
    struct media_work work = {.row = row};
    struct err e = store_read(store->store, media_work, &work);
    if (err_is(&e))
        formstore_media_list_finish(&work.list);
    else
        *out_list = work.list;
    return e;
}

void formstore_media_list_finish(struct formstore_media_list *list)
{
    free(list->items);
    *list = (struct formstore_media_list){0};
}
