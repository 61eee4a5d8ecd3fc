/* Whole files, read with a bound and written so that a power cut leaves the old or the new one, never half.
 */
#ifndef YIZHAN_BASE_FILE_H
#define YIZHAN_BASE_FILE_H

#include "board/base/buf.h"

/* Appends the file's bytes to out_buf. ERR_REFUSED when it is larger than max_bytes. */
MUST_USE struct err file_read(const char *path, size_t max_bytes, struct buf *out_buf);

/* The same of what a stranger brings: nothing but a regular file is read, and a symbolic link anywhere in
 * path is ERR_SYSTEM, ELOOP. */
MUST_USE struct err file_read_stranger(const char *path, size_t max_bytes, struct buf *out_buf);

/* Temporary file beside it, fsync, rename, fsync of the folder. mode as for open(2). */
MUST_USE struct err file_write(const char *path, const void *data, size_t size, int mode);

#endif
