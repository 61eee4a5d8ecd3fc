/* Anything a reader may send: the decoder stays within its frame, a card's parts within the answer. */
#include "drivers/idcard/sam.h"
#include "drivers/idcard/text.h"
#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_at(const struct sam_answer *answer)
{
    struct sam_card_data parts;
    for (int finger = 0; finger < 2; finger++) {
        if (!sam_split_card(answer, finger, &parts))
            continue;
        assert(parts.text >= answer->data && parts.text + parts.text_size <= answer->data + answer->size);
        assert(parts.photo + parts.photo_size <= answer->data + answer->size);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct sam_decoder decoder;
    sam_decoder_reset(&decoder);
    for (size_t i = 0; i < size; i++) {
        if (sam_decoder_push(&decoder, data[i]) != SAM_FEED_FRAME)
            continue;
        struct sam_answer answer = sam_decoder_answer(&decoder);
        look_at(&answer);
    }
    return 0;
}
