/*
 * Updates over the network: looks for a release of the fleet, fetches its file piece by piece when this
 * kiosk's ring has its day, checks it, and lays it where the installer takes it.
 *
 *     STORE/update/part.raucb     what has arrived; fetching goes on behind its last byte, after any cut
 *                  part.meta      which file that is: SHA-256 and ETag
 *                  ready.raucb    whole and as the fleet signed it: for board/units/yizhan-update
 *                  installed.meta which file the installer has put into the other slot
 *                  issued         time of the newest release believed
 *                  status         see updater_status
 *
 * The queue comes first: while anything is queued or being sent, nothing is fetched. After each piece the
 * line rests as long as the piece took, so that an update takes at most half of what the link was just seen
 * to bear; a piece is as large as that link brings in some seconds. One thread.
 */
#ifndef YIZHAN_FLEET_UPDATER_H
#define YIZHAN_FLEET_UPDATER_H

#include "board/base/clock.h"
#include "offline/http.h"
#include "offline/outbox.h"
#include "offline/policy.h"

struct updater;

struct updater_setup {
    const char *url;        /* folder in which COMPATIBLE.cms and its file lie; all strings are copied */
    const char *store_dir;  /* [store] dir */
    const char *ring;       /* [update] ring */
    const char *ca;         /* the fleet's certificate */
    const char *compatible; /* "yizhan-amd64" */
    const char *version;    /* what runs */
    int64_t disk_reserve;   /* bytes that stay free for the outbox */
    struct outbox *outbox;  /* borrowed, as all below */
    struct http *http;
    const struct clock *clock;
    bool (*stopped)(void *context); /* what ends an exchange early, as given to the http: no failure then */
    void *stopped_context;
    policy_random random; /* NULL for the kernel's */
    void *random_context;
};

/* Makes STORE/update. */
MUST_USE struct err updater_create(const struct updater_setup *setup, struct updater **out_updater);
/* Takes NULL. */
void updater_destroy(struct updater **updater);

/* Milliseconds until updater_step has something to do. */
int64_t updater_due(const struct updater *updater);
/* Does one thing: looks for a release, fetches one piece, or checks what is whole. An error is the disk's; a
 * link that fails and a release that is refused are noted in status. */
MUST_USE struct err updater_step(struct updater *updater);

enum updater_state {
    UPDATER_IDLE,  /* nothing for this kiosk now; the reason says why */
    UPDATER_QUEUE, /* applications go first */
    UPDATER_FETCHING,
    UPDATER_READY,  /* for the installer */
    UPDATER_FAILED, /* tried again later; the reason says what was wrong */
    UPDATER_STATE_COUNT
};
/* "idle", "queue", "fetching", "ready", "failed". */
const char *updater_state_name(enum updater_state state);

struct updater_status {
    enum updater_state state;
    char version[32]; /* of the release; "" for none */
    int percent;      /* of its file that has arrived */
    char reason[200];
};
/* As the last step noted it, for any process; UPDATER_IDLE and "" where none ever did. */
void updater_status(const char *store_dir, struct updater_status *out_status);

#endif
