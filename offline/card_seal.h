/*
 * What this kiosk may remember of a card: a keyed tag that finds its cases again, and the draft of an
 * interrupted session, sealed so that only the same card at the same kiosk opens it.
 *
 * Both need the device secret to be kept apart from the disk (device_key_is_apart): a thief of the disk would
 * else have secret and database together, and ID numbers are few enough to try them all. Without that every
 * call is ERR_REFUSED: then cases are found by receipt only, and no draft is ever written.
 */
#ifndef YIZHAN_OFFLINE_CARD_SEAL_H
#define YIZHAN_OFFLINE_CARD_SEAL_H

#include "offline/device_key.h"

#define CARD_TAG_SIZE 32

/* HMAC-SHA-256 of the ID number under a key of its own: for outbox_application.card_tag and outbox_find_card.
 */
MUST_USE struct err card_tag_make(const struct device_key *key, const char *id_number,
                                  uint8_t out_tag[CARD_TAG_SIZE]);

/* How long a draft waits for its card. */
#define CARD_DRAFT_DAYS 30

/* Seals a draft to the card that began it: AES-256-GCM under HKDF(device secret, card). card: any bytes that
 * only this card yields, the ID number at least. Each card has a file of its own under DIR/drafts, whose name
 * is a keyed tag; it is replaced durably. */
MUST_USE struct err card_draft_save(const struct device_key *key, const char *dir, const void *card,
                                    size_t card_size, const void *draft, size_t draft_size);

/* Appends the draft to out_draft, which must be private. *out_found is false when this card has none, and
 * when its file is damaged. */
MUST_USE struct err card_draft_load(const struct device_key *key, const char *dir, const void *card,
                                    size_t card_size, struct buf *out_draft, bool *out_found);

/* When the session ended well, or was given up. Silence when there is none. */
void card_draft_drop(const struct device_key *key, const char *dir, const void *card, size_t card_size);

/* Drops every draft older than CARD_DRAFT_DAYS at now_ms (wall), and every one from more than a day in the
 * future: a clock that was wrong must not keep it for ever. One that lies below the floor (time_floor.h)
 * tells nobody's age: the power cut that a draft is kept for may have stopped it. */
void card_draft_sweep(const char *dir, int64_t now_ms);

#endif
