/*
 * From a filled form to a saved application, the same way for the screen and for `yizhanctl apply`.
 *
 * application_save checks the form's key against the pins, signs the instance, seals it with its media and
 * commits it to the outbox. One rule for all: a form without a key is only saved where [seal] allow_unsealed
 * says so, or when it belongs to the open [fleet] endpoint and the kiosk filled it itself (case_number_own).
 */
#ifndef YIZHAN_OFFLINE_APPLICATION_H
#define YIZHAN_OFFLINE_APPLICATION_H

#include "board/base/config.h"
#include "offline/device_key.h"
#include "offline/outbox.h"
#include "offline/receipt_code.h"
#include "offline/seal.h"

/* All borrowed during application_save. */
struct application {
    const char *number; /* from outbox_take_number or case_number_own, already in the form's case_number node
                           if it has one */
    enum endpoint endpoint;
    const char *form_id;
    const char *form_version; /* "" for none */
    const char *public_key;   /* the form's base64RsaPublicKey, "" for none */
    const char *instance_id;  /* as in the XML: "uuid:..." */
    const char *xml;          /* the serialised instance */
    size_t xml_size;
    const struct seal_file *media; /* names as in the XML */
    size_t media_count;
    const uint8_t *card_tag; /* 32 bytes from card_tag_make, or NULL */
    enum outbox_trust trust;
    bool wants_receipt;
    const char *withdraws; /* number of the case that it takes back; NULL or "" for none */
};

/*
 * ERR_REFUSED: may this form be offered at all? Its key must be pinned, or it must be allowed to have none:
 * by [seal] allow_unsealed, or because it is one of the few forms without personal data that belong to
 * [fleet] (kiosk-health, service-rating, technician-visit). The list is fixed here, because which endpoint a
 * form came from is what sync says, and sync is not trusted with anything a citizen types. Ask before
 * offering; application_save asks again.
 */
MUST_USE struct err application_key_check(const struct config *config, enum endpoint endpoint,
                                          const char *form_id, const char *public_key);

/* Signs, seals, commits; durable when it returns without error. out_code is what the receipt's QR ends in. */
MUST_USE struct err application_save(const struct config *config, const struct device_key *key,
                                     struct outbox *outbox, const struct application *application,
                                     char out_code[RECEIPT_CODE_SIZE]);

#endif
