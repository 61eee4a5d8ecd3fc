#include "offline/rescue.h"
#include "board/base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

static const char MODULE[] = "rescue";

enum { PAGE = 500, PATH_SIZE = 512 };

/* Where an outbox lies on a mounted data partition, a whole root, a mirror. */
static const char *const places[] = {"", "yizhan/", "lib/yizhan/", "var/lib/yizhan/", "store/"};

/* What is copied; the journal, if there is one, undoes a commit that the end of the box cut in two. */
static const char *const files[] = {"outbox.db", "outbox.db-journal", "number.high"};

struct rescue {
    char path[PATH_SIZE];
    char copy[PATH_SIZE]; /* folder */
    struct outbox *outbox;
    int kiosk_number;
};

/* ---- the copy ---- */

static struct err copy_bytes(int from, int to, const char *path)
{
    struct stat info;
    if (fstat(from, &info) != 0)
        return err_errno(MODULE, errno, "read %s", path);
    for (off_t at = 0; at < info.st_size;) {
        ssize_t sent = sendfile(to, from, &at, 1 << 20);
        if (sent <= 0)
            return err_errno(MODULE, sent < 0 ? errno : EIO, "copy %s", path);
    }
    return err_ok();
}

static struct err copy_file(const char *from_path, const char *to_path)
{
    /* The folder is shared with yizhan-sync: a link or a pipe there is no database. */
    int from = open(from_path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (from < 0)
        return errno == ENOENT ? err_ok() : err_errno(MODULE, errno, "read %s", from_path);
    int to = open(to_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    struct err e = to < 0 ? err_errno(MODULE, errno, "write %s", to_path) : copy_bytes(from, to, from_path);
    close(from);
    if (to >= 0 && close(to) != 0 && !err_is(&e))
        e = err_errno(MODULE, errno, "write %s", to_path);
    return e;
}

static struct err find_outbox(struct rescue *rescue, const char *disk)
{
    char path[PATH_SIZE + 16];
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        snprintf(rescue->path, sizeof rescue->path, "%s/%s", disk, places[i]);
        snprintf(path, sizeof path, "%s%s", rescue->path, files[0]);
        if (access(path, R_OK) == 0)
            return err_ok();
    }
    return err_make(ERR_DATA, MODULE, 0, "no outbox.db under %.200s", disk);
}

static struct err copy_all(struct rescue *rescue, const char *work_dir)
{
    char from[PATH_SIZE + 32], to[PATH_SIZE + 32];

    snprintf(rescue->copy, sizeof rescue->copy, "%s/yizhan-rescue-XXXXXX", work_dir);
    if (!mkdtemp(rescue->copy)) {
        rescue->copy[0] = '\0';
        return err_errno(MODULE, errno, "no folder for the copy in %s", work_dir);
    }
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(from, sizeof from, "%s%s", rescue->path, files[i]);
        snprintf(to, sizeof to, "%s/%s", rescue->copy, files[i]);
        TRY(copy_file(from, to));
    }
    return err_ok();
}

static void remove_copy(const struct rescue *rescue)
{
    char path[PATH_SIZE + 32];
    if (!*rescue->copy)
        return;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s", rescue->copy, files[i]);
        unlink(path);
    }
    rmdir(rescue->copy); /* stays when a damaged database is in it: the technician may still need that */
}

/* ---- open ---- */

static struct err open_copy(struct rescue *rescue, const struct clock *clock)
{
    const struct outbox_options options = {.dir = rescue->copy, .kiosk_number = 1, .clock = clock};
    TRY(outbox_open(&options, &rescue->outbox));
    if (*outbox_quarantine(rescue->outbox))
        return err_make(ERR_DATA, MODULE, 0, "%.200soutbox.db is damaged; a copy of it lies in %.200s",
                        rescue->path, outbox_quarantine(rescue->outbox));
    return outbox_kiosk_number(rescue->outbox, &rescue->kiosk_number);
}

struct err rescue_open(const char *disk, const char *work_dir, const struct clock *clock,
                       struct rescue **out_rescue)
{
    struct rescue *rescue = calloc(1, sizeof *rescue);
    if (!rescue)
        return err_no_memory(MODULE);
    struct err e = find_outbox(rescue, disk);
    if (!err_is(&e))
        e = copy_all(rescue, work_dir);
    if (!err_is(&e))
        e = open_copy(rescue, clock);
    if (err_is(&e))
        rescue_close(&rescue);
    else
        *out_rescue = rescue;
    return e;
}

void rescue_close(struct rescue **rescue)
{
    if (!*rescue)
        return;
    outbox_close(&(*rescue)->outbox);
    remove_copy(*rescue);
    free(*rescue);
    *rescue = NULL;
}

int rescue_kiosk_number(const struct rescue *rescue)
{
    return rescue->kiosk_number;
}

/* ---- what it holds ---- */

static struct err count_case(const struct outbox_case *item, struct rescue *other, struct rescue_count *count)
{
    struct outbox_case same;
    bool is_known = true;
    if (item->endpoint != ENDPOINT_PLATFORM)
        return err_ok();
    if (other)
        TRY(outbox_find_instance(other->outbox, item->instance_id, &same, &is_known));
    count->waiting++;
    count->bytes += item->sealed_bytes;
    count->newest = item->row > count->newest ? item->row : count->newest;
    count->unknown += !is_known;
    return err_ok();
}

struct err rescue_count(struct rescue *rescue, struct rescue *other, struct rescue_count *out_count)
{
    static const unsigned unsent =
        1u << OUTBOX_QUEUED | 1u << OUTBOX_SENDING | 1u << OUTBOX_PARKED | 1u << OUTBOX_ON_STICK;
    struct outbox_list list = {0};
    struct rescue_count count = {0};
    struct err e = err_ok();
    size_t got = PAGE;
    for (int offset = 0; got == PAGE && !err_is(&e); offset += PAGE) {
        TRY(outbox_list(rescue->outbox, unsent, offset, PAGE, &list));
        got = list.count;
        for (size_t i = 0; i < got && !err_is(&e); i++)
            e = count_case(&list.items[i], other, &count);
        outbox_list_finish(&list);
    }
    if (!err_is(&e))
        *out_count = count;
    return e;
}

/* By the outbox's own steps: what was on a stick or parked is queued again. */
static struct err queue_again(struct outbox *outbox, enum outbox_state state,
                              struct err (*step)(struct outbox *outbox, int64_t row))
{
    struct outbox_list list = {.count = 1};
    struct err e = err_ok();

    while (!err_is(&e) && list.count > 0) {
        outbox_list_finish(&list);
        e = outbox_list(outbox, 1u << state, 0, PAGE, &list);
        for (size_t i = 0; i < list.count && !err_is(&e); i++)
            e = step(outbox, list.items[i].row);
    }
    outbox_list_finish(&list);
    return e;
}

struct err rescue_export(struct rescue *rescue, const struct device_key *key, const char *dir,
                         const struct courier_medium *medium, struct courier_counts *out_counts)
{
    TRY(queue_again(rescue->outbox, OUTBOX_PARKED, outbox_release));
    TRY(queue_again(rescue->outbox, OUTBOX_ON_STICK, outbox_mark_sending));
    TRY(outbox_recover(rescue->outbox));
    return courier_export(rescue->outbox, key, rescue->kiosk_number, dir, medium, out_counts);
}
