/*
 * Where things lie on a stick that serves many kiosks, and what a visit leaves of one on it.
 *
 *     visit.cms              the pass (pass.h)
 *     update.raucb ...       what it brings, each file named in the pass
 *     yizhan-courier/        sealed applications out, receipts in (offline/courier.h)
 *     yizhan-visits/0007/    of kiosk 7:
 *         visit.json         the newest visit: struct stick_visit; written last
 *         ...                logs, service slip: whatever a step leaves
 *
 * A kiosk is visited when its folder holds a visit.json of this stick's pass; `yizhanctl fleet visits STICK`
 * reads them all. Nothing in them is personal data, and nothing of them is believed by a kiosk. Blocks on the
 * disk; any thread.
 */
#ifndef YIZHAN_FLEET_STICK_H
#define YIZHAN_FLEET_STICK_H

#include "app/fleet/pass.h"

#define STICK_VISITS    "yizhan-visits"
#define STICK_STEPS_MAX 16

struct stick_visit {
    char pass[40]; /* struct pass: id, who */
    char who[128];
    int kiosk;
    char place[96];
    int64_t began_ms, ended_ms; /* wall */
    char version_before[32], version_after[32];
    struct stick_step {
        char step[16];    /* pass_action_name() */
        char outcome[16]; /* "done", "failed", "skipped", "pulled" (the stick, before it was done) */
        char detail[200]; /* for people: "12 applications", "the printer has no paper" */
    } steps[STICK_STEPS_MAX];
    int step_count;
};

/* At the county: what a stick was sent out to do, whoever it was for and however long ago. ca as in struct
 * pass_rules; errors as pass_read(). */
MUST_USE struct err stick_pass(const char *dir, const char *ca, int64_t now_ms, struct pass *out_pass);

/* "DIR/yizhan-visits/0007", made when it is not there. */
MUST_USE struct err stick_folder(const char *dir, int kiosk, char *out_path, size_t size);
/* Durably, as the last thing of a visit. */
MUST_USE struct err stick_visit_save(const char *dir, const struct stick_visit *visit);
/* *out_found is false when that kiosk has left nothing here. ERR_DATA: its visit.json is damaged. */
MUST_USE struct err stick_visit_read(const char *dir, int kiosk, struct stick_visit *out_visit,
                                     bool *out_found);

#endif
