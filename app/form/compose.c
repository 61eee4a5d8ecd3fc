#include "app/form/compose.h"
#include "board/base/wipe.h"
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

static const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;

static bool is_ascii(const char *text)
{
    while (*text > 0 && *text < 0x7f)
        text++;
    return *text == '\0';
}

void compose_text(const char *text, struct buf *out_text)
{
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text;
    utf8proc_ssize_t length = (utf8proc_ssize_t)strlen(text);
    utf8proc_ssize_t count = is_ascii(text) ? -1 : utf8proc_decompose(bytes, length, NULL, 0, options);
    if (count < 0) {
        buf_append_text(out_text, text);
        return;
    }
    size_t size = ((size_t)count + 1) * sizeof(utf8proc_int32_t);
    utf8proc_int32_t *points = malloc(size);
    if (!points) {
        out_text->failed = true;
        return;
    }
    count = utf8proc_decompose(bytes, length, points, count, options);
    count = utf8proc_reencode(points, count, options); /* in place: now bytes */
    if (count > 0)
        buf_append(out_text, points, (size_t)count);
    wipe(points, size);
    free(points);
}
