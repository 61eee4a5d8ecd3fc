#include "app/fleet/reset.h"

#include "board/base/file.h"
#include "board/base/log.h"
#include "board/base/random.h"
#include "offline/rescue.h"
#include "offline/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
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

static bool has_outbox(const char *dir)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/outbox.db", dir);
    return access(path, F_OK) == 0;
}

static bool has_mirror(const struct config *config)
{
    return *config->store.mirror && has_outbox(config->store.mirror);
}

static struct err make_work_dir(const struct config *config, char out_dir[PATH_SIZE])
{
    snprintf(out_dir, PATH_SIZE, "%s/reset.XXXXXX", config->store.dir);
    return mkdtemp(out_dir) ? err_ok()
                            : err_errno(MODULE, errno, "make a folder in %.200s", config->store.dir);
}

/* What a damaged database held nobody here can count. */
static struct err check_quarantine(const struct config *config)
{
    char path[STORE_PATH_SIZE];
    store_newest_quarantine(config->store.dir, "outbox", path);
    if (!*path)
        return err_ok();
    return err_make(ERR_REFUSED, MODULE, 0,
                    "applications may lie in a damaged outbox, %.150s: save that file first, or "
                    "--abandon-unsent destroys it",
                    path);
}

/* What the outbox has lost stays on its mirror. */
static struct err check_mirror(const struct config *config, const struct clock *clock, const char *work_dir,
                               struct rescue *own)
{
    struct rescue *mirror = NULL;
    struct rescue_count count = {0};
    if (!has_mirror(config))
        return err_ok();
    TRY(rescue_open(config->store.mirror, work_dir, clock, &mirror));
    struct err e = rescue_count(mirror, own, &count);
    rescue_close(&mirror);
    if (err_is(&e) || (own ? count.unknown : count.waiting) == 0)
        return e;
    return err_make(ERR_REFUSED, MODULE, 0,
                    "%" PRId64 " applications lie on the mirror %.100s only: yizhanctl rescue carries them "
                    "away, --abandon-unsent destroys them",
                    own ? count.unknown : count.waiting, config->store.mirror);
}

static struct err count_in(const struct config *config, const struct clock *clock, const char *work_dir,
                           struct rescue_count *out_count)
{
    struct rescue *own = NULL;
    if (has_outbox(config->store.dir))
        TRY(rescue_open(config->store.dir, work_dir, clock, &own));
    struct err e = check_mirror(config, clock, work_dir, own);
    if (!err_is(&e) && own)
        e = rescue_count(own, NULL, out_count);
    rescue_close(&own);
    return e;
}

struct err reset_unsent(const struct config *config, const struct clock *clock,
                        struct reset_unsent *out_unsent)
{
    char work_dir[PATH_SIZE];
    struct rescue_count count = {0};
    TRY(check_quarantine(config));
    if (!has_outbox(config->store.dir) && !has_mirror(config)) {
        *out_unsent = (struct reset_unsent){0};
        return err_ok();
    }
    TRY(make_work_dir(config, work_dir));
    struct err e = count_in(config, clock, work_dir, &count);
    rmdir(work_dir);
    if (!err_is(&e))
        *out_unsent = (struct reset_unsent){count.waiting, count.newest};
    return e;
}

struct err reset_export(const struct config *config, const struct clock *clock, const char *dir,
                        const struct courier_medium *medium, struct courier_counts *out_counts)
{
    char work_dir[PATH_SIZE];
    struct rescue *rescue = NULL;
    struct device_key *key = NULL;
    TRY(make_work_dir(config, work_dir));
    struct err e = rescue_open(config->store.dir, work_dir, clock, &rescue);
    if (!err_is(&e))
        e = device_key_open(config->secrets.dir, &key);
    if (!err_is(&e))
        e = rescue_export(rescue, key, dir, medium, out_counts);
    device_key_close(&key);
    rescue_close(&rescue);
    rmdir(work_dir);
    return e;
}

/* ---- the mark ---- */

static void mark_path(const struct config *config, char out_folder[PATH_SIZE], char out_path[PATH_SIZE + 8])
{
    const char *slash = strrchr(config->store.dir, '/');
    snprintf(out_folder, PATH_SIZE, "%.*s/visit", slash ? (int)(slash - config->store.dir) : 0,
             config->store.dir);
    snprintf(out_path, PATH_SIZE + 8, "%s/reset", out_folder);
}

struct err reset_mark(const struct config *config, const struct reset_unsent *carried)
{
    char folder[PATH_SIZE], path[PATH_SIZE + 8], text[48];
    int length =
        snprintf(text, sizeof text, "%" PRId64 ":%" PRId64 "\n", carried->applications, carried->newest);
    mark_path(config, folder, path);
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return err_errno(MODULE, errno, "make %.200s", folder);
    return file_write(path, text, (size_t)length, 0600);
}

bool reset_carried_read(const char *text, struct reset_unsent *out_carried)
{
    struct reset_unsent carried = {.newest = INT64_MAX};
    char *end = NULL;
    carried.applications = strtoll(text, &end, 10);
    bool is_number = end != text;
    if (is_number && *end == ':') {
        text = end + 1;
        carried.newest = strtoll(text, &end, 10);
        is_number = end != text;
    }
    if (!is_number || *end || carried.applications < 0 || carried.newest < 0)
        return false;
    *out_carried = carried;
    return true;
}

void reset_unmark(const struct config *config)
{
    char folder[PATH_SIZE], path[PATH_SIZE + 8];
    mark_path(config, folder, path);
    unlink(path);
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

static struct err overwrite_file(int folder, const char *name, int64_t size)
{
    int fd = openat(folder, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return err_errno(MODULE, errno, "open what is to be overwritten");
    struct err e = overwrite(fd, size);
    close(fd);
    return e;
}

/* A read-only medium or a broken block does not keep the rest alive: counted, gone on, and unlinked. */
static void destroy_file(int folder, const char *name, struct reset_report *report)
{
    struct stat info;
    if (fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
        report->failed += errno != ENOENT;
        return;
    }
    struct err e = S_ISREG(info.st_mode) ? overwrite_file(folder, name, info.st_size) : err_ok();
    bool is_gone = unlinkat(folder, name, 0) == 0 || errno == ENOENT;
    if (err_is(&e))
        log_err(MODULE, &e);
    report->bytes += S_ISREG(info.st_mode) && !err_is(&e) ? info.st_size : 0;
    report->files += is_gone;
    report->failed += err_is(&e) || !is_gone;
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
            continue; /* a mount point is another's */
        if (!S_ISDIR(info.st_mode)) {
            destroy_file(folder, entry->d_name, report);
            continue;
        }
        int inner = openat(folder, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        e = inner < 0 ? err_errno(MODULE, errno, "open a folder")
                      : destroy_below(inner, "", disk, depth + 1, report);
        if (inner >= 0)
            close(inner);
        report->failed += unlinkat(folder, entry->d_name, AT_REMOVEDIR) != 0;
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
    struct stat info;
    bool is_lasting = *path && strncmp(path, "/run/", 5) != 0;
    if (is_lasting && lstat(path, &info) == 0 && S_ISREG(info.st_mode))
        destroy_file(AT_FDCWD, path, report);
}

static void destroy_credentials(struct reset_report *report, struct err *error)
{
    for (size_t i = 0; i < sizeof credential_folders / sizeof *credential_folders; i++) {
        struct err e = destroy_folder(credential_folders[i], "", report, NULL);
        *error = err_is(error) ? *error : e;
    }
}

/* All of them are tried, whatever becomes of one. */
static struct err destroy_keys(const struct config *config, struct reset_report *report)
{
    const struct config_endpoint *const endpoints[] = {&config->platform, &config->fleet, &config->update};
    int failed = report->failed;
    struct err e = destroy_folder(config->secrets.dir, "", report, NULL);
    destroy_credentials(report, &e);
    for (size_t i = 0; i < sizeof endpoints / sizeof *endpoints; i++) {
        destroy_named(endpoints[i]->password_file, report);
        destroy_named(endpoints[i]->client_cert, report);
    }
    destroy_named(config->visit.pin_key, report);
    if (!err_is(&e) && report->failed > failed)
        e = err_make(ERR_SYSTEM, MODULE, 0, "%d keys could not be destroyed", report->failed - failed);
    return e;
}

/* What lies on a medium that fails has to be destroyed with the medium. */
static void destroy_mirror(const struct config *config, struct reset_report *report)
{
    bool found = false;
    int failed = report->failed;
    if (!*config->store.mirror)
        return;
    struct err e = destroy_folder(config->store.mirror, "outbox.db", report, &found);
    if (err_is(&e))
        log_err(MODULE, &e);
    report->lacks_mirror = !found || err_is(&e) || report->failed > failed;
}

/* Before anything is destroyed: a configuration that names a wrong folder must not be found out half way. */
static struct err check_folders(const struct config *config)
{
    TRY(check_folder(config->store.dir));
    TRY(check_folder(config->secrets.dir));
    return *config->store.mirror ? check_folder(config->store.mirror) : err_ok();
}

struct err reset_destroy(const struct config *config, const char *config_path,
                         struct reset_report *out_report)
{
    struct reset_report report = {0};
    TRY(check_folders(config));
    if (is_kiosk_running(config))
        return err_make(ERR_REFUSED, MODULE, 0, "yizhan-kiosk is running: stop it first");
    if (is_sync_running(config))
        return err_make(ERR_REFUSED, MODULE, 0, "yizhan-sync is running: stop it first");
    struct err keys = destroy_keys(config, &report);
    struct err store = destroy_folder(config->store.dir, "", &report, NULL);
    destroy_mirror(config, &report);
    TRY(keys);
    TRY(store);
    destroy_file(AT_FDCWD, config_path, &report); /* last: it says where all the others lie */
    *out_report = report;
    return err_ok();
}
