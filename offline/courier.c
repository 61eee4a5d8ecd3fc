/* The kiosk's side of the courier: out onto the stick, receipts back in. */
#include "board/base/file.h"
#include "board/base/random.h"
#include "offline/courier_internal.h"
#include "offline/crypto.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char MODULE[] = "courier";

enum { PAGE = 1000 };

static const char *bare(const char *instance_id)
{
    return strncmp(instance_id, "uuid:", 5) == 0 ? instance_id + 5 : instance_id;
}

static bool is_of(const struct device_key *kiosk, const struct courier_batch *batch)
{
    uint8_t own[DEVICE_KEY_SIZE];
    device_key_public(kiosk, own);
    return memcmp(own, batch->key, sizeof own) == 0;
}

static bool is_whole(const struct courier_batch *batch, const struct courier_application *application)
{
    for (const struct courier_file *file = application->files; file; file = file->next) {
        struct buf bytes = {0};
        struct err e = courier_file_read(batch, application, file, &bytes);
        buf_finish(&bytes);
        if (err_is(&e))
            return false;
    }
    return true;
}

/* ---- export ---- */

struct export
{
    struct outbox *outbox;
    const struct courier_medium *medium;
    const char *dir;
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
    char path[600];
    snprintf(path, sizeof path, "%s/INDEX", export->path);
    return courier_signed_write(path, &export->index, key);
}

static struct err begin_batch(struct export *export, int kiosk_number)
{
    char folder[400], id[37];

    if (export->medium)
        TRY(export->medium->begin(export->medium->context));
    random_uuid(id);
    snprintf(folder, sizeof folder, "%s/" COURIER_FOLDER, export->dir);
    TRY(make_dir(folder));
    snprintf(export->path, sizeof export->path, "%s/%04d-%s", folder, kiosk_number, id);
    TRY(make_dir(export->path));
    buf_printf(&export->index, "yizhan courier 1\nkiosk %04d\n", kiosk_number);
    return err_ok();
}

/* ---- what travels ---- */

struct choice {
    const struct device_key *key;
    struct outbox_list *list;
};

static void drop(struct outbox_list *list, size_t at)
{
    memmove(&list->items[at], &list->items[at + 1], (--list->count - at) * sizeof *list->items);
}

static struct err drop_carried(void *context, const struct courier_batch *batch)
{
    struct choice *choice = context;
    struct outbox_list *list = choice->list;

    if (!is_of(choice->key, batch))
        return err_ok();
    for (const struct courier_application *a = batch->applications; a; a = a->next)
        for (size_t i = 0; i < list->count; i++)
            if (list->items[i].state == OUTBOX_ON_STICK &&
                strcmp(bare(list->items[i].instance_id), a->id) == 0 && is_whole(batch, a)) {
                drop(list, i);
                break;
            }
    return err_ok();
}

/* Of the list, what goes with this stick: only what is for the platform, the open forms are not worth a
 * stick; and what went with another one goes again, for that one may be lost. */
static struct err choose(struct export *export, const struct device_key *key, struct outbox_list *list)
{
    struct choice choice = {key, list};
    struct courier_counts seen = {0};

    for (size_t i = list->count; i-- > 0;)
        if (list->items[i].endpoint != ENDPOINT_PLATFORM)
            drop(list, i);
    return courier_each_batch(export->dir, &seen, drop_carried, &choice);
}

/* ---- a batch ---- */

struct read_back {
    const char *path;
    bool is_whole;
};

static struct err read_back(void *context, const struct courier_batch *batch)
{
    struct read_back *back = context;
    if (strcmp(batch->path, back->path) != 0)
        return err_ok();
    back->is_whole = true;
    for (const struct courier_application *a = batch->applications; a && back->is_whole; a = a->next)
        back->is_whole = is_whole(batch, a);
    return err_ok();
}

/* On the stick itself, and not only on its way there. */
static struct err settle(struct export *export)
{
    struct courier_counts seen = {0};
    struct read_back back = {.path = export->path};

    if (!export->medium)
        return err_ok();
    TRY(export->medium->settle(export->medium->context));
    TRY(courier_each_batch(export->dir, &seen, read_back, &back));
    return back.is_whole ? err_ok() : err_make(ERR_DEVICE, MODULE, 0, "the stick forgot what it was given");
}

static struct err export_list(struct export *export, const struct device_key *key,
                              const struct outbox_list *list, struct courier_counts *counts)
{
    struct err e = err_ok();
    for (size_t i = 0; i < list->count && !err_is(&e); i++)
        e = export_one(export, &list->items[i]);
    if (!err_is(&e))
        e = sign_index(export, key);
    if (!err_is(&e))
        e = settle(export);
    /* Only now: a stick pulled out early leaves everything queued as it was. */
    for (size_t i = 0; i < list->count && !err_is(&e); i++) {
        e = outbox_mark_on_stick(export->outbox, list->items[i].row);
        counts->applications += !err_is(&e);
    }
    counts->batches += !err_is(&e);
    return e;
}

struct err courier_export(struct outbox *outbox, const struct device_key *key, int kiosk_number,
                          const char *dir, const struct courier_medium *medium,
                          struct courier_counts *out_counts)
{
    struct courier_counts counts = {0};
    struct outbox_list list = {0};
    struct err e = err_ok();
    size_t passed = 0, found = 1;

    while (!err_is(&e) && found > 0) {
        struct export export = {.outbox = outbox, .medium = medium, .dir = dir};
        e = outbox_list(outbox, 1u << OUTBOX_QUEUED | 1u << OUTBOX_ON_STICK, (int)passed, PAGE, &list);
        found = list.count;
        passed += found;
        if (!err_is(&e) && found > 0)
            e = choose(&export, key, &list);
        if (!err_is(&e) && list.count > 0)
            e = begin_batch(&export, kiosk_number);
        if (!err_is(&e) && list.count > 0)
            e = export_list(&export, key, &list, &counts);
        outbox_list_finish(&list);
        buf_finish(&export.index);
    }
    if (!err_is(&e))
        *out_counts = counts;
    return e;
}

/* ---- import ---- */

struct import {
    struct outbox *outbox;
    const struct courier_trust *trust;
    int kiosk_number;
    struct courier_counts *counts;
};

static struct err take_receipt(struct import *import, const struct courier_receipt *receipt)
{
    struct outbox_case item;
    bool found = false;

    TRY(outbox_find_instance(import->outbox, receipt->id, &item, &found));
    if (!found || (item.state != OUTBOX_ON_STICK && item.state != OUTBOX_QUEUED))
        return err_ok(); /* it went by network in the meantime, or was imported before */
    struct outbox_answer answer = {
        .http_status = receipt->status, .platform_date_ms = receipt->date_ms, .reason = "by courier"};
    TRY(outbox_mark_delivered_by_courier(import->outbox, item.row, &answer));
    import->counts->applications++;
    return outbox_purge(import->outbox, item.row);
}

static struct err check_office(const struct courier_trust *trust, const uint8_t office[DEVICE_KEY_SIZE])
{
    char hex[2 * DEVICE_KEY_SIZE + 1];

    if (trust->office_count == 0)
        return err_make(ERR_REFUSED, MODULE, 0,
                        "this kiosk knows no office: put the office's key into [courier] office_key");
    crypto_hex(office, DEVICE_KEY_SIZE, hex);
    for (int i = 0; i < trust->office_count; i++)
        if (strcmp(hex, trust->office_key[i]) == 0)
            return err_ok();
    return err_make(ERR_REFUSED, MODULE, 0,
                    "its receipts are signed by somebody who is not in [courier] office_key");
}

static struct err import_batch(void *context, const struct courier_batch *batch)
{
    struct import *import = context;
    struct courier_receipt *receipts = NULL;
    uint8_t office[DEVICE_KEY_SIZE];

    if (batch->kiosk_number != import->kiosk_number)
        return err_ok();
    if (!is_of(import->trust->kiosk, batch)) /* somebody's list of what we should forget */
        return err_make(ERR_REFUSED, MODULE, 0, "this kiosk did not make it");
    TRY(courier_receipts_read(batch, &receipts, office));
    if (!receipts)
        return err_ok();
    TRY(check_office(import->trust, office));
    import->counts->batches++;
    for (const struct courier_receipt *receipt = receipts; receipt; receipt = receipt->next)
        TRY(take_receipt(import, receipt));
    return err_ok();
}

struct err courier_import(struct outbox *outbox, const struct courier_trust *trust, int kiosk_number,
                          const char *dir, struct courier_counts *out_counts)
{
    struct courier_counts counts = {0};
    struct import import = {outbox, trust, kiosk_number, &counts};
    TRY(courier_each_batch(dir, &counts, import_batch, &import));
    *out_counts = counts;
    return err_ok();
}
