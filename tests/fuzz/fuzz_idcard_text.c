/* Any text block gives texts that end, are UTF-8 and hold nothing XML cannot carry. */
#include "board/base/utf8.h"
#include "drivers/idcard/text.h"
#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t text[IDCARD_TEXT_SIZE] = {0};
    struct idcard card = {0};
    memcpy(text, data, size < sizeof text ? size : sizeof text);
    struct err e = idcard_text_decode(text, &card);
    if (err_is(&e))
        return 0;
    if (size > sizeof text)
        idcard_text_set_address(&card, data + sizeof text, size - sizeof text);
    for (size_t i = 0; i < IDCARD_FIELDS; i++) {
        const char *value = idcard_field(&card, idcard_fields[i]);
        assert(utf8_valid(value, strlen(value)));
        for (; *value; value++)
            assert((unsigned char)*value >= 0x20);
    }
    idcard_age(&card, "2026-11-22");
    idcard_text_encode(&card, text);
    return 0;
}
