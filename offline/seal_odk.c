/* The suite of the ODK XForms encryption specification. */
#include "offline/seal_suite.h"
#include <openssl/rsa.h>

#define RSA_BITS_MIN 2048

static struct err check_key(EVP_PKEY *public_key)
{
    int bits = EVP_PKEY_get_bits(public_key);
    if (bits < RSA_BITS_MIN)
        return err_make(ERR_DATA, "seal", bits, "the form's RSA key has %d bits, at least %d are needed",
                        bits, RSA_BITS_MIN);
    return err_ok();
}

/* "RSA/NONE/OAEPWithSHA256AndMGF1Padding" as the platforms' Bouncy Castle reads it: SHA-256 for the label and
 * for MGF1 too. OpenSSL's default for MGF1 follows the label's digest only when that is set first, so both
 * are set. */
static int set_oaep(EVP_PKEY_CTX *context)
{
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1;
}

const struct seal_suite seal_suite_odk = {
    .name = "odk",
    .attribute = "",
    .key_type = "RSA",
    .digest = "MD5",
    .cipher = "AES-256-CFB",
    .key_size = 32,
    .check_key = check_key,
    .prepare = set_oaep,
};
