/* The technician at the kiosk (states_technician.c, states_status.c, states_selftest.c). */
#ifndef YIZHAN_JOURNEY_TECHNICIAN_DESK_H
#define YIZHAN_JOURNEY_TECHNICIAN_DESK_H

#include "app/fleet/technician.h"
#include "app/journey/screens.h"
#include "drivers/device.h"

struct journey;
struct lang;

/* Nothing of a citizen. */
struct technician_desk {
    struct technician_view view; /* the newest */
    bool has_view;
    bool is_dismissed; /* nobody looked: the screen is the citizens' again until the next view */
    char pin[TECHNICIAN_PIN_SIZE];
    enum technician_test test; /* of the self-test */
    enum technician_verdict verdict, tests[TEST_COUNT];
    const char *notice; /* id of what the reader says of a card; NULL */
    unsigned fields;    /* touched so far */
    bool owes_slip;     /* one is asked for, and waits until the screen is the technician's */
    uint32_t slip_job;  /* 0: no slip is being printed */
};

/* Shows what waits as soon as nobody is served. */
void technician_tick(struct journey *journey);
/* On the way to attract. */
void technician_dismiss(struct journey *journey);
/* The text "technician.<begin>.<name>". */
const char *technician_words(const struct lang *lang, const char *begin, const char *name);
/* The visit's steps in words, which live in the arena; how many. */
size_t technician_works(const struct technician_view *view, const struct lang *lang, struct arena *arena,
                        struct view_work out_works[TECHNICIAN_STEPS_MAX]);

/* Prints the slip of the visit; the event comes when it is proved. */
void technician_slip(struct journey *journey);

#endif
