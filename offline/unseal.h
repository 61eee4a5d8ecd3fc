/*
 * Opening what seal.h sealed: the county's side, for `yizhanctl desk`. A library of its own, which neither
 * yizhan-kiosk nor yizhan-sync links.
 *
 * What comes out is personal data in private buffers. Any thread, one at a time for each key.
 */
#ifndef YIZHAN_OFFLINE_UNSEAL_H
#define YIZHAN_OFFLINE_UNSEAL_H

#include "board/base/buf.h"
#include <stddef.h>

#define UNSEAL_NAME_SIZE 160
#define UNSEAL_FILES_MAX 64

struct unseal_key;

/* pem: path of the RSA or SM2 private key; passphrase: NULL or "" for a key without one. ERR_DATA when it is
 * no private key or the passphrase is another one. */
MUST_USE struct err unseal_key_open(const char *pem, const char *passphrase, struct unseal_key **out_key);
/* Takes NULL. */
void unseal_key_close(struct unseal_key **key);
/* Makes a new RSA 3072 pair ("odk") or SM2 pair ("sm"): appends the private half as PEM, locked by the
 * passphrase when there is one, and the public half as base64RsaPublicKey wants it. */
MUST_USE struct err unseal_key_make(const char *suite, const char *passphrase, struct buf *out_private_pem,
                                    struct buf *out_public);

/* What a submission manifest says in the clear. */
struct unseal_manifest {
    bool is_sealed; /* false: a submission in the clear, nothing else is filled but the form and instanceID */
    char suite[8];  /* "odk", "sm" */
    char form_id[128];
    char form_version[128];
    char instance_id[64]; /* with "uuid:" */
    char key[4096];       /* base64EncryptedKey */
    char signature[4096]; /* base64EncryptedElementSignature */
    char xml_name[UNSEAL_NAME_SIZE];
    char files[UNSEAL_FILES_MAX][UNSEAL_NAME_SIZE]; /* ".enc" and all */
    size_t file_count;
};
MUST_USE struct err unseal_manifest_read(const char *xml, size_t size, struct unseal_manifest *out_manifest);

struct unsealed {
    struct buf xml; /* the instance, private */
    struct unsealed_file {
        char name[UNSEAL_NAME_SIZE]; /* as the instance names it */
        struct buf bytes;            /* private */
    } files[UNSEAL_FILES_MAX];
    size_t file_count;
};

/*
 * fetch appends the sealed bytes of a file by its name in the manifest. ERR_DATA says what does not hold: the
 * key, a padding, the element signature, another instanceID inside. Finish out_unsealed in any case.
 */
MUST_USE struct err unseal(const struct unseal_key *key, const struct unseal_manifest *manifest,
                           struct err (*fetch)(void *context, const char *name, struct buf *out_bytes),
                           void *context, struct unsealed *out_unsealed);
void unsealed_finish(struct unsealed *unsealed);

#endif
