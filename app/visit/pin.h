/*
 * The technician's PIN: it protects what is done at the kiosk, not the stick, so nothing of it is on the
 * stick.
 *
 * [visit] pin lists one verifier for each person: 64 hex digits, 8 bytes of salt and 24 bytes of
 * scrypt(PIN; salt and the common name of her certificate; N 2^14, r 8, p 1). `yizhan-visit pin NAME` makes
 * one. Five tries, then waits that grow from one minute to an hour. A try is written down before it is
 * judged, so neither a power cut nor pulling the stick gives one more; a wait goes on where it was, and
 * starts again from its beginning after a restart. Blocks on the disk; one thread.
 */
#ifndef YIZHAN_VISIT_PIN_H
#define YIZHAN_VISIT_PIN_H

#include "board/base/clock.h"
#include "board/base/config.h"

enum { PIN_TRIES = 5, PIN_DIGITS_MIN = 4, PIN_DIGITS_MAX = 10, PIN_HEX = 65 };

/* A new verifier. ERR_USER: not 4 to 10 digits. */
MUST_USE struct err pin_make(const char *who, const char *pin, char out_verifier[PIN_HEX]);

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
