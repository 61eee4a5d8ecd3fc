/*
 * Fault scripts of device models: what goes wrong, by event, never by wall clock.
 *
 *   read:checksum, find:silent*, byte=20000:paper-out, read:truncate=100
 *
 * EVENT[=AT]:KIND[=ARG][*], separated by commas. A fault strikes once, at the first such event (whose place
 * is at least AT), a starred one each time. Events and kinds are the model's own; it says which it knows.
 */
#ifndef YIZHAN_MODEL_FAULT_H
#define YIZHAN_MODEL_FAULT_H

#include "board/base/err.h"

#define FAULTS_MAX 16

struct fault {
    char event[16];
    long at;
    char kind[16];
    long arg;
    bool sticky;
    bool spent;
};

struct fault_script {
    struct fault faults[FAULTS_MAX];
    int count;
};

/* words: what the model knows, "event event ... : kind kind ...". ERR_DATA names the first bad part. "" is a
 * script without faults. */
MUST_USE struct err fault_script_parse(const char *text, const char *words, struct fault_script *out_script);

/* The fault that strikes now, or NULL. */
const struct fault *fault_strike(struct fault_script *script, const char *event, long at);

#endif
