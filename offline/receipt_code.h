/*
 * The line a receipt's QR ends in: "YZ1:<number>:<MAC>".
 *
 * The MAC is the first 10 bytes of HMAC-SHA-256 over "YZ1:<number>" under a key derived from the device
 * secret, in base32 (RFC 4648): only who saw the receipt can ask for its case, and guessing numbers finds
 * nothing. It is good at the kiosk that printed it; another kiosk cannot check it and says so.
 */
#ifndef YIZHAN_OFFLINE_RECEIPT_CODE_H
#define YIZHAN_OFFLINE_RECEIPT_CODE_H

#include "offline/case_number.h"
#include "offline/device_key.h"

#define RECEIPT_CODE_SIZE 32 /* "YZ1:" 10 digits ":" 16 characters and NUL: 31 characters and NUL */

MUST_USE struct err receipt_code_make(const struct device_key *key, const char number[CASE_NUMBER_SIZE],
                                      char out_code[RECEIPT_CODE_SIZE]);

/* text: everything the scanner read, other lines included. ERR_USER when there is no code in it, ERR_REFUSED
 * when the MAC is not ours. */
MUST_USE struct err receipt_code_read(const struct device_key *key, const char *text,
                                      char out_number[CASE_NUMBER_SIZE]);

#endif
