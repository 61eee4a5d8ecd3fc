/* Who wants it slow hears the announcer slowly, and not as a giant. */
#include "drivers/voice/stretch.h"

#include "tests/unit/cmocka.h"

#include <math.h>
#include <stdlib.h>

enum { RATE_HZ = 22050, SECONDS = 3, TONE_HZ = 220 };

/* A voice-like wave: a tone and two overtones. */
static int16_t *make_tone(size_t count)
{
    int16_t *samples = calloc(count, sizeof *samples);
    assert_non_null(samples);
    for (size_t i = 0; i < count; i++) {
        double angle = 2 * M_PI * TONE_HZ * (double)i / RATE_HZ;
        samples[i] = (int16_t)(8000 * sin(angle) + 3000 * sin(2 * angle) + 1500 * sin(3 * angle));
    }
    return samples;
}

static double strength_at(const int16_t *samples, size_t count, double hz)
{
    double sine = 0, cosine = 0;
    for (size_t i = 0; i < count; i++) {
        double angle = 2 * M_PI * hz * (double)i / RATE_HZ;
        sine += samples[i] * sin(angle);
        cosine += samples[i] * cos(angle);
    }
    return hypot(sine, cosine) / (double)count;
}

static double strongest_hz(const int16_t *samples, size_t count)
{
    double best = 0, most = 0;
    for (double hz = 100; hz <= 500; hz += 2) {
        double strength = strength_at(samples, count, hz);
        best = strength > most ? hz : best;
        most = fmax(strength, most);
    }
    return best;
}

static void it_lasts_longer_at_the_same_pitch(void **state)
{
    (void)state;
    size_t count = (size_t)RATE_HZ * SECONDS;
    int16_t *tone = make_tone(count);
    static const int paces[] = {50, 81, 95};
    for (size_t i = 0; i < sizeof paces / sizeof *paces; i++) {
        struct buf slower = {0};
        stretch_slower(tone, count, RATE_HZ, paces[i], &slower);
        size_t got = slower.length / sizeof *tone;
        double wanted = (double)count * 100 / paces[i];
        assert_true(fabs((double)got - wanted) < 0.02 * wanted);
        const int16_t *samples = (const int16_t *)(const void *)slower.data;
        assert_true(fabs(strongest_hz(samples, got) - TONE_HZ) <= 4);
        double before = strength_at(tone, count, TONE_HZ), after = strength_at(samples, RATE_HZ, TONE_HZ);
        assert_true(after > 0.85 * before); /* pieces that do not fit would cancel each other */
        buf_finish(&slower);
    }
    free(tone);
}

static void what_is_too_short_stays_as_it_is(void **state)
{
    (void)state;
    const int16_t few[5] = {1, -2, 3, -4, 5};
    for (size_t count = 0; count <= 5; count++) {
        struct buf same = {0};
        stretch_slower(few, count, RATE_HZ, 81, &same);
        assert_int_equal(same.length, count * sizeof *few);
        if (count)
            assert_memory_equal(same.data, few, same.length);
        buf_finish(&same);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_lasts_longer_at_the_same_pitch),
        cmocka_unit_test(what_is_too_short_stays_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
