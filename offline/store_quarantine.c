/* Quarantine: a corrupt database is evidence and perhaps a citizen's application. It is moved, never deleted.
 */
#include "offline/store_internal.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FOLDER "quarantine"

static void sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)fsync(fd); /* best effort: the moved file is whole either way */
    close(fd);
}

/* DIR/quarantine/outbox-20260822T101500Z-0.db: sorts by time; the last figure keeps two of one second apart.
 */
static struct err free_name(const char *dir, const char *name, const struct clock *clock,
                            char out_path[STORE_PATH_SIZE])
{
    time_t now = (time_t)(clock->wall_ms(clock) / 1000);
    struct tm utc;
    char stamp[32];
    gmtime_r(&now, &utc);
    strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", &utc);
    char path[STORE_PATH_SIZE];
    for (int i = 0; i < 100; i++) {
        int length = snprintf(path, sizeof path, "%s/" FOLDER "/%s-%s-%02d.db", dir, name, stamp, i);
        if (length < 0 || (size_t)length >= sizeof path)
            break;
        if (access(path, F_OK) != 0) {
            memcpy(out_path, path, sizeof path);
            return err_ok();
        }
    }
    return err_make(ERR_SYSTEM, "store", 0, "no free name in the quarantine folder");
}

static struct err move_file(const char *from, const char *to)
{
    if (rename(from, to) != 0 && errno != ENOENT)
        return err_errno("store", errno, "move to quarantine");
    return err_ok();
}

/* The database first: a journal without a database is discarded by SQLite, the other way round it would be
 * replayed into a fresh one. */
static struct err move_database(const char *dir, const char *name, const char *to)
{
    char from[STORE_PATH_SIZE + 64], journal_to[STORE_PATH_SIZE + 16], folder[STORE_PATH_SIZE + 16];
    snprintf(from, sizeof from, "%s/%s.db", dir, name);
    TRY(move_file(from, to));
    snprintf(from, sizeof from, "%s/%s.db-journal", dir, name);
    snprintf(journal_to, sizeof journal_to, "%s-journal", to);
    TRY(move_file(from, journal_to));
    snprintf(folder, sizeof folder, "%s/" FOLDER, dir);
    sync_folder(folder);
    sync_folder(dir);
    return err_ok();
}

struct err store_quarantine_lock(const char *dir, int *out_lock)
{
    char folder[STORE_PATH_SIZE + 16];
    snprintf(folder, sizeof folder, "%s/" FOLDER, dir);
    if (mkdir(folder, 0770) != 0 && errno != EEXIST) /* kiosk and sync are two users of one group */
        return err_errno("store", errno, "make the quarantine folder");
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_errno("store", errno, "open the quarantine folder");
    while (flock(fd, LOCK_EX) != 0) {
        if (errno != EINTR) {
            struct err e = err_errno("store", errno, "lock the quarantine folder");
            close(fd);
            return e;
        }
    }
    *out_lock = fd;
    return err_ok();
}

void store_quarantine_unlock(int lock)
{
    close(lock);
}

struct err store_quarantine_file(const char *dir, const char *name, const struct clock *clock,
                                 char out_path[STORE_PATH_SIZE])
{
    char path[STORE_PATH_SIZE];
    TRY(free_name(dir, name, clock, path));
    TRY(move_database(dir, name, path));
    memcpy(out_path, path, sizeof path);
    return err_ok();
}

static bool is_database_of(const char *file, const char *name)
{
    size_t length = strlen(file), prefix = strlen(name);
    return length > prefix + 4 && strncmp(file, name, prefix) == 0 && file[prefix] == '-' &&
           strcmp(file + length - 3, ".db") == 0;
}

void store_newest_quarantine(const char *dir, const char *name, char out_path[STORE_PATH_SIZE])
{
    char folder[STORE_PATH_SIZE + 16], newest[256] = "";
    snprintf(folder, sizeof folder, "%s/" FOLDER, dir);
    out_path[0] = 0;
    DIR *handle = opendir(folder);
    if (!handle)
        return;
    for (struct dirent *entry; (entry = readdir(handle));) {
        if (is_database_of(entry->d_name, name) && strcmp(entry->d_name, newest) > 0)
            snprintf(newest, sizeof newest, "%s", entry->d_name);
    }
    closedir(handle);
    int length = newest[0] ? snprintf(out_path, STORE_PATH_SIZE, "%s/%s", folder, newest) : 0;
    if (length >= STORE_PATH_SIZE)
        out_path[0] = 0;
}
