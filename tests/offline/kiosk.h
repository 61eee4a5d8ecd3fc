/* A kiosk's offline half for tests: its folders, its configuration, sealed applications, a sync on a clock of
 * ours. */
#ifndef YIZHAN_TESTS_OFFLINE_KIOSK_H
#define YIZHAN_TESTS_OFFLINE_KIOSK_H

#include "board/base/clock.h"
#include "board/base/config.h"
#include "offline/device_key.h"
#include "offline/formstore.h"
#include "offline/outbox.h"
#include "offline/sync.h"

struct kiosk {
    char dir[80];
    char config_path[128];
    struct config config;
    struct clock_fake clock;
    struct device_key *key;
    struct outbox *outbox;
    struct formstore *forms;
    struct http *http;
    struct sync *sync;
    struct sync_counts counts;
};

/* A folder with store and secrets and a kiosk.ini that names url and pins key_sha256; extra lines go into
 * [platform]. Fails the test when it cannot. */
void kiosk_write_config(const char *dir, const char *url, const char *key_sha256, const char *extra);

/* Opens what kiosk_write_config wrote. The clock stands still at 2026-08-23. */
void kiosk_open(struct kiosk *kiosk, const char *dir);
void kiosk_close(struct kiosk *kiosk);

/* Seals and saves a made-up application to the first offered form, with a photo of media_size bytes; what
 * application_save says. */
struct err kiosk_apply(struct kiosk *kiosk, size_t media_size, char out_number[CASE_NUMBER_SIZE]);

/* sync_run() of this process, and the sweep after it. */
void kiosk_sync(struct kiosk *kiosk, enum sync_urgency urgency);

struct outbox_case kiosk_case(struct kiosk *kiosk, const char *number);
struct outbox_counts kiosk_counts(struct kiosk *kiosk);
struct outbox_link kiosk_link(struct kiosk *kiosk);

#endif
