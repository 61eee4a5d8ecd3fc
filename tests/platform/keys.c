#include "tests/platform/keys.h"

#include "board/base/file.h"
#include "board/base/wipe.h"

#include <errno.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char MODULE[] = "platform";

static struct err take_rsa_key(const char *path)
{
    struct buf pem = {.is_private = true};
    struct err e = file_read(PLATFORM_KEY, 1 << 14, &pem);
    if (!err_is(&e))
        e = file_write(path, pem.data, pem.length, 0600);
    buf_finish(&pem);
    return e;
}

static struct err make_sm2_key(const char *path)
{
    struct err e = err_ok();
    char *text = NULL;
    EVP_PKEY *key = EVP_EC_gen("SM2");
    BIO *memory = BIO_new(BIO_s_mem());

    if (!key || !memory || !PEM_write_bio_PKCS8PrivateKey(memory, key, NULL, NULL, 0, NULL, NULL)) {
        e = err_make(ERR_SYSTEM, MODULE, 0, "cannot make a key pair");
    } else {
        long size = BIO_get_mem_data(memory, &text);
        e = file_write(path, text, (size_t)size, 0600);
        wipe(text, (size_t)size);
    }
    BIO_free(memory);
    EVP_PKEY_free(key);
    return e;
}

static struct err describe(EVP_PKEY *key, struct keys *keys)
{
    unsigned char *der = NULL;
    unsigned char digest[32];
    int size = i2d_PUBKEY(key, &der);

    if (size <= 0 || (size_t)size * 4 / 3 + 5 > sizeof keys->public_base64)
        return err_make(ERR_DATA, MODULE, 0, "cannot encode the public key");
    EVP_EncodeBlock((unsigned char *)keys->public_base64, der, size);
    EVP_Digest(der, (size_t)size, digest, NULL, EVP_sha256(), NULL);
    OPENSSL_free(der);
    for (int i = 0; i < 32; i++)
        snprintf(keys->sha256 + 2 * i, 3, "%02x", digest[i]);
    char mark[9];
    EVP_EncodeBlock((unsigned char *)mark, digest, 6);
    snprintf(keys->version_suffix, sizeof keys->version_suffix, "[encrypted:%s]", mark);
    return err_ok();
}

struct err keys_open(const char *dir, const char *suite, struct keys *out_keys)
{
    struct keys keys = {0};
    char fingerprint_path[600];

    snprintf(keys.private_path, sizeof keys.private_path, "%s/platform-key.pem", dir);
    if (access(keys.private_path, F_OK) != 0)
        TRY(strcmp(suite, "sm") == 0 ? make_sm2_key(keys.private_path) : take_rsa_key(keys.private_path));
    FILE *file = fopen(keys.private_path, "r");
    if (!file)
        return err_errno(MODULE, errno, "open %s", keys.private_path);
    EVP_PKEY *key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
    fclose(file);
    if (!key)
        return err_make(ERR_DATA, MODULE, 0, "%.150s holds no private key", keys.private_path);
    struct err e = describe(key, &keys);
    EVP_PKEY_free(key);
    if (err_is(&e))
        return e;
    snprintf(fingerprint_path, sizeof fingerprint_path, "%s/key_sha256", dir);
    TRY(file_write(fingerprint_path, keys.sha256, strlen(keys.sha256), 0644));
    *out_keys = keys;
    return err_ok();
}
