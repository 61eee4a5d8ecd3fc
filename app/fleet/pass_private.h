/* What the files that read a pass share. */
#ifndef YIZHAN_FLEET_PASS_PRIVATE_H
#define YIZHAN_FLEET_PASS_PRIVATE_H

#include "app/fleet/pass.h"
#include "app/fleet/signed.h"
#include "board/base/buf.h"

/* pass_text.c: reads what was signed. */
MUST_USE struct err pass_parse(struct buf *text, struct pass *out_pass);

#endif
