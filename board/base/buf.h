/*
 * Growable byte buffer, always NUL-terminated after its length so that data can be read as a C string.
 *
 * Append calls do not return errors: a failed allocation latches `failed`, later appends do nothing, and the
 * caller asks once at the end. A private buffer is wiped whenever it moves or is finished.
 */
#ifndef YIZHAN_BASE_BUF_H
#define YIZHAN_BASE_BUF_H

#include "board/base/err.h"
#include <stddef.h>
#include <stdint.h>

struct buf {
    char *data; /* owned; NULL while empty */
    size_t length;
    size_t capacity;
    bool failed;
    bool is_private;
};

/* In place; a zeroed struct buf is an empty public buffer too. */
void buf_init(struct buf *buf);
void buf_init_private(struct buf *buf);
/* Frees (private: wipes first) and leaves an empty buffer. */
void buf_finish(struct buf *buf);
/* Empties without giving memory back (private: wipes). */
void buf_clear(struct buf *buf);

void buf_append(struct buf *buf, const void *data, size_t size);
void buf_append_byte(struct buf *buf, uint8_t byte);
void buf_append_text(struct buf *buf, const char *text);
void buf_printf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);

/* ERR_SPACE when any append failed. */
MUST_USE struct err buf_check(const struct buf *buf, const char *module);
/* The text, never NULL. Valid until the next append. */
const char *buf_text(const struct buf *buf);

#endif
