/* What the files of one visit share: intake, steps, the plan. */
#ifndef YIZHAN_VISIT_VISIT_PRIVATE_H
#define YIZHAN_VISIT_VISIT_PRIVATE_H

#include "app/fleet/pass.h"
#include "app/fleet/stick.h"
#include "app/visit/visit.h"
#include "app/visit/visit_log.h"
#include "offline/courier.h"
#include "offline/device_key.h"
#include "offline/formstore.h"
#include "offline/outbox.h"

enum { VISIT_PATH_SIZE = 400, VISIT_LEFT_MAX = 8 };

struct technician_visit {
    const struct visit_setup *setup;
    struct mount *stick;
    struct visit_log *log;
    struct pass pass;
    char spool[VISIT_PATH_SIZE]; /* copies of what the pass names */
    struct outbox *outbox;
    struct formstore *forms;
    struct device_key *key;

    struct technician_view view;
    enum technician_verdict tests[TEST_COUNT];
    int64_t began_ms; /* wall */
    struct visit_result result;

    struct visit_left { /* files left on the stick, to be read back */
        char name[64], sha256[65];
    } left[VISIT_LEFT_MAX];
    int left_count;
};

/* ---- visit.c ---- */

void visit_show(struct technician_visit *visit);
/* The next event of the screen, however long it takes; false: the stick is gone, or timeout_ms (0: none). */
bool visit_await(struct technician_visit *visit, int timeout_ms, struct technician_event *out_event);

/* ---- intake.c: from the stick to the data partition ---- */

/* Copies the pass and all it names, judges the copies. ERR_REFUSED with enum pass_fault as code; ERR_DEVICE:
 * the stick is gone. */
MUST_USE struct err intake(struct technician_visit *visit);
/* Nothing of a stick stays behind. */
void intake_forget(struct technician_visit *visit);

/* ---- steps.c: what a visit does, in order ---- */

/* note and value are the step's words on the screen: visit_say(). */
struct visit_step {
    const char *name;
    unsigned actions; /* any of these makes it part of the plan; 0: always */
    struct err (*run)(struct technician_visit *visit, struct technician_step *shown);
};
extern const struct visit_step visit_steps[];
extern const int visit_step_count;

/* How it ended and what to say of it; SKIPPED is the way to say that nothing was to be done. */
void visit_say(struct technician_step *shown, enum technician_state state, const char *note,
               const char *format, ...) PRINTF_LIKE(4, 5);

#define VISIT_STEP(name) struct err name(struct technician_visit *visit, struct technician_step *shown)
/* step_bring.c: what the stick brings */
VISIT_STEP(step_config);
VISIT_STEP(step_forms);
VISIT_STEP(step_update);
/* step_carry.c: what goes with the stick */
VISIT_STEP(step_receipts);
VISIT_STEP(step_courier);
VISIT_STEP(step_logs);
VISIT_STEP(step_eject);
/* The stick, for what is carried: written, settled, read back from itself. */
struct courier_medium visit_medium(struct technician_visit *visit);
/* step_reset.c */
VISIT_STEP(step_reset);
/* step_here.c: what is done at the machine */
VISIT_STEP(step_selftest);
VISIT_STEP(step_slip);
VISIT_STEP(step_report);

/* ---- facts.c ---- */

/* As the machine is now, into the view. */
MUST_USE struct err visit_gather_facts(struct technician_visit *visit);

#endif
