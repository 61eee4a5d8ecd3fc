#include "tests/offline/cutfs.h"
#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECTOR    512
#define FILES_MAX 16

/* What was done to a file and not synced. data NULL: a truncation to offset. */
struct pending {
    struct pending *next;
    sqlite3_int64 offset;
    int size;
    uint8_t *data;
};

struct content {
    uint8_t *bytes;
    sqlite3_int64 size;
    sqlite3_int64 capacity;
};

struct entry {
    char path[512]; /* "" when the slot is free */
    bool exists;    /* as running programs see it */
    bool durable;   /* as the disk's folder has it */
    struct content now;
    struct content synced;
    struct pending *first, *last;
    int shared; /* locks */
    struct file *reserved, *pending_lock, *exclusive;
};

struct cutfs {
    sqlite3_vfs vfs; /* must be first */
    struct entry files[FILES_MAX];
    uint64_t random;
    int64_t steps, cut_at, fail_at, capacity;
    int fail_code;
    bool off;
};

struct file {
    sqlite3_file base; /* must be first */
    struct cutfs *fs;
    struct entry *entry;
    int lock;
    bool journal_made; /* its first sync syncs the folder, as the system's VFS does */
    bool delete_on_close;
};

static uint64_t draw(struct cutfs *fs)
{
    fs->random ^= fs->random << 13; /* xorshift64, Marsaglia 2003 */
    fs->random ^= fs->random >> 7;
    fs->random ^= fs->random << 17;
    return fs->random;
}

/* ---- contents ---- */

static void grow(struct content *c, sqlite3_int64 size)
{
    if (size > c->capacity) {
        sqlite3_int64 capacity = size * 2;
        c->bytes = realloc(c->bytes, (size_t)capacity);
        assert(c->bytes);
        c->capacity = capacity;
    }
    if (size > c->size) {
        memset(c->bytes + c->size, 0, (size_t)(size - c->size));
        c->size = size;
    }
}

static void put(struct content *c, const void *data, int size, sqlite3_int64 offset)
{
    grow(c, offset + size);
    memcpy(c->bytes + offset, data, (size_t)size);
}

static void copy(struct content *to, const struct content *from)
{
    to->size = 0;
    if (from->size > 0)
        put(to, from->bytes, (int)from->size, 0);
}

static void drop_pending(struct entry *e)
{
    while (e->first) {
        struct pending *gone = e->first;
        e->first = gone->next;
        free(gone->data);
        free(gone);
    }
    e->last = NULL;
}

static void remember(struct entry *e, const void *data, int size, sqlite3_int64 offset)
{
    struct pending *p = calloc(1, sizeof *p);
    assert(p);
    p->offset = offset;
    p->size = size;
    if (data) {
        p->data = malloc((size_t)size);
        assert(p->data);
        memcpy(p->data, data, (size_t)size);
    }
    if (e->last)
        e->last->next = p;
    else
        e->first = p;
    e->last = p;
}

/* What was only written is on the disk from now on. */
static void write_back(struct entry *e)
{
    for (const struct pending *p = e->first; p; p = p->next) {
        if (p->data)
            put(&e->synced, p->data, p->size, p->offset);
        else if (p->offset < e->synced.size)
            e->synced.size = p->offset;
    }
    drop_pending(e);
}

static void forget(struct entry *e)
{
    drop_pending(e);
    free(e->now.bytes);
    free(e->synced.bytes);
    memset(e, 0, sizeof *e);
}

static struct entry *find(struct cutfs *fs, const char *path)
{
    for (int i = 0; i < FILES_MAX; i++) {
        if (strcmp(fs->files[i].path, path) == 0)
            return &fs->files[i];
    }
    return NULL;
}

static struct entry *find_or_make(struct cutfs *fs, const char *path)
{
    struct entry *e = find(fs, path);
    if (e)
        return e;
    e = find(fs, "");
    assert(e && strlen(path) < sizeof e->path);
    snprintf(e->path, sizeof e->path, "%s", path);
    return e;
}

static sqlite3_int64 used(const struct cutfs *fs)
{
    sqlite3_int64 sum = 0;
    for (int i = 0; i < FILES_MAX; i++)
        sum += fs->files[i].exists ? fs->files[i].now.size : 0;
    return sum;
}

/* ---- steps ---- */

/* Counts one; the error it meets, or SQLITE_OK. */
static int step(struct cutfs *fs, int error)
{
    if (fs->off)
        return error;
    fs->steps++;
    if (fs->steps == fs->cut_at)
        fs->off = true;
    if (fs->steps == fs->fail_at)
        return fs->fail_code;
    return fs->off ? error : SQLITE_OK;
}

static void sync_folder(struct cutfs *fs)
{
    for (int i = 0; i < FILES_MAX; i++)
        fs->files[i].durable = fs->files[i].exists;
}

/* ---- files ---- */

static int on_read(sqlite3_file *base, void *out, int size, sqlite3_int64 offset)
{
    struct file *f = (struct file *)base;
    const struct content *c = &f->entry->now;
    if (f->fs->off)
        return SQLITE_IOERR_READ;
    sqlite3_int64 there = offset < c->size ? c->size - offset : 0;
    if (there >= size) {
        memcpy(out, c->bytes + offset, (size_t)size);
        return SQLITE_OK;
    }
    memset(out, 0, (size_t)size);
    if (there > 0)
        memcpy(out, c->bytes + offset, (size_t)there);
    return SQLITE_IOERR_SHORT_READ;
}

static int on_write(sqlite3_file *base, const void *data, int size, sqlite3_int64 offset)
{
    struct file *f = (struct file *)base;
    if (f->fs->off)
        return SQLITE_IOERR_WRITE;
    sqlite3_int64 growth = offset + size > f->entry->now.size ? offset + size - f->entry->now.size : 0;
    if (f->fs->capacity > 0 && used(f->fs) + growth > f->fs->capacity)
        return SQLITE_FULL;
    int code = step(f->fs, SQLITE_IOERR_WRITE);
    if (code != SQLITE_OK && !f->fs->off)
        return code;
    remember(f->entry, data, size, offset); /* the write that meets the power cut may still reach the disk */
    put(&f->entry->now, data, size, offset);
    return code;
}

static int on_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    struct file *f = (struct file *)base;
    int code = step(f->fs, SQLITE_IOERR_TRUNCATE);
    if (code != SQLITE_OK)
        return code;
    remember(f->entry, NULL, 0, size);
    if (size < f->entry->now.size)
        f->entry->now.size = size;
    return SQLITE_OK;
}

static int on_sync(sqlite3_file *base, int flags)
{
    struct file *f = (struct file *)base;
    (void)flags;
    int code = step(f->fs, SQLITE_IOERR_FSYNC);
    if (code != SQLITE_OK)
        return code;
    write_back(f->entry);
    if (f->journal_made)
        sync_folder(f->fs);
    f->journal_made = false;
    return SQLITE_OK;
}

static int on_size(sqlite3_file *base, sqlite3_int64 *out_size)
{
    struct file *f = (struct file *)base;
    if (f->fs->off)
        return SQLITE_IOERR_FSTAT;
    *out_size = f->entry->now.size;
    return SQLITE_OK;
}

static int on_unlock(sqlite3_file *base, int level)
{
    struct file *f = (struct file *)base;
    struct entry *e = f->entry;
    if (level >= f->lock)
        return SQLITE_OK;
    if (e->exclusive == f)
        e->exclusive = NULL;
    if (e->pending_lock == f)
        e->pending_lock = NULL;
    if (e->reserved == f)
        e->reserved = NULL;
    if (level == SQLITE_LOCK_NONE && f->lock >= SQLITE_LOCK_SHARED)
        e->shared--;
    f->lock = level;
    return SQLITE_OK;
}

static int on_lock(sqlite3_file *base, int level)
{
    struct file *f = (struct file *)base;
    struct entry *e = f->entry;
    if (f->fs->off)
        return SQLITE_IOERR_LOCK;
    if (level <= f->lock)
        return SQLITE_OK;
    if (e->exclusive || (e->pending_lock && e->pending_lock != f))
        return SQLITE_BUSY;
    if (f->lock == SQLITE_LOCK_NONE) {
        e->shared++;
        f->lock = SQLITE_LOCK_SHARED;
    }
    if (level >= SQLITE_LOCK_RESERVED && e->reserved && e->reserved != f)
        return SQLITE_BUSY;
    if (level == SQLITE_LOCK_RESERVED)
        e->reserved = f;
    if (level == SQLITE_LOCK_EXCLUSIVE) {
        e->pending_lock = f;
        if (e->shared > 1) {
            f->lock = SQLITE_LOCK_PENDING;
            return SQLITE_BUSY;
        }
        e->exclusive = f;
    }
    f->lock = level;
    return SQLITE_OK;
}

static int on_check_reserved(sqlite3_file *base, int *out_reserved)
{
    struct file *f = (struct file *)base;
    *out_reserved = f->entry->reserved != NULL;
    return SQLITE_OK;
}

static int on_control(sqlite3_file *base, int operation, void *argument)
{
    (void)base;
    (void)operation;
    (void)argument;
    return SQLITE_NOTFOUND;
}

static int on_sector_size(sqlite3_file *base)
{
    (void)base;
    return SECTOR;
}

static int on_characteristics(sqlite3_file *base)
{
    (void)base;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int on_close(sqlite3_file *base)
{
    struct file *f = (struct file *)base;
    on_unlock(base, SQLITE_LOCK_NONE);
    if (f->delete_on_close)
        forget(f->entry);
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
    .iVersion = 1,
    .xClose = on_close,
    .xRead = on_read,
    .xWrite = on_write,
    .xTruncate = on_truncate,
    .xSync = on_sync,
    .xFileSize = on_size,
    .xLock = on_lock,
    .xUnlock = on_unlock,
    .xCheckReservedLock = on_check_reserved,
    .xFileControl = on_control,
    .xSectorSize = on_sector_size,
    .xDeviceCharacteristics = on_characteristics,
};

/* ---- the folder ---- */

static int on_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *base, int flags, int *out_flags)
{
    struct cutfs *fs = (struct cutfs *)vfs;
    struct file *f = (struct file *)base;
    char temporary[64];
    memset(f, 0, sizeof *f);
    if (!path) {
        snprintf(temporary, sizeof temporary, "temporary-%llx", (unsigned long long)draw(fs));
        path = temporary;
    }
    struct entry *e = find(fs, path);
    bool is_new = !e || !e->exists;
    if (fs->off || (is_new && !(flags & SQLITE_OPEN_CREATE)))
        return SQLITE_CANTOPEN;
    if (is_new) {
        int code = step(fs, SQLITE_CANTOPEN);
        if (code != SQLITE_OK)
            return code == fs->fail_code ? SQLITE_CANTOPEN : code;
        e = find_or_make(fs, path);
        e->exists = true;
        e->now.size = e->synced.size = 0; /* another file than one that had this name */
        drop_pending(e);
    }
    *f = (struct file){.base = {&methods},
                       .fs = fs,
                       .entry = e,
                       .journal_made = is_new && (flags & SQLITE_OPEN_MAIN_JOURNAL),
                       .delete_on_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0};
    if (out_flags)
        *out_flags = flags;
    return SQLITE_OK;
}

/* The entry stays until the folder is synced: a power cut may bring the file back. */
static int on_delete(sqlite3_vfs *vfs, const char *path, int sync_dir)
{
    struct cutfs *fs = (struct cutfs *)vfs;
    struct entry *e = find(fs, path);
    if (fs->off)
        return SQLITE_IOERR_DELETE;
    if (!e || !e->exists)
        return SQLITE_IOERR_DELETE_NOENT;
    int code = step(fs, SQLITE_IOERR_DELETE);
    if (code != SQLITE_OK && !fs->off)
        return code;
    e->exists = false;
    if (code == SQLITE_OK && sync_dir) {
        code = step(fs, SQLITE_IOERR_DIR_FSYNC);
        if (code == SQLITE_OK)
            sync_folder(fs);
    }
    if (!e->durable && !fs->off)
        forget(e);
    else if (!fs->off)
        e->now.size = 0;
    return code;
}

static int on_access(sqlite3_vfs *vfs, const char *path, int flags, int *out_there)
{
    struct cutfs *fs = (struct cutfs *)vfs;
    struct entry *e = find(fs, path);
    (void)flags;
    if (fs->off)
        return SQLITE_IOERR_ACCESS;
    *out_there = e && e->exists;
    return SQLITE_OK;
}

static int on_full_path(sqlite3_vfs *vfs, const char *path, int size, char *out_path)
{
    (void)vfs;
    snprintf(out_path, (size_t)size, "%s", path);
    return SQLITE_OK;
}

static int on_randomness(sqlite3_vfs *vfs, int size, char *out_bytes)
{
    for (int i = 0; i < size; i++)
        out_bytes[i] = (char)draw((struct cutfs *)vfs);
    return size;
}

static int on_sleep(sqlite3_vfs *vfs, int microseconds)
{
    (void)vfs; /* nobody else runs meanwhile: time passes at once */
    return microseconds;
}

static int on_time(sqlite3_vfs *vfs, sqlite3_int64 *out_julian_ms)
{
    (void)vfs;
    *out_julian_ms = 212000000000000;
    return SQLITE_OK;
}

struct cutfs *cutfs_create(const char *name, uint64_t seed)
{
    struct cutfs *fs = calloc(1, sizeof *fs);
    assert(fs);
    fs->random = seed * 0x9e3779b97f4a7c15u + 1;
    fs->vfs = (sqlite3_vfs){
        .iVersion = 2,
        .szOsFile = sizeof(struct file),
        .mxPathname = 511,
        .zName = name,
        .xOpen = on_open,
        .xDelete = on_delete,
        .xAccess = on_access,
        .xFullPathname = on_full_path,
        .xRandomness = on_randomness,
        .xSleep = on_sleep,
        .xCurrentTimeInt64 = on_time,
    };
    sqlite3_vfs_register(&fs->vfs, 0);
    return fs;
}

void cutfs_copy(struct cutfs *to, const struct cutfs *from)
{
    for (int i = 0; i < FILES_MAX; i++) {
        const struct entry *e = &from->files[i];
        if (!e->durable)
            continue;
        struct entry *copied = find_or_make(to, e->path);
        copied->exists = copied->durable = true;
        copy(&copied->now, &e->synced);
        copy(&copied->synced, &e->synced);
    }
}

void cutfs_destroy(struct cutfs **fs)
{
    if (!*fs)
        return;
    sqlite3_vfs_unregister(&(*fs)->vfs);
    for (int i = 0; i < FILES_MAX; i++)
        forget(&(*fs)->files[i]);
    free(*fs);
    *fs = NULL;
}

int64_t cutfs_steps(const struct cutfs *fs)
{
    return fs->steps;
}

void cutfs_arm(struct cutfs *fs, int64_t cut_at, int64_t fail_at, int fail_code)
{
    fs->steps = 0;
    fs->cut_at = cut_at;
    fs->fail_at = fail_at;
    fs->fail_code = fail_code;
}

bool cutfs_is_off(const struct cutfs *fs)
{
    return fs->off;
}

void cutfs_set_capacity(struct cutfs *fs, int64_t bytes)
{
    fs->capacity = bytes;
}

/* ---- what survives ---- */

/* A disk that reordered: every sector of every unsynced write is kept or lost by itself, and what a lost
 * write would have filled in the middle of a grown file is junk. */
static void apply(struct cutfs *fs, struct content *disk, const struct pending *p)
{
    if (!p->data) {
        if (draw(fs) % 2 && p->offset < disk->size)
            disk->size = p->offset;
        return;
    }
    uint64_t mood = draw(fs) % 4; /* 0 lost, 1 kept, else torn */
    for (int at = 0; at < p->size;) {
        int room = SECTOR - (int)((p->offset + at) % SECTOR);
        int take = p->size - at < room ? p->size - at : room;
        sqlite3_int64 before = disk->size, to = p->offset + at;
        if (mood == 1 || (mood > 1 && draw(fs) % 2)) {
            put(disk, p->data + at, take, to);
            for (sqlite3_int64 hole = before; hole < to; hole++)
                disk->bytes[hole] = (uint8_t)draw(fs);
        }
        at += take;
    }
}

static void settle(struct cutfs *fs, struct entry *e)
{
    struct content disk = {0};
    bool there = e->exists == e->durable ? e->durable : draw(fs) % 2 != 0;
    copy(&disk, &e->synced);
    for (struct pending *p = e->first; p; p = p->next)
        apply(fs, &disk, p);
    char path[sizeof e->path];
    memcpy(path, e->path, sizeof path);
    forget(e);
    if (!there) {
        free(disk.bytes);
        return;
    }
    memcpy(e->path, path, sizeof path);
    e->exists = e->durable = true;
    e->now = disk;
    copy(&e->synced, &disk);
}

void cutfs_restart(struct cutfs *fs)
{
    fs->off = false;
    cutfs_arm(fs, 0, 0, 0);
}

void cutfs_power_on(struct cutfs *fs)
{
    for (int i = 0; i < FILES_MAX; i++) {
        if (fs->files[i].path[0])
            settle(fs, &fs->files[i]);
    }
    cutfs_restart(fs);
}
