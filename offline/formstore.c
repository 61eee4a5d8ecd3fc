/* Installing, judging and removing form versions. */
#include "offline/formstore.h"
#include "board/base/log.h"
#include "offline/formstore_internal.h"
#include <stdlib.h>

static const char schema_1[] =
    "CREATE TABLE form(id INTEGER PRIMARY KEY AUTOINCREMENT, endpoint INTEGER NOT NULL, form_id TEXT NOT "
    "NULL,"
    " version TEXT NOT NULL, title TEXT NOT NULL, hash TEXT NOT NULL, manifest_hash TEXT NOT NULL,"
    " state INTEGER NOT NULL, listed INTEGER NOT NULL, installed_ms INTEGER NOT NULL, reason TEXT NOT NULL "
    "DEFAULT '',"
    " uses INTEGER NOT NULL DEFAULT 0, xml BLOB NOT NULL);"
    "CREATE INDEX form_by_id ON form(endpoint, form_id, id);"
    /* A medium is whole when complete is set; one that is being stored has chunks but nobody sees it. */
    "CREATE TABLE medium(sha256 TEXT PRIMARY KEY, size INTEGER NOT NULL, complete INTEGER NOT NULL) WITHOUT "
    "ROWID;"
    "CREATE TABLE medium_chunk(id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, number INTEGER NOT NULL,"
    " bytes BLOB NOT NULL, UNIQUE(sha256, number));"
    "CREATE TABLE form_medium(form INTEGER NOT NULL REFERENCES form(id) ON DELETE CASCADE, name TEXT NOT "
    "NULL,"
    " hash TEXT NOT NULL, sha256 TEXT NOT NULL REFERENCES medium(sha256), PRIMARY KEY(form, name)) WITHOUT "
    "ROWID;"
    "CREATE INDEX form_medium_sha256 ON form_medium(sha256);"
    "CREATE INDEX form_medium_hash ON form_medium(name, hash);"
    "CREATE TABLE etag(endpoint INTEGER NOT NULL, path TEXT NOT NULL, etag TEXT NOT NULL,"
    " PRIMARY KEY(endpoint, path)) WITHOUT ROWID;"
    "CREATE TABLE generation(id INTEGER PRIMARY KEY CHECK(id = 1), number INTEGER NOT NULL);"
    "INSERT INTO generation VALUES(1, 1);";

static const char *const migrations[] = {schema_1};

const char *formstore_state_name(enum formstore_state state)
{
    static const char *const names[] = {"fresh", "good", "refused", "old"};
    return names[state];
}

struct err formstore_open(const struct formstore_options *options, struct formstore **out_store)
{
    struct formstore *store = calloc(1, sizeof *store);
    if (!store)
        return err_no_memory("formstore");
    struct store_setup setup = {
        .dir = options->dir,
        .name = "forms",
        .vfs = options->vfs,
        .clock = options->clock,
        .busy_ms = options->busy_ms,
        .migrations = migrations,
        .migration_count = sizeof migrations / sizeof migrations[0],
    };
    store->clock = options->clock;
    struct err e = store_open(&setup, &store->store);
    if (err_is(&e))
        formstore_close(&store);
    else
        *out_store = store;
    return e;
}

void formstore_close(struct formstore **store)
{
    if (!*store)
        return;
    store_close(&(*store)->store);
    free(*store);
    *store = NULL;
}

/* Inside a transaction: offered forms may have changed. */
static struct err touch(struct store *store)
{
    return store_run(store, "UPDATE generation SET number = number + 1", STORE_NO_BIND);
}

/* ---- install ---- */

struct install_work {
    struct formstore *store;
    const struct formstore_install *install;
    int64_t row;
};

static struct err link_medium(struct store *store, int64_t row, const struct formstore_install_medium *medium)
{
    int64_t complete = 0;
    TRY(store_number(store, "SELECT complete FROM medium WHERE sha256 = ?1",
                     STORE_BIND(store_text(medium->sha256)), &complete));
    if (!complete)
        return err_make(ERR_REFUSED, "formstore", 0, "medium %.80s is not stored", medium->name);
    return store_run(store, "INSERT INTO form_medium(form, name, hash, sha256) VALUES(?1, ?2, ?3, ?4)",
                     STORE_BIND(store_int(row), store_text(medium->name), store_text(medium->hash),
                                store_text(medium->sha256)));
}

static struct err install_work(struct store *store, void *context)
{
    struct install_work *work = context;
    const struct formstore_install *i = work->install;
    const struct clock *clock = work->store->clock;
    TRY(store_run(store,
                  "INSERT INTO form(endpoint, form_id, version, title, hash, manifest_hash, state, listed, "
                  "installed_ms,"
                  " xml) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8, ?9)",
                  STORE_BIND(store_int(i->endpoint), store_text(i->id), store_text(i->version),
                             store_text(i->title), store_text(i->hash), store_text(i->manifest_hash),
                             store_int(FORMSTORE_FRESH), store_int(clock->wall_ms(clock)),
                             store_blob(i->xml, i->xml_size))));
    work->row = store_last_row(store);
    for (size_t n = 0; n < i->media_count; n++)
        TRY(link_medium(store, work->row, &i->media[n]));
    return touch(store);
}

struct err formstore_install(struct formstore *store, const struct formstore_install *install,
                             int64_t *out_row)
{
    struct install_work work = {.store = store, .install = install};
    TRY(store_write(store->store, install_work, &work));
    log_info("formstore", "%s version \"%s\" installed from %s", install->id, install->version,
             endpoint_name(install->endpoint));
    *out_row = work.row;
    return err_ok();
}

/* ---- verdict and use ---- */

struct verdict {
    int64_t row;
    enum formstore_state state;
    const char *reason;
};

static struct err judge_work(struct store *store, void *context)
{
    const struct verdict *verdict = context;
    TRY(store_run(
        store, "UPDATE form SET state = ?2, reason = ?3 WHERE id = ?1",
        STORE_BIND(store_int(verdict->row), store_int(verdict->state), store_text(verdict->reason))));
    return touch(store);
}

struct err formstore_accept(struct formstore *store, int64_t row)
{
    struct verdict verdict = {.row = row, .state = FORMSTORE_GOOD, .reason = ""};
    return store_write(store->store, judge_work, &verdict);
}

struct err formstore_refuse(struct formstore *store, int64_t row, const char *reason)
{
    struct verdict verdict = {.row = row, .state = FORMSTORE_REFUSED, .reason = reason};
    return store_write(store->store, judge_work, &verdict);
}

static struct err use_work(struct store *store, void *context)
{
    return store_run(store, "UPDATE form SET uses = uses + 1 WHERE id = ?1",
                     STORE_BIND(store_int(*(int64_t *)context)));
}

struct err formstore_use(struct formstore *store, int64_t row)
{
    return store_write(store->store, use_work, &row);
}

static struct err release_work(struct store *store, void *context)
{
    return store_run(store, "UPDATE form SET uses = max(uses - 1, 0) WHERE id = ?1",
                     STORE_BIND(store_int(*(int64_t *)context)));
}

struct err formstore_release(struct formstore *store, int64_t row)
{
    return store_write(store->store, release_work, &row);
}

static struct err begin_work(struct store *store, void *context)
{
    (void)context;
    int64_t refused = 0;
    TRY(store_run(store, "UPDATE form SET uses = 0 WHERE uses <> 0", STORE_NO_BIND));
    TRY(store_number(store, "SELECT count(*) FROM form WHERE state = ?1",
                     STORE_BIND(store_int(FORMSTORE_REFUSED)), &refused));
    if (refused == 0)
        return err_ok();
    TRY(store_run(store, "UPDATE form SET state = ?1, reason = '' WHERE state = ?2",
                  STORE_BIND(store_int(FORMSTORE_FRESH), store_int(FORMSTORE_REFUSED))));
    return touch(store);
}

struct err formstore_begin(struct formstore *store)
{
    return store_write(store->store, begin_work, NULL);
}

/* ---- what the platform lists ---- */

struct listed_work {
    enum endpoint endpoint;
    const char *const *ids;
    size_t count;
};

static struct err listed_work(struct store *store, void *context)
{
    const struct listed_work *work = context;
    int64_t before = 0, after = 0;
    static const char sum[] = "SELECT total(id) FROM form WHERE endpoint = ?1 AND listed = 1";
    TRY(store_number(store, sum, STORE_BIND(store_int(work->endpoint)), &before));
    TRY(store_run(store, "UPDATE form SET listed = 0 WHERE endpoint = ?1",
                  STORE_BIND(store_int(work->endpoint))));
    for (size_t i = 0; i < work->count; i++)
        TRY(store_run(store, "UPDATE form SET listed = 1 WHERE endpoint = ?1 AND form_id = ?2",
                      STORE_BIND(store_int(work->endpoint), store_text(work->ids[i]))));
    TRY(store_number(store, sum, STORE_BIND(store_int(work->endpoint)), &after));
    return before == after ? err_ok() : touch(store);
}

struct err formstore_set_listed(struct formstore *store, enum endpoint endpoint, const char *const *ids,
                                size_t count)
{
    if (count == 0)
        return err_make(ERR_REFUSED, "formstore", 0, "an empty form list is no reason to drop forms");
    struct listed_work work = {.endpoint = endpoint, .ids = ids, .count = count};
    return store_write(store->store, listed_work, &work);
}

/* ---- sweep ---- */

/* A version may go when nobody shows it and a newer one of its form is good, or it was refused itself and
 * there is a newer one, or the platform dropped the form. So the newest good version always stays, and so
 * does the newest of all, by which a pull knows that it need not come again: a platform that makes a bad
 * version anew each ten minutes does not fill the disk. */
#define SPENT                                                                                                \
    "f.uses = 0 AND (f.listed = 0 OR EXISTS(SELECT 1 FROM form n WHERE n.endpoint = f.endpoint"              \
    " AND n.form_id = f.form_id AND n.id > f.id AND (n.state = 1 OR f.state = 2)))"

static struct err delete_form_work(struct store *store, void *context)
{
    return store_run(
        store, "DELETE FROM form AS f WHERE f.id = ?1 AND " SPENT, /* asked again: it may be in use by now */
        STORE_BIND(store_int(*(int64_t *)context)));
}

static struct err delete_media_work(struct store *store, void *context)
{
    (void)context;
    TRY(store_run(store,
                  "DELETE FROM medium WHERE NOT EXISTS(SELECT 1 FROM form_medium m"
                  " WHERE m.sha256 = medium.sha256)",
                  STORE_NO_BIND));
    return store_run(store, "DELETE FROM medium_chunk WHERE sha256 NOT IN (SELECT sha256 FROM medium)",
                     STORE_NO_BIND);
}

struct err formstore_sweep(struct formstore *store,
                           bool (*in_outbox)(void *context, const char *form_id, const char *version),
                           void *context)
{
    struct formstore_list spent = {0};
    TRY(formstore_select(store, "SELECT " FORMSTORE_COLUMNS " FROM form f WHERE " SPENT, STORE_NO_BIND,
                         &spent));
    struct err e = err_ok();
    for (size_t i = 0; i < spent.count && !err_is(&e); i++) {
        struct formstore_form *form = &spent.items[i];
        if (!in_outbox(context, form->id, form->version))
            e = store_write(store->store, delete_form_work, &form->row);
    }
    formstore_list_finish(&spent);
    return err_is(&e) ? e : store_write(store->store, delete_media_work, NULL);
}

/* ---- etags ---- */

struct etag_work {
    enum endpoint endpoint;
    const char *path;
    const char *etag;
    char *out_etag;
    size_t capacity;
    bool found;
};

static struct err take_etag(void *context, const struct store_row *row)
{
    struct etag_work *work = context;
    store_row_text(row, 0, work->out_etag, work->capacity);
    return err_ok();
}

static struct err get_etag_work(struct store *store, void *context)
{
    struct etag_work *work = context;
    return store_one(store, "SELECT etag FROM etag WHERE endpoint = ?1 AND path = ?2",
                     STORE_BIND(store_int(work->endpoint), store_text(work->path)), take_etag, work,
                     &work->found);
}

struct err formstore_etag(struct formstore *store, enum endpoint endpoint, const char *path, char *out_etag,
                          size_t capacity, bool *out_found)
{
    struct etag_work work = {.endpoint = endpoint, .path = path, .out_etag = out_etag, .capacity = capacity};
    TRY(store_read(store->store, get_etag_work, &work));
    *out_found = work.found;
    return err_ok();
}

static struct err set_etag_work(struct store *store, void *context)
{
    const struct etag_work *work = context;
    return store_run(store, "INSERT OR REPLACE INTO etag(endpoint, path, etag) VALUES(?1, ?2, ?3)",
                     STORE_BIND(store_int(work->endpoint), store_text(work->path), store_text(work->etag)));
}

struct err formstore_set_etag(struct formstore *store, enum endpoint endpoint, const char *path,
                              const char *etag)
{
    struct etag_work work = {.endpoint = endpoint, .path = path, .etag = etag};
    return store_write(store->store, set_etag_work, &work);
}
