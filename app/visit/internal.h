/* What the files of the visit program share. */
#ifndef YIZHAN_VISIT_INTERNAL_H
#define YIZHAN_VISIT_INTERNAL_H

#include "app/visit/pass.h"
#include "board/base/buf.h"

/* "technician" or "courier" */
struct pass_signer {
    char office[32], name[128];
};

struct err pass_refuse(enum pass_fault fault, const char *format, ...) PRINTF_LIKE(2, 3);

/* pass_signature.c: checks the signature against the fleet's certificate at now_ms and hands out what was
 * signed. */
MUST_USE struct err pass_open(const struct buf *cms, const char *ca, int64_t now_ms, struct buf *out_text,
                              struct pass_signer *out_signer);
/* pass_text.c: reads what was signed. */
MUST_USE struct err pass_parse(struct buf *text, struct pass *out_pass);

#endif
