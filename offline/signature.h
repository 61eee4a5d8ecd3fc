/*
 * The kiosk's own signature inside a submission, so that the county can tell a kiosk's submission from a
 * forged one.
 *
 * The serialised instance is signed as it stands; then
 *     <yz:signature xmlns:yz="https://yizhan.dev/xmlns" key="BASE64 PUBLIC KEY">BASE64 ED25519</yz:signature>
 * is put before the end tag of its meta element. Taking that one element out again gives the signed bytes
 * back.
 */
#ifndef YIZHAN_OFFLINE_SIGNATURE_H
#define YIZHAN_OFFLINE_SIGNATURE_H

#include "board/base/buf.h"
#include "offline/device_key.h"

/* Appends the signed instance to out_xml. ERR_DATA when the instance has no meta element or is signed
 * already. */
MUST_USE struct err signature_add(const struct device_key *key, const char *xml, size_t size,
                                  struct buf *out_xml);

/* Checks against the public key named inside and hands that key out: compare it with the kiosks you know.
 * ERR_DATA when there is no signature, ERR_REFUSED when it does not fit. */
MUST_USE struct err signature_check(const char *xml, size_t size, uint8_t out_public[DEVICE_KEY_SIZE]);

#endif
