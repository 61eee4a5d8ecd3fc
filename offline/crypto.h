/* What seal, signature, keys and form store need of OpenSSL and nothing more: digests, base64, one-line
 * errors. */
#ifndef YIZHAN_OFFLINE_CRYPTO_H
#define YIZHAN_OFFLINE_CRYPTO_H

#include "board/base/buf.h"
#include <stddef.h>
#include <stdint.h>

#define CRYPTO_DIGEST_MAX 32

/* name: "MD5", "SHA256", "SM3". out_digest takes CRYPTO_DIGEST_MAX bytes; *out_size may be NULL. */
MUST_USE struct err crypto_digest(const char *name, const void *bytes, size_t size,
                                  uint8_t out_digest[CRYPTO_DIGEST_MAX], size_t *out_size);

/* SHA-256 of a file of any size, as crypto_hex writes it. */
MUST_USE struct err crypto_file_sha256(const char *path, char out_hex[65]);

/* Lower-case hex; out_text has room for 2 * size + 1. */
void crypto_hex(const void *bytes, size_t size, char *out_text);

/* Appends without line breaks. */
MUST_USE struct err crypto_base64(const void *bytes, size_t size, struct buf *out_text);
/* Appends; white space in the text is skipped. ERR_DATA when it is not base64. */
MUST_USE struct err crypto_unbase64(const char *text, struct buf *out_bytes);

/* "openssl: <what it says>" for a call that failed; empties OpenSSL's own queue. */
MUST_USE struct err crypto_failure(const char *module, const char *doing);

#endif
