#include "app/fleet/updater_files.h"

#include "board/base/file.h"
#include "offline/crypto.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char MODULE[] = "update";

enum { NOTE_BYTES_MAX = 1024 };

static const char PART[] = "part.raucb", PART_META[] = "part.meta", READY[] = "ready.raucb",
                  READY_META[] = "ready.meta", INSTALLED[] = "installed.meta", ISSUED[] = "issued",
                  STATUS[] = "status";

static const char *const state_names[UPDATER_STATE_COUNT] = {"idle", "queue", "fetching", "ready", "failed"};

const char *updater_state_name(enum updater_state state)
{
    return state_names[state];
}

struct err updater_files_init(struct updater_files *files, const char *store_dir)
{
    snprintf(files->dir, sizeof files->dir, "%s/update", store_dir);
    if (mkdir(files->dir, 0750) != 0 && errno != EEXIST)
        return err_errno(MODULE, errno, "make %.200s", files->dir);
    return err_ok();
}

static const char *path_of(const struct updater_files *files, const char *name, char out_path[UPDATER_PATH])
{
    snprintf(out_path, UPDATER_PATH, "%s/%s", files->dir, name);
    return out_path;
}

static void drop(const struct updater_files *files, const char *name)
{
    char path[UPDATER_PATH];
    unlink(path_of(files, name, path));
}

/* Line by line into two texts; what is not there is "". */
static void read_note(const struct updater_files *files, const char *name, char *out_first, size_t first_size,
                      char *out_second, size_t second_size)
{
    char path[UPDATER_PATH];
    struct buf text = {0};
    struct err e = file_read(path_of(files, name, path), NOTE_BYTES_MAX, &text);
    const char *first = err_is(&e) ? "" : buf_text(&text);
    const char *second = strchr(first, '\n');
    snprintf(out_first, first_size, "%.*s", (int)strcspn(first, "\n"), first);
    second = second ? second + 1 : "";
    snprintf(out_second, second_size, "%.*s", (int)strcspn(second, "\n"), second);
    buf_finish(&text);
}

static struct err write_note(const struct updater_files *files, const char *name, const char *first,
                             const char *second)
{
    char path[UPDATER_PATH], text[NOTE_BYTES_MAX];
    int length = snprintf(text, sizeof text, "%s\n%s\n", first, second);
    return file_write(path_of(files, name, path), text, (size_t)length, 0640);
}

/* ---- the part ---- */

void updater_part_drop(const struct updater_files *files)
{
    drop(files, PART);
    drop(files, PART_META);
}

struct err updater_part(const struct updater_files *files, const struct release *release, int64_t *out_size,
                        char out_etag[HTTP_ETAG_MAX])
{
    char path[UPDATER_PATH], sha256[65];
    struct stat info = {0};
    read_note(files, PART_META, sha256, sizeof sha256, out_etag, HTTP_ETAG_MAX);
    if (stat(path_of(files, PART, path), &info) != 0 && errno != ENOENT)
        return err_errno(MODULE, errno, "look at %.200s", path);
    if (strcmp(sha256, release->sha256) != 0 || info.st_size > release->size) {
        updater_part_drop(files);
        info.st_size = 0;
        out_etag[0] = '\0';
    }
    *out_size = info.st_size;
    return err_ok();
}

struct err updater_part_note(const struct updater_files *files, const struct release *release,
                             const char *etag)
{
    return write_note(files, PART_META, release->sha256, etag);
}

struct err updater_part_open(const struct updater_files *files, int *out_fd)
{
    char path[UPDATER_PATH];
    int fd = open(path_of(files, PART, path), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (fd < 0)
        return err_errno(MODULE, errno, "open %.200s", path);
    *out_fd = fd;
    return err_ok();
}

struct err updater_part_finish(const struct updater_files *files, const struct release *release)
{
    char path[UPDATER_PATH], ready[UPDATER_PATH], sha256[65];
    TRY(crypto_file_sha256(path_of(files, PART, path), sha256));
    if (strcmp(sha256, release->sha256) != 0) {
        updater_part_drop(files);
        return err_make(ERR_REFUSED, MODULE, 0, "what arrived is not the file that the fleet signed");
    }
    drop(files, READY_META); /* ready.raucb is nobody's until the new note stands */
    if (rename(path, path_of(files, READY, ready)) != 0)
        return err_errno(MODULE, errno, "name %.200s", ready);
    drop(files, PART_META);
    return write_note(files, READY_META, release->sha256, release->version);
}

/* ---- ready ---- */

static bool is_noted(const struct updater_files *files, const char *name, const struct release *release)
{
    char sha256[65], version[32];
    read_note(files, name, sha256, sizeof sha256, version, sizeof version);
    return strcmp(sha256, release->sha256) == 0;
}

bool updater_is_ready(const struct updater_files *files, const struct release *release)
{
    char path[UPDATER_PATH];
    return is_noted(files, INSTALLED, release) ||
           (is_noted(files, READY_META, release) && access(path_of(files, READY, path), R_OK) == 0);
}

void updater_recall(const struct updater_files *files)
{
    drop(files, READY_META);
    drop(files, READY);
}

void updater_ready_drop(const struct updater_files *files)
{
    updater_recall(files);
    drop(files, INSTALLED);
}

/* ---- the newest release believed ---- */

int64_t updater_issued(const struct updater_files *files)
{
    char first[32], second[8];
    read_note(files, ISSUED, first, sizeof first, second, sizeof second);
    return strtoll(first, NULL, 10);
}

struct err updater_issued_raise(const struct updater_files *files, int64_t issued_ms)
{
    char text[32];
    if (issued_ms <= updater_issued(files))
        return err_ok();
    snprintf(text, sizeof text, "%" PRId64, issued_ms);
    return write_note(files, ISSUED, text, "");
}

/* ---- status: "fetching 0.4.0 43", then the reason ---- */

struct err updater_status_write(const struct updater_files *files, const struct updater_status *status)
{
    char line[80];
    snprintf(line, sizeof line, "%s %s %d", state_names[status->state],
             *status->version ? status->version : "-", status->percent);
    return write_note(files, STATUS, line, status->reason);
}

void updater_status(const char *store_dir, struct updater_status *out_status)
{
    struct updater_files files;
    struct updater_status status = {0};
    char line[80], name[16] = "", version[32] = "";
    snprintf(files.dir, sizeof files.dir, "%s/update", store_dir);
    read_note(&files, STATUS, line, sizeof line, status.reason, sizeof status.reason);
    if (sscanf(line, "%15s %31s %d", name, version, &status.percent) == 3 && strcmp(version, "-") != 0)
        snprintf(status.version, sizeof status.version, "%s", version);
    for (int i = 0; i < UPDATER_STATE_COUNT; i++)
        if (strcmp(state_names[i], name) == 0)
            status.state = (enum updater_state)i;
    *out_status = status;
}
