/*
 * The few facts a platform reads from a form, and the two marks it puts into one when encryption is turned
 * on, as ODK Central does: the key in the submission element, a suffix on the version.
 */
#ifndef YIZHAN_TESTS_PLATFORM_XFORM_SCAN_H
#define YIZHAN_TESTS_PLATFORM_XFORM_SCAN_H

#include "board/base/buf.h"

#define XFORM_EXTERNALS_MAX 16

struct xform_facts {
    char id[128];
    char version[128];
    char title[256];
    char externals[XFORM_EXTERNALS_MAX][128]; /* file names of jr://file... instances and media */
    int external_count;
    /* Byte offsets for the splices. */
    size_t version_at, version_end; /* of the attribute's value; equal when there is none */
    bool has_version;
    size_t root_tag_end;   /* where an attribute may be added to the primary instance's root */
    size_t submission_end; /* where one may be added to submission; 0 when there is none */
    size_t model_end;      /* of </model> */
};

MUST_USE struct err xform_scan(const char *xml, size_t length, struct xform_facts *out_facts);

/* Appends the form with key (base64 of its DER) and suffix put in. */
MUST_USE struct err xform_encrypt(const char *xml, size_t length, const struct xform_facts *facts,
                                  const char *key, const char *suffix, struct buf *out_xml);

#endif
