#include "board/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct err read_all(int fd, const char *path, size_t max_bytes, struct buf *out_buf)
{
    char chunk[16384];
    size_t total = 0;
    for (;;) {
        ssize_t got = read(fd, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_errno("file", errno, "cannot read %s", path);
        if (got == 0)
            return buf_check(out_buf, "file");
        total += (size_t)got;
        if (total > max_bytes)
            return err_make(ERR_REFUSED, "file", EFBIG, "%s is larger than %zu bytes", path, max_bytes);
        buf_append(out_buf, chunk, (size_t)got);
        if (out_buf->is_private)
            explicit_bzero(chunk, (size_t)got);
    }
}

struct err file_read(const char *path, size_t max_bytes, struct buf *out_buf)
{
    /* A pipe that somebody laid onto a stick would be waited for. */
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return err_errno("file", errno, "cannot open %s", path);
    struct err e = read_all(fd, path, max_bytes, out_buf);
    close(fd);
    return e;
}

struct err file_read_stranger(const char *path, size_t max_bytes, struct buf *out_buf)
{
    const struct open_how how = {.flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC, .resolve = RESOLVE_NO_SYMLINKS};
    struct stat info;
    int fd = (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);
    if (fd < 0)
        return err_errno("file", errno, "cannot open %s", path);
    struct err e = fstat(fd, &info) == 0 && S_ISREG(info.st_mode)
                       ? read_all(fd, path, max_bytes, out_buf)
                       : err_make(ERR_DATA, "file", 0, "%s is no file", path);
    close(fd);
    return e;
}

static struct err write_all(int fd, const char *path, const void *data, size_t size)
{
    const char *at = data;
    while (size > 0) {
        ssize_t put = write(fd, at, size);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return err_errno("file", errno, "cannot write %s", path);
        at += put;
        size -= (size_t)put;
    }
    if (fsync(fd) != 0)
        return err_errno("file", errno, "cannot sync %s", path);
    return err_ok();
}

/* The rename is durable only when the folder is. */
static struct err sync_folder_of(const char *path)
{
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (!slash)
        strcpy(folder, ".");
    else
        slash[slash == folder] = '\0';
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_errno("file", errno, "cannot open %s", folder);
    struct err e = fsync(fd) == 0 ? err_ok() : err_errno("file", errno, "cannot sync %s", folder);
    close(fd);
    return e;
}

struct err file_write(const char *path, const void *data, size_t size, int mode)
{
    char temporary[PATH_MAX];
    if (snprintf(temporary, sizeof temporary, "%s.XXXXXX", path) >= (int)sizeof temporary)
        return err_make(ERR_REFUSED, "file", ENAMETOOLONG, "the path is too long");
    int fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0)
        return err_errno("file", errno, "cannot create a file beside %s", path);
    struct err e = write_all(fd, path, data, size);
    if (!err_is(&e) && fchmod(fd, (mode_t)mode) != 0)
        e = err_errno("file", errno, "cannot set the mode of %s", path);
    if (close(fd) != 0 && !err_is(&e))
        e = err_errno("file", errno, "cannot close %s", path);
    if (!err_is(&e) && rename(temporary, path) != 0)
        e = err_errno("file", errno, "cannot rename to %s", path);
    if (err_is(&e)) {
        unlink(temporary);
        return e;
    }
    return sync_folder_of(path);
}
