/*
 * SQLite, as this project uses it: the only place that knows sqlite3.h is store*.c.
 *
 * A store is one database file of one process. Work runs inside store_write or store_read, as one transaction
 * that is over when the call returns; nothing is open between calls. Rollback journal and synchronous=EXTRA,
 * because the packaged SQLite's WAL has a known defect with two processes (docs/decisions); secure_delete,
 * because what was purged shall be gone. A handle belongs to one thread.
 *
 * Errors: ERR_RETRY the other process holds the lock, ERR_SPACE disk or memory full, ERR_DATA the database is
 * corrupt, ERR_REFUSED a constraint or a newer schema, ERR_SYSTEM the disk said no. code is SQLite's extended
 * result code.
 */
#ifndef YIZHAN_OFFLINE_STORE_H
#define YIZHAN_OFFLINE_STORE_H

#include "board/base/buf.h"
#include "board/base/clock.h"
#include <stddef.h>
#include <stdint.h>

#define STORE_PATH_SIZE 512

struct store;
struct store_row; /* the current row, during a visit */

struct store_setup {
    const char *dir;
    const char *name;              /* "outbox": the file is DIR/outbox.db */
    const char *vfs;               /* NULL for the system's */
    const struct clock *clock;     /* borrowed */
    int busy_ms;                   /* 0 means 5000 */
    const char *const *migrations; /* migrations[n] leads from schema n to n + 1; borrowed, static */
    int migration_count;           /* the schema this software knows */
};

/* Opens, creates, migrates. A corrupt file is quarantined and a fresh one made. ERR_RETRY for a database of
 * an older schema while a file DIR/on-trial says that this software has not shown that it works: it is left
 * as it is for the software before. */
MUST_USE struct err store_open(const struct store_setup *setup, struct store **out_store);
void store_close(struct store **store);

/* Runs work as one durable transaction: committed when it returns no error, rolled back whole when it does.
 * After a quarantine (ours or the other process's) the work runs again on the fresh database. */
MUST_USE struct err store_write(struct store *store, struct err (*work)(struct store *store, void *context),
                                void *context);
/* The same for work that only reads: one consistent view. */
MUST_USE struct err store_read(struct store *store, struct err (*work)(struct store *store, void *context),
                               void *context);

/* The newest quarantined file of this name, "" when there is none. */
void store_newest_quarantine(const char *dir, const char *name, char out_path[STORE_PATH_SIZE]);

/* ---- statements: inside work only ---- */

struct store_value {
    enum { STORE_NULL, STORE_INT, STORE_TEXT, STORE_BLOB } kind;
    int64_t number;
    const void *bytes; /* borrowed until the call returns */
    size_t size;
};
struct store_value store_int(int64_t number);
struct store_value store_text(const char *text); /* NULL binds NULL */
struct store_value store_blob(const void *bytes, size_t size);

/* The ?1, ?2... of a statement, in order. */
#define STORE_BIND(...)                                                                                      \
    (const struct store_value[]){__VA_ARGS__},                                                               \
        sizeof((const struct store_value[]){__VA_ARGS__}) / sizeof(struct store_value)
#define STORE_NO_BIND NULL, 0

/* sql: a string literal; statements are prepared once and kept. */
MUST_USE struct err store_run(struct store *store, const char *sql, const struct store_value *values,
                              size_t count);
/* Visits every row; stops at the first error visit returns. */
MUST_USE struct err store_each(struct store *store, const char *sql, const struct store_value *values,
                               size_t count, struct err (*visit)(void *context, const struct store_row *row),
                               void *context);
/* The first row, if there is one. */
MUST_USE struct err store_one(struct store *store, const char *sql, const struct store_value *values,
                              size_t count, struct err (*visit)(void *context, const struct store_row *row),
                              void *context, bool *out_found);
/* The first column of the first row; *out_number stays when there is no row or it is NULL. */
MUST_USE struct err store_number(struct store *store, const char *sql, const struct store_value *values,
                                 size_t count, int64_t *out_number);

/* Rowid of the newest insert; rows the newest statement changed. */
int64_t store_last_row(const struct store *store);
int store_changed(const struct store *store);

/* Columns of the current row, from 0. Text and blob are borrowed during the visit. */
int64_t store_row_int(const struct store_row *row, int column);
/* Of an enumeration with so many values; what is none of them is 0. Another program writes the file too, and
 * names are looked up by this. */
int store_row_choice(const struct store_row *row, int column, int count);
/* Cut to size at a character boundary. */
void store_row_text(const struct store_row *row, int column, char *out_text, size_t size);
const void *store_row_blob(const struct store_row *row, int column, size_t *out_size);

#endif
