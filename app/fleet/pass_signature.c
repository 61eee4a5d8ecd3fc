#include "app/fleet/pass_private.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <stdio.h>
#include <string.h>

static struct err load_authority(const char *ca, int64_t now_ms, X509_STORE **out_store)
{
    X509_STORE *store = X509_STORE_new();
    if (!store)
        return err_no_memory("visit");
    if (X509_STORE_load_file(store, ca) != 1) {
        X509_STORE_free(store);
        return err_make(ERR_DATA, "visit", 0, "no certificate in %.150s", ca);
    }
    X509_VERIFY_PARAM *rules = X509_STORE_get0_param(store);
    X509_VERIFY_PARAM_set_time(rules, (time_t)(now_ms / 1000));
    X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_ANY);
    *out_store = store;
    return err_ok();
}

/* OpenSSL's reason, as far as it says what somebody can do about it. */
static struct err why_not(void)
{
    const char *data = "";
    int flags = 0;
    bool is_stranger = false, is_expired = false, is_early = false;
    for (unsigned long code; (code = ERR_get_error_all(NULL, NULL, NULL, &data, &flags)) != 0;) {
        bool is_about_signer =
            ERR_GET_LIB(code) == ERR_LIB_CMS && ERR_GET_REASON(code) == CMS_R_CERTIFICATE_VERIFY_ERROR;
        is_stranger |= is_about_signer;
        is_expired |= is_about_signer && strstr(data, "has expired");
        is_early |= is_about_signer && strstr(data, "not yet valid");
    }
    if (is_expired)
        return pass_refuse(PASS_FAULT_EXPIRED, "its signer's certificate has expired");
    if (is_early)
        return pass_refuse(PASS_FAULT_EARLY, "its signer's certificate is not valid yet");
    return is_stranger ? pass_refuse(PASS_FAULT_NOT_OURS, "its signer is nobody this fleet vouches for")
                       : pass_refuse(PASS_FAULT_GARBLED, "its signature is not over these bytes");
}

static void copy_name(X509 *certificate, int nid, char *out_text, size_t size)
{
    out_text[0] = '\0';
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), nid, out_text, (int)size);
}

static struct err take_signer(CMS_ContentInfo *cms, struct pass_signer *out_signer)
{
    STACK_OF(X509) *signers = CMS_get0_signers(cms);
    struct err e = err_ok();
    if (!signers || sk_X509_num(signers) != 1) {
        e = pass_refuse(PASS_FAULT_NOT_OURS, "it must have one signer");
    } else {
        X509 *signer = sk_X509_value(signers, 0);
        copy_name(signer, NID_organizationalUnitName, out_signer->office, sizeof out_signer->office);
        copy_name(signer, NID_commonName, out_signer->name, sizeof out_signer->name);
    }
    sk_X509_free(signers);
    return e;
}

static struct err take_content(BIO *content, struct buf *out_text)
{
    char *bytes = NULL;
    long size = BIO_get_mem_data(content, &bytes);
    buf_append(out_text, bytes, size > 0 ? (size_t)size : 0);
    return buf_check(out_text, "visit");
}

static struct err verify(CMS_ContentInfo *cms, X509_STORE *store, struct buf *out_text,
                         struct pass_signer *out_signer)
{
    if (OBJ_obj2nid(CMS_get0_type(cms)) != NID_pkcs7_signed)
        return pass_refuse(PASS_FAULT_NOT_OURS, "it is not signed");
    BIO *content = BIO_new(BIO_s_mem());
    if (!content)
        return err_no_memory("visit");
    struct err e = CMS_verify(cms, NULL, store, NULL, content, CMS_BINARY) == 1 ? take_signer(cms, out_signer)
                                                                                : why_not();
    if (!err_is(&e))
        e = take_content(content, out_text);
    BIO_free(content);
    return e;
}

struct err pass_open(const struct buf *bytes, const char *ca, int64_t now_ms, struct buf *out_text,
                     struct pass_signer *out_signer)
{
    X509_STORE *store = NULL;
    TRY(load_authority(ca, now_ms, &store));
    ERR_clear_error();
    const unsigned char *at = (const unsigned char *)buf_text(bytes);
    const unsigned char *end = at + bytes->length;
    CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &at, (long)bytes->length);
    struct err e = cms && at == end ? verify(cms, store, out_text, out_signer)
                                    : pass_refuse(PASS_FAULT_GARBLED, "it is no whole CMS message");
    CMS_ContentInfo_free(cms);
    X509_STORE_free(store);
    ERR_clear_error();
    return e;
}
