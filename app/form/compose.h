/* Unicode's composed form (NFC): "e" and a combining accent become "é", as every keyboard writes it. */
#ifndef YIZHAN_FORM_COMPOSE_H
#define YIZHAN_FORM_COMPOSE_H

#include "board/base/buf.h"

/* Appends text composed. Text that is no UTF-8 is appended as it is. */
void compose_text(const char *text, struct buf *out_text);

#endif
