#include "app/service/zone.h"

#include "board/base/file.h"

#include <stdio.h>
#include <stdlib.h>

enum { ZONE_BYTES_MAX = 65536 };

struct err zone_load(struct tz **out_tz)
{
    char path[256] = "/etc/localtime";
    const char *name = getenv("TZ");
    struct buf bytes = {0};
    if (name && *name)
        snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
    struct err e = file_read(path, ZONE_BYTES_MAX, &bytes);
    if (!err_is(&e))
        e = tz_create(bytes.data, bytes.length, out_tz);
    buf_finish(&bytes);
    return e;
}
