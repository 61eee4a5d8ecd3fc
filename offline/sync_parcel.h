/*
 * One application on its way: its bytes as the outbox gives them in one transaction, and what of them goes
 * into the next POST.
 *
 * Its first POST carries manifest, sealed XML and as many files as fit a budget; the rest follows in POSTs of
 * their own with the same manifest. What was acknowledged is never chosen again.
 */
#ifndef YIZHAN_OFFLINE_SYNC_PARCEL_H
#define YIZHAN_OFFLINE_SYNC_PARCEL_H

#include "offline/http.h"
#include "offline/outbox.h"

/* All zero is an empty one; free with sync_parcel_finish. */
struct sync_parcel {
    struct outbox *outbox; /* borrowed */
    int64_t row;           /* 0: empty */
    bool has_xml;          /* the platform has manifest and sealed XML */
    struct buf manifest;
    struct outbox_files files;
};

/* Reads what is wanted for the next POST into parcel, whatever it held. On failure it is empty. */
MUST_USE struct err sync_parcel_open(struct sync_parcel *parcel, struct outbox *outbox,
                                     const struct outbox_case *item);
void sync_parcel_finish(struct sync_parcel *parcel);

/* The platform has everything. */
bool sync_parcel_is_complete(const struct sync_parcel *parcel);

/* The parts of one POST. Owned: free with sync_post_finish. They point into the parcel. */
struct sync_post {
    struct http_part *parts; /* parts[0] is the manifest */
    size_t part_count;
    struct sync_source *sources;
    bool *taken;     /* which of the parcel's files go along */
    bool can_shrink; /* it carries more than it must */
};

/* The next POST, with files of about budget_bytes in it; but always with the sealed XML, or where the
 * platform has that, with one file. */
MUST_USE struct err sync_post_make(struct sync_parcel *parcel, int64_t budget_bytes,
                                   struct sync_post *out_post);
/* The platform took it: its files count as acknowledged, in memory only. */
void sync_post_taken(const struct sync_post *post, struct sync_parcel *parcel);
void sync_post_finish(struct sync_post *post);

#endif
