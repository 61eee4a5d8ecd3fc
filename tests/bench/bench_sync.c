/*
 * Delivery beside bare libcurl: the same kind of sealed applications, the same platform, one kept connection
 * each, in turns. Ours reads from the outbox and remembers durably; the peer posts from memory and forgets.
 * sync.rate: the platform commits before it answers, as PostgreSQL does under ODK Central. sync.rate_bare: it
 * answers from memory, so that nothing hides what our side costs. sync.cpu: the sender's processor time,
 * which does not depend on who else uses the machine. sync.purge: what is deleted afterwards.
 */
#include "tests/offline/story.h"
#include "tests/unit/cmocka.h"
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Rounds beside a disk that commits differ by a tenth and more: of 9 the median is off by a twentieth now and
 * then. */
enum { ROUNDS = 25, ROUNDS_IN_MEMORY = 9, APPLICATIONS = 1000, PHOTO_BYTES = 60000, FILES_MAX = 4 };

/* One application as it lies in memory. */
struct body {
    struct buf manifest;
    struct outbox_files names;
    struct buf files[FILES_MAX];
};

struct bench {
    struct story *story;
    CURL *curl;
    int rounds;
    double ours[ROUNDS], bare[ROUNDS], purge[ROUNDS]; /* applications a second */
    double ours_cpu[ROUNDS], bare_cpu[ROUNDS];        /* microseconds for one */
    int64_t wire_bytes, payload_bytes;                /* of ours */
};

static double seconds_of(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double seconds_now(void)
{
    return seconds_of(CLOCK_MONOTONIC);
}

static double worked_us(void)
{
    return seconds_of(CLOCK_PROCESS_CPUTIME_ID) * 1e6 / APPLICATIONS;
}

static void save_all(struct bench *b, char numbers[][CASE_NUMBER_SIZE])
{
    for (int i = 0; i < APPLICATIONS; i++)
        assert_ok(kiosk_apply(&b->story->kiosk, PHOTO_BYTES, numbers[i]));
}

/* ---- ours ---- */

static void send_ours(struct bench *b, int round)
{
    static char numbers[APPLICATIONS][CASE_NUMBER_SIZE];
    struct kiosk *kiosk = &b->story->kiosk;
    int purged = 0;

    save_all(b, numbers);
    b->payload_bytes += kiosk_counts(&b->story->kiosk).waiting_bytes;
    kiosk->counts = (struct sync_counts){0};
    double begin = seconds_now(), worked = worked_us();
    assert_ok(sync_run(kiosk->sync, SYNC_WHEN_DUE, &kiosk->counts));
    double sent = seconds_now();
    b->ours_cpu[round] = worked_us() - worked;
    assert_ok(outbox_sweep(kiosk->outbox, &purged));
    b->ours[round] = APPLICATIONS / (sent - begin);
    b->purge[round] = APPLICATIONS / (seconds_now() - sent);
    assert_int_equal(kiosk->counts.delivered, APPLICATIONS);
    assert_int_equal(purged, APPLICATIONS);
    b->wire_bytes += kiosk->counts.bytes_sent;
}

/* ---- the peer ---- */

static void load_body(struct bench *b, const char *number, struct body *out_body)
{
    struct outbox *outbox = b->story->kiosk.outbox;
    int64_t row = kiosk_case(&b->story->kiosk, number).row;
    char piece[OUTBOX_CHUNK_SIZE];

    *out_body = (struct body){0};
    assert_ok(outbox_manifest(outbox, row, &out_body->manifest));
    assert_ok(outbox_files(outbox, row, &out_body->names));
    for (size_t i = 0; i < out_body->names.count; i++) {
        size_t got = 1;
        while (got > 0) {
            assert_ok(outbox_read(outbox, row, (int)i, (int64_t)out_body->files[i].length, piece,
                                  sizeof piece, &got));
            buf_append(&out_body->files[i], piece, got);
        }
    }
}

static void finish_body(struct body *body)
{
    buf_finish(&body->manifest);
    for (size_t i = 0; i < FILES_MAX; i++)
        buf_finish(&body->files[i]);
    outbox_files_finish(&body->names);
}

static size_t swallow(char *data, size_t unit, size_t count, void *context)
{
    (void)data, (void)context;
    return unit * count;
}

static void add_part(curl_mime *mime, const char *name, const char *filename, const struct buf *bytes)
{
    curl_mimepart *part = curl_mime_addpart(mime);
    curl_mime_name(part, name);
    curl_mime_filename(part, filename);
    curl_mime_data(part, bytes->data, bytes->length);
}

static void post_bare(struct bench *b, const struct body *body)
{
    curl_mime *mime = curl_mime_init(b->curl);
    long status = 0;

    add_part(mime, "xml_submission_file", "submission.xml", &body->manifest);
    for (size_t i = 0; i < body->names.count; i++)
        add_part(mime, body->names.items[i].name, body->names.items[i].name, &body->files[i]);
    curl_easy_setopt(b->curl, CURLOPT_MIMEPOST, mime);
    assert_int_equal(curl_easy_perform(b->curl), CURLE_OK);
    curl_easy_getinfo(b->curl, CURLINFO_RESPONSE_CODE, &status);
    assert_int_equal(status, 201);
    curl_mime_free(mime);
}

/* The peer's applications leave the queue as if ours had sent them: ours finds no more in it than its own. */
static void set_aside(struct bench *b)
{
    static struct outbox_settlement settled[APPLICATIONS];
    struct outbox *outbox = b->story->kiosk.outbox;
    struct outbox_list claimed = {0};
    int purged = 0;

    assert_ok(outbox_claim(outbox, ENDPOINT_PLATFORM, INT64_MAX, APPLICATIONS, &claimed));
    assert_int_equal(claimed.count, APPLICATIONS);
    for (size_t i = 0; i < claimed.count; i++)
        settled[i] = (struct outbox_settlement){claimed.items[i].row, {.http_status = 201}};
    assert_ok(outbox_settle(outbox, settled, claimed.count));
    assert_ok(outbox_sweep(outbox, &purged));
    outbox_list_finish(&claimed);
}

static void send_bare(struct bench *b, int round)
{
    static char numbers[APPLICATIONS][CASE_NUMBER_SIZE];
    struct body *bodies = calloc(APPLICATIONS, sizeof *bodies);

    assert_non_null(bodies);
    save_all(b, numbers);
    for (int i = 0; i < APPLICATIONS; i++)
        load_body(b, numbers[i], &bodies[i]);
    set_aside(b);
    double begin = seconds_now(), worked = worked_us();
    for (int i = 0; i < APPLICATIONS; i++)
        post_bare(b, &bodies[i]);
    b->bare[round] = APPLICATIONS / (seconds_now() - begin);
    b->bare_cpu[round] = worked_us() - worked;
    for (int i = 0; i < APPLICATIONS; i++)
        finish_body(&bodies[i]);
    free(bodies);
}

/* ---- report ---- */

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(const struct bench *b, const double *values)
{
    double sorted[ROUNDS];
    size_t count = (size_t)b->rounds;
    memcpy(sorted, values, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_size);
    return sorted[count / 2];
}

/* Of each round beside its own peer: the next round meets another moment of the disk. */
static double median_ratio(const struct bench *b, const double *ours, const double *peers)
{
    double ratios[ROUNDS];
    for (int i = 0; i < b->rounds; i++)
        ratios[i] = ours[i] / peers[i];
    return median(b, ratios);
}

static void report(const struct bench *b, const char *name, const char *unit, double ours, const char *peer,
                   double peer_value, double ratio)
{
    printf(
        "{\"name\":\"%s\",\"value\":%.1f,\"unit\":\"%s\",\"peer\":\"%s\",\"peer_value\":%.1f,\"ratio\":%.4f,"
        "\"runs\":%d,\"how\":\"./dev bench %s\"}\n",
        name, ours, unit, peer, peer_value, ratio, b->rounds, name);
}

static void report_rounds(const struct bench *b, const char *name, const char *unit, const double *ours,
                          const char *peer, const double *peers)
{
    report(b, name, unit, median(b, ours), peer, median(b, peers), median_ratio(b, ours, peers));
}

static struct curl_slist *open_bare(struct bench *b)
{
    char url[200];
    struct curl_slist *headers = curl_slist_append(NULL, "X-OpenRosa-Version: 1.0");

    snprintf(url, sizeof url, "%s/submission", b->story->platform.url);
    b->curl = curl_easy_init();
    curl_easy_setopt(b->curl, CURLOPT_URL, url);
    curl_easy_setopt(b->curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(b->curl, CURLOPT_WRITEFUNCTION, swallow);
    return headers;
}

static void measure(struct bench *b, int rounds, const char *name, const char *peer)
{
    b->rounds = rounds;
    b->wire_bytes = b->payload_bytes = 0;
    kiosk_sync(&b->story->kiosk, SYNC_NOW); /* the platform may be another process than before */
    for (int i = 0; i < rounds; i++) {      /* now this one first, now that one: the platform's disk fills */
        if (i % 2 == 0)
            send_ours(b, i);
        send_bare(b, i);
        if (i % 2 != 0)
            send_ours(b, i);
    }
    report_rounds(b, name, "1/s", b->ours, peer, b->bare);
}

int main(void)
{
    static const char *const durable[] = {"--durable", NULL};
    struct bench b = {.story = story_start("/var/tmp")}; /* on a disk: what is durable is measured */
    struct curl_slist *headers = open_bare(&b);

    measure(&b, ROUNDS_IN_MEMORY, "sync.rate_bare",
            "libcurl, the same bodies from memory to a platform that keeps nothing");
    b.story->platform.arguments = durable;
    platform_restart(&b.story->platform);
    measure(&b, ROUNDS, "sync.rate", "libcurl, the same bodies from memory to a platform that commits");
    report_rounds(&b, "sync.cpu", "us", b.ours_cpu, "libcurl, as above", b.bare_cpu);
    report_rounds(&b, "sync.purge", "1/s", b.purge, "the rate of delivery itself", b.ours);
    report(&b, "sync.bytes", "B", (double)b.wire_bytes / (ROUNDS * APPLICATIONS),
           "sealed bytes of the application", (double)b.payload_bytes / (ROUNDS * APPLICATIONS),
           (double)b.wire_bytes / (double)b.payload_bytes);
    curl_easy_cleanup(b.curl);
    curl_slist_free_all(headers);
    story_teardown((void **)&b.story);
    return 0;
}
