/* Digests, signatures and encodings behind digest(), extract-signed() and base64-decode() (spec "String
 * Functions"). */
#ifndef YIZHAN_FORM_DIGEST_H
#define YIZHAN_FORM_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIGEST_MAX 64

/* algorithm: MD5, SHA-1, SHA-256, SHA-384 or SHA-512. Returns the digest's size, 0 for an unknown algorithm.
 */
size_t digest_of(const char *algorithm, const void *bytes, size_t size, uint8_t out_digest[DIGEST_MAX]);

/* Whether an Ed25519 signature (RFC 8032, 64 bytes) of the message was made by the owner of the key. A key
 * that is none has signed nothing. */
bool signature_holds(const uint8_t *key, size_t key_size, const uint8_t signature[64], const uint8_t *message,
                     size_t size);

/* Return the length written, without the NUL. hex needs 2 * size + 1 bytes, base64 (size + 2) / 3 * 4 + 1. */
size_t hex_encode(const uint8_t *bytes, size_t size, char *out_text);
size_t base64_encode(const uint8_t *bytes, size_t size, char *out_text);
/* out_bytes: as many bytes as text has. White space is passed over; false for anything else that is not
 * base64. */
bool base64_decode(const char *text, size_t length, uint8_t *out_bytes, size_t *out_size);

#endif
