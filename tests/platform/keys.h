/* The demo county's key pair: laid into DIR/platform-key.pem (0600) at first start, an RSA one the same for
 * all platforms of a build. Never use it for a real county. */
#ifndef YIZHAN_TESTS_PLATFORM_KEYS_H
#define YIZHAN_TESTS_PLATFORM_KEYS_H

#include "board/base/err.h"

struct keys {
    char private_path[512];
    char public_base64[1024]; /* of the DER SubjectPublicKeyInfo */
    char sha256[65];          /* of that DER: what a kiosk pins */
    char version_suffix[40];  /* "[encrypted:........]", the same for the life of the key */
};

/* suite "odk": RSA 2048. "sm": SM2. Also writes DIR/key_sha256. */
MUST_USE struct err keys_open(const char *dir, const char *suite, struct keys *out_keys);

#endif
