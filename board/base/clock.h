/*
 * Time is handed in, so that every test owns it.
 *
 * Monotonic milliseconds drive deadlines and timers; wall milliseconds since 1970 UTC are for people and
 * records only, because the kiosk's clock may be dead.
 */
#ifndef YIZHAN_BASE_CLOCK_H
#define YIZHAN_BASE_CLOCK_H

#include <stdint.h>

enum { DATE_SIZE = 11 }; /* "2026-11-22" */

struct clock {
    int64_t (*monotonic_ms)(const struct clock *clock);
    int64_t (*wall_ms)(const struct clock *clock);
};

/* The system's clocks; static storage, usable from any thread. */
const struct clock *clock_system(void);

/* Milliseconds left until a monotonic deadline, 0 when it has passed. Pass what is left down, never a new
 * timeout. */
int clock_left_ms(const struct clock *clock, int64_t deadline_ms);
/* The sooner of two waits, as poll() takes them: negative is for ever. */
int clock_sooner_ms(int a_ms, int b_ms);

/* A clock for tests: stands still until it is moved. Use &fake.clock. */
struct clock_fake {
    struct clock clock; /* must be first */
    int64_t monotonic_now_ms;
    int64_t wall_now_ms;
};
void clock_fake_init(struct clock_fake *fake, int64_t wall_now_ms);
void clock_fake_advance(struct clock_fake *fake, int64_t by_ms);

#endif
