#include "offline/seal.h"
#include "board/base/random.h"
#include "board/base/wipe.h"
#include "offline/crypto.h"
#include "offline/seal_suite.h"
#include <openssl/err.h>
#include <openssl/x509.h>
#include <string.h>

#define PIECE_SIZE ((size_t)16 * 1024)

/* One sealing in progress. Wiped at its end: it holds the content key. */
struct sealing {
    const struct seal_suite *suite;
    const struct seal_subject *subject;
    const struct seal_sink *sink;
    EVP_PKEY *public_key;
    uint8_t key[SEAL_KEY_SIZE_MAX];
    uint8_t seed[CRYPTO_DIGEST_MAX]; /* its first 16 bytes are the next file's IV */
    size_t files;
    struct buf wrapped;   /* base64 of the wrapped key */
    struct buf signature; /* the text that the element signature digests */
    struct buf manifest;
};

const struct seal_suite *seal_suite_find(const char *name)
{
    static const struct seal_suite *const suites[] = {&seal_suite_odk, &seal_suite_sm};
    for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++) {
        if (strcmp(suites[i]->name, name) == 0)
            return suites[i];
    }
    return NULL;
}

/* ---- public key ---- */

struct err seal_key_fingerprint(const char *public_key, char out_fingerprint[SEAL_FINGERPRINT_SIZE])
{
    struct buf der;
    uint8_t digest[CRYPTO_DIGEST_MAX];
    buf_init(&der);
    struct err e = crypto_unbase64(public_key, &der);
    if (!err_is(&e) && der.length == 0)
        e = err_make(ERR_DATA, "seal", 0, "the form's key is empty");
    if (!err_is(&e))
        e = crypto_digest("SHA256", der.data, der.length, digest, NULL);
    buf_finish(&der);
    if (!err_is(&e))
        crypto_hex(digest, 32, out_fingerprint);
    return e;
}

struct err seal_key_pinned(const char *public_key, const char (*pins)[SEAL_FINGERPRINT_SIZE], int pin_count)
{
    char fingerprint[SEAL_FINGERPRINT_SIZE];
    TRY(seal_key_fingerprint(public_key, fingerprint));
    for (int i = 0; i < pin_count; i++) {
        if (strcmp(pins[i], fingerprint) == 0)
            return err_ok();
    }
    return err_make(ERR_REFUSED, "seal", 0, "the form's key %.16s... is not pinned in [seal] key_sha256",
                    fingerprint);
}

static struct err read_public_key(const struct seal_suite *suite, const char *text, EVP_PKEY **out_key)
{
    struct buf der;
    buf_init(&der);
    struct err e = crypto_unbase64(text, &der);
    const unsigned char *from = (const unsigned char *)buf_text(&der);
    EVP_PKEY *key = err_is(&e) ? NULL : d2i_PUBKEY(NULL, &from, (long)der.length);
    if (!err_is(&e) && (!key || !EVP_PKEY_is_a(key, suite->key_type)))
        e = err_make(ERR_DATA, "seal", 0, "the form's key is not a public %s key", suite->key_type);
    if (!err_is(&e))
        e = suite->check_key(key);
    if (err_is(&e)) {
        EVP_PKEY_free(key);
        ERR_clear_error();
    } else {
        *out_key = key;
    }
    buf_finish(&der);
    return e;
}

static struct err wrap_base64(struct sealing *s, const void *bytes, size_t size, struct buf *out_text)
{
    uint8_t wrapped[1024];
    size_t length = sizeof wrapped;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, s->public_key, NULL);
    bool ok = context && EVP_PKEY_encrypt_init(context) == 1 && s->suite->prepare(context) &&
              EVP_PKEY_encrypt(context, wrapped, &length, bytes, size) == 1;
    EVP_PKEY_CTX_free(context);
    return ok ? crypto_base64(wrapped, length, out_text)
              : crypto_failure("seal", "encrypt to the form's key");
}

/* ---- content ---- */

/* The seed is the digest of instanceID and key; file n (from 0) first adds one to byte n mod 16 of it. */
static struct err seed_ivs(struct sealing *s)
{
    struct buf text;
    buf_init_private(&text);
    buf_append_text(&text, s->subject->instance_id);
    buf_append(&text, s->key, s->suite->key_size);
    struct err e = buf_check(&text, "seal");
    if (!err_is(&e))
        e = crypto_digest(s->suite->digest, text.data, text.length, s->seed, NULL);
    buf_finish(&text);
    return e;
}

static struct err encrypt_piece(struct sealing *s, EVP_CIPHER_CTX *context, const void *bytes, size_t size)
{
    uint8_t out[PIECE_SIZE + SEAL_BLOCK_SIZE];
    int length = 0;
    if (EVP_EncryptUpdate(context, out, &length, bytes, (int)size) != 1)
        return crypto_failure("seal", "encrypt");
    return length > 0 ? s->sink->write(s->sink->context, out, (size_t)length) : err_ok();
}

/* PKCS#7 by hand: a stream mode has no padding of its own, yet the specification asks for it. */
static struct err encrypt_all(struct sealing *s, EVP_CIPHER_CTX *context, const struct seal_file *file)
{
    const uint8_t *from = file->bytes;
    for (size_t done = 0; done < file->size;) {
        size_t take = file->size - done < PIECE_SIZE ? file->size - done : PIECE_SIZE;
        TRY(encrypt_piece(s, context, from + done, take));
        done += take;
    }
    uint8_t padding[SEAL_BLOCK_SIZE];
    size_t count = SEAL_BLOCK_SIZE - file->size % SEAL_BLOCK_SIZE;
    memset(padding, (int)count, count);
    return encrypt_piece(s, context, padding, count);
}

static struct err encrypt_file(struct sealing *s, const struct seal_file *file)
{
    s->seed[s->files++ % SEAL_BLOCK_SIZE]++;
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, s->suite->cipher, NULL);
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    bool ready = cipher && context && EVP_EncryptInit_ex2(context, cipher, s->key, s->seed, NULL) == 1 &&
                 EVP_CIPHER_CTX_set_padding(context, 0) == 1;
    struct err e = ready ? encrypt_all(s, context, file) : crypto_failure("seal", s->suite->cipher);
    EVP_CIPHER_CTX_free(context);
    EVP_CIPHER_free(cipher);
    return e;
}

/* "name::digest of the clear bytes", a line of the element signature. */
static struct err sign_file(struct sealing *s, const char *name, const struct seal_file *file)
{
    uint8_t digest[CRYPTO_DIGEST_MAX];
    char hex[2 * CRYPTO_DIGEST_MAX + 1];
    size_t size = 0;
    TRY(crypto_digest(s->suite->digest, file->bytes, file->size, digest, &size));
    crypto_hex(digest, size, hex);
    buf_printf(&s->signature, "%s::%s\n", name, hex);
    return buf_check(&s->signature, "seal");
}

static struct err seal_file(struct sealing *s, const char *name, const struct seal_file *file, bool is_xml)
{
    struct buf sealed_name;
    buf_init(&sealed_name);
    buf_printf(&sealed_name, "%s.enc", name);
    struct err e = buf_check(&sealed_name, "seal");
    if (!err_is(&e))
        e = sign_file(s, name, file);
    if (!err_is(&e))
        e = s->sink->file(s->sink->context, sealed_name.data, is_xml);
    if (!err_is(&e))
        e = encrypt_file(s, file);
    buf_finish(&sealed_name);
    return e;
}

/* ---- manifest ---- */

static void append_escaped(struct buf *out, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '&':
            buf_append_text(out, "&amp;");
            break;
        case '<':
            buf_append_text(out, "&lt;");
            break;
        case '>':
            buf_append_text(out, "&gt;");
            break;
        case '"':
            buf_append_text(out, "&quot;");
            break;
        default:
            buf_append_byte(out, (uint8_t)*text);
        }
    }
}

static void append_element(struct buf *out, const char *before, const char *text, const char *after)
{
    buf_append_text(out, before);
    append_escaped(out, text);
    buf_append_text(out, after);
}

static void open_manifest(struct sealing *s)
{
    const struct seal_subject *subject = s->subject;
    struct buf *m = &s->manifest;
    buf_append_text(
        m, "<?xml version=\"1.0\"?>\n<data xmlns=\"http://opendatakit.org/submissions\" encrypted=\"yes\"");
    buf_append_text(m, s->suite->attribute);
    append_element(m, " id=\"", subject->form_id, "\"");
    if (subject->form_version[0])
        append_element(m, " version=\"", subject->form_version, "\"");
    append_element(m, ">\n<base64EncryptedKey>", buf_text(&s->wrapped), "</base64EncryptedKey>\n");
    append_element(m, "<meta xmlns=\"http://openrosa.org/xforms\"><instanceID>", subject->instance_id,
                   "</instanceID></meta>\n");
}

static struct err close_manifest(struct sealing *s)
{
    uint8_t digest[CRYPTO_DIGEST_MAX];
    size_t size = 0;
    TRY(crypto_digest(s->suite->digest, buf_text(&s->signature), s->signature.length, digest, &size));
    buf_append_text(&s->manifest, "<encryptedXmlFile>submission.xml.enc</encryptedXmlFile>\n"
                                  "<base64EncryptedElementSignature>");
    TRY(wrap_base64(s, digest, size, &s->manifest));
    buf_append_text(&s->manifest, "</base64EncryptedElementSignature>\n</data>");
    TRY(buf_check(&s->manifest, "seal"));
    return s->sink->manifest(s->sink->context, s->manifest.data, s->manifest.length);
}

/* ---- all of it ---- */

static void begin_signature(struct sealing *s)
{
    buf_printf(&s->signature, "%s\n", s->subject->form_id);
    if (s->subject->form_version[0])
        buf_printf(&s->signature, "%s\n", s->subject->form_version);
    buf_printf(&s->signature, "%s\n%s\n", buf_text(&s->wrapped), s->subject->instance_id);
}

static struct err run(struct sealing *s)
{
    const struct seal_subject *subject = s->subject;
    random_bytes(s->key, s->suite->key_size);
    TRY(wrap_base64(s, s->key, s->suite->key_size, &s->wrapped));
    TRY(seed_ivs(s));
    begin_signature(s);
    open_manifest(s);
    for (size_t i = 0; i < subject->media_count; i++) {
        const struct seal_file *medium = &subject->media[i];
        TRY(seal_file(s, medium->name, medium, false));
        append_element(&s->manifest, "<media><file>", medium->name, ".enc</file></media>\n");
    }
    TRY(seal_file(s, "submission.xml", &subject->xml, true));
    return close_manifest(s);
}

struct err seal_submission(const struct seal_suite *suite, const char *public_key,
                           const struct seal_subject *subject, const struct seal_sink *sink)
{
    EVP_PKEY *key = NULL;
    TRY(read_public_key(suite, public_key, &key));
    struct sealing s = {.suite = suite, .subject = subject, .sink = sink, .public_key = key};
    buf_init_private(&s.signature); /* digests of clear media are not for a core dump */
    struct err e = run(&s);
    buf_finish(&s.wrapped);
    buf_finish(&s.signature);
    buf_finish(&s.manifest);
    wipe(&s, sizeof s);
    EVP_PKEY_free(key);
    return e;
}
