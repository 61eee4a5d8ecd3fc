#include "board/base/utf8.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

/* Length of the well-formed character at text, 0 when malformed (RFC 3629, table of section 4). */
static size_t character_length(const unsigned char *text, size_t left)
{
    unsigned char a = text[0];
    if (a < 0x80)
        return 1;
    size_t length = a >= 0xC2 && a <= 0xDF ? 2 : (a & 0xF0) == 0xE0 ? 3 : a >= 0xF0 && a <= 0xF4 ? 4 : 0;
    if (length == 0 || length > left)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((text[i] & 0xC0) != 0x80)
            return 0;
    unsigned char b = text[1];
    bool overlong = (a == 0xE0 && b < 0xA0) || (a == 0xF0 && b < 0x90);
    bool surrogate = a == 0xED && b > 0x9F;
    bool too_high = a == 0xF4 && b > 0x8F;
    return overlong || surrogate || too_high ? 0 : length;
}

/* Bytes of the text before the first that is no UTF-8. */
static size_t valid_length(const char *bytes, size_t length)
{
    size_t at = 0;
    for (size_t step; at < length; at += step) {
        step = character_length((const unsigned char *)bytes + at, length - at);
        if (step == 0)
            break;
    }
    return at;
}

bool utf8_valid(const char *text, size_t length)
{
    return valid_length(text, length) == length;
}

uint32_t utf8_next(const char **text, const char *end)
{
    const unsigned char *at = (const unsigned char *)*text;
    size_t length = character_length(at, (size_t)(end - *text));
    if (length == 0) {
        *text += 1;
        return 0xFFFD;
    }
    *text += length;
    if (length == 1)
        return at[0];
    uint32_t code_point = at[0] & (0x7FU >> length);
    for (size_t i = 1; i < length; i++)
        code_point = code_point << 6 | (at[i] & 0x3FU);
    return code_point;
}

size_t utf8_put(uint32_t code_point, char out_bytes[4])
{
    if (code_point < 0x80) {
        out_bytes[0] = (char)code_point;
        return 1;
    }
    size_t length = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--) {
        out_bytes[i] = (char)(0x80 | (code_point & 0x3F));
        code_point >>= 6;
    }
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    out_bytes[0] = (char)(lead[length] | code_point);
    return length;
}

void utf8_clean(char *text)
{
    const char *from = text, *end = text + strlen(text);
    char *to = text;
    while (from < end) {
        const char *start = from;
        utf8_next(&from, end);
        size_t size = (size_t)(from - start);
        if (!utf8_valid(start, size))
            continue;
        memmove(to, start, size);
        to += size;
    }
    *to = '\0';
}

bool utf8_ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), end_length = strlen(end);
    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

size_t utf8_count(const char *text)
{
    size_t count = 0;
    for (const char *end = text + strlen(text); text < end; count++)
        utf8_next(&text, end);
    return count;
}

/* gb_length: how far it reads as GB18030. The encoding that got further is the one it was written in. */
static struct err unreadable(const char *bytes, size_t length, size_t gb_length)
{
    size_t utf8_length = valid_length(bytes, length), line = 1;
    size_t read = gb_length > utf8_length ? gb_length : utf8_length;
    if (length >= 2 && (memcmp(bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes, "\xFE\xFF", 2) == 0))
        return err_make(ERR_DATA, "utf8", 0, "the text is UTF-16, neither UTF-8 nor GB18030");
    for (size_t i = 0; i < read; i++)
        line += bytes[i] == '\n';
    return err_make(ERR_DATA, "utf8", 0, "line %zu: neither UTF-8 nor GB18030", line);
}

static struct err append_gb18030(const char *bytes, size_t length, struct buf *out_text)
{
    iconv_t converter = iconv_open("UTF-8", "GB18030");
    if (converter == (iconv_t)-1)
        return err_errno("utf8", errno, "this system cannot read GB18030");
    char *in = (char *)(uintptr_t)bytes;
    const size_t whole = length;
    struct err e = err_ok();
    while (length > 0 && !err_is(&e)) {
        char chunk[1024], *out = chunk;
        size_t room = sizeof chunk;
        size_t done = iconv(converter, &in, &length, &out, &room);
        if (done == (size_t)-1 && errno != E2BIG)
            e = unreadable(bytes, whole, whole - length);
        else
            buf_append(out_text, chunk, sizeof chunk - room);
        explicit_bzero(chunk, sizeof chunk);
    }
    iconv_close(converter);
    return err_is(&e) ? e : buf_check(out_text, "utf8");
}

struct err utf8_from_any(const char *bytes, size_t length, struct buf *out_text)
{
    if (!utf8_valid(bytes, length))
        return append_gb18030(bytes, length, out_text);
    bool has_mark = length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0;
    buf_append(out_text, bytes + (has_mark ? 3 : 0), length - (has_mark ? 3 : 0));
    return buf_check(out_text, "utf8");
}
