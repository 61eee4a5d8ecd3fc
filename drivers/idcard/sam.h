/*
 * SAM_V frames: the security module's protocol, without any I/O.
 *
 *   host:   AA AA AA 96 69 | LEN hi lo | CMD PARA | CHK
 *   module: AA AA AA 96 69 | LEN hi lo | SW1 SW2 SW3 | DATA | CHK
 *
 * LEN counts everything after itself; CHK is the XOR of LEN through the last byte before it. Source: public
 * tables of the GA 450 serial and USB protocol; the points nobody could verify are settings in models.ini.
 */
#ifndef YIZHAN_IDCARD_SAM_H
#define YIZHAN_IDCARD_SAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SAM_COMMAND_SIZE 10
#define SAM_HEADER_SIZE  7      /* preamble and LEN, what the four-pipe readers send apart */
#define SAM_LEN_MAX      0x0A00 /* the largest answer, text with photo and fingerprint, is 0x090A */

/* CMD in the high byte, PARA in the low one. */
enum sam_command {
    SAM_RESET = 0x10FF,
    SAM_STATUS = 0x11FF,
    SAM_ID = 0x12FF,
    SAM_FIND = 0x2001,
    SAM_SELECT = 0x2002,
    SAM_READ = 0x3001,        /* text and photo */
    SAM_READ_FINGER = 0x3010, /* text, photo, fingerprint */
    SAM_READ_ADDRESS = 0x3003 /* appended address */
};

/* SW3 */
enum sam_status {
    SAM_OK = 0x90,
    SAM_NOTHING_APPENDED = 0x91,
    SAM_FOUND = 0x9F,
    SAM_BAD_CHECKSUM = 0x10,
    SAM_BAD_LENGTH = 0x11,
    SAM_BAD_COMMAND = 0x21,
    SAM_UNKNOWN_COMMAND = 0x24,
    SAM_READER_REFUSED = 0x31,
    SAM_CARD_REFUSED = 0x32,
    SAM_NOT_VERIFIED = 0x33,
    SAM_WRONG_CARD = 0x40,
    SAM_READ_FAILED = 0x41,
    SAM_RANDOM_FAILED = 0x47,
    SAM_SELF_TEST_FAILED = 0x60,
    SAM_NOT_AUTHORISED = 0x66,
    SAM_NO_CARD = 0x80,
    SAM_SELECT_FAILED = 0x81
};

void sam_encode(enum sam_command command, uint8_t out_frame[SAM_COMMAND_SIZE]);

/* XOR over bytes. */
uint8_t sam_checksum(const uint8_t *bytes, size_t size);

/* Finds frames in whatever bytes arrive, in pieces of any size. */
struct sam_decoder {
    int synced;                     /* how much of the preamble is seen */
    size_t length;                  /* bytes gathered from LEN on */
    uint8_t bytes[2 + SAM_LEN_MAX]; /* LEN and what it counts; personal data: wipe after use */
};

enum sam_feed {
    SAM_FEED_MORE,    /* no whole frame yet */
    SAM_FEED_FRAME,   /* a good frame: sam_decoder_answer() */
    SAM_FEED_CHECKSUM /* a frame whose checksum is wrong; the next byte starts looking for the next frame */
};

/* Also wipes what it held. */
void sam_decoder_reset(struct sam_decoder *decoder);
enum sam_feed sam_decoder_push(struct sam_decoder *decoder, uint8_t byte);

struct sam_answer {
    uint8_t sw1, sw2, sw3;
    const uint8_t *data; /* borrowed from the decoder until its next push or reset */
    size_t size;
};

/* Of the frame just completed. */
struct sam_answer sam_decoder_answer(const struct sam_decoder *decoder);

/* Can this be the answer to that command? Answers carry no tag: a good one is known by its status and about
 * how much it brings; whatever refuses may refuse any command. */
bool sam_answers(enum sam_command command, const struct sam_answer *answer);

/* The parts of a READ or READ_FINGER answer's data; false when the lengths in front do not fit. */
struct sam_card_data {
    const uint8_t *text; /* all borrowed */
    size_t text_size;
    const uint8_t *photo;
    size_t photo_size;
};
bool sam_split_card(const struct sam_answer *answer, bool with_finger, struct sam_card_data *out_data);

#endif
