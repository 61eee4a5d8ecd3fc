#include "board/base/clock.h"

#include <limits.h>
#include <time.h>

static int64_t read_ms(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t system_monotonic_ms(const struct clock *clock)
{
    (void)clock;
    return read_ms(CLOCK_MONOTONIC);
}

static int64_t system_wall_ms(const struct clock *clock)
{
    (void)clock;
    return read_ms(CLOCK_REALTIME);
}

const struct clock *clock_system(void)
{
    static const struct clock system = {system_monotonic_ms, system_wall_ms};
    return &system;
}

int clock_left_ms(const struct clock *clock, int64_t deadline_ms)
{
    int64_t left = deadline_ms - clock->monotonic_ms(clock);
    if (left <= 0)
        return 0;
    return left > INT_MAX ? INT_MAX : (int)left;
}

int clock_sooner_ms(int a_ms, int b_ms)
{
    if (a_ms < 0)
        return b_ms;
    return b_ms < 0 || a_ms < b_ms ? a_ms : b_ms;
}

static int64_t fake_monotonic_ms(const struct clock *clock)
{
    return ((const struct clock_fake *)clock)->monotonic_now_ms;
}

static int64_t fake_wall_ms(const struct clock *clock)
{
    return ((const struct clock_fake *)clock)->wall_now_ms;
}

void clock_fake_init(struct clock_fake *fake, int64_t wall_now_ms)
{
    *fake = (struct clock_fake){.clock = {fake_monotonic_ms, fake_wall_ms}, .wall_now_ms = wall_now_ms};
}

void clock_fake_advance(struct clock_fake *fake, int64_t by_ms)
{
    fake->monotonic_now_ms += by_ms;
    fake->wall_now_ms += by_ms;
}
