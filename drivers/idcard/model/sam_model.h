/*
 * Model of a SAM_V ID card reader, for tests, the demo and development.
 *
 * Fault events: reset status id find select read address (the command answered).
 * Kinds: silent (no answer), garbage (noise instead), checksum, truncate=N (the answer breaks off after N
 * bytes), sw=B (that SW3 instead), late (the answer comes after the next command), hang (behind four
 * pipes: the header comes, the body only when another command was asked), flood (noise without end, until
 * another script is loaded), stray (a 00 in the preamble), twice (the answer repeated), pull (the card is
 * taken away as the command runs), stall, unplug=N (the device falls off the bus after N bytes of the
 * answer).
 */
#ifndef YIZHAN_IDCARD_SAM_MODEL_H
#define YIZHAN_IDCARD_SAM_MODEL_H

#include "board/base/err.h"
#include "drivers/model/device_model.h"

struct sam_model;

enum sam_wiring { SAM_WIRED_FOUR_PIPES, SAM_WIRED_BULK, SAM_WIRED_HID, SAM_WIRED_SERIAL };

/* What lies on the reader. */
struct sam_card {
    uint8_t text[256];
    uint8_t photo[1024];
    uint8_t new_address[70]; /* UTF-16LE */
    size_t new_address_size; /* 0: none recorded */
};

MUST_USE struct err sam_model_create(enum sam_wiring wiring, struct sam_model **out_model);
void sam_model_destroy(struct sam_model **model);
/* Its four ops; borrowed. */
const struct device_model *sam_model_device(const struct sam_model *model);

/* Lays a card on the reader, or takes it away (NULL). Copied. */
void sam_model_place(struct sam_model *model, const struct sam_card *card);
MUST_USE struct err sam_model_script(struct sam_model *model, const char *script);

/* How often a card's text was given out. */
int sam_model_reads(const struct sam_model *model);
/* Commands since it was made. */
int sam_model_commands(const struct sam_model *model);

#endif
