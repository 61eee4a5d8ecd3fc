/*
 * yizhan-sim [--seeds COUNT] [--from FIRST] [--seed ONE]
 *
 * Runs seeds FIRST.. and prints the counters; the last ones must be 0. The first seed that breaks a promise
 * is named and ends the run with 1; --seed runs that one again with every program's log on stderr.
 */
#include "tests/sim/sim.h"
#include "tests/unit/offline/fixture.h"
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
    const char *length = getenv("YIZHAN_TEST_LENGTH");
    return length && strcmp(length, "long") == 0 ? 100000 : 1500;
}

int main(int argc, char **argv)
{
    static const struct option known[] = {{"seeds", required_argument, NULL, 'n'},
                                          {"from", required_argument, NULL, 'f'},
                                          {"seed", required_argument, NULL, 's'},
                                          {NULL, 0, NULL, 0}};
    char dir[] = "/dev/shm/yizhan-sim-XXXXXX";
    struct sim_sums sums = {0};
    int64_t count = seeds_by_length(), from = 1;
    bool one = false, held = true;
    for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (option == '?')
            return 64;
        int64_t number = strtoll(optarg, NULL, 10);
        one |= option == 's';
        count = option == 'n' ? number : option == 's' ? 1 : count;
        from = option == 'f' || option == 's' ? number : from;
    }
    if (!one)
        silence();
    if (!mkdtemp(dir))
        return 3;
    for (int64_t seed = from; held && seed < from + count; seed++) {
        held = sim_run((uint64_t)seed, dir, &sums);
        if (!held)
            printf("sim: seed %" PRId64 " breaks a promise: yizhan-sim --seed %" PRId64 "\n", seed, seed);
    }
    report(&sums);
    fixture_remove_dir(dir);
    return held ? 0 : 1;
}
