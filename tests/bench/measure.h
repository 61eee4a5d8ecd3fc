/* What every bench measures with: a clock, and the middle of what it saw. */
#ifndef YIZHAN_TESTS_BENCH_MEASURE_H
#define YIZHAN_TESTS_BENCH_MEASURE_H

#include <stdlib.h>
#include <time.h>

static inline double measure_clock_ms(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static inline double measure_now_ms(void)
{
    return measure_clock_ms(CLOCK_MONOTONIC);
}

/* Of this thread, for what neither waits nor sleeps: the same on a machine that others use too. */
static inline double measure_worked_ms(void)
{
    return measure_clock_ms(CLOCK_THREAD_CPUTIME_ID);
}

static inline int measure_by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sorts the values. */
static inline double measure_median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, measure_by_size);
    return values[count / 2];
}

#endif
