/*
 * card.filled: from the reader's result to the form's fields filled and the next screen built, in the real
 * journey and the shipped pension form. Together with card.overhead it is what the kiosk adds to what the
 * reader needs; 50 ms are allowed.
 */
#include "tests/bench/measure.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/journey/fake_kiosk.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROUNDS = 15 };

static double one_card(void)
{
    struct fake_kiosk kiosk;
    fake_kiosk_start(&kiosk);
    fake_go(&kiosk, "card");
    double began = measure_now_ms();
    fake_place_card(&kiosk);
    fake_look(&kiosk);
    double took = measure_now_ms() - began;
    assert_state(&kiosk, "question");
    fake_kiosk_stop(&kiosk);
    return took;
}

int main(void)
{
    double ms[ROUNDS];
    for (int i = 0; i < ROUNDS; i++)
        ms[i] = one_card();
    printf("{\"name\": \"card.filled\", \"value\": %.3f, \"unit\": \"ms\", \"peer\": null, \"peer_value\": "
           "null, "
           "\"ratio\": null, \"runs\": %d, \"how\": \"./dev bench card\"}\n",
           measure_median(ms, ROUNDS), ROUNDS);
    return 0;
}
