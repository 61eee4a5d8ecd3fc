/* Every choice of a simulated run comes from here, so that its number replays it. */
#ifndef YIZHAN_TESTS_SIM_DICE_H
#define YIZHAN_TESTS_SIM_DICE_H

#include <stdbool.h>
#include <stdint.h>

struct dice {
    uint64_t state;
};

/* splitmix64 (Steele, Lea, Flood 2014). */
static inline uint64_t dice_draw(struct dice *dice)
{
    uint64_t z = dice->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* 0 .. limit - 1 */
static inline int64_t dice_below(struct dice *dice, int64_t limit)
{
    return (int64_t)(dice_draw(dice) % (uint64_t)limit);
}

static inline bool dice_one_in(struct dice *dice, int64_t n)
{
    return dice_below(dice, n) == 0;
}

#endif
