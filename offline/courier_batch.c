/* A batch on a stick: its index, read back without trust. */
#include "board/base/file.h"
#include "board/base/log.h"
#include "board/base/utf8.h"
#include "offline/courier_internal.h"
#include "offline/crypto.h"
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char MODULE[] = "courier";

struct index {
    struct arena *arena;
    struct courier_batch *batch;
    struct courier_application **end;
    struct courier_application *open;
    struct courier_file **file_end;
};

static struct err malformed(int line)
{
    return err_make(ERR_DATA, MODULE, 0, "INDEX line %d is not one of a batch's", line);
}

/* One component of a path that may be shown: what a stick says must stay inside its batch. */
static bool is_component(const char *name)
{
    size_t length = strlen(name);
    for (const char *at = name; *at; at++)
        if (*at == '/' || (unsigned char)*at < ' ' || *at == 0x7f)
            return false;
    return length > 0 && name[0] != '.' && length < OUTBOX_NAME_SIZE && utf8_valid(name, length);
}

static struct err add_application(struct index *index, const char *id, int line)
{
    struct courier_application *application = arena_alloc(index->arena, sizeof *application);
    if (!application)
        return err_no_memory(MODULE);
    if (!is_component(id) || strlen(id) != 36)
        return malformed(line);
    application->id = id;
    *index->end = application;
    index->end = &application->next;
    index->open = application;
    index->file_end = &application->files;
    return err_ok();
}

/* "SHA256 SIZE NAME" */
static struct err add_file(struct index *index, char *text, int line)
{
    struct courier_file *file = arena_alloc(index->arena, sizeof *file);
    int name_at = 0;

    if (!file)
        return err_no_memory(MODULE);
    if (!index->open ||
        sscanf(text, "%64[0-9a-f] %" SCNd64 " %n", file->sha256, &file->size, &name_at) != 2 ||
        strlen(file->sha256) != 64 || file->size < 0 || file->size > COURIER_FILE_MAX ||
        !is_component(text + name_at))
        return malformed(line);
    file->name = text + name_at;
    *index->file_end = file;
    index->file_end = &file->next;
    return err_ok();
}

static struct err take_line(struct index *index, char *text, int line)
{
    if (line == 1)
        return strcmp(text, "yizhan courier 1") == 0 ? err_ok() : malformed(line);
    if (strncmp(text, "kiosk ", 6) == 0)
        index->batch->kiosk_number = (int)strtol(text + 6, NULL, 10);
    else if (strncmp(text, "application ", 12) == 0)
        return add_application(index, text + 12, line);
    else if (strncmp(text, "file ", 5) == 0)
        return add_file(index, text + 5, line);
    else
        return malformed(line);
    return err_ok();
}

static struct err take_lines(struct index *index, char *text)
{
    int line = 0;
    for (char *at = text, *next; *at; at = next) {
        size_t length = strcspn(at, "\n");
        next = at + length + (at[length] == '\n');
        at[length] = '\0';
        TRY(take_line(index, at, ++line));
    }
    return line > 0 ? err_ok() : malformed(line);
}

/* The lines stay in the arena: names point into them. */
static struct err read_index(struct courier_batch *batch)
{
    struct index index = {.arena = batch->arena, .batch = batch, .end = &batch->applications};
    uint8_t digest[CRYPTO_DIGEST_MAX];
    struct buf text = {0};
    char path[600];

    snprintf(path, sizeof path, "%s/INDEX", batch->path);
    struct err e = courier_signed_read(path, &text, batch->key);
    if (!err_is(&e))
        e = crypto_digest("SHA256", buf_text(&text), text.length, digest, NULL);
    char *lines = err_is(&e) ? NULL : arena_strndup(batch->arena, buf_text(&text), text.length);
    buf_finish(&text);
    if (err_is(&e))
        return e;
    crypto_hex(digest, 32, batch->sha256);
    return lines ? take_lines(&index, lines) : err_no_memory(MODULE);
}

struct err courier_batch_open(const char *path, struct courier_batch *out_batch)
{
    *out_batch = (struct courier_batch){.arena = arena_create(ARENA_PLAIN, 0)};
    if (!out_batch->arena)
        return err_no_memory(MODULE);
    if (snprintf(out_batch->path, sizeof out_batch->path, "%s", path) >= (int)sizeof out_batch->path)
        return err_make(ERR_DATA, MODULE, 0, "%.100s is too long a path", path);
    return read_index(out_batch);
}

void courier_batch_close(struct courier_batch *batch)
{
    arena_destroy(&batch->arena);
}

struct err courier_file_read(const struct courier_batch *batch, const struct courier_application *application,
                             const struct courier_file *file, struct buf *out_bytes)
{
    char path[900], hex[65];
    uint8_t digest[CRYPTO_DIGEST_MAX];

    snprintf(path, sizeof path, "%s/%s/%s", batch->path, application->id, file->name);
    TRY(courier_stick_read(path, (size_t)file->size, out_bytes));
    TRY(crypto_digest("SHA256", buf_text(out_bytes), out_bytes->length, digest, NULL));
    crypto_hex(digest, 32, hex);
    if ((int64_t)out_bytes->length != file->size || strcmp(hex, file->sha256) != 0)
        return err_make(ERR_DATA, MODULE, 0, "%s is not what the index says", path);
    return err_ok();
}

/* ---- all batches on a stick ---- */

struct err courier_dir(const char *dir, char out_dir[COURIER_DIR_SIZE])
{
    char *real = realpath(dir, NULL);
    if (!real)
        return err_errno(MODULE, errno, "read %.150s", dir);
    int length = snprintf(out_dir, COURIER_DIR_SIZE, "%s", real);
    free(real);
    return length < COURIER_DIR_SIZE ? err_ok()
                                     : err_make(ERR_REFUSED, MODULE, 0, "%.100s is too long a path", dir);
}

/* The first one's words are kept. */
struct err courier_refuse(struct courier_counts *counts, struct err e)
{
    if (e.class != ERR_DATA && e.class != ERR_REFUSED)
        return e;
    log_err(MODULE, &e);
    if (counts->refused++ == 0)
        snprintf(counts->refusal, sizeof counts->refusal, "%s", e.text);
    utf8_clean(counts->refusal);
    return err_ok();
}

/* INDEX is written last: without it the stick was pulled out too early, and its kiosk still has everything.
 */
static bool was_finished(const char *batch_path)
{
    char path[700];
    snprintf(path, sizeof path, "%s/INDEX", batch_path);
    bool is_there = access(path, F_OK) == 0 || errno != ENOENT;
    if (!is_there)
        log_warn(MODULE, "%s was never finished: passed over", batch_path);
    return is_there;
}

static struct err visit_entry(const char *folder, const char *name, struct courier_counts *counts,
                              struct err (*visit)(void *context, const struct courier_batch *batch),
                              void *context)
{
    struct courier_batch batch;
    char path[680];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (!is_component(name) || !was_finished(path))
        return err_ok();
    struct err e = courier_batch_open(path, &batch);
    if (!err_is(&e))
        e = visit(context, &batch);
    courier_batch_close(&batch);
    return err_is(&e) ? courier_refuse(counts, err_context(e, "batch %s", name)) : e;
}

struct err courier_each_batch(const char *dir, struct courier_counts *counts,
                              struct err (*visit)(void *context, const struct courier_batch *batch),
                              void *context)
{
    char real[COURIER_DIR_SIZE], folder[COURIER_DIR_SIZE + sizeof COURIER_FOLDER];
    struct dirent **entries = NULL;
    struct err e = err_ok();

    TRY(courier_dir(dir, real));
    snprintf(folder, sizeof folder, "%s/" COURIER_FOLDER, real);
    int count = scandir(folder, &entries, NULL, alphasort);
    if (count < 0)
        return errno == ENOENT ? err_ok() : err_errno(MODULE, errno, "read %s", folder);
    for (int i = 0; i < count; i++) {
        if (!err_is(&e))
            e = visit_entry(folder, entries[i]->d_name, counts, visit, context);
        free(entries[i]);
    }
    free(entries);
    return e;
}
