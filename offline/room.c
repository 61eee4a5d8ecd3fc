#include "offline/room.h"

#include <sys/statvfs.h>

#define RESERVE_MAX  ((int64_t)64 << 20)
#define RESERVE_PART 32

int64_t room_left(const char *dir)
{
    struct statvfs disk;
    if (statvfs(dir, &disk) != 0)
        return INT64_MAX;
    int64_t unit = (int64_t)disk.f_frsize;
    int64_t reserve = (int64_t)disk.f_blocks * unit / RESERVE_PART;
    return (int64_t)disk.f_bavail * unit - (reserve < RESERVE_MAX ? reserve : RESERVE_MAX);
}
