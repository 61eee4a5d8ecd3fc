/*
 * The visit log: every thing that was done with a stick at this kiosk, as a chain.
 *
 * DIR/log ([visit] dir) holds one JSON object a line; each carries the SHA-256 of the line before
 * it
 * ("prev"), so a line that was changed, taken out or put in later shows. The head, which is the digest of the
 * last line, goes into the technician-visit submission and onto the stick: then the end cannot be cut off
 * unseen either. A line is durable before what it announces is begun.
 *
 *     {"n":12,"at":"2026-11-22T08:15:02Z","visit":"UUID","who":"Wang Li","step":"update","event":"done",
 *      "detail":"0.4.0","prev":"64 hex digits"}
 *
 * The same lines say how far a visit came: one that was broken off goes on where it stood. Whoever holds the
 * log open is the only one who visits. One thread; nothing of a citizen.
 */
#ifndef YIZHAN_VISIT_VISIT_LOG_H
#define YIZHAN_VISIT_VISIT_LOG_H

#include "board/base/clock.h"
#include "board/base/err.h"

#define VISIT_LOG_HEX 65

struct visit_log;

struct visit_log_line {
    const char *visit; /* id of the pass; "" before it was read */
    const char *who;
    const char *step;   /* pass_action_name() and "pin", "report", "slip", "eject"; "visit" for the whole */
    const char *event;  /* "begin" "done" "skipped" "failed" "refused" "pulled" "end" */
    const char *detail; /* for people; no personal data */
};

/* ERR_RETRY: somebody else visits. A torn last line, which nobody was told of, is cut off; a log whose chain
 * is broken is put aside as log.broken-N and a new one says so. */
MUST_USE struct err visit_log_open(const char *dir, const struct clock *clock, struct visit_log **out_log);
void visit_log_close(struct visit_log **log);

/* Durable when there is no error. */
MUST_USE struct err visit_log_add(struct visit_log *log, const struct visit_log_line *line);

/* Whether this step of this visit was done or skipped since the visit last ended. */
bool visit_log_is_done(const struct visit_log *log, const char *visit, const char *step);
/* Digest of the line with which this round of the newest visit began: the same however often it is broken
 * off. */
const char *visit_log_round(const struct visit_log *log);
/* Digest of the last line; "" before the first. */
const char *visit_log_head(const struct visit_log *log);

struct visit_log_check {
    int lines;
    int broken_line; /* 0: the chain is whole */
    char head[VISIT_LOG_HEX];
};
/* Reads any such file. An absent one has no lines. */
MUST_USE struct err visit_log_verify(const char *path, struct visit_log_check *out_check);

#endif
