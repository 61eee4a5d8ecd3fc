/*
 * Text that somebody the fleet's certificate vouches for has signed: CMS signed data (RFC 5652, DER, content
 * and signer's certificate inside). Passes on sticks and release descriptors are such texts. Any thread.
 */
#ifndef YIZHAN_FLEET_SIGNED_H
#define YIZHAN_FLEET_SIGNED_H

#include "board/base/buf.h"

/* office: the certificate's OU, "technician", "courier", "update"; name: its common name. */
struct pass_signer {
    char office[32], name[128];
};

/* Checks the signature against the fleet's certificate (PEM file) at now_ms and appends what was signed.
 * ERR_REFUSED with a code of enum pass_fault (pass.h). */
MUST_USE struct err pass_open(const struct buf *cms, const char *ca, int64_t now_ms, struct buf *out_text,
                              struct pass_signer *out_signer);

#endif
