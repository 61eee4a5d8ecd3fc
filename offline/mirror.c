#include "offline/mirror.h"
#include "board/base/file.h"
#include "board/base/log.h"
#include "offline/outbox_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char MODULE[] = "mirror";

enum { STATE_MAX = 512, STALE_S = 120 };

struct mirror {
    struct mirror_setup setup; /* its strings are the copies below */
    char store_dir[STORE_PATH_SIZE];
    char mirror_dir[STORE_PATH_SIZE];
    struct outbox *from, *to; /* NULL until it can be opened */
    struct timespec seen;     /* the outbox file's time at the last good pass */
    struct mirror_status noted;
};

static const char *const state_names[] = {"off", "current", "behind", "failed"};

const char *mirror_state_name(enum mirror_state state)
{
    return state_names[state];
}

/* ---- mirror.state: STATE AT_MS MISSING REASON ---- */

static void state_path(const char *store_dir, char out_path[STORE_PATH_SIZE + 16])
{
    snprintf(out_path, STORE_PATH_SIZE + 16, "%s/mirror.state", store_dir);
}

static bool read_state(const char *text, struct mirror_status *status)
{
    char name[16];
    int reason_at = 0;

    if (sscanf(text, "%15s %" SCNd64 " %" SCNd64 " %n", name, &status->at_ms, &status->missing, &reason_at) !=
        3)
        return false;
    snprintf(status->reason, sizeof status->reason, "%.*s", (int)strcspn(text + reason_at, "\n"),
             text + reason_at);
    for (size_t i = 0; i < sizeof state_names / sizeof *state_names; i++)
        if (strcmp(name, state_names[i]) == 0)
            status->state = (enum mirror_state)i;
    return true;
}

static struct timespec changed(const char *dir, const char *name)
{
    char path[STORE_PATH_SIZE + 32];
    struct stat info = {0};
    snprintf(path, sizeof path, "%s/%s", dir, name);
    return stat(path, &info) == 0 ? info.st_mtim : (struct timespec){0};
}

/* The state's file is touched at each pass. Where that stays out while the outbox changes, whoever should
 * follow is not running, and "current" is a thing of the past. */
static void doubt(const char *store_dir, struct mirror_status *status)
{
    int64_t behind_s = changed(store_dir, "outbox.db").tv_sec - changed(store_dir, "mirror.state").tv_sec;
    if (status->state != MIRROR_CURRENT || behind_s < STALE_S)
        return;
    status->state = MIRROR_BEHIND;
    snprintf(status->reason, sizeof status->reason, "nobody has looked after it for %" PRId64 " minutes",
             behind_s / 60);
}

void mirror_status(const char *store_dir, struct mirror_status *out_status)
{
    char path[STORE_PATH_SIZE + 16];
    struct buf text = {0};

    *out_status = (struct mirror_status){.state = MIRROR_OFF};
    state_path(store_dir, path);
    struct err e = file_read(path, STATE_MAX, &text);
    if (!err_is(&e) && !read_state(buf_text(&text), out_status))
        *out_status = (struct mirror_status){.state = MIRROR_OFF};
    doubt(store_dir, out_status);
    buf_finish(&text);
}

/* Only what is new is written: the disk is spared. */
static void note(struct mirror *mirror, enum mirror_state state, int64_t missing, const char *reason)
{
    struct mirror_status *noted = &mirror->noted;
    char path[STORE_PATH_SIZE + 16], text[STATE_MAX];

    state_path(mirror->store_dir, path);
    if (noted->state == state && noted->missing == missing && strcmp(noted->reason, reason) == 0) {
        utimensat(AT_FDCWD, path, NULL, 0);
        return;
    }
    if (noted->state != state)
        log_info(MODULE, "%s -> %s%s%s", state_names[noted->state], state_names[state], *reason ? ": " : "",
                 reason);
    *noted = (struct mirror_status){state, mirror->setup.clock->wall_ms(mirror->setup.clock), missing, ""};
    snprintf(noted->reason, sizeof noted->reason, "%s", reason);
    int length = snprintf(text, sizeof text, "%s %" PRId64 " %" PRId64 " %s\n", state_names[state],
                          noted->at_ms, missing, noted->reason);
    struct err e = file_write(path, text, (size_t)length, 0644);
    if (err_is(&e))
        log_err(MODULE, &e);
}

/* ---- life ---- */

struct err mirror_create(const struct mirror_setup *setup, struct mirror **out_mirror)
{
    struct mirror *mirror = calloc(1, sizeof *mirror);
    if (!mirror)
        return err_no_memory(MODULE);
    mirror->setup = *setup;
    snprintf(mirror->store_dir, sizeof mirror->store_dir, "%s", setup->store_dir);
    snprintf(mirror->mirror_dir, sizeof mirror->mirror_dir, "%s", setup->mirror_dir);
    mirror_status(mirror->store_dir, &mirror->noted);
    *out_mirror = mirror;
    return err_ok();
}

static void close_outboxes(struct mirror *mirror)
{
    outbox_close(&mirror->from);
    outbox_close(&mirror->to);
}

void mirror_destroy(struct mirror **mirror)
{
    if (!*mirror)
        return;
    close_outboxes(*mirror);
    free(*mirror);
    *mirror = NULL;
}

/* ---- a pass ---- */

/* A medium that is not mounted leaves an empty folder behind, on the very disk whose death it is meant for.
 */
static struct err check_medium(const struct mirror *mirror)
{
    struct stat store, medium;

    if (stat(mirror->mirror_dir, &medium) != 0)
        return err_errno(MODULE, errno, "%s is missing", mirror->mirror_dir);
    if (stat(mirror->store_dir, &store) != 0)
        return err_errno(MODULE, errno, "look at %s", mirror->store_dir);
    if (!mirror->setup.same_disk && store.st_dev == medium.st_dev)
        return err_make(ERR_REFUSED, MODULE, 0, "%s is on the outbox's own disk: no second medium is mounted",
                        mirror->mirror_dir);
    return err_ok();
}

static struct err open_one(const struct mirror *mirror, const char *dir, struct outbox **outbox)
{
    const struct outbox_options options = {
        .dir = dir, .kiosk_number = mirror->setup.kiosk_number, .clock = mirror->setup.clock};
    return *outbox ? err_ok() : outbox_open(&options, outbox);
}

static struct err pass(struct mirror *mirror, struct outbox_mirroring *mirroring)
{
    TRY(check_medium(mirror));
    TRY(open_one(mirror, mirror->store_dir, &mirror->from));
    TRY(open_one(mirror, mirror->mirror_dir, &mirror->to));
    return outbox_mirror(mirror->from, mirror->to, mirroring);
}

struct err mirror_follow(struct mirror *mirror)
{
    struct outbox_mirroring mirroring = {.missing = mirror->noted.missing,
                                         .stopped = mirror->setup.stopped,
                                         .stopped_context = mirror->setup.stopped_context};
    /* Asked of the file system, so that nobody's lock is touched for an outbox that stands still. */
    struct timespec now = changed(mirror->store_dir, "outbox.db");
    struct err lost = check_medium(mirror);

    if (!err_is(&lost) && mirror->to && memcmp(&now, &mirror->seen, sizeof now) == 0)
        return err_ok();
    struct err e = pass(mirror, &mirroring);
    if (err_is(&e)) { /* opened again next time: it may be another medium by then */
        note(mirror, MIRROR_FAILED, mirroring.missing, e.text);
        close_outboxes(mirror);
        return e;
    }
    mirror->seen = mirroring.missing == 0 ? now : (struct timespec){0};
    note(mirror, mirroring.missing == 0 ? MIRROR_CURRENT : MIRROR_BEHIND, mirroring.missing, "");
    return err_ok();
}
