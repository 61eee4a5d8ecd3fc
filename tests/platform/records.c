#include "tests/platform/records.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char MODULE[] = "platform";

static const char SCHEMA[] =
    "CREATE TABLE IF NOT EXISTS submission(row INTEGER PRIMARY KEY, project INT, instance_id TEXT, form_id "
    "TEXT,"
    " version TEXT, xml BLOB, received_ms INT, posts INT DEFAULT 1, repeats INT DEFAULT 0, conflicts INT "
    "DEFAULT 0,"
    " UNIQUE(project, form_id, instance_id));"
    "CREATE TABLE IF NOT EXISTS file(submission INT, name TEXT, bytes BLOB, received_ms INT,"
    " PRIMARY KEY(submission, name));"
    "CREATE TABLE IF NOT EXISTS published(project INT, form_id TEXT, version TEXT,"
    " PRIMARY KEY(project, form_id, version));"
    "CREATE TABLE IF NOT EXISTS cases(name TEXT PRIMARY KEY, kiosk TEXT, status TEXT, message TEXT, updated "
    "TEXT,"
    " due TEXT, version INT DEFAULT 1);";

struct records {
    sqlite3 *db;
    pthread_mutex_t lock; /* recursive: visitors may ask again */
};

/* ---- a little SQLite ---- */

static struct err sql_error(struct records *records, const char *what)
{
    return err_make(ERR_SYSTEM, MODULE, sqlite3_extended_errcode(records->db), "%s: %s", what,
                    sqlite3_errmsg(records->db));
}

/* format: t text, i 64-bit integer, b bytes and size_t. */
static struct err prepare(struct records *records, const char *sql, sqlite3_stmt **out_stmt,
                          const char *format, va_list values)
{
    if (sqlite3_prepare_v2(records->db, sql, -1, out_stmt, NULL) != SQLITE_OK)
        return sql_error(records, sql);
    for (int at = 1; *format; format++, at++) {
        if (*format == 't') {
            sqlite3_bind_text(*out_stmt, at, va_arg(values, const char *), -1, SQLITE_TRANSIENT);
        } else if (*format == 'i') {
            sqlite3_bind_int64(*out_stmt, at, va_arg(values, int64_t));
        } else {
            const void *bytes = va_arg(values, const void *);
            sqlite3_bind_blob64(*out_stmt, at, bytes ? bytes : "", va_arg(values, size_t), SQLITE_TRANSIENT);
        }
    }
    return err_ok();
}

static struct err query(struct records *records, sqlite3_stmt **out_stmt, const char *sql, const char *format,
                        ...)
{
    va_list values;
    va_start(values, format);
    struct err e = prepare(records, sql, out_stmt, format, values);
    va_end(values);
    return e;
}

static struct err change(struct records *records, const char *sql, const char *format, ...)
{
    sqlite3_stmt *stmt = NULL;
    va_list values;
    va_start(values, format);
    struct err e = prepare(records, sql, &stmt, format, values);
    va_end(values);
    if (!err_is(&e) && sqlite3_step(stmt) != SQLITE_DONE)
        e = sql_error(records, sql);
    sqlite3_finalize(stmt);
    return e;
}

static const char *text_at(sqlite3_stmt *stmt, int column)
{
    const char *text = (const char *)sqlite3_column_text(stmt, column);
    return text ? text : "";
}

/* ---- life ---- */

struct err records_open(const char *dir, bool is_durable, struct records **out_records)
{
    char path[600];
    struct records *records = calloc(1, sizeof *records);
    pthread_mutexattr_t recursive;

    if (!records)
        return err_no_memory(MODULE);
    pthread_mutexattr_init(&recursive);
    pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&records->lock, &recursive);
    pthread_mutexattr_destroy(&recursive);
    snprintf(path, sizeof path, "%s/platform.db", dir);
    /* A test's platform must survive kill -9, not a power cut: no syncs, unless it is to be as slow as one
     * that must. */
    const char *mode = is_durable ? "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL"
                                  : "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF";
    if (sqlite3_open(path, &records->db) != SQLITE_OK ||
        sqlite3_exec(records->db, mode, NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_exec(records->db, SCHEMA, NULL, NULL, NULL) != SQLITE_OK) {
        struct err e = sql_error(records, path);
        records_close(&records);
        return e;
    }
    *out_records = records;
    return err_ok();
}

void records_close(struct records **records)
{
    if (!*records)
        return;
    sqlite3_close((*records)->db);
    pthread_mutex_destroy(&(*records)->lock);
    free(*records);
    *records = NULL;
}

/* ---- posting ---- */

/* row 0 when there is none. */
static struct err find(struct records *records, const struct record_post *post, int64_t *out_row,
                       bool *out_same)
{
    sqlite3_stmt *stmt = NULL;
    const struct instance *instance = post->instance;
    struct err e = query(records, &stmt,
                         "SELECT row, xml FROM submission WHERE project=? AND form_id=? AND instance_id=?",
                         "itt", (int64_t)post->project, instance->form_id, instance->instance_id);
    *out_row = 0;
    *out_same = false;
    if (!err_is(&e) && sqlite3_step(stmt) == SQLITE_ROW) {
        *out_row = sqlite3_column_int64(stmt, 0);
        size_t size = (size_t)sqlite3_column_bytes(stmt, 1);
        *out_same = size == post->xml_size && memcmp(sqlite3_column_blob(stmt, 1), post->xml, size) == 0;
    }
    sqlite3_finalize(stmt);
    return e;
}

/* The file an encrypted manifest names stands in it with the suffix; a plain one by its name as it is. */
static struct err add_files(struct records *records, const struct record_post *post, int64_t row,
                            int *out_added, int *out_dropped)
{
    for (size_t i = 0; i < post->file_count; i++) {
        const struct record_file *file = &post->files[i];
        if (!instance_names(post->instance, file->name)) {
            ++*out_dropped;
            continue;
        }
        TRY(change(records, "INSERT OR IGNORE INTO file VALUES(?,?,?,?)", "itbi", row, file->name,
                   file->bytes, file->size, post->now_ms));
        *out_added += sqlite3_changes(records->db);
    }
    return err_ok();
}

static struct err insert(struct records *records, const struct record_post *post, int64_t *out_row)
{
    const struct instance *instance = post->instance;
    TRY(change(records,
               "INSERT INTO submission(project, form_id, instance_id, version, xml, received_ms) "
               "VALUES(?,?,?,?,?,?)",
               "itttbi", (int64_t)post->project, instance->form_id, instance->instance_id, instance->version,
               post->xml, post->xml_size, post->now_ms));
    *out_row = sqlite3_last_insert_rowid(records->db);
    return err_ok();
}

static struct err take(struct records *records, const struct record_post *post,
                       enum record_outcome *out_outcome, int *out_dropped)
{
    int64_t row = 0;
    bool is_same = false;
    int added = 0;

    TRY(find(records, post, &row, &is_same));
    bool is_new = row == 0;
    if (!is_new && !is_same) {
        *out_outcome = RECORD_CONFLICT;
        return change(records, "UPDATE submission SET conflicts = conflicts + 1 WHERE row=?", "i", row);
    }
    if (is_new)
        TRY(insert(records, post, &row));
    TRY(add_files(records, post, row, &added, out_dropped));
    *out_outcome = is_new ? RECORD_NEW : added > 0 ? RECORD_ADDED : RECORD_REPEATED;
    if (is_new)
        return err_ok();
    return change(records, "UPDATE submission SET posts = posts + 1, repeats = repeats + ? WHERE row=?", "ii",
                  (int64_t)(*out_outcome == RECORD_REPEATED), row);
}

struct err records_post(struct records *records, const struct record_post *post,
                        enum record_outcome *out_outcome, int *out_dropped)
{
    pthread_mutex_lock(&records->lock);
    *out_dropped = 0;
    struct err e = change(records, "BEGIN IMMEDIATE", "");
    if (!err_is(&e))
        e = take(records, post, out_outcome, out_dropped);
    struct err end = change(records, err_is(&e) ? "ROLLBACK" : "COMMIT", "");
    pthread_mutex_unlock(&records->lock);
    return err_is(&e) ? e : end;
}

struct err records_publish(struct records *records, int project, const char *form_id, const char *version)
{
    pthread_mutex_lock(&records->lock);
    struct err e = change(records, "INSERT OR IGNORE INTO published VALUES(?,?,?)", "itt", (int64_t)project,
                          form_id, version);
    pthread_mutex_unlock(&records->lock);
    return e;
}

bool records_was_published(struct records *records, int project, const char *form_id, const char *version)
{
    sqlite3_stmt *stmt = NULL;
    pthread_mutex_lock(&records->lock);
    struct err e =
        query(records, &stmt, "SELECT 1 FROM published WHERE project=? AND form_id=? AND version=?", "itt",
              (int64_t)project, form_id, version);
    bool found = !err_is(&e) && sqlite3_step(stmt) == SQLITE_ROW;
    sqlite3_finalize(stmt);
    pthread_mutex_unlock(&records->lock);
    return found;
}

/* ---- reading ---- */

static struct record record_at(sqlite3_stmt *stmt)
{
    return (struct record){
        .row = sqlite3_column_int64(stmt, 0),
        .project = sqlite3_column_int(stmt, 1),
        .instance_id = text_at(stmt, 2),
        .form_id = text_at(stmt, 3),
        .version = text_at(stmt, 4),
        .xml = sqlite3_column_blob(stmt, 5),
        .xml_size = (size_t)sqlite3_column_bytes(stmt, 5),
        .received_ms = sqlite3_column_int64(stmt, 6),
        .posts = sqlite3_column_int(stmt, 7),
        .repeats = sqlite3_column_int(stmt, 8),
        .conflicts = sqlite3_column_int(stmt, 9),
    };
}

struct err records_each(struct records *records, const char *instance_id,
                        struct err (*visit)(void *context, const struct record *record), void *context)
{
    sqlite3_stmt *stmt = NULL;
    pthread_mutex_lock(&records->lock);
    struct err e =
        query(records, &stmt, "SELECT * FROM submission WHERE ?1 = '' OR instance_id = ?1 ORDER BY row", "t",
              instance_id ? instance_id : "");
    while (!err_is(&e) && sqlite3_step(stmt) == SQLITE_ROW) {
        struct record record = record_at(stmt);
        e = visit(context, &record);
    }
    sqlite3_finalize(stmt);
    pthread_mutex_unlock(&records->lock);
    return e;
}

struct err records_files(struct records *records, int64_t row,
                         struct err (*visit)(void *context, const struct record_file *file), void *context)
{
    sqlite3_stmt *stmt = NULL;
    pthread_mutex_lock(&records->lock);
    struct err e =
        query(records, &stmt, "SELECT name, bytes FROM file WHERE submission=? ORDER BY rowid", "i", row);
    while (!err_is(&e) && sqlite3_step(stmt) == SQLITE_ROW) {
        struct record_file file = {text_at(stmt, 0), sqlite3_column_blob(stmt, 1),
                                   (size_t)sqlite3_column_bytes(stmt, 1)};
        e = visit(context, &file);
    }
    sqlite3_finalize(stmt);
    pthread_mutex_unlock(&records->lock);
    return e;
}

/* ---- cases ---- */

struct err records_set_case(struct records *records, const struct case_row *row)
{
    pthread_mutex_lock(&records->lock);
    struct err e =
        change(records,
               "INSERT INTO cases(name, kiosk, status, message, updated, due) VALUES(?,?,?,?,?,?)"
               " ON CONFLICT(name) DO UPDATE SET kiosk=excluded.kiosk, status=excluded.status,"
               " message=excluded.message, updated=excluded.updated, due=excluded.due, version=version+1",
               "tttttt", row->name, row->kiosk, row->status, row->message, row->updated, row->due);
    pthread_mutex_unlock(&records->lock);
    return e;
}

bool records_has_case(struct records *records, const char *name)
{
    sqlite3_stmt *stmt = NULL;
    pthread_mutex_lock(&records->lock);
    struct err e = query(records, &stmt, "SELECT 1 FROM cases WHERE name=?", "t", name);
    bool found = !err_is(&e) && sqlite3_step(stmt) == SQLITE_ROW;
    sqlite3_finalize(stmt);
    pthread_mutex_unlock(&records->lock);
    return found;
}

static void append_csv(struct buf *out_csv, const char *value, const char *after)
{
    bool quoted = strpbrk(value, ",\"\r\n") != NULL;
    if (quoted)
        buf_append_byte(out_csv, '"');
    for (; *value; value++) {
        buf_append_byte(out_csv, (uint8_t)*value);
        if (*value == '"')
            buf_append_byte(out_csv, '"');
    }
    buf_append_text(out_csv, quoted ? "\"" : "");
    buf_append_text(out_csv, after);
}

struct err records_write_cases(struct records *records, struct buf *out_csv)
{
    sqlite3_stmt *stmt = NULL;
    pthread_mutex_lock(&records->lock);
    struct err e = query(
        records, &stmt,
        "SELECT name, status, version, kiosk, status, message, updated, due FROM cases ORDER BY name", "");
    buf_append_text(out_csv, "name,label,__version,kiosk,status,message,updated,due\n");
    while (!err_is(&e) && sqlite3_step(stmt) == SQLITE_ROW) {
        for (int column = 0; column < 8; column++)
            append_csv(out_csv, text_at(stmt, column), column < 7 ? "," : "\n");
    }
    sqlite3_finalize(stmt);
    pthread_mutex_unlock(&records->lock);
    return err_is(&e) ? e : buf_check(out_csv, MODULE);
}
