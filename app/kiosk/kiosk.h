/*
 * The kiosk: screen, devices, store thread and journey in one poll() loop. Programs only choose where input
 * comes from: `yizhan-kiosk` adds none, `yizhan-kiosk-control` adds a socket for tests and the demo.
 */
#ifndef YIZHAN_KIOSK_KIOSK_H
#define YIZHAN_KIOSK_KIOSK_H

#include "app/journey/journey.h"
#include "board/base/clock.h"
#include "ui/ui.h"

struct kiosk;

/* From the command line; nothing else than `config` decides where state lies. */
struct kiosk_options {
    const char *config;        /* --config FILE */
    const char *assets;        /* --assets DIR: fonts, icons, lang */
    const char *models;        /* --models FILE: drivers/models.ini */
    const char *presenter;     /* --presenter window|kms|memory */
    const char *card;          /* --card /dev/dri/card0, for kms */
    int width_px, height_px;   /* --size 1080x1920, for window and memory */
    int turn_degrees;          /* --turn, for kms */
    const char *voice;         /* --voice auto|sound|silent|log */
    const char *voice_log;     /* --voice-log FILE, for log */
    const struct clock *clock; /* borrowed for the kiosk's life; any thread reads it */
};

/* Reads argv; on a wrong option prints one clear line and the usage to stderr, on --help to stdout. False:
 * exit with *out_status. extra and extra_value: one more option of a program that adds a source
 * ("--control"), or NULL. */
bool kiosk_options_read(int argc, char **argv, const char *extra, const char **extra_value,
                        struct kiosk_options *out_options, int *out_status);

/* ERR_DATA: its configuration, or a file it comes with, is wrong or cannot be read; the next start would find
 * it the same. */
MUST_USE struct err kiosk_create(const struct kiosk_options *options, struct kiosk **out_kiosk);
void kiosk_destroy(struct kiosk **kiosk);

/* One more input source: readable descriptors, and a look after every turn of the loop. */
struct kiosk_source {
    void *context;
    /* Appends descriptors to poll; at most room; returns how many. */
    size_t (*fds)(void *context, int *out_fds, size_t room);
    /* True: it did something whose effect another turn shows. */
    bool (*turn)(void *context, struct kiosk *kiosk);
};

/* Runs until SIGTERM, SIGINT or the window is closed. source may be NULL. */
MUST_USE struct err kiosk_run(struct kiosk *kiosk, const struct kiosk_source *source);

/* For a source that tests bring (tests/control). */
void kiosk_stop(struct kiosk *kiosk);
struct ui *kiosk_ui(struct kiosk *kiosk);
struct ui_presenter *kiosk_presenter(struct kiosk *kiosk);
/* From kiosk_create() to the first frame presented, in milliseconds; -1 before it. */
int kiosk_first_frame_ms(const struct kiosk *kiosk);
/* Pictures of the camera that went onto the screen, since the start. */
uint32_t kiosk_camera_frames(const struct kiosk *kiosk);
const struct journey *kiosk_journey(const struct kiosk *kiosk);

#endif
