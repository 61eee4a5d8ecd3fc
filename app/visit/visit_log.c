#include "app/visit/visit_log.h"
#include "board/base/buf.h"
#include "board/base/file.h"
#include "board/base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char MODULE[] = "visit_log";

enum {
    LOG_BYTES_MAX = 64 * 1024 * 1024,
    PATH_SIZE = 320,
    DONE_MAX = 24,
    BROKEN_MAX = 100,
    DETAIL_SIZE = 512
};

struct visit_log {
    int fd, lock_fd;
    const struct clock *clock;
    int lines;
    char head[VISIT_LOG_HEX];
    /* What was done of the visit that the newest lines are about, since it last ended. */
    char visit[40];
    char done[DONE_MAX][16];
    int done_count;
    bool is_open; /* that visit has not ended */
    char round[VISIT_LOG_HEX];
};

static bool digest_line(const char *line, size_t length, char out_hex[VISIT_LOG_HEX])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (EVP_Digest(line, length, digest, &size, EVP_sha256(), NULL) != 1)
        return false;
    for (unsigned i = 0; i < size; i++)
        snprintf(out_hex + 2 * i, 3, "%02x", digest[i]);
    return true;
}

/* ---- reading ---- */

static bool follows(const json_t *object, const struct visit_log_check *so_far)
{
    const char *prev = json_string_value(json_object_get(object, "prev"));
    return prev && strcmp(prev, so_far->head) == 0 &&
           json_integer_value(json_object_get(object, "n")) == so_far->lines + 1;
}

/* Walks whole lines; out_size is what they take. */
static void walk(const struct buf *text,
                 void (*take)(void *context, const json_t *object, const char *digest), void *context,
                 struct visit_log_check *check, size_t *out_size)
{
    const char *start = buf_text(text), *at = start;
    for (const char *end; !check->broken_line && (end = strchr(at, '\n')) != NULL; at = end + 1) {
        json_t *object = json_loadb(at, (size_t)(end - at), JSON_REJECT_DUPLICATES, NULL);
        if (!follows(object, check) || !digest_line(at, (size_t)(end - at), check->head))
            check->broken_line = check->lines + 1;
        else if (take)
            take(context, object, check->head);
        check->lines += !check->broken_line;
        json_decref(object);
    }
    *out_size = (size_t)(at - start);
}

struct err visit_log_verify(const char *path, struct visit_log_check *out_check)
{
    struct visit_log_check check = {0};
    struct buf text = {0};
    size_t size = 0;
    if (access(path, F_OK) == 0)
        TRY(file_read(path, LOG_BYTES_MAX, &text));
    walk(&text, NULL, NULL, &check, &size);
    if (!check.broken_line && size != text.length)
        check.broken_line = check.lines + 1;
    buf_finish(&text);
    *out_check = check;
    return err_ok();
}

/* ---- how far a visit came ---- */

/* digest: of the line. */
static void note(struct visit_log *log, const char *visit, const char *step, const char *event,
                 const char *digest)
{
    if (!*visit)
        return; /* a stick without a pass was no visit */
    if (strcmp(visit, log->visit) != 0 || !log->is_open) {
        log->done_count = 0;
        snprintf(log->round, sizeof log->round, "%s", digest);
    }
    log->is_open = strcmp(event, "end") != 0;
    if (!log->is_open)
        log->done_count = 0;
    snprintf(log->visit, sizeof log->visit, "%s", visit);
    bool is_done = strcmp(event, "done") == 0 || strcmp(event, "skipped") == 0;
    if (is_done && log->done_count < DONE_MAX)
        snprintf(log->done[log->done_count++], sizeof log->done[0], "%s", step);
}

static void note_line(void *context, const json_t *object, const char *digest)
{
    const char *visit = json_string_value(json_object_get(object, "visit"));
    const char *step = json_string_value(json_object_get(object, "step"));
    const char *event = json_string_value(json_object_get(object, "event"));
    if (visit && step && event)
        note(context, visit, step, event, digest);
}

bool visit_log_is_done(const struct visit_log *log, const char *visit, const char *step)
{
    for (int i = 0; i < log->done_count; i++)
        if (strcmp(log->visit, visit) == 0 && strcmp(log->done[i], step) == 0)
            return true;
    return false;
}

const char *visit_log_round(const struct visit_log *log)
{
    return log->round;
}

const char *visit_log_head(const struct visit_log *log)
{
    return log->head;
}

/* ---- opening ---- */

static struct err put_aside(const char *path)
{
    char aside[PATH_SIZE + 16];
    for (int i = 1; i < BROKEN_MAX; i++) {
        snprintf(aside, sizeof aside, "%s.broken-%d", path, i);
        if (access(aside, F_OK) != 0)
            return rename(path, aside) == 0 ? err_ok() : err_errno(MODULE, errno, "put %.120s aside", path);
    }
    return err_make(ERR_DATA, MODULE, 0, "%.120s was broken too often", path);
}

static struct err lock(const char *folder, struct visit_log *log)
{
    char path[PATH_SIZE + 8];
    snprintf(path, sizeof path, "%s/lock", folder);
    log->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (log->lock_fd < 0)
        return err_errno(MODULE, errno, "open %.120s", path);
    if (flock(log->lock_fd, LOCK_EX | LOCK_NB) != 0)
        return err_make(ERR_RETRY, MODULE, errno, "another visit is under way");
    return err_ok();
}

/* *out_broken: the line at which the chain no longer held; its log lies aside. */
static struct err read_old(const char *path, struct visit_log *log, int *out_broken)
{
    struct visit_log_check check = {0};
    struct buf text = {0};
    size_t size = 0;
    if (access(path, F_OK) == 0)
        TRY(file_read(path, LOG_BYTES_MAX, &text));
    walk(&text, note_line, log, &check, &size);
    size_t torn = text.length - size;
    buf_finish(&text);
    *out_broken = check.broken_line;
    if (check.broken_line) {
        log->done_count = 0;
        return put_aside(path);
    }
    log->lines = check.lines;
    memcpy(log->head, check.head, sizeof log->head);
    return torn == 0 || truncate(path, (off_t)size) == 0 ? err_ok()
                                                         : err_errno(MODULE, errno, "mend %.120s", path);
}

static struct err open_file(const char *folder, struct visit_log *log)
{
    char path[PATH_SIZE + 8], text[64];
    int broken = 0;
    TRY(lock(folder, log));
    snprintf(path, sizeof path, "%s/log", folder);
    TRY(read_old(path, log, &broken));
    log->fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (log->fd < 0)
        return err_errno(MODULE, errno, "open %.120s", path);
    if (!broken)
        return err_ok();
    snprintf(text, sizeof text, "the log before this one was changed at line %d", broken);
    return visit_log_add(log, &(struct visit_log_line){"", "", "log", "broken", text});
}

struct err visit_log_open(const char *dir, const struct clock *clock, struct visit_log **out_log)
{
    struct visit_log *log = calloc(1, sizeof *log);
    if (!log)
        return err_no_memory(MODULE);
    log->fd = log->lock_fd = -1;
    log->clock = clock;
    struct err e = mkdir(dir, 0700) == 0 || errno == EEXIST ? open_file(dir, log)
                                                            : err_errno(MODULE, errno, "make %.120s", dir);
    if (err_is(&e))
        visit_log_close(&log);
    else
        *out_log = log;
    return e;
}

void visit_log_close(struct visit_log **log)
{
    if (!log || !*log)
        return;
    if ((*log)->fd >= 0)
        close((*log)->fd);
    if ((*log)->lock_fd >= 0)
        close((*log)->lock_fd);
    free(*log);
    *log = NULL;
}

/* ---- adding ---- */

static char *print_line(const struct visit_log *log, const struct visit_log_line *line)
{
    time_t now = (time_t)(log->clock->wall_ms(log->clock) / 1000);
    struct tm utc;
    char at[40], detail[DETAIL_SIZE];
    snprintf(detail, sizeof detail, "%s", line->detail);
    utf8_clean(detail); /* a sentence that was cut to a size must not end the visit */
    gmtime_r(&now, &utc);
    strftime(at, sizeof at, "%Y-%m-%dT%H:%M:%SZ", &utc);
    json_t *object = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "n", log->lines + 1, "at", at,
                               "visit", line->visit, "who", line->who, "step", line->step, "event",
                               line->event, "detail", detail, "prev", log->head);
    char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    return text;
}

struct err visit_log_add(struct visit_log *log, const struct visit_log_line *line)
{
    struct buf bytes = {0};
    char *text = print_line(log, line);
    if (!text)
        return err_make(ERR_DATA, MODULE, 0, "a line for the visit log is not UTF-8");
    buf_printf(&bytes, "%s\n", text);
    free(text);
    struct err e = buf_check(&bytes, MODULE);
    off_t before = lseek(log->fd, 0, SEEK_END);
    if (!err_is(&e) &&
        (write(log->fd, bytes.data, bytes.length) != (ssize_t)bytes.length || fsync(log->fd) != 0)) {
        e = err_errno(MODULE, errno, "write the visit log");
        if (ftruncate(log->fd, before) != 0)
            e = err_context(e, "and half a line stays");
    }
    if (!err_is(&e) && !digest_line(bytes.data, bytes.length - 1, log->head))
        e = err_no_memory(MODULE);
    buf_finish(&bytes);
    if (err_is(&e))
        return e;
    log->lines++;
    note(log, line->visit, line->step, line->event, log->head);
    return err_ok();
}
