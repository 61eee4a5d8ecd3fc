#include "offline/store.h"
#include "board/base/log.h"
#include <assert.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { DEFAULT_BUSY_MS = 5000, BUSY_LOOK_MS = 1 };

/* A prepared statement, kept as long as the connection; sql is a literal, so its address is its identity. */
struct prepared {
    struct prepared *next;
    const char *sql;
    sqlite3_stmt *statement;
};

struct store {
    struct store_setup setup;
    char dir[STORE_PATH_SIZE];
    char name[32];
    char vfs[64];
    sqlite3 *db;
    struct prepared *prepared;
};

struct store_row {
    sqlite3_stmt *statement;
};

/* ---- errors ---- */

static enum err_class class_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERR_RETRY;
    case SQLITE_FULL:
    case SQLITE_NOMEM:
        return ERR_SPACE;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ERR_DATA;
    case SQLITE_CONSTRAINT:
        return ERR_REFUSED;
    case SQLITE_IOERR:
        return code == SQLITE_IOERR_NOMEM ? ERR_SPACE : ERR_SYSTEM;
    default:
        return ERR_SYSTEM;
    }
}

/* SQLite's own message names tables and columns, never values, so it may be logged. */
static struct err failure(const struct store *store, const char *doing)
{
    int code = store->db ? sqlite3_extended_errcode(store->db) : SQLITE_NOMEM;
    const char *text = store->db ? sqlite3_errmsg(store->db) : "out of memory";
    if (code == SQLITE_OK)
        code = SQLITE_ERROR;
    return err_make(class_of(code), "store", code, "%s.db, %s: %s", store->name, doing, text);
}

static bool is_corrupt(const struct err *e)
{
    return e->class == ERR_DATA && e->module && strcmp(e->module, "store") == 0 &&
           ((e->code & 0xff) == SQLITE_CORRUPT || (e->code & 0xff) == SQLITE_NOTADB);
}

/* ---- connection ---- */

static struct err execute(struct store *store, const char *doing, const char *sql)
{
    if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return failure(store, doing);
    return err_ok();
}

/* Where there is nothing to roll back any more that is no error. */
static void roll_back(struct store *store)
{
    if (store->db)
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}

static void disconnect(struct store *store)
{
    while (store->prepared) {
        struct prepared *gone = store->prepared;
        store->prepared = gone->next;
        sqlite3_finalize(gone->statement);
        free(gone);
    }
    sqlite3_close(store->db);
    store->db = NULL;
}

/* The kiosk and sync run as two users of one group, and SQLite's own new files are writable for one. O_EXCL,
 * so that no descriptor of a database in use is ever closed here: that would drop its locks. */
static void create_shared(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0660);
    if (fd >= 0)
        close(fd);
}

/* SQLite's own handler soon sleeps 100 ms between two looks, and between the commits of a busy writer the
 * lock is free for less than one: whoever came later was never lucky. Looking often is what makes it fair. */
static int wait_for_lock(void *context, int looked)
{
    const struct store *store = context;
    const struct timespec pause = {.tv_nsec = BUSY_LOOK_MS * 1000000};
    if (looked * BUSY_LOOK_MS >= store->setup.busy_ms)
        return 0;
    nanosleep(&pause, NULL);
    return 1;
}

/* Two programs write the file, and one of them has the network: what that one may leave in the schema to run
 * in the other stays asleep. Foreign keys are not triggers to SQLite. */
static void distrust_schema(struct store *store)
{
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
}

static struct err connect(struct store *store)
{
    static const char pragmas[] = "PRAGMA journal_mode=DELETE;"
                                  "PRAGMA synchronous=EXTRA;"
                                  "PRAGMA secure_delete=ON;"
                                  "PRAGMA foreign_keys=ON;"
                                  "PRAGMA temp_store=MEMORY;"
                                  "PRAGMA cell_size_check=ON;";
    char path[STORE_PATH_SIZE + 64];
    snprintf(path, sizeof path, "%s/%s.db", store->dir, store->name);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (!store->vfs[0])
        create_shared(path);
    if (sqlite3_open_v2(path, &store->db, flags, store->vfs[0] ? store->vfs : NULL) != SQLITE_OK)
        return failure(store, "open");
    sqlite3_extended_result_codes(store->db, 1);
    sqlite3_busy_handler(store->db, wait_for_lock, store);
    distrust_schema(store);
    return execute(store, "set up", pragmas);
}

/* ---- schema ---- */

static struct err schema_version(struct store *store, int *out_version)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(store->db, "PRAGMA user_version", -1, &statement, NULL) != SQLITE_OK)
        return failure(store, "read the schema version");
    bool has_row = sqlite3_step(statement) == SQLITE_ROW;
    int version = has_row ? sqlite3_column_int(statement, 0) : 0;
    struct err e = has_row ? err_ok() : failure(store, "read the schema version");
    sqlite3_finalize(statement);
    if (!err_is(&e))
        *out_version = version;
    return e;
}

static struct err run_migrations(struct store *store)
{
    int known = store->setup.migration_count, version = 0;
    TRY(schema_version(store, &version)); /* again: the other process may have been faster */
    char pragma[64];
    for (; version < known; version++) {
        TRY(execute(store, "migrate", store->setup.migrations[version]));
        snprintf(pragma, sizeof pragma, "PRAGMA user_version=%d", version + 1);
        TRY(execute(store, "migrate", pragma));
        log_info("store", "%s.db: schema %d -> %d", store->name, version, version + 1);
    }
    return err_ok();
}

/* A file "on-trial" beside the database (board/units/yizhan-trial): the software before this one may have to
 * take over again, and could not read what this one migrated. */
static bool is_on_trial(const struct store *store)
{
    char path[STORE_PATH_SIZE];
    snprintf(path, sizeof path, "%s/on-trial", store->dir);
    return access(path, F_OK) == 0;
}

static struct err migrate(struct store *store)
{
    int known = store->setup.migration_count, version = 0;
    TRY(schema_version(store, &version));
    if (version > known)
        return err_make(
            ERR_REFUSED, "store", version,
            "%s.db was written by newer software (schema %d, this one knows %d): update the kiosk; "
            "nothing was changed",
            store->name, version, known);
    if (version == known)
        return err_ok();
    if (version > 0 && is_on_trial(store))
        return err_make(ERR_RETRY, "store", version,
                        "%s.db keeps schema %d until this version has shown that it works", store->name,
                        version);
    TRY(execute(store, "begin to migrate", "BEGIN EXCLUSIVE"));
    struct err e = run_migrations(store);
    if (!err_is(&e))
        e = execute(store, "commit", "COMMIT");
    if (err_is(&e))
        roll_back(store);
    return e;
}

static struct err connect_and_migrate(struct store *store)
{
    disconnect(store);
    struct err e = connect(store);
    if (!err_is(&e))
        e = migrate(store);
    if (err_is(&e))
        disconnect(store);
    return e;
}

/* ---- quarantine ---- */

static bool has_moved(struct store *store)
{
    int moved = 0;
    if (sqlite3_file_control(store->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) != SQLITE_OK)
        return false; /* a VFS of a test that has no files to move */
    return moved != 0;
}

/* Whether the corrupt file is gone already, moved by the other process. ERR_RETRY when that one is in the
 * middle of a transaction on it. Where SQLite still grants it, its exclusive lock is held when this returns.
 */
static struct err already_moved(struct store *store, bool *out_moved)
{
    if (!store->db) { /* it could not even be opened: can it be now? */
        struct err e = connect_and_migrate(store);
        *out_moved = !err_is(&e);
        return err_ok();
    }
    roll_back(store);
    int code = sqlite3_exec(store->db, "BEGIN EXCLUSIVE", NULL, NULL, NULL);
    if ((code & 0xff) == SQLITE_BUSY)
        return failure(store, "lock for quarantine");
    *out_moved = has_moved(store);
    return err_ok();
}

static struct err move_and_reconnect(struct store *store)
{
    bool moved = false;
    char path[STORE_PATH_SIZE];
    TRY(already_moved(store, &moved));
    if (!moved) {
        TRY(store_quarantine_file(store->dir, store->name, store->setup.clock, path));
        log_error("store", "%s.db is corrupt and now lies in %s; a fresh one serves", store->name, path);
    }
    return connect_and_migrate(store);
}

/* Moves a corrupt database away and connects to a fresh one: once, whichever process noticed first. */
static struct err quarantine(struct store *store, const struct err *cause)
{
    log_err("store", cause);
    int lock = -1;
    TRY(store_quarantine_lock(store->dir, &lock));
    struct err e = move_and_reconnect(store);
    store_quarantine_unlock(lock);
    return e;
}

/* ---- open and close ---- */

static struct err remember_setup(struct store *store, const struct store_setup *setup)
{
    if (strlen(setup->dir) >= sizeof store->dir)
        return err_make(ERR_REFUSED, "store", 0, "path of the store is too long");
    store->setup = *setup;
    if (store->setup.busy_ms <= 0)
        store->setup.busy_ms = DEFAULT_BUSY_MS;
    snprintf(store->dir, sizeof store->dir, "%s", setup->dir);
    snprintf(store->name, sizeof store->name, "%s", setup->name);
    snprintf(store->vfs, sizeof store->vfs, "%s", setup->vfs ? setup->vfs : "");
    return err_ok();
}

struct err store_open(const struct store_setup *setup, struct store **out_store)
{
    struct store *store = calloc(1, sizeof *store);
    if (!store)
        return err_no_memory("store");
    struct err e = remember_setup(store, setup);
    if (!err_is(&e))
        e = connect_and_migrate(store);
    if (is_corrupt(&e))
        e = quarantine(store, &e);
    if (err_is(&e))
        store_close(&store);
    else
        *out_store = store;
    return e;
}

void store_close(struct store **store)
{
    if (!*store)
        return;
    disconnect(*store);
    free(*store);
    *store = NULL;
}

/* ---- transactions ---- */

/* BEGIN, and make sure that what was begun on is still the file under its name. */
static struct err begin(struct store *store, const char *sql)
{
    if (!store->db)
        TRY(connect_and_migrate(store));
    TRY(execute(store, "begin", sql));
    if (!has_moved(store))
        return err_ok();
    TRY(connect_and_migrate(store));
    return execute(store, "begin", sql);
}

static struct err attempt(struct store *store, const char *begin_sql,
                          struct err (*work)(struct store *store, void *context), void *context)
{
    TRY(begin(store, begin_sql));
    struct err e = work(store, context);
    if (!err_is(&e))
        e = execute(store, "commit", "COMMIT");
    if (err_is(&e))
        roll_back(store);
    return e;
}

static struct err transact(struct store *store, const char *begin_sql,
                           struct err (*work)(struct store *store, void *context), void *context)
{
    struct err e = attempt(store, begin_sql, work, context);
    if (!is_corrupt(&e))
        return e;
    TRY(quarantine(store, &e));
    return attempt(store, begin_sql, work, context);
}

struct err store_write(struct store *store, struct err (*work)(struct store *store, void *context),
                       void *context)
{
    return transact(store, "BEGIN IMMEDIATE", work, context);
}

struct err store_read(struct store *store, struct err (*work)(struct store *store, void *context),
                      void *context)
{
    return transact(store, "BEGIN", work, context);
}

/* ---- statements ---- */

struct store_value store_int(int64_t number)
{
    return (struct store_value){.kind = STORE_INT, .number = number};
}

struct store_value store_text(const char *text)
{
    if (!text)
        return (struct store_value){.kind = STORE_NULL};
    return (struct store_value){.kind = STORE_TEXT, .bytes = text, .size = strlen(text)};
}

struct store_value store_blob(const void *bytes, size_t size)
{
    return (struct store_value){.kind = STORE_BLOB, .bytes = bytes, .size = size};
}

static struct err prepare(struct store *store, const char *sql, sqlite3_stmt **out_statement)
{
    for (struct prepared *p = store->prepared; p; p = p->next) {
        if (p->sql == sql) {
            *out_statement = p->statement;
            return err_ok();
        }
    }
    struct prepared *fresh = calloc(1, sizeof *fresh);
    if (!fresh)
        return err_no_memory("store");
    if (sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &fresh->statement, NULL) !=
        SQLITE_OK) {
        free(fresh);
        return failure(store, sql);
    }
    *fresh = (struct prepared){.next = store->prepared, .sql = sql, .statement = fresh->statement};
    store->prepared = fresh;
    *out_statement = fresh->statement;
    return err_ok();
}

static int bind_value(sqlite3_stmt *statement, int at, const struct store_value *value)
{
    switch (value->kind) {
    case STORE_INT:
        return sqlite3_bind_int64(statement, at, value->number);
    case STORE_TEXT:
        return sqlite3_bind_text64(statement, at, value->bytes, value->size, SQLITE_STATIC, SQLITE_UTF8);
    case STORE_BLOB: /* an empty blob is not NULL */
        return sqlite3_bind_blob64(statement, at, value->size ? value->bytes : "", value->size,
                                   SQLITE_STATIC);
    case STORE_NULL:
        break;
    }
    return sqlite3_bind_null(statement, at);
}

static struct err start(struct store *store, const char *sql, const struct store_value *values, size_t count,
                        sqlite3_stmt **out_statement)
{
    sqlite3_stmt *statement = NULL;
    TRY(prepare(store, sql, &statement));
    assert((size_t)sqlite3_bind_parameter_count(statement) == count);
    for (size_t i = 0; i < count; i++) {
        if (bind_value(statement, (int)i + 1, &values[i]) != SQLITE_OK)
            return failure(store, "bind");
    }
    *out_statement = statement;
    return err_ok();
}

/* Visits at most limit rows. */
static struct err visit_rows(struct store *store, const char *sql, const struct store_value *values,
                             size_t count, struct err (*visit)(void *context, const struct store_row *row),
                             void *context, int64_t limit, int64_t *out_rows)
{
    sqlite3_stmt *statement = NULL;
    TRY(start(store, sql, values, count, &statement));
    struct store_row row = {.statement = statement};
    struct err e = err_ok();
    int64_t rows = 0;
    int step = SQLITE_DONE;
    while (!err_is(&e) && rows < limit && (step = sqlite3_step(statement)) == SQLITE_ROW) {
        rows++;
        if (visit)
            e = visit(context, &row);
    }
    if (!err_is(&e) && step != SQLITE_ROW && step != SQLITE_DONE)
        e = failure(store, "run a statement");
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement); /* drops the borrowed pointers */
    if (out_rows)
        *out_rows = rows;
    return e;
}

struct err store_run(struct store *store, const char *sql, const struct store_value *values, size_t count)
{
    return visit_rows(store, sql, values, count, NULL, NULL, INT64_MAX, NULL);
}

struct err store_each(struct store *store, const char *sql, const struct store_value *values, size_t count,
                      struct err (*visit)(void *context, const struct store_row *row), void *context)
{
    return visit_rows(store, sql, values, count, visit, context, INT64_MAX, NULL);
}

struct err store_one(struct store *store, const char *sql, const struct store_value *values, size_t count,
                     struct err (*visit)(void *context, const struct store_row *row), void *context,
                     bool *out_found)
{
    int64_t rows = 0;
    TRY(visit_rows(store, sql, values, count, visit, context, 1, &rows));
    *out_found = rows > 0;
    return err_ok();
}

static struct err take_number(void *context, const struct store_row *row)
{
    int64_t *out_number = context;
    if (!store_row_null(row, 0))
        *out_number = store_row_int(row, 0);
    return err_ok();
}

struct err store_number(struct store *store, const char *sql, const struct store_value *values, size_t count,
                        int64_t *out_number)
{
    return visit_rows(store, sql, values, count, take_number, out_number, 1, NULL);
}

int64_t store_last_row(const struct store *store)
{
    return sqlite3_last_insert_rowid(store->db);
}

int store_changed(const struct store *store)
{
    return sqlite3_changes(store->db);
}

/* ---- columns ---- */

int64_t store_row_int(const struct store_row *row, int column)
{
    return sqlite3_column_int64(row->statement, column);
}

bool store_row_null(const struct store_row *row, int column)
{
    return sqlite3_column_type(row->statement, column) == SQLITE_NULL;
}

void store_row_text(const struct store_row *row, int column, char *out_text, size_t size)
{
    const unsigned char *text = sqlite3_column_text(row->statement, column);
    size_t length = text ? (size_t)sqlite3_column_bytes(row->statement, column) : 0;
    if (length >= size) {
        length = size - 1;
        while (length > 0 && (text[length] & 0xc0) == 0x80)
            length--;
    }
    if (length)
        memcpy(out_text, text, length);
    out_text[length] = 0;
}

const void *store_row_blob(const struct store_row *row, int column, size_t *out_size)
{
    const void *bytes = sqlite3_column_blob(row->statement, column);
    *out_size = (size_t)sqlite3_column_bytes(row->statement, column);
    return bytes;
}
