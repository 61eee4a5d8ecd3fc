#include "drivers/idcard/mask.h"
#include "board/base/buf.h"
#include "board/base/wipe.h"
#include "drivers/idcard/made_up.h"
#include "drivers/idcard/sam.h"
#include <string.h>

#define NOISE           0x5A
#define PREAMBLE_MOST   6 /* five bytes and a stray one */
#define MODULE_ID_SIZE  16
#define MODULE_ID_KIND  4 /* bytes in front that say which kind of module it is */
#define PHOTO_HEAD_SIZE 7 /* of every WLT picture */

static void mask_card(uint8_t *data, const struct sam_card_data *card)
{
    uint8_t *text = data + (card->text - data), *photo = data + (card->photo - data);
    if (card->text_size >= IDCARD_TEXT_SIZE)
        idcard_make_up(text);
    else
        memset(text, 0, card->text_size);
    if (card->photo_size > PHOTO_HEAD_SIZE)
        memset(photo + PHOTO_HEAD_SIZE, 0, card->photo_size - PHOTO_HEAD_SIZE);
}

/* Two numbers below a hundred in front, which no text of Chinese characters has. */
static bool is_module_id(const struct sam_answer *answer)
{
    const uint8_t *data = answer->data;
    return answer->size == MODULE_ID_SIZE && data[0] < 100 && !data[1] && data[2] < 100 && !data[3];
}

/* What an answer's data may be shows in its form, whichever question it belongs to. */
static void mask_answer(const struct sam_answer *answer, uint8_t *data)
{
    struct sam_card_data card;
    bool with_finger = sam_split_card(answer, true, &card) && card.text_size > 0;
    if (with_finger || sam_split_card(answer, false, &card)) {
        size_t parts = (size_t)(card.photo - data) + card.photo_size;
        mask_card(data, &card);
        memset(data + parts, 0, answer->size - parts);
    } else if (is_module_id(answer)) {
        memset(data + MODULE_ID_KIND, 0, answer->size - MODULE_ID_KIND);
    } else if (answer->size <= 8) { /* of FIND and SELECT: the card's own number */
        memset(data, 0, answer->size);
    } else {
        idcard_make_up_address(data, answer->size);
    }
}

static size_t frame_size(const struct sam_decoder *decoder)
{
    return 2 + 3 + sam_decoder_answer(decoder).size + 1; /* LEN, SW1 to SW3, data, CHK */
}

/* The frame that was just found is masked where it stands. */
static void mask_frame(uint8_t **places, struct sam_decoder *decoder)
{
    struct sam_answer answer = sam_decoder_answer(decoder);
    size_t size = frame_size(decoder);
    mask_answer(&answer, decoder->bytes + 5);
    decoder->bytes[size - 1] = sam_checksum(decoder->bytes, size - 1);
    for (size_t i = 0; i < size; i++)
        *places[i] = decoder->bytes[i];
}

static bool is_preamble(uint8_t byte)
{
    return byte == 0xAA || byte == 0x96 || byte == 0x69 || byte == 0x00;
}

/* Between frames only a preamble may stand, right in front of the frame that follows. */
static void mask_gap(uint8_t **places, size_t count, bool frame_follows)
{
    for (size_t i = 0; i < count; i++)
        if (!frame_follows || count - i > PREAMBLE_MOST || !is_preamble(*places[i]))
            *places[i] = NOISE;
}

static void mask_stream(uint8_t **places, size_t count)
{
    struct sam_decoder decoder = {0};
    size_t done = 0;
    for (size_t i = 0; i < count; i++) {
        if (sam_decoder_push(&decoder, *places[i]) != SAM_FEED_FRAME)
            continue;
        size_t first = i + 1 - frame_size(&decoder);
        mask_gap(places + done, first - done, true);
        mask_frame(places + first, &decoder);
        sam_decoder_reset(&decoder);
        done = i + 1;
    }
    mask_gap(places + done, count - done, false);
    sam_decoder_reset(&decoder);
}

void sam_mask(const struct model *model, struct tape *tape)
{
    struct buf places = {0};
    (void)model;
    if (tape_stream(tape, TAPE_CAME, &places))
        mask_stream((uint8_t **)(void *)places.data, places.length / sizeof(uint8_t *));
    buf_finish(&places);
}
