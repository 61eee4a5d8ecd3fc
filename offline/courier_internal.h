/* What the courier's own files share: a batch on a stick and its receipts, read back without trust. */
#ifndef YIZHAN_OFFLINE_COURIER_INTERNAL_H
#define YIZHAN_OFFLINE_COURIER_INTERNAL_H

#include "board/base/arena.h"
#include "offline/courier.h"

/* The path of a stick's folder without symbolic links, so that one in a path below it is the stick's. */
enum { COURIER_DIR_SIZE = 400 };
MUST_USE struct err courier_dir(const char *dir, char out_dir[COURIER_DIR_SIZE]);

/* Notes an error that is the stick's fault as a refusal; hands up those of this machine. */
MUST_USE struct err courier_refuse(struct courier_counts *counts, struct err e);

/* Appends a file of the stick, and of nowhere else. What cannot be read is the stick's fault, not this
 * machine's: ERR_DATA. */
MUST_USE struct err courier_stick_read(const char *path, size_t max_bytes, struct buf *out_bytes);

/* ---- signed text: lines, then "key BASE64", then "signature BASE64" over all before it ---- */

/* Signs a copy of the text and writes it whole. */
MUST_USE struct err courier_signed_write(const char *path, const struct buf *text,
                                         const struct device_key *key);
/* Appends the text without its last two lines. ERR_DATA: not signed text; ERR_REFUSED: the signature does not
 * fit. Whose key it is the caller judges. */
MUST_USE struct err courier_signed_read(const char *path, struct buf *out_text,
                                        uint8_t out_key[DEVICE_KEY_SIZE]);

/* ---- a batch ---- */

#define COURIER_FILE_MAX ((int64_t)256 << 20) /* bytes: of a file, and of an application */

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
    char sha256[65]; /* of INDEX as signed: names this batch and all that is in it */
    int kiosk_number;
    uint8_t key[DEVICE_KEY_SIZE]; /* who says he made it */
    struct courier_application *applications;
    struct arena *arena; /* of all this */
};

/* Reads the index of one: form, signature, names that stay inside; not the files' bytes. ERR_DATA,
 * ERR_REFUSED: the stick's fault. To be closed either way. */
MUST_USE struct err courier_batch_open(const char *path, struct courier_batch *out_batch);
void courier_batch_close(struct courier_batch *batch);

/* Opens each batch under DIR in order of name and calls visit. What is wrong with one batch, by its index or
 * by visit, is noted in counts as a refusal and does not stop the others; only a lack of memory and the
 * kiosk's own disk do. One without INDEX was never finished and is passed over. */
MUST_USE struct err courier_each_batch(const char *dir, struct courier_counts *counts,
                                       struct err (*visit)(void *context, const struct courier_batch *batch),
                                       void *context);

/* Appends a file's bytes when they are those of the index; ERR_DATA when not. */
MUST_USE struct err courier_file_read(const struct courier_batch *batch,
                                      const struct courier_application *application,
                                      const struct courier_file *file, struct buf *out_bytes);

/* ---- receipts of a batch: what a platform answered, under an office's signature ---- */

struct courier_receipt {
    const char *id;
    int status; /* 201 or 202 */
    int64_t date_ms;
    struct courier_receipt *next;
};

/* *out_receipts is NULL when the batch has none yet. ERR_DATA, ERR_REFUSED: not signed, or about another
 * batch, or about applications that are not in it. */
MUST_USE struct err courier_receipts_read(const struct courier_batch *batch,
                                          struct courier_receipt **out_receipts,
                                          uint8_t out_office[DEVICE_KEY_SIZE]);
MUST_USE struct err courier_receipts_write(const struct courier_batch *batch,
                                           const struct courier_receipt *receipts,
                                           const struct device_key *office);

#endif
