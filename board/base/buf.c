#include "board/base/buf.h"

#include "board/base/wipe.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_init(struct buf *buf)
{
    *buf = (struct buf){0};
}

void buf_init_private(struct buf *buf)
{
    *buf = (struct buf){.is_private = true};
}

static void release(struct buf *buf)
{
    if (buf->is_private)
        private_free(buf->data, buf->capacity);
    else
        free(buf->data);
}

void buf_finish(struct buf *buf)
{
    release(buf);
    *buf = (struct buf){.is_private = buf->is_private};
}

void buf_clear(struct buf *buf)
{
    if (buf->is_private)
        wipe(buf->data, buf->length);
    buf->length = 0;
    buf->failed = false;
    if (buf->data)
        buf->data[0] = '\0';
}

/* Not realloc: it could leave a copy of personal data behind. */
static bool move_to(struct buf *buf, size_t capacity)
{
    char *data = buf->is_private ? private_alloc(capacity) : malloc(capacity);
    if (!data)
        return false;
    if (buf->length)
        memcpy(data, buf->data, buf->length);
    data[buf->length] = '\0';
    release(buf);
    buf->data = data;
    buf->capacity = capacity;
    return true;
}

/* Private memory comes in pages: to begin with less than one would only mean to move sooner. */
enum { CAPACITY_MIN = 64, PRIVATE_CAPACITY_MIN = 4096 };

static bool make_room(struct buf *buf, size_t more)
{
    if (buf->failed)
        return false;
    size_t need;
    if (__builtin_add_overflow(buf->length, more, &need) || __builtin_add_overflow(need, 1, &need)) {
        buf->failed = true;
        return false;
    }
    if (need <= buf->capacity)
        return true;
    size_t least = buf->is_private ? PRIVATE_CAPACITY_MIN : CAPACITY_MIN;
    size_t capacity = buf->capacity ? buf->capacity : least;
    while (capacity < need)
        capacity = capacity > SIZE_MAX / 2 ? need : capacity * 2;
    buf->failed = !move_to(buf, capacity);
    return !buf->failed;
}

void buf_append(struct buf *buf, const void *data, size_t size)
{
    if (!make_room(buf, size))
        return;
    if (size)
        memcpy(buf->data + buf->length, data, size);
    buf->length += size;
    buf->data[buf->length] = '\0';
}

void buf_append_byte(struct buf *buf, uint8_t byte)
{
    buf_append(buf, &byte, 1);
}

void buf_append_text(struct buf *buf, const char *text)
{
    buf_append(buf, text, strlen(text));
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int size = vsnprintf(NULL, 0, format, args);
    if (size < 0)
        buf->failed = true;
    else if (make_room(buf, (size_t)size)) {
        vsnprintf(buf->data + buf->length, (size_t)size + 1, format, again);
        buf->length += (size_t)size;
    }
    va_end(again);
    va_end(args);
}

struct err buf_check(const struct buf *buf, const char *module)
{
    return buf->failed ? err_no_memory(module) : err_ok();
}

const char *buf_text(const struct buf *buf)
{
    return buf->data ? buf->data : "";
}
