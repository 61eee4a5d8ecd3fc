#include "board/base/wipe.h"
#include "drivers/tape/tape_parts.h"
#include <stdio.h>
#include <stdlib.h>

struct err tape_create(struct tape **out_tape)
{
    struct tape *tape = calloc(1, sizeof *tape);
    if (!tape)
        return err_no_memory("tape");
    buf_init_private(&tape->bytes);
    *out_tape = tape;
    return err_ok();
}

void tape_destroy(struct tape **tape)
{
    if (!*tape)
        return;
    buf_finish(&(*tape)->bytes);
    buf_finish(&(*tape)->entries);
    free(*tape);
    *tape = NULL;
}

void tape_add(struct tape *tape, enum tape_kind kind, uint8_t pipe, const void *bytes, size_t size)
{
    const struct tape_entry entry = {.kind = kind, .pipe = pipe, .at = tape->bytes.length, .size = size};
    if (size > 0)
        buf_append(&tape->bytes, bytes, size);
    buf_append(&tape->entries, &entry, sizeof entry);
}

void tape_device(struct tape *tape, const char *subsystem, uint16_t vendor, uint16_t product)
{
    if (!tape || tape->device.subsystem[0])
        return;
    snprintf(tape->device.subsystem, sizeof tape->device.subsystem, "%s", subsystem);
    tape->device.vendor = vendor;
    tape->device.product = product;
}

void tape_interface(struct tape *tape, const struct tape_interface *interface)
{
    if (tape && tape->device.interface.pipe_count == 0)
        tape->device.interface = *interface;
}

void tape_sent(struct tape *tape, uint8_t pipe, const void *bytes, size_t size)
{
    if (tape)
        tape_add(tape, TAPE_SENT, pipe, bytes, size);
}

void tape_came(struct tape *tape, uint8_t pipe, const void *bytes, size_t size)
{
    if (tape)
        tape_add(tape, TAPE_CAME, pipe, bytes, size);
}

void tape_stalled(struct tape *tape, uint8_t pipe)
{
    if (tape)
        tape_add(tape, TAPE_STALLED, pipe, NULL, 0);
}

const struct tape_device *tape_get_device(const struct tape *tape)
{
    return &tape->device;
}

size_t tape_count(const struct tape *tape)
{
    return tape->entries.length / sizeof(struct tape_entry);
}

const struct tape_entry *tape_entry(const struct tape *tape, size_t i)
{
    return (const struct tape_entry *)(const void *)tape->entries.data + i;
}

uint8_t *tape_bytes(const struct tape *tape, size_t i)
{
    return (uint8_t *)tape->bytes.data + tape_entry(tape, i)->at;
}

bool tape_stream(struct tape *tape, enum tape_kind kind, struct buf *out_places)
{
    for (size_t i = 0; i < tape_count(tape); i++) {
        const struct tape_entry *entry = tape_entry(tape, i);
        for (size_t byte = 0; entry->kind == kind && byte < entry->size; byte++) {
            uint8_t *place = tape_bytes(tape, i) + byte;
            buf_append(out_places, &place, sizeof place);
        }
    }
    if (out_places->failed) {
        buf_clear(&tape->bytes);
        buf_clear(&tape->entries);
    }
    return !out_places->failed;
}
