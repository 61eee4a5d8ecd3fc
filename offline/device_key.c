#include "offline/device_key.h"
#include "board/base/file.h"
#include "board/base/random.h"
#include "board/base/wipe.h"
#include "offline/crypto.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#define SECRET_FILE  "device.secret"
#define SIGNING_FILE "signing.key"

struct device_key {
    uint8_t secret[DEVICE_KEY_SIZE];
    uint8_t signing_seed[DEVICE_KEY_SIZE]; /* RFC 8032's private key */
    uint8_t signing_public[DEVICE_KEY_SIZE];
    bool is_apart;
};

static struct err sync_folder(const char *dir)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    struct err e = ok ? err_ok() : err_errno("device_key", errno, "sync %s", dir);
    if (fd >= 0)
        close(fd);
    return e;
}

/* Two processes may start at once on a new kiosk: what is made goes to a temporary file and is linked to its
 * name, which succeeds for one of them only; both then read the winner's. */
static struct err make_secret_file(const char *dir, const char *path)
{
    char temporary[600];
    uint8_t fresh[DEVICE_KEY_SIZE];
    snprintf(temporary, sizeof temporary, "%s.%ld", path, (long)getpid());
    random_bytes(fresh, sizeof fresh);
    struct err e = file_write(temporary, fresh, sizeof fresh, 0600);
    wipe(fresh, sizeof fresh);
    if (!err_is(&e) && link(temporary, path) != 0 && errno != EEXIST)
        e = err_errno("device_key", errno, "make %s", path);
    unlink(temporary);
    return err_is(&e) ? e : sync_folder(dir);
}

static struct err read_secret_file(const char *dir, const char *name, uint8_t out_secret[DEVICE_KEY_SIZE])
{
    char path[512];
    if (snprintf(path, sizeof path, "%s/%s", dir, name) >= (int)sizeof path)
        return err_make(ERR_REFUSED, "device_key", 0, "path of the secrets is too long");
    if (access(path, F_OK) != 0)
        TRY(make_secret_file(dir, path));
    struct buf bytes;
    buf_init_private(&bytes);
    struct err e = file_read(path, 4096, &bytes);
    if (!err_is(&e) && bytes.length != DEVICE_KEY_SIZE)
        e = err_make(ERR_DATA, "device_key", 0,
                     "%s is not a key of 32 bytes: restore it, or remove it by hand", path);
    if (!err_is(&e))
        memcpy(out_secret, bytes.data, DEVICE_KEY_SIZE);
    buf_finish(&bytes);
    return e;
}

static struct err derive_public(struct device_key *key)
{
    size_t size = DEVICE_KEY_SIZE;
    EVP_PKEY *pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, key->signing_seed, DEVICE_KEY_SIZE);
    bool ok = pkey && EVP_PKEY_get_raw_public_key(pkey, key->signing_public, &size) == 1;
    EVP_PKEY_free(pkey);
    return ok ? err_ok() : crypto_failure("device_key", "derive the public key");
}

/* tmpfs and ramfs do not outlive the power: whatever is found there was brought from elsewhere. */
static bool is_in_memory(const char *dir)
{
    struct statfs where;
    return statfs(dir, &where) == 0 && (where.f_type == TMPFS_MAGIC || where.f_type == RAMFS_MAGIC);
}

bool device_key_is_apart(const struct device_key *key)
{
    return key->is_apart;
}

/* systemd shows a unit its own copy of the keys and hides all others. What the configuration says of the
 * kiosk's, every unit that is given them reads in its own folder. */
static const char *credentials_of_unit(const char *secrets_dir)
{
    static const char credentials[] = "/run/credentials/";
    const char *own = getenv("CREDENTIALS_DIRECTORY");
    return own && strncmp(secrets_dir, credentials, sizeof credentials - 1) == 0 ? own : secrets_dir;
}

bool device_key_is_made(const char *secrets_dir)
{
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/" SIGNING_FILE, credentials_of_unit(secrets_dir));
    return length > 0 && (size_t)length < sizeof path && access(path, F_OK) == 0;
}

struct err device_key_open(const char *secrets_dir, struct device_key **out_key)
{
    secrets_dir = credentials_of_unit(secrets_dir);
    struct device_key *key = private_alloc(sizeof *key);
    if (!key)
        return err_no_memory("device_key");
    struct err e = read_secret_file(secrets_dir, SECRET_FILE, key->secret);
    if (!err_is(&e))
        e = read_secret_file(secrets_dir, SIGNING_FILE, key->signing_seed);
    if (!err_is(&e))
        e = derive_public(key);
    key->is_apart = is_in_memory(secrets_dir);
    if (err_is(&e))
        device_key_close(&key);
    else
        *out_key = key;
    return e;
}

void device_key_close(struct device_key **key)
{
    private_free(*key, sizeof **key);
    *key = NULL;
}

static OSSL_PARAM octets(const char *name, const void *bytes, size_t size)
{
    return OSSL_PARAM_construct_octet_string(name, (void *)(uintptr_t)bytes, size);
}

struct err device_key_derive(const struct device_key *key, const char *purpose, const void *salt,
                             size_t salt_size, uint8_t out_key[DEVICE_KEY_SIZE])
{
    char info[128], digest[] = "SHA256";
    int length = snprintf(info, sizeof info, "yizhan %s", purpose);
    EVP_KDF *hkdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *context = hkdf ? EVP_KDF_CTX_new(hkdf) : NULL;
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
        octets(OSSL_KDF_PARAM_KEY, key->secret, sizeof key->secret),
        octets(OSSL_KDF_PARAM_INFO, info, (size_t)length),
        salt_size ? octets(OSSL_KDF_PARAM_SALT, salt, salt_size) : OSSL_PARAM_construct_end(),
        OSSL_PARAM_construct_end(),
    };
    bool ok = context && EVP_KDF_derive(context, out_key, DEVICE_KEY_SIZE, params) == 1;
    EVP_KDF_CTX_free(context);
    EVP_KDF_free(hkdf);
    return ok ? err_ok() : crypto_failure("device_key", "derive a key");
}

struct err device_key_mac(const struct device_key *key, const char *purpose, const void *bytes, size_t size,
                          uint8_t out_mac[32])
{
    uint8_t derived[DEVICE_KEY_SIZE], mac[EVP_MAX_MD_SIZE];
    size_t length = 0;
    TRY(device_key_derive(key, purpose, NULL, 0, derived));
    bool ok = EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, derived, sizeof derived, bytes, size, mac,
                        sizeof mac, &length) != NULL;
    wipe(derived, sizeof derived);
    if (!ok || length != 32)
        return crypto_failure("device_key", "authenticate");
    memcpy(out_mac, mac, 32);
    return err_ok();
}

void device_key_public(const struct device_key *key, uint8_t out_public[DEVICE_KEY_SIZE])
{
    memcpy(out_public, key->signing_public, DEVICE_KEY_SIZE);
}

struct err device_key_sign(const struct device_key *key, const void *bytes, size_t size,
                           uint8_t out_signature[DEVICE_SIGNATURE_SIZE])
{
    size_t length = DEVICE_SIGNATURE_SIZE;
    uint8_t signature[DEVICE_SIGNATURE_SIZE];
    EVP_PKEY *pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, key->signing_seed, DEVICE_KEY_SIZE);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool ok = pkey && context && EVP_DigestSignInit(context, NULL, NULL, NULL, pkey) == 1 &&
              EVP_DigestSign(context, signature, &length, bytes, size) == 1 && length == sizeof signature;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(pkey);
    if (!ok)
        return crypto_failure("device_key", "sign");
    memcpy(out_signature, signature, sizeof signature);
    return err_ok();
}

struct err device_key_verify(const uint8_t public_key[DEVICE_KEY_SIZE], const void *bytes, size_t size,
                             const uint8_t signature[DEVICE_SIGNATURE_SIZE])
{
    EVP_PKEY *pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key, DEVICE_KEY_SIZE);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool ready = pkey && context && EVP_DigestVerifyInit(context, NULL, NULL, NULL, pkey) == 1;
    bool fits = ready && EVP_DigestVerify(context, signature, DEVICE_SIGNATURE_SIZE, bytes, size) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(pkey);
    if (!ready)
        return crypto_failure("device_key", "read a public key");
    return fits ? err_ok() : err_make(ERR_REFUSED, "device_key", 0, "the signature does not fit");
}
