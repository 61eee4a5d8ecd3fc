#include "tests/unit/offline/envelope.h"
#include "tests/unit/cmocka.h"
#include "tests/unit/offline/fixture.h"
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void county_init(struct county *county, const char *type, size_t bits)
{
    unsigned char *der = NULL;
    snprintf(county->dir, sizeof county->dir, "/tmp/yizhan-county-XXXXXX");
    assert_non_null(mkdtemp(county->dir));
    snprintf(county->private_pem, sizeof county->private_pem, "%s/private.pem", county->dir);
    EVP_PKEY *key = strcmp(type, "RSA") == 0 ? EVP_PKEY_Q_keygen(NULL, NULL, "RSA", bits)
                                             : EVP_PKEY_Q_keygen(NULL, NULL, "EC", type);
    assert_non_null(key);
    FILE *file = fopen(county->private_pem, "we");
    assert_int_equal(PEM_write_PKCS8PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
    fclose(file);
    int size = i2d_PUBKEY(key, &der);
    assert_true(size > 0 && (size_t)size * 4 / 3 + 5 < sizeof county->public_key);
    EVP_EncodeBlock((unsigned char *)county->public_key, der, size);
    OPENSSL_free(der);
    EVP_PKEY_free(key);
}

void county_finish(struct county *county)
{
    fixture_remove_dir(county->dir);
}

static struct err on_file(void *context, const char *name, bool is_xml)
{
    struct sealed *sealed = context;
    assert_true(sealed->count < 8);
    snprintf(sealed->names[sealed->count], sizeof sealed->names[0], "%s", name);
    sealed->is_xml[sealed->count++] = is_xml;
    return err_ok();
}

static struct err on_write(void *context, const void *bytes, size_t size)
{
    struct sealed *sealed = context;
    buf_append(&sealed->files[sealed->count - 1], bytes, size);
    return err_ok();
}

static struct err on_manifest(void *context, const char *xml, size_t size)
{
    struct sealed *sealed = context;
    assert_int_equal(sealed->manifest.length, 0);
    buf_append(&sealed->manifest, xml, size);
    return err_ok();
}

struct seal_sink sealed_sink(struct sealed *sealed)
{
    return (struct seal_sink){.context = sealed, .file = on_file, .write = on_write, .manifest = on_manifest};
}

void sealed_finish(struct sealed *sealed)
{
    for (int i = 0; i < sealed->count; i++)
        buf_finish(&sealed->files[i]);
    buf_finish(&sealed->manifest);
    *sealed = (struct sealed){0};
}

struct err sealed_fetch(void *context, const char *name, struct buf *out_bytes)
{
    struct sealed *sealed = context;
    for (int i = 0; i < sealed->count; i++) {
        if (strcmp(sealed->names[i], name) == 0) {
            buf_append(out_bytes, buf_text(&sealed->files[i]), sealed->files[i].length);
            return buf_check(out_bytes, "test");
        }
    }
    return err_make(ERR_DATA, "test", 0, "no sealed file %s", name);
}
