/* What the files of the visit program share. */
#ifndef YIZHAN_VISIT_INTERNAL_H
#define YIZHAN_VISIT_INTERNAL_H

#include "app/visit/pass.h"
#include "app/visit/signed.h"
#include "board/base/buf.h"

/* pass_text.c: reads what was signed. */
MUST_USE struct err pass_parse(struct buf *text, struct pass *out_pass);

#endif
