#include "app/form/digest.h"
#include <openssl/evp.h>
#include <string.h>

size_t digest_of(const char *algorithm, const void *bytes, size_t size, uint8_t out_digest[DIGEST_MAX])
{
    static const char *const NAMES[][2] = {{"MD5", "MD5"},
                                           {"SHA-1", "SHA1"},
                                           {"SHA-256", "SHA256"},
                                           {"SHA-384", "SHA384"},
                                           {"SHA-512", "SHA512"}};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        unsigned length = 0;
        if (strcmp(NAMES[i][0], algorithm) != 0)
            continue;
        if (EVP_Digest(bytes, size, out_digest, &length, EVP_get_digestbyname(NAMES[i][1]), NULL) != 1)
            return 0;
        return length;
    }
    return 0;
}

bool signature_holds(const uint8_t *key, size_t key_size, const uint8_t signature[64], const uint8_t *message,
                     size_t size)
{
    EVP_PKEY *public_key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key, key_size);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool holds = public_key && context && EVP_DigestVerifyInit(context, NULL, NULL, NULL, public_key) == 1 &&
                 EVP_DigestVerify(context, signature, 64, message, size) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(public_key);
    return holds;
}

size_t hex_encode(const uint8_t *bytes, size_t size, char *out_text)
{
    static const char DIGITS[] = "0123456789abcdef";
    for (size_t i = 0; i < size; i++) {
        out_text[2 * i] = DIGITS[bytes[i] >> 4];
        out_text[2 * i + 1] = DIGITS[bytes[i] & 15];
    }
    out_text[2 * size] = '\0';
    return 2 * size;
}

static const char BASE64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

size_t base64_encode(const uint8_t *bytes, size_t size, char *out_text)
{
    char *out = out_text;
    for (size_t i = 0; i < size; i += 3) {
        size_t left = size - i;
        uint32_t group = (uint32_t)bytes[i] << 16;
        group |= left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0;
        group |= left > 2 ? bytes[i + 2] : 0;
        *out++ = BASE64[group >> 18];
        *out++ = BASE64[group >> 12 & 63];
        *out++ = left > 1 ? BASE64[group >> 6 & 63] : '=';
        *out++ = left > 2 ? BASE64[group & 63] : '=';
    }
    *out = '\0';
    return (size_t)(out - out_text);
}

bool base64_decode(const char *text, size_t length, uint8_t *out_bytes, size_t *out_size)
{
    uint32_t group = 0;
    unsigned bits = 0;
    size_t digits = 0;
    size_t padding = 0;
    size_t size = 0;
    for (size_t i = 0; i < length; i++) {
        const char *digit = text[i] == '\0' ? NULL : strchr(BASE64, text[i]);
        if (text[i] == '=') {
            padding++;
            continue;
        }
        if (strchr(" \t\r\n", text[i]) && text[i] != '\0')
            continue;
        if (!digit || padding > 0)
            return false;
        group = group << 6 | (uint32_t)(digit - BASE64);
        bits += 6;
        digits++;
        if (bits >= 8) {
            bits -= 8;
            out_bytes[size++] = (uint8_t)(group >> bits);
        }
    }
    *out_size = size;
    return digits % 4 != 1 && padding <= 2 && (padding == 0 || (digits + padding) % 4 == 0);
}
