#include "drivers/idcard/sam.h"
#include "board/base/wipe.h"
#include <string.h>

#define ANSWER_LEN_MIN 4 /* SW1 SW2 SW3 CHK */

enum { SYNC_NONE, SYNC_AA, SYNC_AAAA, SYNC_96, SYNC_DONE };

uint8_t sam_checksum(const uint8_t *bytes, size_t size)
{
    uint8_t sum = 0;
    for (size_t i = 0; i < size; i++)
        sum ^= bytes[i];
    return sum;
}

void sam_encode(enum sam_command command, uint8_t out_frame[SAM_COMMAND_SIZE])
{
    const uint8_t frame[SAM_COMMAND_SIZE] = {
        0xAA, 0xAA, 0xAA, 0x96, 0x69, 0x00, 0x03, (uint8_t)(command >> 8), (uint8_t)command, 0};
    memcpy(out_frame, frame, sizeof frame);
    out_frame[SAM_COMMAND_SIZE - 1] = sam_checksum(frame + 5, 4);
}

void sam_decoder_reset(struct sam_decoder *decoder)
{
    wipe(decoder, sizeof *decoder);
}

/* Readers drop the first AA or slip a 00 into the preamble: two AA, then 96 69, is enough. */
static int sync_next(int synced, uint8_t byte)
{
    if (byte == 0x00)
        return synced;
    if (byte == 0xAA)
        return synced == SYNC_AA || synced == SYNC_AAAA ? SYNC_AAAA : SYNC_AA;
    if (byte == 0x96 && synced == SYNC_AAAA)
        return SYNC_96;
    if (byte == 0x69 && synced == SYNC_96)
        return SYNC_DONE;
    return SYNC_NONE;
}

static size_t frame_length(const struct sam_decoder *decoder)
{
    return (size_t)(decoder->bytes[0] << 8 | decoder->bytes[1]);
}

static void restart(struct sam_decoder *decoder)
{
    decoder->synced = SYNC_NONE;
    decoder->length = 0;
}

enum sam_feed sam_decoder_push(struct sam_decoder *decoder, uint8_t byte)
{
    if (decoder->synced != SYNC_DONE) {
        decoder->synced = sync_next(decoder->synced, byte);
        decoder->length = 0;
        return SAM_FEED_MORE;
    }
    decoder->bytes[decoder->length++] = byte;
    if (decoder->length < 2)
        return SAM_FEED_MORE;
    size_t length = frame_length(decoder);
    if (length < ANSWER_LEN_MIN || length > SAM_LEN_MAX) {
        restart(decoder);
        return SAM_FEED_MORE;
    }
    if (decoder->length < 2 + length)
        return SAM_FEED_MORE;
    decoder->synced = SYNC_NONE;
    bool good = sam_checksum(decoder->bytes, 1 + length) == decoder->bytes[1 + length];
    return good ? SAM_FEED_FRAME : SAM_FEED_CHECKSUM;
}

struct sam_answer sam_decoder_answer(const struct sam_decoder *decoder)
{
    return (struct sam_answer){.sw1 = decoder->bytes[2],
                               .sw2 = decoder->bytes[3],
                               .sw3 = decoder->bytes[4],
                               .data = decoder->bytes + 5,
                               .size = frame_length(decoder) - ANSWER_LEN_MIN};
}

bool sam_answers(enum sam_command command, const struct sam_answer *answer)
{
    static const struct {
        enum sam_command command;
        uint8_t good;
        size_t least, most; /* bytes; wider than the published ones, which makers may add to */
    } goods[] = {
        {SAM_RESET, SAM_OK, 0, 0},
        {SAM_STATUS, SAM_OK, 0, 0},
        {SAM_ID, SAM_OK, 16, 16},
        {SAM_FIND, SAM_FOUND, 0, 64},
        {SAM_SELECT, SAM_OK, 1, 64},
        {SAM_READ, SAM_OK, 4 + 256, SAM_LEN_MAX},
        {SAM_READ_FINGER, SAM_OK, 6 + 256, SAM_LEN_MAX},
        {SAM_READ_ADDRESS, SAM_OK, 1, 255},
    };
    if (answer->sw3 != SAM_OK && answer->sw3 != SAM_FOUND)
        return true;
    for (size_t i = 0; i < sizeof goods / sizeof goods[0]; i++)
        if (goods[i].command == command)
            return answer->sw3 == goods[i].good && answer->size >= goods[i].least &&
                   answer->size <= goods[i].most;
    return false;
}

static size_t read_be16(const uint8_t *bytes)
{
    return (size_t)(bytes[0] << 8 | bytes[1]);
}

bool sam_split_card(const struct sam_answer *answer, bool with_finger, struct sam_card_data *out_data)
{
    size_t lengths_size = with_finger ? 6 : 4;
    if (answer->size < lengths_size)
        return false;
    size_t text = read_be16(answer->data), photo = read_be16(answer->data + 2);
    size_t finger = with_finger ? read_be16(answer->data + 4) : 0;
    if (answer->size != lengths_size + text + photo + finger)
        return false;
    *out_data = (struct sam_card_data){.text = answer->data + lengths_size,
                                       .text_size = text,
                                       .photo = answer->data + lengths_size + text,
                                       .photo_size = photo};
    return true;
}
