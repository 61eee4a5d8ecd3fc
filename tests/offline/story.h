/* One platform and one kiosk that has pulled its form: where the stories of push and pull begin. */
#ifndef YIZHAN_TESTS_OFFLINE_STORY_H
#define YIZHAN_TESTS_OFFLINE_STORY_H

#include "tests/offline/kiosk.h"
#include "tests/offline/platform_process.h"

struct story {
    char dir[64];
    struct platform_process platform;
    struct kiosk kiosk;
};

/* cmocka's setup and teardown: *state is a struct story. */
int story_setup(void **state);
int story_teardown(void **state);

/* Moves the kiosk's clock past any backoff. */
void story_wait(struct story *story);

#endif
