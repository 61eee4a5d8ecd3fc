/*
 * Scripted faults: each rule waits for a kind of request, lets `skip` of them pass, then does its harm
 * `count` times.
 *
 * The first rule that matches is used. "hang" and "slow" hold a request until faults_release() or their time
 * is over. Any thread.
 */
#ifndef YIZHAN_TESTS_PLATFORM_FAULTS_H
#define YIZHAN_TESTS_PLATFORM_FAULTS_H

#include "board/base/err.h"

#include <jansson.h>

enum fault_kind {
    FAULT_NONE,
    FAULT_CUT_BEFORE, /* the connection ends before the body is read */
    FAULT_CUT_DURING, /* after the first piece of the body */
    FAULT_CUT_AFTER,  /* the body is taken and stored, then it ends without an answer */
    FAULT_CUT_ANSWER, /* in the middle of the answer's body */
    FAULT_STATUS,     /* this status; `marked` as the platform, else as somebody in between */
    FAULT_PORTAL,     /* 200, a page of HTML */
    FAULT_REDIRECT,   /* 302 to a portal */
    FAULT_LIE,        /* 201 without the platform's mark; nothing is stored */
    FAULT_CONFLICT,   /* 409 although it was taken and stored */
    FAULT_HANG,       /* no answer until released */
    FAULT_SLOW,       /* an answer after delay_ms */
    FAULT_CLOSE_IDLE, /* answers, then closes the kept connection without saying so */
    FAULT_EMPTY_LIST, /* a form list without forms */
    FAULT_GARBAGE,    /* the right headers, a body of rubbish */
    FAULT_LATE_ERROR, /* 500 with the ETag of what would have been the answer */
};

struct fault {
    enum fault_kind kind;
    char on[24];   /* route name: "submission", "formList", "manifest", "form", "attachment"; "" for any */
    char text[96]; /* must occur in the path; "" for any */
    int skip;
    int count; /* -1 for ever */
    int status;
    int retry_after_s; /* -1 for none */
    int delay_ms;
    bool marked;
};

struct faults;

MUST_USE struct err faults_create(struct faults **out_faults);
void faults_destroy(struct faults **faults);

/* A rule from JSON: {"do":"status","on":"submission","status":503,"retry_after":7,"count":2,...}. */
MUST_USE struct err faults_add(struct faults *faults, const json_t *rule);
/* Forgets all rules and releases who hangs. */
void faults_clear(struct faults *faults);

/* What shall happen to this request; FAULT_NONE most of the time. Uses one up. */
struct fault faults_take(struct faults *faults, const char *route, const char *path);
/* Waits until released (ms < 0) or for ms at most. */
void faults_hold(struct faults *faults, int ms);
void faults_release(struct faults *faults);

#endif
