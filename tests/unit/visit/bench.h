/*
 * A kiosk's files, a fleet and its stick, and whoever stands there, in one process: the real visit_run on a
 * folder that stands for the stick, with a screen that answers as a technician would.
 */
#ifndef YIZHAN_TESTS_VISIT_BENCH_H
#define YIZHAN_TESTS_VISIT_BENCH_H

#include "app/visit/visit.h"
#include "offline/outbox.h"

enum { BENCH_APPLICATIONS = 3 };

struct bench {
    char dir[64];    /* everything */
    char store[128]; /* [store] dir */
    char stick[128], away[128];
    char config_path[128];
    struct config config;
    struct clock_fake clock;
    struct visit_ports ports;

    /* what stands there does */
    const char *pin;
    bool cancels; /* at the plan */
    bool on_trial, rauc_fails;
    struct technician_view view; /* shown last */
    int shown;                   /* views so far */
    int pull_at;                 /* takes the stick out at this view; 0: never */
    bool is_pulled;
    int pins, installs;
    char installed[300]; /* the bundle given last */
};

/* The fleet and the stick, once for all tests: they are copied from. words: more arguments of
 * board/stick/make. */
void bench_make_fleet(char out_dir[64]);
/* Another pass on the stick of this kiosk: what it asks for. */
void bench_sign(struct bench *bench, const char *fleet, const char *actions);
/* from: days from now when it begins to be valid. */
void bench_sign_later(struct bench *bench, const char *fleet, const char *actions, const char *from);

/* A fresh kiosk with BENCH_APPLICATIONS queued and a form for visits, and a stick with everything on it. */
void bench_start(struct bench *bench, const char *fleet);
void bench_stop(struct bench *bench);

/* The stick is in: one run. */
struct visit_result bench_visit(struct bench *bench);
/* Back into the socket, whole. */
void bench_put_back(struct bench *bench);

struct bench_count {
    int queued, on_stick, visits; /* applications; records of visits */
    int batches, carried;         /* whole on the stick: batches, applications in them (each counted once) */
    int forms;                    /* offered */
};
struct bench_count bench_count(struct bench *bench);
bool bench_config_is_restored(const struct bench *bench);
/* NULL when there is no such step. */
const struct technician_step *bench_step(const struct bench *bench, const char *name);

#endif
