/*
 * One kiosk, its disk, the network and a platform in one process on a clock of our own, for some weeks in
 * which everything goes wrong that the dice say; in the end what was promised must hold.
 */
#ifndef YIZHAN_TESTS_SIM_H
#define YIZHAN_TESTS_SIM_H

#include <stdbool.h>
#include <stdint.h>

/* Sums over runs; the second block must stay 0. */
struct sim_sums {
    int64_t runs, saved, delivered, crashes, power_cuts, disk_faults, network_faults, clock_jumps;
    int64_t lost;         /* called saved, not with the platform in the end */
    int64_t altered;      /* the platform saw two submissions of one number, or broken bytes */
    int64_t purged_early; /* purged without the platform having all of it */
    int64_t numbers_repeated;
    int64_t stuck;       /* with everything mended, something still waits */
    int64_t quarantined; /* a power cut was taken for damage */
};

struct cutfs;

/* A disk with empty databases of today's schema in dir: what most runs begin with, as making them would be a
 * fifth of all the work. For cutfs_destroy. */
struct cutfs *sim_format(const char *dir);

/* Runs one seed in dir (a folder for number.high and downloads) and adds to sums; true when every promise
 * held. */
bool sim_run(uint64_t seed, const char *dir, const struct cutfs *formatted, struct sim_sums *sums);

#endif
