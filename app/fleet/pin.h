/*
 * The technician's PIN: it protects what is done at the kiosk, not the stick, so nothing of it is on the
 * stick.
 *
 * [visit] pin lists one verifier for each person: 64 hex digits, 8 bytes of salt and 24 bytes of
 * scrypt(the fleet's PIN key and PIN; salt and the common name of her certificate; N 2^14, r 8, p 1).
 * kiosk.ini is read by yizhan-sync and carried on sticks, and a few digits are soon guessed: therefore the
 * key, 64 hex digits in [visit] pin_key, a file that only its owner may read and that no stick carries.
 * `yizhan-visit pin NAME --key FILE` makes a verifier. Five tries, then waits that grow from one minute to an
 * hour. A try is written down before it is judged, so neither a power cut nor pulling the stick gives one
 * more; a wait goes on where it was, and starts again from its beginning after a restart. Blocks on the disk;
 * one thread.
 */
#ifndef YIZHAN_FLEET_PIN_H
#define YIZHAN_FLEET_PIN_H

#include "board/base/clock.h"
#include "board/base/config.h"

enum { PIN_TRIES = 5, PIN_DIGITS_MIN = 4, PIN_DIGITS_MAX = 10, PIN_HEX = 65 };

struct pin_key {
    unsigned char bytes[32]; /* wipe it */
};
/* ERR_DATA: not 64 hex digits; ERR_REFUSED: somebody else than its owner may read it. */
MUST_USE struct err pin_key_read(const char *path, struct pin_key *out_key);

/* A new verifier. ERR_USER: not 4 to 10 digits. */
MUST_USE struct err pin_make(const struct pin_key *key, const char *who, const char *pin,
                             char out_verifier[PIN_HEX]);

/* Whether somebody can be asked for a PIN here at all: there are verifiers, and the key. */
bool pin_is_set(const struct config *config);

struct pin_guard {
    int tries_left; /* before the next wait; at least 1 when wait_ms is 0 */
    int64_t wait_ms;
};
/* dir: [visit] dir. */
MUST_USE struct err pin_ask(const char *dir, const struct clock *clock, struct pin_guard *out_guard);
/* One try; ERR_RETRY while there is something to wait for. *out_right is whether it was the PIN of who. */
MUST_USE struct err pin_try(const struct config *config, const struct clock *clock, const char *who,
                            const char *pin, bool *out_right);

#endif
