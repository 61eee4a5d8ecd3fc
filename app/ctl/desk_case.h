/*
 * The desk's cases: one folder each under [desk] dir/cases, named by the instanceID without "uuid:".
 *
 * case.json is what the desk knows of a case and holds nothing of the person; manifest.xml and the .enc files
 * are the submission as it came, still sealed. In the clear it exists only in memory, while it is shown.
 */
#ifndef YIZHAN_CTL_DESK_CASE_H
#define YIZHAN_CTL_DESK_CASE_H

#include "board/base/buf.h"
#include "board/base/clock.h"
#include "offline/case_number.h"
#include <stdbool.h>
#include <stdint.h>

/* Whose submission it is, by the signature inside. */
enum desk_signature {
    DESK_SIGNATURE_UNREAD,  /* it could not be opened */
    DESK_SIGNATURE_KNOWN,   /* of the kiosk whose number the case has, as desk.ini names its key */
    DESK_SIGNATURE_UNKNOWN, /* it holds, but by a key that desk.ini does not name for this kiosk */
    DESK_SIGNATURE_BAD,     /* none, or it does not hold: forged or damaged */
    DESK_SIGNATURE_COUNT
};
/* "unread", "known", "unknown", "bad" */
const char *desk_signature_name(enum desk_signature signature);

struct desk_case {
    char instance_id[64]; /* with "uuid:" */
    char form_id[128], form_version[192];
    char title[128];               /* of the service, in Chinese */
    char number[CASE_NUMBER_SIZE]; /* "" when it could not be opened */
    enum desk_signature signature;
    char problem[256]; /* why it could not be opened; "" */
    char received[DATE_SIZE], updated[DATE_SIZE];
    char due[DATE_SIZE]; /* until when the county, or after needs-papers the citizen, must act; "" */
    char due_days[8];    /* working days that the service promises, as its guide says; "" */
    char status[16];     /* "received", "accepted", "needs-papers", "rejected", "finished" */
    char message[256];   /* for the citizen; "" */
    bool is_listed;      /* the cases list says all this */
};

/* The office's own day at that moment. */
void desk_day(int64_t wall_ms, char out_date[DATE_SIZE]);
bool desk_status_is_known(const char *status);
/* Neither finished nor rejected, and its day is over. today: "2026-11-22". */
bool desk_case_is_overdue(const struct desk_case *item, const char *today);

/* The due date that the service promises, counted from that day. Without a promise nothing changes. */
void desk_case_promise(struct desk_case *item, const char *from);
/* Another status from today on. After needs-papers the citizen has done her part: the county's time begins
 * anew. */
void desk_case_decide(struct desk_case *item, const char *status, const char *today);

/* Path of a file in a case's folder. */
void desk_case_path(const char *dir, const char *instance_id, const char *file, char *out_path, size_t size);
/* Whether the desk has it. */
bool desk_case_exists(const char *dir, const char *instance_id);
MUST_USE struct err desk_case_save(const char *dir, const struct desk_case *item);
/* By number as a person types it, or by instanceID. ERR_USER when there is none. */
MUST_USE struct err desk_case_find(const char *dir, const char *word, struct desk_case *out_case);

/* Owned: free() the items. By received, then number. A folder whose case.json is damaged is an error. */
struct desk_cases {
    struct desk_case *items;
    size_t count;
};
MUST_USE struct err desk_cases_read(const char *dir, struct desk_cases *out_cases);

#endif
