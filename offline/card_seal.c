#include "offline/card_seal.h"
#include "board/base/file.h"
#include "board/base/random.h"
#include "board/base/wipe.h"
#include "offline/crypto.h"
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The file: magic, nonce, tag, ciphertext. */
#define MAGIC       "YZD1"
#define MAGIC_SIZE  4
#define NONCE_SIZE  12
#define TAG_SIZE    16
#define HEAD_SIZE   (MAGIC_SIZE + NONCE_SIZE + TAG_SIZE)
#define DRAFT_BYTES ((size_t)64 << 20)

static struct err require_apart(const struct device_key *key)
{
    if (device_key_is_apart(key))
        return err_ok();
    return err_make(ERR_REFUSED, "card_seal", 0,
                    "the device secret lies on the same disk: nothing of a card is kept");
}

struct err card_tag_make(const struct device_key *key, const char *id_number, uint8_t out_tag[CARD_TAG_SIZE])
{
    TRY(require_apart(key));
    return device_key_mac(key, "card tag", id_number, strlen(id_number), out_tag);
}

static void draft_path(const char *dir, char out_path[600])
{
    snprintf(out_path, 600, "%s/draft.sealed", dir);
}

static struct err derive(const struct device_key *key, const void *card, size_t card_size,
                         uint8_t out_key[DEVICE_KEY_SIZE])
{
    TRY(require_apart(key));
    return device_key_derive(key, "draft", card, card_size, out_key);
}

/* ---- AES-256-GCM ---- */

static bool encrypt(const uint8_t *key, uint8_t *head, const void *clear, size_t size, uint8_t *out)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int length = 0, rest = 0;
    bool ok =
        context && EVP_EncryptInit_ex2(context, EVP_aes_256_gcm(), key, head + MAGIC_SIZE, NULL) == 1 &&
        EVP_EncryptUpdate(context, NULL, &length, head, MAGIC_SIZE) == 1 &&
        EVP_EncryptUpdate(context, out, &length, clear, (int)size) == 1 &&
        EVP_EncryptFinal_ex(context, out + length, &rest) == 1 &&
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, TAG_SIZE, head + MAGIC_SIZE + NONCE_SIZE) == 1;
    EVP_CIPHER_CTX_free(context);
    return ok;
}

static bool decrypt(const uint8_t *key, uint8_t *head, const uint8_t *sealed, size_t size, uint8_t *out)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int length = 0, rest = 0;
    bool ok =
        context && EVP_DecryptInit_ex2(context, EVP_aes_256_gcm(), key, head + MAGIC_SIZE, NULL) == 1 &&
        EVP_DecryptUpdate(context, NULL, &length, head, MAGIC_SIZE) == 1 &&
        EVP_DecryptUpdate(context, out, &length, sealed, (int)size) == 1 &&
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, TAG_SIZE, head + MAGIC_SIZE + NONCE_SIZE) == 1 &&
        EVP_DecryptFinal_ex(context, out + length, &rest) == 1;
    EVP_CIPHER_CTX_free(context);
    return ok;
}

/* ---- the file ---- */

static struct err write_sealed(const uint8_t *key, const char *dir, const void *draft, size_t size)
{
    char path[600];
    uint8_t *file = private_alloc(HEAD_SIZE + size);
    if (!file)
        return err_no_memory("card_seal");
    memcpy(file, MAGIC, MAGIC_SIZE);
    random_bytes(file + MAGIC_SIZE, NONCE_SIZE);
    struct err e =
        encrypt(key, file, draft, size, file + HEAD_SIZE) ? err_ok() : crypto_failure("card_seal", "seal");
    draft_path(dir, path);
    if (!err_is(&e))
        e = file_write(path, file, HEAD_SIZE + size, 0600);
    private_free(file, HEAD_SIZE + size);
    return e;
}

struct err card_draft_save(const struct device_key *key, const char *dir, const void *card, size_t card_size,
                           const void *draft, size_t draft_size)
{
    uint8_t derived[DEVICE_KEY_SIZE];
    if (draft_size > DRAFT_BYTES)
        return err_make(ERR_REFUSED, "card_seal", 0, "a draft of %zu bytes is too large", draft_size);
    TRY(derive(key, card, card_size, derived));
    struct err e = write_sealed(derived, dir, draft, draft_size);
    wipe(derived, sizeof derived);
    return e;
}

static struct err open_sealed(const uint8_t *key, struct buf *file, struct buf *out_draft, bool *out_found)
{
    uint8_t *bytes = (uint8_t *)file->data;
    *out_found = false;
    if (file->length < HEAD_SIZE || memcmp(bytes, MAGIC, MAGIC_SIZE) != 0)
        return err_ok(); /* damaged: as good as none */
    size_t size = file->length - HEAD_SIZE;
    uint8_t *clear = private_alloc(size + 1);
    if (!clear)
        return err_no_memory("card_seal");
    if (decrypt(key, bytes, bytes + HEAD_SIZE, size, clear)) {
        buf_append(out_draft, clear, size);
        *out_found = true;
    }
    private_free(clear, size + 1);
    return buf_check(out_draft, "card_seal");
}

struct err card_draft_load(const struct device_key *key, const char *dir, const void *card, size_t card_size,
                           struct buf *out_draft, bool *out_found)
{
    char path[600];
    uint8_t derived[DEVICE_KEY_SIZE];
    struct buf file;
    TRY(derive(key, card, card_size, derived));
    draft_path(dir, path);
    buf_init(&file);
    bool is_there = access(path, F_OK) == 0, found = false;
    struct err e = is_there ? file_read(path, HEAD_SIZE + DRAFT_BYTES, &file) : err_ok();
    if (!err_is(&e) && is_there)
        e = open_sealed(derived, &file, out_draft, &found);
    wipe(derived, sizeof derived);
    buf_finish(&file);
    if (!err_is(&e))
        *out_found = found;
    return e;
}

void card_draft_drop(const char *dir)
{
    char path[600];
    draft_path(dir, path);
    unlink(path);
}
