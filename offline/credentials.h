/* The password of an endpoint, the one secret yizhan-sync knows; yizhanctl reads its own the same way. Any
 * thread. */
#ifndef YIZHAN_OFFLINE_CREDENTIALS_H
#define YIZHAN_OFFLINE_CREDENTIALS_H

#include "board/base/buf.h"

/*
 * Reads the first line of [platform] password_file into a private buffer. ERR_DATA when the file is readable
 * or writable by others than its owner and group, is no regular file, or holds nothing; the text never enters
 * an error.
 */
MUST_USE struct err credentials_read(const char *path, struct buf *out_password);

#endif
