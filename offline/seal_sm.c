/*
 * The suite of the Chinese standards: SM2 (GB/T 32918.4) for the key, SM4 (GB/T 32907) in CBC for the
 * content, SM3 (GB/T 32905) for digests. The manifest is ODK's with suite="sm" on its root, so that one desk
 * opens both.
 */
#include "offline/seal_suite.h"

static struct err check_key(EVP_PKEY *public_key)
{
    (void)public_key; /* there is one curve only, and OpenSSL has checked that the point lies on it */
    return err_ok();
}

static int set_nothing(EVP_PKEY_CTX *context)
{
    (void)context; /* SM2 encryption has SM3 as its digest; the distinguishing id is a matter of signatures
                      only */
    return 1;
}

const struct seal_suite seal_suite_sm = {
    .name = "sm",
    .attribute = " suite=\"sm\"",
    .key_type = "SM2",
    .digest = "SM3",
    .cipher = "SM4-CBC",
    .key_size = 16,
    .check_key = check_key,
    .prepare = set_nothing,
};
