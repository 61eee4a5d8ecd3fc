#include "tests/platform/open_envelope.h"
#include "tests/platform/envelope_manifest.h"
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 16

struct opening {
    struct envelope_manifest m;
    EVP_PKEY *private_key;
    uint8_t key[32];
    uint8_t seed[32];
    int files; /* so far */
    struct buf signed_text;
};

static struct err bad(const char *what)
{
    return err_make(ERR_DATA, "envelope", 0, "%s", what);
}

/* ---- small helpers, deliberately not those of offline/ ---- */

static struct err unbase64(const char *text, uint8_t *out, size_t capacity, size_t *out_size)
{
    size_t length = strlen(text);
    if (length == 0 || length % 4 != 0 || length / 4 * 3 > capacity)
        return bad("base64 of a wrong length");
    int size = EVP_DecodeBlock(out, (const unsigned char *)text, (int)length);
    if (size < 0)
        return bad("not base64");
    while (length > 0 && text[--length] == '=')
        size--;
    *out_size = (size_t)size;
    return err_ok();
}

static size_t digest(const struct opening *o, const void *bytes, size_t size, uint8_t out[32])
{
    size_t length = 0;
    EVP_Q_digest(NULL, o->m.sm ? "SM3" : "MD5", NULL, bytes, size, out, &length);
    return length;
}

static struct err unwrap(const struct opening *o, const char *base64, uint8_t *out, size_t *size)
{
    uint8_t wrapped[2048];
    size_t length = 0;
    TRY(unbase64(base64, wrapped, sizeof wrapped, &length));
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(o->private_key, NULL);
    bool ok = context && EVP_PKEY_decrypt_init(context) == 1;
    if (ok && !o->m.sm)
        ok = EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
             EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) == 1 &&
             EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1;
    ok = ok && EVP_PKEY_decrypt(context, out, size, wrapped, length) == 1;
    EVP_PKEY_CTX_free(context);
    return ok ? err_ok() : bad("the private key does not open it");
}

/* ---- content: one block cipher call at a time, chained by hand ---- */

static bool block(const struct opening *o, bool forward, const uint8_t in[BLOCK], uint8_t out[BLOCK])
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int length = 0;
    const EVP_CIPHER *cipher = o->m.sm ? EVP_sm4_ecb() : EVP_aes_256_ecb();
    bool ok = context && EVP_CipherInit_ex(context, cipher, NULL, o->key, NULL, forward) == 1 &&
              EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
              EVP_CipherUpdate(context, out, &length, in, BLOCK) == 1 && length == BLOCK;
    EVP_CIPHER_CTX_free(context);
    return ok;
}

static struct err decrypt(struct opening *o, const struct buf *sealed, struct buf *out)
{
    uint8_t previous[BLOCK], mask[BLOCK];
    if (sealed->length == 0 || sealed->length % BLOCK != 0)
        return bad("a sealed file is not whole blocks");
    o->seed[o->files++ % BLOCK]++;
    memcpy(previous, o->seed, BLOCK);
    for (size_t at = 0; at < sealed->length; at += BLOCK) {
        const uint8_t *cipher = (const uint8_t *)sealed->data + at;
        if (!block(o, !o->m.sm, o->m.sm ? cipher : previous, mask))
            return bad("block cipher");
        for (int i = 0; i < BLOCK; i++) /* CFB: cipher ^ E(previous); CBC: D(cipher) ^ previous */
            mask[i] ^= o->m.sm ? previous[i] : cipher[i];
        memcpy(previous, cipher, BLOCK);
        buf_append(out, mask, BLOCK);
    }
    uint8_t padding = (uint8_t)out->data[out->length - 1];
    if (padding < 1 || padding > BLOCK)
        return bad("wrong padding: wrong key or IV");
    for (size_t i = 1; i <= padding; i++) {
        if ((uint8_t)out->data[out->length - i] != padding)
            return bad("wrong padding: wrong key or IV");
    }
    out->length -= padding;
    out->data[out->length] = 0;
    return buf_check(out, "envelope");
}

static struct err open_file(struct opening *o, const char *sealed_name,
                            struct err (*fetch)(void *context, const char *name, struct buf *out_bytes),
                            void *context, char out_name[160], struct buf *out)
{
    struct buf sealed;
    size_t length = strlen(sealed_name);
    if (length < 5 || strcmp(sealed_name + length - 4, ".enc") != 0)
        return bad("a sealed file whose name does not end in .enc");
    snprintf(out_name, 160, "%.*s", (int)length - 4, sealed_name);
    buf_init(&sealed);
    struct err e = fetch(context, sealed_name, &sealed);
    if (!err_is(&e))
        e = decrypt(o, &sealed, out);
    buf_finish(&sealed);
    if (err_is(&e))
        return err_context(e, "%s", sealed_name);
    uint8_t hash[32];
    size_t size = digest(o, buf_text(out), out->length, hash);
    buf_printf(&o->signed_text, "%s::", out_name);
    for (size_t i = 0; i < size; i++)
        buf_printf(&o->signed_text, "%02x", hash[i]);
    buf_append_byte(&o->signed_text, '\n');
    return err_ok();
}

/* ---- the whole ---- */

static struct err open_key(struct opening *o)
{
    uint8_t key[2048];
    size_t size = sizeof key, expected = o->m.sm ? 16 : 32;
    TRY(unwrap(o, o->m.key, key, &size));
    if (size != expected)
        return bad("the content key has a wrong size");
    memcpy(o->key, key, size);
    uint8_t text[64 + 32];
    size_t length = strlen(o->m.instance_id);
    memcpy(text, o->m.instance_id, length);
    memcpy(text + length, key, size);
    digest(o, text, length + size, o->seed);
    buf_printf(&o->signed_text, "%s\n", o->m.form_id);
    if (o->m.form_version[0])
        buf_printf(&o->signed_text, "%s\n", o->m.form_version);
    buf_printf(&o->signed_text, "%s\n%s\n", o->m.key, o->m.instance_id);
    return err_ok();
}

static struct err check_signature(struct opening *o)
{
    uint8_t expected[32], found[2048];
    size_t size = sizeof found, length = digest(o, o->signed_text.data, o->signed_text.length, expected);
    TRY(unwrap(o, o->m.signature, found, &size));
    if (size != length || memcmp(found, expected, length) != 0)
        return bad("the element signature does not hold");
    return err_ok();
}

static struct err open_all(struct opening *o,
                           struct err (*fetch)(void *context, const char *name, struct buf *out_bytes),
                           void *context, struct envelope *out)
{
    char name[160];
    TRY(open_key(o));
    out->files = calloc((size_t)o->m.file_count + 1, sizeof *out->files);
    if (!out->files)
        return err_no_memory("envelope");
    for (; out->count < (size_t)o->m.file_count; out->count++) {
        struct envelope_file *file = &out->files[out->count];
        struct err e = open_file(o, o->m.files[out->count], fetch, context, file->name, &file->bytes);
        if (err_is(&e)) {
            buf_finish(&file->bytes);
            return e;
        }
    }
    TRY(open_file(o, o->m.xml_name, fetch, context, name, &out->xml));
    TRY(check_signature(o));
    if (!strstr(buf_text(&out->xml), o->m.instance_id))
        return bad("the instance inside has another instanceID");
    return err_ok();
}

static struct err read_private_key(const char *path, EVP_PKEY **out_key)
{
    FILE *file = fopen(path, "re");
    *out_key = file ? PEM_read_PrivateKey(file, NULL, NULL, NULL) : NULL;
    if (file)
        fclose(file);
    return *out_key ? err_ok() : bad("no private key");
}

struct err open_envelope(const char *private_key_pem, const char *manifest, size_t manifest_size,
                         struct err (*fetch)(void *context, const char *name, struct buf *out_bytes),
                         void *context, struct envelope *out_envelope)
{
    struct envelope envelope = {0};
    struct opening *o = calloc(1, sizeof *o);
    if (!o)
        return err_no_memory("envelope");
    struct err e = envelope_manifest_read(manifest, manifest_size, &o->m);
    if (!err_is(&e) && !o->m.encrypted)
        e = bad("this is no manifest of a sealed submission");
    if (!err_is(&e))
        e = read_private_key(private_key_pem, &o->private_key);
    if (!err_is(&e))
        e = open_all(o, fetch, context, &envelope);
    snprintf(envelope.form_id, sizeof envelope.form_id, "%s", o->m.form_id);
    snprintf(envelope.form_version, sizeof envelope.form_version, "%s", o->m.form_version);
    snprintf(envelope.instance_id, sizeof envelope.instance_id, "%s", o->m.instance_id);
    EVP_PKEY_free(o->private_key);
    buf_finish(&o->signed_text);
    free(o);
    if (err_is(&e))
        envelope_finish(&envelope);
    else
        *out_envelope = envelope;
    return e;
}

void envelope_finish(struct envelope *envelope)
{
    for (size_t i = 0; i < envelope->count; i++)
        buf_finish(&envelope->files[i].bytes);
    free(envelope->files);
    buf_finish(&envelope->xml);
    *envelope = (struct envelope){0};
}

struct err envelope_names(const char *manifest, size_t manifest_size,
                          struct err (*visit)(void *context, const char *name), void *context,
                          bool *out_encrypted)
{
    struct envelope_manifest *m = calloc(1, sizeof *m);
    if (!m)
        return err_no_memory("envelope");
    struct err e = envelope_manifest_read(manifest, manifest_size, m);
    *out_encrypted = !err_is(&e) && m->encrypted;
    for (int i = 0; !err_is(&e) && m->encrypted && i < m->file_count; i++)
        e = visit(context, m->files[i]);
    if (!err_is(&e) && m->encrypted)
        e = visit(context, m->xml_name);
    free(m);
    return e;
}
