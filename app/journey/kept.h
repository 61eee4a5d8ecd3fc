/*
 * An interrupted application as bytes: what "keep it, I go home for the papers" and a power cut leave behind.
 * Whoever has the bytes seals them to the card that began it (offline/card_seal.h) before they meet a disk.
 *
 * All of it is personal: buffers are private, kept_destroy() wipes. Any thread.
 */
#ifndef YIZHAN_JOURNEY_KEPT_H
#define YIZHAN_JOURNEY_KEPT_H

#include "app/form/xform.h"
#include "board/base/buf.h"
#include "offline/formstore.h"
#include "offline/outbox.h"

enum { KEPT_FILES_MAX = 32, KEPT_REF_SIZE = XFORM_REF_SIZE };

/* A file of a media question: its name in the record, its bytes. */
struct attachment {
    char name[64];
    struct buf bytes;
};

struct kept_head {
    char form_id[FORMSTORE_ID_SIZE];
    char instance_id[OUTBOX_ID_SIZE];
    char at[KEPT_REF_SIZE]; /* the question on the screen; "" for none */
    int64_t saved_ms;       /* wall */
    bool is_wanted;         /* the person asked for it: it stays when she leaves again */
    bool is_helping;        /* somebody acted for her */
};

struct kept {
    struct kept_head head;
    struct buf xml;
    struct buf audit; /* see session_audit(); empty for most forms */
    struct attachment files[KEPT_FILES_MAX];
    size_t file_count;
};

/* Appends to out_bytes, which must be private. ERR_SPACE only. */
MUST_USE struct err kept_write(const struct kept_head *head, const struct buf *xml, const struct buf *audit,
                               const struct attachment *files, size_t file_count, struct buf *out_bytes);
/* ERR_DATA: not written by kept_write() of this version. */
MUST_USE struct err kept_read(const void *bytes, size_t size, struct kept **out_kept);
/* Takes NULL. */
void kept_destroy(struct kept **kept);

#endif
