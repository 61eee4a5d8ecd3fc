/*
 * A release: what the fleet offers its kiosks over the network, and from when to whom.
 *
 * `COMPATIBLE.cms` under [update] url is text signed by a certificate of office `update`
 * (app/fleet/signed.h):
 *
 *     [release]  version compatible file size sha256 issued until      times as 2026-11-22T00:00:00Z
 *     [rings]    canary = 2026-11-22T00:00:00Z                         from when a ring takes it
 *                all = 2026-12-01T00:00:00Z
 *
 * `file` lies beside it. `./dev release` makes both. Pure code; any thread.
 */
#ifndef YIZHAN_FLEET_RELEASE_H
#define YIZHAN_FLEET_RELEASE_H

#include "board/base/buf.h"

#define RELEASE_BYTES_MAX (64 * 1024)
#define RELEASE_RINGS_MAX 16

struct release {
    char version[32], compatible[32], file[96], sha256[65];
    int64_t size;
    int64_t issued_ms, until_ms;
    struct release_ring {
        char name[32];
        int64_t from_ms;
    } rings[RELEASE_RINGS_MAX];
    int ring_count;
};

/* ca: the fleet's certificate, a PEM file. ERR_REFUSED: not signed by the fleet, or not a release. */
MUST_USE struct err release_open(const struct buf *cms, const char *ca, int64_t now_ms,
                                 struct release *out_release);

/* What was signed; text is taken apart in place. ERR_REFUSED as above. */
MUST_USE struct err release_parse(struct buf *text, struct release *out_release);

/* What this kiosk is. */
struct release_rules {
    const char *compatible, *version, *ring;
    int64_t newest_issued_ms; /* of the newest release that was ever believed here: no older one is again */
    int64_t now_ms;
};

enum release_verdict {
    RELEASE_TAKE,
    RELEASE_SAME,   /* runs here already */
    RELEASE_LATER,  /* its day has not come for this ring, or the ring is not among them */
    RELEASE_OLDER,  /* never a downgrade */
    RELEASE_REPLAY, /* an older descriptor than one that was believed */
    RELEASE_EXPIRED,
    RELEASE_OTHER_MODEL,
    RELEASE_VERDICT_COUNT
};
enum release_verdict release_judge(const struct release *release, const struct release_rules *rules);
/* A sentence for the technician. */
const char *release_verdict_text(enum release_verdict verdict);

#endif
