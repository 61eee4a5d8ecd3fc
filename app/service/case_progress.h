/*
 * How far an application has come, for the progress screen and `yizhanctl case`: what this kiosk knows
 * itself, and what the county says in its list of cases.
 *
 * The list is a form attachment cases.csv (an ODK entity list): `name` is the instanceID, with or without
 * "uuid:", `status` a code, `message` a code or text, `updated` and `due` as the county writes them. The
 * county's word counts only for what it has received: a list cannot make more of an application than the
 * outbox knows to be delivered.
 */
#ifndef YIZHAN_SERVICE_CASE_PROGRESS_H
#define YIZHAN_SERVICE_CASE_PROGRESS_H

#include "offline/formstore.h"
#include "offline/outbox.h"

enum case_stage {
    CASE_SAVED,    /* on this kiosk, waiting for the link */
    CASE_SENT,     /* part of it has arrived */
    CASE_RECEIVED, /* the platform has all of it */
    CASE_ACCEPTED,
    CASE_NEEDS_PAPERS,
    CASE_REJECTED,
    CASE_FINISHED,
    CASE_STAGE_COUNT
};

/* "saved", "sent", "received", "accepted", "needs-papers", "rejected", "finished": keys for the screen's
 * words. */
const char *case_stage_name(enum case_stage stage);

struct case_progress {
    enum case_stage stage;
    bool is_parked;  /* on this kiosk, and a technician must look at it */
    char status[40]; /* the county's code as it stands in the list; "" when the list does not name the case */
    char message[256]; /* for the citizen; "" for none */
    char updated[40];
    char due[40];
};

/* Reads the lists of all offered forms. A list that does not parse is passed over: the kiosk's own knowledge
 * remains. */
MUST_USE struct err case_progress_read(struct formstore *forms, const struct outbox_case *item,
                                       struct case_progress *out_progress);

/* Of one list's bytes; *out_found false when it does not name the case. For tests and case_progress_read. */
MUST_USE struct err case_progress_find(const char *csv, size_t length, const char *instance_id,
                                       struct case_progress *progress, bool *out_found);

#endif
