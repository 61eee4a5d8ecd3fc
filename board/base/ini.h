/* INI files as the kiosk's configuration and drivers' models.ini have them: [section], key = value, #
 * comments. */
#ifndef YIZHAN_BASE_INI_H
#define YIZHAN_BASE_INI_H

#include "board/base/buf.h"

struct ini_entry {
    const char *file;
    int line;
    const char *section; /* "" before the first [section] */
    const char *key;     /* NULL for the section line itself, so that empty sections are seen */
    const char *value;   /* trimmed; borrowed, valid during the call only */
};

/* Calls visit for every section and key in order; stops at the first error it returns. Malformed lines,
 * double keys in a section and bytes that are not UTF-8 are ERR_DATA with file and line. */
MUST_USE struct err
ini_read(const char *path, struct err (*visit)(void *context, const struct ini_entry *entry), void *context);

/* The same of text that is already in memory; name stands where ini_read() has the path. The text is
 * consumed. */
MUST_USE struct err ini_parse(const char *name, struct buf *text,
                              struct err (*visit)(void *context, const struct ini_entry *entry),
                              void *context);

#endif
