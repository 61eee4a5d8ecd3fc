#include "offline/crypto.h"
#include <errno.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

struct err crypto_failure(const char *module, const char *doing)
{
    unsigned long code = ERR_get_error();
    const char *reason = ERR_reason_error_string(code);
    ERR_clear_error();
    return err_make(ERR_SYSTEM, module, (int)ERR_GET_REASON(code), "%s: %s", doing,
                    reason ? reason : "openssl said no");
}

struct err crypto_digest(const char *name, const void *bytes, size_t size,
                         uint8_t out_digest[CRYPTO_DIGEST_MAX], size_t *out_size)
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    size_t length = 0;
    if (EVP_Q_digest(NULL, name, NULL, bytes, size, digest, &length) != 1 || length > CRYPTO_DIGEST_MAX)
        return crypto_failure("crypto", name);
    memcpy(out_digest, digest, length);
    if (out_size)
        *out_size = length;
    return err_ok();
}

static bool digest_stream(FILE *file, EVP_MD_CTX *context, uint8_t *out_digest)
{
    char piece[32 * 1024];
    bool ok = EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;
    for (size_t got; ok && (got = fread(piece, 1, sizeof piece, file)) > 0;)
        ok = EVP_DigestUpdate(context, piece, got) == 1;
    return ok && !ferror(file) && EVP_DigestFinal_ex(context, out_digest, NULL) == 1;
}

struct err crypto_file_sha256(const char *path, char out_hex[65])
{
    uint8_t digest[EVP_MAX_MD_SIZE];
    FILE *file = fopen(path, "rbe");
    if (!file)
        return err_errno("crypto", errno, "open %.150s", path);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool ok = context && digest_stream(file, context, digest);
    EVP_MD_CTX_free(context);
    fclose(file);
    if (!ok)
        return err_make(ERR_SYSTEM, "crypto", 0, "%.150s cannot be read to its end", path);
    crypto_hex(digest, 32, out_hex);
    return err_ok();
}

void crypto_hex(const void *bytes, size_t size, char *out_text)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *from = bytes;
    for (size_t i = 0; i < size; i++) {
        out_text[2 * i] = digits[from[i] >> 4];
        out_text[2 * i + 1] = digits[from[i] & 15];
    }
    out_text[2 * size] = 0;
}

struct err crypto_base64(const void *bytes, size_t size, struct buf *out_text)
{
    const uint8_t *from = bytes;
    while (size > 0) { /* whole groups of three, so that pieces join without padding */
        size_t take = size < 48 ? size : 48;
        uint8_t text[48 / 3 * 4 + 1];
        int length = EVP_EncodeBlock(text, from, (int)take);
        buf_append(out_text, text, (size_t)length);
        from += take;
        size -= take;
    }
    return buf_check(out_text, "crypto");
}

static int value_of(char c)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(alphabet, c) : NULL;
    return at ? (int)(at - alphabet) : -1;
}

struct err crypto_unbase64(const char *text, struct buf *out_bytes)
{
    uint32_t bits = 0;
    size_t characters = 0, padding = 0;
    for (; *text; text++) {
        if (strchr(" \t\r\n", *text))
            continue;
        int value = *text == '=' ? 0 : value_of(*text);
        if (*text == '=')
            padding++;
        if (value < 0 || (padding > 0 && *text != '=') || padding > 2)
            return err_make(ERR_DATA, "crypto", 0, "not base64");
        bits = bits << 6 | (uint32_t)value;
        if (++characters % 4 != 0)
            continue;
        if (bits &
            ((1u << (8 * padding)) - 1)) /* one text for the same bytes, so that no bit of it is free */
            return err_make(ERR_DATA, "crypto", 0, "not base64");
        for (size_t i = 0; i < 3 - padding; i++)
            buf_append_byte(out_bytes, (uint8_t)(bits >> (16 - 8 * i)));
        bits = 0;
    }
    if (characters % 4 != 0)
        return err_make(ERR_DATA, "crypto", 0, "base64 that is cut short");
    return buf_check(out_bytes, "crypto");
}
