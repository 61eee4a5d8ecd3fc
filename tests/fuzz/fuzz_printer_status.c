/* Whatever a printer sends back: conditions stay within the known ones, words within their room. */
#include "drivers/printer/escpos.h"
#include <assert.h>
#include <string.h>

#define KNOWN_CONDITIONS 0x7Fu

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct escpos_reader reader = {0};
    char words[32];
    for (size_t i = 0; i < size; i++) {
        uint32_t conditions = 0;
        escpos_reader_push(&reader, data[i], &conditions);
        assert((conditions & ~KNOWN_CONDITIONS) == 0);
        assert(reader.gathered >= 0 && reader.gathered < 4);
        conditions |= escpos_port_conditions(data[i]);
        if (size - i >= 4)
            conditions |= escpos_conditions(data + i);
        assert((conditions & ~KNOWN_CONDITIONS) == 0);
        escpos_describe(conditions, words, sizeof words);
        assert(strlen(words) < sizeof words);
    }
    return 0;
}
