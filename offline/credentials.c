#include "offline/credentials.h"

#include "board/base/file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static const char MODULE[] = "sync";

enum { PASSWORD_MAX = 1024 };

static struct err check_mode(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return err_errno(MODULE, errno, "password_file %s", path);
    if (!S_ISREG(info.st_mode))
        return err_make(ERR_DATA, MODULE, 0, "password_file %s is not a file", path);
    if (info.st_mode & (S_IRWXO | S_IWGRP))
        return err_make(ERR_DATA, MODULE, 0, "password_file %s is open to others: chmod 640 it", path);
    return err_ok();
}

struct err credentials_read(const char *path, struct buf *out_password)
{
    struct buf text;

    TRY(check_mode(path));
    buf_init_private(&text);
    struct err e = file_read(path, PASSWORD_MAX, &text);
    size_t length = strcspn(buf_text(&text), "\r\n");
    if (!err_is(&e) && length == 0)
        e = err_make(ERR_DATA, MODULE, 0, "password_file %s holds no password", path);
    if (!err_is(&e)) {
        buf_append(out_password, text.data, length);
        e = buf_check(out_password, MODULE);
    }
    buf_finish(&text);
    return e;
}
