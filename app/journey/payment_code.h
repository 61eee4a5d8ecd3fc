/* Codes that move money. The kiosk takes none, and no application is a place for them. */
#ifndef YIZHAN_JOURNEY_PAYMENT_CODE_H
#define YIZHAN_JOURNEY_PAYMENT_CODE_H

#include "drivers/scanner/codes.h"

/* Whether one pays with it or is paid by it: what WeChat, Alipay and UnionPay show on a phone or beside a
 * till. */
bool payment_code_is(const struct code *code);

#endif
