#include "app/fleet/updater.h"

#include "app/fleet/updater_files.h"
#include "board/base/log.h"
#include "board/base/random.h"
#include "offline/time_floor.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

static const char MODULE[] = "update";

enum {
    LOOK_EVERY_MS = 6 * 60 * 60 * 1000,
    QUEUE_WAIT_MS = 60 * 1000,
    PIECE_MS = 5 * 1000, /* what one piece may take on the link as it was last seen */
    PIECE_MIN = 64 * 1024,
    PIECE_MAX = 4 * 1024 * 1024
};

struct updater {
    struct updater_setup setup; /* its strings are the copies below */
    char url[512], store_dir[256], ring[32], ca[256], compatible[32], version[32];
    struct updater_files files;
    struct release release;
    bool has_release;         /* one that is for this kiosk, now */
    int64_t look_ms, next_ms; /* monotonic: the next look, the next step of any kind */
    int64_t piece_bytes;
    struct policy policy;
    struct policy_state backoff; /* on the monotonic clock */
    struct updater_status status;
};

static int64_t now_ms(const struct updater *updater)
{
    return updater->setup.clock->monotonic_ms(updater->setup.clock);
}

/* ---- what is noted ---- */

/* The one place where the state changes: noted for others when it is news. */
static struct err go(struct updater *updater, enum updater_state state, int percent, const char *reason)
{
    struct updater_status next = {.state = state, .percent = percent};
    snprintf(next.version, sizeof next.version, "%s", updater->release.version);
    snprintf(next.reason, sizeof next.reason, "%s", reason);
    if (memcmp(&next, &updater->status, sizeof next) == 0)
        return err_ok();
    if (next.state != updater->status.state)
        log_info(MODULE, "%s -> %s (%s%s%s)", updater_state_name(updater->status.state),
                 updater_state_name(state), next.version, *reason ? " " : "", reason);
    updater->status = next;
    return updater_status_write(&updater->files, &next);
}

/* The link or the server failed: later, and after each failure later still. */
static struct err fail(struct updater *updater, const char *reason, int retry_after_s)
{
    int64_t now = now_ms(updater);
    policy_failed(&updater->backoff, &updater->policy, now, retry_after_s, updater->setup.random,
                  updater->setup.random_context);
    updater->next_ms = now + policy_due(&updater->backoff, now);
    return go(updater, UPDATER_FAILED, updater->status.percent, reason);
}

/* It would be no better in a minute. */
static struct err give_up_for_now(struct updater *updater, const char *reason)
{
    updater->has_release = false;
    updater->next_ms = updater->look_ms = now_ms(updater) + LOOK_EVERY_MS;
    return go(updater, UPDATER_FAILED, 0, reason);
}

static int percent_of(int64_t have, int64_t of)
{
    return (int)(have * 100 / of);
}

/* ---- looking ---- */

/* Never so much that the outbox has no room to grow; the installer makes a copy of its own. */
static bool has_room(const struct updater *updater, int64_t have)
{
    struct statvfs disk;
    int64_t missing = 2 * updater->release.size - have;
    return statvfs(updater->files.dir, &disk) == 0 &&
           (int64_t)(disk.f_bavail * disk.f_frsize) - updater->setup.disk_reserve >= missing;
}

static struct err prepare(struct updater *updater)
{
    char etag[HTTP_ETAG_MAX];
    int64_t have = 0;
    if (updater_is_ready(&updater->files, &updater->release)) {
        updater->has_release = false;
        return go(updater, UPDATER_READY, 100, "");
    }
    updater_ready_drop(&updater->files);
    TRY(updater_part(&updater->files, &updater->release, &have, etag));
    if (!has_room(updater, have))
        return give_up_for_now(updater, "the disk has no room for it");
    updater->has_release = true;
    updater->next_ms = now_ms(updater);
    return go(updater, UPDATER_FETCHING, percent_of(have, updater->release.size), "");
}

static struct err take_release(struct updater *updater, const struct buf *cms)
{
    struct release release;
    int64_t wall_ms = time_for_certificates(updater->store_dir, updater->setup.clock);
    struct err e = release_open(cms, updater->ca, wall_ms, &release);
    if (err_is(&e))
        return e.class == ERR_REFUSED ? give_up_for_now(updater, e.text) : e;
    const struct release_rules rules = {updater->compatible, updater->version, updater->ring,
                                        updater_issued(&updater->files), wall_ms};
    enum release_verdict verdict = release_judge(&release, &rules);
    updater->release = release;
    updater->has_release = false;
    /* Also by a word that gives this kiosk nothing: a recall names an older version, and after it nobody may
     * show the one that was recalled. */
    if (verdict != RELEASE_REPLAY && verdict != RELEASE_OTHER_MODEL)
        TRY(updater_issued_raise(&updater->files, release.issued_ms));
    if (verdict == RELEASE_TAKE)
        return prepare(updater);
    if (verdict == RELEASE_SAME) {
        updater_ready_drop(&updater->files);
        updater_part_drop(&updater->files);
    }
    if (verdict != RELEASE_REPLAY)
        updater_recall(&updater->files);
    bool is_calm = verdict == RELEASE_SAME || verdict == RELEASE_LATER;
    return go(updater, is_calm ? UPDATER_IDLE : UPDATER_FAILED, 0, release_verdict_text(verdict));
}

static struct err look(struct updater *updater)
{
    char url[HTTP_URL_MAX], reason[80];
    struct http_response response;
    snprintf(url, sizeof url, "%s/%s.cms", updater->url, updater->compatible);
    const struct http_request request = {.method = HTTP_GET, .url = url, .max_body = RELEASE_BYTES_MAX};
    http_response_init(&response);
    struct err e = updater->setup.http->exchange(updater->setup.http, &request, &response);
    updater->next_ms = updater->look_ms = now_ms(updater) + LOOK_EVERY_MS;
    if (e.class == ERR_RETRY) {
        e = fail(updater, http_failure_name(response.failure), -1);
        updater->look_ms = updater->next_ms;
    } else if (!err_is(&e) && response.status == 200) {
        policy_succeeded(&updater->backoff, now_ms(updater));
        e = take_release(updater, &response.body);
    } else if (!err_is(&e) || e.class == ERR_REFUSED) {
        snprintf(reason, sizeof reason, "no release there: HTTP %d", response.status);
        e = give_up_for_now(updater, reason);
    }
    http_response_finish(&response);
    return e;
}

/* ---- fetching ---- */

struct piece {
    const struct updater *updater;
    const struct http_response *response;
    int fd;
    int64_t from, have; /* where it begins; behind its last byte that is written */
    bool is_other;      /* not this piece of this file: changed, or a server without ranges */
};

static struct err write_piece(void *context, const void *data, size_t size)
{
    struct piece *piece = context;
    const char *from = data;
    piece->is_other = piece->response->range_from != piece->from ||
                      piece->response->range_of != piece->updater->release.size;
    if (piece->is_other)
        return err_make(ERR_DATA, MODULE, 0, "not the piece that was asked for");
    if (piece->have == 0)
        TRY(updater_part_note(&piece->updater->files, &piece->updater->release, piece->response->etag));
    while (size > 0) {
        ssize_t wrote = pwrite(piece->fd, from, size, piece->have);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            return err_errno(MODULE, errno, "write the update");
        from += wrote;
        size -= (size_t)wrote;
        piece->have += wrote;
    }
    return err_ok();
}

static struct err ask_for_piece(struct updater *updater, const char *etag, struct piece *piece,
                                struct http_response *response)
{
    char url[HTTP_URL_MAX], range[80], same[HTTP_ETAG_MAX + 16];
    int64_t last = piece->from + updater->piece_bytes - 1;
    if (last >= updater->release.size)
        last = updater->release.size - 1;
    snprintf(url, sizeof url, "%s/%s", updater->url, updater->release.file);
    snprintf(range, sizeof range, "Range: bytes=%" PRId64 "-%" PRId64, piece->from, last);
    snprintf(same, sizeof same, "If-Range: %s", etag);
    const char *const headers[] = {range, same};
    const struct http_request request = {
        .method = HTTP_GET,
        .url = url,
        .headers = headers,
        .header_count = *etag ? 2 : 1,
        .max_body = (size_t)(last - piece->from + 1),
        .sink = write_piece,
        .sink_context = piece,
    };
    return updater->setup.http->exchange(updater->setup.http, &request, response);
}

/* The line rests as long as the piece took, and the next piece is what it can bring in PIECE_MS. */
static void pace(struct updater *updater, int64_t bytes, int64_t took_ms)
{
    int64_t next = bytes * PIECE_MS / (took_ms > 0 ? took_ms : 1);
    updater->piece_bytes = next < PIECE_MIN ? PIECE_MIN : next > PIECE_MAX ? PIECE_MAX : next;
    updater->next_ms = now_ms(updater) + took_ms;
}

static struct err finish_file(struct updater *updater)
{
    struct err e = updater_part_finish(&updater->files, &updater->release);
    if (e.class == ERR_REFUSED)
        return give_up_for_now(updater, e.text);
    TRY(e);
    updater->has_release = false;
    updater->next_ms = updater->look_ms;
    return go(updater, UPDATER_READY, 100, "");
}

/* After an exchange without an answer, or with another than a piece. */
static struct err judge_failure(struct updater *updater, const struct piece *piece, const struct err *e,
                                const struct http_response *response)
{
    char reason[80];
    if (piece->is_other || response->status == 200 || response->status == 416) {
        updater_part_drop(&updater->files);
        return piece->from > 0 ? fail(updater, "the file has changed: from its beginning again", -1)
                               : give_up_for_now(updater, "the server gives no pieces of files");
    }
    if (updater->setup.stopped && updater->setup.stopped(updater->setup.stopped_context)) {
        updater->next_ms = now_ms(updater);
        return err_ok();
    }
    if (piece->have > piece->from) /* slow, but it comes */
        policy_succeeded(&updater->backoff, now_ms(updater));
    if (err_is(e))
        return fail(updater, http_failure_name(response->failure), -1);
    snprintf(reason, sizeof reason, "HTTP %d", response->status);
    return fail(updater, reason, response->retry_after_s);
}

static bool is_strong(const char *etag)
{
    return etag[0] == '"';
}

/* Bytes on the disk, whatever the exchange came to. */
static struct err exchange_piece(struct updater *updater, const char *etag, struct piece *piece,
                                 struct http_response *response)
{
    TRY(updater_part_open(&updater->files, &piece->fd));
    struct err e = ask_for_piece(updater, is_strong(etag) ? etag : "", piece, response);
    if (fdatasync(piece->fd) != 0)
        e = err_errno(MODULE, errno, "sync the update");
    close(piece->fd);
    return e;
}

static struct err take_piece(struct updater *updater, const struct piece *piece, int64_t took_ms)
{
    policy_succeeded(&updater->backoff, now_ms(updater));
    pace(updater, piece->have - piece->from, took_ms);
    return go(updater, UPDATER_FETCHING, percent_of(piece->have, updater->release.size), "");
}

static struct err fetch_piece(struct updater *updater)
{
    char etag[HTTP_ETAG_MAX];
    struct http_response response;
    struct piece piece = {.updater = updater, .response = &response};
    int64_t began_ms = now_ms(updater);
    TRY(updater_part(&updater->files, &updater->release, &piece.from, etag));
    piece.have = piece.from;
    if (piece.from == updater->release.size)
        return finish_file(updater);
    http_response_init(&response);
    struct err e = exchange_piece(updater, etag, &piece, &response);
    bool is_answer = !err_is(&e) || e.class == ERR_RETRY || e.class == ERR_REFUSED || piece.is_other;
    if (!err_is(&e) && response.status == 206)
        e = take_piece(updater, &piece, now_ms(updater) - began_ms);
    else if (is_answer)
        e = judge_failure(updater, &piece, &e, &response);
    http_response_finish(&response);
    return e;
}

/* ---- steps ---- */

static struct err queue_is_empty(struct updater *updater, bool *out_empty)
{
    struct outbox_counts counts;
    TRY(outbox_count(updater->setup.outbox, &counts));
    *out_empty = counts.in_state[OUTBOX_QUEUED] + counts.in_state[OUTBOX_SENDING] == 0;
    return err_ok();
}

int64_t updater_due(const struct updater *updater)
{
    int64_t due_ms = updater->next_ms < updater->look_ms ? updater->next_ms : updater->look_ms;
    int64_t wait_ms = due_ms - now_ms(updater);
    return wait_ms > 0 ? wait_ms : 0;
}

struct err updater_step(struct updater *updater)
{
    bool is_empty = false;
    if (updater_due(updater) > 0)
        return err_ok();
    TRY(queue_is_empty(updater, &is_empty));
    if (!is_empty) {
        updater->next_ms = now_ms(updater) + QUEUE_WAIT_MS;
        if (updater->look_ms < updater->next_ms)
            updater->look_ms = updater->next_ms;
        return go(updater, UPDATER_QUEUE, updater->status.percent, "");
    }
    if (now_ms(updater) >= updater->look_ms)
        return look(updater);
    if (updater->has_release)
        return fetch_piece(updater);
    updater->next_ms = updater->look_ms;
    return err_ok();
}

/* ---- life ---- */

static uint64_t kernel_random(void *context)
{
    uint64_t bits;
    (void)context;
    random_bytes(&bits, sizeof bits);
    return bits;
}

struct err updater_create(const struct updater_setup *setup, struct updater **out_updater)
{
    struct updater *updater = calloc(1, sizeof *updater);
    if (!updater)
        return err_no_memory(MODULE);
    updater->setup = *setup;
    if (!setup->random)
        updater->setup.random = kernel_random;
    snprintf(updater->url, sizeof updater->url, "%s", setup->url);
    snprintf(updater->store_dir, sizeof updater->store_dir, "%s", setup->store_dir);
    snprintf(updater->ring, sizeof updater->ring, "%s", setup->ring);
    snprintf(updater->ca, sizeof updater->ca, "%s", setup->ca);
    snprintf(updater->compatible, sizeof updater->compatible, "%s", setup->compatible);
    snprintf(updater->version, sizeof updater->version, "%s", setup->version);
    updater->policy = policy_default(0);
    updater->piece_bytes = PIECE_MIN;
    updater->next_ms = updater->look_ms = now_ms(updater);
    struct err e = updater_files_init(&updater->files, setup->store_dir);
    if (err_is(&e))
        updater_destroy(&updater);
    else
        *out_updater = updater;
    return e;
}

void updater_destroy(struct updater **updater)
{
    if (!updater || !*updater)
        return;
    free(*updater);
    *updater = NULL;
}
