/* Any text as a tape: refused, or what is on it lies within its bounds and can be played by the model. */
#include "drivers/tape/model/tape_model.h"
#include "drivers/tape/tape.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_all(const struct tape *tape)
{
    for (size_t i = 0; i < tape_count(tape); i++) {
        const struct tape_entry *entry = tape_entry(tape, i);
        volatile uint8_t last = entry->size > 0 ? tape_bytes(tape, i)[entry->size - 1] : 0;
        (void)last;
    }
}

/* A host that never sends: what came before the first word to the device is what it hears. */
static void listen(const struct tape *tape)
{
    struct tape_model *model;
    uint8_t bytes[64];
    struct err e = tape_model_create(tape, &model);
    if (err_is(&e))
        return;
    const struct device_model *device = tape_model_device(model);
    for (int pipe = 0x80; pipe < 0x90; pipe++)
        for (int i = 0; i < 4; i++)
            assert(device->in(device->self, (uint8_t)pipe, bytes, sizeof bytes) <= (int)sizeof bytes);
    assert(tape_model_complaint(model));
    tape_model_destroy(&model);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf text = {0};
    struct tape *tape;
    buf_append(&text, data, size);
    struct err e = tape_parse("fuzz", &text, &tape);
    buf_finish(&text);
    if (err_is(&e))
        return 0;
    read_all(tape);
    listen(tape);
    tape_destroy(&tape);
    return 0;
}
