/*
 * A platform and the network before it, as a struct http: it takes submissions as ODK Central does, and
 * between it and the kiosk everything happens that the dice say.
 */
#ifndef YIZHAN_TESTS_SIM_PLATFORM_H
#define YIZHAN_TESTS_SIM_PLATFORM_H

#include "offline/case_number.h"
#include "offline/http.h"
#include "tests/sim/dice.h"

#define SIM_RECORDS_MAX 64
#define SIM_URL         "http://platform.test/v1"

struct sim_record {
    char number[CASE_NUMBER_SIZE];
    char manifest[96];
    bool has_xml, has_portrait;
};

struct sim_platform {
    struct http http; /* must be first */
    struct dice *dice;
    const struct clock_fake *clock;
    bool chaos;
    bool is_down;
    struct sim_record records[SIM_RECORDS_MAX];
    int record_count;
    int altered; /* submissions of one number with other bytes, or with broken files: must stay 0 */
    int faults;  /* that the network made */
    int posts;
};

void sim_platform_init(struct sim_platform *platform, struct dice *dice, const struct clock_fake *clock);
/* NULL when it has nothing of this number. */
const struct sim_record *sim_platform_find(const struct sim_platform *platform, const char *number);

#endif
