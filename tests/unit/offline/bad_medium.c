#include "tests/unit/offline/bad_medium.h"
#include "tests/unit/cmocka.h"
#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

enum hang { HANG_NO, HANG_NEXT, HANG_NOW };

/* SQLite has no argument for a VFS's files but the VFS itself: one medium at a time. */
static struct {
    sqlite3_vfs vfs, *system;
    sqlite3_io_methods methods[2]; /* the system has one table for databases, another for journals */
    int (*write)(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 at);
    const char *folder;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool is_full;
    enum hang hang;
} medium = {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void set_hang(enum hang hang)
{
    pthread_mutex_lock(&medium.mutex);
    medium.hang = hang;
    pthread_cond_broadcast(&medium.changed);
    pthread_mutex_unlock(&medium.mutex);
}

static int bad_write(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 at)
{
    pthread_mutex_lock(&medium.mutex);
    if (medium.hang == HANG_NEXT)
        medium.hang = HANG_NOW;
    pthread_cond_broadcast(&medium.changed);
    while (medium.hang == HANG_NOW)
        pthread_cond_wait(&medium.changed, &medium.mutex);
    bool is_full = medium.is_full;
    pthread_mutex_unlock(&medium.mutex);
    return is_full ? SQLITE_FULL : medium.write(file, bytes, size, at);
}

static int bad_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
    (void)vfs;
    int code = medium.system->xOpen(medium.system, name, file, flags, out_flags);
    if (code != SQLITE_OK || !name || strncmp(name, medium.folder, strlen(medium.folder)) != 0)
        return code;
    sqlite3_io_methods *methods = &medium.methods[(flags & SQLITE_OPEN_MAIN_DB) != 0];
    *methods = *file->pMethods;
    medium.write = methods->xWrite;
    methods->xWrite = bad_write;
    file->pMethods = methods;
    return code;
}

void bad_medium_begin(const char *folder)
{
    medium.system = sqlite3_vfs_find(NULL);
    medium.vfs = *medium.system;
    medium.vfs.zName = "bad-medium";
    medium.vfs.xOpen = bad_open;
    medium.folder = folder;
    medium.is_full = false;
    medium.hang = HANG_NO;
    assert_int_equal(sqlite3_vfs_register(&medium.vfs, 1), SQLITE_OK);
}

void bad_medium_end(void)
{
    sqlite3_vfs_unregister(&medium.vfs);
    sqlite3_vfs_register(medium.system, 1);
}

void bad_medium_fill(bool is_full)
{
    pthread_mutex_lock(&medium.mutex);
    medium.is_full = is_full;
    pthread_mutex_unlock(&medium.mutex);
}

void bad_medium_hang(void)
{
    set_hang(HANG_NEXT);
}

void bad_medium_wait(void)
{
    pthread_mutex_lock(&medium.mutex);
    while (medium.hang != HANG_NOW)
        pthread_cond_wait(&medium.changed, &medium.mutex);
    pthread_mutex_unlock(&medium.mutex);
}

void bad_medium_go_on(void)
{
    set_hang(HANG_NO);
}
