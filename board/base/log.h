/*
 * Log lines to stderr, one write(2) each, journald priorities in front ("<6>sync: ...").
 *
 * Thread-safe and without state. Personal data never goes into a log: pass whatever identifies a person
 * through log_redacted(), which keeps the length and nothing else.
 */
#ifndef YIZHAN_BASE_LOG_H
#define YIZHAN_BASE_LOG_H

#include "board/base/err.h"

void log_error(const char *module, const char *format, ...) PRINTF_LIKE(2, 3);
void log_warn(const char *module, const char *format, ...) PRINTF_LIKE(2, 3);
void log_info(const char *module, const char *format, ...) PRINTF_LIKE(2, 3);

/* Logs an error once, at the place that handles it: class, module, code and text. */
void log_err(const char *module, const struct err *e);

/* Writes "[18 bytes]" for any text into out_text; the only form in which a person's data may be logged. */
struct log_redacted {
    char text[24];
};
struct log_redacted log_redacted(const char *personal);

#endif
