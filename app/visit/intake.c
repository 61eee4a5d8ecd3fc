#include "app/fleet/pin.h"
#include "app/visit/visit_private.h"
#include "board/base/file.h"
#include "board/base/log.h"
#include "offline/time_floor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static const char MODULE[] = "visit";

enum { COPY_AT_ONCE = 256 * 1024, PASS_BYTES_MAX = 256 * 1024, DISK_KEEPS_BYTES = 64 * 1024 * 1024 };

#define DAY_MS ((int64_t)24 * 60 * 60 * 1000)
enum { DAYS_MAX = 3650 };

/* Only what a stick gives is the stick's fault; the rest is this machine's. */
static struct err stick_failed(const char *name)
{
    int reason = errno;
    if (reason == ENOENT || reason == ELOOP)
        return pass_refuse(PASS_FAULT_FILE_MISSING, "%s is not there", name);
    return pass_refuse(PASS_FAULT_FILE_DAMAGED, "%s cannot be read: %s", name, strerror(reason));
}

static struct err write_all(int fd, const char *bytes, size_t size)
{
    for (ssize_t done; size > 0; bytes += done, size -= (size_t)done) {
        done = write(fd, bytes, size);
        if (done < 0)
            return errno == ENOSPC ? pass_refuse(PASS_FAULT_DISK_FULL, "the data partition is full")
                                   : err_errno(MODULE, errno, "write a copy");
    }
    return err_ok();
}

struct copying {
    struct technician_visit *visit;
    int64_t done, whole; /* bytes of all files */
};

static void show_progress(struct copying *copying)
{
    int percent = copying->whole > 0 ? (int)(copying->done * 100 / copying->whole) : 0;
    if (percent == copying->visit->view.percent)
        return;
    copying->visit->view.percent = percent;
    visit_show(copying->visit);
}

/* At most max_bytes: the digest finds whatever differs. */
static struct err copy_bytes(struct copying *copying, const char *name, int from, int to, int64_t max_bytes)
{
    char chunk[COPY_AT_ONCE];
    ssize_t got = 0;
    while (max_bytes > 0 && (got = read(from, chunk, sizeof chunk)) > 0) {
        TRY(write_all(to, chunk, (size_t)got));
        max_bytes -= got;
        copying->done += got;
        show_progress(copying);
    }
    if (got < 0)
        return stick_failed(name);
    return fsync(to) == 0 ? err_ok() : err_errno(MODULE, errno, "write the copy of %s", name);
}

static struct err copy_file(struct copying *copying, const char *name, int64_t max_bytes)
{
    char from_path[VISIT_PATH_SIZE], to_path[VISIT_PATH_SIZE + 72];
    struct stat info;
    snprintf(from_path, sizeof from_path, "%s/%s", mount_dir(copying->visit->stick), name);
    snprintf(to_path, sizeof to_path, "%s/%s", copying->visit->spool, name);
    int from = open(from_path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (from < 0)
        return stick_failed(name);
    int to = open(to_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    struct err e = to < 0 ? err_errno(MODULE, errno, "make the copy of %s", name) : err_ok();
    if (!err_is(&e) && (fstat(from, &info) != 0 || !S_ISREG(info.st_mode)))
        e = pass_refuse(PASS_FAULT_FILE_MISSING, "%s is no file", name);
    if (!err_is(&e))
        e = copy_bytes(copying, name, from, to, max_bytes);
    close(from);
    if (to >= 0)
        close(to);
    return e;
}

/* A copy that was made before the stick was pulled need not be made again. */
static bool has_copy(const struct technician_visit *visit, const struct pass_file *file)
{
    struct err e = pass_check_file(visit->spool, file);
    return !err_is(&e);
}

static struct err check_disk(const struct technician_visit *visit, int64_t bytes)
{
    struct statvfs disk;
    if (statvfs(visit->spool, &disk) != 0)
        return err_errno(MODULE, errno, "look at %.150s", visit->spool);
    bool fits = (int64_t)(disk.f_bavail * disk.f_frsize) > bytes + DISK_KEEPS_BYTES;
    return fits ? err_ok()
                : pass_refuse(PASS_FAULT_DISK_FULL, "no room here for %lld MiB", (long long)(bytes >> 20));
}

static struct err copy_named(struct technician_visit *visit)
{
    struct copying copying = {.visit = visit};
    const struct pass *pass = &visit->pass;
    for (int i = 0; i < pass->file_count; i++)
        if (!has_copy(visit, &pass->files[i]))
            copying.whole += pass->files[i].size;
    TRY(check_disk(visit, copying.whole));
    for (int i = 0; i < pass->file_count; i++) {
        if (!has_copy(visit, &pass->files[i]))
            TRY(copy_file(&copying, pass->files[i].name, pass->files[i].size + 1));
        TRY(pass_check_file(visit->spool, &pass->files[i]));
    }
    return err_ok();
}

static bool is_early(const struct err *e)
{
    return e->class == ERR_REFUSED && strcmp(e->module, MODULE) == 0 && e->code == PASS_FAULT_EARLY;
}

/* A clock that is not set knows only that it is no earlier than the floor: a pass that is good on some later
 * day may be good today. What it says of the time is then the floor, so an older one does not come in after
 * it. */
static struct err judge_pass(struct technician_visit *visit, struct pass_rules rules)
{
    const struct visit_setup *setup = visit->setup;
    bool is_set = setup->clock->wall_ms(setup->clock) >= time_floor(setup->config->store.dir);
    struct err e = pass_read_text(visit->spool, &rules, &visit->pass);
    for (int day = 0; !is_set && is_early(&e) && day < DAYS_MAX; day++) {
        rules.now_ms += DAY_MS;
        e = pass_read_text(visit->spool, &rules, &visit->pass);
    }
    if (err_is(&e))
        return e;
    struct err no_floor = time_floor_raise(setup->config->store.dir, visit->pass.from_ms);
    if (err_is(&no_floor))
        log_err(MODULE, &no_floor);
    return err_ok();
}

/* The copy of a pass is judged before anything else is copied. */
static struct err copy_pass(struct technician_visit *visit, const struct pass_rules *rules)
{
    struct copying copying = {.visit = visit};
    char path[VISIT_PATH_SIZE];
    snprintf(path, sizeof path, "%s/" PASS_FILE, mount_dir(visit->stick));
    if (access(path, F_OK) != 0)
        return pass_refuse(PASS_FAULT_NO_PASS, "there is no %s on it", PASS_FILE);
    TRY(copy_file(&copying, PASS_FILE, PASS_BYTES_MAX));
    return judge_pass(visit, *rules);
}

struct err intake(struct technician_visit *visit)
{
    const struct config *config = visit->setup->config;
    struct outbox_counts counts = {0};
    TRY(outbox_count(visit->outbox, &counts));
    const struct pass_rules rules = {
        .ca = config->visit.ca,
        .town = config->visit.town,
        .kiosk_number = config->kiosk.number,
        .version = visit->setup->version,
        .carry_bytes = counts.waiting_bytes,
        .now_ms = time_for_certificates(config->store.dir, visit->setup->clock),
    };
    if (mkdir(visit->spool, 0700) != 0 && errno != EEXIST)
        return err_errno(MODULE, errno, "make %.150s", visit->spool);
    TRY(copy_pass(visit, &rules));
    TRY(copy_named(visit));
    TRY(pass_check_room(mount_dir(visit->stick), visit->pass.actions, rules.carry_bytes));
    return pin_is_set(config) ? err_ok()
                              : pass_refuse(PASS_FAULT_NO_PIN, "[visit] pin or its key is missing");
}

void intake_forget(struct technician_visit *visit)
{
    DIR *spool = opendir(visit->spool);
    for (struct dirent *entry; spool && (entry = readdir(spool)) != NULL;)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            unlinkat(dirfd(spool), entry->d_name, 0);
    if (spool)
        closedir(spool);
    rmdir(visit->spool);
}
