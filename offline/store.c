#include "board/base/log.h"
#include "offline/store_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { DEFAULT_BUSY_MS = 5000, BUSY_LOOK_MS = 1 };

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
struct err store_failure(const struct store *store, const char *doing)
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
        return store_failure(store, doing);
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
    store_drop_statements(store);
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
    if (!store->vfs[0] && access(store->dir, F_OK) != 0)
        return err_errno("store", errno, "no folder %.200s ([store] dir)", store->dir);
    if (!store->vfs[0])
        create_shared(path);
    if (sqlite3_open_v2(path, &store->db, flags, store->vfs[0] ? store->vfs : NULL) != SQLITE_OK)
        return store_failure(store, "open");
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
        return store_failure(store, "read the schema version");
    bool has_row = sqlite3_step(statement) == SQLITE_ROW;
    int version = has_row ? sqlite3_column_int(statement, 0) : 0;
    struct err e = has_row ? err_ok() : store_failure(store, "read the schema version");
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
        return store_failure(store, "lock for quarantine");
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
