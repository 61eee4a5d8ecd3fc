/* What every bench measures with: a clock, and the middle of what it saw. */
#ifndef YIZHAN_TESTS_BENCH_MEASURE_H
#define YIZHAN_TESTS_BENCH_MEASURE_H

#include <stdlib.h>
#include <time.h>

static inline double measure_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
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
