/* A queue of 10,000 after a long outage: what opening, the next item, the first page and the counts cost, and
 * how much memory a sender and a list of it take. */
#include "tests/unit/offline/fixture.h"
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { QUEUE = 10000, TWICE = 2 * QUEUE, AT_ONCE = 256, RUNS = 21 };

struct queue {
    char dir[64];
    struct clock_fake clock;
    struct outbox *outbox;
};

static double milliseconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static struct err reopen(struct queue *q)
{
    struct outbox_options options = {.dir = q->dir, .kiosk_number = 42, .clock = &q->clock.clock};
    outbox_close(&q->outbox);
    return outbox_open(&options, &q->outbox);
}

static struct err next(struct queue *q)
{
    struct outbox_case c;
    bool found;
    return outbox_next(q->outbox, ENDPOINT_PLATFORM, FIXTURE_NOW_MS, &c, &found);
}

static struct err page(struct queue *q)
{
    struct outbox_list list = {0};
    struct err e = outbox_list(q->outbox, 0, 0, 100, &list);
    outbox_list_finish(&list);
    return e;
}

static struct err count(struct queue *q)
{
    struct outbox_counts counts;
    return outbox_count(q->outbox, &counts);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static struct err measure(struct queue *q, const char *name, struct err (*work)(struct queue *q))
{
    double times[RUNS];
    for (int i = 0; i < RUNS; i++) {
        double begin = milliseconds_now();
        TRY(work(q));
        times[i] = milliseconds_now() - begin;
    }
    qsort(times, RUNS, sizeof *times, by_size);
    printf("{\"name\":\"%s\",\"value\":%.3f,\"unit\":\"ms\",\"peer\":null,\"peer_value\":null,\"ratio\":null,"
           "\"runs\":%d,\"how\":\"./dev bench %s\"}\n",
           name, times[RUNS / 2], RUNS, name);
    return err_ok();
}

static struct err open_all(struct queue *q, const struct outbox_list *claimed)
{
    for (size_t i = 0; i < claimed->count; i++) {
        struct outbox_files files = {0};
        struct buf manifest = {0};
        TRY(outbox_open_row(q->outbox, claimed->items[i].row, &manifest, &files));
        outbox_files_finish(&files);
        buf_finish(&manifest);
    }
    return err_ok();
}

/* Bytes of the heap in use while as many as a sender ever claims are claimed, after everything was asked. */
static struct err heap(struct queue *q, size_t *out_bytes)
{
    struct outbox_list claimed = {0};
    TRY(reopen(q));
    TRY(page(q));
    TRY(count(q));
    TRY(outbox_claim(q->outbox, ENDPOINT_PLATFORM, FIXTURE_NOW_MS, AT_ONCE, &claimed));
    struct err e = open_all(q, &claimed);
    struct mallinfo2 now = mallinfo2();
    *out_bytes = now.uordblks + now.hblkhd;
    outbox_list_finish(&claimed);
    TRY(e);
    return outbox_recover(q->outbox);
}

static struct err save_up_to(struct queue *q, int from, int to)
{
    char number[CASE_NUMBER_SIZE];
    for (int i = from; i < to; i++)
        TRY(fixture_save(q->outbox, 2000, number));
    return err_ok();
}

/* Flat: twice the queue takes no more, for the database keeps no more of it in memory. */
static struct err measure_memory(struct queue *q)
{
    size_t bytes = 0, twice = 0;
    TRY(heap(q, &bytes));
    TRY(save_up_to(q, QUEUE, TWICE));
    TRY(heap(q, &twice));
    printf("{\"name\":\"outbox.memory\",\"value\":%zu,\"unit\":\"B\",\"peer\":\"the same with twice the "
           "queue\",\"peer_value\":%zu,\"ratio\":%.4f,\"runs\":1,\"how\":\"./dev bench outbox.memory\"}\n",
           bytes, twice, (double)bytes / (double)twice);
    return err_ok();
}

static struct err run(struct queue *q)
{
    TRY(reopen(q));
    TRY(save_up_to(q, 0, QUEUE));
    TRY(measure(q, "outbox.open", reopen));
    TRY(measure(q, "outbox.next", next));
    TRY(measure(q, "outbox.page", page));
    TRY(measure(q, "outbox.count", count));
    return measure_memory(q);
}

int main(void)
{
    struct queue q = {.dir = "/dev/shm/yizhan-queue-XXXXXX"}; /* filling it is not what is measured */
    clock_fake_init(&q.clock, FIXTURE_NOW_MS);
    if (!mkdtemp(q.dir))
        return 1;
    struct err e = run(&q);
    outbox_close(&q.outbox);
    fixture_remove_dir(q.dir);
    if (err_is(&e))
        fprintf(stderr, "%s\n", e.text);
    return err_is(&e) ? 1 : 0;
}
