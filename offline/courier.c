/* The kiosk's side of the courier: out onto the stick, receipts back in. */
#include "offline/courier.h"
#include "board/base/file.h"
#include "board/base/log.h"
#include "board/base/random.h"
#include "offline/crypto.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char MODULE[] = "courier";

enum { PAGE = 1000, RECEIPTS_MAX = 8 << 20 };

static const char *bare(const char *instance_id)
{
    return strncmp(instance_id, "uuid:", 5) == 0 ? instance_id + 5 : instance_id;
}

/* ---- export ---- */

struct export
{
    struct outbox *outbox;
    char path[512]; /* of the batch */
    struct buf index;
};

static struct err make_dir(const char *path)
{
    return mkdir(path, 0755) == 0 || errno == EEXIST ? err_ok() : err_errno(MODULE, errno, "make %s", path);
}

/* Written, synced, read back and compared: a stick that forgets is noticed while the kiosk still has
 * everything. */
static struct err write_proved(struct export *export, const char *id, const char *name,
                               const struct buf *bytes)
{
    char path[900], hex[65];
    uint8_t digest[CRYPTO_DIGEST_MAX];
    struct buf back = {0};

    snprintf(path, sizeof path, "%s/%s/%s", export->path, id, name);
    TRY(file_write(path, buf_text(bytes), bytes->length, 0644));
    struct err e = file_read(path, bytes->length, &back);
    if (!err_is(&e) &&
        (back.length != bytes->length || memcmp(buf_text(&back), buf_text(bytes), back.length) != 0))
        e = err_make(ERR_DEVICE, MODULE, 0, "the stick gave back other bytes than it was given");
    buf_finish(&back);
    if (err_is(&e))
        return e;
    TRY(crypto_digest("SHA256", buf_text(bytes), bytes->length, digest, NULL));
    crypto_hex(digest, 32, hex);
    buf_printf(&export->index, "file %s %zu %s\n", hex, bytes->length, name);
    return buf_check(&export->index, MODULE);
}

static struct err read_whole(struct export *export, int64_t row, const struct outbox_file *file,
                             struct buf *out_bytes)
{
    char piece[OUTBOX_CHUNK_SIZE];
    size_t got = 1;
    while (got > 0) {
        TRY(outbox_read(export->outbox, row, file->index, (int64_t)out_bytes->length, piece, sizeof piece,
                        &got));
        buf_append(out_bytes, piece, got);
    }
    return buf_check(out_bytes, MODULE);
}

static struct err export_files(struct export *export, const struct outbox_case *item,
                               const struct outbox_files *files)
{
    struct err e = err_ok();
    for (size_t i = 0; i < files->count && !err_is(&e); i++) {
        struct buf bytes = {0};
        e = read_whole(export, item->row, &files->items[i], &bytes);
        if (!err_is(&e))
            e = write_proved(export, bare(item->instance_id), files->items[i].name, &bytes);
        buf_finish(&bytes);
    }
    return e;
}

static struct err export_one(struct export *export, const struct outbox_case *item)
{
    struct buf manifest = {0};
    struct outbox_files files = {0};
    char folder[600];

    snprintf(folder, sizeof folder, "%s/%s", export->path, bare(item->instance_id));
    TRY(make_dir(folder));
    buf_printf(&export->index, "application %s\n", bare(item->instance_id));
    struct err e = outbox_manifest(export->outbox, item->row, &manifest);
    if (!err_is(&e))
        e = write_proved(export, bare(item->instance_id), "manifest", &manifest);
    if (!err_is(&e))
        e = outbox_files(export->outbox, item->row, &files);
    if (!err_is(&e))
        e = export_files(export, item, &files);
    outbox_files_finish(&files);
    buf_finish(&manifest);
    return e;
}

static struct err sign_index(struct export *export, const struct device_key *key)
{
    uint8_t public_key[DEVICE_KEY_SIZE], signature[DEVICE_SIGNATURE_SIZE];
    char path[600];

    device_key_public(key, public_key);
    buf_append_text(&export->index, "key ");
    TRY(crypto_base64(public_key, sizeof public_key, &export->index));
    buf_append_byte(&export->index, '\n');
    TRY(buf_check(&export->index, MODULE));
    TRY(device_key_sign(key, export->index.data, export->index.length, signature));
    buf_append_text(&export->index, "signature ");
    TRY(crypto_base64(signature, sizeof signature, &export->index));
    buf_append_byte(&export->index, '\n');
    TRY(buf_check(&export->index, MODULE));
    snprintf(path, sizeof path, "%s/INDEX", export->path);
    return file_write(path, export->index.data, export->index.length, 0644);
}

static struct err begin_batch(struct export *export, int kiosk_number, const char *dir)
{
    char folder[400], id[37];

    random_uuid(id);
    snprintf(folder, sizeof folder, "%s/" COURIER_FOLDER, dir);
    TRY(make_dir(folder));
    snprintf(export->path, sizeof export->path, "%s/%04d-%s", folder, kiosk_number, id);
    TRY(make_dir(export->path));
    buf_printf(&export->index, "yizhan courier 1\nkiosk %04d\n", kiosk_number);
    return err_ok();
}

static struct err export_list(struct export *export, const struct device_key *key,
                              const struct outbox_list *list, struct courier_counts *counts)
{
    struct err e = err_ok();
    for (size_t i = 0; i < list->count && !err_is(&e); i++) {
        if (list->items[i].endpoint == ENDPOINT_PLATFORM)
            e = export_one(export, &list->items[i]);
    }
    if (!err_is(&e))
        e = sign_index(export, key);
    /* Only now: a stick pulled out early leaves everything queued as it was. */
    for (size_t i = 0; i < list->count && !err_is(&e); i++) {
        if (list->items[i].endpoint != ENDPOINT_PLATFORM)
            continue;
        e = outbox_mark_on_stick(export->outbox, list->items[i].row);
        counts->applications += !err_is(&e);
    }
    return e;
}

static struct err export_batch(struct outbox *outbox, const struct device_key *key, int kiosk_number,
                               const char *dir, struct courier_counts *counts, bool *out_more)
{
    struct outbox_list list = {0};
    struct export export = {.outbox = outbox};
    int before = counts->applications;

    TRY(outbox_list(outbox, 1u << OUTBOX_QUEUED, 0, PAGE, &list));
    struct err e = list.count > 0 ? begin_batch(&export, kiosk_number, dir) : err_ok();
    if (!err_is(&e) && list.count > 0) {
        counts->batches++;
        e = export_list(&export, key, &list, counts);
    }
    *out_more = counts->applications > before;
    outbox_list_finish(&list);
    buf_finish(&export.index);
    return e;
}

struct err courier_export(struct outbox *outbox, const struct device_key *key, int kiosk_number,
                          const char *dir, struct courier_counts *out_counts)
{
    struct courier_counts counts = {0};
    bool more = true;

    while (more)
        TRY(export_batch(outbox, key, kiosk_number, dir, &counts, &more));
    *out_counts = counts;
    return err_ok();
}

/* ---- import ---- */

struct import {
    struct outbox *outbox;
    int kiosk_number;
    struct courier_counts counts;
};

/* "UUID STATUS DATE_MS" */
static struct err import_receipt(struct import *import, const char *line)
{
    char id[40];
    int status = 0;
    int64_t date_ms = 0;
    struct outbox_case item;
    bool found = false;

    if (sscanf(line, "%36s %d %" SCNd64, id, &status, &date_ms) != 3 || status < 201 || status > 202)
        return err_make(ERR_DATA, MODULE, 0, "a line of RECEIPTS is malformed");
    TRY(outbox_find_instance(import->outbox, id, &item, &found));
    if (!found || (item.state != OUTBOX_ON_STICK && item.state != OUTBOX_QUEUED))
        return err_ok(); /* it went by network in the meantime, or was imported before */
    struct outbox_answer answer = {
        .http_status = status, .platform_date_ms = date_ms, .reason = "by courier"};
    TRY(outbox_mark_delivered_by_courier(import->outbox, item.row, &answer));
    import->counts.applications++;
    return outbox_purge(import->outbox, item.row);
}

static struct err import_receipts(struct import *import, char *text)
{
    char *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        TRY(import_receipt(import, line));
    return err_ok();
}

static struct err import_batch(void *context, const char *path)
{
    struct import *import = context;
    struct courier_batch batch = {0};
    struct buf receipts = {0};
    char receipts_path[600];
    struct stat info;
    struct arena *arena = arena_create(ARENA_PLAIN, 0);

    if (!arena)
        return err_no_memory(MODULE);
    snprintf(receipts_path, sizeof receipts_path, "%s/RECEIPTS", path);
    struct err e = courier_batch_read(path, arena, &batch);
    bool is_ours = !err_is(&e) && batch.kiosk_number == import->kiosk_number;
    if (is_ours && stat(receipts_path, &info) == 0) {
        import->counts.batches++;
        e = file_read(receipts_path, RECEIPTS_MAX, &receipts);
        if (!err_is(&e) && receipts.length > 0)
            e = import_receipts(import, receipts.data);
    }
    buf_finish(&receipts);
    arena_destroy(&arena);
    return e;
}

struct err courier_import(struct outbox *outbox, int kiosk_number, const char *dir,
                          struct courier_counts *out_counts)
{
    struct import import = {.outbox = outbox, .kiosk_number = kiosk_number};
    TRY(courier_batches(dir, import_batch, &import));
    *out_counts = import.counts;
    return err_ok();
}
