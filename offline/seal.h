/*
 * Sealing: from here on only the county's private key opens a submission; this kiosk cannot.
 *
 * A suite is chosen by [seal] suite: "odk" is the ODK XForms encryption specification
 * (getodk.github.io/xforms-spec/ encryption) as ODK Central opens it; "sm" carries the same manifest with
 * SM2, SM4 and SM3. Sealed bytes are pushed into a sink in pieces, so that a large medium never stands in
 * memory twice. No state, any thread.
 */
#ifndef YIZHAN_OFFLINE_SEAL_H
#define YIZHAN_OFFLINE_SEAL_H

#include "board/base/buf.h"
#include <stddef.h>
#include <stdint.h>

#define SEAL_FINGERPRINT_SIZE 65 /* 64 lower-case hex digits and NUL */

struct seal_suite;

/* A file of the application in the clear. Borrowed. */
struct seal_file {
    const char *name; /* as the instance's XML names it: platforms match by this name */
    const void *bytes;
    size_t size;
};

/* All borrowed until seal_submission returns. */
struct seal_subject {
    const char *form_id;
    const char *form_version;      /* "" when the form has none */
    const char *instance_id;       /* exactly as in the XML: "uuid:..." */
    struct seal_file xml;          /* name is ignored: the specification says submission.xml */
    const struct seal_file *media; /* in the order of the manifest */
    size_t media_count;
};

/* Where sealed bytes go. Calls come in this order: file, write..., file, write..., manifest once, last. */
struct seal_sink {
    void *context;
    /* A new sealed file begins; name ends in .enc. is_xml marks the sealed instance. */
    struct err (*file)(void *context, const char *name, bool is_xml);
    struct err (*write)(void *context, const void *bytes, size_t size);
    /* The submission manifest: the XML that is posted as xml_submission_file. */
    struct err (*manifest)(void *context, const char *xml, size_t size);
};

/* "odk" or "sm"; NULL when there is no such suite. Static. */
const struct seal_suite *seal_suite_find(const char *name);

/*
 * Seals the subject to public_key: the form's base64RsaPublicKey, base64 of a DER SubjectPublicKeyInfo, line
 * breaks allowed. ERR_DATA when that is not a key of the suite's kind; the sink's own errors come back as
 * they are.
 */
MUST_USE struct err seal_submission(const struct seal_suite *suite, const char *public_key,
                                    const struct seal_subject *subject, const struct seal_sink *sink);

/* Lower-case hex SHA-256 of the key's DER: what [seal] key_sha256 pins. */
MUST_USE struct err seal_key_fingerprint(const char *public_key, char out_fingerprint[SEAL_FINGERPRINT_SIZE]);

/* The key arrives inside the form, so a hostile platform could swap it: ERR_REFUSED unless its fingerprint is
 * one of the pinned ones (config.seal.key_sha256, key_count). */
MUST_USE struct err seal_key_pinned(const char *public_key, const char (*pins)[SEAL_FINGERPRINT_SIZE],
                                    int pin_count);

#endif
