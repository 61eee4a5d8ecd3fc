/*
 * yizhan-sim [--seeds COUNT] [--from FIRST] [--seed ONE]
 *
 * Runs seeds FIRST.. and prints the counters; the last ones must be 0. The first seed that breaks a promise
 * is named and ends the run with 1; --seed runs that one again with every program's log on stderr.
 */
#include "tests/offline/cutfs.h"
#include "tests/sim/sim.h"
#include "tests/unit/offline/fixture.h"
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void report(const struct sim_sums *s)
{
    printf("sim: %" PRId64 " runs, %" PRId64 " saved, %" PRId64 " delivered; %" PRId64 " power cuts, %" PRId64
           " kills, %" PRId64 " disk faults, %" PRId64 " network faults, %" PRId64 " clock jumps\n",
           s->runs, s->saved, s->delivered, s->power_cuts, s->crashes, s->disk_faults, s->network_faults,
           s->clock_jumps);
    printf("sim: saved and lost %" PRId64 ", delivered altered %" PRId64
           ", purged without acknowledgement %" PRId64 ", numbers given twice %" PRId64 ", stuck %" PRId64
           ", taken for damage %" PRId64 "\n",
           s->lost, s->altered, s->purged_early, s->numbers_repeated, s->stuck, s->quarantined);
}

static void silence(void)
{
    int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (fd >= 0)
        dup2(fd, STDERR_FILENO);
}

static int64_t seeds_by_length(void)
{
    return fixture_is_long() ? 100000 : 4000;
}

/* ---- many seeds by several processes: each seed is alone in its own world ---- */

struct range {
    int64_t first, end, step;
};

/* Counters of the range, up to the first seed that breaks a promise. */
static bool run_range(const struct range *range, struct sim_sums *sums)
{
    char dir[] = "/dev/shm/yizhan-sim-XXXXXX";
    bool held = mkdtemp(dir) != NULL;
    struct cutfs *formatted = sim_format(dir);

    for (int64_t seed = range->first; held && seed < range->end; seed += range->step) {
        held = sim_run((uint64_t)seed, dir, formatted, sums);
        if (!held)
            printf("sim: seed %" PRId64 " breaks a promise: yizhan-sim --seed %" PRId64 "\n", seed, seed);
    }
    fflush(stdout);
    cutfs_destroy(&formatted);
    fixture_remove_dir(dir);
    return held;
}

static int start_worker(const struct range *range)
{
    int ends[2];
    if (pipe(ends) != 0)
        exit(3);
    pid_t pid = fork();
    if (pid < 0)
        exit(3);
    if (pid == 0) {
        struct sim_sums sums = {0};
        bool held = run_range(range, &sums);
        bool told = write(ends[1], &sums, sizeof sums) == (ssize_t)sizeof sums;
        _exit(held && told ? 0 : 1);
    }
    close(ends[1]);
    return ends[0];
}

/* struct sim_sums is counters only. */
static void add(struct sim_sums *sums, const struct sim_sums *more)
{
    int64_t *to = (int64_t *)sums;
    const int64_t *from = (const int64_t *)more;
    for (size_t i = 0; i < sizeof *sums / sizeof *to; i++)
        to[i] += from[i];
}

static bool run_all(const struct range *all, struct sim_sums *sums)
{
    enum { WORKERS_MAX = 64 };
    int64_t workers = sysconf(_SC_NPROCESSORS_ONLN);
    int results[WORKERS_MAX], status = 0;
    bool held = true;

    workers = workers < 1 ? 1 : workers > WORKERS_MAX ? WORKERS_MAX : workers;
    for (int64_t i = 0; i < workers; i++)
        results[i] = start_worker(&(struct range){all->first + i, all->end, workers});
    for (int64_t i = 0; i < workers; i++) {
        struct sim_sums part = {0};
        held &= read(results[i], &part, sizeof part) == (ssize_t)sizeof part;
        close(results[i]);
        add(sums, &part);
    }
    while (wait(&status) > 0)
        held &= status == 0;
    return held;
}

int main(int argc, char **argv)
{
    static const struct option known[] = {{"seeds", required_argument, NULL, 'n'},
                                          {"from", required_argument, NULL, 'f'},
                                          {"seed", required_argument, NULL, 's'},
                                          {NULL, 0, NULL, 0}};
    struct sim_sums sums = {0};
    int64_t count = seeds_by_length(), from = 1;
    bool one = false;
    for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (option == '?')
            return 64;
        int64_t number = strtoll(optarg, NULL, 10);
        one |= option == 's';
        count = option == 'n' ? number : option == 's' ? 1 : count;
        from = option == 'f' || option == 's' ? number : from;
    }
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD); /* each worker is one: a fifth of all time was locks */
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    if (!one)
        silence();
    const struct range range = {from, from + count, 1};
    bool held = one ? run_range(&range, &sums) : run_all(&range, &sums);
    report(&sums);
    return held ? 0 : 1;
}
