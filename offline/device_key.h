/*
 * What this kiosk alone knows: a 256-bit device secret and an Ed25519 signing key (RFC 8032).
 *
 * Both are files of mode 0600 under [secrets] dir, made on first use, never in a database. Every other key is
 * derived from the secret by HKDF-SHA-256 (RFC 5869) with its purpose as info, so no key serves two purposes.
 * Only yizhan-kiosk, yizhanctl and yizhan-visit open them; yizhan-sync never does. Not thread-safe.
 */
#ifndef YIZHAN_OFFLINE_DEVICE_KEY_H
#define YIZHAN_OFFLINE_DEVICE_KEY_H

#include "board/base/buf.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DEVICE_KEY_SIZE       32
#define DEVICE_SIGNATURE_SIZE 64

struct device_key;

/* Reads the keys under secrets_dir, or makes them (the folder must exist). A folder under /run/credentials is
 * the calling unit's own, whichever is named: $CREDENTIALS_DIRECTORY. ERR_DATA when a file is there but
 * is not a key: it is never replaced silently, because old receipts would stop working. */
MUST_USE struct err device_key_open(const char *secrets_dir, struct device_key **out_key);
/* Whether they are made already. */
bool device_key_is_made(const char *secrets_dir);
/*
 * Whether the secret is kept apart from the disk the databases are on: its file lies in memory only (ramfs or
 * tmpfs), as systemd puts there what it has unsealed with the TPM (LoadCredentialEncrypted, [secrets] dir =
 * the unit's credentials folder). Decides what of a card may be kept: card_seal.h.
 */
bool device_key_is_apart(const struct device_key *key);
/* Wipes. */
void device_key_close(struct device_key **key);

/* HKDF(secret, info = "yizhan " purpose, salt): salt may be NULL with size 0. */
MUST_USE struct err device_key_derive(const struct device_key *key, const char *purpose, const void *salt,
                                      size_t salt_size, uint8_t out_key[DEVICE_KEY_SIZE]);

/* HMAC-SHA-256 of the bytes under the key derived for purpose. */
MUST_USE struct err device_key_mac(const struct device_key *key, const char *purpose, const void *bytes,
                                   size_t size, uint8_t out_mac[32]);

/* Raw Ed25519 public key, for the county to pin. */
void device_key_public(const struct device_key *key, uint8_t out_public[DEVICE_KEY_SIZE]);

/* Ed25519 over the bytes. */
MUST_USE struct err device_key_sign(const struct device_key *key, const void *bytes, size_t size,
                                    uint8_t out_signature[DEVICE_SIGNATURE_SIZE]);

/* ERR_REFUSED when the signature is not this public key's over these bytes. */
MUST_USE struct err device_key_verify(const uint8_t public_key[DEVICE_KEY_SIZE], const void *bytes,
                                      size_t size, const uint8_t signature[DEVICE_SIGNATURE_SIZE]);

#endif
