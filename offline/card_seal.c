#include "offline/card_seal.h"
#include "board/base/file.h"
#include "board/base/random.h"
#include "board/base/wipe.h"
#include "offline/crypto.h"
#include "offline/time_floor.h"
#include <dirent.h>
#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
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

enum { PATH_SIZE = 600, NAME_BYTES = 16 };

/* DIR/drafts/<half of a keyed tag>.sealed: the name says nothing to whoever lacks the device secret. */
static struct err draft_path(const struct device_key *key, const char *dir, const void *card,
                             size_t card_size, char out_path[PATH_SIZE])
{
    uint8_t tag[CARD_TAG_SIZE];
    TRY(require_apart(key));
    TRY(device_key_mac(key, "draft name", card, card_size, tag));
    int length = snprintf(out_path, PATH_SIZE - 48, "%.500s/drafts/", dir);
    for (size_t i = 0; i < NAME_BYTES; i++)
        length += snprintf(out_path + length, PATH_SIZE - (size_t)length, "%02x", tag[i]);
    snprintf(out_path + length, PATH_SIZE - (size_t)length, ".sealed");
    return err_ok();
}

static struct err make_folder(const char *dir)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%.500s/drafts", dir);
    if (mkdir(path, 0700) == 0 || errno == EEXIST)
        return err_ok();
    return err_errno("card_seal", errno, "cannot make %s", path);
}

static struct err derive(const struct device_key *key, const void *card, size_t card_size,
                         uint8_t out_key[DEVICE_KEY_SIZE])
{
    /* Its keyed digest, not the card itself: the library leaves its salt in freed memory. */
    uint8_t digest[32];
    TRY(require_apart(key));
    TRY(device_key_mac(key, "draft card", card, card_size, digest));
    return device_key_derive(key, "draft", digest, sizeof digest, out_key);
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

static struct err write_sealed(const uint8_t *key, const char *path, const void *draft, size_t size)
{
    uint8_t *file = private_alloc(HEAD_SIZE + size);
    if (!file)
        return err_no_memory("card_seal");
    memcpy(file, MAGIC, MAGIC_SIZE);
    random_bytes(file + MAGIC_SIZE, NONCE_SIZE);
    struct err e =
        encrypt(key, file, draft, size, file + HEAD_SIZE) ? err_ok() : crypto_failure("card_seal", "seal");
    if (!err_is(&e))
        e = file_write(path, file, HEAD_SIZE + size, 0600);
    private_free(file, HEAD_SIZE + size);
    return e;
}

struct err card_draft_save(const struct device_key *key, const char *dir, const void *card, size_t card_size,
                           const void *draft, size_t draft_size)
{
    char path[PATH_SIZE];
    uint8_t derived[DEVICE_KEY_SIZE];
    if (draft_size > DRAFT_BYTES)
        return err_make(ERR_REFUSED, "card_seal", 0, "a draft of %zu bytes is too large", draft_size);
    TRY(draft_path(key, dir, card, card_size, path));
    TRY(make_folder(dir));
    TRY(derive(key, card, card_size, derived));
    struct err e = write_sealed(derived, path, draft, draft_size);
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
    char path[PATH_SIZE];
    uint8_t derived[DEVICE_KEY_SIZE];
    struct buf file;
    TRY(draft_path(key, dir, card, card_size, path));
    TRY(derive(key, card, card_size, derived));
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

void card_draft_drop(const struct device_key *key, const char *dir, const void *card, size_t card_size)
{
    char path[PATH_SIZE];
    struct err e = draft_path(key, dir, card, card_size, path);
    if (!err_is(&e))
        unlink(path);
}

static bool is_stale(const struct stat *status, int64_t now_ms)
{
    const int64_t day_ms = (int64_t)24 * 3600 * 1000;
    int64_t age_ms = now_ms - (int64_t)status->st_mtim.tv_sec * 1000;
    return age_ms > CARD_DRAFT_DAYS * day_ms || age_ms < -day_ms;
}

void card_draft_sweep(const char *dir, int64_t now_ms)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%.500s/drafts", dir);
    DIR *folder = now_ms < time_floor(dir) ? NULL : opendir(path);
    if (!folder)
        return;
    struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        struct stat status;
        if (entry->d_name[0] != '.' && fstatat(dirfd(folder), entry->d_name, &status, 0) == 0 &&
            is_stale(&status, now_ms))
            unlinkat(dirfd(folder), entry->d_name, 0);
    }
    closedir(folder);
}
