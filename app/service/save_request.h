/*
 * A finished session as an application on its way to the outbox, for the screen and for yizhanctl apply
 * alike. Made on the thread of the session, committed on any that owns the outbox; blocks on the disk then.
 */
#ifndef YIZHAN_SERVICE_SAVE_REQUEST_H
#define YIZHAN_SERVICE_SAVE_REQUEST_H

#include "app/form/session.h"
#include "app/service/catalogue.h"
#include "board/base/config.h"
#include "offline/device_key.h"
#include "offline/outbox.h"
#include "offline/receipt_code.h"
#include "offline/seal.h"

enum { SAVE_MEDIA_MAX = 32 };

/* A finished application in the clear. Lives in private memory; whoever holds it destroys it. */
struct save_request {
    char number[CASE_NUMBER_SIZE];
    enum endpoint endpoint;
    char form_id[FORMSTORE_ID_SIZE];
    char form_version[FORMSTORE_ID_SIZE];
    const char *public_key; /* borrowed from the form, which outlives the request */
    char instance_id[OUTBOX_ID_SIZE];
    char id_number[56]; /* of the applicant's card: it finds the case again; "" for none */
    char card[320];     /* card_secret() of that card: its draft goes with the commit; "" for none */
    struct buf xml;
    struct save_medium {
        char name[64];
        struct buf bytes;
    } media[SAVE_MEDIA_MAX];
    size_t media_count;
    bool wants_receipt;               /* true as created */
    char withdraws[CASE_NUMBER_SIZE]; /* the case that it takes back; "" for none */
};

/* What a finished session becomes an application from. All borrowed during the call. */
struct save_source {
    struct xform_session *session;
    const struct service *service;
    const char *number; /* from outbox_take_number; goes into the form's case_number node if it has one */
    const char *instance_id;       /* as given to session_create() */
    const char *id_number, *card;  /* of the applicant's card; NULL when none was read */
    int64_t now_ms;                /* wall: the form's `end` */
    const char *withdraws;         /* number of the case that it takes back; NULL or "" for none */
    const struct seal_file *files; /* all that was attached; those the record names are taken */
    size_t file_count;
};

/* Serialises. ERR_USER names the first answer that is not valid; ERR_DATA a file that the record names and
 * nobody attached. */
MUST_USE struct err save_request_create(const struct save_source *source, struct save_request **out_request);
/* Wipes; takes NULL. */
void save_request_destroy(struct save_request **request);
/* Signs, seals and commits; saved for good when there is no error. */
MUST_USE struct err save_request_commit(const struct save_request *request, const struct config *config,
                                        const struct device_key *key, struct outbox *outbox,
                                        char out_code[RECEIPT_CODE_SIZE]);

#endif
