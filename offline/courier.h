/*
 * The courier: sealed applications carried on a stick from a kiosk that has no link to an office that has
 * one.
 *
 * Export writes one batch, a folder DIR/yizhan-courier/KIOSK-UUID with a folder for each application and an
 * INDEX that names every file with its SHA-256 and carries the kiosk's signature; every file is synced and
 * read back before the application is marked "on stick". At the office upload posts each application, exact
 * bytes, and keeps what the platform answered in RECEIPTS; on the next visit import marks those as delivered.
 * The same application may go by network too: it keeps its instanceID, so it arrives once.
 *
 * A stick holds nothing that is not sealed, save form ids and the kiosk's number. Whoever forges RECEIPTS can
 * make this kiosk forget applications: carry the stick as you would the papers. One thread; blocks on disk
 * and network.
 */
#ifndef YIZHAN_OFFLINE_COURIER_H
#define YIZHAN_OFFLINE_COURIER_H

#include "board/base/arena.h"
#include "offline/device_key.h"
#include "offline/openrosa.h"
#include "offline/outbox.h"

struct courier_counts {
    int applications; /* exported, uploaded, imported */
    int left;         /* not uploaded now: the platform refused them or did not answer */
    int batches;
};

/* Exports all that is queued for the platform. No batch is made when nothing is. */
MUST_USE struct err courier_export(struct outbox *outbox, const struct device_key *key, int kiosk_number,
                                   const char *dir, struct courier_counts *out_counts);

/* Uploads every batch under DIR that its own signature covers; one that is not whole is ERR_DATA and touches
 * nothing. */
MUST_USE struct err courier_upload(struct openrosa *client, const struct clock *clock, const char *dir,
                                   struct courier_counts *out_counts);

/* Takes the receipts of this kiosk's batches: what they name is delivered, and purged. */
MUST_USE struct err courier_import(struct outbox *outbox, int kiosk_number, const char *dir,
                                   struct courier_counts *out_counts);

/* ---- batches, for the three above ---- */

#define COURIER_FOLDER "yizhan-courier"

struct courier_file {
    const char *name; /* "manifest", or as the submission names it */
    char sha256[65];
    int64_t size;
    struct courier_file *next;
};

struct courier_application {
    const char *id;             /* instanceID, bare UUID: also the folder's name */
    struct courier_file *files; /* the manifest first */
    struct courier_application *next;
};

struct courier_batch {
    char path[512];
    int kiosk_number;
    uint8_t key[DEVICE_KEY_SIZE];
    struct courier_application *applications; /* in the arena */
};

/* Reads and checks INDEX: form, signature, names that stay inside the batch. Not the files' bytes. */
MUST_USE struct err courier_batch_read(const char *path, struct arena *arena,
                                       struct courier_batch *out_batch);

/* Calls visit with the path of each batch under DIR, in order of name. */
MUST_USE struct err courier_batches(const char *dir, struct err (*visit)(void *context, const char *path),
                                    void *context);

/* Appends a file's bytes when they are those of the index; ERR_DATA when not. */
MUST_USE struct err courier_file_read(const struct courier_batch *batch,
                                      const struct courier_application *application,
                                      const struct courier_file *file, struct buf *out_bytes);

#endif
