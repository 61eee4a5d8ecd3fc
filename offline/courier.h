/*
 * The courier: sealed applications carried on a stick from a kiosk that has no link to an office that has
 * one.
 *
 * Export writes one batch, a folder DIR/yizhan-courier/KIOSK-UUID with a folder for each application and an
 * INDEX that names every file with its SHA-256 and carries the kiosk's signature; every file is synced and
 * read back before the application is marked "on stick". At the office upload posts each application, exact
 * bytes, and keeps what the platform answered in RECEIPTS, signed with the office's own key over the very
 * INDEX they belong to. On the next visit import believes receipts of the offices that the kiosk pins
 * ([courier] office_key) about batches that this kiosk signed itself, and of nobody else: whoever holds the
 * stick can lose it, but cannot make a kiosk forget anything (docs/decisions/022-courier-receipts.md).
 *
 * The same application may go by network too: it keeps its instanceID, so it arrives once. A stick holds
 * nothing that is not sealed, save form ids and the kiosk's number. One thread; blocks on disk and network.
 */
#ifndef YIZHAN_OFFLINE_COURIER_H
#define YIZHAN_OFFLINE_COURIER_H

#include "offline/device_key.h"
#include "offline/openrosa.h"
#include "offline/outbox.h"

#define COURIER_FOLDER "yizhan-courier"

struct courier_counts {
    int applications;   /* exported, uploaded, imported */
    int left;           /* not uploaded now: the platform refused them or did not answer */
    char why_left[200]; /* of the first of them; one line */
    int batches;
    int refused; /* batches, applications or receipts that were damaged or not believed: nothing of those was
                    taken */
    char refusal[256]; /* why, of the first of them; one line for the technician */
};

/* A stick that must be made writable, and settled before it is believed: both are called for each batch. Then
 * the batch is read back from the stick itself, whole, before any of its applications is marked. */
struct courier_medium {
    void *context;
    struct err (*begin)(void *context);
    struct err (*settle)(void *context);
};

/* Exports all that the platform does not have, save what lies whole on this stick already: the stick of
 * another day may be lost. No batch is made when nothing is to be. medium: NULL for a folder that is simply
 * there. */
MUST_USE struct err courier_export(struct outbox *outbox, const struct device_key *key, int kiosk_number,
                                   const char *dir, const struct courier_medium *medium,
                                   struct courier_counts *out_counts);

/* Uploads, of every batch under DIR that its own signature covers, each application that is whole; the others
 * are refused one by one. Where nobody answers, the rest is left at once. office signs the receipts:
 * device_key_open on a folder of the office's makes it at first. */
MUST_USE struct err courier_upload(struct openrosa *client, const struct device_key *office,
                                   const struct clock *clock, const char *dir,
                                   struct courier_counts *out_counts);

/* Who may say to a kiosk that its applications have arrived. Borrowed. */
struct courier_trust {
    const struct device_key *kiosk; /* the batch must be its own */
    const char (*office_key)[65];   /* config.courier.office_key: hex of raw Ed25519 public keys */
    int office_count;
};

/* Takes the receipts of this kiosk's batches: what they name is delivered, and purged. Batches of other
 * kiosks' numbers are passed over; everything else that is not believed is refused. */
MUST_USE struct err courier_import(struct outbox *outbox, const struct courier_trust *trust, int kiosk_number,
                                   const char *dir, struct courier_counts *out_counts);

#endif
