/* Statements: prepared once, bound, stepped, their columns read. */
#include "offline/store_internal.h"
#include <assert.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* A prepared statement, kept as long as the connection; sql is a literal, so its address is its identity. */
struct prepared {
    struct prepared *next;
    const char *sql;
    sqlite3_stmt *statement;
};

struct store_row {
    sqlite3_stmt *statement;
};

void store_drop_statements(struct store *store)
{
    while (store->prepared) {
        struct prepared *gone = store->prepared;
        store->prepared = gone->next;
        sqlite3_finalize(gone->statement);
        free(gone);
    }
}

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
        return store_failure(store, sql);
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
            return store_failure(store, "bind");
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
        e = store_failure(store, "run a statement");
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
    if (sqlite3_column_type(row->statement, 0) != SQLITE_NULL)
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

int store_row_choice(const struct store_row *row, int column, int count)
{
    int64_t choice = store_row_int(row, column);
    return choice > 0 && choice < count ? (int)choice : 0;
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
