/* What a sealing suite consists of. For seal*.c only. */
#ifndef YIZHAN_OFFLINE_SEAL_SUITE_H
#define YIZHAN_OFFLINE_SEAL_SUITE_H

#include "offline/seal.h"
#include <openssl/evp.h>

#define SEAL_BLOCK_SIZE   16 /* of AES and SM4, and so of the IV and the padding */
#define SEAL_KEY_SIZE_MAX 32

struct seal_suite {
    const char *name;
    const char *attribute; /* put into the manifest's root element, with a space in front; "" for what ODK
                              specifies */
    const char *key_type;  /* OpenSSL's name of the public key's algorithm */
    const char *digest;    /* for the IV's seed and the element signature; at least SEAL_BLOCK_SIZE bytes */
    const char *cipher;    /* content encryption, padded by PKCS#7 to SEAL_BLOCK_SIZE */
    size_t key_size;       /* of the content key */
    /* Whether a key of the right type is good enough: ERR_DATA says what is wrong. */
    struct err (*check_key)(EVP_PKEY *public_key);
    /* Sets the padding by which a few bytes are encrypted to the public key: the content key, the digest of
     * the element signature. 1, or 0 as OpenSSL says it. */
    int (*prepare)(EVP_PKEY_CTX *context);
};

extern const struct seal_suite seal_suite_odk;
extern const struct seal_suite seal_suite_sm;

#endif
