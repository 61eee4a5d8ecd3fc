/* A batch on a stick: its index, read back without trust. */
#include "board/base/file.h"
#include "offline/courier.h"
#include "offline/crypto.h"
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char MODULE[] = "courier";

enum { INDEX_MAX = 8 << 20, FILE_MAX = 256 << 20 };

struct index {
    struct arena *arena;
    struct courier_batch *batch;
    struct courier_application **end;
    struct courier_application *open;
    struct courier_file **file_end;
    const char *key, *signature; /* base64, in the text */
    size_t signed_length;
};

static struct err malformed(int line)
{
    return err_make(ERR_DATA, MODULE, 0, "INDEX line %d is not one of a batch's", line);
}

/* One component of a path: what a stick says must stay inside its batch. */
static bool is_component(const char *name)
{
    return *name && name[0] != '.' && !strchr(name, '/') && strlen(name) < OUTBOX_NAME_SIZE;
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
        strlen(file->sha256) != 64 || file->size < 0 || !is_component(text + name_at))
        return malformed(line);
    file->name = text + name_at;
    *index->file_end = file;
    index->file_end = &file->next;
    return err_ok();
}

static struct err take_line(struct index *index, char *text, size_t at, int line)
{
    if (line == 1)
        return strcmp(text, "yizhan courier 1") == 0 ? err_ok() : malformed(line);
    if (strncmp(text, "kiosk ", 6) == 0)
        index->batch->kiosk_number = (int)strtol(text + 6, NULL, 10);
    else if (strncmp(text, "application ", 12) == 0)
        return add_application(index, text + 12, line);
    else if (strncmp(text, "file ", 5) == 0)
        return add_file(index, text + 5, line);
    else if (strncmp(text, "key ", 4) == 0)
        index->key = text + 4;
    else if (strncmp(text, "signature ", 10) == 0) {
        index->signature = text + 10;
        index->signed_length = at;
    } else
        return malformed(line);
    return err_ok();
}

/* Cuts the text into lines; what the signature covers was kept apart before. */
static struct err take_lines(struct index *index, char *text)
{
    int line = 0;
    for (char *at = text, *next; *at; at = next) {
        size_t length = strcspn(at, "\n");
        next = at + length + (at[length] == '\n');
        at[length] = '\0';
        TRY(take_line(index, at, (size_t)(at - text), ++line));
    }
    return index->key && index->signature ? err_ok() : malformed(line);
}

static struct err check_signature(const struct index *index, const char *signed_text)
{
    struct buf key = {0}, signature = {0};
    struct err e = crypto_unbase64(index->key, &key);

    if (!err_is(&e))
        e = crypto_unbase64(index->signature, &signature);
    if (!err_is(&e) && (key.length != DEVICE_KEY_SIZE || signature.length != DEVICE_SIGNATURE_SIZE))
        e = err_make(ERR_DATA, MODULE, 0, "INDEX has no proper signature");
    if (!err_is(&e))
        e = device_key_verify((const uint8_t *)key.data, signed_text, index->signed_length,
                              (const uint8_t *)signature.data);
    if (!err_is(&e))
        memcpy(index->batch->key, key.data, DEVICE_KEY_SIZE);
    buf_finish(&key);
    buf_finish(&signature);
    return e;
}

struct err courier_batch_read(const char *path, struct arena *arena, struct courier_batch *out_batch)
{
    struct courier_batch batch = {0};
    struct index index = {.arena = arena, .batch = &batch, .end = &batch.applications};
    struct buf text = {0};
    char index_path[600];

    snprintf(batch.path, sizeof batch.path, "%s", path);
    snprintf(index_path, sizeof index_path, "%s/INDEX", path);
    struct err e = file_read(index_path, INDEX_MAX, &text);
    char *lines = err_is(&e) ? NULL : arena_strndup(arena, buf_text(&text), text.length);
    if (!err_is(&e) && !lines)
        e = err_no_memory(MODULE);
    if (!err_is(&e))
        e = take_lines(&index, lines);
    if (!err_is(&e))
        e = check_signature(&index, buf_text(&text));
    buf_finish(&text);
    if (err_is(&e))
        return err_context(e, "%s", path);
    *out_batch = batch;
    return err_ok();
}

struct err courier_file_read(const struct courier_batch *batch, const struct courier_application *application,
                             const struct courier_file *file, struct buf *out_bytes)
{
    char path[900], hex[65];
    uint8_t digest[CRYPTO_DIGEST_MAX];

    snprintf(path, sizeof path, "%s/%s/%s", batch->path, application->id, file->name);
    TRY(file_read(path, FILE_MAX, out_bytes));
    TRY(crypto_digest("SHA256", buf_text(out_bytes), out_bytes->length, digest, NULL));
    crypto_hex(digest, 32, hex);
    if ((int64_t)out_bytes->length != file->size || strcmp(hex, file->sha256) != 0)
        return err_make(ERR_DATA, MODULE, 0, "%s is not what the index says", path);
    return err_ok();
}

static struct err visit_entry(const char *folder, const struct dirent *entry,
                              struct err (*visit)(void *context, const char *path), void *context)
{
    char path[512];
    if (!is_component(entry->d_name))
        return err_ok();
    if (snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) >= (int)sizeof path)
        return err_make(ERR_DATA, MODULE, 0, "%.100s is too long a path", folder);
    return visit(context, path);
}

struct err courier_batches(const char *dir, struct err (*visit)(void *context, const char *path),
                           void *context)
{
    char folder[400];
    struct dirent **entries = NULL;
    struct err e = err_ok();

    snprintf(folder, sizeof folder, "%s/" COURIER_FOLDER, dir);
    int count = scandir(folder, &entries, NULL, alphasort);
    if (count < 0)
        return errno == ENOENT ? err_ok() : err_errno(MODULE, errno, "read %s", folder);
    for (int i = 0; i < count; i++) {
        if (!err_is(&e))
            e = visit_entry(folder, entries[i], visit, context);
        free(entries[i]);
    }
    free(entries);
    return e;
}
