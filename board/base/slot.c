#include "board/base/slot.h"

#include "board/base/file.h"

#include <stdio.h>
#include <string.h>

void slot_read(char out_slot[SLOT_SIZE])
{
    struct buf text = {0};
    struct err e = file_read(SLOT_PATH, SLOT_SIZE, &text);
    const char *line = err_is(&e) ? "" : buf_text(&text);
    snprintf(out_slot, SLOT_SIZE, "%.*s", (int)strcspn(line, "\n"), line);
    buf_finish(&text);
}
