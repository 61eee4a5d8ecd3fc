/*
 * kill -9 at random moments: one process saves, another sends, both die again and again, and in the end every
 * application that was called saved is with the platform, each under its own number, and nothing is left
 * over.
 */
#include "board/base/random.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/fixture.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#define RECORDS_MAX 60000

struct record {
    char number[CASE_NUMBER_SIZE];
    char instance_id[OUTBOX_ID_SIZE];
};

struct records {
    struct record items[RECORDS_MAX];
    size_t count;
};

static struct records saved, delivered;

struct half {
    const char *verb;
    struct records *says;
    pid_t pid;
    int out;
    char line[256]; /* begun, not yet ended */
    size_t length;
};

static void start(struct half *half, const char *dir)
{
    int ends[2];
    posix_spawn_file_actions_t actions;
    const char *argv[] = {YIZHAN_BUILD "/tests/store_driver", dir, half->verb, NULL};
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    assert_int_equal(
        posix_spawn(&half->pid, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    half->out = ends[0];
    half->length = 0;
}

/* Takes whole lines; what was cut off by the kill was not said. */
static bool listen(struct half *half)
{
    ssize_t got = read(half->out, half->line + half->length, sizeof half->line - 1 - half->length);
    if (got <= 0)
        return false;
    half->length += (size_t)got;
    half->line[half->length] = 0;
    for (char *end; (end = strchr(half->line, '\n'));) {
        struct record *r = &half->says->items[half->says->count++];
        assert_true(half->says->count < RECORDS_MAX);
        assert_int_equal(sscanf(half->line, "%10s %63s", r->number, r->instance_id), 2);
        half->length -= (size_t)(end + 1 - half->line);
        memmove(half->line, end + 1, half->length + 1);
    }
    return true;
}

static int wait_for(struct half *half)
{
    int status = 0;
    while (listen(half))
        ;
    assert_int_equal(waitpid(half->pid, &status, 0), half->pid);
    close(half->out);
    return status;
}

static int rounds(void)
{
    return fixture_is_long() ? 1000 : 200;
}

/* Listens until a random number of milliseconds is over; every other round they begin when the first
 * application is saved, so that a slow start is not all that gets killed. */
static void let_run(struct half *halves, int round)
{
    if (round % 2 && !listen(&halves[0]))
        return;
    uint8_t random;
    random_bytes(&random, 1);
    int64_t until = clock_system()->monotonic_ms(clock_system()) + random % 50;
    int left;
    while ((left = clock_left_ms(clock_system(), until)) > 0) {
        struct pollfd fds[] = {{.fd = halves[0].out, .events = POLLIN},
                               {.fd = halves[1].out, .events = POLLIN}};
        if (poll(fds, 2, left) <= 0)
            continue;
        for (int i = 0; i < 2; i++) {
            if ((fds[i].revents & POLLIN) && !listen(&halves[i]))
                return;
            if (fds[i].revents & POLLHUP)
                return; /* the sender found nothing: the next round */
        }
    }
}

static int by_number(const void *a, const void *b)
{
    return strcmp(((const struct record *)a)->number, ((const struct record *)b)->number);
}

/* Sorted, each instance once: what a platform keeps of exact repeats. ERROR when a number stands for two
 * instances. */
static int count_double_numbers(struct records *r)
{
    int doubles = 0;
    size_t kept = 0;
    qsort(r->items, r->count, sizeof r->items[0], by_number);
    for (size_t i = 0; i < r->count; i++) {
        bool repeat = kept > 0 && strcmp(r->items[kept - 1].number, r->items[i].number) == 0;
        if (repeat && strcmp(r->items[kept - 1].instance_id, r->items[i].instance_id) != 0)
            doubles++;
        if (!repeat)
            r->items[kept++] = r->items[i];
    }
    r->count = kept;
    return doubles;
}

static int count_lost(void)
{
    int lost = 0;
    for (size_t i = 0; i < saved.count; i++) {
        const struct record *found =
            bsearch(&saved.items[i], delivered.items, delivered.count, sizeof delivered.items[0], by_number);
        if (!found || strcmp(found->instance_id, saved.items[i].instance_id) != 0)
            lost++;
    }
    return lost;
}

static void what_was_saved_is_delivered_whatever_is_killed(void **state)
{
    struct fixture *f = *state;
    struct half halves[] = {{.verb = "save", .says = &saved}, {.verb = "send", .says = &delivered}};
    for (int round = 0; round < rounds(); round++) {
        for (int i = 0; i < 2; i++)
            start(&halves[i], f->dir);
        let_run(halves, round);
        for (int i = 0; i < 2; i++) {
            kill(halves[i].pid, SIGKILL);
            wait_for(&halves[i]);
        }
    }
    start(&halves[1], f->dir);
    assert_int_equal(wait_for(&halves[1]), 0);
    int doubled = count_double_numbers(&saved) + count_double_numbers(&delivered), lost = count_lost();
    struct outbox_counts counts;
    assert_ok(outbox_count(f->outbox, &counts));
    print_message("kill -9: %d kills, %zu saved, %zu delivered, lost %d, numbers given twice %d\n",
                  2 * rounds(), saved.count, delivered.count, lost, doubled);
    assert_true(saved.count > 20);
    assert_int_equal(lost, 0);
    assert_int_equal(doubled, 0);
    assert_int_equal(counts.waiting, 0);
    assert_int_equal(counts.in_state[OUTBOX_PURGED], delivered.count);
    assert_string_equal(outbox_quarantine(f->outbox), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_saved_is_delivered_whatever_is_killed, fixture_setup,
                                        fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
