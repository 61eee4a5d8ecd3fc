#include "app/visit/mount.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static const char MODULE[] = "mount";

enum { PATH_SIZE = 256, SAFE = MS_NOEXEC | MS_NOSUID | MS_NODEV };

struct mount {
    char device[PATH_SIZE]; /* "" for a folder */
    char dir[PATH_SIZE];
    bool is_mounted;
};

/* Names on a stick are plain ASCII, which every kernel's own choice of letters reads; the last is for one
 * that lacks its choice. */
static const struct {
    const char *type, *options;
} kinds[] = {{"vfat", "umask=0077"}, {"exfat", "umask=0077"}, {"vfat", "umask=0077,iocharset=utf8"}};

static struct err attach(struct mount *stick, unsigned long flags)
{
    int reason = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (mount(stick->device, stick->dir, kinds[i].type, flags | SAFE, kinds[i].options) == 0) {
            stick->is_mounted = true;
            return err_ok();
        }
        reason = errno;
    }
    return err_make(ERR_DEVICE, MODULE, reason, "%.100s has no FAT or exFAT on it: %s", stick->device,
                    strerror(reason));
}

/* A stick that is gone cannot be waited for. */
static void detach(struct mount *stick)
{
    if (stick->is_mounted && umount2(stick->dir, 0) != 0)
        umount2(stick->dir, MNT_DETACH);
    stick->is_mounted = false;
}

struct err mount_open(const char *path, const char *at, struct mount **out_mount)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return err_make(ERR_DEVICE, MODULE, errno, "no stick at %.150s", path);
    struct mount *stick = calloc(1, sizeof *stick);
    if (!stick)
        return err_no_memory(MODULE);
    struct err e = err_ok();
    if (S_ISDIR(info.st_mode)) {
        snprintf(stick->dir, sizeof stick->dir, "%s", path);
    } else if (mkdir(at, 0700) != 0 && errno != EEXIST) {
        e = err_errno(MODULE, errno, "make %.150s", at);
    } else {
        snprintf(stick->device, sizeof stick->device, "%s", path);
        snprintf(stick->dir, sizeof stick->dir, "%s", at);
        e = attach(stick, MS_RDONLY);
    }
    if (err_is(&e))
        mount_close(&stick);
    else
        *out_mount = stick;
    return e;
}

void mount_close(struct mount **stick)
{
    if (!stick || !*stick)
        return;
    detach(*stick);
    free(*stick);
    *stick = NULL;
}

const char *mount_dir(const struct mount *stick)
{
    return stick->dir;
}

bool mount_is_there(const struct mount *stick)
{
    return access(*stick->device ? stick->device : stick->dir, F_OK) == 0;
}

struct err mount_write(struct mount *stick)
{
    if (!*stick->device)
        return err_ok();
    if (mount(NULL, stick->dir, NULL, MS_REMOUNT | SAFE, NULL) != 0)
        return err_make(ERR_DEVICE, MODULE, errno, "the stick cannot be written: %s", strerror(errno));
    return err_ok();
}

struct err mount_settle(struct mount *stick)
{
    int fd = open(stick->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int failed = fd < 0 || syncfs(fd) != 0;
    int reason = errno;
    if (fd >= 0)
        close(fd);
    if (failed)
        return err_make(ERR_DEVICE, MODULE, reason, "the stick did not take everything: %s",
                        strerror(reason));
    if (!*stick->device)
        return err_ok();
    detach(stick);
    return attach(stick, MS_RDONLY);
}
