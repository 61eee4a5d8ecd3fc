#include "offline/unseal.h"

#include "board/base/wipe.h"
#include "offline/crypto.h"
#include "offline/seal.h"
#include "offline/seal_suite.h"

#include <errno.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char MODULE[] = "unseal";

enum { RSA_BITS = 3072, WRAPPED_MAX = 2048 };

struct unseal_key {
    EVP_PKEY *private_key;
};

static struct err bad(const char *what)
{
    return err_make(ERR_DATA, MODULE, 0, "%s", what);
}

/* ---- the county's key ---- */

struct err unseal_key_open(const char *pem, const char *passphrase, struct unseal_key **out_key)
{
    FILE *file = fopen(pem, "re");
    if (!file)
        return err_errno(MODULE, errno, "cannot open %.200s", pem);
    /* An empty phrase instead of none: OpenSSL would ask on the terminal. */
    EVP_PKEY *private_key =
        PEM_read_PrivateKey(file, NULL, NULL, (void *)(uintptr_t)(passphrase ? passphrase : ""));
    fclose(file);
    if (!private_key)
        return err_make(ERR_DATA, MODULE, 0, "%.200s holds no private key, or the passphrase is another one",
                        pem);
    struct unseal_key *key = calloc(1, sizeof *key);
    if (!key) {
        EVP_PKEY_free(private_key);
        return err_no_memory(MODULE);
    }
    key->private_key = private_key;
    *out_key = key;
    return err_ok();
}

void unseal_key_close(struct unseal_key **key)
{
    if (!key || !*key)
        return;
    EVP_PKEY_free((*key)->private_key);
    free(*key);
    *key = NULL;
}

static struct err append_public(EVP_PKEY *pair, struct buf *out_public)
{
    unsigned char *der = NULL;
    int size = i2d_PUBKEY(pair, &der);
    if (size <= 0)
        return crypto_failure(MODULE, "encode the public key");
    struct err e = crypto_base64(der, (size_t)size, out_public);
    OPENSSL_free(der);
    return e;
}

static struct err append_private(EVP_PKEY *pair, const char *passphrase, struct buf *out_pem)
{
    bool is_locked = passphrase && *passphrase;
    BIO *memory = BIO_new(BIO_s_secmem());
    char *text = NULL;
    bool ok = memory &&
              PEM_write_bio_PKCS8PrivateKey(memory, pair, is_locked ? EVP_aes_256_cbc() : NULL, passphrase,
                                            is_locked ? (int)strlen(passphrase) : 0, NULL, NULL) == 1;
    if (ok) {
        long size = BIO_get_mem_data(memory, &text);
        buf_append(out_pem, text, (size_t)size);
    }
    BIO_free(memory);
    return ok ? buf_check(out_pem, MODULE) : crypto_failure(MODULE, "write the private key");
}

struct err unseal_key_make(const char *suite, const char *passphrase, struct buf *out_private_pem,
                           struct buf *out_public)
{
    EVP_PKEY *pair = strcmp(suite, "sm") == 0 ? EVP_EC_gen("SM2") : EVP_RSA_gen((unsigned)RSA_BITS);
    if (!pair)
        return crypto_failure(MODULE, "make a key pair");
    struct err e = append_private(pair, passphrase, out_private_pem);
    if (!err_is(&e))
        e = append_public(pair, out_public);
    EVP_PKEY_free(pair);
    return e;
}

/* ---- one submission ---- */

struct opening {
    const struct unseal_key *key;
    const struct unseal_manifest *manifest;
    const struct seal_suite *suite;
    uint8_t content_key[SEAL_KEY_SIZE_MAX];
    uint8_t seed[CRYPTO_DIGEST_MAX]; /* of the IVs: one byte is counted up for each file */
    size_t files;                    /* so far */
    struct buf signed_text;          /* what the element signature is over */
};

/* A short text that was encrypted to the public key: the content key, the element signature. */
static struct err unwrap(const struct opening *opening, const char *base64, uint8_t *out_bytes, size_t *size)
{
    struct buf wrapped = {0};
    struct err e = crypto_unbase64(base64, &wrapped);
    EVP_PKEY_CTX *context = err_is(&e) ? NULL : EVP_PKEY_CTX_new(opening->key->private_key, NULL);
    bool ok = context && EVP_PKEY_decrypt_init(context) == 1;
    if (ok && opening->suite == &seal_suite_odk) /* both digests, as seal_odk.c says why */
        ok = EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
             EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) == 1 &&
             EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1;
    ok = ok &&
         EVP_PKEY_decrypt(context, out_bytes, size, (const unsigned char *)wrapped.data, wrapped.length) == 1;
    EVP_PKEY_CTX_free(context);
    buf_finish(&wrapped);
    return ok ? err_ok() : bad("this private key does not open it");
}

static struct err digest(const struct opening *opening, const void *bytes, size_t size,
                         uint8_t out_digest[CRYPTO_DIGEST_MAX], size_t *out_size)
{
    return crypto_digest(opening->suite->digest, bytes, size, out_digest, out_size);
}

static struct err open_key(struct opening *opening)
{
    const struct unseal_manifest *manifest = opening->manifest;
    uint8_t unwrapped[WRAPPED_MAX], text[sizeof manifest->instance_id + SEAL_KEY_SIZE_MAX];
    size_t size = sizeof unwrapped, length = strlen(manifest->instance_id);
    struct err e = unwrap(opening, manifest->key, unwrapped, &size);
    if (!err_is(&e) && size != opening->suite->key_size)
        e = bad("the content key has a wrong size");
    if (!err_is(&e)) {
        memcpy(opening->content_key, unwrapped, size);
        memcpy(text, manifest->instance_id, length);
        memcpy(text + length, unwrapped, size);
        e = digest(opening, text, length + size, opening->seed, NULL);
    }
    wipe(unwrapped, sizeof unwrapped);
    wipe(text, sizeof text);
    buf_printf(&opening->signed_text, "%s\n", manifest->form_id);
    if (*manifest->form_version)
        buf_printf(&opening->signed_text, "%s\n", manifest->form_version);
    buf_printf(&opening->signed_text, "%s\n%s\n", manifest->key, manifest->instance_id);
    return e;
}

static struct err decrypt(struct opening *opening, const struct buf *sealed, struct buf *out_bytes)
{
    uint8_t *plain = malloc(sealed->length + SEAL_BLOCK_SIZE);
    int length = 0, last = 0;
    opening->seed[opening->files++ % SEAL_BLOCK_SIZE]++;
    const EVP_CIPHER *cipher = EVP_get_cipherbyname(opening->suite->cipher);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    /* CFB is a stream to OpenSSL, which then takes no padding off: both suites' padding is taken off here. */
    bool ok = plain && cipher && context && sealed->length > 0 && sealed->length % SEAL_BLOCK_SIZE == 0 &&
              sealed->length < INT32_MAX &&
              EVP_DecryptInit_ex(context, cipher, NULL, opening->content_key, opening->seed) == 1 &&
              EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
              EVP_DecryptUpdate(context, plain, &length, (const unsigned char *)sealed->data,
                                (int)sealed->length) == 1 &&
              EVP_DecryptFinal_ex(context, plain + length, &last) == 1;
    EVP_CIPHER_CTX_free(context);
    size_t size = ok ? (size_t)(length + last) : 0;
    uint8_t padding = size > 0 ? plain[size - 1] : 0;
    ok = ok && padding >= 1 && padding <= SEAL_BLOCK_SIZE && padding <= size;
    for (size_t i = 1; ok && i <= padding; i++)
        ok = plain[size - i] == padding;
    if (ok)
        buf_append(out_bytes, plain, size - padding);
    if (plain)
        wipe(plain, sealed->length + SEAL_BLOCK_SIZE);
    free(plain);
    return ok ? buf_check(out_bytes, MODULE) : bad("it does not decrypt: damaged, or sealed to another key");
}

static struct err note_file(struct opening *opening, const char *name, const struct buf *bytes)
{
    uint8_t hash[CRYPTO_DIGEST_MAX];
    char hex[2 * CRYPTO_DIGEST_MAX + 1];
    size_t size = 0;
    TRY(digest(opening, buf_text(bytes), bytes->length, hash, &size));
    crypto_hex(hash, size, hex);
    buf_printf(&opening->signed_text, "%s::%s\n", name, hex);
    return err_ok();
}

typedef struct err fetch_function(void *context, const char *name, struct buf *out_bytes);

static struct err open_file(struct opening *opening, const char *sealed_name, fetch_function *fetch,
                            void *context, char out_name[UNSEAL_NAME_SIZE], struct buf *out_bytes)
{
    size_t length = strlen(sealed_name);
    struct buf sealed = {0};
    if (length < 5 || strcmp(sealed_name + length - 4, ".enc") != 0 || strchr(sealed_name, '/'))
        return bad("a sealed file whose name is none");
    snprintf(out_name, UNSEAL_NAME_SIZE, "%.*s", (int)length - 4, sealed_name);
    struct err e = fetch(context, sealed_name, &sealed);
    if (!err_is(&e))
        e = decrypt(opening, &sealed, out_bytes);
    if (!err_is(&e))
        e = note_file(opening, out_name, out_bytes);
    buf_finish(&sealed);
    return err_is(&e) ? err_context(e, "%.100s", sealed_name) : e;
}

static struct err check_signature(struct opening *opening)
{
    uint8_t expected[CRYPTO_DIGEST_MAX], found[WRAPPED_MAX];
    size_t length = 0, size = sizeof found;
    TRY(digest(opening, buf_text(&opening->signed_text), opening->signed_text.length, expected, &length));
    TRY(unwrap(opening, opening->manifest->signature, found, &size));
    if (size != length || memcmp(found, expected, length) != 0)
        return bad("the element signature does not hold: parts were exchanged");
    return err_ok();
}

static struct err open_all(struct opening *opening, fetch_function *fetch, void *context,
                           struct unsealed *unsealed)
{
    const struct unseal_manifest *manifest = opening->manifest;
    char name[UNSEAL_NAME_SIZE];
    TRY(open_key(opening));
    for (size_t i = 0; i < manifest->file_count; i++) {
        struct unsealed_file *file = &unsealed->files[unsealed->file_count++];
        buf_init_private(&file->bytes);
        TRY(open_file(opening, manifest->files[i], fetch, context, file->name, &file->bytes));
    }
    TRY(open_file(opening, manifest->xml_name, fetch, context, name, &unsealed->xml));
    TRY(check_signature(opening));
    if (!strstr(buf_text(&unsealed->xml), manifest->instance_id))
        return bad("the instance inside has another instanceID");
    return err_ok();
}

struct err unseal(const struct unseal_key *key, const struct unseal_manifest *manifest, fetch_function *fetch,
                  void *context, struct unsealed *out_unsealed)
{
    struct opening opening = {.key = key, .manifest = manifest, .suite = seal_suite_find(manifest->suite)};
    out_unsealed->file_count = 0;
    buf_init_private(&out_unsealed->xml);
    if (!manifest->is_sealed)
        return bad("it is not sealed");
    if (!opening.suite)
        return err_make(ERR_DATA, MODULE, 0, "sealed by a suite that is not known here: %s", manifest->suite);
    struct err e = open_all(&opening, fetch, context, out_unsealed);
    buf_finish(&opening.signed_text);
    wipe(&opening, sizeof opening);
    return e;
}

void unsealed_finish(struct unsealed *unsealed)
{
    buf_finish(&unsealed->xml);
    for (size_t i = 0; i < unsealed->file_count; i++)
        buf_finish(&unsealed->files[i].bytes);
    unsealed->file_count = 0;
}
