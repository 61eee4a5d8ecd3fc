/*
 * Durable commits a second: an application of 60 KB into the outbox, beside the disk's own rate of writing
 * the same bytes to the end of a file and fdatasync. In turns, in one run, in one folder.
 */
#include "tests/unit/offline/fixture.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 15, COMMITS = 20, MEDIA_BYTES = 60000 };

struct bench {
    char dir[64];
    struct clock_fake clock;
    struct outbox *outbox;
    int raw_fd;
    int64_t bytes; /* of one application as the outbox counts them */
    double ours[ROUNDS], raw[ROUNDS];
};

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct err commit_round(struct bench *b, double *out_rate)
{
    char numbers[COMMITS][CASE_NUMBER_SIZE]; /* taken when the citizen begins: not what is measured */
    for (int i = 0; i < COMMITS; i++)
        TRY(outbox_take_number(b->outbox, numbers[i]));
    double begin = seconds_now();
    for (int i = 0; i < COMMITS; i++)
        TRY(fixture_save_as(b->outbox, numbers[i], MEDIA_BYTES));
    *out_rate = COMMITS / (seconds_now() - begin);
    return err_ok();
}

static struct err raw_round(struct bench *b, const char *bytes, double *out_rate)
{
    double begin = seconds_now();
    for (int i = 0; i < COMMITS; i++) {
        if (write(b->raw_fd, bytes, (size_t)b->bytes) != b->bytes || fdatasync(b->raw_fd) != 0)
            return err_errno("bench", errno, "raw write");
    }
    *out_rate = COMMITS / (seconds_now() - begin);
    return err_ok();
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values)
{
    qsort(values, ROUNDS, sizeof *values, by_size);
    return values[ROUNDS / 2];
}

static struct err run(struct bench *b)
{
    char path[128], number[CASE_NUMBER_SIZE];
    struct outbox_counts counts;
    snprintf(path, sizeof path, "%s/raw", b->dir);
    b->raw_fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    TRY(fixture_save(b->outbox, MEDIA_BYTES, number));
    TRY(outbox_count(b->outbox, &counts));
    b->bytes = counts.waiting_bytes;
    char *bytes = calloc(1, (size_t)b->bytes);
    if (!bytes)
        return err_no_memory("bench");
    struct err e = err_ok();
    for (int i = 0; i < ROUNDS && !err_is(&e); i++) {
        e = commit_round(b, &b->ours[i]);
        if (!err_is(&e))
            e = raw_round(b, bytes, &b->raw[i]);
    }
    free(bytes);
    close(b->raw_fd);
    return e;
}

int main(void)
{
    struct bench b = {.dir = "/var/tmp/yizhan-bench-XXXXXX"}; /* a disk, not memory */
    clock_fake_init(&b.clock, FIXTURE_NOW_MS);
    if (!mkdtemp(b.dir))
        return 1;
    b.outbox = fixture_open(b.dir, &b.clock.clock, NULL);
    struct err e = run(&b);
    outbox_close(&b.outbox);
    fixture_remove_dir(b.dir);
    if (err_is(&e)) {
        fprintf(stderr, "%s\n", e.text);
        return 1;
    }
    double ours = median(b.ours), raw = median(b.raw);
    printf("{\"name\":\"outbox.commit\",\"value\":%.1f,\"unit\":\"1/s\",\"peer\":\"write+fdatasync of the "
           "same bytes\","
           "\"peer_value\":%.1f,\"ratio\":%.3f,\"runs\":%d,\"how\":\"./dev bench outbox.commit\"}\n",
           ours, raw, ours / raw, ROUNDS);
    return 0;
}
