/*
 * A case in the clear: opened with the county's key, its kiosk's signature checked, its answers in the form's
 * own words. Lives in private memory; nothing of it is written anywhere but where the clerk asks for it.
 */
#ifndef YIZHAN_CTL_DESK_RECORD_H
#define YIZHAN_CTL_DESK_RECORD_H

#include "app/ctl/desk_case.h"
#include "app/ctl/desk_config.h"
#include "app/form/session.h"
#include "app/service/guide.h"
#include "offline/unseal.h"

#define DESK_LANG "zh-CN" /* what a desk speaks unless asked otherwise */

struct desk_record {
    struct unsealed *unsealed;
    struct xform *form;
    struct guide *guide; /* NULL for a form without one */
    struct xform_session *session;
    enum desk_signature signature;
    char kiosk_key[64]; /* base64, of whoever signed; "" */
};

/* Where the files of one version of a form lie: "form.xml" and its media. */
void desk_form_path(const char *dir, const char *form_id, const char *version, const char *file,
                    char *out_path, size_t size);

/* item: what the manifest says is enough. lang: of the questions, "zh-CN"; a language that the form lacks is
 * its default. ERR_DATA says why it does not open. Finish in any case. */
MUST_USE struct err desk_record_open(const struct desk_config *config, const struct unseal_key *key,
                                     const struct desk_case *item, const char *lang,
                                     struct desk_record *out_record);
/* Wipes. */
void desk_record_finish(struct desk_record *record);

/* An answer of the form by its ref's last name ("case_number"); "" when there is none. */
const char *desk_record_field(struct desk_record *record, const char *name);
/* Whether name and number were typed because no card was read. */
bool desk_record_is_unverified(struct desk_record *record);
#define DESK_UNVERIFIED_LABEL "身份证"
#define DESK_UNVERIFIED_WORDS "没有读到证件，姓名和号码是手填的，请核对"
/* An answer as a clerk reads it: the kind of a card and a ticked box in words. Borrowed from line, or static.
 */
const char *desk_record_words(const struct session_answer_line *line);
/* The file that an upload's answer names; NULL when there is none. */
const struct unsealed_file *desk_record_file(const struct desk_record *record, const char *name);

#endif
