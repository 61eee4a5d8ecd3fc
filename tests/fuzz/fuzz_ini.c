/* Any bytes as a configuration file: what is told of it stands in it. */
#include "board/base/ini.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct err look(void *context, const struct ini_entry *entry)
{
    size_t size = *(const size_t *)context;
    if (strlen(entry->section) > size || (entry->key && strlen(entry->key) + strlen(entry->value) > size))
        abort();
    return err_ok();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf text = {0};
    buf_append(&text, data, size);
    struct err e = ini_parse("fuzz.ini", &text, look, &size);
    (void)e;
    buf_finish(&text);
    return 0;
}
