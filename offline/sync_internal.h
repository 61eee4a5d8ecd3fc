/* What sync.c, sync_pull.c and sync_push.c share. */
#ifndef YIZHAN_OFFLINE_SYNC_INTERNAL_H
#define YIZHAN_OFFLINE_SYNC_INTERNAL_H

#include "board/base/arena.h"
#include "offline/formstore.h"
#include "offline/outbox.h"
#include "offline/sync.h"
#include "offline/sync_fetched.h"

/* Bytes of files in one POST; see sync.budget_bytes. After a cut little is at stake: first XML, then files
 * one by one, so that a weak link resends as little as whole files allow. */
enum { SYNC_BUDGET_MIN = 8 * 1024, SYNC_BUDGET_START = 64 * 1024, SYNC_BUDGET_MAX = 4 * 1024 * 1024 };
/* Applications marked as "sending" in one commit; see sync.claim_limit. */
enum { SYNC_CLAIM_MIN = 4, SYNC_CLAIM_MAX = 256 };

struct sync {
    struct sync_setup setup; /* its strings are the copies below */
    struct openrosa client;
    char temp_dir[512];
    struct outbox_link link; /* as stored; written back when it changed */
    bool probed;             /* the challenge, if any, was answered once */
    int64_t
        budget_bytes; /* how much goes into one POST: doubles while it works, starts small again when not */
    int claim_limit;  /* likewise, so that a link that fails at once costs few rows their turn */
    struct sync_counts *counts; /* of the run */

    /* The last form list, for a 304: platforms change media without changing the list. */
    struct arena *list_arena;
    struct openrosa_form *list; /* in list_arena */
    size_t list_count;
    char list_etag[HTTP_ETAG_MAX];

    struct sync_fetched fetched; /* media of pulls that were cut */
};

/* How a pull or a push ended, for the link. */
struct sync_outcome {
    bool contacted;              /* the platform itself answered something */
    struct openrosa_answer last; /* trouble is OPENROSA_FINE when the link is */
    int retry_after_s;           /* -1 for none */
    /* The platform's newest Date, 0 for none that TLS vouches for: one after the end of its certificate is a
     * clock that runs ahead. Were it believed, no certificate of today would be good any more. */
    int64_t date_ms;
    bool gave_way; /* a pull that was not at its end: an application waits, or the program ends */
};

MUST_USE struct err sync_pull(struct sync *sync, struct sync_outcome *outcome);
MUST_USE struct err sync_push(struct sync *sync, struct sync_outcome *outcome);

/* Between two exchanges. */
bool sync_stopped(const struct sync *sync);
int64_t sync_wall_ms(const struct sync *sync);
/* Adds an exchange's bytes and notes in outcome what it says of the link. */
void sync_note(struct sync *sync, const struct http_response *response, const struct openrosa_answer *answer,
               struct sync_outcome *outcome);

#endif
