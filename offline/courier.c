/* The kiosk's side of the courier: out onto the stick, receipts back in. */
#include "board/base/file.h"
#include "board/base/random.h"
#include "offline/courier_internal.h"
#include "offline/crypto.h"
#include <errno.h>
#include <ftw.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char MODULE[] = "courier";

enum {
    BATCH_MAX = 1000, /* applications; those of one that is not finished do not count as carried */
    FOLDERS_DEEP = 3, /* in a batch: no more need be open at once */
};

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
    char dir[COURIER_DIR_SIZE];
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
    struct err e = outbox_open_row(export->outbox, item->row, &manifest, &files);
    if (!err_is(&e))
        e = write_proved(export, bare(item->instance_id), "manifest", &manifest);
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
    char folder[COURIER_DIR_SIZE + sizeof COURIER_FOLDER], id[37];

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
    struct outbox_list *list; /* what does not travel has lost its row */
};

static struct err drop_carried(void *context, const struct courier_batch *batch)
{
    struct choice *choice = context;

    if (!is_of(choice->key, batch))
        return err_ok();
    for (const struct courier_application *a = batch->applications; a; a = a->next)
        for (size_t i = 0; i < choice->list->count; i++) {
            struct outbox_case *item = &choice->list->items[i];
            if (item->row != 0 && item->state == OUTBOX_ON_STICK &&
                strcmp(bare(item->instance_id), a->id) == 0 && is_whole(batch, a)) {
                item->row = 0;
                break;
            }
        }
    return err_ok();
}

/* What goes with this stick: only what is for the platform, the open forms are not worth a stick; and what
 * went with another one goes again, for that one may be lost. */
static struct err choose(const struct export *export, const struct device_key *key,
                         struct outbox_list *out_list)
{
    struct outbox_list list = {0};
    struct choice choice = {key, &list};
    struct courier_counts seen = {0};
    size_t kept = 0;

    TRY(outbox_list(export->outbox, 1u << OUTBOX_QUEUED | 1u << OUTBOX_ON_STICK, 0, INT_MAX, &list));
    struct err e = list.count > 0 ? courier_each_batch(export->dir, &seen, drop_carried, &choice) : err_ok();
    for (size_t i = 0; i < list.count; i++)
        if (list.items[i].row != 0 && list.items[i].endpoint == ENDPOINT_PLATFORM)
            list.items[kept++] = list.items[i];
    list.count = kept;
    if (err_is(&e))
        outbox_list_finish(&list);
    else
        *out_list = list;
    return e;
}

/* ---- a batch ---- */

/* On the stick itself, and not only on its way there. */
static struct err settle(struct export *export)
{
    struct courier_batch batch;
    bool is_there = true;

    if (!export->medium)
        return err_ok();
    TRY(export->medium->settle(export->medium->context));
    struct err e = courier_batch_open(export->path, &batch);
    for (const struct courier_application *a = batch.applications; !err_is(&e) && a && is_there; a = a->next)
        is_there = is_whole(&batch, a);
    courier_batch_close(&batch);
    return !err_is(&e) && is_there ? err_ok()
                                   : err_make(ERR_DEVICE, MODULE, 0, "the stick forgot what it was given");
}

/* Of what went by network since the list was made, nothing is missed. */
static struct err note_damage(const struct export *export, const struct outbox_case *item, struct err e,
                              struct courier_counts *counts)
{
    struct outbox_case now;
    bool found = false;
    TRY(outbox_find_number(export->outbox, item->number, &now, &found));
    if (!found || now.state == OUTBOX_PURGED)
        return err_ok();
    return courier_refuse(counts, err_context(e, "application %s", item->number));
}

/* What does not lie here whole loses its row, and the batch does without it. */
static struct err export_items(struct export *export, struct outbox_case *items, size_t count,
                               struct courier_counts *counts)
{
    for (size_t i = 0; i < count; i++) {
        size_t before = export->index.length;
        struct err e = export_one(export, &items[i]);
        if (!err_is(&e))
            continue;
        if (!outbox_is_damage(&e))
            return e;
        TRY(note_damage(export, &items[i], e, counts));
        export->index.length = before;
        items[i].row = 0;
    }
    return err_ok();
}

/* Only when the batch is whole: a stick pulled out early leaves everything queued as it was. Whose turn to be
 * sent has come meanwhile stays with the network. */
static struct err mark_items(struct export *export, const struct outbox_case *items, size_t count,
                             struct courier_counts *counts)
{
    for (size_t i = 0; i < count; i++) {
        if (items[i].row == 0)
            continue;
        struct err e = outbox_mark_on_stick(export->outbox, items[i].row);
        if (err_is(&e) && e.class != ERR_REFUSED)
            return e;
        counts->applications += !err_is(&e);
    }
    counts->batches++;
    return err_ok();
}

/* Of a batch that was not finished, which would only take the room of the next try. */
static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place)
{
    (void)info, (void)kind, (void)place;
    return remove(path);
}

static struct err export_batch(struct export *export, const struct device_key *key, int kiosk_number,
                               struct outbox_case *items, size_t count, struct courier_counts *counts)
{
    TRY(begin_batch(export, kiosk_number));
    struct err e = export_items(export, items, count, counts);
    if (!err_is(&e))
        e = sign_index(export, key);
    if (err_is(&e)) {
        nftw(export->path, remove_one, FOLDERS_DEEP, FTW_DEPTH | FTW_PHYS);
        return e;
    }
    TRY(settle(export));
    return mark_items(export, items, count, counts);
}

struct err courier_export(struct outbox *outbox, const struct device_key *key, int kiosk_number,
                          const char *dir, const struct courier_medium *medium,
                          struct courier_counts *out_counts)
{
    struct courier_counts counts = {0};
    struct outbox_list list = {0};
    struct export export = {.outbox = outbox, .medium = medium};

    TRY(courier_dir(dir, export.dir));
    struct err e = choose(&export, key, &list);
    for (size_t at = 0; at < list.count && !err_is(&e); at += BATCH_MAX) {
        size_t left = list.count - at;
        e = export_batch(&export, key, kiosk_number, list.items + at, left < BATCH_MAX ? left : BATCH_MAX,
                         &counts);
        buf_clear(&export.index);
    }
    buf_finish(&export.index);
    outbox_list_finish(&list);
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
    if (!found ||
        (item.state != OUTBOX_ON_STICK && item.state != OUTBOX_QUEUED && item.state != OUTBOX_PARKED))
        return err_ok(); /* it went by network in the meantime, or was imported before */
    struct outbox_answer answer = {
        .http_status = receipt->status, .platform_date_ms = receipt->date_ms, .reason = "by courier"};
    struct err e = outbox_mark_delivered_by_courier(import->outbox, item.row, &answer);
    if (!err_is(&e)) {
        import->counts->applications++;
        e = outbox_purge(import->outbox, item.row);
    }
    /* yizhan-sync was faster: it sends what is queued, and purges what is delivered. */
    return e.class == ERR_REFUSED ? err_ok() : e;
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
