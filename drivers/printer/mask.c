#include "drivers/printer/mask.h"
#include "board/base/buf.h"

#define RASTER_HEAD 8 /* GS v 0 m xL xH yL yH */

/* Bytes of raster data behind the head that stands here; 0 when none does. */
static size_t raster_size(uint8_t **places, size_t left)
{
    static const uint8_t head[] = {0x1D, 'v', '0'};
    for (size_t i = 0; i < sizeof head; i++)
        if (left < RASTER_HEAD || *places[i] != head[i])
            return 0;
    size_t row = (size_t)(*places[4] | *places[5] << 8), rows = (size_t)(*places[6] | *places[7] << 8);
    size_t size = row * rows;
    return size < left - RASTER_HEAD ? size : left - RASTER_HEAD;
}

static void whiten(uint8_t **places, size_t count)
{
    for (size_t at = 0; at < count;) {
        size_t size = raster_size(places + at, count - at);
        if (size == 0) {
            at++;
            continue;
        }
        for (size_t i = 0; i < size; i++)
            *places[at + RASTER_HEAD + i] = 0;
        at += RASTER_HEAD + size;
    }
}

void escpos_mask(const struct model *model, struct tape *tape)
{
    struct buf places = {0};
    (void)model;
    if (tape_stream(tape, TAPE_SENT, &places))
        whiten((uint8_t **)(void *)places.data, places.length / sizeof(uint8_t *));
    buf_finish(&places);
}
