#include "app/visit/reset.h"

#include "board/base/file.h"
#include "board/base/log.h"
#include "board/base/random.h"
#include "offline/rescue.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static const char MODULE[] = "reset";

enum { PATH_SIZE = 512, PIECE = 64 * 1024, DEPTH_MAX = 16 };

/* Where the image keeps systemd credentials, see board/image/make. */
static const char *const credential_folders[] = {"/var/lib/yizhan/credstore",
                                                 "/var/lib/yizhan/credstore.encrypted"};

/* ---- what would be lost ---- */

static bool has_outbox(const struct config *config)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/outbox.db", config->store.dir);
    return access(path, F_OK) == 0;
}

static struct err open_rescue(const struct config *config, const struct clock *clock,
                              char work_dir[PATH_SIZE], struct rescue **out_rescue)
{
    snprintf(work_dir, PATH_SIZE, "%s/reset.XXXXXX", config->store.dir);
    if (!mkdtemp(work_dir))
        return err_errno(MODULE, errno, "make a folder in %.200s", config->store.dir);
    struct err e = rescue_open(config->store.dir, work_dir, clock, out_rescue);
    if (err_is(&e))
        rmdir(work_dir);
    return e;
}

struct err reset_unsent(const struct config *config, const struct clock *clock, int64_t *out_applications)
{
    char work_dir[PATH_SIZE];
    struct rescue *rescue = NULL;
    int64_t bytes = 0;
    if (!has_outbox(config)) {
        *out_applications = 0;
        return err_ok();
    }
    TRY(open_rescue(config, clock, work_dir, &rescue));
    struct err e = rescue_count(rescue, out_applications, &bytes);
    rescue_close(&rescue);
    rmdir(work_dir);
    return e;
}

struct err reset_export(const struct config *config, const struct clock *clock, const char *dir,
                        struct courier_counts *out_counts)
{
    char work_dir[PATH_SIZE];
    struct rescue *rescue = NULL;
    struct device_key *key = NULL;
    TRY(open_rescue(config, clock, work_dir, &rescue));
    struct err e = device_key_open(config->secrets.dir, &key);
    if (!err_is(&e))
        e = rescue_export(rescue, key, dir, out_counts);
    device_key_close(&key);
    rescue_close(&rescue);
    rmdir(work_dir);
    return e;
}

struct err reset_mark(const struct config *config, int carried)
{
    char folder[PATH_SIZE], path[PATH_SIZE + 8], text[16];
    const char *slash = strrchr(config->store.dir, '/');
    int length = snprintf(text, sizeof text, "%d\n", carried);
    snprintf(folder, sizeof folder, "%.*s/visit", slash ? (int)(slash - config->store.dir) : 0,
             config->store.dir);
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return err_errno(MODULE, errno, "make %.200s", folder);
    snprintf(path, sizeof path, "%s/reset", folder);
    return file_write(path, text, (size_t)length, 0600);
}

/* ---- whose turn it is ---- */

static bool is_kiosk_running(const struct config *config)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%.90s/kiosk.poke", config->store.dir);
    bool is_running = fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) == 0;
    if (fd >= 0)
        close(fd);
    return is_running;
}

/* yizhan-sync's own lock; held until the process ends. */
static bool is_sync_running(const struct config *config)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/sync.lock", config->store.dir);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    return fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0;
}

/* "/", "/home" and what is not absolute are somebody's mistake. */
static struct err check_folder(const char *dir)
{
    const char *second = dir[0] == '/' ? strchr(dir + 1, '/') : NULL;
    if (!second || !second[1] || strstr(dir, ".."))
        return err_make(ERR_REFUSED, MODULE, 0, "\"%.150s\" is no folder of a kiosk's own", dir);
    return err_ok();
}

/* ---- destroying ---- */

static struct err overwrite(int fd, int64_t size)
{
    uint8_t piece[PIECE];
    random_bytes(piece, sizeof piece);
    for (int64_t at = 0; at < size;) {
        size_t left = size - at < PIECE ? (size_t)(size - at) : PIECE;
        ssize_t wrote = pwrite(fd, piece, left, at);
        if (wrote < 0 && errno != EINTR)
            return err_errno(MODULE, errno, "overwrite");
        at += wrote > 0 ? wrote : 0;
    }
    return fsync(fd) == 0 ? err_ok() : err_errno(MODULE, errno, "sync what was overwritten");
}

/* A read-only medium or a broken block does not keep the rest alive: said once, gone on, and unlinked. */
static void destroy_file(int folder, const char *name, struct reset_report *report)
{
    struct stat info;
    int fd = openat(folder, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd >= 0 && fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) {
        struct err e = overwrite(fd, info.st_size);
        if (err_is(&e))
            log_err(MODULE, &e);
        report->bytes += info.st_size;
    }
    if (fd >= 0)
        close(fd);
    report->files += unlinkat(folder, name, 0) == 0;
}

/* All below a folder that lies on the folder's own file system; only names that begin with prefix at its top.
 */
static struct err destroy_below(int folder, const char *prefix, dev_t disk, int depth,
                                struct reset_report *report)
{
    DIR *listing = depth < DEPTH_MAX ? fdopendir(dup(folder)) : NULL;
    if (!listing)
        return err_make(ERR_SYSTEM, MODULE, errno, "a folder cannot be read, or lies too deep");
    struct err e = err_ok();
    for (struct dirent *entry; !err_is(&e) && (entry = readdir(listing));) {
        struct stat info;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
            strncmp(entry->d_name, prefix, strlen(prefix)) != 0 ||
            fstatat(folder, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0 || info.st_dev != disk)
            continue;
        if (!S_ISDIR(info.st_mode)) {
            destroy_file(folder, entry->d_name, report);
            continue;
        }
        int inner = openat(folder, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        e = inner < 0 ? err_errno(MODULE, errno, "open a folder")
                      : destroy_below(inner, "", disk, depth + 1, report);
        if (inner >= 0)
            close(inner);
        unlinkat(folder, entry->d_name, AT_REMOVEDIR);
    }
    closedir(listing);
    return e;
}

/* *out_found may be NULL. */
static struct err destroy_folder(const char *dir, const char *prefix, struct reset_report *report,
                                 bool *out_found)
{
    struct stat info;
    TRY(check_folder(dir));
    int folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (out_found)
        *out_found = folder >= 0;
    if (folder < 0)
        return errno == ENOENT ? err_ok() : err_errno(MODULE, errno, "open %.150s", dir);
    struct err e = fstat(folder, &info) == 0 ? destroy_below(folder, prefix, info.st_dev, 0, report)
                                             : err_errno(MODULE, errno, "look at %.150s", dir);
    fsync(folder);
    struct fstrim_range all = {.len = UINT64_MAX};
    report->is_trimmed |= ioctl(folder, FITRIM, &all) == 0;
    close(folder);
    return e;
}

/* A password or certificate that the configuration names, wherever it lies. What lies under /run is gone with
 * the power. */
static void destroy_named(const char *path, struct reset_report *report)
{
    if (*path && strncmp(path, "/run/", 5) != 0)
        destroy_file(AT_FDCWD, path, report);
}

static struct err destroy_keys(const struct config *config, struct reset_report *report)
{
    const struct config_endpoint *const endpoints[] = {&config->platform, &config->fleet, &config->update};
    TRY(destroy_folder(config->secrets.dir, "", report, NULL));
    for (size_t i = 0; i < sizeof credential_folders / sizeof *credential_folders; i++)
        TRY(destroy_folder(credential_folders[i], "", report, NULL));
    for (size_t i = 0; i < sizeof endpoints / sizeof *endpoints; i++) {
        destroy_named(endpoints[i]->password_file, report);
        destroy_named(endpoints[i]->client_cert, report);
    }
    return err_ok();
}

static struct err destroy_mirror(const struct config *config, struct reset_report *report)
{
    bool found = false;
    if (!*config->store.mirror)
        return err_ok();
    TRY(destroy_folder(config->store.mirror, "outbox.db", report, &found));
    report->lacks_mirror = !found;
    return err_ok();
}

struct err reset_destroy(const struct config *config, const char *config_path,
                         struct reset_report *out_report)
{
    struct reset_report report = {0};
    TRY(check_folder(config->store.dir));
    TRY(check_folder(config->secrets.dir));
    if (is_kiosk_running(config))
        return err_make(ERR_REFUSED, MODULE, 0, "yizhan-kiosk is running: stop it first");
    if (is_sync_running(config))
        return err_make(ERR_REFUSED, MODULE, 0, "yizhan-sync is running: stop it first");
    TRY(destroy_keys(config, &report));
    TRY(destroy_folder(config->store.dir, "", &report, NULL));
    TRY(destroy_mirror(config, &report));
    destroy_file(AT_FDCWD, config_path, &report); /* last: it says where all the others lie */
    *out_report = report;
    return err_ok();
}
