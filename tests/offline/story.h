/* One platform and one kiosk that has pulled its form: where the stories of push and pull begin. */
#ifndef YIZHAN_TESTS_OFFLINE_STORY_H
#define YIZHAN_TESTS_OFFLINE_STORY_H

#include "tests/offline/kiosk.h"
#include "tests/offline/platform_process.h"
#include "tests/offline/proxy.h"

struct story {
    char dir[64];
    struct platform_process platform;
    struct kiosk kiosk;
    struct proxy *proxy; /* NULL until story_road */
};

/* In a new folder of this one. */
struct story *story_start(const char *place);

/* cmocka's setup and teardown: *state is a struct story, in memory where there is room. */
int story_setup(void **state);
int story_teardown(void **state);

/* Puts a bad road between kiosk and platform: the kiosk is opened again on it. story_teardown stops it. */
struct proxy *story_road(struct story *story, const struct proxy_road *road);

/* Moves the kiosk's clock past any backoff. */
void story_wait(struct story *story);

#endif
